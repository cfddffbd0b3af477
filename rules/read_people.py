"""Agents, teams, customers and organisations out of their tables."""

import re
from collections.abc import Iterable
from typing import cast, get_args

from postdesk.mailbox.address import normalise
from postdesk.rules import shape
from postdesk.rules.defined import Defined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.people import (
    NOTICES,
    RESERVED,
    STANDING_FOR,
    STRATEGIES,
    Agent,
    Customer,
    Organisation,
    People,
    Receipts,
    Role,
    Team,
    Telling,
)

_ROLES = get_args(Role)
_RECEIPTS = [word for word in get_args(Receipts) if word]
_TELLING = [word for word in get_args(Telling) if word]
_HANDLE = re.compile(r"[^\W\d_][\w.-]{0,39}")  # as in `#assign anna`: begins with a letter
_TEAM = re.compile(r"[^\W_][\w .&+-]{0,59}")

_NOTIFY = shape.either(shape.FLAG, shape.one_of(_TELLING), shape.listed(shape.ADDRESS))

Owners = dict[str, tuple[str, str]]  # address -> "agent anna", where


def read_people(draft: Draft, defined: Defined) -> People:
    """Everybody who is named; what is wrong is noted in the draft."""
    ours: Owners = {}
    theirs: Owners = {}
    agents = [read_agent(entry, defined) for entry in draft.of("agent")]
    for agent, entry in zip(agents, draft.of("agent"), strict=True):
        _claim(entry, f"agent {agent.handle}", agent.addresses, ours)
    teams = [read_team(entry, defined) for entry in draft.of("team")]
    for team, entry in zip(teams, draft.of("team"), strict=True):
        _claim(entry, f"team {team.name}", team.addresses, ours)
    customers = [read_customer(entry, defined) for entry in draft.of("customer")]
    for customer, entry in zip(customers, draft.of("customer"), strict=True):
        addresses = (customer.address, *customer.addresses)
        _claim(entry, f"customer {customer.address}", addresses, theirs)
    organisations = [read_organisation(entry, defined) for entry in draft.of("organisation")]
    if not agents:
        draft.notes.warnings.append("no agents: customers get tickets and receipts, nobody is told")
    return People(
        {agent.handle: agent for agent in agents},
        {team.name: team for team in teams},
        {customer.address: customer for customer in customers},
        {organisation.domain: organisation for organisation in organisations},
    )


def read_agent(entry: Entry, defined: Defined) -> Agent:
    """``[agent.anna]``."""
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
        deputy=entry.refers("deputy", defined, "agent"),
        manager=entry.refers("manager", defined, "agent"),
        hours=entry.refers("hours", defined, "calendar"),
        capacity=entry.number("capacity"),
        languages=entry.languages("languages"),
        skills=entry.texts("skills"),
        receipts=cast(Receipts, entry.one_of("receipts", _RECEIPTS, "")),
        notices=_notices(entry),
        send_delay=entry.duration("send_delay"),
        where=entry.where,
    )
    if entry.table.get("addresses") == []:
        entry.wrong("must name one address at least", "addresses")
    if entry.name in (agent.deputy, agent.manager):
        entry.wrong("is deputy or manager of itself")
    entry.done()
    return agent


def _notices(entry: Entry) -> tuple[str, ...]:
    named = entry.all_of("notices", NOTICES)
    return named if "notices" in entry.table else NOTICES


def _check_handle(entry: Entry) -> None:
    plain = entry.name.casefold()
    if plain in STRATEGIES:
        entry.wrong("an agent cannot be called so: it is a way to assign")
    elif plain in RESERVED:
        entry.wrong("an agent cannot be called so: it is a command")
    elif plain in STANDING_FOR:
        entry.wrong("an agent cannot be called so: in rules it stands for somebody else")
    elif not _HANDLE.fullmatch(entry.name):
        entry.wrong("an agent's name begins with a letter and goes on with letters, digits, . - _")


def read_team(entry: Entry, defined: Defined) -> Team:
    """``[team.billing]``."""
    if not _TEAM.fullmatch(entry.name):
        entry.wrong("a team's name holds letters, digits, spaces and . & + - _ only")
    team = Team(
        name=entry.name,
        members=entry.refer_all("members", defined, "agent"),
        lead=entry.refers("lead", defined, "agent"),
        addresses=entry.addresses("addresses"),
        review_solutions=entry.flag("review_solutions"),
        signature=entry.text("signature"),
        public_name=entry.line("public_name"),
        notify=_notify(entry),
        sla=entry.refers("sla", defined, "sla"),
        where=entry.where,
    )
    entry.done()
    return team


def _notify(entry: Entry) -> Telling | tuple[str, ...]:
    value = entry.any("notify", _NOTIFY)
    if value is None or value is True:
        return "available"
    if value is False:
        return ""
    if isinstance(value, list):
        return entry.addresses("notify")
    if isinstance(value, str) and value in _TELLING:
        return cast(Telling, value)
    entry.wrong('notify must be true, false, "all", "available", "lead" or addresses', "notify")
    return "available"


def read_customer(entry: Entry, defined: Defined) -> Customer:
    """``[customer."petra@kunde.example"]``."""
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
        coordinator=entry.refers("coordinator", defined, "agent"),
        tags=entry.texts("tags"),
        sla=entry.refers("sla", defined, "sla"),
        where=entry.where,
    )
    if address or not _only_tables(entry):
        entry.done()
    return customer


def read_organisation(entry: Entry, defined: Defined) -> Organisation:
    """``[organisation."kunde.example"]``."""
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
        sla=entry.refers("sla", defined, "sla"),
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
