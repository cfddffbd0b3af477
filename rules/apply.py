"""The only writer of tickets: a ticket and an effect in, the changed ticket out."""

from dataclasses import replace
from datetime import datetime
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
from postdesk.rules.ticket import Participant, Ticket


def apply_all(ticket: Ticket, steps: list[Step], now: datetime) -> Ticket:
    """The ticket after all steps, in their order."""
    for step in steps:
        ticket = apply(ticket, step.effect, now, actor=step.actor)
    return ticket


def apply(ticket: Ticket, effect: Effect, now: datetime, *, actor: str = "postdesk") -> Ticket:
    """The ticket after one effect. Pure and total: every effect is known here."""
    match effect:
        case Open():
            return _opened(ticket, effect, now)
        case Append():
            return _appended(ticket, effect, now)
        case Assign(agent):
            return replace(ticket, assignee=agent, updated_at=now)
        case SetTeam(team):
            return replace(ticket, team=team, updated_at=now)
        case SetCategory(category):
            return replace(ticket, category=category, updated_at=now)
        case SetUrgency(urgency):
            return replace(ticket, urgency=min(5, max(1, urgency)), updated_at=now)
        case Move():
            return _moved(ticket, effect, now, actor)
        case Tag(add, remove):
            kept = [tag for tag in ticket.tags if tag not in remove]
            return replace(ticket, tags=tuple(dict.fromkeys((*kept, *add))), updated_at=now)
        case SetField(name, value):
            fields = {**dict(ticket.fields), name: value}
            return replace(ticket, fields=tuple((k, v) for k, v in fields.items() if v))
        case SetLanguage(language):
            return replace(ticket, language=language)
        case Include(participant):
            return _included(ticket, participant)
        case Tie(link):
            return replace(ticket, links=tuple(dict.fromkeys((*ticket.links, link))))
        case Reply() | Notify() | Answer() | Record():
            return ticket
    assert_never(effect)


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
        updated_at=now,
    )


def _appended(ticket: Ticket, effect: Append, now: datetime) -> Ticket:
    if effect.kind != "out":
        return replace(ticket, updated_at=now)
    first = ticket.first_response_at or now
    return replace(ticket, first_response_at=first, responded_at=now, updated_at=now)


def _moved(ticket: Ticket, effect: Move, now: datetime, actor: str) -> Ticket:
    moved = replace(ticket, status=effect.status, status_kind=effect.kind, updated_at=now)
    if effect.kind != "done":
        return replace(moved, resolved_at=None, resolved_by=None, closed_at=None, closed_by=None)
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
