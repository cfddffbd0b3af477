"""The keys of every kind of table, as its reader asks for them, with the shapes of values."""

from collections.abc import Callable, Mapping
from functools import cache

from postdesk.rules.defined import ANYTHING
from postdesk.rules.draft import SHAPES
from postdesk.rules.entry import Entry, Notes
from postdesk.rules.misplaced import RULE_KEYS
from postdesk.rules.read_calendar import read_calendar
from postdesk.rules.read_own import read_field, read_reply, read_view
from postdesk.rules.read_people import read_agent, read_customer, read_organisation, read_team
from postdesk.rules.read_sla import read_sla
from postdesk.rules.read_trials import read_trial
from postdesk.rules.read_workflow import read_limits, read_move, read_status
from postdesk.rules.shape import Shape
from postdesk.rules.toml import Document

# Tables with fixed keys. Those of rules are listed with the actions and conditions themselves;
# those of aliases are whatever the desk likes.
_READERS: Mapping[str, Callable[[Entry], object]] = {
    "agent": lambda entry: read_agent(entry, ANYTHING),
    "team": lambda entry: read_team(entry, ANYTHING),
    "customer": lambda entry: read_customer(entry, ANYTHING),
    "organisation": lambda entry: read_organisation(entry, ANYTHING),
    "calendar": read_calendar,
    "sla": lambda entry: read_sla(entry, ANYTHING),
    "status": read_status,
    "move": lambda entry: read_move(entry, ANYTHING),
    "workflow": lambda entry: read_limits(entry, ANYTHING),
    "field": read_field,
    "reply": read_reply,
    "view": lambda entry: read_view(entry, ANYTHING),
    "test": lambda entry: read_trial(entry, ANYTHING),
}


class Blank(Entry):
    """An empty table, read only to see what is asked of it, and of the tables in it."""

    def __init__(self, kind: str) -> None:
        super().__init__(Document("", "", {}), (kind, ""), {}, Notes())

    def below(self, key: str) -> Entry:
        """Another empty table, whose keys become part of the shape of this one's."""
        inner = Blank(self.kind)
        self.asked[key] = {
            "type": "object",
            "properties": inner.asked,  # filled when the reader asks on
            "additionalProperties": False,
        }
        return inner


@cache
def shapes_of(kind: str) -> Mapping[str, Shape]:
    """The keys of a kind of table with their shapes; none of ``rule`` and ``alias``."""
    entry = Blank(kind)
    if kind in _READERS:
        _READERS[kind](entry)
    return entry.asked


@cache
def keys_of(kind: str) -> frozenset[str]:
    """The keys that a kind of table may have."""
    return frozenset(RULE_KEYS) if kind == "rule" else frozenset(shapes_of(kind))


def kinds_with(key: str) -> tuple[str, ...]:
    """The kinds of tables that know a key."""
    return tuple(kind for kind in SHAPES if key in keys_of(kind))
