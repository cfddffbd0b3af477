"""An agent opens a ticket for a customer who telephoned: a new mail to the desk with `#for`."""

import pytest
from stories.town import Person
from stories.verb_desk import Desk

KAI = {"address": "kai@kunde.example", "name": "Kai Kunde"}


@pytest.fixture
def anna(desk: Desk) -> Person:
    return desk.anna


def said_ok(agent: Person) -> None:
    """She is asked whether it was her, and says so."""
    agent.replies("ok", to=agent.hears(subject="Not sent:"))
    agent.town.fresh_letters_to(agent.address)


def test_a_mail_for_somebody_opens_a_ticket_in_that_name(desk: Desk) -> None:
    desk.anna.writes("Printer", "#for kai@kunde.example\n\nHe called: it is on fire.")
    assert desk.town.tickets() == 1  # nobody can tell yet that it was Anna
    said_ok(desk.anna)
    ticket = desk.town.ticket(2)
    assert (ticket["requester"], ticket["title"], ticket["created_by"]) == (KAI, "Printer", "anna")
    [message] = ticket["messages"]
    assert (message["kind"], message["from"]) == ("in", KAI["address"])
    assert message["text"] == "He called: it is on fire."
    kai = desk.town.person(KAI["address"])
    kai.hears_nothing()  # he did not write: no receipt
    desk.asks(desk.bob, 2, "I am on my way.")
    answer = kai.hears("I am on my way.")
    assert "#for" not in answer.mail.as_string()


def test_all_that_is_ordered_besides_is_done_on_the_new_ticket(desk: Desk) -> None:
    lines = "#for Kai Kunde\n#assign bob\n#urgency 5\n#tag +phone\n#note\n\nIt is on fire."
    desk.anna.writes("Printer", lines)
    said_ok(desk.anna)
    ticket = desk.town.ticket(2)
    assert (ticket["requester"], ticket["assignee"], ticket["urgency"]) == (KAI, "bob", 5)
    assert (ticket["tags"], ticket["messages"][0]["text"]) == (["phone"], "It is on fire.")
    assert [message["kind"] for message in ticket["messages"]] == ["in"]


def test_a_mistyped_command_opens_nothing_until_it_is_settled(desk: Desk) -> None:
    desk.anna.writes("Printer", "#for kai@kunde.example\n#urgncy 5\n\nIt is on fire.")
    question = desk.anna.hears("#urgency 5", subject="Not sent: Printer")
    assert desk.town.tickets() == 1
    desk.anna.replies("ok", to=question)
    assert desk.town.ticket(2)["urgency"] == 5


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("#close", "has no ticket that it could be done on"),
        ("#for kai@kunde.example\n#use refund", "is about an answer"),
        ("#for kai@kunde.example\n#later fri", "is about an answer"),
    ],
)
def test_what_has_no_place_in_such_a_mail_is_asked_about(desk: Desk, lines: str, why: str) -> None:
    desk.anna.writes("Printer", f"{lines}\n\nIt is on fire.")
    question = desk.anna.hears(why, subject="Not sent:")
    assert desk.town.tickets() == 1
    desk.anna.replies("send", to=question)  # exactly as written: a matter of her own
    ticket = desk.town.ticket(2)
    assert ticket["requester"]["address"] == "anna@example.com"
    assert ticket["messages"][0]["text"].startswith(lines)


def test_a_new_mail_without_a_command_is_a_matter_of_her_own(desk: Desk) -> None:
    desk.anna.writes("My chair", "It is too low.")
    desk.anna.hears("a message from your address", subject="[#2]")
    assert desk.town.ticket(2)["requester"]["address"] == "anna@example.com"


def test_commands_alone_are_lines_for_the_desk(desk: Desk) -> None:
    desk.opened()
    desk.anna.writes("", "#list all")
    said_ok_and_heard = desk.anna.hears(subject="Not sent:")
    desk.anna.replies("ok", to=said_ok_and_heard)
    letters = desk.town.fresh_letters_to(desk.anna.address)
    assert any("All tickets: 2" in letter.subject for letter in letters)
    assert desk.town.tickets() == 2


def test_a_customers_mail_for_somebody_is_text(desk: Desk) -> None:
    petra = desk.town.person("petra@kunde.example")
    petra.writes("Printer", "#for kai@kunde.example\n\nIt is on fire.")
    assert desk.town.ticket(2)["requester"]["address"] == petra.address


def test_somebody_who_writes_in_annas_name_opens_nothing(desk: Desk) -> None:
    eve = Person(desk.town, "anna@example.com", peer="127.0.0.7")
    eve.writes("Printer", "#for kai@kunde.example\n\nIt is on fire.")
    desk.anna.hears("It is not confirmed that you wrote it", subject="Not sent:")
    desk.town.passes(days=2)
    assert desk.town.tickets() == 1
