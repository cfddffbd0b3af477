"""Verbs about the mail they stand in, about several tickets, and about what is asked for."""

import pytest
from stories.verb_desk import Desk


def test_use_puts_a_canned_reply_in_front(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#use refund", "Sorry again!")
    answer = desk.customer(number).hears("Your money is on its way.\n\nSorry again!")
    assert "#use" not in answer.text and "refund" not in answer.text
    desk.asks(desk.anna, number, "/refund")
    desk.customer(number).hears("Your money is on its way.")
    desk.asks(desk.anna, number, "#use refund lang=de")
    desk.customer(number).hears("Ihr Geld ist unterwegs.")


def test_a_canned_reply_that_is_not_there_is_asked_about(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#use refnd", "Sorry!")
    desk.anna.hears("#use refund", subject="Not sent:")
    desk.customer(number).hears_nothing()


def test_later_is_when_it_leaves(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#later tue 9:00", "Did it help?")
    desk.town.passes(hours=23)
    desk.customer(number).hears_nothing()
    desk.town.passes(hours=1, minutes=1)
    desk.customer(number).hears("Did it help?")


def test_a_solution_asks_whether_it_is_one(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#solution", "Pull the plug.")
    ticket = desk.town.ticket(number)
    assert (ticket["status"], ticket["solution"]) == ("resolved", "Pull the plug.")
    petra = desk.customer(number)
    petra.replies("yes", to=petra.hears("Does this solve it?"))
    assert desk.town.ticket(number)["closed_by"] == petra.address


def test_a_solution_needs_words(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#solution")
    desk.anna.hears("needs a text below it", subject="Not sent:")


@pytest.mark.parametrize("lines", [("#note", "He is lying."), ("#comment He is lying",)])
def test_a_note_stays_in_the_team(desk: Desk, lines: tuple[str, ...]) -> None:
    number = desk.opened()
    desk.asks(desk.bob, number, "#take")
    desk.quiet()
    desk.asks(desk.anna, number, *lines)
    desk.customer(number).hears_nothing()
    desk.bob.hears("He is lying")
    assert desk.town.ticket(number)["messages"][-1]["kind"] == "note"


def test_undo_takes_the_last_act_back(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#urgency 5", "#tag +fire")
    desk.asks(desk.anna, number, "#undo")
    ticket = desk.town.ticket(number)
    assert (ticket["urgency"], ticket["tags"]) == (3, [])
    desk.asks(desk.anna, number, "#undo")
    desk.anna.hears("You have done nothing", subject="Not sent:")


def test_what_has_left_is_not_taken_back(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "Water will do.")
    desk.asks(desk.anna, number, "#undo")
    desk.anna.hears("has left already", subject="Not sent:")


def test_via_another_channel_than_mail_is_refused_where_there_is_none(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#via mail", "Water will do.")
    desk.customer(number).hears("Water will do.")
    desk.asks(desk.anna, number, "#via sms", "Foam is better.")
    desk.anna.hears("sms is not set up", subject="Not sent:")
    desk.customer(number).hears_nothing()


def test_what_was_put_off_or_planned_comes_back_by_itself(desk: Desk) -> None:
    waits, begins = desk.opened(), desk.opened()
    desk.asks(desk.anna, waits, "#take", "#wait until tue 9:00")
    desk.asks(desk.anna, begins, "#take", "#schedule wed 10:00")
    desk.quiet()
    desk.town.passes(days=1, minutes=1)
    assert f"[#{waits}]" in desk.anna.hears("time to go on").subject
    assert desk.town.ticket(waits)["status"] == "in-progress"
    desk.town.passes(days=1, hours=1)
    assert f"[#{begins}]" in desk.anna.hears("time to go on").subject


# --- several tickets -----------------------------------------------------------------------------


def test_merged_tickets_are_one_and_their_people_are_told_once(desk: Desk) -> None:
    old, new = desk.opened("It is on fire."), desk.opened("Still on fire.")
    desk.asks(desk.bob, old, "#take")
    desk.quiet()
    desk.asks(desk.anna, new, f"#merge {old}")
    assert desk.town.ticket(new)["merged_into"] == old
    told = desk.customer(new).hears(f"them as one: #{old}.")
    assert f"[#{new}]" in told.subject
    desk.customer(old).hears_nothing()
    desk.bob.hears("Another ticket is a part of this one now")
    texts = [message["text"].strip() for message in desk.town.ticket(old)["messages"]]
    assert texts == ["It is on fire.", "Still on fire."]
    desk.customer(new).replies("And now?", to=told)
    assert desk.town.ticket(old)["messages"][-1]["text"].strip() == "And now?"


def test_a_command_for_a_merged_ticket_is_done_on_the_one_that_goes_on(desk: Desk) -> None:
    old, new = desk.opened(), desk.opened()
    desk.asks(desk.anna, new, f"#merge {old}")
    desk.asks(desk.anna, new, "#urgency 5", "Water will do.")
    assert desk.town.ticket(old)["urgency"] == 5
    assert desk.town.ticket(new)["urgency"] == 3
    assert desk.town.ticket(old)["messages"][-1]["text"] == "Water will do."


def test_a_merge_is_taken_back(desk: Desk) -> None:
    old, new = desk.opened(), desk.opened()
    desk.asks(desk.anna, new, f"#merge {old}")
    desk.asks(desk.anna, old, f"#unmerge {new}")
    assert desk.town.ticket(new)["merged_into"] is None
    assert desk.town.ticket(new)["status"] == "reopened"
    assert len(desk.town.ticket(old)["messages"]) == 1


def test_a_message_begins_a_ticket_of_its_own(desk: Desk) -> None:
    number = desk.opened()
    petra = desk.customer(number)
    petra.replies("My chair is too low.", to=desk.town.letters_to(petra.address)[0])
    desk.asks(desk.anna, number, "#split 2")
    new = desk.town.tickets()
    assert new == number + 1
    assert [m["text"] for m in desk.town.ticket(new)["messages"]] == ["My chair is too low."]
    assert desk.town.ticket(new)["requester"]["address"] == petra.address
    assert desk.town.ticket(new)["links"] == [{"kind": "split from", "number": number}]
    assert len(desk.town.ticket(number)["messages"]) == 1


def test_tickets_are_tied_together(desk: Desk) -> None:
    one, two, three = desk.opened(), desk.opened(), desk.opened()
    desk.asks(desk.anna, three, f"#link {one} {two}")
    assert desk.town.ticket(three)["links"] == [
        {"kind": "related", "number": one},
        {"kind": "related", "number": two},
    ]
    desk.asks(desk.anna, three, f"#dup {one}")
    assert desk.town.ticket(three)["status"] == "duplicate"
    assert {"kind": "duplicate of", "number": one} in desk.town.ticket(three)["links"]
    desk.asks(desk.anna, three, "#link 999")
    desk.anna.hears("there is no ticket #999", subject="Not sent:")


# --- where commands stand ------------------------------------------------------------------------


def test_twenty_commands_in_one_mail_are_all_done(desk: Desk) -> None:
    number = desk.opened()
    tags = [f"#tag +t{n}" for n in range(13)]
    rest = ("#take", "#urgency 5", "#category billing", "#due fri", "#set order=4711", "#time 5m")
    desk.asks(desk.anna, number, *rest, *tags, "", "Water will do.", "", "#close")
    ticket = desk.town.ticket(number)
    assert len(ticket["tags"]) == 13
    assert (ticket["assignee"], ticket["urgency"], ticket["status"]) == ("anna", 5, "closed")
    letters = desk.town.fresh_letters_to(desk.customer(number).address)
    [answer] = [letter.text for letter in letters if "Water will do." in letter.text]
    assert len(letters) == 2 and "#" not in answer.partition("\n-- ")[0]


def test_of_twenty_commands_none_is_done_when_one_is_wrong(desk: Desk) -> None:
    number = desk.opened()
    before = desk.town.ticket(number)
    desk.asks(desk.anna, number, *(f"#tag +t{n}" for n in range(19)), "#urgncy 5", "", "Hello.")
    desk.anna.hears("#urgncy 5", subject="Not sent:")
    desk.customer(number).hears_nothing()
    after = desk.town.ticket(number)
    assert (after["tags"], after["urgency"]) == (before["tags"], before["urgency"])
    assert after["messages"] == before["messages"]


def test_a_closed_ticket_takes_facts_and_refuses_what_makes_no_sense(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#close")
    desk.asks(desk.anna, number, "#tag +late", "#time 5m")
    assert desk.town.ticket(number)["tags"] == ["late"]
    assert desk.town.ticket(number)["status"] == "closed"
    for line in ("#start", "#wait 2d", "#schedule mon"):
        desk.asks(desk.anna, number, line)
        desk.anna.hears("#reopen it first", subject="Not sent:")
    desk.asks(desk.anna, number, "One more thing: unplug it.")
    desk.customer(number)
    assert desk.town.ticket(number)["status"] == "closed"


def test_a_command_in_a_quote_a_signature_or_a_file_is_text(desk: Desk) -> None:
    number = desk.opened()
    petra = desk.customer(number)
    petra.replies("#urgency 5\nBurning!", to=desk.town.letters_to(petra.address)[0])
    told = desk.anna.hears("#urgency 5")
    desk.anna.replies("Water will do.\n-- \nAnna Berg\n#close\n", to=told)
    assert "#" not in petra.hears("Water will do.").text.partition("\n-- ")[0]

    def with_file(mail: object) -> None:
        mail.add_attachment("#close\n", filename="commands.txt")  # type: ignore[attr-defined]

    desk.anna.replies("See the file.", to=told, change=with_file)
    assert petra.hears("See the file.").files["commands.txt"].strip() == b"#close"
    ticket = desk.town.ticket(number)
    assert (ticket["status"], ticket["urgency"]) == ("responded", 3)


def test_what_stands_below_end_is_neither_done_nor_sent(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#urgency 5", "Water will do.", "#end", "Jane, 4th floor")
    answer = desk.customer(number).hears("Water will do.")
    assert "Jane" not in answer.text
    assert desk.town.ticket(number)["urgency"] == 5
