"""Conditions hold as DESIGN 4 says, say what they saw, and refuse what they do not know."""

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.condition import (
    All,
    AnyOf,
    Condition,
    Not,
    Seen,
    Test,
    captured,
    evaluate,
    group_names,
    holds,
)
from postdesk.rules.elapsed import Elapsed
from postdesk.rules.read_condition import compile_condition

NOON = datetime(2026, 12, 24, 12, tzinfo=UTC)
FACTS: dict[str, object] = {
    "subject": "Ihre RECHNUNG Nr. 12,\n doppelt",
    "text": "Guten Tag,\nich möchte mein Geld\nzurück. 打印机坏了",
    "from": "petra@kunde.example",
    "to": ("support@example.com", "billing@example.com"),
    "header.x-priority": "1",
    "customer.vip": True,
    "customer.name": "Petra Kunde",
    "urgency": 4,
    "status": "in-progress",
    "assignee": None,
    "category": "",
    "tags": ("vip", "eu"),
    "attachment": (),
    "automatic": False,
    "field.floor": "3",
    "field.until": "2026-12-24",
    "idle": timedelta(days=3),
    "waiting": Elapsed(NOON - timedelta(days=2), NOON),
    "weekday": "thu",
    "now": NOON,
    "calendar.office": True,
    "calendar.night": False,
    "proven": True,
    "target": "resolution",
    "header.x-until": "2026-12-24T10:00:00+00:00",
    "customer.tags": ("a",),
    "opened_at": NOON,
    "receipts_today": 0,
}


def compiled(text: str) -> Condition:
    condition = compile_condition(tomllib.loads(text))
    assert not isinstance(condition, list), condition
    return condition


HOLD = [
    "",
    "customer.vip = true",
    "customer.vip.is = true",
    'customer.phone = ""',  # nothing is ""
    "customer.phone = false",  # and false
    "closed_at = false",
    "opened_at = true",
    'assignee = ""',
    'category = ""',
    'attachment = ""',
    "attachment = false",
    "tags = true",
    "automatic = false",
    "urgency = 4",
    'urgency = "high"',
    'urgency = ["critical", "high"]',
    'urgency.above = "medium"',
    "urgency.above = 3",
    "urgency.above = 3.5",
    "urgency.below = 5",
    "urgency = { above = 3, below = 5 }",
    "urgency.in = [1, 4]",
    "field.floor = 3",
    "field.floor.above = 2",
    "receipts_today.below = 5",
    'status = ["new", "in-progress"]',
    'status.in = ["new", "IN-PROGRESS"]',
    'tags = "VIP"',
    'tags = ["asia", "eu"]',
    'to = "billing@example.com"',
    'to.starts_with = "billing@"',
    'subject.any_word = "rechnung"',
    'subject.any_word = ["invoice", "Rechnung"]',
    'subject = "ihre rechnung nr. 12, doppelt"',
    'subject.contains = "rechn"',
    'subject.contains = "12, doppelt"',
    'subject.starts_with = "Ihre "',
    'subject.ends_with = ["einfach", "DOPPELT"]',
    'text.any_word = "geld zuruck"',
    'text.any_word = "打印机"',
    'header.X-Priority = "1"',
    'from.ends_with = "@kunde.example"',
    'idle.above = "2d"',
    'idle.above = "71h 59m"',
    'idle.below = "1w"',
    'waiting.above = "48h"',  # it has lasted as long as that
    'waiting.above = "2bd"',
    'waiting.below = "3bd"',
    'weekday = ["mon", "thu"]',
    "now.after = 2026-12-23",
    "calendar.office = true",
    "proven = true",
    'target = "resolution"',
    "header.x-priority.below = 2",
    "header.X-Priority.in = [1, 2]",
    "header.x-until.before = 2026-12-25",
    "customer.tags = true",
    "organisation.internal = false",
    "opened_at.before = 2026-12-25",
    "opened_at.after = 2026-12-23",
    "opened_at.after = 2026-12-24T11:59:59Z",
    "opened_at.before = 2026-12-24T13:30:00+01:00",
    "opened_at = 2026-12-24",
    "field.until.before = 2026-12-25",
    "field.until = 2026-12-24",
    'any = [{ status = "new" }, { customer.vip = true }]',
    "all = [{ urgency = 4 }, { customer.vip = true }]",
    'not.status = "new"',
    'not = { status = "new", urgency = 4 }',
    'not.any = [{ status = "new" }, { urgency = 1 }]',
    'subject.any_word = "rechnung"\ncustomer.vip = true',
    'not.not.status = "in-progress"',
]


@pytest.mark.parametrize("text", HOLD)
def test_these_hold(text: str) -> None:
    condition = compiled(text)
    assert evaluate(condition, FACTS.get).held
    assert holds(condition, FACTS.get)


