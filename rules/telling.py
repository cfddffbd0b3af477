"""Whom a rule means: the words of ``then.notify``, and who is there to be told."""

from postdesk.rules.assign import Roster, present, stands_in
from postdesk.rules.event import Event, MailCame
from postdesk.rules.facts import Scene
from postdesk.rules.people import Agent, People, Team
from postdesk.rules.ticket import Ticket

CROWD = 10  # agents who are told of one mail by letters of their own
FLOOD = 30  # mails of one sender in an hour that are told one by one

Handles = tuple[str, ...]

# Which of an agent's `notices` a letter is; what is not named here, everybody is told.
NOTICE = {
    "new ticket": "new",
    "also written to your team": "new",
    "customer replied": "reply",
    "a stranger wrote": "reply",
    "a colleague answered": "answer",
    "a note for the team": "note",
    "assigned": "assigned",
    "mentioned": "mention",
    "status": "status",
    "warning": "warning",
    "breached": "breach",
    "idle": "breach",
    "delivery failed": "undelivered",
}
LOUD = frozenset({"assigned", "mentioned"})  # what is meant for one person, and no muting stops


def wanted(scene: Scene, handles: Handles, why: str) -> Handles:
    """Of these agents the ones who want to hear of this."""
    return tuple(handle for handle in handles if _wants(scene, handle, why))


def _wants(scene: Scene, handle: str, why: str) -> bool:
    if handle in scene.ticket.muted and why not in LOUD:
        return False
    agent = scene.book.people.agent(handle)
    if agent is None:
        return True
    if isinstance(scene.event, MailCame) and scene.event.mail.sender.addr in agent.addresses:
        return False  # she has written it, and gets a receipt
    kind = NOTICE.get(why, "")
    return not kind or kind in agent.notices


def crowded(event: Event, agents: Handles) -> bool:
    """Many readers at once, or a sender who does not stop: one letter tells of many mails."""
    flood = isinstance(event, MailCame) and event.mails_this_hour >= FLOOD
    return len(agents) > CROWD or flood


def meant(scene: Scene, whom: str, author: str | None) -> Handles:
    """The handles behind one word of ``then.notify``; nobody for a mail address."""
    people, ticket = scene.book.people, scene.ticket
    match whom:
        case "responsible":
            return (*responsible(scene), *ticket.watchers)
        case "assignee":
            return (ticket.assignee,) if ticket.assignee else ()
        case "author":
            return (author,) if author else ()
        case "team":
            return _members(people, ticket.team or "")
        case "lead":
            return lead_of(people, ticket)
        case "manager":
            return manager_of(people, ticket)
        case "admins":
            return tuple(agent.handle for agent in people.admins)
    if whom.startswith("team:"):
        return _members(people, whom.removeprefix("team:"))
    agent = people.agent(whom) or people.agent_of(whom)
    return (agent.handle,) if agent else ()


def outsiders(scene: Scene, whom: str) -> tuple[str, ...]:
    """The mail addresses behind one word of ``then.notify`` that are no agent's."""
    people, ticket = scene.book.people, scene.ticket
    if "@" in whom:
        return () if people.agent(whom) or people.agent_of(whom) else (whom,)
    if whom != "responsible" or ticket.assignee:
        return ()
    team = people.team(ticket.team or "")
    told = team.notify if team and isinstance(team.notify, tuple) else ()
    return tuple(address for address in told if not people.agent_of(address))


def responsible(scene: Scene) -> Handles:
    """Who is told of a ticket: its assignee, and who stands in; with none, its team.

    With no team all agents and leads; of them those who are there; nobody there: the team's lead,
    else the admins.
    """
    people, ticket = scene.book.people, scene.ticket
    owner = people.agent(ticket.assignee or "")
    roster = scene.roster
    if owner:
        other = stands_in(owner, roster, people)
        return (owner.handle, other) if other else (owner.handle,)
    team = people.team(ticket.team or "")
    if team:
        return _of_team(scene, team, roster)
    there = tuple(a.handle for a in people.recipients if present(a, roster, scene.book, scene.now))
    return there or tuple(a.handle for a in people.admins) or _handles(people.recipients)


def of_team(scene: Scene, team: Team) -> Handles:
    """Who of a team is told of work for it."""
    return _of_team(scene, team, scene.roster)


def _of_team(scene: Scene, team: Team, roster: Roster) -> Handles:
    people = scene.book.people
    lead = people.agent(team.lead)
    if team.notify == "":
        return ()  # they look at their list
    if team.notify == "lead" and lead:
        return (lead.handle,)
    if isinstance(team.notify, tuple):
        found = (people.agent_of(address) for address in team.notify)
        return tuple(agent.handle for agent in found if agent)
    members = people.members(team)
    if team.notify == "all":
        return _handles(members)
    there = tuple(a.handle for a in members if present(a, roster, scene.book, scene.now))
    if there:
        return there
    return (lead.handle,) if lead else tuple(a.handle for a in people.admins) or _handles(members)


def lead_of(people: People, ticket: Ticket) -> Handles:
    """The lead of the ticket's team; without one every agent of role lead."""
    team = people.team(ticket.team or "")
    lead = people.agent(team.lead) if team else None
    if lead:
        return (lead.handle,)
    return tuple(a.handle for a in people.agents.values() if a.role == "lead")


def manager_of(people: People, ticket: Ticket) -> Handles:
    """The manager of the assignee, else of the lead; without one every agent of role manager."""
    for handle in (ticket.assignee or "", *lead_of(people, ticket)):
        agent = people.agent(handle)
        manager = people.agent(agent.manager) if agent else None
        if manager:
            return (manager.handle,)
    return tuple(a.handle for a in people.agents.values() if a.role == "manager")


def _members(people: People, name: str) -> Handles:
    team = people.team(name)
    return tuple(team.members) if team else ()


def _handles(agents: tuple[Agent, ...]) -> Handles:
    return tuple(agent.handle for agent in agents)
