"""Commands for several tickets: to the control address, and in reply to a numbered digest."""

import pytest
from command_desk import KNOWN, context
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.context import Context
from postdesk.rules.control import Controlled, read_control
from postdesk.rules.order_look import (
    DuplicateOf,
    Find,
    GoAway,
    LinkTo,
    ListTickets,
    MergeInto,
    Show,
)
from postdesk.rules.order_people import KeepInside
from postdesk.rules.order_work import AssignTo, ChangeTags, Close, GiveStars, OwnMove, Take
from postdesk.rules.orders import Problems

ROWS = {1: 1040, 2: 1042, 3: 1043, 4: 1050}


def desk() -> Context:
    return context(ticket=None)


def control(*lines: str, rows: dict[int, int] | None = None) -> tuple[Controlled, ...] | Problems:
    return read_control(lines, desk(), KNOWN, rows)


LINES = [
    ("1042 close", Controlled((1042,), Close())),
    ("1042 #close", Controlled((1042,), Close())),
    ("#1042 close", Controlled((1042,), Close())),
    ("[#1042] close", Controlled((1042,), Close())),
    ("1042: close", Controlled((1042,), Close())),
    ("1042 close: by phone", Controlled((1042,), Close("by phone"))),
    ("* 1042 close.", Controlled((1042,), Close())),
    ("1042 schließen", Controlled((1042,), Close())),
    ("1042 1043 close", Controlled((1042, 1043), Close())),
    ("1042, 1043, 1042 close", Controlled((1042, 1043), Close())),
    ("1042 1043 assign @Bob Stone", Controlled((1042, 1043), AssignTo(agent="bob"))),
    ("1042 p4", Controlled((1042,), GiveStars(4))),
    ("1042 urgency 4", Controlled((1042,), GiveStars(4))),
    ("1042 tag +a", Controlled((1042,), ChangeTags(("a",)))),
    ("1042 ship by train", Controlled((1042,), OwnMove("ship", "by train"))),
    ("1042 note she called", Controlled((1042,), KeepInside("she called"))),
    ("1042 1040 merge", Controlled((1042,), MergeInto(1040))),
    ("1042 1043 1040 merge", Controlled((1042, 1043), MergeInto(1040))),
    ("1042 merge 1040", Controlled((1042,), MergeInto(1040))),
    ("1042 1040 dup", Controlled((1042,), DuplicateOf(1040))),
    ("1042 1040 link", Controlled((1042,), LinkTo((1040,)))),
    ("list mine", Controlled((), ListTickets("mine"))),
    ("#find paper jam", Controlled((), Find("paper jam"))),
    ("show 1042 1043", Controlled((), Show((1042, 1043)))),
    ("1042 show", Controlled((1042,), Show())),
    ("away", Controlled((), GoAway())),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_line_is_for_the_tickets_in_front_of_its_verb(line: str, expected: Controlled) -> None:
    assert control(line) == (expected,)


def test_lines_are_read_until_the_stop_word() -> None:
    found = control("", "1042 take", "", "1043 close", "#end", "Anna Berg")
    assert found == (Controlled((1042,), Take()), Controlled((1043,), Close()))
    assert control("1042 take", "end", "?") == (Controlled((1042,), Take()),)
    assert control() == ()


WRONG = [
    ("Hello", "is no line like", ""),
    ("1042", "is no line like", ""),
    ("1042 clsoe", "is no line like", "1042 close"),
    ("1042 dance", "is no line like", ""),
    ("close", "which ticket?", ""),
    ("close 1042 1043", "which ticket?", "1042 1043 close"),
    ("1042 assign bbo", "nobody is called b", "1042 assign bob"),
    ("1042 urgency 7", "1 to 5", ""),
    ("1042 merge 1042", "this very ticket", ""),
    ("1042 1042 merge", "which ticket?", ""),
    ("1042 use refund", "belongs into an answer", ""),
    ("1042 later fri", "belongs into an answer", ""),
    ("1042 list mine", "about no ticket", ""),
    ("1042 note", "has no words", ""),
    (" ".join(map(str, range(1, 102))) + " close", "more than 100 tickets", ""),
]


@pytest.mark.parametrize(("line", "why", "guess"), WRONG)
def test_a_wrong_line_is_refused(line: str, why: str, guess: str) -> None:
    found = control(line)
    assert isinstance(found, Problems)
    [(index, problem)] = found.found
    assert (index, problem.guess) == (0, guess)
    assert why in problem.why


def test_one_wrong_line_holds_all_and_each_is_told() -> None:
    found = control("1042 take", "what", "1043 close", "1044 p7")
    assert isinstance(found, Problems)
    assert [index for index, _ in found.found] == [1, 3]


def test_lines_that_contradict_each_other_on_one_ticket_are_refused() -> None:
    assert isinstance(control("1042 1043 close", "1043 reopen"), Problems)
    assert not isinstance(control("1042 close", "1043 reopen"), Problems)


def test_a_mail_has_a_limit_of_lines() -> None:
    assert not isinstance(control(*["1042 take"] * 200), Problems)
    assert isinstance(control(*["1042 take"] * 201), Problems)


def test_a_digest_is_answered_by_its_rows() -> None:
    found = control("2 4 assign bob", "#1042 p4", "1 2 merge", rows=ROWS)
    assert found == (
        Controlled((1042, 1050), AssignTo(agent="bob")),
        Controlled((1042,), GiveStars(4)),
        Controlled((1040,), MergeInto(1042)),
    )


def test_a_row_that_is_not_there_is_refused() -> None:
    found = control("2 9 close", rows=ROWS)
    assert isinstance(found, Problems)
    assert found.found[0][1].why == "there is no row 9, they go from 1 to 4"
    lost = control("2 close", rows={})
    assert isinstance(lost, Problems) and "That cannot be told" in lost.found[0][1].why
    assert control("#1042 close", rows={}) == (Controlled((1042,), Close()),)


pieces = st.sampled_from(["1042", "#7", " ", ",", ":", "close", "merge", "assign", "bob", "#", "x"])


@given(st.lists(st.text() | st.lists(pieces, max_size=8).map("".join), max_size=5), st.booleans())
def test_any_lines_are_done_or_refused(lines: list[str], digest: bool) -> None:
    found = read_control(lines, desk(), KNOWN, ROWS if digest else None)
    if isinstance(found, Problems):
        assert found.found and all(0 <= index < len(lines) for index, _ in found.found)
    else:
        assert len(found) <= len(lines)
