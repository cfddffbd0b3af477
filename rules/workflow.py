"""The workflow: statuses, their kinds, and the verbs that move a ticket between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from postdesk.rules.people import Role
from postdesk.rules.span import Span
from postdesk.rules.ticket import Kind

OPEN, WAITING, DONE = "open", "waiting", "done"
FORTNIGHT = Span(timedelta(days=14))


@dataclass(frozen=True, slots=True)
class Status:
    """A place in the workflow. The SLA clock stands still in those of kind ``waiting``."""

    name: str
    kind: Kind
    label: str
    colour: str = ""  # "#1a7f37", or "" for that of its kind
    was: tuple[str, ...] = ()  # names it had before, which tickets may still bear
    where: str = ""  # "20-workflow.toml:12"; "" for the built-in ones


@dataclass(frozen=True, slots=True)
class Move:
    """A verb: from which statuses (none named: from any other) to which, and by whom."""

    verb: str
    to: str
    past: str  # "closed", as a history line tells it
    origins: tuple[str, ...] = ()
    who: tuple[Role, ...] = ()  # none named: every agent
    where: str = ""

    def starts_at(self, status: str) -> bool:
        """May a ticket of this status go this way?"""
        return status != self.to and (not self.origins or status in self.origins)

    def allows(self, role: Role) -> bool:
        """May agents of this role ask for it?"""
        return not self.who or role in self.who


@dataclass(frozen=True, slots=True)
class Workflow:
    """All statuses and moves in force, and what time does to tickets that are done."""

    statuses: Mapping[str, Status]
    moves: Mapping[str, Move]
    reopen: Span = FORTNIGHT  # later replies open a new ticket
    close_after: Span | None = None  # of silence after a solution; None: never by itself
    remind_after: Span | None = None  # of that silence: the one reminder
    calendar: str = ""  # whose business days those are; "" = Monday to Friday
    _heirs: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        heirs = {old: status.name for status in self.statuses.values() for old in status.was}
        object.__setattr__(self, "_heirs", MappingProxyType(heirs))

    def kind(self, status: str) -> Kind:
        """The kind of a status; an unknown one counts as open, so that nothing is forgotten."""
        found = self.statuses.get(status)
        return found.kind if found else "open"

    def label(self, status: str) -> str:
        """The words people read for a status."""
        found = self.statuses.get(status)
        return found.label if found else status

    def colour(self, status: str) -> str:
        """``"#1a7f37"``, or ``""`` where the kind decides."""
        found = self.statuses.get(status)
        return found.colour if found else ""

    def move(self, verb: str) -> Move | None:
        """The move behind a verb."""
        return self.moves.get(verb)

    def successor(self, old: str) -> str | None:
        """The status that names this one in its ``was``; None where no status does."""
        return self._heirs.get(old)


_STATUSES = (
    Status("new", "open", "New"),
    Status("in-progress", "open", "In progress"),
    Status("reopened", "open", "Reopened"),
    Status("scheduled", "waiting", "Scheduled"),
    Status("pending", "waiting", "Pending"),
    Status("responded", "waiting", "Responded"),
    Status("resolved", "done", "Resolved"),
    Status("closed", "done", "Closed"),
    Status("duplicate", "done", "Duplicate"),
)
_MOVES = (
    Move("start", "in-progress", "started"),
    Move("pending", "pending", "set to pending"),
    Move("resolve", "resolved", "resolved"),
    Move("close", "closed", "closed"),
    Move("reopen", "reopened", "reopened"),
)

DEFAULT = Workflow(
    MappingProxyType({s.name: s for s in _STATUSES}),
    MappingProxyType({m.verb: m for m in _MOVES}),
)
