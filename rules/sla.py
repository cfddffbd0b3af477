"""Service levels: what is promised, and the stopwatch that counts it.

A stopwatch is started with the promise (``running``), stands still while the ticket waits
(``paused``) and goes on (``running``). ``deadline`` tells when the allowed time is used up. A
change of urgency or SLA changes what is allowed, and keeps the time that is used: pause it under
the calendar of the old SLA, and let it run under that of the new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from postdesk.rules.calendar import Calendar, add, between
from postdesk.rules.people import People
from postdesk.rules.ticket import Target, Ticket

Promise = Mapping[Target, timedelta]
QUARTER = 25  # percent
DEFAULT = "default"  # the SLA of tickets for which nothing else is said


@dataclass(frozen=True, slots=True)
class Sla:
    """What is promised by urgency: how long until which target."""

    name: str
    calendar: str = ""  # whose open time counts; "" = clock time
    promises: Mapping[int, Promise] = field(default_factory=dict)
    warn: timedelta | int = QUARTER  # before the end; a number is a percentage of what is allowed
    where: str = ""  # "40-sla.toml:12"

    def allowed(self, urgency: int, target: Target) -> timedelta | None:
        """The time a target may take; None where nothing is promised.

        A next response may take as long as the first where nothing else is said.
        """
        promise = self.promises.get(urgency, {})
        if target == "next_response":
            return promise.get(target, promise.get("first_response"))
        return promise.get(target)

    def warned_before(self, allowed: timedelta) -> timedelta:
        """How long before the end there is a warning; never longer than what is allowed."""
        if isinstance(self.warn, timedelta):
            return min(self.warn, allowed)
        return allowed * self.warn / 100


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Time that is used, and since when it runs; None while it stands still."""

    used: timedelta = timedelta()  # before ``since``
    since: datetime | None = None


def running(watch: Stopwatch, now: datetime) -> Stopwatch:
    """The watch going on from now; as it is, if it runs."""
    return Stopwatch(watch.used, now) if watch.since is None else watch


def paused(watch: Stopwatch, now: datetime, calendar: Calendar | None) -> Stopwatch:
    """The watch standing still from now on."""
    return Stopwatch(elapsed(watch, now, calendar))


def elapsed(watch: Stopwatch, now: datetime, calendar: Calendar | None) -> timedelta:
    """The time that is used by now: open time of the calendar, clock time without one."""
    if watch.since is None:
        return watch.used
    if calendar is not None:
        return watch.used + between(calendar, watch.since, now)
    return watch.used + max(now - watch.since, timedelta())


def deadline(watch: Stopwatch, allowed: timedelta, calendar: Calendar | None) -> datetime | None:
    """When the allowed time is used up; None while the watch stands still.

    Since when it runs, where more was used before than is allowed.
    """
    if watch.since is None:
        return None
    left = max(allowed - watch.used, timedelta())
    return watch.since + left if calendar is None else add(calendar, watch.since, left)


def sla_of(ticket: Ticket, people: People, slas: Mapping[str, Sla]) -> Sla | None:
    """The service level of a ticket: the first that exists of what its names say.

    Its own (set by a rule or a command), its customer's, the customer's organisation's, its
    team's, and the one called default.
    """
    return next((slas[name] for name in _named(ticket, people) if name in slas), None)


def _named(ticket: Ticket, people: People) -> tuple[str, ...]:
    address = ticket.requester.address if ticket.requester else ""
    owners = (
        people.customer_of(address),
        people.organisation_of(address),
        people.team(ticket.team or ""),
    )
    return (ticket.sla or "", *(owner.sla for owner in owners if owner), DEFAULT)
