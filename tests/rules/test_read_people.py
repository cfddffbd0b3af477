"""Agents, teams and customers out of rule files."""

from collections.abc import Mapping

import pytest

from postdesk.rules.book import Book
from postdesk.rules.people import Agent, Customer, Organisation, Team
from postdesk.rules.read import read

PEOPLE = """\
[agent.anna]
name = "Anna Berg"
addresses = ["Anna@Example.com", "anna@example.com", "anna@home.example"]
role = "agent"
public_name = "Anna"
signature = "Anna, Example Support"
language = "DE"
deputy = "Bob"
manager = "max"
hours = "office"
capacity = 20

[agent.bob]
addresses = ["bob@example.com"]

[agent.max]
addresses = ["max@example.com"]
role = "lead"

[team.billing]
members = ["anna", "bob", "ANNA"]
lead = "max"
addresses = ["billing@example.com"]
review_solutions = true

[customer."Petra@Kunde.Example"]
name = "Petra Kunde"
addresses = ["petra@home.example", "petra@kunde.example"]
phone = "+49 30 1234567"
vip = true
language = "de"
coordinator = "anna"
tags = ["contract-a"]

[organisation."Bücher.example"]
vip = true

[calendar.office]
timezone = "Europe/Berlin"
hours = { mon-fri = ["09:00-17:00"] }
"""

OFFICE = '[calendar.office]\ntimezone = "UTC"\nhours = { mon = ["09:00-17:00"] }'


def book(texts: Mapping[str, str]) -> Book:
    found = read(texts)
    assert isinstance(found, Book), "\n".join(map(str, found))
    return found


def mistakes(*texts: str) -> list[str]:
    """What is told of files 1.toml, 2.toml, ... without the lines they show."""
    found = read({f"{nth}.toml": text for nth, text in enumerate(texts, start=1)})
    assert not isinstance(found, Book)
    return [str(mistake).partition("\n")[0] for mistake in found]


def agent(name: str, *lines: str) -> str:
    address = f'addresses = ["{name}@example.com"]'
    return "\n".join([f"[agent.{name}]", address, *lines, ""])


def test_people_become_values() -> None:
    people = book({"10-people.toml": PEOPLE}).people
    assert people.agents["anna"] == Agent(
        handle="anna",
        name="Anna Berg",
        addresses=("anna@example.com", "anna@home.example"),
        role="agent",
        public_name="Anna",
        signature="Anna, Example Support",
        language="de",
        deputy="bob",
        manager="max",
        hours="office",
        capacity=20,
        where="10-people.toml:1",
    )
    assert people.agents["bob"] == Agent(
        "bob", "bob", ("bob@example.com",), public_name="bob", where="10-people.toml:13"
    )
    assert people.teams["billing"] == Team(
        name="billing",
        members=("anna", "bob"),
        lead="max",
        addresses=("billing@example.com",),
        review_solutions=True,
        where="10-people.toml:20",
    )
    assert people.customers["petra@kunde.example"] == Customer(
        address="petra@kunde.example",
        name="Petra Kunde",
        addresses=("petra@home.example",),
        phone="+49 30 1234567",
        vip=True,
        language="de",
        coordinator="anna",
        tags=("contract-a",),
        where="10-people.toml:26",
    )
    assert people.organisation_of("x@bücher.example") == Organisation(
        "bücher.example", vip=True, where="10-people.toml:35"
    )


AGENT_MISTAKES = [
    (
        'role = "Agent"',
        '3:8: agent "anna": role must be one of "agent", "lead", "manager", "admin"',
    ),
    ("name = 3", '3:8: agent "anna": name must be a text in quotes'),
    ('name = "a\\nb"', '3:8: agent "anna": name must be one line'),
    ("capacity = -1", '3:12: agent "anna": capacity must be a whole number of at least 0'),
    ("capacity = true", '3:12: agent "anna": capacity must be a whole number of at least 0'),
    ('deputy = "bobb"', '3:10: agent "anna": no agent is called "bobb", did you mean "bob"?'),
    ('manager = "eve"', '3:11: agent "anna": no agent is called "eve"'),
    ('hours = "offic"', '3:9: agent "anna": no calendar is called "offic", did you mean "offi'),
    ('deputy = "anna"', '1:8: agent "anna": is deputy or manager of itself'),
]


@pytest.mark.parametrize(("line", "told"), AGENT_MISTAKES)
def test_a_mistake_in_an_agent(line: str, told: str) -> None:
    (mistake,) = mistakes(agent("anna", line), agent("bob") + OFFICE)
    assert mistake.startswith(f"1.toml:{told}")


def test_an_address_belongs_to_one_person_or_team() -> None:
    anna = agent("anna")
    assert mistakes(anna, '[agent.bob]\naddresses = ["ANNA@example.com"]') == [
        '2.toml:2:13: agent "bob": anna@example.com belongs to agent anna already, 1.toml:1'
    ]
    assert mistakes(anna, '[team.a]\naddresses = ["anna@example.com"]') == [
        '2.toml:2:13: team "a": anna@example.com belongs to agent anna already, 1.toml:1'
    ]
    petra = '[customer."p@example.com"]\n'
    assert mistakes(petra, '[customer."q@example.com"]\naddresses = ["p@example.com"]') == [
        '2.toml:2:13: customer "q@example.com":'
        " p@example.com belongs to customer p@example.com already, 1.toml:1"
    ]


def test_an_agent_may_be_a_customer_too() -> None:
    found = book({"1.toml": agent("anna") + '[customer."anna@example.com"]\nvip = true'})
    assert found.people.customer_of("anna@example.com")
