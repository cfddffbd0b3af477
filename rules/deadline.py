"""What time does to a ticket: promises are reckoned, warned of and broken; idle ones rise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from postdesk.rules.book import Book
from postdesk.rules.course import Course
from postdesk.rules.effect import Fire, Move, Notify, Reckon, Record, Reply, Wake
from postdesk.rules.event import DeadlinePassed
from postdesk.rules.moment import (
    Moment,
    calendar_of,
    deadline_of,
    moments,
    remembered,
    sla_name,
)
from postdesk.rules.rule import Rule
from postdesk.rules.sla import Stopwatch, paused
from postdesk.rules.telling import responsible
from postdesk.rules.ticket import Clock, Target, Ticket
from postdesk.rules.timing import threshold

BECAUSE = DeadlinePassed().because
CLOSED = "closed"  # where a solution ends that nobody objects to
REMINDER = "solution-reminder"
BACK = "in-progress"  # where a ticket goes that was put off until now
OVERDUE = frozenset({"overdue"})
GO_ON = "time to go on"
AT_ONCE = 1000  # moments of one look: rules that chase each other must not keep us for ever
RESPONSES: tuple[Target, ...] = ("first_response", "next_response")


def deadline_passed(course: Course) -> None:
    """Do what every moment that came asks for: in their order, each once.

    Each sees what the ones before it did: what a rule has closed is escalated no further.
    """
    for _ in range(AT_ONCE):
        if not (came := _due(course)):
            return
        moment = came[0]
        course.do(Fire(remembered(course.ticket, moment.name)), BECAUSE)
        if not _overtaken(moment, came):
            _come(course, moment)
        reckon(course)


def _due(course: Course) -> list[Moment]:
    now = course.scene.now
    return [m for m in moments(course.ticket, course.scene.book, now) if m.at <= now]


def _overtaken(moment: Moment, came: Sequence[Moment]) -> bool:
    """Nobody is warned of what is broken, or reminded of what is over."""
    ends = {"warning": "breached", "remind": "silence"}.get(moment.kind)
    return any(other.kind == ends and other.target == moment.target for other in came)


def _come(course: Course, moment: Moment) -> None:
    course.scene = replace(
        course.scene, target=moment.target, deadline=moment.deadline, why=_WHY[moment.kind]
    )
    match moment.kind:
        case "wake":
            course.do(Wake(None), BECAUSE)
            _move(course, BACK)
            course.do(Notify(responsible(course.scene), GO_ON), BECAUSE)
        case "warning" | "breached":
            course.do(Record(f"sla {moment.kind}", _told(moment)), BECAUSE)
            _run(course, f"sla.{moment.kind}", _at_once(course.scene.book, f"sla.{moment.kind}"))
        case "overdue" if moment.rule:
            _run(course, "sla.breached", (moment.rule,))
        case "remind":
            _remind(course)
        case "silence":
            _move(course, CLOSED)
            course.rules("ticket.closed")
        case "idle" if moment.rule:
            _run(course, "ticket.idle", (moment.rule,))


def _move(course: Course, status: str) -> None:
    course.do(Move(status, course.scene.book.workflow.kind(status)), BECAUSE)
    course.rules("status.changed")


def _remind(course: Course) -> None:
    """Once: the letter that asked whether it is solved, again; never where it would not arrive."""
    requester = course.ticket.requester
    to = requester.address if requester else ""
    if to and not course.scene.around.withheld(course.ticket, to):
        course.do(Reply(REMINDER, to), BECAUSE)


def _run(course: Course, on: str, rules: Sequence[Rule]) -> None:
    if rules:
        course.rules(on, only=rules)


def _at_once(book: Book, on: str) -> tuple[Rule, ...]:
    """The rules that wait for no more than the moment itself."""
    return tuple(r for r in book.rules_on(on) if threshold(r.when, OVERDUE) is None)


_WHY = {
    "wake": GO_ON,
    "warning": "warning",
    "breached": "breached",
    "overdue": "breached",
    "idle": "idle",
    "remind": "",
    "silence": "",
}


def _told(moment: Moment) -> dict[str, object]:
    by = moment.deadline.isoformat() if moment.deadline else ""
    return {"target": moment.target, "by": by}


# --- what is promised ----------------------------------------------------------------------------


def reckon(course: Course) -> None:
    """One step that brings clocks and deadlines up to date; none where nothing changes."""
    ticket, book, now = course.ticket, course.scene.book, course.scene.now
    looked_at = course.steps or isinstance(course.scene.event, DeadlinePassed)
    if not looked_at or not ticket.opened:
        return
    found = reckoned(ticket, book, now)
    kept = (ticket.clocks, ticket.respond_by, ticket.resolve_by, ticket.due_at)
    as_found = (found.clocks, found.respond_by, found.resolve_by, found.due_at)
    if kept != as_found or ticket.next_deadline != found.next_deadline:
        course.do(found, "promises")


def reckoned(ticket: Ticket, book: Book, now: datetime) -> Reckon:
    """Clocks, promises and the next deadline of a ticket as it is now."""
    clocks = clocks_of(ticket, book, now)
    ticket = replace(ticket, clocks=clocks)
    ends = {clock.target: deadline_of(clock, ticket, book) for clock in clocks}
    resolve_by = ends.get("resolution")
    coming = moments(ticket, book, now)
    return Reckon(
        clocks=clocks,
        respond_by=next((ends[target] for target in RESPONSES if target in ends), None),
        resolve_by=resolve_by,
        due_at=ticket.due_at if ticket.due_by_hand else resolve_by,
        next_deadline=coming[0].at if coming else None,
    )


def clocks_of(ticket: Ticket, book: Book, now: datetime) -> tuple[Clock, ...]:
    """The clocks that count for a ticket now: running, or standing still with what is used."""
    sla = sla_name(ticket, book)
    wanted = _wanted(ticket) if sla and not ticket.spam and not ticket.merged_into else ()
    known = {clock.target: clock for clock in ticket.clocks}
    runs = ticket.status_kind == "open"
    return tuple(_set(known.get(target), target, sla, book, now, runs=runs) for target in wanted)


def _wanted(ticket: Ticket) -> Sequence[Target]:
    """Which promises are open: an answer to whoever waits for one, and a solution."""
    if ticket.first_response_at is None and ticket.status_kind != "done":
        return ("first_response", "resolution")
    if ticket.waiting_since is not None and ticket.status_kind != "done":
        return ("next_response", "resolution")
    return ("resolution",)


def _set(
    clock: Clock | None, target: Target, sla: str, book: Book, now: datetime, *, runs: bool
) -> Clock:
    """One clock, running or not from now on; with another SLA the time used is kept."""
    if clock is None:
        return Clock(target, since=now if runs else None, sla=sla)
    if clock.sla == sla and (clock.since is not None) == runs:
        return clock
    used = paused(Stopwatch(clock.used, clock.since), now, calendar_of(clock.sla, book)).used
    return Clock(target, used, now if runs else None, sla)
