"""What must be true of a desk after any crash: every mail once, every letter under one name."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from fake_relay import FakeRelay
from real.mta import Mta

from postdesk.daemon.config import load
from postdesk.daemon.house import House
from postdesk.daemon.run import Daemon
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.workers import InlineWorkers

# Longer than the longest rest between two tries of a letter.
REST, TURNS = timedelta(hours=5), 3


@dataclass
class Books:
    """What the desk's own tables say."""

    numbers: list[int]
    messages: list[Row]
    letters: list[Row]

    @classmethod
    def of(cls, rows: Rows) -> "Books":
        with rows.reading():
            return cls(
                [r["number"] for r in rows.all("SELECT number FROM ticket ORDER BY number")],
                rows.all("SELECT ticket, message_id, subject, text FROM message ORDER BY id"),
                rows.all("SELECT ticket, kind, recipient, message_id, state FROM letter"),
            )


@dataclass
class Mailbag:
    """Letters as they left: by Message-ID, each delivery's recipient, Date and bytes."""

    letters: dict[str, list[tuple[str, str, bytes]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, rcpt: str, raw: bytes) -> None:
        head = BytesHeaderParser().parsebytes(raw)
        self.letters[str(head["Message-ID"])].append((rcpt, str(head["Date"]), raw))

    @property
    def doubles(self) -> int:
        """How many letters were handed over more than once."""
        return sum(len(copies) > 1 for copies in self.letters.values())

    @classmethod
    def of_maildir(cls, folder: Path) -> "Mailbag":
        bag = cls()
        for path in [*folder.glob("new/*"), *folder.glob("cur/*")]:
            envelope, _, rest = path.read_bytes().partition(b"\nDelivered-To: ")
            assert envelope.startswith(b"Return-Path: ")
            rcpt, _, raw = rest.partition(b"\n")
            bag.add(rcpt.decode(), raw)
        return bag

    @classmethod
    def of_relay(cls, relay: FakeRelay) -> "Mailbag":
        bag = cls()
        for letter in relay.letters:
            bag.add(letter.rcpt.partition(">")[0].strip("<"), letter.raw)
        return bag


@dataclass
class Watch:
    """A clock to move."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def take_up(config: Path, mta: Mta) -> Books:
    """The next daemon on the same folder: the mails that wait are sent, and all that waits here."""
    watch = Watch(datetime.now(UTC))
    house = House(load(config, {}), InlineWorkers)
    daemon = Daemon(house, now=watch)
    daemon.start()
    try:
        mta.send(daemon.port)
        assert mta.queue == [], "a daemon that is left alone does not take every mail"
        for _ in range(TURNS):
            daemon.settle()
            watch.now += REST
        counts = house.spool.counts()
        assert counts["new"] == counts["held"] == 0, counts
        return Books.of(house.rows)
    finally:
        daemon.stop()


def complaints(sent: Iterable[EmailMessage], books: Books, bag: Mailbag) -> list[str]:
    """Everything that was lost, doubled or changed; nothing, if all is well."""
    return [*_of_mails(list(sent), books), *_of_letters(books, bag)]


def _of_mails(sent: list[EmailMessage], books: Books) -> list[str]:
    found = []
    if books.numbers != list(range(1, len(sent) + 1)):
        found.append(f"{len(sent)} mails, but the tickets {books.numbers}")
    on_ticket = [row["ticket"] for row in books.messages]
    found += [
        f"ticket {n}: {on_ticket.count(n)} mails" for n in books.numbers if on_ticket.count(n) != 1
    ]
    words = sorted(
        (row["message_id"], row["subject"], row["text"].strip()) for row in books.messages
    )
    wanted = sorted(
        (str(m["Message-ID"]), str(m["Subject"]), m.get_content().strip()) for m in sent
    )
    found += [f"lost: {mail}" for mail in wanted if mail not in words]
    found += [f"not of the world: {mail}" for mail in words if mail not in wanted]
    receipts = sorted(r["recipient"] for r in books.letters if r["kind"] == "receipt")
    if receipts != sorted(str(m["From"]) for m in sent):
        found.append(f"receipts went to {receipts}")
    return found


def _of_letters(books: Books, bag: Mailbag) -> list[str]:
    found = [f"letter not sent: {row}" for row in books.letters if row["state"] != "sent"]
    written = {row["message_id"]: row["recipient"] for row in books.letters}
    found += [f"never left: {one}" for one in written.keys() - bag.letters.keys()]
    found += [f"left, but was never written: {one}" for one in bag.letters.keys() - written.keys()]
    for one, copies in bag.letters.items():
        if len(set(copies)) != 1:
            found.append(f"{one} left in {len(set(copies))} forms")
        elif written.get(one) != copies[0][0]:
            found.append(f"{one} went to {copies[0][0]}")
    return found
