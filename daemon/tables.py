"""Tables and pages for people at a terminal; programs ask for --json."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from postdesk.rules.workflow import DEFAULT

Json = Mapping[str, Any]

PIPE = 500  # columns where no terminal says how many: nothing is cut for grep
PAGE = 100  # and of a listing of tickets, which stays one line a ticket in a mail or an editor
JOINER = "\u200d"  # terminals differ in how wide emojis are that it joins
NARROW = 80  # columns: a narrower terminal is not told when a ticket was last changed
AGENT, CUSTOMER = 12, 20  # columns at most; the rest is the title's
GIVE_WAY = ("Agent", "Customer", "Title")  # columns of tickets, the widest first; others are kept
COLOURS = {"open": "bold green", "waiting": "yellow", "done": "dim"}
WHO = {"in": "cyan", "out": "green", "note": "magenta"}
KINDS = {"in": "wrote", "out": "answered", "note": "noted for the team"}


def console(piped: int = PIPE) -> Console:
    """Standard output, as wide as it is, or ``piped`` columns; colours only on a terminal."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(file=sys.stdout, width=piped, highlight=False, color_system=None)


def plain(value: object) -> str:
    """Text from outside on one line, without what could move a cursor or turn the writing."""
    return " ".join(_visible(str(value)).split()) if value is not None else ""


def local(text: str | None, zone: tzinfo) -> str:
    """A UTC text in the desk's time zone, to the minute: ``2026-11-23 09:56``."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    return (
        (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        .astimezone(zone)
        .strftime("%Y-%m-%d %H:%M")
    )


def say_table(
    heads: Sequence[str], rows: Iterable[Sequence[str | Text]], *, wide: str = "", right: str = ""
) -> None:
    """One table, a line to a row; ``wide`` takes the room a terminal has to spare."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for head in heads:
        table.add_column(
            head,
            no_wrap=True,
            overflow="ellipsis",
            ratio=1 if head == wide and sys.stdout.isatty() else None,
            justify="right" if head == right else "left",
        )
    for row in rows:
        table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    console().print(table)


def say_tickets(tickets: Iterable[Json], zone: tzinfo, out: Console | None = None) -> None:
    """A listing of tickets."""
    out = out or console(PAGE)
    table = Table(
        box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False, header_style="bold",
        show_edge=False,
    )  # fmt: skip
    heads = ["#", "Urgency", "Status", "Agent", "Customer", "Title", "Updated"]
    if out.width < NARROW:
        heads.pop()
    for head in heads:
        table.add_column(
            head,
            no_wrap=head not in GIVE_WAY,
            justify="right" if head == "#" else "left",
            ratio=1 if head == "Title" and out.is_terminal else None,
        )
    for ticket in tickets:
        table.add_row(*map(_on_one_line, _ticket(ticket, zone)[: len(heads)]))
    out.print(table)


def _on_one_line(cell: str | Text) -> Text:
    """The cell keeps its line where its column may give way."""
    text = Text(cell) if isinstance(cell, str) else cell
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _at_most(cells: int, words: str) -> Text:
    text = Text(words)
    text.truncate(cells, overflow="ellipsis")
    return text


def _ticket(ticket: Json, zone: tzinfo) -> tuple[str | Text, ...]:
    who = ticket["requester"] or {"name": "", "address": ""}
    return (
        str(ticket["number"]),
        Text("★" * ticket["urgency"], style="red" if ticket["urgency"] >= 4 else "dim"),
        _status(ticket),
        _at_most(AGENT, plain(ticket["assignee"] or ticket["team"] or "-")),
        _at_most(CUSTOMER, plain(who["name"] or who["address"])),
        plain(ticket["title"]).replace(JOINER, ""),
        local(ticket["updated_at"], zone),
    )


def _status(ticket: Json) -> Text:
    label = DEFAULT.label(ticket["status"])
    if level := ticket["escalation_level"]:
        return Text(f"{label}, escalated {level}", style="bold red")
    return Text(label, style=COLOURS.get(ticket["status_kind"], ""))


def say_ticket(ticket: Json, zone: tzinfo, *, full: bool = False) -> None:
    """One ticket: its card, its words, its history."""
    out = console()
    out.print(Text(f"#{ticket['number']}  {plain(ticket['title'])}", style="bold"))
    say_pairs(_card(ticket, zone))
    for message in ticket["messages"]:
        out.print(_head(message, zone))
        words = message["full_text"] if full else message["text"]
        out.print(Text("\n".join(f"  {line}" for line in _lines(words))), soft_wrap=False)
        for file in message["attachments"]:
            out.print(Text(f"  [{plain(file['name'])}, {file['type']}, {size(file['size'])}]"))
        out.print()
    out.print(Text("History", style="bold"))
    say_table(("When", "Who", "What", "Because"), (_line(h, zone) for h in ticket["history"]))


