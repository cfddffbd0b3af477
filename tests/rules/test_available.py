"""Who is there: to be told, to get a ticket, to stand in for somebody."""

from dataclasses import replace

import pytest
from crew import ANNA, BOOK, CAROL, PEOPLE, agent, away, ticket
from made_up import DAY, NOON

from postdesk.rules.assign import Choice, Roster, available, choose, present, stands_in
from postdesk.rules.calendar import Calendar
from postdesk.rules.people import People

# --- who is there --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "is_present", "is_available"),
    [
        (Roster(), True, True),
        (Roster(open={"anna": 1}), True, True),
        (Roster(open={"anna": 2}), True, False),
        (Roster(open={"anna": 3}), True, False),
        (Roster(open={"bob": 3}, away=frozenset({"bob"})), True, True),
        (away(), False, False),
    ],
)
def test_full_agents_are_told_and_get_none(
    roster: Roster, is_present: bool, is_available: bool
) -> None:
    assert present(ANNA, roster, BOOK, NOON) == is_present
    assert available(ANNA, roster, BOOK, NOON) == is_available


OFFICE = Calendar("office", "Europe/Berlin", week=(((540, 1020),),) * 5 + ((), ()))
DAYTIME = replace(BOOK, calendars={"office": OFFICE})


@pytest.mark.parametrize(
    ("hours", "hour", "there"),
    [
        ("office", 7, False),  # UTC
        ("office", 8, True),
        ("office", 15, True),
        ("office", 16, False),
        ("", 3, True),
        ("forgotten", 3, True),  # a calendar that nobody defines any more
    ],
)
def test_outside_her_hours_she_is_not_there(hours: str, hour: int, there: bool) -> None:
    worker, now = agent("dora", hours=hours), NOON.replace(hour=hour)
    assert present(worker, Roster(), DAYTIME, now) == there
    assert available(worker, Roster(), DAYTIME, now) == there


def test_what_comes_outside_all_hours_waits_and_says_why() -> None:
    agents = {h: replace(a, hours="office") for h, a in PEOPLE.agents.items()}
    book = replace(DAYTIME, people=replace(PEOPLE, agents=agents))
    sunday = NOON - DAY
    roster = Roster(away=frozenset({"bob"}), open={"anna": 2})
    assert choose("round-robin", ticket(), book, roster, sunday) == Choice(
        None, "nobody is available in Billing: 2 outside working hours, 1 away"
    )
    assert choose("round-robin", ticket(), book, roster, NOON).agent == "carol"


def test_no_capacity_is_no_limit_and_none_at_all_is_one() -> None:
    assert available(CAROL, Roster(open={"carol": 9999}), BOOK, NOON)
    assert not available(agent("new", capacity=0), Roster(), BOOK, NOON)


# --- who stands in -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handle", "gone", "who"),
    [
        ("anna", (), None),
        ("anna", ("anna",), "bob"),
        ("anna", ("anna", "bob"), "carol"),
        ("anna", ("anna", "bob", "carol"), None),
        ("carol", ("carol",), None),  # has no deputy
    ],
)
def test_the_first_deputy_who_is_there_stands_in(
    handle: str, gone: tuple[str, ...], who: str | None
) -> None:
    assert stands_in(PEOPLE.agents[handle], Roster(away=frozenset(gone)), PEOPLE) == who


def test_two_who_are_each_others_deputies_go_away_together() -> None:
    people = People({"a": agent("a", deputy="b"), "b": agent("b", deputy="a")})
    assert stands_in(people.agents["a"], Roster(away=frozenset({"a", "b"})), people) is None
    assert stands_in(people.agents["a"], Roster(away=frozenset({"a"})), people) == "b"
