"""Held mails, remembered paths, and the book of what was taken in."""

from dataclasses import replace

import pytest
from made_up import DAY, HOUR, KEY, NOON

from postdesk.daemon.store import Rows
from postdesk.daemon.store_holds import Hold, Holds, Intake
from postdesk.rules.hold import Cause

OTHER = "f" * 32
HOLD = Hold(
    number=0,
    key=KEY,
    agent="anna",
    ticket=1,
    towards="customer",
    reasons=(Cause("unconfirmed"), Cause("command", "#clsoe", "#close")),
    offered=("send", "cancel"),
    path="net:192.0.2.0/24",
    expires_at=NOON + DAY,
    state="waiting",
)


def test_a_hold_is_found_by_its_number_and_by_its_mail(rows: Rows) -> None:
    holds = Holds(rows)
    with rows.transaction():
        number = holds.add(HOLD, NOON)
        expected = replace(HOLD, number=number)
        assert holds.get(number) == holds.of(KEY) == expected
        assert holds.get(number + 1) is None and holds.of(OTHER) is None


def test_the_same_mail_held_again_keeps_its_number_and_is_open_again(rows: Rows) -> None:
    holds = Holds(rows)
    with rows.transaction():
        number = holds.add(HOLD, NOON)
        holds.settle(number, "cancelled", OTHER, NOON)
        again = replace(HOLD, reasons=(Cause("target", "why"),), expires_at=NOON + 2 * DAY)
        assert holds.add(again, NOON + DAY) == number
        assert holds.get(number) == replace(again, number=number)


@pytest.mark.parametrize("outcome", ["released", "cancelled"])
def test_a_settled_hold_waits_no_more(rows: Rows, outcome: str) -> None:
    holds = Holds(rows)
    with rows.transaction():
        number = holds.add(HOLD, NOON)
        assert [row["number"] for row in holds.waiting()] == [number]
        holds.settle(number, outcome, OTHER, NOON)
        assert holds.waiting() == []
        settled = holds.settled_by(OTHER)
        assert settled and (settled.key, settled.state) == (KEY, outcome)
        assert holds.settled_by(KEY) is None


def test_a_question_asked_anew_has_another_day(rows: Rows) -> None:
    holds = Holds(rows)
    with rows.transaction():
        number = holds.add(HOLD, NOON)
        holds.renew(number, NOON + 3 * DAY)
        found = holds.get(number)
    assert found and found.expires_at == NOON + 3 * DAY


def test_a_confirmed_path_is_remembered_for_its_agent_and_for_its_time(rows: Rows) -> None:
    holds, path = Holds(rows), HOLD.path
    with rows.transaction():
        holds.remember("anna", path, NOON + DAY)
        assert holds.remembers("anna", path, NOON)
        assert holds.remembers("anna", path, NOON + DAY - HOUR)
        assert not holds.remembers("anna", path, NOON + DAY)
        assert not holds.remembers("bob", path, NOON)
        assert not holds.remembers("anna", "net:198.51.100.0/24", NOON)
        holds.remember("anna", path, NOON + 9 * DAY)
        assert holds.remembers("anna", path, NOON + DAY)


def test_a_path_that_cannot_be_told_is_never_remembered(rows: Rows) -> None:
    holds = Holds(rows)
    with rows.transaction():
        holds.remember("anna", "", NOON + DAY)
        assert not holds.remembers("anna", "", NOON)


def test_a_mails_effects_begin_once(rows: Rows) -> None:
    intake = Intake(rows)
    with rows.transaction():
        assert intake.begin(KEY, "d" * 64, NOON)
        assert not intake.begin(KEY, "d" * 64, NOON)
        intake.end(KEY, 7)
        assert intake.ticket(KEY) == 7
        assert intake.ticket(OTHER) is None


def test_a_mail_that_was_given_up_can_begin_again(rows: Rows) -> None:
    intake = Intake(rows)
    with rows.transaction():
        with pytest.raises(ValueError), rows.savepoint():
            assert intake.begin(KEY, "d" * 64, NOON)
            raise ValueError
        assert intake.begin(KEY, "d" * 64, NOON)


def test_the_same_mail_by_another_way_is_known(rows: Rows) -> None:
    intake = Intake(rows)
    with rows.transaction():
        intake.begin(KEY, "d" * 64, NOON)
        intake.end(KEY, 7)
        intake.begin(OTHER, "d" * 64, NOON)
        twin = intake.twin("d" * 64, OTHER)
        assert twin and (twin["key"], twin["ticket"]) == (KEY, 7)
        assert intake.twin("e" * 64, OTHER) is None