HOLD_NOT = [
    "customer.vip = false",
    'assignee = "anna"',
    "attachment = true",
    'status = ""',
    "urgency = 3",
    'urgency.above = "high"',
    "urgency.above = 4",
    "urgency.below = 4",
    "urgency = { above = 3, below = 4 }",
    'tags = "v"',
    'tags.is = ["us", "asia"]',
    'subject = "rechnung"',
    'subject.any_word = ["rechn", "doppel"]',
    'subject.contains = "invoice"',
    'subject.starts_with = "rechnung"',
    'subject.ends_with = "rechnung"',
    'assignee.contains = "a"',
    'header.x-nothing = "1"',
    'idle.above = "73h"',
    'idle.below = "3d"',
    'idle.above = "2bd"',  # nothing counts business days here
    'waiting.above = "49h"',
    'waiting.below = "48h"',
    'waiting.above = "3bd"',
    'weekday = "fri"',
    "now.after = 2026-12-24",
    "calendar.night = true",
    "field.floor.above = 3",
    "field.nothing.above = 0",
    "field.nothing.before = 2026-12-24",
    "opened_at.before = 2026-12-24",
    "opened_at.after = 2026-12-24",
    "opened_at = 2026-12-25",
    'any = [{ status = "new" }, { customer.vip = false }]',
    "all = [{ urgency = 4 }, { customer.vip = false }]",
    "not.customer.vip = true",
    'subject.any_word = "rechnung"\ncustomer.vip = false',
]


@pytest.mark.parametrize("text", HOLD_NOT)
def test_these_do_not_hold(text: str) -> None:
    condition = compiled(text)
    assert not evaluate(condition, FACTS.get).held
    assert not holds(condition, FACTS.get)


def test_tables_compile_to_a_tree() -> None:
    condition = compiled('subject.any_word = ["a", "b"]\nnot.any = [{ urgency = 1 }, {}]')
    assert condition == All(
        (
            Test("subject", "any_word", ("a", "b")),
            Not(AnyOf((Test("urgency", "is", (1,)), All(())))),
        )
    )


def test_the_trace_tells_every_test_and_what_it_saw() -> None:
    condition = compiled('status = "new"\nurgency.above = 3\nnot.tags = ["eu", "us"]')
    outcome = evaluate(condition, FACTS.get)
    assert not outcome.held
    assert outcome.trace == (
        Seen("status", "is", ("new",), "in-progress", False),
        Seen("urgency", "above", (3,), 4, True),
        Seen("tags", "is", ("eu", "us"), ("vip", "eu"), True),
    )


def test_the_trace_shows_only_the_beginning_of_a_long_text() -> None:
    [seen] = evaluate(compiled('text.contains = "x"'), lambda key: "word " * 1000).trace
    assert isinstance(seen.saw, str)
    assert len(seen.saw) < 200


GROUPS = [
    (r"subject.matches = 'nr\. (?P<bill>\pN+)'", {"bill": "12"}),
    (r"subject.matches = 'nr\. (?P<bill>\pN+)|(?P<order>x)'", {"bill": "12"}),
    (r"subject.matches = ['x(?P<a>y)', '(?P<b>RECH)']", {"b": "RECH"}),
    (r"to.matches = '(?P<box>b[a-z]+)@'", {"box": "billing"}),
    (
        r"any = [{ status.matches = 'in-(?P<a>.*)' }, { text.matches = '(?P<a>Guten)' }]",
        {"a": "progress"},
    ),
    (r"not.subject.matches = '(?P<a>Frage)'", {}),
    (r"assignee.matches = '(?P<a>.*)'", {}),
    ('subject.contains = "Nr"', {}),
]


@pytest.mark.parametrize(("text", "found"), GROUPS)
def test_the_groups_of_patterns_hold_what_was_found(text: str, found: dict[str, str]) -> None:
    condition = compiled(text)
    assert captured(condition, FACTS.get) == found
    assert found.keys() <= group_names(condition)


FULLWIDTH = "\uff2e\uff52\uff0e\uff11\uff12"  # Nr.12 as some write it in Japan


def test_a_group_holds_what_the_pattern_saw() -> None:
    condition = compiled("subject.matches = '(?P<order>[0-9]+)'")
    assert captured(condition, lambda key: FULLWIDTH) == {"order": "12"}


def test_days_are_counted_in_utc() -> None:
    late = datetime(2026, 12, 24, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert holds(compiled("opened_at = 2026-12-25"), lambda key: late)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.timedeltas(),
    st.dates(),
    st.datetimes(),
    st.tuples(st.text(), st.text()),
)


@given(
    st.sampled_from(["is", "any_word", "contains", "above", "before", "after", "ends_with"]),
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes()),
    values,
)
def test_whatever_is_seen_a_condition_answers(operator: str, wanted: object, saw: object) -> None:
    condition = compile_condition({"subject": {operator: wanted}})
    if not isinstance(condition, list):
        assert holds(condition, lambda key: saw) is evaluate(condition, lambda key: saw).held


def test_a_date_is_no_number() -> None:
    assert not holds(compiled("field.until.above = 3"), lambda key: date(2026, 12, 24))
