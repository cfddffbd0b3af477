"""Who gets a ticket: each way to assign, and what when nobody is there."""

from collections import Counter

import pytest
from crew import BOOK, EVERYBODY, PEOPLE, POLYGLOTS, agent, away, ticket
from hypothesis import given
from hypothesis import strategies as st
from made_up import DAY, HOUR, NOON

from postdesk.rules.assign import Choice, Roster, available, choose
from postdesk.rules.book import Book
from postdesk.rules.people import STRATEGIES, People
from postdesk.rules.ticket import Participant, Ticket


def chosen(
    strategy: str, roster: Roster, found: Ticket | None = None, book: Book = BOOK
) -> str | None:
    return choose(strategy, found or ticket(), book, roster, NOON).agent


# --- in turn -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("turns", "next_one"),
    [
        ({}, "anna"),  # the order of the team
        ({"anna": 1}, "bob"),
        ({"anna": 1, "bob": 2}, "carol"),
        ({"carol": 1, "anna": 2, "bob": 3}, "carol"),
        ({"carol": 3, "anna": 2, "bob": 1}, "bob"),
        ({"bob": 9, "carol": 7}, "anna"),  # whoever is new comes first, once
        ({"dora": 0, "max": 1}, "anna"),  # turns of others mean nothing
    ],
)
def test_round_robin_gives_to_whose_turn_is_longest_ago(
    turns: dict[str, int], next_one: str
) -> None:
    assert chosen("round-robin", Roster(turns=turns), book=POLYGLOTS) == next_one


def test_without_a_team_agents_and_leads_take_turns() -> None:
    turns = {"anna": 1, "bob": 2, "carol": 3}
    got = [chosen("round-robin", away(handle), ticket(None)) for handle in EVERYBODY]
    assert sorted(filter(None, got)) == ["anna", "bob", "carol", "dora"]
    assert chosen("round-robin", Roster(turns=turns), ticket(None)) == "dora"


def test_a_team_that_nobody_defines_any_more_is_no_team() -> None:
    assert chosen("round-robin", away("dora"), ticket("long gone")) == "dora"


def test_whoever_is_member_gets_tickets_whatever_the_role() -> None:
    assert chosen("round-robin", Roster(), ticket("odd")) == "max"


@given(
    st.integers(1, 9),
    st.integers(0, 200),
    st.lists(st.tuples(st.integers(0, 199), st.integers(0, 8)), max_size=30),
)
def test_those_who_stay_differ_by_one_at_most_while_others_come_and_go(
    stay: int, tickets: int, changes: list[tuple[int, int]]
) -> None:
    """``changes``: at which ticket which of nine guests comes or goes."""
    stays = [f"a{n}" for n in range(stay)]
    guests = [f"g{n}" for n in range(9)]
    people = People({h: agent(h) for h in (*stays, *guests)})
    turns: dict[str, int] = {}
    gone = set(guests)
    got = Counter[str]()
    for number in range(tickets):
        gone ^= {guests[guest] for at, guest in changes if at == number}
        roster = Roster(away=frozenset(gone), turns=dict(turns))
        found = choose("round-robin", ticket(None), Book(people=people), roster, NOON).agent
        assert found is not None and found not in gone
        turns[found] = number
        got[found] += 1
    counts = [got[handle] for handle in stays]
    assert max(counts) - min(counts) <= 1
    assert all(got[guest] <= max(counts) + len(changes) for guest in guests)


# --- by load -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("open_tickets", "turns", "next_one"),
    [
        ({}, {}, "bob"),
        ({"bob": 1}, {}, "dora"),
        ({"bob": 1, "dora": 2}, {}, "bob"),
        ({"bob": 1, "dora": 1}, {"bob": 5, "dora": 4}, "dora"),  # of equals the turn counts
        ({"bob": 1, "dora": 1}, {"bob": 5}, "dora"),
        ({"bob": 3, "dora": 99}, {}, "dora"),  # bob is full
    ],
)
def test_least_loaded_gives_to_who_has_the_fewest_open_tickets(
    open_tickets: dict[str, int], turns: dict[str, int], next_one: str
) -> None:
    roster = Roster(open=open_tickets, turns=turns)
    assert chosen("least-loaded", roster, ticket(None)) == next_one


# --- the one who knows the customer --------------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "team", "who", "why"),
    [
        (Roster(), "Billing", "anna", "coordinates petra@kunde.example"),
        (Roster(), "odd", "anna", "coordinates petra@kunde.example"),  # in whatever team
        (away("bob"), "odd", "bob", "stands in for anna, who coordinates petra@kunde.example"),
        (away("carol"), "odd", "carol", "stands in for anna, who coordinates petra@kunde.example"),
        (Roster(open={"anna": 2}), None, "bob", "stands in for anna, who coordinates"),
        (away("max"), "odd", "max", "fewest open tickets in odd"),
        (away("max"), "Billing", None, "nobody is available in Billing: 3 away"),
    ],
)
def test_coordinator_gives_to_the_customers_own_or_who_stands_in(
    roster: Roster, team: str | None, who: str | None, why: str
) -> None:
    choice = choose("coordinator", ticket(team), BOOK, roster, NOON)
    assert choice.agent == who and choice.why.startswith(why)


