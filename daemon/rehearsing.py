"""Edited rules over the mail that is kept: ticket by ticket, what would be otherwise."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.coming import Coming
from postdesk.daemon.happened import Happened, Line
from postdesk.daemon.house import House
from postdesk.daemon.read_ahead import read_ahead
from postdesk.daemon.reading import Addresses, clues_of
from postdesk.daemon.workers import GONE, Parsed
from postdesk.mailbox.mail import NOBODY, Address, Mail
from postdesk.mailbox.parse import headline
from postdesk.mailbox.spool import Item
from postdesk.rules.book import Book
from postdesk.rules.event import AgentWrote
from postdesk.rules.match import match
from postdesk.rules.rehearsal import Difference, World, differences

BY_RULE = ("dropped by ", "held by ")  # how the spool tells what a rule did to a mail

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would be otherwise of one ticket, or of a mail that opened none."""

    ticket: int | None
    mail: str  # the intake key of its first mail
    title: str
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How many mails were decided again, and what came of it."""

    mails: int
    missing: int  # that are not kept any more
    changed: Sequence[Rehearsed]


class Rehearsing:
    """Decides in memory; the house's tables and spool are only read."""

    def __init__(self, house: House, was: Book, would: Book) -> None:
        desk = house.config.desk
        self._house = house
        self._zone = str(desk.timezone)
        ours = Addresses(desk.address, house.marks)
        self._happened = Happened(house.rows, was.workflow)
        self._worlds = [World(book, self._zone) for book in (was, would)]
        self._coming = [
            Coming(house.rows, ours, desk.language, _always(world.book), lambda _: False)
            for world in self._worlds
        ]
        self._began: dict[int, tuple[str, str]] = {}  # intake key and subject of the first mail
        self._nobody = headline(b"")

    def run(self, since: datetime, until: datetime, told: Told = lambda _: None) -> Rehearsal:
        """Everything from ``since`` on. ``told`` hears of each mail that was decided.

        Raises SpoolError, StoreTrouble, CannotStartError.
        """
        items = {item.key: item for item in self._house.spool.since(since)}
        with self._house.rows.reading():
            lines = self._lines(since, items)
            self._know(lines, since)
            mails = missing = 0
            read = read_ahead(self._house.workers, [x.key for x in lines if x.kind == "in"])
            for line in lines:
                parsed = next(read) if line.kind == "in" else None
                if parsed and parsed.failure == GONE:
                    missing += 1
                    continue
                self._happens(line, items.get(line.key), parsed)
                mails += parsed is not None
                told(mails)
        for world in self._worlds:
            world.passes(until)
        return Rehearsal(mails, missing, list(self._changed()))

    # --- what happened ---------------------------------------------------------------------------

    def _lines(self, since: datetime, items: dict[str, Item]) -> list[Line]:
        """With the mails that a rule kept from any ticket; each under a number below 0."""
        found = [
            line for line in self._happened.lines(since) if line.kind != "in" or line.key in items
        ]
        filed = {line.key for line in found}
        refused = (
            item
            for key, item in items.items()
            if item.reason.startswith(BY_RULE) and key not in filed
        )
        found += [
            Line(item.received_at, -number, "in", item.key, opens=True)
            for number, item in enumerate(refused, 1)
        ]
        place = {key: nth for nth, key in enumerate(items)}
        return sorted(found, key=lambda line: (line.at, place.get(line.key, len(place))))

    def _know(self, lines: Sequence[Line], since: datetime) -> None:
        """The tickets that these lines are about and that began before."""
        begun = {line.ticket for line in lines} - {line.ticket for line in lines if line.opens}
        for number, found in self._happened.tickets(sorted(begun)).items():
            ticket = self._happened.begun_before(found, since)
            self._began[number] = ("", ticket.title)
            for world in self._worlds:
                world.know(ticket)

    # --- decided again ---------------------------------------------------------------------------

    def _happens(self, line: Line, item: Item | None, parsed: Parsed | None) -> None:
        if parsed and item:
            self._mail(line, item, parsed.mail)
        elif line.effect:
            for world in self._worlds:
                world.act(line.ticket, line.effect, line.actor, line.at)
        else:
            for world in self._worlds:
                world.agent(line.ticket, self._wrote(line, world.book), line.at)

    def _mail(self, line: Line, item: Item, mail: Mail) -> None:
        """A mail that means no ticket by itself was put where it is by a rule, or opened one."""
        number = line.ticket
        if not line.opens:
            clues = clues_of(item, mail, self._house.marks, self._house.tickets)
            if match(clues).number is None:
                number = -len(self._began) - 1_000_000
        self._began.setdefault(number, (item.key, mail.subject))
        for world, coming in zip(self._worlds, self._coming, strict=True):
            event = coming.alone(item, mail, None if line.opens else number, line.at)
            world.mail(number, event, line.at)

    def _wrote(self, line: Line, book: Book) -> AgentWrote:
        agent = book.people.agent(line.agent)
        return AgentWrote(
            agent=line.agent,
            to="customer" if line.kind == "out" else "team",
            key=line.key,
            because=line.key,
            message_id="",
            sender=Address(agent.name, agent.address) if agent else NOBODY,
            text=line.text,
            full_text=line.text,
            rich=(),
            mail=self._nobody,
        )

    def _changed(self) -> Iterator[Rehearsed]:
        was, would = self._worlds
        for number, (key, title) in sorted(self._began.items()):
            if found := differences(was, would, number):
                named = [self._named(one) for one in found]
                yield Rehearsed(number if number > 0 else None, key, title, named)

    def _named(self, one: Difference) -> Difference:
        """A mail that opened no ticket is called by its subject."""
        return replace(one, was=self._title(one.was), would=self._title(one.would))

    def _title(self, value: object) -> object:
        made_up = isinstance(value, int) and value < 0
        return self._began[value][1] if made_up and value in self._began else value


def _always(book: Book) -> Callable[[], Book]:
    return lambda: book
