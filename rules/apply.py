"""The only writer of tickets: a ticket and an effect in, the changed ticket out."""

from datetime import datetime
from typing import assert_never

from postdesk.rules.approval import answered, asked
from postdesk.rules.change import replace
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
from postdesk.rules.ticket import Participant, Rating, Ticket

DESK = "postdesk"  # the actor of what rules do


def apply_all(ticket: Ticket, steps: list[Step], now: datetime) -> Ticket:
    """The ticket after all steps, in their order."""
    for step in steps:
        ticket = apply(ticket, step.effect, now, actor=step.actor)
    return ticket


def apply(ticket: Ticket, effect: Effect, now: datetime, *, actor: str = DESK) -> Ticket:
    """The ticket after one effect. Pure and total: every effect is known here."""
    match effect:
        case Reply() | Notify() | Answer() | Record() | Keep() | Drop():
            return ticket
        case Fire(moments):
            return replace(ticket, fired=moments)
        case Reckon():
            return _reckoned(ticket, effect)
    ticket = _stamped(ticket, effect, now, actor)
    match effect:
        case Open():
            return _opened(ticket, effect, now)
        case Append():
            return _appended(ticket, effect, now)
        case Assign(agent):
            return replace(ticket, assignee=agent, wanted=None)
        case Await(strategy):
            return replace(ticket, wanted=strategy)
        case SetTeam(team):
            return replace(ticket, team=team)
        case SetCategory(category):
            return replace(ticket, category=category)
        case SetUrgency(urgency):
            return replace(ticket, urgency=min(5, max(1, urgency)))
        case Move():
            return _moved(ticket, effect, now, actor)
        case Tag(add, remove):
            kept = [tag for tag in ticket.tags if tag not in remove]
            return replace(ticket, tags=tuple(dict.fromkeys((*kept, *add))))
        case SetField(name, value):
            fields = {**dict(ticket.fields), name: value}
            return replace(ticket, fields=tuple((k, v) for k, v in fields.items() if v))
        case SetLanguage(language):
            return replace(ticket, language=language)
        case SetSla(sla):
            return replace(ticket, sla=sla)
        case SetDue(at):
            return replace(ticket, due_at=at, due_by_hand=at is not None)
        case MarkSpam(spam):
            return replace(ticket, spam=spam)
        case Escalate(level):
            return replace(ticket, escalation_level=max(level, ticket.escalation_level))
        case AskApproval():
            return replace(ticket, approvals=asked(ticket.approvals, effect, actor, now))
        case Approve():
            return replace(ticket, approvals=answered(ticket.approvals, effect, now))
        case Wake(at):  # who put it off said when it is to be touched again
            return replace(ticket, wakes_at=at, touched_at=ticket.touched_at if at else now)
        case Join(key):
            keys = (*ticket.keys, key) if key else ticket.keys
            return replace(ticket, keys=tuple(dict.fromkeys(keys)))
        case Include(participant):
            return _included(ticket, participant)
        case Exclude(address):
            return _excluded(ticket, address)
        case SetRequester(requester):
            return _requested_by(ticket, requester)
        case Responded():
            return _responded(ticket, now)
        case Restore(before):
            return _restored(ticket, before)
        case Solve(words):
            return replace(ticket, solution=words)
        case Rate(score, comment):
            return replace(ticket, rating=Rating(min(5, max(1, score)), comment))
        case Spend(minutes):
            return replace(ticket, minutes_spent=max(0, ticket.minutes_spent + minutes))
        case AddTask():
            return replace(ticket, tasks=(*ticket.tasks, _task(effect, len(ticket.tasks), actor)))
        case Watch(agent, on):
            return replace(ticket, watchers=_with(ticket.watchers, agent, on=on))
        case Mute(who, on):
            return replace(ticket, muted=_with(ticket.muted, who, on=on))
        case MergeAway(into):
            return replace(ticket, merged_into=into)
        case Tie(link):
            return replace(ticket, links=tuple(dict.fromkeys((*ticket.links, link))))
        case Untie(link):
            return replace(ticket, links=tuple(one for one in ticket.links if one != link))
    assert_never(effect)


