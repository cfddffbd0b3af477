"""A desk for stories about verbs: every case has a ticket and a customer of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote

from stories.town import Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.marks import Purpose

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
public_name = "Anna"
manager = "max"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com", "bob@home.example"]

[agent.max]
name = "Max Lang"
addresses = ["max@example.com"]
role = "lead"

[team.billing]
members = ["bob"]

[customer."kai@kunde.example"]
name = "Kai Kunde"

[field.order]
[field.floor]

[sla.gold]
medium = { first_response = "1h", resolution = "4h" }

[reply.refund]
text.en = "Your money is on its way."
text.de = "Ihr Geld ist unterwegs."

[alias]
"erledigt" = "close"
"""
TRUST = '[identity]\nreply = "token"\ncommand = "token"'


@dataclass
class Desk:
    """Anna and Bob are agents, Max is a lead; all have confirmed once that it is them."""

    town: Town
    anna: Person
    bob: Person
    max: Person

    def opened(self, words: str = "It is on fire.") -> int:
        """The number of a new ticket; its customer is ``petra`` and this number."""
        number = self.town.tickets() + 1
        self.customer(number).writes("Printer", words)
        self.quiet()
        return number

    def customer(self, number: int) -> Person:
        return self.town.person(f"petra{number}@kunde.example", "Petra Kunde")

    def asks(self, agent: Person, number: int, *lines: str) -> None:
        """A mail with these lines to the address that is this agent's for this ticket."""
        handle = agent.address.partition("@")[0]
        to = self.town.house.marks.address(str(number), Purpose.REPLY, f"agent:{handle}")
        agent.writes(f"[#{number}]", "\n".join(lines), to=to)

    def quiet(self) -> None:
        """All letters so far are read."""
        for letter in self.town.letters():
            self.town.fresh_letters_to(letter.to)

    def acts(self, number: int) -> list[str]:
        """The history so far, in its words."""
        return [line["act"] for line in self.town.ticket(number)["history"]]

    def detail(self, number: int, act: str) -> dict[str, Any]:
        """What the latest such line of history says."""
        lines = [line for line in self.town.ticket(number)["history"] if line["act"] == act]
        found: dict[str, Any] = lines[-1]["detail"]
        return found


Link = tuple[str, str, str]  # a mail to write: to whom, its subject, how it begins


def links(letter: Heard) -> list[Link]:
    """All links of a page that begin a mail, in their order."""
    pieces = letter.html.split('href="mailto:')[1:]
    return [_link(unescape(piece.partition('"')[0])) for piece in pieces]


def _link(text: str) -> Link:
    address, _, query = text.partition("?")
    asked = parse_qs(query)
    return unquote(address), asked.get("subject", [""])[0], asked.get("body", [""])[0]


def followed(agent: Person, link: Link) -> None:
    """The mail that a link begins is sent as it is."""
    address, subject, body = link
    agent.writes(subject, body, to=address)


@contextmanager
def working_desk(folder: Path, database: str) -> Iterator[Desk]:
    """A desk that is up, and asks its agents no more whether it is them."""
    with a_town(folder, database, people=PEOPLE, more=TRUST) as town:
        agents = [town.person(f"{name}@example.com") for name in ("anna", "bob", "max")]
        found = Desk(town, *agents)
        number = found.opened()
        for agent in agents:
            found.asks(agent, number, f"#cc +{agent.address[0]}@friend.example")
            agent.replies("ok", to=agent.hears(subject="Not sent:"))
        found.quiet()
        yield found
