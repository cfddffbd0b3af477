"""Who gets a ticket: the ways to assign one fairly among those who are there.

A choice narrows: who may get the ticket at all (``pool``), who of them is available, who speaks
its language, who has the skill it asks for, and of those left whose turn it is. Language and skill
only prefer: a ticket never waits for a better agent while any agent is available.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from postdesk.rules.book import Book
from postdesk.rules.calendar import is_open
from postdesk.rules.people import Agent, People
from postdesk.rules.ticket import Ticket

AWAY, OUTSIDE, FULL = "away", "outside working hours", "full"


@dataclass(frozen=True, slots=True)
class Roster:
    """What is known of the agents now, by handle; one who is not named is there and has nothing."""

    away: AbstractSet[str] = frozenset()
    open: Mapping[str, int] = field(default_factory=dict)  # how many open tickets she has
    # Whose turn was when, in the team of the ticket: the higher, the later; not named: never.
    turns: Mapping[str, int] = field(default_factory=dict)
    # When she last answered the requester of the ticket.
    knew: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent's handle, or None where nobody is available; and why so, for the history."""

    agent: str | None
    why: str


def choose(strategy: str, ticket: Ticket, book: Book, roster: Roster, now: datetime) -> Choice:
    """The agent whom one of ``people.STRATEGIES`` gives this ticket.

    ``round-robin``: whose turn is longest ago. ``least-loaded``: who has the fewest open tickets,
    of equals whose turn is longest ago. ``coordinator``: the customer's, or who stands in for her;
    with none available as ``least-loaded``. ``sticky``: of the pool who answered this customer
    last; with none available as ``round-robin``.
    """
    who = pool(ticket, book.people)
    there = [agent for agent in who if available(agent, roster, book, now)]
    chosen = _by_strategy(strategy, ticket, there, book, roster, now)
    if chosen:
        return chosen
    if not there:
        return Choice(None, _nobody(ticket, who, roster, book, now))
    fit = _fitting(ticket, there)
    if strategy in ("least-loaded", "coordinator"):
        least = min(fit, key=lambda a: (roster.open.get(a.handle, 0), _turn(a, roster)))
        return Choice(least.handle, f"fewest open tickets{_among(ticket)}")
    first = min(fit, key=lambda agent: _turn(agent, roster))
    return Choice(first.handle, f"longest without a ticket{_among(ticket)}")


def _by_strategy(
    strategy: str,
    ticket: Ticket,
    there: Sequence[Agent],
    book: Book,
    roster: Roster,
    now: datetime,
) -> Choice | None:
    """The one agent whom the strategy means; None where it goes by turn or load."""
    if strategy == "coordinator":
        return _coordinator(ticket, book, roster, now)
    if strategy == "sticky":
        return _acquaintance(ticket, there, roster)
    return None


def _coordinator(ticket: Ticket, book: Book, roster: Roster, now: datetime) -> Choice | None:
    line = coordinators(ticket, book.people)
    for agent in line:
        if available(agent, roster, book, now):
            stands = "" if agent == line[0] else f"stands in for {line[0].handle}, who "
            return Choice(agent.handle, f"{stands}coordinates {_customer(ticket)}")
    return None


def _acquaintance(ticket: Ticket, there: Sequence[Agent], roster: Roster) -> Choice | None:
    known = [agent for agent in there if agent.handle in roster.knew]
    if not known:
        return None
    latest = max(known, key=lambda agent: roster.knew[agent.handle])
    return Choice(latest.handle, f"answered {_customer(ticket)} last")


def pool(ticket: Ticket, people: People) -> tuple[Agent, ...]:
    """Who may get the ticket at all: its team, without one every agent of role agent or lead.

    Nobody gets the ticket that she is the customer of.
    """
    team = people.team(ticket.team or "")
    members = people.members(team) if team else people.recipients
    requester = ticket.requester.address if ticket.requester else ""
    return tuple(agent for agent in members if requester not in agent.addresses)