def _restored(ticket: Ticket, before: Ticket) -> Ticket:
    """As it was, but for what time has done since: its moments never come twice."""
    level = ticket.escalation_level if ticket.fired != before.fired else before.escalation_level
    return replace(
        before,
        number=ticket.number,
        updated_at=ticket.updated_at,
        fired=ticket.fired,
        escalation_level=max(level, before.escalation_level),
    )


def _stamped(ticket: Ticket, effect: Effect, now: datetime, actor: str) -> Ticket:
    """When something happened last, and when a person did it: a machine's mail is no touch."""
    by_person = not effect.machine if isinstance(effect, Append) else actor != DESK
    if by_person or isinstance(effect, Open):
        return replace(ticket, updated_at=now, touched_at=now)
    return replace(ticket, updated_at=now)


def _reckoned(ticket: Ticket, effect: Reckon) -> Ticket:
    return replace(
        ticket,
        clocks=effect.clocks,
        respond_by=effect.respond_by,
        resolve_by=effect.resolve_by,
        due_at=effect.due_at,
        next_deadline=effect.next_deadline,
    )


def _opened(ticket: Ticket, effect: Open, now: datetime) -> Ticket:
    return replace(
        ticket,
        title=effect.title,
        requester=effect.requester,
        participants=(effect.requester,),
        created_by=effect.created_by,
        language=effect.language,
        channel=effect.channel,
        address=effect.address,
        opened_at=now,
    )


def _appended(ticket: Ticket, effect: Append, now: datetime) -> Ticket:
    if effect.kind == "out":
        return replace(_responded(ticket, now), answers=ticket.answers + 1)
    if effect.kind == "in" and effect.asks and not effect.machine:
        return replace(ticket, waiting_since=ticket.waiting_since or now)
    return ticket


def _responded(ticket: Ticket, now: datetime) -> Ticket:
    first = ticket.first_response_at or now
    return replace(ticket, first_response_at=first, responded_at=now, waiting_since=None)


def _moved(ticket: Ticket, effect: Move, now: datetime, actor: str) -> Ticket:
    moved = replace(ticket, status=effect.status, status_kind=effect.kind, wakes_at=None)
    if effect.kind != "done":
        again = ticket.status_kind == "done"
        return replace(
            moved,
            resolved_at=None,
            resolved_by=None,
            closed_at=None,
            closed_by=None,
            reopened=ticket.reopened + again,
            escalation_level=0 if again else ticket.escalation_level,
        )
    moved = replace(moved, waiting_since=None, wanted=None)
    if effect.status == "resolved":
        return replace(moved, resolved_at=now, resolved_by=actor, closed_at=None, closed_by=None)
    resolved = (ticket.resolved_at or now, ticket.resolved_by or actor)
    return replace(
        moved, resolved_at=resolved[0], resolved_by=resolved[1], closed_at=now, closed_by=actor
    )


def _included(ticket: Ticket, new: Participant) -> Ticket:
    if ticket.has_participant(new.address):
        return ticket
    return replace(ticket, participants=(*ticket.participants, new))


def _excluded(ticket: Ticket, address: str) -> Ticket:
    """The requester stays: without one nobody would get an answer."""
    requester = ticket.requester.address if ticket.requester else ""
    kept = (p for p in ticket.participants if p.address == requester or p.address != address)
    return replace(ticket, participants=tuple(kept))


def _requested_by(ticket: Ticket, requester: Participant) -> Ticket:
    requester = replace(requester, role="requester")
    before = ticket.requester.address if ticket.requester else ""
    others = (p for p in ticket.participants if p.address not in (before, requester.address))
    return replace(ticket, requester=requester, participants=(requester, *others))


def _task(effect: AddTask, number: int, by: str) -> dict[str, object]:
    return {
        "number": number + 1,
        "what": effect.what,
        "agent": effect.agent,
        "team": effect.team,
        "due_at": effect.due.isoformat() if effect.due else None,
        "done_at": None,
        "by": by,
    }


def _with(names: tuple[str, ...], name: str, *, on: bool) -> tuple[str, ...]:
    """The names with this one, or without."""
    others = tuple(one for one in names if one != name)
    return (*others, name) if on else others
