"""Service levels: what is promised, and the clock that counts it, by clock time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from postdesk.rules.calendar import Calendar
from postdesk.rules.people import People
from postdesk.rules.ticket import Target, Ticket


@dataclass(frozen=True, slots=True)
class Sla:
    """What is promised by urgency: how long until which target."""

    name: str
    calendar: str = ""  # whose open time counts; "" = clock time
    promises: Mapping[int, Mapping[Target, timedelta]] = field(default_factory=dict)
    warn: timedelta | int = 25  # before the end; a number is a percentage of what is allowed
    where: str = ""  # "40-sla.toml:12"

    def allowed(self, urgency: int, target: Target) -> timedelta | None:
        """The time a target may take; None where nothing is promised."""
        return self.promises.get(urgency, {}).get(target)

    def warned_before(self, allowed: timedelta) -> timedelta:
        """How long before the end there is a warning."""
        if isinstance(self.warn, timedelta):
            return min(self.warn, allowed)
        return allowed * self.warn / 100


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Time that is used, and since when it runs; None while it stands still."""

    used: timedelta = timedelta()
    since: datetime | None = None


def paused(watch: Stopwatch, now: datetime, calendar: Calendar | None) -> Stopwatch:
    """The watch standing still from now on."""
    if watch.since is None:
        return watch
    return Stopwatch(watch.used + (now - watch.since))


def deadline(watch: Stopwatch, allowed: timedelta, calendar: Calendar | None) -> datetime | None:
    """When the allowed time is used up; None while the watch stands still."""
    return watch.since + allowed - watch.used if watch.since else None


def sla_of(ticket: Ticket, people: People, slas: Mapping[str, Sla]) -> Sla | None:
    """The service level of a ticket: its own, else the one called default."""
    return slas.get(ticket.sla or "default")
