"""What the rules of one event wish, gathered so that the last value of a field wins."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from postdesk.mailbox.mail import Address
from postdesk.rules.action import Action
from postdesk.rules.apply import apply
from postdesk.rules.assign import choose
from postdesk.rules.book import without_version
from postdesk.rules.effect import (
    Append,
    AskApproval,
    Assign,
    Await,
    Drop,
    Effect,
    Escalate,
    Join,
    Keep,
    Move,
    Notify,
    Record,
    Reply,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetSla,
    SetTeam,
    SetUrgency,
    Tag,
)
from postdesk.rules.event import DeadlinePassed, LetterFailed, MailCame
from postdesk.rules.facts import Scene
from postdesk.rules.people import STRATEGIES
from postdesk.rules.placeholder import fill
from postdesk.rules.rule import Rule
from postdesk.rules.span import Span, after
from postdesk.rules.telling import crowded, lead_of, manager_of, meant, outsiders
from postdesk.rules.ticket import Ticket

LEVELS = {"agent": 1, "lead": 2, "manager": 3}
NOBODY = "nobody is available"

Verdict = Drop | Keep | Join
Wished = list[tuple[Effect, str]]  # each with the rule that asked for it
Groups = Mapping[str, str]  # what the named groups of the rule's patterns found


class Wishes:
    """Fields are kept last-wins; tags, notes and notifications add up; one reply at most."""

    def __init__(self, scene: Scene, author: str | None) -> None:
        self._scene = scene
        self._book = scene.book
        self._author = author
        self._fields: dict[str, tuple[Effect, str]] = {}
        self._assign: tuple[str, str] | None = None  # a strategy or "author", because
        self._added: Wished = []
        self._told: list[tuple[str, str]] = []  # whom, because
        self._approvers: list[tuple[str, str]] = []
        self._level: tuple[int, str] | None = None
        self._reply: tuple[str, str] | None = None
        self.verdict: tuple[Verdict, str] | None = None

    def take(self, rule: Rule, action: Action, ticket: Ticket, groups: Groups) -> Ticket:
        """Note one action; the ticket as the rules below see it comes back."""
        because = self._book.because(rule.where, rule.name)
        effect = self._field(rule, action, groups)
        if effect is not None:
            kind = f"set.{effect.name}" if isinstance(effect, SetField) else action.kind
            self._fields[kind] = (effect, because)
            return apply(ticket, effect, self._scene.now)
        match action.kind:
            case "assign":
                self._assign = (str(action.value), because)
            case "tag" | "untag":
                tag = _tag(action)
                self._added.append((tag, because))
                return apply(ticket, tag, self._scene.now)
            case "note":
                self._added.append((_note(fill(str(action.value), groups)), because))
            case "reply":
                self._reply = (str(action.value), because)
            case "notify":
                self._told += [(whom, because) for whom in texts(action.value)]
            case "approve":
                self._approvers += [(whom, because) for whom in texts(action.value)]
            case "escalate":
                self._level = (self._higher(action.value, ticket), because)
            case "drop" | "hold" | "link":
                self.verdict = (self._judged(_verdict(action, groups, because), because), because)
        return ticket

    def _judged(self, new: Verdict, because: str) -> Verdict:
        """The last one wins; in one rule, a mail with nothing to join is dropped or held."""
        old, by = self.verdict or (new, "")
        if by == because and isinstance(old, Join) and not isinstance(new, Join):
            return replace(old, otherwise=new)
        if by == because and isinstance(new, Join) and not isinstance(old, Join):
            return replace(new, otherwise=old)
        return new

    def effects(self, ticket: Ticket) -> Wished:
        """All that is wished, in the order in which it is done. ``ticket``: as it will be.

        Spam is sorted like any ticket, but nobody gets it, hears of it, or answers it.
        """
        wished = [*self._fields.values(), *self._added]
        if ticket.spam:
            return wished
        given = self._given(ticket)
        for effect, _ in given:
            ticket = apply(ticket, effect, self._scene.now)
        scene = replace(self._scene, ticket=ticket)
        wished += given
        wished += self._raised(scene)
        if self._reply:
            wished.append(self._letter(*self._reply, ticket))
        return wished + self._notices(scene, wished)

    def _field(self, rule: Rule, action: Action, groups: Groups) -> Effect | None:
        value = action.value
        match action.kind:
            case "team":
                return SetTeam(str(value))
            case "category":
                return SetCategory(str(value))
            case "urgency" if isinstance(value, int):
                return SetUrgency(value)
            case "status":
                return Move(str(value), self._book.workflow.kind(str(value)))
            case "language":
                return SetLanguage(str(value))
            case "sla":
                return SetSla(str(value))
            case "due":
                return SetDue(self._due(value, rule.calendar))
            case "set" if isinstance(value, tuple):
                return SetField(str(value[0]), fill(str(value[1]), groups))
        return None

    def _due(self, value: object, calendar: str) -> datetime:
        """A span from now, or the end of a day in the desk's zone."""
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time(23, 59), self._scene.local.tzinfo)
        assert isinstance(value, Span)
        return after(self._scene.now, value, self._book.calendars.get(calendar))

    def _given(self, ticket: Ticket) -> Wished:
        """The one assignment at the end, when the team is clear."""
        if self._assign is None:
            return []
        how, because = self._assign
        agent = self._author if how == "author" else how
        if how not in STRATEGIES:
            known = self._book.people.agent(agent) if agent else None
            return [(Assign(known.handle), because)] if known else []
        roster = replace(self._scene, ticket=ticket).roster
        choice = choose(how, ticket, self._book, roster, self._scene.now)
        if choice.agent:
            return [(Assign(choice.agent, choice.why), because)]
        leads = lead_of(self._book.people, ticket)
        return [(Await(how), because), *([(Notify(leads, NOBODY), because)] if leads else [])]

    def _raised(self, scene: Scene) -> Wished:
        """Escalation; where the rule asks for a yes, only the question about it."""
        level, because = self._level or (0, "")
        if level and level <= scene.ticket.escalation_level:
            return []
        if question := self._question(scene, level):
            return [question]
        return [(Escalate(level, raised_to(scene, level)), because)] if level else []

    def _question(self, scene: Scene, level: int) -> tuple[Effect, str] | None:
        """None where nobody is to be asked, or nobody is there who could be."""
        asked = (h for whom, _ in self._approvers for h in meant(scene, whom, self._author))
        approvers = tuple(dict.fromkeys(asked))
        if not approvers:
            return None
        because = self._approvers[0][1]
        reason = without_version(because).partition(' "')[2].rstrip('"')
        return AskApproval(approvers, reason, level), because

    def _higher(self, value: object, ticket: Ticket) -> int:
        known = LEVELS.get(str(value))
        return known if known else min(ticket.escalation_level + 1, max(LEVELS.values()))

    def _letter(self, template: str, because: str, ticket: Ticket) -> tuple[Effect, str]:
        event = self._scene.event
        if isinstance(event, MailCame):
            to, why = event.mail.sender.addr, event.withheld
        else:
            to = ticket.requester.address if ticket.requester else ""
            held = self._scene.around.withheld(ticket, to)
            why = held if to else "there is nobody to write to"
        if why:
            return Record("withheld", {"letter": template, "why": why}), because
        return Reply(template, to), because

    def _notices(self, scene: Scene, wished: Wished) -> Wished:
        """Each agent once, the first reason counts; the author of the act is never told of it."""
        known = {a for effect, _ in wished for a in _already(effect)}
        told: dict[str, str] = {}
        outside: dict[str, str] = {}
        for whom, because in self._told:
            for address in outsiders(scene, whom):
                outside.setdefault(address, because)
            for agent in meant(scene, whom, self._author):
                if whom == "author" or (agent != self._author and scene.book.people.agent(agent)):
                    told.setdefault(agent, because)
        found: Wished = []
        for because in dict.fromkeys((*told.values(), *outside.values())):
            agents = tuple(a for a, b in told.items() if b == because and a not in known)
            others = tuple(a for a, b in outside.items() if b == because)
            if agents or others:
                crowd = crowded(self._scene.event, agents)
                found.append((Notify(agents, why_of(scene), crowd, others), because))
        return found


