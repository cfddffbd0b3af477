"""Statuses and moves out of rule files: they add to the built-in ones, or change them."""

from datetime import timedelta

import pytest

from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.span import Span
from postdesk.rules.workflow import DEFAULT, Move, Status, Workflow

CALENDAR = '[calendar.office]\ntimezone = "UTC"\nhours = { mon-fri = ["09:00-17:00"] }\n'


def workflow(text: str) -> Workflow:
    found = read({"20-workflow.toml": text})
    assert isinstance(found, Book), found
    return found.workflow


def mistakes(text: str) -> list[str]:
    found = read({"1.toml": text})
    assert not isinstance(found, Book)
    return [str(mistake).partition("\n")[0] for mistake in found]


def test_without_a_word_the_built_in_workflow_holds() -> None:
    assert workflow("") == DEFAULT
    assert (DEFAULT.reopen, DEFAULT.close_after) == (Span(timedelta(days=14)), None)


def test_own_statuses_and_moves_add_to_the_built_in_ones() -> None:
    found = workflow(
        """
        [status.in-repair]
        kind = "waiting"
        label = "In repair"
        colour = "#1A7F37"
        was = ["parked", "shelved"]
        [status.fit]
        kind = "open"
        [move.repair]
        from = ["new", "in-progress"]
        to = "in-repair"
        who = ["lead", "manager"]
        past = "sent to repair"
        [move.fit]
        to = "fit"
        """
    )
    assert found.statuses.keys() == {*DEFAULT.statuses, "in-repair", "fit"}
    assert found.statuses["in-repair"] == Status(
        "in-repair", "waiting", "In repair", "#1a7f37", ("parked", "shelved"), "20-workflow.toml:2"
    )
    assert (found.kind("in-repair"), found.kind("new")) == ("waiting", "open")
    assert (found.label("fit"), found.colour("fit"), found.label("gone")) == ("Fit", "", "gone")
    assert [found.successor(old) for old in ("parked", "shelved", "new")] == [
        *["in-repair"] * 2,
        None,
    ]
    assert found.move("repair") == Move(
        "repair",
        "in-repair",
        "sent to repair",
        ("new", "in-progress"),
        ("lead", "manager"),
        "20-workflow.toml:9",
    )
    assert found.moves["fit"].past == "set to fit"
    assert found.move("close") == DEFAULT.move("close")


def test_of_a_built_in_one_only_what_differs_is_written() -> None:
    found = workflow('[status.pending]\nlabel = "Parked"\n[move.close]\nwho = ["lead"]\n')
    assert found.statuses["pending"] == Status(
        "pending", "waiting", "Parked", where="20-workflow.toml:1"
    )
    assert found.moves["close"] == Move(
        "close", "closed", "closed", who=("lead",), where="20-workflow.toml:3"
    )
    assert list(found.statuses) == list(DEFAULT.statuses)


def test_a_move_may_begin_anywhere_but_where_it_leads() -> None:
    found = workflow('[move.close]\nfrom = ["resolved"]\n[move.start]\nwho = ["agent"]')
    assert [found.moves["close"].starts_at(s) for s in ("new", "resolved", "closed")] == [
        *(False, True, False)
    ]
    assert found.moves["start"].starts_at("new") and not found.moves["start"].starts_at(
        "in-progress"
    )
    assert [found.moves["start"].allows(role) for role in ("agent", "lead")] == [True, False]


def test_how_long_things_stay_as_they_are() -> None:
    text = '[workflow]\nreopen = "30d"\nclose_after = "5bd"\nremind_after = "3bd"\n'
    found = workflow(f'{text}calendar = "office"\n{CALENDAR}')
    assert found.reopen == Span(timedelta(days=30))
    assert (found.close_after, found.remind_after) == (Span(business_days=5), Span(business_days=3))
    assert found.calendar == "office"


OPEN = 'kind = "open"\n'
MISTAKES = [
    ("[status.a]", '1:9: status "a": kind is missing: "open", "waiting"'),
    ('[status.a]\nkind = "opn"', '2:8: status "a": kind must be one of "open", "waiting", "done",'),
    ('[status."a b"]\n' + OPEN, '1:9: status "a b": a status begins with a letter and goes on'),
    ("[status.New]\n" + OPEN, '1:9: status "New": the built-in status is written "new"'),
    ("[status.new]\ncolor = 1", '2:1: status "new": unknown key "color", did you mean "colour"?'),
    ('[status.new]\ncolour = "red"', '2:10: status "new": colour must be written like "#1a7f37"'),
    (
        f'[status.a]\n{OPEN}was = ["x", "new"]',
        '3:13: status "a": "new" is built in and stays; give it another label: [status.new]',
    ),
    (
        f'[status.a]\n{OPEN}was = ["b"]\n[status.b]\n{OPEN}',
        '3:8: status "a": "b" is a status still: was names one that is gone',
    ),
    (
        f'[status.a]\n{OPEN}was = ["x"]\n[status.b]\n{OPEN}was = ["x"]',
        '6:8: status "b": "x" became "a" already',
    ),
    ("[move.fit]", '1:7: move "fit": to is missing: the status that the verb moves a ticket to'),
    ('[move.fit]\nto = "nwe"', '2:6: move "fit": no status is called "nwe", did you mean "new"?'),
    ('[move.fit]\nto = "new"\nfrom = ["clsed"]', '3:9: move "fit": no status is called "clsed", d'),
    (
        '[move.fit]\nto = "new"\nwho = ["boss"]',
        '3:8: move "fit": who knows no "boss"; there are "agent", "lead", "manager", "admin"',
    ),
    ('[move."a b"]\nto = "new"', '1:7: move "a b": a verb is one word: a letter, then letters,'),
    ('[move.Assign]\nto = "new"', '1:7: move "Assign": this verb means something else already'),
    (
        '[move.anna]\nto = "new"\n[agent.anna]\naddresses = ["a@example.com"]',
        '1:7: move "anna": an agent is called so; a verb needs a word of its own',
    ),
    ('[workflow]\nreopen = "soon"', "2:10: [workflow]: reopen must be a duration such as"),
    ('[workflow]\nreopn = "3d"', '2:1: [workflow]: unknown key "reopn", did you mean "reopen"?'),
    ('[workflow]\ncalendar = "x"', '2:12: [workflow]: no calendar is called "x"'),
    ('[workflow]\nremind_after = "3d"', "2:16: [workflow]: remind_after needs a close_after"),
    (
        '[workflow]\nclose_after = "3bd"\nremind_after = "3bd"',
        "3:16: [workflow]: remind_after must be shorter than close_after",
    ),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"1.toml:{told}")


def test_a_rule_that_uses_an_old_name_is_told_the_new_one() -> None:
    text = f'[status.a]\n{OPEN}was = ["old"]\n[[rule]]\nname = "x"\non = "reply.sent"\n'
    (told,) = mistakes(text + 'when.status = "old"\nthen.tag = "x"')
    assert told == '1.toml:7:15: rule "x": the status "old" is called "a" now'
