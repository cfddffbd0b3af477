"""What happened once, decided again by a book, on tickets that are kept in memory.

People did what they did: their answers and acts are taken as they were. Letters are not written,
and who is there for a ticket is known by the calendars alone.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush

from postdesk.rules.apply import apply, apply_all
from postdesk.rules.around import Around
from postdesk.rules.assign import Roster
from postdesk.rules.book import Book
from postdesk.rules.decide import decide
from postdesk.rules.effect import Append, Assign, Drop, Effect, Join, Keep, Move, Open, Step
from postdesk.rules.event import AgentWrote, DeadlinePassed, Event, MailCame, Ordered
from postdesk.rules.matter import bare
from postdesk.rules.order_work import SetStatus
from postdesk.rules.outcome import Came, outcome
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket

# What a ticket has come to, as it is compared; who wrote and what it is called stays as it was.
COMPARED = (
    *("dropped", "held", "joined", "team", "category", "assignee", "wanted", "urgency", "status"),
    *("tags", "field", "language", "sla", "escalation_level", "due_at", "respond_by", "resolve_by"),
    *("reply", "withheld", "notified", "approvers", "notes"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would be otherwise, and which rule would make it so, or made it so."""

    name: str
    was: object
    would: object
    because: str


class World:
    """A desk with one book. Hears of what happened in its order."""

    def __init__(self, book: Book, zone: str = "UTC") -> None:
        self.book = book
        self._around = Around(self._roster, self._open_of, zone=zone)
        self._tickets: dict[int, Ticket] = {}
        self._steps: defaultdict[int, list[Step]] = defaultdict(list)
        self._joined: dict[int, int] = {}  # what opened a ticket once is a part of another here
        self._matters: dict[str, int] = {}
        self._of_requester: defaultdict[str, set[int]] = defaultdict(set)
        self._turns: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._given = 0
        self._due: list[tuple[datetime, int]] = []

    def know(self, ticket: Ticket) -> None:
        """A ticket that began before."""
        self._keep(ticket.number, ticket, ())

    def mail(self, number: int, event: MailCame, at: datetime) -> None:
        """A mail came. ``number`` is its ticket, or a made-up one for a mail that opens none."""
        self.passes(at)
        ticket = self._of(number)
        if ticket is None:
            self._open(number, replace(event, opens=True), at)
        else:
            self._decide(ticket, replace(event, opens=False), at)

    def agent(self, number: int, event: AgentWrote, at: datetime) -> None:
        """An agent answered, or left a note."""
        self.passes(at)
        if ticket := self._of(number):
            self._decide(ticket, event, at)

    def act(self, number: int, effect: Effect, actor: str, at: datetime) -> None:
        """A person changed the ticket; of another status the rules hear."""
        self.passes(at)
        ticket = self._of(number)
        if ticket is None:
            return
        if isinstance(effect, Move):
            self._decide(ticket, Ordered(actor, (SetStatus(effect.status),), actor), at)
        else:
            changed = apply(ticket, effect, at, actor=actor)
            self._keep(ticket.number, changed, [Step(effect, actor, actor)])

    def passes(self, until: datetime) -> None:
        """Time goes by: what comes due until then is decided when it is due."""
        while self._due and self._due[0][0] <= until:
            at, number = heappop(self._due)
            ticket = self._tickets[number]
            if ticket.next_deadline == at:
                self._decide(ticket, DeadlinePassed(), at)

    def outcome(self, number: int) -> dict[str, Came]:
        """What became of it, by the names in COMPARED."""
        ticket = self._tickets.get(number, Ticket(number))
        came = outcome(ticket, self._steps[number])
        if other := self._joined.get(number):
            came["joined"] = replace(came["joined"], value=other)
        return {name: came[name] for name in COMPARED}

    # --- within ----------------------------------------------------------------------------------

    def _of(self, number: int) -> Ticket | None:
        return self._tickets.get(self._joined.get(number, number))

    def _open(self, number: int, event: MailCame, at: datetime) -> None:
        steps = decide(Ticket(0), event, self.book, at, self._around)
        joined = self._matter(steps, event)
        if joined is None:
            if not _verdict(steps):
                self._keep(number, apply_all(Ticket(number), steps, at), steps)
            else:
                self._steps[number] += steps
            return
        self._joined[number] = joined.number
        self._steps[number] += [step for step in steps if isinstance(step.effect, Join)]
        self._decide(joined, replace(event, opens=False), at)

    def _matter(self, steps: Sequence[Step], event: MailCame) -> Ticket | None:
        """The open ticket that the mail belongs to by a rule."""
        joins = [step.effect for step in steps if isinstance(step.effect, Join)]
        if not joins or event.by:
            return None
        join = joins[-1]
        about = _about(event.mail.sender.addr, event.mail.subject)
        number = join.number or self._matters.get(join.key or about)
        found = self._of(number) if number else None
        return found if found and found.status_kind != "done" else None

    def _decide(self, ticket: Ticket, event: Event, at: datetime) -> None:
        steps = decide(ticket, event, self.book, at, self._around)
        if _verdict(steps):
            self._steps[ticket.number] += steps
        elif steps:
            self._keep(ticket.number, apply_all(ticket, steps, at), steps)

    def _keep(self, number: int, ticket: Ticket, steps: Sequence[Step]) -> None:
        before = self._tickets.get(number)
        self._tickets[number] = ticket
        for step in steps:
            match step.effect:
                case Assign(str() as agent, why) if why:
                    self._given += 1
                    self._turns[ticket.team or ""][agent] = self._given
                case Join(key) if key:
                    self._matters[key] = number
                case Open(title, requester):
                    self._matters[_about(requester.address, title)] = number
        self._steps[number] += [step for step in steps if not _is_long(step.effect)]
        if ticket.requester:
            self._of_requester[ticket.requester.address].add(number)
        if ticket.next_deadline and (
            before is None or before.next_deadline != ticket.next_deadline
        ):
            heappush(self._due, (ticket.next_deadline, number))

    def _roster(self, ticket: Ticket, people: People, now: datetime) -> Roster:
        return Roster(turns=self._turns[ticket.team or ""])

    def _open_of(self, address: str) -> int:
        theirs = (self._tickets[number] for number in self._of_requester.get(address, ()))
        return sum(ticket.status_kind != "done" for ticket in theirs)


def differences(was: World, would: World, number: int) -> list[Difference]:
    """What of one ticket would be otherwise."""
    before, after = was.outcome(number), would.outcome(number)
    return [
        Difference(name, one.value, after[name].value, after[name].because or one.because)
        for name, one in before.items()
        if one.value != after[name].value
    ]


def _verdict(steps: Sequence[Step]) -> bool:
    return bool(steps) and isinstance(steps[0].effect, Drop | Keep)


def _is_long(effect: Effect) -> bool:
    """The words of mails are not compared, and need not be kept."""
    return isinstance(effect, Append) and effect.kind != "note"


def _about(requester: str, subject: str) -> str:
    return f"{requester}: {bare(subject)}"
