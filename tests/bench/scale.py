"""What a mail costs the desk when there are many tickets, beside when there are few.

    python tests/bench/run.py scale [--tickets 100000] [--groups 6]

Two desks, one with 1,000 tickets and one with many, take the same mails in turns, fifty to a
transaction: new ones, then replies to tickets from all ages. Timed is the desk's own step (the
decision, the database on disk, the letters written, the spool told); mails are read by workers.
"""

import argparse
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.corpus import Mailer, corpus
from bench.figures import tell
from bench.house import write_desk

from postdesk.daemon.ahead import GROUP
from postdesk.daemon.config import load
from postdesk.daemon.house import House
from postdesk.daemon.rows import ROW, ticket_row
from postdesk.daemon.store import Rows
from postdesk.daemon.times import utc_text
from postdesk.daemon.workers import Workers
from postdesk.rules.ticket import Participant, Ticket

FEW = 1_000
MOST = 1.3  # times the cost among a thousand tickets
AT_ONCE = 2_000  # tickets to a transaction while filling
OPEN = 25  # one ticket of so many is still open
OF_ONE = 5  # tickets of one customer
DAY = datetime.now(UTC) - timedelta(days=3)
SUPPORT = "support@example.com"
HISTORY = ("opened", "received", "replied", "notified")

Mails = Sequence[tuple[str, bytes]]  # envelope sender, mail


class Cost(NamedTuple):
    """Milliseconds for one mail of a group."""

    cpu: float
    wall: float


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--tickets", type=int, default=100_000)
    words.add_argument("--groups", type=int, default=6)
    asked = words.parse_args()
    logging.disable()
    with ExitStack() as stack:
        few, many = (
            stack.enter_context(closing(desk(Path(folder), count)))
            for count in (FEW, asked.tickets)
            for folder in [stack.enter_context(tempfile.TemporaryDirectory())]
        )
        for what, mails in (
            ("new mail", lambda count: new(asked.groups)),
            ("reply", lambda count: replies(asked.groups, count)),
        ):
            compare(what, (few, FEW), (many, asked.tickets), mails, asked.groups)
        for house, count in ((few, FEW), (many, asked.tickets)):
            with house.rows.reading():
                there = house.rows.value("SELECT count(*) FROM ticket")
            assert there == count + asked.groups * GROUP, there  # no reply opened one


def compare(
    what: str,
    few: tuple[House, int],
    many: tuple[House, int],
    mails: Callable[[int], Mails],
    groups: int,
) -> None:
    """Groups in turns; the medians, and their ratio."""
    costs: list[tuple[Cost, Cost]] = []
    stocks = [(house, mails(count)) for house, count in (few, many)]
    for group in range(groups):
        some = slice(group * GROUP, (group + 1) * GROUP)
        little, much = (take(house, stock[some]) for house, stock in stocks)
        costs.append((little, much))
    for name in Cost._fields:
        pairs = [(getattr(a, name), getattr(b, name)) for a, b in costs]
        a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
        value = f"{a:.2f} -> {b:.2f} ms, x {b / a:.2f}"
        label = f"a {what}, {name}, among {few[1]:,} -> {many[1]:,} tickets"
        tell(label, value, f"<= x {MOST}", holds=b / a <= MOST)


def take(house: House, mails: Mails) -> Cost:
    """Put a group into the spool, then let the desk take it."""
    kept = [house.spool.put(raw, mail_from=who, rcpts=(SUPPORT,)) for who, raw in mails]
    for future in kept:
        future.result()
    cpu, wall = time.process_time(), time.perf_counter()
    with house.rows.reading():  # the daemon's threads keep their connections too
        house.desk.step(datetime.now(UTC))
        while house.spool.pending(1, datetime.now(UTC)):  # a worker was late with some of them
            house.desk.step(datetime.now(UTC))
    each = 1000 / len(mails)
    return Cost((time.process_time() - cpu) * each, (time.perf_counter() - wall) * each)


def new(groups: int) -> Mails:
    """Mails that open tickets."""
    return [("new@kunde.example", raw) for raw in corpus("small", groups * GROUP, seed=5)]


