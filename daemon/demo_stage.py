"""The stage of the demo: people who send real mail and read real letters, and a live timeline."""

import json
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import formatdate, make_msgid
from pathlib import Path

from rich.text import Text

from postdesk.daemon.house import House
from postdesk.daemon.run import Daemon
from postdesk.daemon.shown import row_in_short
from postdesk.daemon.store import Row
from postdesk.daemon.tables import console, plain, say_tickets
from postdesk.daemon.times import now_utc
from postdesk.daemon.views import VIEWS
from postdesk.rules.arguments import read_order
from postdesk.rules.context import Context
from postdesk.rules.event import Ordered
from postdesk.rules.problem import Problem
from postdesk.rules.workflow import DEFAULT

DESK = "support@example.com"
SHOWN = 3  # lines of a mail's words


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mail client."""

    name: str
    address: str


class Timeline:
    """What happens, line by line, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._console = console()
        self._began = time.monotonic()

    def title(self, words: str) -> None:
        """Where we are."""
        self._say("", words, "bold")

    def scene(self, words: str) -> None:
        """Somebody does something."""
        self._console.print()
        self._say(f"{time.monotonic() - self._began:4.1f}s", words, "bold cyan")

    def words(self, text: str) -> None:
        """What somebody wrote, its first lines."""
        for line in [line for line in text.splitlines() if line.strip()][:SHOWN]:
            self._say("", f"    “{plain(line)}”", "dim")

    def fact(self, words: str) -> None:
        """What the desk did."""
        self._say("", f"  ● {words}", "green")

    def letter(self, letter: EmailMessage, to: str) -> None:
        """A letter that left."""
        self._say("", f"  ✉ to {to}: {plain(letter['Subject'])}", "yellow")

    def tickets(self, house: House) -> None:
        """How it ends."""
        self._console.print()
        with house.rows.reading():
            rows = house.tickets.listed(VIEWS["all"].where, (), 10)
        say_tickets([row_in_short(row) for row in rows], house.config.desk.timezone)
        self._console.print()

    def _say(self, head: str, words: str, style: str) -> None:
        line = Text.assemble((f"{head:>6}  ", "dim"), (words, style))
        self._console.print(line, soft_wrap=True)