def why_of(scene: Scene) -> str:
    """Why an agent is written, as a key of the letters' words."""
    match scene.event:
        case MailCame(opens=True):
            return "new ticket"
        case MailCame(role="bystander"):
            return "a stranger wrote"
        case MailCame():
            return "customer replied"
        case LetterFailed():
            return "delivery failed"
        case DeadlinePassed():
            return scene.why
    return "a colleague answered"


def raised_to(scene: Scene, level: int) -> tuple[str, ...]:
    """Who hears of an escalation to this level; whoever is nearest, where nobody has that role."""
    people, ticket = scene.book.people, scene.ticket
    agent = (ticket.assignee,) if ticket.assignee else ()
    lead, manager = lead_of(people, ticket), manager_of(people, ticket)
    admins = tuple(a.handle for a in people.admins)
    if level >= LEVELS["manager"]:
        return manager or admins or lead or agent
    if level == LEVELS["lead"]:
        return lead or manager or admins or agent
    return agent or lead or manager or admins


def texts(value: object) -> tuple[str, ...]:
    """One text or many, as many."""
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else (str(value),)


def _already(effect: Effect) -> tuple[str, ...]:
    return effect.to if isinstance(effect, Escalate) else ()


def _note(words: str) -> Append:
    return Append("note", "", Address("", ""), (), "", words, words)


def _tag(action: Action) -> Tag:
    words = texts(action.value)
    return Tag(add=words) if action.kind == "tag" else Tag(remove=words)


def _verdict(action: Action, groups: Groups, because: str) -> Verdict:
    value = action.value
    reason = value if isinstance(value, str) else because
    match action.kind:
        case "drop":
            return Drop(reason)
        case "hold":
            return Keep(reason)
    if isinstance(value, int):
        return Join(number=value)
    if value == "subject":
        return Join(subject=True)
    return Join(key=fill(str(value), groups))
