"""Agents work by lines in their mail: what is said leaves, what is ordered happens, or neither."""

from email.message import EmailMessage

import pytest
from stories.town import Heard, Person, Town


@pytest.fixture
def open_ticket(town: Town) -> tuple[Town, Person, Person, Person]:
    """Petra wrote; Anna and Bob were told."""
    petra = town.person("petra@kunde.example", "Petra Kunde")
    anna, bob = town.person("anna@example.com"), town.person("bob@example.com")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    bob.hears()
    return town, petra, anna, bob


Desk = tuple[Town, Person, Person, Person]


def test_an_answer_with_a_command_is_sent_without_it(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("#close\n#tag +fire\nIt is out now.")
    answer = _the_answer(town, petra, "It is out now.")
    assert "#close" not in answer.text and "#tag" not in answer.text
    ticket = town.ticket(1)
    assert (ticket["status"], ticket["tags"]) == ("closed", ["fire"])
    assert ticket["closed_by"] == "anna"


def _the_answer(town: Town, petra: Person, words: str) -> Heard:
    """Of the two letters that came: the answer, and the one that says that it is closed."""
    answer, closed = sorted(
        town.fresh_letters_to(petra.address), key=lambda letter: words not in letter.text
    )
    assert words in answer.text and "closed" in closed.text
    return answer


def test_commands_alone_send_nothing(open_ticket: Desk) -> None:
    town, petra, anna, bob = open_ticket
    anna.replies("#assign bob\n#urgency 5")
    petra.hears_nothing()
    bob.hears("It is on fire.")
    assert (town.ticket(1)["assignee"], town.ticket(1)["urgency"]) == ("bob", 5)


def test_a_note_stays_with_the_team(open_ticket: Desk) -> None:
    town, petra, anna, bob = open_ticket
    anna.replies("#note\nHe is lying, @bob.")
    petra.hears_nothing()
    bob.hears()
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "note"]


def with_a_mention(mail: EmailMessage) -> None:
    """As Outlook writes it: a link with the colleague's address."""
    mail.add_alternative(
        '<p><a href="mailto:bob@example.com">@Bob</a> brought sand.</p><p>It is <b>out</b>.</p>',
        subtype="html",
    )


def test_a_colleague_who_is_mentioned_is_not_named_to_the_customer(open_ticket: Desk) -> None:
    _, petra, anna, _ = open_ticket
    anna.replies("@Bob <mailto:bob@example.com> brought sand.\nIt is out.", change=with_a_mention)
    answer = petra.hears("brought sand.\nIt is out.")
    for form in (answer.text, answer.html):
        assert "@bob" not in form.lower() and "bob@example.com" not in form


