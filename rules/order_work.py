"""Orders about a ticket itself: who works on it, how far it is, what is known about it."""

from dataclasses import dataclass
from typing import ClassVar

from postdesk.rules.dates import When


@dataclass(frozen=True, slots=True)
class Take:
    """It is the writer's from now on."""

    verb: ClassVar[str] = "take"


@dataclass(frozen=True, slots=True)
class AssignTo:
    """It goes to an agent (a handle) or to a team; exactly one of the two is named."""

    verb: ClassVar[str] = "assign"
    agent: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Unassign:
    """It has no agent any more."""

    verb: ClassVar[str] = "unassign"


@dataclass(frozen=True, slots=True)
class Start:
    """Work has begun."""

    verb: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class Wait:
    """It is put aside, and comes back at a time; without one, when the customer writes."""

    verb: ClassVar[str] = "wait"
    until: When | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work will begin at a time."""

    verb: ClassVar[str] = "schedule"
    at: When


@dataclass(frozen=True, slots=True)
class Respond:
    """It has been answered, in whatever way."""

    verb: ClassVar[str] = "respond"


@dataclass(frozen=True, slots=True)
class Resolve:
    """It is solved."""

    verb: ClassVar[str] = "resolve"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """It is over."""

    verb: ClassVar[str] = "close"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is not over."""

    verb: ClassVar[str] = "reopen"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetStatus:
    """It goes to a status by the name of the rule files."""

    verb: ClassVar[str] = "status"
    status: str


@dataclass(frozen=True, slots=True)
class OwnMove:
    """A move that this desk has added: ``[move.VERB]``."""

    verb: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EscalateIt:
    """Somebody higher must know."""

    verb: ClassVar[str] = "escalate"
    why: str = ""


@dataclass(frozen=True, slots=True)
class MarkSpam:
    """It is spam."""

    verb: ClassVar[str] = "spam"


@dataclass(frozen=True, slots=True)
class GiveStars:
    """Its urgency, 1 (very low) to 5 (critical)."""

    verb: ClassVar[str] = "urgency"
    stars: int


@dataclass(frozen=True, slots=True)
class SetDue:
    """By when it has to be done; None takes the date away."""

    verb: ClassVar[str] = "due"
    at: When | None


@dataclass(frozen=True, slots=True)
class Categorise:
    """It is sorted; an empty category takes it out of its own."""

    verb: ClassVar[str] = "category"
    category: str


@dataclass(frozen=True, slots=True)
class ChangeTags:
    """Tags come and go. ``exactly``: what is added is all that remain."""

    verb: ClassVar[str] = "tag"
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class FillFields:
    """Fields of the desk's own, by name; an empty value empties a field."""

    verb: ClassVar[str] = "set"
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChooseSla:
    """The promises of ``[sla.NAME]`` hold."""

    verb: ClassVar[str] = "sla"
    sla: str


@dataclass(frozen=True, slots=True)
class SpendTime:
    """Minutes were spent on it; fewer than none correct an earlier entry."""

    verb: ClassVar[str] = "time"
    minutes: int
    on: str = ""