@pytest.mark.parametrize("requester", [Participant("max@kunde.example", "", "requester"), None])
def test_a_customer_without_a_coordinator_gets_the_least_loaded(
    requester: Participant | None,
) -> None:
    other = ticket(requester=requester)
    assert choose("coordinator", other, BOOK, Roster(open={"carol": 1}), NOON) == Choice(
        "bob", "fewest open tickets in Billing"
    )


@pytest.mark.parametrize(
    ("roster", "who"),
    [
        (Roster(knew={"carol": NOON - DAY}), "carol"),
        (Roster(knew={"carol": NOON - DAY, "anna": NOON - HOUR}), "anna"),
        (Roster(knew={"carol": NOON - DAY, "bob": NOON}, away=frozenset({"bob"})), "carol"),
        (Roster(knew={"carol": NOON - DAY, "bob": NOON}, open={"bob": 3}), "carol"),
        (Roster(knew={"dora": NOON}, turns={"anna": 1}), "bob"),  # dora is of no help in Billing
        (Roster(), "bob"),
    ],
)
def test_sticky_gives_to_who_answered_the_customer_last(roster: Roster, who: str) -> None:
    assert chosen("sticky", roster) == who


# --- who suits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "roster", "who"),
    [
        ("de", Roster(turns={"anna": 1}), "anna"),  # who names it, before who names none
        ("de-AT", Roster(turns={"anna": 1}), "anna"),
        ("pt", Roster(), "carol"),
        ("fr", Roster(turns={"bob": 1}), "bob"),  # who names none, before who names others
        ("fr", away("anna", "carol"), "anna"),  # but the ticket does not wait for one
        ("de", Roster(open={"anna": 2}), "bob"),
    ],
)
def test_who_speaks_the_language_goes_first(language: str, roster: Roster, who: str) -> None:
    assert chosen("round-robin", roster, ticket(language=language)) == who


@pytest.mark.parametrize(
    ("category", "tags", "who"),
    [
        ("refunds", (), "anna"),
        (None, ("VIP",), "carol"),
        ("printers", ("paper",), "carol"),
        ("coffee", ("sugar",), "bob"),
        (None, (), "bob"),
    ],
)
def test_who_has_the_skill_goes_first(
    category: str | None, tags: tuple[str, ...], who: str
) -> None:
    roster = Roster(turns={"anna": 8, "carol": 9})
    assert chosen("round-robin", roster, ticket(category=category, tags=tags), POLYGLOTS) == who


def test_language_goes_before_skill_and_load() -> None:
    assert chosen("least-loaded", Roster(open={"anna": 1}), ticket(language="de")) == "anna"
    assert chosen("least-loaded", Roster(), ticket(language="de", category="printers")) == "anna"


# --- when nobody is there ------------------------------------------------------------------------


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
@pytest.mark.parametrize(
    ("found", "roster", "why"),
    [
        (ticket(), away(), "nobody is available in Billing: 3 away"),
        (
            ticket(),
            Roster(open={"anna": 2, "bob": 3}, away=frozenset({"carol"})),
            "nobody is available in Billing: 2 full, 1 away",
        ),
        (ticket(None), away("max", "eve"), "nobody is available: 4 away"),
        (ticket("empty"), away(), "nobody is available in empty: there are no agents"),
    ],
)
def test_with_nobody_available_it_says_why(
    strategy: str, found: Ticket, roster: Roster, why: str
) -> None:
    assert choose(strategy, found, BOOK, roster, NOON) == Choice(None, why)


@pytest.mark.parametrize("strategy", sorted(STRATEGIES))
def test_nobody_gets_the_ticket_that_she_is_the_customer_of(strategy: str) -> None:
    own = ticket(requester=Participant("bob@example.com", "Bob", "requester"))
    assert chosen(strategy, away("bob"), own) is None
    assert chosen(strategy, away("bob", "carol"), own) == "carol"


@given(
    st.sampled_from(sorted(STRATEGIES)),
    st.sets(st.sampled_from(sorted(EVERYBODY))),
    st.dictionaries(st.sampled_from(sorted(EVERYBODY)), st.integers(0, 4)),
    st.sampled_from(["Billing", "odd", "empty", None]),
    st.sampled_from(["de", "fr", "pt"]),
    st.sampled_from([(), ("vip",), ("refunds", "x")]),
)
def test_a_ticket_waits_only_while_nobody_who_may_get_it_is_available(
    strategy: str,
    gone: set[str],
    loads: dict[str, int],
    team: str | None,
    language: str,
    tags: tuple[str, ...],
) -> None:
    roster = Roster(away=frozenset(gone), open=loads)
    found = choose(strategy, ticket(team, language, tags=tags), BOOK, roster, NOON).agent
    in_team = PEOPLE.members(PEOPLE.teams[team]) if team else PEOPLE.recipients
    free = {a.handle for a in in_team if available(a, roster, BOOK, NOON)}
    if found is None:
        assert not free
    else:
        assert available(PEOPLE.agents[found], roster, BOOK, NOON)
        assert found in free or strategy == "coordinator"
