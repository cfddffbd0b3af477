"""Spam is a ticket in a view of its own, of which nobody hears, until it turns out to be none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.town import PEOPLE, Town
from stories.town import town as a_town

from postdesk.daemon.views import VIEWS, Looker, view_of

RULES = """
[team.support]
members = ["anna", "bob"]

[[rule]]
name = "everybody in turn"
on = "ticket.created"
then.team = "support"
then.assign = "round-robin"
then.notify = "team"

[[rule]]
name = "nobody waits"
on = "ticket.idle"
when.waiting.above = "4h"
then.escalate = true

[sla.default]
medium = { first_response = "2h", resolution = "8h" }
"""
MARKED = [
    {"X-Spam-Flag": "YES"},
    {"X-Spam-Status": "Yes, score=9.1 required=5.0"},
    {"X-Spam": "Yes"},
]


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    more = '[identity]\nreply = "token"\ncommand = "token"'
    with a_town(tmp_path, database_url, people=PEOPLE + RULES, more=more) as place:
        yield place


def views(town: Town, number: int) -> set[str]:
    """The views that show this ticket to somebody."""
    book = town.house.book()
    found = set()
    with town.house.rows.reading():
        for name in VIEWS:
            for handle in ("anna", "bob"):
                view = view_of(name, Looker(book.people.agent(handle), book, town.time))
                assert view is not None
                shown = town.house.tickets.listed(view.where, view.values, 50)
                found |= {name for row in shown if row["number"] == number}
    return found


def fire(town: Town, headers: dict[str, str] | None = None) -> None:
    """A mail of Petra's, perhaps with the mark of a filter."""
    town.person("petra@kunde.example").writes("Printer", "It is on fire.", headers=headers)


@pytest.mark.parametrize("marks", MARKED, ids=str)
def test_marked_mail_is_in_the_view_spam_and_in_no_other(town: Town, marks: dict[str, str]) -> None:
    fire(town, marks)
    fire(town)
    assert views(town, 1) == {"spam"}
    assert {"open", "incoming", "all", "mine"} <= views(town, 2)
    assert "spam" not in views(town, 2)


def test_nobody_hears_of_it_and_nobody_gets_it(town: Town) -> None:
    fire(town, MARKED[0])
    ticket = town.ticket(1)
    assert (ticket["team"], ticket["assignee"]) == ("support", None)
    assert (ticket["respond_by"], ticket["due_at"]) == (None, None)
    town.passes(days=9)
    assert town.letters() == []
    assert [line["act"] for line in ticket["history"] if line["act"] == "spam"] == ["spam"]


def test_the_next_honest_mail_is_the_turn_of_whom_spam_did_not_take(town: Town) -> None:
    fire(town)
    fire(town, MARKED[0])
    fire(town)
    assert [town.ticket(n)["assignee"] for n in (1, 2, 3)] == ["anna", None, "bob"]


def test_who_writes_again_unmarked_was_no_spam(town: Town) -> None:
    petra = town.person("petra@kunde.example")
    first = petra.writes("Printer", "It is on fire.", headers=MARKED[0])
    petra.writes("Re: Printer", "Hello?", headers={"In-Reply-To": str(first["Message-ID"])})
    assert town.tickets() == 1
    assert "spam" not in views(town, 1) and "open" in views(town, 1)
    town.person("anna@example.com").hears("Hello?")
    assert town.ticket(1)["respond_by"]


def test_what_an_agent_calls_spam_stays_so(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    fire(town)
    receipt = petra.hears()
    anna.replies("#spam", to=anna.hears())
    assert views(town, 1) == {"spam"}
    assert town.ticket(1)["status"] == "closed"
    for words in ("Cheap pills!", "Cheaper pills!"):
        petra.replies(words, to=receipt)
        assert views(town, 1) == {"spam"}
        assert town.ticket(1)["status"] == "closed"
    anna.hears_nothing()
    town.passes(days=9)
    petra.hears_nothing()
    anna.hears_nothing()


def test_an_agent_who_takes_it_up_says_that_it_is_none(town: Town) -> None:
    anna = town.person("anna@example.com")
    fire(town)
    noted = anna.hears()
    anna.replies("#spam", to=noted)
    anna.replies("#reopen", to=noted)
    assert "spam" not in views(town, 1) and "open" in views(town, 1)
    assert town.ticket(1)["respond_by"]
