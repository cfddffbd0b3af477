"""The roster in the database: absences, loads, turns, and who knows a customer."""

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from made_up import DAY, HOUR, NOON, PETRA, book
from made_up import people as the_people
from made_up import ticket as petras

from postdesk.daemon.roster import RECENT, Later, Rosters
from postdesk.daemon.store import Rows, Tickets, open_rows
from postdesk.mailbox.mail import Address
from postdesk.rules.assign import Roster, choose
from postdesk.rules.effect import Append
from postdesk.rules.people import Customer
from postdesk.rules.ticket import Participant, Ticket

PEOPLE = the_people()
FIRST = 1
SECOND = timedelta(seconds=1)


def roster_of(rows: Rows, ticket: Ticket | None = None, **more: object) -> Roster:
    people = replace(PEOPLE, **more)  # type: ignore[arg-type]
    return Rosters(rows, FIRST).of(ticket or petras(), people, NOON)


def saved(rows: Rows, tickets: Iterable[Ticket]) -> None:
    for one in tickets:
        Tickets(rows).save(one)


def answered(rows: Rows, ticket: Ticket, agent: str | None, hours_ago: int, kind: str) -> None:
    saved(rows, [ticket])
    words = Append(kind, "", Address("", ""), (), "", "", "", agent=agent)  # type: ignore[arg-type]
    Tickets(rows).add_message(ticket.number, words, NOON - hours_ago * HOUR)


# --- away ----------------------------------------------------------------------------------------


def test_who_goes_away_is_away_until_then(rows: Rows) -> None:
    rosters = Rosters(rows, FIRST)
    with rows.transaction():
        assert rosters.absent(NOON) == set()
        rosters.away("anna", NOON + DAY, NOON, "in the mountains")
        rosters.away("bob", None, NOON)
        assert roster_of(rows).away == {"anna", "bob"}
        assert rosters.everybody(PEOPLE, NOON).away == {"anna", "bob"}
        assert rosters.absent(NOON - SECOND) == set()
        assert rosters.absent(NOON + DAY - SECOND) == {"anna", "bob"}
        assert rosters.absent(NOON + DAY) == {"bob"}


def test_the_last_word_about_an_absence_counts(rows: Rows) -> None:
    rosters = Rosters(rows, FIRST)
    with rows.transaction():
        rosters.away("anna", NOON + DAY, NOON)
        rosters.away("anna", NOON + HOUR, NOON)
        assert rosters.absent(NOON + HOUR) == set()
        rosters.away("anna", None, NOON)
        rosters.back("anna")
        rosters.back("bob")  # was there all the time
        assert rosters.absent(NOON) == set()


# --- loads ---------------------------------------------------------------------------------------


def test_only_tickets_of_kind_open_count(rows: Rows) -> None:
    with rows.transaction():
        statuses = ["new", "in-progress", "reopened", "responded", "pending", "resolved", "closed"]
        saved(rows, (petras(n, assignee="bob", status=s) for n, s in enumerate(statuses, 1)))
        saved(rows, [petras(9, assignee="anna"), petras(10), petras(11, assignee="max")])
        assert dict(roster_of(rows).open) == {"bob": 3, "anna": 1}  # max gets none by rule


def test_of_everybody_only_those_are_counted_who_can_be_full(rows: Rows) -> None:
    agents = {**PEOPLE.agents, "max": replace(PEOPLE.agents["max"], capacity=9)}
    with rows.transaction():
        saved(rows, [petras(1, assignee="anna"), petras(2, assignee="max")])
        everybody = Rosters(rows, FIRST).everybody(replace(PEOPLE, agents=agents), NOON)
        assert dict(everybody.open) == {"max": 1}


def test_those_who_stand_in_for_the_coordinator_are_counted_too(rows: Rows) -> None:
    customer = Customer(PETRA.address, coordinator="max")
    in_billing = replace(petras(), team="billing")
    with rows.transaction():
        saved(rows, [petras(2, assignee="max"), petras(3, assignee="anna")])
        assert dict(roster_of(rows, in_billing).open) == {}
        roster = roster_of(rows, in_billing, customers={PETRA.address: customer})
        assert dict(roster.open) == {"max": 1}


def test_a_team_without_agents_has_no_loads(rows: Rows) -> None:
    with rows.transaction():
        assert dict(roster_of(rows, agents={}, teams={}).open) == {}


# --- turns ---------------------------------------------------------------------------------------


