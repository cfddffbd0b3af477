"""Admins edit files while the desk works: a bad edit changes nothing, and they are told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.town import PEOPLE, Town
from stories.town import town as a_town

MAX = '\n[agent.max]\nname = "Max Chief"\naddresses = ["max@example.com"]\nrole = "admin"\n'
WHO, ROUTING = "rules/10-people.toml", "rules/50-routing.toml"
RULE = """
[[rule]]
name = "invoices"
on = "ticket.created"
when.subject.any_word = "invoice"
then.category = "money"
"""
BAD = RULE.replace("then.category", "then.categroy")
WORSE = RULE.replace("any_word", "any_wrod")
RECEIPT = "Subject: We have it\n\nHello {{ desk.name }} of {{ ticket.number }}\n"
PETRA = "petra@kunde.example"


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=PEOPLE + MAX) as place:
        yield place


def category(town: Town, subject: str) -> object:
    """That of the ticket of a new mail."""
    town.person(PETRA).writes(subject, f"{next(town.ids)} things.")
    return town.ticket(town.tickets())["category"]


def test_a_good_edit_is_taken_within_seconds(town: Town) -> None:
    assert category(town, "An invoice") is None
    town.edits(ROUTING, RULE)
    assert category(town, "An invoice") == "money"
    town.passes(hours=1)
    town.person("max@example.com").hears_nothing()


def test_a_bad_edit_changes_nothing_and_is_told_once_after_a_minute(town: Town) -> None:
    admin, anna = town.person("max@example.com"), town.person("anna@example.com")
    town.edits(ROUTING, RULE)
    town.edits(ROUTING, BAD)
    town.passes(seconds=50)
    admin.hears_nothing()
    assert category(town, "An invoice") == "money", "the last good rules go on"
    town.fresh_letters_to(anna.address)
    town.passes(seconds=10)
    told = admin.hears("| 50-routing.toml:6:")
    assert 'rule "invoices"' in told.text and 'did you mean "category"?' in told.text
    assert told.mail["Auto-Submitted"] == "auto-generated"
    anna.hears_nothing()
    town.passes(days=1)
    admin.hears_nothing()
    town.edits(ROUTING, RULE.replace("money", "papers"))
    assert category(town, "An invoice") == "papers"


def test_what_is_mended_within_a_minute_is_not_told(town: Town) -> None:
    town.edits(ROUTING, BAD)
    town.passes(seconds=50)
    town.edits(ROUTING, RULE)
    town.passes(hours=1)
    town.person("max@example.com").hears_nothing()


def test_other_mistakes_are_told_again_and_the_same_ones_are_not(town: Town) -> None:
    admin = town.person("max@example.com")
    for text, heard in ((BAD, True), (WORSE, True), (BAD, False), (RULE, False), (BAD, True)):
        town.edits(ROUTING, text)
        town.passes(minutes=2)
        if heard:
            admin.hears("50-routing.toml")
        admin.hears_nothing()


def test_a_restart_tells_neither_twice_nor_later(town: Town) -> None:
    admin = town.person("max@example.com")
    town.edits(ROUTING, RULE)
    town.edits(ROUTING, BAD)
    town.passes(seconds=40)
    town.restart()
    assert category(town, "An invoice") == "money", "the last good rules outlive a restart"
    town.fresh_letters_to(admin.address)
    town.passes(seconds=20)
    admin.hears("categroy")
    town.restart()
    town.passes(days=1)
    admin.hears_nothing()


def test_an_edit_of_rules_and_letters_is_one(town: Town) -> None:
    petra, admin = town.person(PETRA), town.person("max@example.com")
    letter = "templates/letters/receipt-unproven.txt.j2"
    text = "Subject: We have it\n\nYours, {{ desk.nmae }}\n"
    town.edits(letter, text)
    town.edits(ROUTING, RULE)
    assert category(town, "An invoice") is None, "the letter keeps the rules out"
    assert "Yours" not in petra.hears().text
    town.passes(minutes=1)
    admin.hears("letters/receipt-unproven.txt.j2:3:16: Desk has no 'nmae'")
    town.edits(letter, text.replace("nmae", "name"))
    assert category(town, "An invoice") == "money"
    petra.hears("Yours, Example Support")
    town.restart()
    petra.writes("Again", "More things.")
    petra.hears("Yours, Example Support")


def test_a_letter_that_cannot_be_written_is_replaced_and_told_once(town: Town) -> None:
    """It passed with every sample, and fails on what really came."""
    petra, admin = town.person(PETRA), town.person("max@example.com")
    text = "Subject: We have it\n\nOne in {{ 100 // (number - 2) }}\n"
    town.edits("templates/letters/receipt-unproven.txt.j2", text)
    assert not town.house.rulebook.mistakes
    petra.writes("One", "Hello.")
    petra.hears("One in -100")
    admin.hears_nothing()
    petra.writes("Two", "Hello!")
    assert "One in" not in petra.hears("2").text
    told = admin.hears("letters/receipt-unproven.txt.j2:3")
    assert "The built-in letter was sent in its place." in told.text
    town.restart()
    petra.writes("Three", "Hello?")
    petra.hears("One in 100")
    town.passes(days=1)
    admin.hears_nothing()
