"""Whom a name in a command means: by handle, name or address, with or without ``@``."""

import re
from collections.abc import Sequence

from postdesk.mailbox.address import clean_name, normalise
from postdesk.mailbox.mail import Address
from postdesk.rules.people import Agent, Customer, People, Team
from postdesk.rules.pieces import Piece
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest
from postdesk.rules.textmatch import plain

ME = "me"
LONGEST_NAME = 5  # words
LONGEST = 500  # characters of a name with its address
_TEAM = re.compile(r"@?team\s*[:=]\s*", re.IGNORECASE)
# What mail programs make of a name or an address: a link, in brackets of some kind.
_LINKED = re.compile(r"\[([^\]]*)\]\(mailto:([^)\s]*)\)|([^<]*)<(?:mailto:)?([^<>\s]+)>")


def agent_named(text: str, people: People, me: Agent | None = None) -> Agent | Problem:
    """The agent of this handle, name or address; ``me`` is the one who writes."""
    name, address = _name_and_address(text)
    if me and plain(name) == ME:
        return me
    same = _called(name, address, people)
    if len(same) == 1:
        return same[0]
    if same:
        return Problem(f"{name} is the name of {', '.join(a.handle for a in same)}: which one?")
    return _nobody(name or address, people)


def agent_called(text: str, people: People) -> Agent | None:
    """Like ``agent_named`` where nobody needs to be told why it is none."""
    same = _called(*_name_and_address(text), people)
    return same[0] if len(same) == 1 else None


def _called(name: str, address: str, people: People) -> tuple[Agent, ...]:
    """By address, else by handle, else all who are called so."""
    found = people.agent_of(address) if address else None
    found = found or people.agent(name)
    return (found,) if found else people.called(name)


def owner_named(text: str, people: People, me: Agent | None = None) -> Agent | Team | Problem:
    """An agent or a team: ``bob``, ``team:billing``, ``billing``, ``team billing``."""
    if marked := _TEAM.match(text):
        return _team_named(text[marked.end() :], people)
    found = agent_named(text, people, me)
    if isinstance(found, Agent):
        return found
    name = _name_and_address(text)[0]
    first, _, rest = name.partition(" ")
    return people.team(name) or (people.team(rest) if plain(first) == "team" else None) or found


def agents_named(
    pieces: Sequence[Piece], people: People, me: Agent | None = None
) -> tuple[Agent, ...] | Problem:
    """All agents whom these pieces name, a name of several words in several pieces."""
    found: dict[str, Agent] = {}
    place = 0
    while place < len(pieces):
        for length in range(min(LONGEST_NAME, len(pieces) - place), 0, -1):
            name = " ".join(p.text for p in pieces[place : place + length]).strip(",;")
            agent = agent_named(name, people, me)
            if isinstance(agent, Agent):
                break
        if isinstance(agent, Problem):
            rest = [piece.text for piece in pieces[place + 1 :]]
            guess = " ".join([*found, agent.guess, *rest]) if agent.guess else ""
            return Problem(agent.why, guess)
        found[agent.handle] = agent
        place += length
    return tuple(found.values())


def outsider_named(text: str, people: People) -> Address | Problem:
    """Somebody outside: an address, ``Petra Kunde <petra@kunde.example>``, a customer's name."""
    name, address = _name_and_address(text)
    if address:
        customer = people.customer_of(address)
        return Address(clean_name(name) or (customer.name if customer else ""), address)
    same = {c.address: c for c in people.customers.values() if c.name and _is(c, name)}
    if len(same) == 1:
        return _address_of(next(iter(same.values())))
    if same:
        return Problem(f"{name} is the name of {' and '.join(same)}: which one?")
    guess = nearest(plain(name), [plain(c.name) for c in people.customers.values() if c.name])
    known = [c for c in people.customers.values() if guess and _is(c, guess)]
    return Problem(f'"{name}" is no address, and no customer of that name is known', *_only(known))


def _name_and_address(text: str) -> tuple[str, str]:
    """``("Bob Stone", "bob@example.com")``, each "" where there is none."""
    text = " ".join(text[:LONGEST].split()).strip("\"',;")
    if linked := _LINKED.search(text):
        name, address = linked[1] or linked[3] or "", linked[2] or linked[4] or ""
    else:
        name, address = text, text
    name = name.strip(" \"'").removeprefix("@").rstrip(":")
    address = normalise(address.removeprefix("@").removeprefix("mailto:"))
    return ("" if name == text and address else name), address


def _team_named(text: str, people: People) -> Team | Problem:
    name = text.strip("\"' ")
    if found := people.team(name):
        return found
    guess = nearest(plain(name), [plain(team) for team in people.teams])
    known = people.team(guess or "")
    return Problem(f"there is no team {name}", f"team:{known.name}" if known else "")


def _nobody(name: str, people: People) -> Problem:
    """Nobody bears this name; perhaps it is a slip, a first name, or the beginning of a handle."""
    wanted = plain(name)
    names = {plain(a.handle): a for a in people.agents.values()}
    names |= {plain(a.name): a for a in people.agents.values()}
    meant = names.get(nearest(wanted, names) or "")
    if meant is None and wanted:
        begins = {a.handle: a for known, a in names.items() if known.startswith(wanted)}
        meant = next(iter(begins.values())) if len(begins) == 1 else None
    return Problem(f"nobody is called {name}", meant.handle if meant else "")


def _is(customer: Customer, name: str) -> bool:
    return plain(customer.name) == plain(name)


def _address_of(customer: Customer) -> Address:
    return Address(customer.name, customer.address)


def _only(known: Sequence[Customer]) -> tuple[str, ...]:
    return (known[0].address,) if len(known) == 1 else ()
