"""How a step reads in a ticket's history."""

from dataclasses import dataclass, field
from typing import assert_never

from postdesk.rules.effect import (
    Answer,
    Append,
    Assign,
    Effect,
    Include,
    Move,
    Notify,
    Open,
    Record,
    Reply,
    SetCategory,
    SetField,
    SetLanguage,
    SetTeam,
    SetUrgency,
    Step,
    Tag,
    Tie,
)

Detail = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history."""

    actor: str
    act: str
    because: str
    detail: Detail = field(default_factory=dict)


def entry(step: Step) -> Entry:
    """The line that tells of this step."""
    act, detail = _told(step.effect)
    return Entry(step.actor, act, step.because, detail)


def _told(effect: Effect) -> tuple[str, Detail]:
    match effect:
        case Open(title, requester):
            return "opened", {"title": title, "requester": requester.address}
        case Append():
            return _words(effect)
        case Assign(agent):
            return ("assigned", {"to": agent}) if agent else ("unassigned", {})
        case SetTeam(team):
            return "team", {"team": team}
        case SetCategory(category):
            return "category", {"category": category}
        case SetUrgency(urgency):
            return "urgency", {"urgency": urgency}
        case Move(status):
            return "status", {"status": status}
        case Tag(add, remove):
            return "tags", {"added": list(add), "removed": list(remove)}
        case SetField(name, value):
            return "field", {"name": name, "value": value}
        case SetLanguage(language):
            return "language", {"language": language}
        case Include(participant):
            return "participant", {"address": participant.address, "role": participant.role}
        case Tie(link):
            return "linked", {"kind": link.kind, "number": link.number}
        case Reply(template, to):
            return "replied", {"letter": template, "to": to}
        case Notify(agents, why):
            return "notified", {"agents": list(agents), "why": why}
        case Answer(agent, to):
            return "sent", {"agent": agent, "to": [p.address for p in to]}
        case Record(act, detail):
            return act, dict(detail)
    assert_never(effect)


def _words(effect: Append) -> tuple[str, Detail]:
    act = {"in": "received", "out": "answered", "note": "noted"}[effect.kind]
    detail: Detail = {"from": effect.sender.addr, "attachments": len(effect.attachments)}
    if effect.machine:
        detail["machine"] = effect.machine
    if effect.bystander:
        detail["stranger"] = True
    return act, detail