def replies(groups: int, tickets: int) -> Mails:
    """One reply to each of some tickets, from the oldest to the newest."""
    count = groups * GROUP
    mailer = Mailer(seed=6)
    found = []
    for place in range(count):
        number = 1 + place * (tickets - 1) // count
        raw = mailer.quoted(0.0)
        head, _, body = raw.partition(b"\r\n\r\n")
        kept = [
            line
            for line in head.split(b"\r\n")
            if not line.startswith((b"From:", b"In-Reply-To:", b"References:"))
        ]
        lines = [f"From: {requester(number)}".encode(), f"In-Reply-To: {first_id(number)}".encode()]
        mail = b"\r\n".join([*kept, *lines]) + b"\r\n\r\n" + body
        found.append((requester(number), mail))
    return found


def desk(folder: Path, tickets: int) -> House:
    """A house whose database has so many tickets."""
    write_desk(folder, relay="maildir:var/outbox", port=0)
    house = House(load(folder / "config.toml", {}), lambda spool: Workers(1, spool))
    house.start(DAY)
    for first in range(1, tickets + 1, AT_ONCE):
        with house.rows.transaction():
            fill(house.rows, range(first, min(first + AT_ONCE, tickets + 1)))
    with house.rows.transaction():
        house.rows.run("INSERT INTO counter (name, value) VALUES ('ticket', ?)", tickets)
        house.rows.run("ANALYZE")
    return house


def fill(rows: Rows, numbers: range) -> None:
    """Tickets with a mail, its history, its two letters and its words."""
    texts = list(letters(numbers))
    moments = [utc_text(DAY - timedelta(minutes=n % 500_000)) for n in numbers]
    rows.insert("ticket", ROW, [ticket_row(ticket(n)) for n in numbers])
    rows.insert("message", (
        "ticket", "kind", "message_id", "sender", "sender_name", "recipients", "at", "subject",
        "text", "full_text", "attachments", "intake", "machine",
    ), [
        (n, "in", first_id(n), requester(n), "Petra", "[]", at, f"Case {n}", text, text, "[]",
         f"{n:032x}", "")
        for n, at, text in zip(numbers, moments, texts, strict=True)
    ])  # fmt: skip
    ids = [(first_id(n), n) for n in numbers]
    rows.insert("known_id", ("id", "ticket"), ids)
    rows.insert("history", ("ticket", "at", "actor", "act", "detail", "because"), [
        (n, at, "postdesk", act, "{}", 'manners.toml:5 "receipt to somebody unproven"')
        for n, at in zip(numbers, moments, strict=True)
        for act in HISTORY
    ])  # fmt: skip
    rows.insert("letter", (
        "ticket", "kind", "recipient", "message_id", "subject", "mail_from", "written_at",
        "content", "state", "attempts",
    ), [
        (n, kind, who, f"<{kind}.{n}@example.com>", f"[#{n}]", "", at, text, "sent", 1)
        for n, at, text in zip(numbers, moments, texts, strict=True)
        for kind, who in (("receipt", requester(n)), ("notification", "anna@example.com"))
    ])  # fmt: skip
    intake = [(f"{n:032x}", f"{n:064x}", n, at) for n, at in zip(numbers, moments, strict=True)]
    rows.insert("intake", ("key", "digest", "ticket", "at"), intake)
    words = [(n, n, text) for n, text in zip(numbers, texts, strict=True)]
    rows.insert("words", ("rowid", "ticket", "body"), words)


def ticket(number: int) -> Ticket:
    """A ticket of some customer; most of them are closed."""
    who = Participant(requester(number), "Petra", "requester")
    at = DAY - timedelta(minutes=number % 500_000)
    still_open = number % OPEN == 0
    return Ticket(
        number,
        title=f"Case {number}",
        status="in-progress" if still_open else "closed",
        status_kind="open" if still_open else "done",
        requester=who,
        participants=(who,),
        created_by=who.address,
        opened_at=at,
        updated_at=at,
        closed_at=None if still_open else DAY,  # not so long ago that a reply opens another
    )


def letters(numbers: range) -> Iterator[str]:
    """Words for each; ten at a time are enough for an index to chew on."""
    mailer = Mailer(seed=numbers[0])
    stock = [mailer.dice.choice(("printer", "invoice", "login")) for _ in numbers]
    for number, word in zip(numbers, stock, strict=True):
        yield f"{word} {number} " + " ".join(mailer.dice.choices(WORDS, k=40))


WORDS = tuple(f"word{n}" for n in range(3_000))


def requester(number: int) -> str:
    return f"petra{number // OF_ONE}@kunde.example"


def first_id(number: int) -> str:
    return f"<first.{number}@kunde.example>"


if __name__ == "__main__":
    main()
