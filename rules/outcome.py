"""What came of an event, by the names that `expect` of a test may use, and which rule did it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from postdesk.rules.compare import URGENCIES
from postdesk.rules.effect import (
    Append,
    AskApproval,
    Assign,
    Await,
    Drop,
    Effect,
    Escalate,
    Include,
    Join,
    Keep,
    Move,
    Notify,
    Open,
    Reckon,
    Record,
    Reply,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetSla,
    SetTeam,
    SetUrgency,
    Step,
    Tag,
)
from postdesk.rules.ticket import Ticket

_PROMISES = ("respond_by", "resolve_by", "due_at")

# What a ticket is afterwards, and which effects may have made it so.
_OF_TICKET: Mapping[str, tuple[type, ...]] = {
    "title": (Open,),
    "requester": (Open,),
    "participants": (Open, Include),
    "status": (Move,),
    "status_kind": (Move,),
    "urgency": (SetUrgency,),
    "category": (SetCategory,),
    "team": (SetTeam,),
    "assignee": (Assign,),
    "wanted": (Await,),
    "language": (Open, SetLanguage),
    "tags": (Tag,),
    "fields": (SetField,),
    "sla": (SetSla,),
    "escalation_level": (Escalate,),
    "due_at": (Reckon, SetDue),
    "respond_by": (Reckon,),
    "resolve_by": (Reckon,),
}
# What was done beside it.
_DONE = ("reply", "withheld", "notified", "notes", "approvers", "dropped", "held", "joined")
EXPECTED = frozenset({*_OF_TICKET, *_DONE, "field", "rules"})


@dataclass(frozen=True, slots=True)
class Came:
    """One thing that came of it, and what asked for it: `50-routing.toml:12 "billing"`."""

    value: object
    because: str = ""


def outcome(ticket: Ticket, steps: Sequence[Step], fired: Iterable[str] = ()) -> dict[str, Came]:
    """Everything in EXPECTED. ``ticket`` as it is after the steps; ``fired``: names of rules."""
    found = {name: Came(_fact(ticket, name), _because(steps, name)) for name in _OF_TICKET}
    found |= {name: _done(steps, name) for name in _DONE}
    return {**found, "field": found["fields"], "rules": Came(tuple(fired))}


def agrees(came: object, wanted: object, zone: tzinfo) -> bool:
    """Is this what was expected? Lists compare as sets, tables as parts, days in the zone."""
    if isinstance(wanted, Mapping):
        return isinstance(came, Mapping) and all(
            agrees(came.get(name), value, zone) for name, value in wanted.items()
        )
    if isinstance(wanted, tuple | list):
        return isinstance(came, tuple) and set(came) == set(wanted)
    if isinstance(wanted, bool):
        return bool(came) is wanted
    if isinstance(wanted, datetime) and wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=zone)
    if isinstance(came, datetime) and isinstance(wanted, date):
        return came == wanted or came.astimezone(zone).date() == wanted
    if isinstance(came, tuple):
        return wanted in came or (not came and wanted == "")
    return (came or "") == (wanted or "") or (came in URGENCIES.values() and came == _stars(wanted))


def _stars(wanted: object) -> int | None:
    return URGENCIES.get(wanted) if isinstance(wanted, str) else None


def _fact(ticket: Ticket, name: str) -> object:
    match name:
        case "requester":
            return ticket.requester.address if ticket.requester else ""
        case "participants":
            return tuple(one.address for one in ticket.participants)
        case "fields":
            return dict(ticket.fields)
    return getattr(ticket, name)


def _because(steps: Sequence[Step], name: str) -> str:
    kinds = _OF_TICKET[name]
    return next((step.because for step in reversed(steps) if isinstance(step.effect, kinds)), "")


def _done(steps: Sequence[Step], name: str) -> Came:
    """Texts add up; of what there is once, the last counts."""
    found = [(value, step.because) for step in steps for value in _of(step.effect, name)]
    because = found[-1][1] if found else ""
    if name in ("notified", "notes", "approvers"):
        return Came(tuple(dict.fromkeys(value for value, _ in found)), because)
    return Came(found[-1][0] if found else "", because)


def _of(effect: Effect, name: str) -> Iterator[object]:
    match effect:
        case Reply(template) if name == "reply":
            yield template
        case Record("withheld", detail) if name == "withheld":
            yield detail["letter"]
        case Notify(agents, addresses=addresses) if name == "notified":
            yield from (*agents, *addresses)
        case Escalate(to=to) if name == "notified":
            yield from to
        case Append("note", text=text) if name == "notes":
            yield text
        case AskApproval(approvers) if name == "approvers":
            yield from approvers
        case Drop(reason) | Join(otherwise=Drop(reason)) if name == "dropped":
            yield reason
        case Keep(reason) | Join(otherwise=Keep(reason)) if name == "held":
            yield reason
        case Join(key, subject, number) if name == "joined":
            yield key or ("subject" if subject else number)
