"""What commands are read against: who writes, when and where, and what names mean there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, tzinfo

from postdesk.rules.book import Book
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
    open_days: OpenDays | None = None
    views: Collection[str] = ()  # names of those that every desk has; none: all we know
    categories: Collection[str] = ()  # those in use; none: any may be named

    @property
    def people(self) -> People:
        """Everybody whom a name can mean."""
        return self.book.people

    def when(self, text: str, hour: time = MORNING) -> When | Problem:
        """The time to come that its writer means; ``hour`` where a day has none."""
        clock = (self.now, self.timezone, self.language, self.open_days)
        return read_when(unquoted(text), *clock, hour=hour)

    def until(self, text: str) -> When | Problem:
        """The same where a length of time is what most people write."""
        clock = (self.now, self.timezone, self.language, self.open_days)
        return read_wait(unquoted(text), *clock)
