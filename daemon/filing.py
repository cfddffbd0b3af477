"""One event's effects, all in the caller's transaction: ticket, words, history, letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from postdesk.daemon.bundles import Bundles
from postdesk.daemon.chronicle import entries
from postdesk.daemon.letters import Case, Writer, written
from postdesk.daemon.matters import Matters
from postdesk.daemon.outbox import Draft
from postdesk.daemon.roster import Rosters
from postdesk.daemon.search import Search
from postdesk.daemon.store import Tickets
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.apply import apply_all
from postdesk.rules.around import Around
from postdesk.rules.book import Book
from postdesk.rules.course import Looked
from postdesk.rules.decide import decide
from postdesk.rules.effect import Append, Assign, Drop, Join, Keep, Notify, Step
from postdesk.rules.event import Event, MailCame, SplitOff
from postdesk.rules.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a mail is now: on a ticket, or nowhere because a rule said so."""

    ticket: Ticket | None
    verdict: Step | None = None  # with a Drop or a Keep


@dataclass(frozen=True, slots=True)
class Decided:
    """One event as it was decided, with every rule that was looked at."""

    ticket: Ticket  # before
    event: Event
    steps: Sequence[Step]
    looked: Sequence[Looked]


class Filing:
    """Decides an event and writes down what was decided."""

    witness: Callable[[Decided], None] | None = None  # for who wants to see why

    def __init__(
        self,
        tickets: Tickets,
        outbox: Outbox,
        search: Search,
        writers: Sequence[Writer],
        bundles: Bundles,
        matters: Matters,
        around: Around,
        rosters: Rosters,
        first_number: int,
    ) -> None:
        self._tickets = tickets
        self._outbox = outbox
        self._search = search
        self._writers = writers
        self._bundles = bundles
        self._matters = matters
        self._around = around
        self._rosters = rosters
        self._first_number = first_number

    def open(self, event: MailCame, book: Book, now: datetime) -> Filed:
        """A new ticket, or the open one of the same matter where a rule finds it.

        The number is taken last: a mail that is dropped, held or joined uses none up.
        """
        steps = self._decide(Ticket(0), event, book, now)
        if verdict := _verdict(steps):
            return Filed(None, verdict)
        if found := self._elsewhere(steps, event, book, now):
            return found
        ticket = Ticket(self._tickets.next_number(self._first_number))
        return Filed(self._file(ticket, steps, event, book, now))

    def _elsewhere(
        self, steps: Sequence[Step], event: MailCame, book: Book, now: datetime
    ) -> Filed | None:
        """Where the `link` of a rule leads; a person who opens a ticket has decided already."""
        joins = [(step, step.effect) for step in steps if isinstance(step.effect, Join)]
        if not joins or event.by:
            return None
        step, join = joins[-1]
        self._rosters.alone()  # or another node opens one of the same matter, too
        if joined := self._matters.open_ticket(join, event):
            return self.append(joined, _joining(joined, event, book), book, now)
        if join.otherwise and not event.let_through:
            return Filed(None, replace(step, effect=join.otherwise))
        return None

    def begin(self, event: SplitOff, book: Book, now: datetime) -> Ticket:
        """A new ticket that no mail opened."""
        steps = self._decide(Ticket(0), event, book, now)
        ticket = Ticket(self._tickets.next_number(self._first_number))
        return self._file(ticket, steps, event, book, now)

    def append(self, ticket: Ticket, event: MailCame, book: Book, now: datetime) -> Filed:
        """A further mail of a ticket, unless a rule drops or holds it."""
        steps = self._decide(ticket, event, book, now)
        if verdict := _verdict(steps):
            return Filed(None, verdict)
        return Filed(self._file(ticket, steps, event, book, now))

    def carry_out(self, ticket: Ticket, event: Event, book: Book, now: datetime) -> Ticket:
        """Decide, apply, write: the ticket as it is afterwards."""
        steps = self._decide(ticket, event, book, now)
        return ticket if _verdict(steps) else self._file(ticket, steps, event, book, now)

    def _decide(self, ticket: Ticket, event: Event, book: Book, now: datetime) -> list[Step]:
        if self.witness is None:
            return decide(ticket, event, book, now, self._around)
        looked: list[Looked] = []
        steps = decide(ticket, event, book, now, self._around, looked)
        self.witness(Decided(ticket, event, steps, looked))
        return steps

    def _file(
        self, ticket: Ticket, steps: list[Step], event: Event, book: Book, now: datetime
    ) -> Ticket:
        if not steps:
            return ticket
        after = apply_all(ticket, steps, now)
        self._tickets.save(after)  # before the letters: a card counts this ticket, too
        drafts = written(self._writers, steps, Case(after, event, book, now))
        steps = _with_ids(steps, drafts)
        self._write(after, steps, book, now)
        self._outbox.add(drafts)
        return after

    def _write(self, ticket: Ticket, steps: Sequence[Step], book: Book, now: datetime) -> None:
        for step in steps:
            match step.effect:
                case Notify(bundled=True):
                    told = step.effect
                    self._bundles.add(told.agents, ticket.number, told.why, now)
                case Append() as words:
                    row = self._tickets.add_message(ticket.number, words, now)
                    self._search.add(row, ticket, words)
                    if words.message_id:
                        self._tickets.know(ticket.number, [words.message_id])
                case Assign(str() as agent, why) if why:
                    self._rosters.given(ticket, book.people, agent)
                case Join(key) if key:
                    self._matters.keep(key, ticket.number)
        self._tickets.add_history(ticket.number, entries(steps), now)


def _joining(ticket: Ticket, event: MailCame, book: Book) -> MailCame:
    """As a mail that no mark brought here: it brings nobody along, and may be a stranger's."""
    sender = event.mail.sender.addr
    customer = book.people.customer_of(sender)
    theirs = (customer.address, *customer.addresses) if customer else (sender,)
    known = event.mail.machine or any(ticket.has_participant(address) for address in theirs)
    role: Literal["participant", "bystander"] = "participant" if known else "bystander"
    return replace(event, opens=False, role=role, others=())


def _verdict(steps: Sequence[Step]) -> Step | None:
    return steps[0] if steps and isinstance(steps[0].effect, Drop | Keep) else None


def _with_ids(steps: list[Step], drafts: Sequence[Draft]) -> list[Step]:
    """An answer is filed under the Message-ID of the first letter that carries it."""
    answer = next((d for d in drafts if d.kind == "answer"), None)
    if answer is None:
        return steps
    return [
        replace(step, effect=replace(step.effect, message_id=answer.message_id))
        if isinstance(step.effect, Append) and step.effect.kind == "out"
        else step
        for step in steps
    ]
