"""Agents, teams, customers and organisations out of their tables."""

import re
from collections.abc import Iterable
from typing import cast, get_args

from postdesk.mailbox.address import normalise
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry, Names
from postdesk.rules.people import (
    RESERVED,
    STRATEGIES,
    Agent,
    Customer,
    Organisation,
    People,
    Role,
    Team,
)

_ROLES = get_args(Role)
_HANDLE = re.compile(r"[^\W\d_][\w.-]{0,39}")  # as in `#assign anna`: begins with a letter
_TEAM = re.compile(r"[^\W_][\w .&+-]{0,59}")

Owners = dict[str, tuple[str, str]]  # address -> "agent anna", where


def read_people(draft: Draft) -> People:
    """Everybody who is named; what is wrong is noted in the draft."""
    handles = draft.names("agent")
    ours: Owners = {}
    theirs: Owners = {}
    agents = [_agent(entry, handles, draft.names("calendar")) for entry in draft.of("agent")]
    for agent, entry in zip(agents, draft.of("agent"), strict=True):
        _claim(entry, f"agent {agent.handle}", agent.addresses, ours)
    teams = [_team(entry, handles) for entry in draft.of("team")]
    for team, entry in zip(teams, draft.of("team"), strict=True):
        _claim(entry, f"team {team.name}", team.addresses, ours)
    customers = [_customer(entry, handles) for entry in draft.of("customer")]
    for customer, entry in zip(customers, draft.of("customer"), strict=True):
        addresses = (customer.address, *customer.addresses)
        _claim(entry, f"customer {customer.address}", addresses, theirs)
    organisations = [_organisation(entry) for entry in draft.of("organisation")]
    if not agents:
        draft.warnings.append("no agents: customers get tickets and receipts, nobody is told")
    return People(
        {agent.handle: agent for agent in agents},
        {team.name: team for team in teams},
        {customer.address: customer for customer in customers},
        {organisation.domain: organisation for organisation in organisations},
    )


def _agent(entry: Entry, handles: Names | None, calendars: Names | None) -> Agent:
    _check_handle(entry)
    name = entry.line("name", entry.name)
    if "addresses" not in entry.table:
        entry.wrong("addresses are missing")
    agent = Agent(
        handle=entry.name,
        name=name,
        addresses=entry.addresses("addresses"),
        role=cast(Role, entry.one_of("role", _ROLES, "agent")),
        public_name=entry.line("public_name", name),
        signature=entry.text("signature"),
        language=entry.language("language"),
        deputy=entry.refers("deputy", handles, "agent"),
        manager=entry.refers("manager", handles, "agent"),
        hours=entry.refers("hours", calendars, "calendar"),
        capacity=entry.number("capacity"),
        where=entry.where,
    )
    if entry.table.get("addresses") == []:
        entry.wrong("must name one address at least", "addresses")
    if entry.name in (agent.deputy, agent.manager):
        entry.wrong("is deputy or manager of itself")
    entry.done()
    return agent


def _check_handle(entry: Entry) -> None:
    plain = entry.name.casefold()
    if plain in STRATEGIES:
        entry.wrong("an agent cannot be called so: it is a way to assign")
    elif plain in RESERVED:
        entry.wrong("an agent cannot be called so: it is a command")
    elif not _HANDLE.fullmatch(entry.name):
        entry.wrong("an agent's name begins with a letter and goes on with letters, digits, . - _")


def _team(entry: Entry, handles: Names | None) -> Team:
    if not _TEAM.fullmatch(entry.name):
        entry.wrong("a team's name holds letters, digits, spaces and . & + - _ only")
    team = Team(
        name=entry.name,
        members=entry.refer_all("members", handles, "agent"),
        lead=entry.refers("lead", handles, "agent"),
        addresses=entry.addresses("addresses"),
        review_solutions=entry.flag("review_solutions"),
        signature=entry.text("signature"),
        public_name=entry.line("public_name"),
        notify="available" if entry.flag("notify", default=True) else "",
        where=entry.where,
    )
    entry.done()
    return team


def _customer(entry: Entry, handles: Names | None) -> Customer:
    address = normalise(entry.name)
    if not address:
        entry.wrong(f'"{entry.name}" is no mail address; write [customer."petra@kunde.example"]')
    others = entry.addresses("addresses")
    customer = Customer(
        address=address or entry.name,
        name=entry.line("name"),
        addresses=tuple(other for other in others if other != address),
        phone=entry.line("phone"),
        vip=entry.flag("vip"),
        language=entry.language("language"),
        coordinator=entry.refers("coordinator", handles, "agent"),
        tags=entry.texts("tags"),
        where=entry.where,
    )
    if address or not _only_tables(entry):
        entry.done()
    return customer


def _organisation(entry: Entry) -> Organisation:
    domain = normalise(f"x@{entry.name}").removeprefix("x@")
    if not domain or _only_tables(entry):
        entry.wrong('must be a mail domain in quotes: [organisation."kunde.example"]')
    organisation = Organisation(
        domain=domain or entry.name,
        name=entry.line("name"),
        vip=entry.flag("vip"),
        internal=entry.flag("internal"),
        language=entry.language("language"),
        tags=entry.texts("tags"),
        where=entry.where,
    )
    if not _only_tables(entry):
        entry.done()
    return organisation


def _only_tables(entry: Entry) -> bool:
    """``[organisation.kunde.example]`` without quotes: TOML reads tables within tables."""
    return bool(entry.table) and all(isinstance(value, dict) for value in entry.table.values())


def _claim(entry: Entry, owner: str, addresses: Iterable[str], owners: Owners) -> None:
    for address in addresses:
        if taken := owners.get(address):
            below = ("addresses",) if "addresses" in entry.table else ()
            entry.wrong(f"{address} belongs to {taken[0]} already, {taken[1]}", *below)
        else:
            owners[address] = (owner, entry.where)
