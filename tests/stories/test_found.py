"""What a day of trying to break the desk found: each story once went another way."""

import pytest
from stories.verb_desk import Desk

# --- notes and mentions --------------------------------------------------------------------------

CALLS = [
    ("#note", "He is lying, @anna."),
    ("#note He is lying, @anna.",),
    ("#note", "#mention anna", "He is lying."),
]


@pytest.mark.parametrize("lines", CALLS)
def test_who_is_called_by_a_note_reads_it_and_answers_the_team(
    desk: Desk, lines: tuple[str, ...]
) -> None:
    number = desk.opened()
    desk.asks(desk.bob, number, *lines)
    letter = desk.anna.hears("He is lying")
    assert letter.text.startswith("Reply → team only")
    assert "A colleague mentioned you" in letter.text
    desk.anna.replies("He always does.")
    desk.customer(number).hears_nothing()
    assert [m["kind"] for m in desk.town.ticket(number)["messages"]] == ["in", "note", "note"]


def test_an_owner_who_is_called_by_a_note_hears_of_it_once(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#take")
    desk.quiet()
    desk.asks(desk.bob, number, "#note", "He is lying, @anna.")
    desk.anna.hears("A colleague mentioned you")


# --- what a notice is about ----------------------------------------------------------------------


def test_whoever_gets_a_task_reads_what_it_is(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, '#task bob "check the logs"', '#task max "call her"')
    assert "check the logs" in desk.bob.hears("A task for you").text
    assert "check the logs" not in desk.max.hears("call her").text


def test_whoever_is_assigned_reads_the_note_of_the_same_mail(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#assign bob", "#note", "Call her, she is angry.")
    desk.bob.hears("Call her, she is angry.")
    desk.asks(desk.anna, number, "#assign max", "It is out.")
    desk.max.hears("Assigned to you")
    desk.customer(number).hears("It is out.")


def test_an_owner_who_escalates_reaches_somebody_else_who_reads_why(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#take")
    desk.asks(desk.anna, number, "#escalate The whole house burns")
    desk.anna.hears_nothing()
    desk.max.hears("The whole house burns", subject=f"[#{number}]")
    assert desk.town.ticket(number)["escalation_level"] == 2


def test_a_customers_word_is_told_with_the_notice_that_it_causes(desk: Desk) -> None:
    number = desk.opened()
    petra = desk.customer(number)
    desk.asks(desk.anna, number, "#solution", "Pull the plug.")
    petra.replies("no", to=petra.hears("Does this solve it?"))
    assert "\n| no\n" in desk.anna.hears("the ticket is open once more").text
    desk.asks(desk.anna, number, "#close")
    closed = petra.hears("How satisfied are you")
    petra.replies("5\nSplendid.", to=closed)
    petra.replies("1", to=closed)
    assert "\n| 1\n" in desk.anna.hears("The customer is not satisfied").text


def test_an_approver_is_named_to_whoever_asked(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, '#approve max "new hose"')
    question = desk.max.hears("new hose")
    desk.max.replies("yes\nBut only one.", to=question)
    desk.anna.hears("Max Lang: But only one.")


# --- questions about held mail -------------------------------------------------------------------


def test_send_is_not_called_word_for_word_where_it_carries_commands_out(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#merge 99")
    assert "Go ahead all the same" in desk.anna.hears("There is no ticket #99").text
    desk.asks(desk.anna, number, "#mrege 1", "Hello.")
    assert "Send exactly as written, to Petra Kunde" in desk.anna.hears("#merge 1").text


def test_a_reminder_says_that_it_is_one(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#clsoe", "It is out.")
    desk.anna.hears("Your mail is held")
    desk.town.passes(minutes=16)
    desk.anna.hears("Your mail still waits for a word from you", subject="Not sent:")


def test_a_telephones_footer_above_a_command_stays_here(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "It is out.", "", "Sent from my iPhone", "", "#tag +fire")
    assert "iPhone" not in desk.customer(number).hears("It is out.").text


def test_a_command_in_brackets_does_not_reach_the_customer(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "[#note]", "He is lying.")
    desk.customer(number).hears_nothing()
    desk.anna.hears("#note", subject="Not sent:")


def test_a_look_ahead_is_never_too_late(desk: Desk) -> None:
    number, petra = desk.opened(), desk.customer(desk.town.tickets())
    [told] = (x for x in desk.town.letters_to(desk.anna.address) if f"[#{number}]" in x.subject)
    desk.town.passes(minutes=1)
    petra.replies("And the scanner!", to=desk.town.letters_to(petra.address)[0])
    desk.quiet()
    desk.anna.replies("#preview\n#close\nIt is out.", to=told)
    assert "It is out." in desk.anna.hears().text
    assert desk.town.ticket(number)["status"] == "new"
    petra.hears_nothing()


# --- approvals -----------------------------------------------------------------------------------


def test_other_words_and_second_thoughts_of_an_approver_reach_whoever_asked(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, '#approve max "new hose"')
    question = desk.max.hears("new hose")
    desk.max.replies("Which hose?", to=question)
    desk.anna.hears("Which hose?")
    desk.max.replies("yes", to=question)
    desk.anna.hears("Approved")
    desk.max.replies("no\nIt is too long.", to=question)
    assert "It is too long." in desk.anna.hears("A colleague left a note").text
    assert desk.town.ticket(number)["approvals"][0]["state"] == "yes"


# --- a ticket of nobody --------------------------------------------------------------------------


def test_an_answer_to_nobody_is_asked_about(desk: Desk) -> None:
    desk.town.deliver(
        "x@kunde.example", ["support@example.com"], b"Subject: Hello\r\n\r\nWho am I?\r\n"
    )
    number = desk.town.tickets()
    desk.quiet()
    desk.asks(desk.anna, number, "Who are you?")
    desk.anna.hears("Nobody is known whom it could reach", subject="Not sent:")
    desk.asks(desk.anna, number, "#for kai@kunde.example", "Hello Kai.")
    desk.town.person("kai@kunde.example").hears("Hello Kai.")
