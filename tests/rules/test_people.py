"""Who is found under which address, handle or domain."""

import pytest

from postdesk.rules.people import Agent, Customer, Organisation, People, Team

ANNA = Agent("anna", "Anna Berg", ("anna@example.com", "anna@home.example"))
BOB = Agent("Bob", "Bob", ("bob@example.com",), role="lead")
MAX = Agent("max", "Max", ("max@example.com",), role="manager")
EVE = Agent("eve", "Eve", ("eve@example.com",), role="admin")
BILLING = Team("Billing", ("anna", "Bob"), lead="max", addresses=("billing@example.com",))
LEADERLESS = Team("second level", ("Bob",))
PETRA = Customer("petra@kunde.example", "Petra", ("petra@home.example",))
KUNDE = Organisation("kunde.example", vip=True)
BERLIN = Organisation("berlin.kunde.example")
PEOPLE = People(
    {agent.handle: agent for agent in (ANNA, BOB, MAX, EVE)},
    {team.name: team for team in (BILLING, LEADERLESS)},
    {PETRA.address: PETRA},
    {found.domain: found for found in (KUNDE, BERLIN)},
)


@pytest.mark.parametrize(
    ("address", "agent"),
    [
        ("anna@example.com", ANNA),
        ("anna@home.example", ANNA),
        ("bob@example.com", BOB),
        ("anna@example.org", None),
        ("", None),
    ],
)
def test_an_agent_is_found_by_each_address(address: str, agent: Agent | None) -> None:
    assert PEOPLE.agent_of(address) == agent


def test_handles_and_team_names_are_found_in_any_letter_case() -> None:
    assert (PEOPLE.agent("Anna"), PEOPLE.agent("bob"), PEOPLE.agent("")) == (ANNA, BOB, None)
    assert (PEOPLE.team("billing"), PEOPLE.team("Second Level")) == (BILLING, LEADERLESS)
    assert PEOPLE.team("sales") is None


def test_a_team_is_found_at_its_address() -> None:
    assert PEOPLE.team_at("billing@example.com") == BILLING
    assert PEOPLE.team_at("anna@example.com") is None
    assert PEOPLE.addresses_of_desk("support@example.com") == {
        "support@example.com",
        "billing@example.com",
    }


def test_teams_of_an_agent_are_those_it_works_in_or_leads() -> None:
    assert PEOPLE.teams_of("max") == (BILLING,)
    assert PEOPLE.teams_of("Bob") == (BILLING, LEADERLESS)


def test_a_customer_is_found_by_each_address() -> None:
    assert PEOPLE.customer_of("petra@kunde.example") == PETRA
    assert PEOPLE.customer_of("petra@home.example") == PETRA
    assert PEOPLE.customer_of("other@kunde.example") is None


@pytest.mark.parametrize(
    ("address", "organisation"),
    [
        ("petra@kunde.example", KUNDE),
        ("kunde.example", KUNDE),
        ("petra@mail.kunde.example", KUNDE),
        ("petra@mail.berlin.kunde.example", BERLIN),
        ("petra@notkunde.example", None),
        ("petra@kunde.example.com", None),
        ("example", None),
        ("", None),
    ],
)
def test_an_organisation_is_the_nearest_domain_that_is_named(
    address: str, organisation: Organisation | None
) -> None:
    assert PEOPLE.organisation_of(address) == organisation


@pytest.mark.parametrize(
    ("team", "away", "told"),
    [
        (BILLING, (), (ANNA, BOB)),
        (BILLING, ("anna",), (BOB,)),
        (BILLING, ("anna", "Bob"), (MAX,)),
        (LEADERLESS, ("Bob",), (EVE,)),
        (None, (), (ANNA, BOB)),
        (None, ("anna", "Bob"), (EVE,)),
    ],
)
def test_somebody_is_always_responsible(
    team: Team | None, away: tuple[str, ...], told: tuple[Agent, ...]
) -> None:
    assert PEOPLE.responsible(team, away) == told


def test_nobody_is_found_among_no_people() -> None:
    assert People().responsible(None) == ()
    assert People().recipients == ()
    assert ANNA.address == "anna@example.com"
    assert Agent("x", "X", ()).address == ""
