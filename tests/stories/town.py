"""A desk in a test: the whole daemon in this process, people who write to it, a clock to move.

A story is a conversation: ``petra.writes("Invoice", "...")``, ``anna.replies("...")``,
``petra.hears("...")``. Mail goes in by real SMTP and comes out as files of a Maildir.
"""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import default
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, cast

from stories.foresight import Foresight

from postdesk.daemon.config import load
from postdesk.daemon.explaining import Envelope
from postdesk.daemon.house import House
from postdesk.daemon.run import Daemon
from postdesk.daemon.shown import shown
from postdesk.daemon.workers import InlineWorkers

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
send_delay = "0s"
{desk}
[database]
url = "{database}"
[smtp]
listen = "127.0.0.1:0"
[web]
listen = ""
{more}
"""

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
public_name = "Anna"
signature = "Anna, Example Support"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com", "bob@home.example"]

[customer."vip@kunde.example"]
name = "Viola Kunde"
vip = true
language = "de"
"""


class Town:
    """The desk and everybody around it."""

    def __init__(
        self, folder: Path, database: str, people: str, desk: str, more: str, workers: str
    ) -> None:
        self.folder = folder
        self._workers = workers
        self.time = MONDAY
        self.mornings = False  # do its people look at their digests?
        self.ids = count(1)  # no two mails of a story are the same
        (folder / "rules").mkdir(exist_ok=True)
        (folder / "rules" / "10-people.toml").write_text(people)
        (folder / "config.toml").write_text(CONFIG.format(database=database, desk=desk, more=more))
        self.daemon = self.another_daemon()
        self._foresight: Foresight | None = None
        self._read: set[str] = set()
        self._letters: dict[str, Heard] = {}  # a letter never changes

    def another_daemon(self) -> Daemon:
        """A daemon on the same folder; not started."""
        config = load(self.folder / "config.toml", {})
        workers = None if self._workers == "real" else InlineWorkers
        return Daemon(House(config, workers, self._now), self._now)

    def _now(self) -> datetime:
        return self.time

    @property
    def house(self) -> House:
        return self.daemon.house

    def restart(self) -> None:
        """The daemon ends and a new one starts on the same folder."""
        self.stop()
        self.daemon = self.another_daemon()
        self.daemon.start()

    def stop(self) -> None:
        """The daemon ends, and who looks beside it."""
        self.daemon.stop()
        if self._foresight:
            self._foresight.close()
            self._foresight = None

    @property
    def foresight(self) -> Foresight:
        """Who tells beforehand what a mail will do."""
        if self._foresight is None:
            self._foresight = Foresight(self.house)
        return self._foresight

    def passes(self, **time: float) -> None:
        """Time goes by: ``passes(hours=2)``."""
        self.time += timedelta(**time)
        self.daemon.settle()

    def edits(self, name: str, text: str) -> None:
        """An admin saves a file of this folder (`rules/10-people.toml`) and leaves it alone."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.daemon.settle()
        self.passes(seconds=2)

    def fetches(self, *names: str) -> None:
        """All mailboxes (or these) are looked into once more, and what came is settled."""
        for reader in self.house.readers:
            if not names or reader.account.name in names:
                reader.full_turn(30)
        self.daemon.settle()

    def deliver(
        self, sender: str, rcpts: list[str], raw: bytes, *, peer: str = "127.0.0.1"
    ) -> None:
        """Over the wire, from the address of this machine that ``peer`` names.

        What `explain` foretells of the mail is what happens to it.
        """
        self.daemon.settle()  # what is due already is none of this mail's doing
        # The receiver has a clock of its own: it is another process in many a desk.
        envelope = Envelope(sender, tuple(rcpts), peer)
        foretold = self.foresight.foretell(raw, envelope, self.time)
        with smtplib.SMTP(
            "127.0.0.1", self.daemon.port, local_hostname="test.example", source_address=(peer, 0)
        ) as wire:
            utf8 = ["SMTPUTF8"] if not all(r.isascii() for r in (sender, *rcpts)) else []
            wire.sendmail(sender, rcpts, raw, mail_options=utf8)
        self.daemon.settle()
        self.foresight.compare(foretold)

    def letters(self) -> list["Heard"]:
        """All letters that left, oldest first; digests where the story is about mornings."""
        folder = self.folder / "var" / "outbox" / "new"
        for path in folder.iterdir() if folder.is_dir() else iter(()):
            if path.name not in self._letters:
                self._letters[path.name] = Heard(path.name, _parsed(path))
        heard = [h for h in self._letters.values() if self.mornings or h.kind != "digest"]
        return sorted(heard, key=lambda h: (h.at, h.name))

    def letters_to(self, address: str) -> list["Heard"]:
        return [letter for letter in self.letters() if letter.to == address]

    def fresh_letters_to(self, address: str) -> list["Heard"]:
        """Those this person has not looked at before."""
        found = [letter for letter in self.letters_to(address) if letter.name not in self._read]
        self._read |= {letter.name for letter in found}
        return found

    def ticket(self, number: int) -> dict[str, Any]:
        """As `show N --json` gives it."""
        found = shown(self.house, number)
        assert found is not None, f"there is no ticket {number}"
        return found

    def tickets(self) -> int:
        """How many there are."""
        with self.house.rows.reading():
            return int(self.house.rows.value("SELECT count(*) FROM ticket"))

    def person(self, address: str, name: str = "") -> "Person":
        return Person(self, address, name)


@dataclass(frozen=True)
class Heard:
    """A letter as its reader's mail client has it."""

    name: str
    mail: EmailMessage

    @cached_property
    def at(self) -> datetime:
        return cast(datetime, self.mail["Date"].datetime)

    @cached_property
    def to(self) -> str:
        return str(self.mail["Delivered-To"])

    @property
    def kind(self) -> str:
        return str(self.mail["X-Postdesk-Desk"] or "")

    @property
    def subject(self) -> str:
        return str(self.mail["Subject"])

    @cached_property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        return str(part.get_content()) if part else ""

    @property
    def reply_to(self) -> str:
        where = self.mail["Reply-To"] or self.mail["From"]
        return str(where.addresses[0].addr_spec)

    @property
    def files(self) -> dict[str, bytes]:
        return {
            str(part.get_filename()): cast(bytes, part.get_payload(decode=True))
            for part in self.mail.walk()
            if part.get_filename()
        }


