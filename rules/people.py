"""People: agents, teams, customers, organisations, and who is found under which address."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Literal

from postdesk.rules.textmatch import plain
from postdesk.rules.verbs import KNOWN

Role = Literal["agent", "lead", "manager", "admin"]
Receipts = Literal["", "hold", "commands", "all"]
Telling = Literal["", "available", "all", "lead"]

# What agents are told of, each by a word of `notices`.
NOTICES = (
    *("new", "assigned", "reply", "answer", "note", "status", "mention"),
    *("warning", "breach", "escalated", "undelivered", "digest"),
)

# What may follow `assign`, and the words of commands: an agent of that name could not be meant.
STRATEGIES = frozenset({"round-robin", "least-loaded", "coordinator", "sticky"})
WORDS = frozenset({*KNOWN, "ok", "send", "cancel", "me"})
RESERVED = STRATEGIES | WORDS
# Words that stand for somebody where an agent could be named.
STANDING_FOR = frozenset(
    {"responsible", "assignee", "team", "lead", "manager", "author", "admins", "me", "nobody"}
)


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers. The first address is where letters go."""

    handle: str
    name: str
    addresses: tuple[str, ...]
    role: Role = "agent"
    public_name: str = ""  # what customers see
    signature: str = ""
    language: str = ""  # of what this agent is shown; "" = the desk's
    deputy: str = ""  # handles
    manager: str = ""
    hours: str = ""  # a calendar; "" = always
    capacity: int | None = None  # open tickets
    languages: tuple[str, ...] = ()  # that tickets may be answered in; none named: any
    skills: tuple[str, ...] = ()
    receipts: Receipts = ""  # which acts are answered with a transcript; "" = as the desk
    notices: tuple[str, ...] = NOTICES  # of which this agent is told
    send_delay: timedelta | None = None  # None = as the desk
    where: str = ""  # "10-people.toml:12"

    @property
    def address(self) -> str:
        """Where letters go; ``""`` for an agent without one."""
        return self.addresses[0] if self.addresses else ""


@dataclass(frozen=True, slots=True)
class Team:
    """Agents who share work, and the addresses it comes by."""

    name: str
    members: tuple[str, ...] = ()  # handles
    lead: str = ""
    addresses: tuple[str, ...] = ()
    review_solutions: bool = False
    signature: str = ""
    public_name: str = ""
    # Who is told of a ticket without an assignee: "" nobody (they look at their list), "all",
    # the "available", the "lead", or these addresses.
    notify: Telling | tuple[str, ...] = "available"
    sla: str = ""  # what is promised, where neither ticket, customer nor organisation says more
    where: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """One person outside, who may have several addresses; ``address`` is the first of all."""

    address: str
    name: str = ""
    addresses: tuple[str, ...] = ()  # the others
    phone: str = ""
    vip: bool = False
    language: str = ""
    coordinator: str = ""  # an agent's handle
    tags: tuple[str, ...] = ()
    sla: str = ""  # what is promised; "" = nothing of its own
    where: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whoever writes from a mail domain, or from one below it."""

    domain: str
    name: str = ""
    vip: bool = False
    internal: bool = False
    language: str = ""
    tags: tuple[str, ...] = ()
    sla: str = ""  # what is promised; "" = nothing of its own
    where: str = ""


@dataclass(frozen=True)
class People:
    """Everybody the rule files name, each under the key of their table."""

    agents: Mapping[str, Agent] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    customers: Mapping[str, Customer] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)

    def agent(self, handle: str) -> Agent | None:
        """The agent of this handle, in any letter case."""
        return self._by_handle.get(handle.casefold())

    def agent_of(self, address: str) -> Agent | None:
        """The agent who has this address, normalised."""
        return self._by_agent_address.get(address)

    def called(self, name: str) -> tuple[Agent, ...]:
        """The agents of this name or public name, compared as ``plain`` makes them."""
        return self._by_name.get(_plain(name), ())

    def team(self, name: str) -> Team | None:
        """The team of this name, in any letter case."""
        return self._by_team_name.get(name.casefold())

    def team_at(self, address: str) -> Team | None:
        """The team whose mail comes to this address."""
        return self._by_team_address.get(address)

    def teams_of(self, handle: str) -> tuple[Team, ...]:
        """The teams an agent is a member of, or leads."""
        return tuple(t for t in self.teams.values() if handle in (*t.members, t.lead))

    def customer_of(self, address: str) -> Customer | None:
        """The customer who has this address."""
        return self._by_customer_address.get(address)

    def organisation_of(self, address: str) -> Organisation | None:
        """The organisation of an address or a domain; of its nearest parent that is named."""
        domain = address.rpartition("@")[2]
        while domain:
            if found := self.organisations.get(domain):
                return found
            domain = domain.partition(".")[2]
        return None

    def language_of(self, address: str) -> str:
        """The language stored of a customer, or of her organisation; ``""`` when none is."""
        customer, organisation = self.customer_of(address), self.organisation_of(address)
        return (customer.language if customer else "") or (
            organisation.language if organisation else ""
        )

    def addresses_of_desk(self, address: str) -> frozenset[str]:
        """All addresses of ours: the desk's own ``address``, and those of the teams."""
        return frozenset({address, *self._by_team_address})

    @cached_property
    def recipients(self) -> tuple[Agent, ...]:
        """Who is told where no team is: every agent of role agent or lead."""
        return tuple(a for a in self.agents.values() if a.role in ("agent", "lead"))

    @cached_property
    def admins(self) -> tuple[Agent, ...]:
        """Who is told where nobody else is."""
        return tuple(a for a in self.agents.values() if a.role == "admin")

    def members(self, team: Team) -> tuple[Agent, ...]:
        """The members of a team, in its order."""
        return tuple(found for handle in team.members if (found := self.agent(handle)))

    def responsible(self, team: Team | None, away: Container[str] = ()) -> tuple[Agent, ...]:
        """Who is told of a ticket without an assignee; ``away`` holds the handles of the absent.

        The members, or without a team all recipients; nobody there: the lead, else the admins.
        """
        there = self.members(team) if team else self.recipients
        if present := tuple(agent for agent in there if agent.handle not in away):
            return present
        lead = self.agent(team.lead) if team else None
        return (lead,) if lead else self.admins

    @cached_property
    def _by_handle(self) -> dict[str, Agent]:
        return {handle.casefold(): agent for handle, agent in self.agents.items()}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Agent, ...]]:
        names: dict[str, tuple[Agent, ...]] = {}
        for agent in self.agents.values():
            for name in {_plain(agent.name), _plain(agent.public_name)} - {""}:
                names[name] = (*names.get(name, ()), agent)
        return names

    @cached_property
    def _by_agent_address(self) -> dict[str, Agent]:
        return {a: agent for agent in self.agents.values() for a in agent.addresses}

    @cached_property
    def _by_team_name(self) -> dict[str, Team]:
        return {name.casefold(): team for name, team in self.teams.items()}

    @cached_property
    def _by_team_address(self) -> dict[str, Team]:
        return {a: team for team in self.teams.values() for a in team.addresses}

    @cached_property
    def _by_customer_address(self) -> dict[str, Customer]:
        return {a: c for c in self.customers.values() for a in (c.address, *c.addresses)}


def _plain(name: str) -> str:
    return plain(name).replace("\u2019", "'")
