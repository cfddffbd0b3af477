"""The house: everything one desk is made of, built from its config and handed to each other."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from postdesk.daemon.admins import Admins
from postdesk.daemon.answering import Answering
from postdesk.daemon.asking import Asking, Proof
from postdesk.daemon.automatic import Automatic
from postdesk.daemon.behalf import Behalf
from postdesk.daemon.bounces import Bounces
from postdesk.daemon.bundles import Bundles
from postdesk.daemon.config import Config
from postdesk.daemon.control import Control, Manner
from postdesk.daemon.correspondence import Correspondence, Parts
from postdesk.daemon.courier import Courier
from postdesk.daemon.deadlines import Deadlines
from postdesk.daemon.desk import Customs, Desk
from postdesk.daemon.edit import Sources
from postdesk.daemon.familiar import Familiar
from postdesk.daemon.filing import Filing
from postdesk.daemon.forwarding import Forwarding
from postdesk.daemon.holding import Holding
from postdesk.daemon.letters import Voice
from postdesk.daemon.letters_agent import AgentLetters
from postdesk.daemon.letters_customer import CustomerLetters
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.letters_words import WordLetters
from postdesk.daemon.mailboxes import readers
from postdesk.daemon.matters import Matters
from postdesk.daemon.outbox import WHOLE
from postdesk.daemon.reading import Addresses
from postdesk.daemon.records import database_url
from postdesk.daemon.relay import relay
from postdesk.daemon.reminders import Reminders
from postdesk.daemon.roster import Rosters
from postdesk.daemon.rulebook import Letters, Rulebook
from postdesk.daemon.saying import Saying
from postdesk.daemon.search import Search
from postdesk.daemon.staleness import Staleness
from postdesk.daemon.store import Tickets, open_rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.succession import Succession
from postdesk.daemon.times import now_utc
from postdesk.daemon.waiting import Waiting
from postdesk.daemon.work import Work
from postdesk.daemon.workers import AnyWorkers, Workers
from postdesk.mailbox.address import normalise
from postdesk.mailbox.coded import Coded
from postdesk.mailbox.keys import open_ring
from postdesk.mailbox.marks import Marks
from postdesk.mailbox.parse import part_as_sent
from postdesk.mailbox.spool import Spool
from postdesk.rules.around import Around
from postdesk.rules.authority import LEVELS
from postdesk.rules.book import Book
from postdesk.templates.alike import Alike
from postdesk.templates.check import letter_of
from postdesk.templates.render import Rendered, Renderer

log = logging.getLogger(__name__)

WORKERS = 2

Clock = Callable[[], datetime]


class House:
    """Holds the parts; ``close`` lets go of all of them.

    Raises DatabaseTrouble, SpoolError, OSError or ValueError, each with a sentence for people.
    """

    def __init__(
        self,
        config: Config,
        workers: Callable[[Path], AnyWorkers] | None = None,
        now: Clock = now_utc,
    ) -> None:
        self.config = config
        desk = config.desk
        self.spool = Spool(desk.state / "spool.db")
        self.rows = open_rows(database_url(config))
        self.tickets = Tickets(self.rows)
        self.outbox = Outbox(self.rows)
        self.search = Search(self.rows)
        self.rosters = Rosters(self.rows, desk.first_number)
        self.marks = Marks(
            open_ring(desk.state / "key"), desk.reply, desk.address.partition("@")[2]
        )
        self.rulebook = Rulebook(Sources.of(config), self.rows, self._renew_letters)
        self.workers = (workers or _workers)(desk.state / "spool.db")
        self._built_in = Alike(Renderer())
        voice = Voice(
            desk.name,
            desk.address,
            desk.from_name,
            desk.language,
            str(desk.timezone),
            desk.send_delay,
        )
        by = (voice, self.marks, self.render, self.tickets)
        words = WordLetters(*by, self.outbox)
        customers = CustomerLetters(voice, self.render, self.tickets, words)
        writers = (customers, words, AgentLetters(*by))
        self.bundles = Bundles(self.rows, voice, self.marks, self.render, self.rulebook.current)
        self.admins = Admins(self.rows, voice, self.marks, self.render, lambda: self.rulebook.book)
        self.filing = Filing(
            self.tickets,
            self.outbox,
            self.search,
            writers,
            self.bundles,
            Matters(self.rows),
            self._around(),
            self.rosters,
            desk.first_number,
        )
        self.waiting = Waiting(self.rows, self.filing, self.rosters, self.rulebook.current)
        self.succession = Succession(self.rows, self.filing, self.rulebook.current)
        self.deadlines = Deadlines(self.rows, self.filing, self.rulebook.current)
        ours = Addresses(desk.address, self.marks)
        current = self.rulebook.current
        forwarding = Forwarding(self.rows, ours, self.filing, current, desk.language)
        self.relay = relay(config, now)
        familiar = Familiar(self.rows, lambda: self.relay.size_limit)
        holds = HoldLetters(voice, self.marks, self.render)
        self.reminders = Reminders(self.rows, holds, self.filing, self.workers.parse, current)
        saying = Saying(desk.sigils, (desk.name, desk.address))
        parts = Parts(
            self.rows,
            self.rosters,
            voice,
            self.marks,
            self.render,
            desk.timezone,
            desk.receipts,
            current,
        )
        letters = Correspondence(parts)
        self.rounds = letters.rounds
        self.orders = Work(self.rows, self.filing, self.rosters, saying, letters.errands, current)
        holding = Holding(
            config.identity.remember,
            self.rows,
            self.filing,
            holds,
            familiar,
            self.workers.parse,
            current,
        )
        asking = Asking(
            _proof(config),
            self.rows,
            holding,
            forwarding,
            familiar,
            self.orders,
            Staleness(self.rows, desk.stale),
            letters.transcripts,
            self.workers.parse,
            current,
        )
        manner = Manner(LEVELS[config.identity.command], desk.timezone, desk.language)
        control = Control(manner, self.rows, holding, self.orders, letters, current)
        named = (self.rows, ours, self.filing, holding, control, self.orders)
        customs = Customs(desk.language, ours)
        self.desk = Desk(
            customs,
            self.rows,
            self.spool,
            self.workers,
            self.filing,
            asking,
            holding,
            control,
            Answering(self.filing, current),
            forwarding,
            Behalf(_proof(config), *named, current),
            familiar,
            self.rulebook.current,
        )
        self.courier = Courier(self.outbox, self.relay, self.fetch)
        self.readers = readers(config, self.spool, self.rows, now)

    def _around(self) -> Around:
        """What rules may ask of the rest of the desk, inside the transaction of their ticket."""
        bounces = Bounces(self.rows, self.marks)
        automatic = Automatic(self.rows, bounces, lambda a: self.accepts(a) is None)
        return Around(
            roster=self.rosters.of,
            sender_open=self.tickets.open_of,
            withheld=automatic.withheld,
            enough=automatic.enough,
            zone=str(self.config.desk.timezone),
        )

    def fetch(self, key: str, part: int) -> bytes | Coded:
        """An attachment, out of the mail that brought it. Raises KeyError."""
        raw = self.spool.raw(key)
        return raw if part == WHOLE else part_as_sent(raw, part)

    def render(self, name: str, language: str, values: Mapping[str, object]) -> Rendered:
        """A letter, by the desk's own template where it has one, else by the package's.

        An own template runs in a worker under limits; one that fails is told and passed over, so
        that no letter is lost to it.
        """
        if _owns(self.rulebook.letters, name):
            found = self.workers.render(name, language, values)
            if isinstance(found, Rendered):
                return found
            log.error("letter %s: %s; the built-in one is used", name, found.why)
            self.admins.unwritten(name, found.why)
        return self._built_in.render(name, language, values)

    def start(self, now: datetime) -> None:
        """Read rules and letters, start the workers."""
        self.rulebook.start(now)
        self.workers.start()

    def reread(self, now: datetime) -> None:
        """Read rules and letters now; what has mistakes is told, and what was before goes on."""
        self.rulebook.reload(now)

    def _renew_letters(self, letters: Letters) -> None:
        self.workers.renew(letters)

    def accepts(self, rcpt: str) -> str | None:
        """None for an address of ours; else the sentence that refuses it."""
        addr = normalise(rcpt)
        local, _, domain = rcpt.lower().rpartition("@")
        if rcpt.lower() == "postmaster" or (local == "postmaster" and domain == self._domain):
            return None  # RFC 5321 4.5.1
        book = self.rulebook.book
        if addr == self.config.desk.address or self.marks.read_address(addr):
            return None
        if self.marks.is_plain(addr) or self.marks.is_control(addr):
            return None
        if book is None and domain == self._domain:
            return None  # teams are not known while no rules are: keep, decide later
        if book and book.people.team_at(addr):
            return None
        if addr.startswith(self.config.desk.reply.partition("{mark}")[0] or "\0"):
            return f"this reply address is not valid; write to {self.config.desk.address}"
        return f"no such address here; write to {self.config.desk.address}"

    @property
    def _domain(self) -> str:
        return self.config.desk.address.partition("@")[2]

    def book(self) -> Book:
        """The rules in force. Raises LookupError while there are none."""
        return self.rulebook.current()

    def turn(self, now: datetime) -> int:
        """One turn of everything that needs no waiting; how much was done."""
        read = sum(reader.once() for reader in self.readers)
        return read + self.work(now) + self.courier.step(now)

    def work(self, now: datetime) -> int:
        """One turn of the desk: mail, and what is due; nothing while no rules are in force."""
        self.rulebook.take(now)
        self.admins.hear(self.rulebook.mistakes, now)
        if self.rulebook.book is None:
            return 0
        followed = self.succession.step(now)  # first: mail is decided on tickets of this set
        return followed + self.desk.step(now) + self.by_clock(now) + self.admins.step(now)

    def by_clock(self, now: datetime) -> int:
        """What time brings to tickets; how much that was."""
        parts = (self.deadlines, self.reminders, self.waiting, self.bundles, self.rounds)
        return sum(part.step(now) for part in parts)

    def close(self) -> None:
        """Let go of everything."""
        self.courier.close()
        for reader in self.readers:
            reader.close()
        self.workers.stop()
        self.spool.close()
        self.rows.db.close()


def _owns(letters: Letters, name: str) -> bool:
    """Has the desk a template of its own for this letter, or for what all letters share?"""
    return any(letter_of(file) == name or letter_of(file).startswith("_") for file in letters)


def _workers(spool: Path) -> AnyWorkers:
    return Workers(WORKERS, spool)


def _proof(config: Config) -> Proof:
    identity, desk = config.identity, config.desk
    levels = LEVELS[identity.reply], LEVELS[identity.command]
    return Proof(*levels, desk.sigils, desk.timezone, desk.language)