@dataclass
class Person:
    """Somebody with a mail client: remembers what came, and answers the latest."""

    town: Town
    address: str
    name: str = ""
    last: Heard | None = None
    peer: str = "127.0.0.1"
    sent: list[EmailMessage] = field(default_factory=list)

    def writes(
        self,
        subject: str,
        text: str,
        *,
        to: str = "support@example.com",
        cc: str = "",
        headers: dict[str, str] | None = None,
        change: Callable[[EmailMessage], None] | None = None,
    ) -> EmailMessage:
        """A new mail to the desk."""
        mail = self._mail(subject, text, to, cc)
        for key, value in (headers or {}).items():
            mail[key] = value
        if change:
            change(mail)
        return self._send(mail)

    def replies(
        self,
        text: str,
        *,
        to: Heard | None = None,
        quote: bool = True,
        cc: str = "",
        change: Callable[[EmailMessage], None] | None = None,
    ) -> EmailMessage:
        """Answers the latest letter (or ``to``) as mail clients do, quoting it below."""
        letter = to or self.last or self.hears()
        quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
        whole = f"{text}\n\nOn Mon, 23 Nov 2026 at 10:00, Support wrote:\n{quoted}\n"
        subject = letter.subject if letter.subject.startswith("Re:") else f"Re: {letter.subject}"
        mail = self._mail(subject, whole if quote else text, letter.reply_to, cc)
        mail["In-Reply-To"] = str(letter.mail["Message-ID"])
        references = str(letter.mail["References"] or "")
        mail["References"] = f"{references} {letter.mail['Message-ID']}".strip()
        if change:
            change(mail)
        return self._send(mail)

    def hears(self, words: str = "", *, subject: str = "") -> Heard:
        """The one letter that came since the last look; it has these words."""
        found = self.town.fresh_letters_to(self.address)
        assert len(found) == 1, f"{self.address} got {[f.subject for f in found]}"
        assert words in found[0].text, f"{words!r} is not in:\n{found[0].text}"
        assert subject in found[0].subject, found[0].subject
        self.last = found[0]
        return found[0]

    def hears_nothing(self) -> None:
        """No letter came since the last look."""
        found = self.town.fresh_letters_to(self.address)
        assert not found, f"{self.address} got {[f.subject for f in found]}"

    def _mail(self, subject: str, text: str, to: str, cc: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"{self.name} <{self.address}>" if self.name else self.address
        mail["To"] = to
        if cc:
            mail["Cc"] = cc
        mail["Subject"] = subject
        mail["Date"] = self.town.time
        domain = self.address.partition("@")[2]
        mail["Message-ID"] = f"<{next(self.town.ids)}.story@{domain}>"
        mail.set_content(text)
        return mail

    def _send(self, mail: EmailMessage) -> EmailMessage:
        self.sent.append(mail)
        people = mail["To"].addresses + (mail["Cc"].addresses if mail["Cc"] else ())
        rcpts = [a.addr_spec for a in people if self.town.house.accepts(a.addr_spec) is None]
        assert rcpts, f"nobody of ours is written to: {mail['To']}"
        self.town.deliver(self.address, rcpts, mail.as_bytes(), peer=self.peer)
        return mail


@contextmanager
def town(
    folder: Path,
    database: str,
    *,
    people: str = PEOPLE,
    desk: str = "",
    more: str = "",
    workers: str = "inline",
) -> Iterator[Town]:
    """A desk that is up, and goes down with the test.

    ``workers="real"`` parses in processes of their own, as the program does; that costs a second.
    """
    place = Town(folder, database, people, desk, more, workers)
    place.daemon.start()
    try:
        yield place
    finally:
        place.stop()


def _parsed(path: Path) -> EmailMessage:
    message: Message = BytesParser(policy=default).parsebytes(path.read_bytes())
    return cast(EmailMessage, message)
