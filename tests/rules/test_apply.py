"""The only writer of tickets: total, pure, and true to what a ticket never loses."""

from dataclasses import replace
from datetime import datetime
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import DAY, EFFECT, EFFECTS, HOUR, MAX, MOMENT, NOON, OPENING, PETRA, STEP, ticket

from postdesk.mailbox.mail import Address
from postdesk.rules.apply import apply, apply_all
from postdesk.rules.effect import (
    Append,
    Assign,
    Effect,
    Include,
    Move,
    Open,
    Restore,
    SetField,
    SetRequester,
    SetUrgency,
    Step,
    Tag,
    Tie,
)
from postdesk.rules.ticket import Link, Participant, Ticket

LATER = NOON + HOUR
ANNA = Address("Anna", "anna@example.com")


def test_every_effect_is_tried_here() -> None:
    assert set(EFFECTS) == set(get_args(Effect))


@given(EFFECT, MOMENT)
def test_every_effect_is_known_and_keeps_number_and_opening(
    effect: Effect, moment: datetime
) -> None:
    before = ticket(7)
    after = apply(before, effect, moment, actor="anna")
    assert after.number == 7
    assert after.opened
    assert after.opened_at == before.opened_at or isinstance(effect, Open)
    assert before == ticket(7)


@given(OPENING, st.lists(STEP, max_size=12), MOMENT)
def test_what_began_stays_begun(opening: Step, steps: list[Step], moment: datetime) -> None:
    begun = apply_all(Ticket(3), [opening], NOON)
    rest = [step for step in steps if not isinstance(step.effect, Open | SetRequester | Restore)]
    after = apply_all(begun, rest, moment)
    assert (after.number, after.opened_at, after.requester) == (3, NOON, begun.requester)
    assert after.participants[0] == begun.requester
    assert 1 <= after.urgency <= 5
    assert len({p.address for p in after.participants}) == len(after.participants)
    assert len(set(after.tags)) == len(after.tags)


@given(st.lists(STEP, max_size=8), st.lists(STEP, max_size=8))
def test_steps_add_up(first: list[Step], second: list[Step]) -> None:
    at_once = apply_all(ticket(), [*first, *second], NOON)
    assert at_once == apply_all(apply_all(ticket(), first, NOON), second, NOON)


def test_a_ticket_begins_with_its_requester() -> None:
    opening = Open("Printer", PETRA, PETRA.address, "de", "mail", "billing@example.com")
    begun = apply(Ticket(1), opening, NOON)
    assert (begun.title, begun.language, begun.address) == ("Printer", "de", "billing@example.com")
    assert (begun.status, begun.status_kind, begun.urgency) == ("new", "open", 3)
    assert begun.participants == (PETRA,) and begun.opened_at == begun.updated_at == NOON


@pytest.mark.parametrize("kind", ["in", "note"])
def test_only_what_goes_to_the_customer_is_a_response(kind: Literal["in", "note"]) -> None:
    words = Append(kind, "", ANNA, (), "", "", "", agent="anna")
    after = apply(ticket(), words, NOON)
    assert after.first_response_at is None and after.responded_at is None
    assert after.updated_at == NOON


def test_the_first_response_stays_the_first() -> None:
    words = Append("out", "", ANNA, (), "", "", "", agent="anna")
    after = apply(apply(ticket(), words, NOON), words, LATER)
    assert (after.first_response_at, after.responded_at) == (NOON, LATER)


def test_closed_without_being_resolved_counts_as_resolved_by_the_same_hand() -> None:
    closed = apply(ticket(), Move("closed", "done"), NOON, actor="anna")
    assert (closed.resolved_by, closed.resolved_at) == ("anna", NOON)
    assert (closed.closed_by, closed.closed_at) == ("anna", NOON)


def test_who_resolved_it_is_not_forgotten_when_it_is_closed() -> None:
    resolved = apply(ticket(), Move("resolved", "done"), NOON, actor="anna")
    assert (resolved.closed_at, resolved.closed_by) == (None, None)
    closed = apply(resolved, Move("closed", "done"), LATER, actor="postdesk")
    assert (closed.resolved_by, closed.resolved_at) == ("anna", NOON)
    assert (closed.closed_by, closed.closed_at) == ("postdesk", LATER)


def test_what_is_open_again_was_neither_resolved_nor_closed() -> None:
    closed = apply(ticket(), Move("closed", "done"), NOON, actor="anna")
    again = apply(closed, Move("reopened", "open"), NOON + DAY)
    ends = (again.resolved_at, again.resolved_by, again.closed_at, again.closed_by)
    assert ends == (None, None, None, None)
    assert (again.status, again.status_kind) == ("reopened", "open")


def test_back_from_closed_to_resolved_is_no_longer_closed() -> None:
    closed = apply(ticket(), Move("closed", "done"), NOON, actor="anna")
    back = apply(closed, Move("resolved", "done"), LATER, actor="bob")
    assert (back.closed_at, back.closed_by) == (None, None)


def test_an_owner_may_be_taken_away_again() -> None:
    assert apply(ticket(assignee="anna"), Assign(None), NOON).assignee is None


def test_stars_stay_between_one_and_five() -> None:
    assert [apply(ticket(), SetUrgency(n), NOON).urgency for n in (-1, 0, 4, 9)] == [1, 1, 4, 5]


def test_tags_are_set_once_and_keep_their_order() -> None:
    tagged = apply(ticket(), Tag(("b", "a", "b")), NOON)
    assert tagged.tags == ("b", "a")
    assert apply(tagged, Tag(("c", "a"), ("b",)), NOON).tags == ("a", "c")


def test_a_field_without_a_value_is_no_field() -> None:
    filled = apply(apply(ticket(), SetField("site", "A"), NOON), SetField("floor", "2"), NOON)
    assert filled.fields == (("site", "A"), ("floor", "2"))
    assert apply(filled, SetField("site", ""), NOON).fields == (("floor", "2"),)
    assert apply(ticket(), SetField("never", ""), NOON).fields == ()


def test_somebody_who_is_there_is_not_there_twice() -> None:
    both = apply(ticket(), Include(MAX), NOON)
    assert both.participants == (PETRA, MAX)
    again = Participant(PETRA.address, "Somebody else", "cc")
    assert apply(both, Include(again), NOON) == both


def test_a_link_is_tied_once() -> None:
    tied = apply(ticket(), Tie(Link("mentions", 4)), NOON)
    assert apply(tied, Tie(Link("mentions", 4)), NOON).links == (Link("mentions", 4),)
    assert apply(tied, Tie(Link("follows", 4)), NOON).links[1:] == (Link("follows", 4),)


def test_nothing_happens_before_it_is_decided() -> None:
    before = ticket()
    assert apply(before, Assign("bob"), LATER) == replace(before, assignee="bob", updated_at=LATER)
    assert before.assignee is None