def test_each_team_has_turns_of_its_own(rows: Rows) -> None:
    rosters = Rosters(rows, FIRST)
    in_billing, in_none = replace(petras(), team="Billing"), replace(petras(), team="long gone")
    with rows.transaction():
        for handle in ("anna", "bob", "anna"):
            rosters.given(petras(), PEOPLE, handle)
        rosters.given(in_billing, PEOPLE, "bob")
        assert dict(roster_of(rows).turns) == {"bob": 0, "anna": 1}
        assert dict(roster_of(rows, in_none).turns) == {"bob": 0, "anna": 1}
        assert dict(roster_of(rows, in_billing).turns) == {"bob": 0}


def test_turns_go_on_after_a_restart(rows: Rows, database_url: str) -> None:
    with rows.transaction():
        Rosters(rows, FIRST).given(petras(), PEOPLE, "anna")
    other = open_rows(database_url)
    with other.transaction():
        assert dict(roster_of(other).turns) == {"anna": 0}
    other.db.close()


def test_what_is_undone_was_no_turn(rows: Rows) -> None:
    rosters = Rosters(rows, FIRST)
    with rows.transaction():
        with pytest.raises(KeyError), rows.savepoint():
            rosters.given(petras(), PEOPLE, "anna")
            raise KeyError
        assert dict(roster_of(rows).turns) == {}


def test_two_nodes_take_turns_as_one(rows: Rows, database_url: str) -> None:
    """Each in transactions of a few tickets; nobody has one more than the others."""
    got, trouble = Counter[str | None](), list[Exception]()

    def node() -> None:
        base = open_rows(database_url)
        rosters = Rosters(base, FIRST)
        try:
            for start in range(0, 30, 3):
                with base.transaction():
                    for _ in range(start, start + 3):
                        roster = rosters.of(petras(), PEOPLE, NOON)
                        found = choose("round-robin", petras(), book(), roster, NOON).agent
                        assert found
                        rosters.given(petras(), PEOPLE, found)
                        got[found] += 1
        except Exception as error:
            trouble.append(error)
        finally:
            base.db.close()

    threads = [threading.Thread(target=node) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert got == {"anna": 30, "bob": 30}


@pytest.mark.parametrize("first", [1, 1000])
def test_who_chooses_before_the_first_ticket_leaves_its_number_as_it_is(
    rows: Rows, first: int
) -> None:
    rosters = Rosters(rows, first)
    with rows.transaction():
        rosters.alone()
        rosters.alone()
        assert Tickets(rows).next_number(first) == first


# --- who knows the customer ----------------------------------------------------------------------


def test_who_answered_the_customer_is_known_with_the_last_time(rows: Rows) -> None:
    max_ = Participant("max@kunde.example", "Max", "requester")
    with rows.transaction():
        answered(rows, petras(1), "anna", 9, "out")
        answered(rows, petras(2), "anna", 3, "out")
        answered(rows, petras(2), "bob", 5, "out")
        answered(rows, petras(2), "max", 1, "note")
        answered(rows, petras(2), None, 1, "out")
        answered(rows, replace(petras(3), requester=max_), "bob", 1, "out")
        roster = roster_of(rows)
        assert dict(roster.knew) == {"anna": NOON - 3 * HOUR, "bob": NOON - 5 * HOUR}


def test_all_addresses_of_a_customer_are_one_customer(rows: Rows) -> None:
    home = Participant("petra@home.example", "", "requester")
    customer = Customer(PETRA.address, addresses=(home.address,))
    with rows.transaction():
        answered(rows, replace(petras(1), requester=home), "anna", 1, "out")
        assert dict(roster_of(rows).knew) == {}
        roster = roster_of(rows, customers={PETRA.address: customer})
        assert dict(roster.knew) == {"anna": NOON - HOUR}


def test_only_the_latest_tickets_of_a_customer_are_looked_through(rows: Rows) -> None:
    with rows.transaction():
        answered(rows, petras(1), "anna", 1, "out")
        saved(rows, (petras(n) for n in range(2, RECENT + 1)))
        assert set(roster_of(rows).knew) == {"anna"}
        saved(rows, [petras(RECENT + 1)])
        assert set(roster_of(rows).knew) == set()


def test_nobody_knows_a_ticket_without_a_requester(rows: Rows) -> None:
    with rows.transaction():
        assert dict(roster_of(rows, replace(petras(), requester=None)).knew) == {}


# --- what is not asked is not read ---------------------------------------------------------------


def test_a_mapping_that_comes_later_is_fetched_once_when_it_is_looked_into() -> None:
    asked = list[str]()

    def fetch() -> dict[str, int]:
        asked.append("all")
        return {"anna": 1}

    later = Later(fetch)
    assert asked == []
    assert (later.get("anna", 0), later.get("bob", 0), len(later)) == (1, 0, 1)
    assert asked == ["all"]
