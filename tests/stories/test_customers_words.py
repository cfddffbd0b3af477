"""Customers answer with a word where a letter offered it; anywhere else it is just text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.town import PEOPLE, Heard, Person, Town
from stories.town import town as a_town

WORKFLOW = """
[workflow]
close_after = "5d"
remind_after = "3d"
"""
LEVELS = '[identity]\nreply = "token"\ncommand = "token"'


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=PEOPLE + WORKFLOW, more=LEVELS) as town:
        yield town


def solved(town: Town) -> tuple[Person, Person, Heard]:
    """Petra asked, Anna has a solution, Petra was asked whether it is one."""
    petra, anna = town.person("petra@kunde.example", "Petra"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    town.person("bob@example.com").hears()
    anna.replies("#solution\nPull the plug.")
    asked = petra.hears("Pull the plug.")
    assert "yes" in asked.text and "no" in asked.text
    assert town.ticket(1)["status"] == "resolved"
    assert town.ticket(1)["solution"].strip() == "Pull the plug."
    return petra, anna, asked


def test_yes_closes_and_asks_how_it_was(desk: Town) -> None:
    petra, anna, asked = solved(desk)
    petra.replies("Yes!", to=asked)
    assert (desk.ticket(1)["status"], desk.ticket(1)["closed_by"]) == ("closed", petra.address)
    closed = petra.hears()
    petra.replies("4\nQuick, but rude.", to=closed)
    assert desk.ticket(1)["rating"] == {"score": 4, "comment": "Quick, but rude."}
    assert desk.ticket(1)["status"] == "closed"
    petra.hears_nothing()
    anna.hears_nothing()


def test_no_opens_it_again_and_tells_the_agent(desk: Town) -> None:
    petra, anna, asked = solved(desk)
    petra.replies("no", to=asked)
    assert desk.ticket(1)["status"] == "reopened"
    anna.hears()
    petra.hears_nothing()


def test_more_than_a_word_is_a_message(desk: Town) -> None:
    petra, anna, asked = solved(desk)
    petra.replies("No, it burns as before.", to=asked)
    anna.hears("it burns as before")
    assert desk.ticket(1)["status"] == "reopened"


def test_silence_is_reminded_of_once_and_then_a_yes(desk: Town) -> None:
    petra, _, _ = solved(desk)
    desk.passes(days=3, minutes=1)
    petra.hears("Pull the plug.")
    desk.passes(days=1)
    petra.hears_nothing()
    desk.passes(days=1)
    petra.hears()
    assert desk.ticket(1)["status"] == "closed"
    desk.passes(days=30)
    petra.hears_nothing()


def test_a_bad_mark_is_told(desk: Town) -> None:
    petra, anna, asked = solved(desk)
    petra.replies("yes", to=asked)
    petra.replies("1", to=petra.hears())
    anna.hears()
    assert desk.ticket(1)["rating"]["score"] == 1


def test_status_tickets_and_help_are_answered(desk: Town) -> None:
    petra, anna, asked = solved(desk)
    petra.replies("status", to=asked)
    said = petra.hears("#1")
    petra.replies("my tickets", to=said)
    petra.hears("Printer")
    petra.replies("help", to=said)
    petra.hears()
    anna.hears_nothing()
    assert [m["kind"] for m in desk.ticket(1)["messages"]] == ["in", "out"]


def test_a_word_that_was_not_offered_is_text(desk: Town) -> None:
    petra, anna = desk.person("petra@kunde.example"), desk.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    anna.hears()
    anna.replies("Is it out?")
    petra.replies("close", to=desk.letters_to(petra.address)[-1])
    anna.hears("close")
    assert desk.ticket(1)["status"] == "in-progress"


def test_somebody_else_with_the_letter_says_nothing_for_her(desk: Town) -> None:
    _, _, asked = solved(desk)
    eve = desk.person("eve@evil.example")
    eve.replies("yes", to=asked)
    assert desk.ticket(1)["status"] != "closed"


def test_stop_ends_automatic_letters(desk: Town) -> None:
    petra, _, asked = solved(desk)
    petra.replies("stop", to=asked)
    desk.passes(days=4)
    petra.hears_nothing()


CANNED = """
[reply.refund]
text.en = "Dear {{ customer.name }}, your refund for #{{ ticket.number }} is on its way."
text.de = "Guten Tag {{ customer.name }}, Ihre Erstattung zu #{{ ticket.number }} kommt."
"""


def test_a_canned_reply_stands_in_front_in_the_customers_language(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url, people=PEOPLE + CANNED, more=LEVELS) as town:
        petra, anna = town.person("petra@kunde.example", "Petra"), town.person("anna@example.com")
        viola = town.person("vip@kunde.example", "Viola")
        petra.writes("Money", "I want my money back.")
        anna.replies("#use refund\nSorry!", to=anna.hears())
        assert any("way.\n\nSorry!" in one.text for one in town.letters_to(petra.address))
        viola.writes("Geld", "Ich will mein Geld zurück.")
        anna.replies("/refund", to=anna.hears())
        assert any("Guten Tag Viola" in one.text for one in town.letters_to(viola.address))


def test_mere_thanks_wait_for_no_answer(desk: Town) -> None:
    petra, anna = desk.person("petra@kunde.example"), desk.person("anna@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies("Please pull the plug.")
    petra.replies("Danke!", to=petra.hears("pull the plug"))
    assert desk.ticket(1)["status"] == "responded"
    petra.replies("It still burns.")
    assert desk.ticket(1)["status"] == "in-progress"
