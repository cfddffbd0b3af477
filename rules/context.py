"""What commands are read against: who writes, when and where, and what names mean there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from postdesk.rules.book import Book
from postdesk.rules.calendar import Calendar, add_days
from postdesk.rules.dates import MORNING, OpenDays, When, read_wait, read_when
from postdesk.rules.people import Agent, People
from postdesk.rules.pieces import unquoted
from postdesk.rules.problem import Problem


@dataclass(frozen=True)
class Context:
    """``agent`` None is the shell, which may do everything and is nobody."""

    now: datetime
    agent: Agent | None = None
    book: Book = field(default_factory=Book)
    ticket: int | None = None  # None: none yet, or several
    inside: bool = False  # the mail answers a note, and stays in the team whatever it says
    timezone: tzinfo = UTC
    language: str = "en"
    open_days: OpenDays | None = None  # none: by the calendar of the agent, else of the workflow
    views: Collection[str] = ()  # names of those that every desk has; none: all we know
    categories: Collection[str] = ()  # those in use; none: any may be named

    @property
    def people(self) -> People:
        """Everybody whom a name can mean."""
        return self.book.people

    def when(self, text: str, hour: time = MORNING) -> When | Problem:
        """The time to come that its writer means; ``hour`` where a day has none."""
        return read_when(unquoted(text), *self._clock(), hour=hour)

    def until(self, text: str) -> When | Problem:
        """The same where a length of time is what most people write."""
        return read_wait(unquoted(text), *self._clock())

    def _clock(self) -> tuple[datetime, tzinfo, str, OpenDays | None]:
        return self.now, self.timezone, self.language, self.open_days or self._open_days()

    def _open_days(self) -> OpenDays | None:
        calendar = calendar_of(self.agent, self.book)
        return partial(add_days, calendar) if calendar else None


def calendar_of(agent: Agent | None, book: Book) -> Calendar | None:
    """The calendar an agent works by: her hours, else that of the workflow."""
    hours = book.calendars.get(agent.hours) if agent else None
    return hours or book.calendars.get(book.workflow.calendar)


def timezone_of(agent: Agent | None, book: Book, desk: tzinfo) -> tzinfo:
    """Where an agent's clock is: the time zone of her hours, else the desk's."""
    hours = book.calendars.get(agent.hours) if agent else None
    return ZoneInfo(hours.timezone) if hours else desk