def test_a_mistyped_command_holds_everything_until_ok(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("#clsoe\nIt is out.")
    petra.hears_nothing()
    question = anna.hears("#close", subject="Not sent:")
    assert town.ticket(1)["status"] == "new"
    anna.replies("ok", to=question)
    assert "clsoe" not in _the_answer(town, petra, "It is out.").text
    assert town.ticket(1)["status"] == "closed"


def test_send_sends_exactly_as_written(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("Type this:\n#close\nand wait.")
    question = anna.hears(subject="Not sent:")
    anna.replies("send", to=question)
    assert "#close" in petra.hears("and wait.").text
    assert town.ticket(1)["status"] == "responded"


def test_cancel_throws_it_away(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("#urgency 9\nSoon.")
    anna.replies("cancel", to=anna.hears(subject="Not sent:"))
    petra.hears_nothing()
    assert town.ticket(1)["urgency"] == 3


def test_a_taken_ticket_is_not_taken_again(open_ticket: Desk) -> None:
    town, _, anna, bob = open_ticket
    anna.replies("#take")
    bob.replies("#take")
    bob.hears("Anna Berg has it", subject="Not sent:")
    assert town.ticket(1)["assignee"] == "anna"


def test_two_answers_at_once_the_second_is_asked_about(open_ticket: Desk) -> None:
    town, petra, anna, bob = open_ticket
    told = bob.last
    town.passes(minutes=1)
    anna.replies("Water will do.")
    petra.hears("Water will do.")
    anna.hears_nothing()
    town.passes(minutes=4)
    bob.replies("Better foam.", to=told)
    petra.hears_nothing()
    question = bob.hears("Anna Berg answered 4 minutes ago", subject="Not sent:")
    bob.replies("send", to=question)
    petra.hears("Better foam.")


def test_closing_while_the_customer_writes_is_asked_about(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    told = anna.last
    town.passes(minutes=1)
    petra.writes("Re: [#1] Printer", "Now the scanner burns too.", headers=_to_ticket(town))
    anna.hears("the scanner burns")
    anna.replies("#close\nFixed.", to=told)
    anna.hears("Petra Kunde wrote", subject="Not sent:")
    petra.hears_nothing()
    assert town.ticket(1)["status"] != "closed"


def _to_ticket(town: Town) -> dict[str, str]:
    receipt = town.letters_to("petra@kunde.example")[0]
    return {"In-Reply-To": str(receipt.mail["Message-ID"])}


def test_put_off_it_comes_back_by_itself(open_ticket: Desk) -> None:
    town, _, anna, _ = open_ticket
    anna.replies("#take\n#wait 2d")
    assert town.ticket(1)["status"] == "pending"
    town.passes(days=1)
    anna.hears_nothing()
    town.passes(days=1, minutes=1)
    anna.hears("It is on fire.")
    assert town.ticket(1)["status"] == "in-progress"


def test_two_tickets_become_one(open_ticket: Desk) -> None:
    town, petra, anna, bob = open_ticket
    petra.writes("Printer again", "Still on fire.")
    petra.hears()
    second = anna.hears()
    bob.hears()
    anna.replies("#merge 1", to=second)
    assert town.ticket(2)["merged_into"] is None  # a mark alone is not enough for that
    anna.replies("ok", to=anna.hears(subject="Not sent:"))
    anna.hears()
    assert town.ticket(2)["merged_into"] == 1
    assert [m["text"].strip() for m in town.ticket(1)["messages"]] == [
        "It is on fire.", "Still on fire.",
    ]  # fmt: skip
    petra.replies("Hello?", to=town.letters_to(petra.address)[-1])
    assert len(town.ticket(1)["messages"]) == 3
    anna.replies("#unmerge", to=anna.hears())
    assert town.ticket(2)["merged_into"] is None


def test_undo_takes_the_answer_back_while_it_waits(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("#later 3d\n#close\nToo early.")
    assert town.ticket(1)["status"] == "closed"
    anna.replies("#undo")
    assert (town.ticket(1)["status"], town.ticket(1)["assignee"]) == ("new", None)
    town.passes(days=4)
    petra.hears_nothing()


def test_a_customers_command_is_text(open_ticket: Desk) -> None:
    town, petra, _, _ = open_ticket
    petra.replies("#close\nThank you!", to=town.letters_to(petra.address)[0])
    assert town.ticket(1)["status"] == "new"
    assert "#close" in town.ticket(1)["messages"][1]["text"]


def test_a_delayed_answer_is_asked_about_when_the_customer_writes_first(open_ticket: Desk) -> None:
    town, petra, anna, _ = open_ticket
    anna.replies("#later 3d\nDid it help?")
    petra.hears_nothing()
    town.passes(days=1)
    petra.replies("It is worse now!", to=town.letters_to(petra.address)[0])
    found = town.fresh_letters_to(anna.address)
    [question] = [letter for letter in found if letter.subject.startswith("Not sent:")]
    assert "Petra Kunde wrote before it left" in question.text
    town.passes(hours=1)
    anna.replies("send", to=question)
    petra.hears_nothing()
    town.passes(days=3, minutes=1)
    petra.hears("Did it help?")


def test_a_note_is_never_too_late(open_ticket: Desk) -> None:
    town, _, anna, bob = open_ticket
    told = bob.last
    town.passes(minutes=1)
    anna.replies("Water will do.")
    town.passes(minutes=4)
    bob.replies("#note\nShe means foam.", to=told)
    bob.hears_nothing()
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "out", "note"]
