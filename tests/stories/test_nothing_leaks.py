"""What a person who tried the program found: each a conversation that must go well."""

from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town


def opened(town: Town) -> None:
    town.person("petra@kunde.example", "Petra Kunde").writes("Printer", "It is on fire.")


def test_a_quote_that_no_cut_was_found_for_is_held(town: Town) -> None:
    """An Outlook in a language that nobody taught us, and no sign of a quote."""
    opened(town)
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.hears()
    told = anna.hears()
    header = "Kutoka: Desk <support@example.com>\nKwa: Anna Berg <anna@example.com>\nMada: Printer"
    anna.replies(f"It is fine.\n\n{header}\n\n{told.text}", quote=False)
    petra.hears_nothing()
    anna.hears("It is fine.", subject="Not sent:")


@pytest.mark.parametrize("words", ["-- \nAnna Berg, internal ext 4711", "", "   \n"])
def test_a_signature_or_nothing_is_no_answer(town: Town, words: str) -> None:
    opened(town)
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.hears()
    anna.hears()
    anna.replies(words)
    asked = anna.hears(subject="Not sent:")
    assert "cancel" in asked.text
    anna.replies("send", to=asked)  # it was not offered
    petra.hears_nothing()


def test_an_absence_note_to_the_return_path_is_no_bounce(town: Town) -> None:
    opened(town)
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    answer = petra.hears()
    away = (
        "From: petra@kunde.example\nTo: support@example.com\nSubject: Away\n"
        "Auto-Submitted: auto-replied\nMessage-ID: <away@kunde.example>\n\nBack on Monday.\n"
    )
    town.deliver("", [str(answer.mail["Return-Path"]).strip("<>")], away.encode())
    ticket = town.ticket(1)
    assert "bounced" not in [line["act"] for line in ticket["history"]]
    assert (ticket["messages"][-1]["text"], ticket["status"]) == ("Back on Monday.", "responded")
    petra.hears_nothing()


def test_our_own_letters_that_come_back_open_nothing(town: Town) -> None:
    opened(town)
    told = town.person("anna@example.com").hears()
    town.deliver("anna@example.com", ["support@example.com"], told.mail.as_bytes())
    assert town.tickets() == 1 and len(town.ticket(1)["messages"]) == 1


def test_a_form_that_writes_in_our_name_gets_a_ticket_and_no_receipt(town: Town) -> None:
    form = town.person("support@example.com")
    form.writes("Contact form", "I like your printers.")
    assert town.tickets() == 1
    form.hears_nothing()


def test_the_card_counts_this_ticket(town: Town) -> None:
    anna = town.person("anna@example.com")
    opened(town)
    first = anna.hears().text
    opened(town)
    second = anna.hears().text
    assert "First contact" in first and "1 so far" in first
    assert "First contact" not in second and "2 so far" in second


def test_a_customers_other_address_is_the_same_customer(tmp_path: Path, database_url: str) -> None:
    people = (
        '[agent.anna]\nname = "Anna"\naddresses = ["anna@example.com"]\n'
        '[customer."petra@kunde.example"]\naddresses = ["petra@home.example"]\n'
    )
    with a_town(tmp_path, database_url, people=people) as town:
        petra, home = town.person("petra@kunde.example"), town.person("petra@home.example")
        petra.writes("Printer", "It is on fire.")
        home.last = petra.hears()
        home.replies("It is out.")
        assert town.tickets() == 1
        received = town.ticket(1)["history"][-2]
        assert "stranger" not in received["detail"]


def test_a_question_answered_twice_is_told_so(careful_town: Town) -> None:
    town = careful_town
    opened(town)
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    asked = anna.hears()
    anna.replies("cancel", to=asked)
    anna.hears()
    anna.replies("ok", to=asked)
    anna.hears()  # not in silence
    petra.hears_nothing()


def test_another_agents_question_is_not_answered(careful_town: Town) -> None:
    town = careful_town
    opened(town)
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    bob = town.person("bob@example.com")
    bob.hears()
    bob.replies("ok", to=anna.hears())
    petra.hears_nothing()
    bob.hears_nothing()
    assert town.tickets() == 1
