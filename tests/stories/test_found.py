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
