"""Views: which tickets a listing shows to whom, in SQL as far as SQL can tell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postdesk.daemon.times import utc_text
from postdesk.rules.book import Book
from postdesk.rules.condition import All, AnyOf, Condition, Not, Test, holds
from postdesk.rules.facts import Facts
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Kind

SOON = timedelta(hours=24)  # a ticket that is due within them is due soon
KINDS: tuple[Kind, ...] = ("open", "waiting", "done")

# `IN` and not `<>`: only so SQLite looks into the index, instead of at all that was ever closed.
_OPEN = "status_kind IN ('open', 'waiting')"
_ALL = "merged_into IS NULL AND spam = 0"
_LATE = "(due_at <= :now OR respond_by <= :now)"
_PLACE = re.compile(r":([a-z]+)")


@dataclass(frozen=True, slots=True)
class Known:
    """A view that every desk has: a condition in SQL, and what it means in a sentence.

    ``:me`` is the handle of who looks, ``:teams`` hers, ``:customers`` those she coordinates.
    """

    where: str
    means: str

    @property
    def personal(self) -> bool:
        """Does it depend on who looks?"""
        return any(word in self.where for word in (":me", ":teams"))


DEFAULT = "open"  # of the shell; mail that names none asks for "mine"
VIEWS: Mapping[str, Known] = {
    "open": Known(_OPEN, "what is open or waits"),
    "incoming": Known(
        "status_kind = 'open' AND first_response_at IS NULL", "open ones that nobody has answered"
    ),
    "mine": Known(
        f"{_OPEN} AND (assignee = :me OR requester IN :customers)",
        "an agent's own open ones, and those of customers she coordinates",
    ),
    "assigned": Known(f"{_OPEN} AND assignee = :me", "open ones that are assigned to an agent"),
    "created": Known("created_by = :me", "those that an agent opened"),
    "team": Known(f"{_OPEN} AND team IN :teams", "open ones of an agent's teams"),
    "unassigned": Known(f"{_OPEN} AND assignee IS NULL", "open ones without an owner"),
    "waiting": Known("status_kind = 'waiting'", "those that wait for somebody else"),
    "urgent": Known(f"{_OPEN} AND urgency >= 4", "open ones of four stars and more"),
    "escalated": Known(f"{_OPEN} AND escalation_level > 0", "open ones that escalated"),
    "overdue": Known(f"{_OPEN} AND {_LATE}", "open ones whose time is over"),
    "due": Known(
        f"{_OPEN} AND (due_at <= :soon OR respond_by <= :soon)"
        " AND coalesce(due_at, '9') > :now AND coalesce(respond_by, '9') > :now",
        "open ones whose time is over within a day",
    ),
    "held": Known(
        "number IN (SELECT ticket FROM hold WHERE state = 'waiting')",
        "those with an answer that waits for its author's word",
    ),
    "closed": Known("status_kind = 'done'", "resolved and closed ones"),
    "my-closed": Known(
        "status_kind = 'done' AND (assignee = :me OR closed_by = :me OR resolved_by = :me)",
        "those that an agent had, resolved or closed",
    ),
    "spam": Known("spam = 1", "what was marked as spam"),
    "all": Known("1 = 1", "every ticket but spam and merged ones"),
}


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks, when, and by which rules; nobody (the shell) has no tickets of her own."""

    agent: Agent | None
    book: Book
    now: datetime


@dataclass(frozen=True, slots=True)
class View:
    """What to look for: a condition in SQL over `ticket`, and what each one is asked besides."""

    name: str
    where: str
    values: tuple[object, ...] = ()
    when: Condition | None = None
    sort: tuple[str, ...] = ()  # facts of tickets, "-" in front: from high to low
    label: str = ""  # of a view of the desk's own: what people read


def view_of(name: str, looker: Looker) -> View | None:
    """The view of this name, the desk's own first; None where there is none."""
    if own := looker.book.views.get(name):
        kinds = possible_kinds(own.when, looker.book)
        where = f"{_ALL} AND status_kind IN ({_marks(kinds)})"
        return View(name, where, kinds, own.when, own.sort, own.label or own.name)
    known = VIEWS.get(name)
    if known is None:
        return None
    where = known.where if name == "spam" else f"({known.where}) AND {_ALL}"
    return View(name, *_filled(where, looker))


def possible_kinds(condition: Condition, book: Book) -> tuple[Kind, ...]:
    """The kinds of status for which a condition may hold, whatever else is asked."""
    kinds = (kind for kind in KINDS if _may_hold(condition, kind, book))
    return tuple(kinds) or ("open",)  # a condition that never holds: then the fewest are asked


def _may_hold(condition: Condition, kind: Kind, book: Book) -> bool:
    """Could it hold for some ticket of this kind? Only what is about the status is asked."""
    match condition:
        case Test("status_kind"):
            return holds(condition, _always(kind))
        case Test("status"):
            statuses = (s.name for s in book.workflow.statuses.values() if s.kind == kind)
            return any(holds(condition, _always(status)) for status in statuses)
        case All(parts):
            return all(_may_hold(part, kind, book) for part in parts)
        case AnyOf(parts):
            return any(_may_hold(part, kind, book) for part in parts)
        case Not(Test("status_kind")):
            return holds(condition, _always(kind))
    return True


def _always(value: object) -> Facts:
    return lambda _: value


def _filled(where: str, looker: Looker) -> tuple[str, tuple[object, ...]]:
    """The condition with ``?`` for what depends on who looks, and the values in their order."""
    values: list[object] = []

    def place(found: re.Match[str]) -> str:
        value = _value(found[1], looker)
        if isinstance(value, str):
            values.append(value)
            return "?"
        values.extend(value)
        return f"({_marks(value) or 'NULL'})"

    return _PLACE.sub(place, where), tuple(values)


def _value(name: str, looker: Looker) -> str | Sequence[str]:
    agent, people = looker.agent, looker.book.people
    match name:
        case "now":
            return utc_text(looker.now)
        case "soon":
            return utc_text(looker.now + SOON)
        case "me":
            return agent.handle if agent else ""
        case "teams":
            return [team.name for team in people.teams_of(agent.handle)] if agent else []
    mine = (c for c in people.customers.values() if agent and c.coordinator == agent.handle)
    return [address for c in mine for address in (c.address, *c.addresses)]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
