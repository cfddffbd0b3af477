"""What the rules of one event wish, gathered so that the last value of a field wins."""

from datetime import datetime

from postdesk.rules.apply import apply
from postdesk.rules.effect import (
    Assign,
    Effect,
    Move,
    Notify,
    Record,
    Reply,
    SetCategory,
    SetTeam,
    SetUrgency,
    Tag,
)
from postdesk.rules.event import Event, LetterFailed, MailCame
from postdesk.rules.people import People
from postdesk.rules.rule import Action
from postdesk.rules.ticket import Ticket
from postdesk.rules.workflow import DEFAULT

CROWD = 10  # agents who are told of one mail by letters of their own
FLOOD = 30  # mails of one sender in an hour that are told one by one


class Wishes:
    """Fields are kept last-wins; tags, notes and notifications add up; one reply at most."""

    def __init__(self, people: People, event: Event, author: str | None) -> None:
        self._people = people
        self._event = event
        self._author = author
        self._fields: dict[str, tuple[Effect, str]] = {}
        self._tags: list[tuple[Effect, str]] = []
        self._told: list[tuple[str, str]] = []  # whom, because
        self._reply: tuple[Effect, str] | None = None

    def take(self, action: Action, ticket: Ticket, now: datetime, because: str) -> Ticket:
        """Note one action; the ticket as the rules below see it comes back."""
        effect = self._field(action)
        if effect is not None:
            self._fields[action.kind] = (effect, because)
            return apply(ticket, effect, now)
        match action.kind:
            case "tag" | "untag":
                tag = _tag(action)
                self._tags.append((tag, because))
                return apply(ticket, tag, now)
            case "reply":
                self._reply = self._letter(str(action.value), because)
            case "notify":
                self._told += [(whom, because) for whom in _texts(action.value)]
        return ticket

    def effects(self, ticket: Ticket) -> list[tuple[Effect, str]]:
        """All that is wished, in the order in which it is done. ``ticket``: as it will be."""
        wished = [*self._fields.values(), *self._tags]
        if self._reply:
            wished.append(self._reply)
        told: dict[str, tuple[str, str]] = {}
        for whom, because in self._told:
            for agent in self._agents(whom, ticket):
                told.setdefault(agent, (whom, because))
        for because in dict.fromkeys(b for _, b in told.values()):
            agents = tuple(a for a, (_, b) in told.items() if b == because)
            wished.append((Notify(agents, self._why(), crowded(self._event, agents)), because))
        return wished

    def _field(self, action: Action) -> Effect | None:
        value = action.value
        match action.kind:
            case "team":
                return SetTeam(str(value))
            case "category":
                return SetCategory(str(value))
            case "urgency" if isinstance(value, int):
                return SetUrgency(value)
            case "status":
                return Move(str(value), DEFAULT.kind(str(value)))
            case "assign":
                agent = self._author if value == "author" else str(value)
                known = self._people.agent(agent) if agent else None
                return Assign(known.handle) if known else None
        return None

    def _letter(self, template: str, because: str) -> tuple[Effect, str] | None:
        if not isinstance(self._event, MailCame):
            return None
        if self._event.withheld:
            return Record("withheld", {"letter": template, "why": self._event.withheld}), because
        return Reply(template, self._event.mail.sender.addr), because

    def _agents(self, whom: str, ticket: Ticket) -> tuple[str, ...]:
        """The handles behind a word of `then.notify`; the author of the act is never told."""
        match whom:
            case "responsible":
                found = responsible(self._people, ticket)
            case "assignee":
                found = (ticket.assignee,) if ticket.assignee else ()
            case "author":
                return (self._author,) if self._author else ()
            case "team":
                team = self._people.team(ticket.team or "")
                found = tuple(team.members) if team else ()
            case _:
                found = (whom,)
        return tuple(a for a in found if a != self._author and self._people.agent(a))

    def _why(self) -> str:
        match self._event:
            case MailCame(opens=True):
                return "new ticket"
            case MailCame(role="bystander"):
                return "a stranger wrote"
            case MailCame():
                return "customer replied"
            case LetterFailed():
                return "delivery failed"
        return "a colleague answered"


def crowded(event: Event, agents: tuple[str, ...]) -> bool:
    """Many readers at once, or a sender who does not stop: one letter tells of many mails."""
    flood = isinstance(event, MailCame) and event.mails_this_hour >= FLOOD
    return len(agents) > CROWD or flood


def responsible(people: People, ticket: Ticket) -> tuple[str, ...]:
    """Who is told: the assignee; with none the team; with no team all agents and leads.

    With nobody there: the team's lead, else the admins.
    """
    if ticket.assignee and people.agent(ticket.assignee):
        return (ticket.assignee,)
    team = people.team(ticket.team or "")
    if team:
        return tuple(team.members) or ((team.lead,) if team.lead else _admins(people))
    return tuple(a.handle for a in people.recipients) or _admins(people)


def _admins(people: People) -> tuple[str, ...]:
    return tuple(a.handle for a in people.agents.values() if a.role == "admin")


def _tag(action: Action) -> Tag:
    words = _texts(action.value)
    return Tag(add=words) if action.kind == "tag" else Tag(remove=words)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else (str(value),)