def reach(strategy: str, ticket: Ticket, people: People) -> tuple[Agent, ...]:
    """All whom this way to assign may give the ticket, available or not."""
    members = pool(ticket, people)
    return (*coordinators(ticket, people), *members) if strategy == "coordinator" else members


def coordinators(ticket: Ticket, people: People) -> tuple[Agent, ...]:
    """The coordinator of the ticket's customer, then who stands in, in their order."""
    customer = people.customer_of(ticket.requester.address) if ticket.requester else None
    agent = people.agent(customer.coordinator) if customer else None
    return (agent, *deputies(agent, people)) if agent else ()


def deputies(agent: Agent, people: People) -> Iterator[Agent]:
    """The agent's deputy, the deputy's deputy and so on, each once."""
    seen = {agent.handle}
    while (found := people.agent(agent.deputy)) and found.handle not in seen:
        seen.add(found.handle)
        yield found
        agent = found


def stands_in(agent: Agent, roster: Roster, people: People) -> str | None:
    """The handle of who takes what waits for this agent while she is away.

    The first of her deputies who is not away; None while she is there, or where there is no such.
    """
    if agent.handle not in roster.away:
        return None
    there = (found.handle for found in deputies(agent, people) if found.handle not in roster.away)
    return next(there, None)


def present(agent: Agent, roster: Roster, book: Book, now: datetime) -> bool:
    """Is she there to be told something: not away, and within her hours?"""
    return not _absent(agent, roster, book, now)


def available(agent: Agent, roster: Roster, book: Book, now: datetime) -> bool:
    """May a rule give her a ticket: is she present, and her capacity not reached?"""
    return not _absent(agent, roster, book, now) and not _full(agent, roster)


def _absent(agent: Agent, roster: Roster, book: Book, now: datetime) -> str:
    """Why she is not there; ``""`` when she is. Who has no hours is there at all hours."""
    if agent.handle in roster.away:
        return AWAY
    calendar = book.calendars.get(agent.hours)
    return "" if calendar is None or is_open(calendar, now) else OUTSIDE


def _full(agent: Agent, roster: Roster) -> bool:
    return agent.capacity is not None and roster.open.get(agent.handle, 0) >= agent.capacity


def _turn(agent: Agent, roster: Roster) -> int:
    return roster.turns.get(agent.handle, -1)


# --- who suits best ------------------------------------------------------------------------------


def _fitting(ticket: Ticket, there: Sequence[Agent]) -> Sequence[Agent]:
    """Of these the ones who suit best: first by language, then by skill; all of them if none do.

    Who names the ticket's language goes before who names none; who names others only comes last.
    """
    spoken = _base(ticket.language)
    asked = {word.casefold() for word in (ticket.category or "", *ticket.tags)}
    there = _preferred(
        there, lambda a: spoken in map(_base, a.languages), lambda a: not a.languages
    )
    return _preferred(there, lambda a: not asked.isdisjoint(map(str.casefold, a.skills)))


def _preferred(agents: Sequence[Agent], *tests: Callable[[Agent], bool]) -> Sequence[Agent]:
    """Those who pass the first test that anybody passes; all of them where nobody does."""
    for test in tests:
        if found := [agent for agent in agents if test(agent)]:
            return found
    return agents


def _base(language: str) -> str:
    """``pt`` of ``pt-BR``."""
    return language.partition("-")[0].casefold()


# --- why -----------------------------------------------------------------------------------------


def _nobody(
    ticket: Ticket, pool: Sequence[Agent], roster: Roster, book: Book, now: datetime
) -> str:
    """``nobody is available in billing: 2 away, 1 full``."""
    reasons = Counter(_absent(agent, roster, book, now) or FULL for agent in pool)
    told = ", ".join(f"{many} {reason}" for reason, many in reasons.items())
    return f"nobody is available{_among(ticket)}: {told or 'there are no agents'}"


def _among(ticket: Ticket) -> str:
    return f" in {ticket.team}" if ticket.team else ""


def _customer(ticket: Ticket) -> str:
    return ticket.requester.address if ticket.requester else "the customer"
