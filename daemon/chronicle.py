"""How a step reads in a ticket's history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from postdesk.daemon.times import utc_text
from postdesk.rules.effect import (
    AddTask,
    Answer,
    Append,
    Approve,
    AskApproval,
    Assign,
    Await,
    Drop,
    Effect,
    Escalate,
    Exclude,
    Fire,
    Include,
    Join,
    Keep,
    MarkSpam,
    MergeAway,
    Move,
    Mute,
    Notify,
    Open,
    Rate,
    Reckon,
    Record,
    Reply,
    Responded,
    Restore,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetRequester,
    SetSla,
    SetTeam,
    SetUrgency,
    Solve,
    Spend,
    Step,
    Tag,
    Tie,
    Untie,
    Wake,
    Watch,
)

Detail = dict[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of history."""

    actor: str
    act: str
    because: str
    detail: Detail = field(default_factory=dict)


def entries(steps: Sequence[Step]) -> list[Entry]:
    """The lines that tell of these steps; what is only reckoned anew is no line."""
    told = ((step, _told(step.effect)) for step in steps)
    return [Entry(step.actor, said[0], step.because, said[1]) for step, said in told if said]


def _told(effect: Effect) -> tuple[str, Detail] | None:
    match effect:
        case Reckon() | Fire():
            return None
        case Open(title, requester):
            return "opened", {"title": title, "requester": requester.address}
        case Append():
            return _words(effect)
        case Assign(agent, why):
            return _assigned(agent, why) if agent else ("unassigned", {})
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
        case Untie(link):
            return "linked no longer", {"kind": link.kind, "number": link.number}
        case Reply(template, to):
            return "replied", {"letter": template, "to": to}
        case Notify(agents, why, _, addresses):
            return "notified", {"agents": [*agents, *addresses], "why": why}
        case Await(strategy):
            return ("waits for an agent", {"by": strategy}) if strategy else ("waits no more", {})
        case SetSla(sla):
            return "sla", {"sla": sla}
        case SetDue(at):
            return "due", {"by": utc_text(at) if at else None}
        case MarkSpam(spam):
            return "spam" if spam else "not spam", {}
        case Escalate(level, to):
            return "escalated", {"level": level, "to": list(to)}
        case AskApproval(approvers, reason):
            return "approval asked", {"of": list(approvers), "reason": reason}
        case Approve(approver, yes, comment):
            return "approved" if yes else "refused", {"by": approver, "comment": comment}
        case Exclude(address):
            return "no longer told", {"address": address}
        case SetRequester(requester):
            return "requester", {"address": requester.address}
        case Responded():
            return "responded", {}
        case Restore():
            return "undone", {}
        case Solve(words, by):
            return "solution", {"words": words, "by": by}
        case Rate(score, comment):
            return "rated", {"score": score, "comment": comment}
        case Spend(minutes, on):
            return "time", {"minutes": minutes, "on": on}
        case AddTask(what, agent, team):
            return "task", {"what": what, "for": agent or team}
        case Watch(agent, on):
            return "watched" if on else "watched no longer", {"by": agent}
        case Mute(who, on):
            return "muted" if on else "muted no longer", {"by": who}
        case MergeAway(into):
            return ("merged", {"into": into}) if into else ("merged no longer", {})
        case Wake(at):
            return ("put off", {"until": utc_text(at)}) if at else ("time to go on", {})
        case Join(key, subject, number):
            return "matter", {"key": key or ("subject" if subject else number)}
        case Drop(reason) | Keep(reason):
            return "dropped" if isinstance(effect, Drop) else "kept", {"reason": reason}
        case Answer(agent, to):
            return "sent", {"agent": agent, "to": [p.address for p in to]}
        case Record(act, detail):
            return act, dict(detail)
    assert_never(effect)


def _assigned(agent: str, why: str) -> tuple[str, Detail]:
    return "assigned", {"to": agent, "why": why} if why else {"to": agent}


def _words(effect: Append) -> tuple[str, Detail]:
    act = {"in": "received", "out": "answered", "note": "noted"}[effect.kind]
    detail: Detail = {"from": effect.sender.addr, "attachments": len(effect.attachments)}
    if effect.machine:
        detail["machine"] = effect.machine
    if effect.bystander:
        detail["stranger"] = True
    return act, detail