class Stage:
    """Sends mail through the daemon's port and waits for what becomes of it."""

    def __init__(self, daemon: Daemon, timeline: Timeline, rest: Callable[[], object]) -> None:
        self._daemon = daemon
        self._house = daemon.house
        self._outbox = daemon.house.config.base / "var" / "outbox" / "new"
        self._timeline = timeline
        self._rest = rest
        self._seen_letters: set[str] = set()
        self._seen_history = 0

    def writes(self, who: Person, subject: str, text: str, *, file: bytes = b"") -> None:
        """A new mail to the desk."""
        mail = _mail(who, DESK, subject, text)
        if file:
            mail.add_attachment(file, maintype="image", subtype="png", filename="printout.png")
        self._timeline.scene(f"{who.name} writes to {DESK}: {subject}")
        self._send(who, mail, text)

    def sends_by_machine(self, who: Person, subject: str, text: str) -> None:
        """The mail of a program, marked as RFC 3834 asks for."""
        mail = _mail(who, DESK, subject, text)
        mail["Auto-Submitted"] = "auto-generated"
        self._timeline.scene(f"{who.name}, a program, writes to {DESK}: {subject}")
        self._send(who, mail, text)

    def replies(self, who: Person, text: str, *, about: str = "") -> None:
        """Answers the latest letter (with ``about`` in its subject), quoting it as clients do."""
        letter = self._latest(who.address, about)
        to = letter["Reply-To"] or letter["From"]
        subject = str(letter["Subject"])
        words = _text(letter)
        quoted = "\n".join(f"> {line}" for line in words.splitlines())
        said = f"On {letter['Date']}, {letter['From'].addresses[0].display_name} wrote:"
        mail = _mail(who, str(to), f"Re: {subject}", f"{text}\n\n{said}\n{quoted}\n")
        mail["In-Reply-To"] = str(letter["Message-ID"])
        mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
        self._timeline.scene(f"{who.name} answers “{plain(subject)}” in their mail client")
        self._send(who, mail, text)

    def shell(self, number: int, verb: str) -> None:
        """``postdesk do N VERB``."""
        self._timeline.scene(f"Somebody types: postdesk do {number} {verb}")
        with self._house.rows.transaction():
            ticket = self._house.tickets.get(number, lock=True)
            assert ticket is not None  # the story has opened it
            order = read_order(verb, "", Context(now_utc()))
            assert not isinstance(order, Problem)
            event = Ordered("shell:demo", (order,), "shell")
            self._house.filing.carry_out(ticket, event, self._house.book(), now_utc())
        self._tell()

    def _send(self, who: Person, mail: EmailMessage, text: str) -> None:
        self._timeline.words(text)
        to = mail["To"].addresses[0].addr_spec
        with smtplib.SMTP("127.0.0.1", self._daemon.port, local_hostname="localhost") as smtp:
            smtp.send_message(mail, who.address, [to])
        self._tell()

    def _tell(self) -> None:
        """Wait until nothing is left to do, and tell what was done."""
        self._daemon.settle()
        with self._house.rows.reading():
            rows = self._house.rows.all(
                "SELECT id, ticket, actor, act, detail FROM history WHERE id > ? ORDER BY id",
                self._seen_history,
            )
        opened = {row["ticket"] for row in rows if row["act"] == "opened"}
        for row in rows:
            self._seen_history = row["id"]
            if fact := _fact(row, opened):
                self._timeline.fact(fact)
        for path in self._fresh():
            letter = _parsed(path)
            self._timeline.letter(letter, str(letter["Delivered-To"]))
        self._rest()

    def _fresh(self) -> list[Path]:
        found = [path for path in self._letters() if path.name not in self._seen_letters]
        self._seen_letters |= {path.name for path in found}
        return found

    def _letters(self) -> list[Path]:
        paths = self._outbox.iterdir() if self._outbox.is_dir() else ()
        return sorted(paths, key=lambda path: path.stat().st_mtime_ns)

    def _latest(self, address: str, about: str) -> EmailMessage:
        letters = (_parsed(path) for path in reversed(self._letters()))
        return next(
            letter
            for letter in letters
            if letter["Delivered-To"] == address and about in str(letter["Subject"])
        )


def _mail(who: Person, to: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"{who.name} <{who.address}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain=who.address.partition("@")[2])
    mail.set_content(text)
    return mail


def _parsed(path: Path) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(path.read_bytes())


def _text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    return str(part.get_content()) if part else ""


def _fact(row: Row, opened: set[int]) -> str:
    """The lines of history that a watcher wants to see; letters are told by themselves."""
    detail, ticket = json.loads(row["detail"]), f"#{row['ticket']}"
    match row["act"]:
        case "opened":
            return f"ticket {ticket} is opened"
        case "received":
            if machine := detail.get("machine"):
                return f"a machine wrote it ({machine}): it gets no receipt"
            return "" if row["ticket"] in opened else f"filed on {ticket}"
        case "held":
            if "unconfirmed" in detail["reasons"]:
                return f"held: was it really {row['actor']}? The address in the rules is asked"
            return f"held, nothing is sent: {row['actor']} is asked what is meant"
        case "released":
            return f"released by {row['actor']}"
        case "noted":
            return "a note for the team: it goes to no customer"
        case "tags":
            return f"{ticket} has the tag {', '.join(detail['added'])}"
        case "urgency":
            return f"{ticket} has {detail['urgency']} of 5 stars now"
        case "answered by a word":
            return f"the customer's word: {detail['word']}"
        case "answered":
            return f"{row['actor']}'s new words go to the customer"
        case "assigned":
            return f"{ticket} is {detail['to']}'s now"
        case "status":
            return f"{ticket} is {DEFAULT.label(detail['status']).lower()} now"
    return ""
