"""How long something has lasted, to be compared with what a rule names."""

from dataclasses import dataclass
from datetime import datetime

from postdesk.rules.calendar import Calendar, between
from postdesk.rules.span import Span, after


@dataclass(frozen=True, slots=True)
class Elapsed:
    """From ``since`` to ``now``: clock time, or the open time of a calendar."""

    since: datetime
    now: datetime
    calendar: Calendar | None = None

    def reached(self, span: Span) -> bool:
        """Has it lasted at least so long?"""
        return after(self.since, span, self.calendar) <= self.now

    def __str__(self) -> str:
        """As an explanation shows it: ``2:30:00``."""
        if self.calendar is None:
            return str(self.now - self.since)
        return f"{between(self.calendar, self.since, self.now)} open time"
