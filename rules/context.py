"""What commands are read against: who writes, when and where, and what names mean there."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from postdesk.rules.book import Book
from postdesk.rules.dates import OpenDays
from postdesk.rules.people import Agent, People


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