def say_pairs(pairs: Iterable[tuple[str, str | Text]]) -> None:
    """Names and values below each other; those without a value are left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            table.add_row(name, Text(value) if isinstance(value, str) else value)
    console().print(table)
    print()


def _card(ticket: Json, zone: tzinfo) -> list[tuple[str, str | Text]]:
    who = ticket["requester"]
    others = [p["address"] for p in ticket["participants"] if p["role"] == "cc"]
    links = [f"{link['kind']} #{link['number']}" for link in ticket["links"]]
    return [
        ("Status", _status(ticket)),
        ("Urgency", "★" * ticket["urgency"]),
        ("Customer", plain(f"{who['name']} <{who['address']}>") if who else ""),
        ("Also told", plain(", ".join(others))),
        ("Agent", plain(ticket["assignee"])),
        ("Team", plain(ticket["team"])),
        ("Category", plain(ticket["category"])),
        ("Tags", plain(", ".join(ticket["tags"]))),
        ("Links", plain(", ".join(links))),
        ("Opened", local(ticket["opened_at"], zone)),
        ("Answered", local(ticket["responded_at"], zone)),
        ("Resolved", local(ticket["resolved_at"], zone)),
        ("Closed", local(ticket["closed_at"], zone)),
        ("Merged into", f"#{ticket['merged_into']}" if ticket["merged_into"] else ""),
    ]


def _head(message: Json, zone: tzinfo) -> Text:
    kind = message["kind"]
    words = f"{local(message['at'], zone)}  {plain(message['from'])} {KINDS.get(kind, kind)}"
    return Text(words, style=WHO.get(kind, ""))


def _line(entry: Json, zone: tzinfo) -> tuple[str, ...]:
    detail = ", ".join(f"{k}: {_short(v)}" for k, v in entry["detail"].items() if v)
    what = f"{entry['act']} ({detail})" if detail else entry["act"]
    return (
        local(entry["at"], zone),
        plain(entry["actor"]),
        plain(what),
        plain(entry["because"]),
    )


def _short(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def size(count: int) -> str:
    """A number of bytes, in the unit people say."""
    if count < 1024:
        return f"{count} B"
    if count < 1024**2:
        return f"{count / 1024:.0f} kB"
    return f"{count / 1024**2:.1f} MB" if count < 1024**3 else f"{count / 1024**3:.1f} GB"


def _lines(text: str) -> list[str]:
    return [_visible(line) for line in text.splitlines()]


def _visible(text: str) -> str:
    return "".join(c for c in text if c.isprintable() or c in "\t\n\u200d\u200c")


def say_mails(mails: Iterable[Json], zone: tzinfo) -> None:
    """A listing of the spool."""
    heads = ("Id", "State", "From", "Subject", "Received", "Tries", "Ticket", "Why")
    say_table(
        heads,
        (
            (
                mail["id"][:12],
                mail["state"],
                plain(mail["from"]),
                plain(mail["subject"]),
                local(mail["received_at"], zone),
                str(mail["tries"]),
                f"#{mail['ticket']}" if mail["ticket"] else "",
                plain(mail["reason"]),
            )
            for mail in mails
        ),
        wide="Subject",
    )


def say_letters(letters: Iterable[Json], zone: tzinfo) -> None:
    """A listing of the outbox."""
    heads = ("Id", "State", "Ticket", "To", "Subject", "Tries", "Next try", "Why")
    say_table(
        heads,
        (
            (
                str(letter["id"]),
                letter["state"],
                f"#{letter['ticket']}" if letter["ticket"] else "",
                plain(letter["to"]),
                plain(letter["subject"]),
                str(letter["attempts"]),
                local(letter["next_try_at"], zone),
                plain(letter["error"]),
            )
            for letter in letters
        ),
        wide="Subject",
        right="Id",
    )


def say_one(told: Json, zone: tzinfo) -> None:
    """One mail or letter: what is known of it, then its words where it has some."""
    pairs = ((name, _told(name, value, zone)) for name, value in told.items() if name != "text")
    say_pairs((name.replace("_", " "), value) for name, value in pairs)
    if "text" in told:
        console().print(Text("\n".join(f"  {line}" for line in _lines(told["text"]))))


def _told(name: str, value: object, zone: tzinfo) -> str:
    if name.endswith("_at"):
        return local(str(value), zone) if value else ""
    return plain(", ".join(map(str, value)) if isinstance(value, list) else value)
