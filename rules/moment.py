"""The moments of a ticket: what will have happened to it by when, if nobody acts.

Each has a name that a ticket remembers once it came (``Ticket.fired``), so that it comes once:
after a week's outage, after a jump of the clock, and on two machines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from postdesk.rules.book import Book
from postdesk.rules.calendar import Calendar
from postdesk.rules.rule import Rule
from postdesk.rules.sla import Stopwatch, deadline, sla_of
from postdesk.rules.span import after
from postdesk.rules.ticket import Clock, Target, Ticket

MomentKind = Literal["wake", "warning", "breached", "overdue", "idle", "remind", "silence"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One of them: when, what, of which promise, and for which rule alone."""

    at: datetime
    kind: MomentKind
    name: str  # "breached:resolution@0"
    target: str = ""
    deadline: datetime | None = None
    rule: Rule | None = None


def moments(ticket: Ticket, book: Book, now: datetime) -> list[Moment]:
    """All that came unnoticed, and the next to come; the earliest first.

    Of many rules that wait, only as many are reckoned as can be among them.
    """
    if ticket.merged_into or ticket.spam:
        return []
    found = [
        *_waking(ticket), *_promised(ticket, book, now), *_idle(ticket, book, now),
        *_silent(ticket, book),
    ]  # fmt: skip
    return sorted((m for m in found if m.name not in ticket.fired), key=lambda m: m.at)


def remembered(ticket: Ticket, came: str) -> tuple[str, ...]:
    """The names of moments that came, with this one; without those that can never come again."""
    bases = {"", str(ticket.reopened)}
    since = (ticket.touched_at, ticket.waiting_since, ticket.resolved_at, ticket.wakes_at)
    bases |= {moment.isoformat() for moment in since if moment}
    return tuple(name for name in (*ticket.fired, came) if name.rpartition("@")[2] in bases)


def deadline_of(clock: Clock, ticket: Ticket, book: Book) -> datetime | None:
    """When this clock's promise is broken; None while it stands still, or nothing is promised."""
    allowed = allowed_of(clock, ticket, book)
    if allowed is None:
        return None
    return deadline(Stopwatch(clock.used, clock.since), allowed, calendar_of(clock.sla, book))


def allowed_of(clock: Clock, ticket: Ticket, book: Book) -> timedelta | None:
    """The open time that is promised."""
    sla = book.slas.get(clock.sla)
    return sla.allowed(ticket.urgency, clock.target) if sla else None


def calendar_of(sla: str, book: Book) -> Calendar | None:
    """The calendar of an SLA; None for clock time."""
    found = book.slas.get(sla)
    return book.calendars.get(found.calendar) if found else None


def sla_name(ticket: Ticket, book: Book) -> str:
    """The SLA that holds for a ticket now; ``""`` for none."""
    found = sla_of(ticket, book.people, book.slas)
    return found.name if found else ""


def _waking(ticket: Ticket) -> Iterator[Moment]:
    if ticket.wakes_at:
        yield Moment(ticket.wakes_at, "wake", f"wake@{ticket.wakes_at.isoformat()}")


def _promised(ticket: Ticket, book: Book, now: datetime) -> Iterator[Moment]:
    for clock in ticket.clocks:
        end = deadline_of(clock, ticket, book)
        if end is None:
            continue
        target, base = clock.target, _base(clock.target, ticket)
        yield Moment(end, "breached", f"breached:{target}@{base}", target, end)
        if warned := _warned(clock, ticket, book):
            yield Moment(warned, "warning", f"warning:{target}@{base}", target, end)
        about = f"{target}@{base}"
        for at, rule in _lasting(book, "sla.breached", "overdue", end, about, ticket, now):
            yield Moment(at, "overdue", f"{rule.name}:{about}", target, end, rule)


def _warned(clock: Clock, ticket: Ticket, book: Book) -> datetime | None:
    sla, allowed = book.slas.get(clock.sla), allowed_of(clock, ticket, book)
    if sla is None or allowed is None:
        return None
    early = allowed - sla.warned_before(allowed)
    return deadline(Stopwatch(clock.used, clock.since), early, calendar_of(clock.sla, book))


def _base(target: Target, ticket: Ticket) -> str:
    """What begins a promise anew: the customer wrote again, the ticket was reopened."""
    if target == "next_response":
        return ticket.waiting_since.isoformat() if ticket.waiting_since else ""
    return str(ticket.reopened) if target == "resolution" else ""


def _idle(ticket: Ticket, book: Book, now: datetime) -> Iterator[Moment]:
    if ticket.status_kind == "done" or ticket.wakes_at:
        return  # it is over, or somebody has said when it goes on
    for fact, since in (("idle", ticket.touched_at), ("waiting", ticket.waiting_since)):
        if since is None:
            continue
        about = f"{fact}@{since.isoformat()}"
        for at, rule in _lasting(book, "ticket.idle", fact, since, about, ticket, now):
            yield Moment(at, "idle", f"{rule.name}:{about}", rule=rule)


def _silent(ticket: Ticket, book: Book) -> Iterator[Moment]:
    """A solution that nobody says a word about: one reminder, then it counts as agreed to."""
    since, workflow = ticket.resolved_at, book.workflow
    if ticket.status != "resolved" or since is None or workflow.close_after is None:
        return
    calendar, base = book.calendars.get(workflow.calendar), since.isoformat()
    yield Moment(after(since, workflow.close_after, calendar), "silence", f"silence@{base}")
    if workflow.remind_after:
        yield Moment(after(since, workflow.remind_after, calendar), "remind", f"remind@{base}")


def _lasting(
    book: Book,
    on: str,
    fact: str,
    since: datetime,
    about: str,
    ticket: Ticket,
    now: datetime,
) -> Iterator[tuple[datetime, Rule]]:
    """When this fact has lasted long enough for the rules that wait for it.

    For those whose time came, and did not come before, and for the next one of each calendar.
    """
    for rules in book.lasting(on, fact):
        calendar = book.calendars.get(rules[0][1].calendar)
        for span, rule in rules:
            if f"{rule.name}:{about}" in ticket.fired:
                continue
            at = after(since, span, calendar)
            yield at, rule
            if at > now:
                break
