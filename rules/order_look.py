"""Orders about several tickets, to look at something, and about oneself."""

from dataclasses import dataclass
from typing import ClassVar

from postdesk.rules.dates import When


@dataclass(frozen=True, slots=True)
class MergeInto:
    """This ticket becomes a part of that one."""

    verb: ClassVar[str] = "merge"
    ticket: int


@dataclass(frozen=True, slots=True)
class Unmerge:
    """A merge is taken back: of that ticket, or the last one."""

    verb: ClassVar[str] = "unmerge"
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A message, counted from 1 as `#show` does, begins a ticket of its own."""

    verb: ClassVar[str] = "split"
    message: int


@dataclass(frozen=True, slots=True)
class LinkTo:
    """It is tied to these tickets."""

    verb: ClassVar[str] = "link"
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DuplicateOf:
    """It ends as a duplicate of that ticket."""

    verb: ClassVar[str] = "dup"
    ticket: int


@dataclass(frozen=True, slots=True)
class Show:
    """Mail me these tickets; none named: this one."""

    verb: ClassVar[str] = "show"
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """Mail me what happened to these tickets; none named: to this one."""

    verb: ClassVar[str] = "history"
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Find:
    """Mail me the tickets with these words."""

    verb: ClassVar[str] = "find"
    words: str


@dataclass(frozen=True, slots=True)
class FindReply:
    """Mail me the canned replies with these words; none: all of them."""

    verb: ClassVar[str] = "canned"
    words: str = ""


@dataclass(frozen=True, slots=True)
class ListTickets:
    """Mail me a view, by its name."""

    verb: ClassVar[str] = "list"
    view: str


@dataclass(frozen=True, slots=True)
class ReportOn:
    """Mail me a report: its name, or when it is about, in the words of the writer."""

    verb: ClassVar[str] = "report"
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpWith:
    """Mail me the commands, or all about one verb."""

    verb: ClassVar[str] = "help"
    with_verb: str = ""


@dataclass(frozen=True, slots=True)
class GoAway:
    """The writer is away; None: until she says that she is back."""

    verb: ClassVar[str] = "away"
    until: When | None = None


@dataclass(frozen=True, slots=True)
class ComeBack:
    """The writer is back."""

    verb: ClassVar[str] = "back"
