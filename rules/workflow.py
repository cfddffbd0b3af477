"""The default workflow: statuses, their kinds, and the verbs that move a ticket between them."""

from dataclasses import dataclass
from types import MappingProxyType

from postdesk.rules.ticket import Kind

OPEN, WAITING, DONE = "open", "waiting", "done"


@dataclass(frozen=True, slots=True)
class Status:
    """A place in the workflow. The SLA clock stands still in those of kind ``waiting``."""

    name: str
    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Move:
    """A verb: from which statuses (none named: from any other) to which."""

    verb: str
    to: str
    past: str  # "closed", as a history line tells it


@dataclass(frozen=True, slots=True)
class Workflow:
    """All statuses and moves in force."""

    statuses: MappingProxyType[str, Status]
    moves: MappingProxyType[str, Move]

    def kind(self, status: str) -> Kind:
        """The kind of a status; an unknown one counts as open, so that nothing is forgotten."""
        found = self.statuses.get(status)
        return found.kind if found else "open"

    def label(self, status: str) -> str:
        """The words people read for a status."""
        found = self.statuses.get(status)
        return found.label if found else status


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
