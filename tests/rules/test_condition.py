"""Conditions hold as DESIGN 4 says, say what they saw, and refuse what they do not know."""

import tomllib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.condition import (
    DEEPEST,
    All,
    AnyOf,
    Condition,
    Not,
    Seen,
    Test,
    compile_condition,
    evaluate,
    holds,
)

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
    "opened_at": NOON,
    "receipts_today": 0,
}


def compiled(text: str) -> Condition:
    condition = compile_condition(tomllib.loads(text))
    assert not isinstance(condition, list), condition
    return condition


def flaws(text: str) -> list[tuple[tuple[str | int, ...], str]]:
    found = compile_condition(tomllib.loads(text))
    assert isinstance(found, list)
    return found


HOLD = [
    "",
    "customer.vip = true",
    "customer.vip.is = true",
    'customer.phone = ""',  # nothing is ""
    "customer.unknown = false",  # and false
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
    "customer.unknown = true",
    'assignee = "anna"',
    "attachment = true",
    'status = ""',
    "urgency = 3",
    'urgency.above = "high"',
    "urgency.above = 4",
    "urgency.below = 4",
    "urgency = { above = 3, below = 4 }",
    'urgency = "4 stars"',
    'tags = "v"',
    'tags.is = ["us", "asia"]',
    'subject = "rechnung"',
    'subject.any_word = ["rechn", "doppel"]',
    'subject.contains = "invoice"',
    'subject.starts_with = "rechnung"',
    'subject.ends_with = "rechnung"',
    'assignee.contains = "a"',
    'header.x-nothing = "1"',
    'idle.above = "3d"',
    'idle.below = "3d"',
    "idle.above = 2",
    'urgency.above = "2d"',
    "status.above = 3",
    "assignee.below = 3",
    "automatic.below = 3",
    "opened_at.before = 2026-12-24",
    "opened_at.after = 2026-12-24",
    "opened_at = 2026-12-25",
    "assignee.before = 2026-12-24",
    "status.after = 2026-12-24",
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


def test_days_are_counted_in_utc() -> None:
    late = datetime(2026, 12, 24, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert holds(compiled("opened_at = 2026-12-25"), lambda key: late)


FLAWED = [
    ('subjekt = "x"', ("when", "subjekt"), '"subject"'),
    ('subject.any_wrd = "x"', ("when", "subject", "any_wrd"), '"any_word"'),
    ("costumer.vip = true", ("when", "costumer"), '"customer"'),
    ("customer = true", ("when", "customer"), "customer.NAME"),
    ("customer = {}", ("when", "customer"), "customer.NAME"),
    ("header.x-a.b = 1", ("when", "header", "x-a", "b"), "no such comparison"),
    ("subject = {}", ("when", "subject"), "not compared"),
    ("subject = []", ("when", "subject"), "never hold"),
    ("subject.any_word = []", ("when", "subject", "any_word"), "never hold"),
    ('subject.any_word = ["a", 3]', ("when", "subject", "any_word", 1), "text in quotes"),
    ('subject.contains = ""', ("when", "subject", "contains"), "not empty"),
    ('subject.starts_with = "  "', ("when", "subject", "starts_with"), "not empty"),
    ('status.in = "new"', ("when", "status", "in"), "wants a list"),
    ("subject = [{ a = 1 }]", ("when", "subject", 0), "wants a text"),
    ('urgency.above = "many"', ("when", "urgency", "above"), "duration"),
    ('idle.above = "2bd"', ("when", "idle", "above"), "duration"),
    ("urgency.above = true", ("when", "urgency", "above"), "number"),
    ('opened_at.before = "2026-12-24"', ("when", "opened_at", "before"), "without quotes"),
    ("any = []", ("when", "any"), "list of tables"),
    ("any = { a = 1 }", ("when", "any"), "list of tables"),
    ("any = [1]", ("when", "any", 0), "table of conditions"),
    ("not = true", ("when", "not"), "table of conditions"),
    ("not = {}", ("when", "not"), "empty"),
    ("anny = [{}]", ("when", "anny"), '"any"'),
    (r"subject.matches = '\bfoo\b'", ("when", "subject", "matches"), r"\pL"),
    (r"subject.matches = '\w+'", ("when", "subject", "matches"), r"[\pL\pN_]"),
    (r"subject.matches = '[\d]'", ("when", "subject", "matches"), r"\pN"),
    (r"subject.matches = '\\\d'", ("when", "subject", "matches"), r"\pN"),
    ("subject.matches = 3", ("when", "subject", "matches"), "text in quotes"),
]


@pytest.mark.parametrize(("text", "path", "words"), FLAWED)
def test_a_flaw_is_told_with_its_place(text: str, path: tuple[str | int, ...], words: str) -> None:
    [(found, what)] = flaws(text)
    assert found == path
    assert words in what


def test_all_flaws_are_told_at_once() -> None:
    found = flaws('a = 1\nany = [{ b = 1 }, { subject.is = "c", subject.was = "d" }]')
    assert [path for path, _ in found] == [
        ("when", "a"),
        ("when", "any", 0, "b"),
        ("when", "any", 1, "subject", "was"),
    ]


def test_the_path_of_the_table_leads_every_path() -> None:
    assert compile_condition({"a": 1}, path=("rule", 3, "when")) == [
        (("rule", 3, "when", "a"), "a: no rule can ask for this")
    ]


def test_only_known_names_can_be_asked_for() -> None:
    assert compile_condition({"shoe": 1}, {"shoe"}) == Test("shoe", "is", (1,))
    assert compile_condition({"shoe": {"size": 1}}, {"shoe.size"}) == Test("shoe.size", "is", (1,))
    assert isinstance(compile_condition({"shoe": {"colour": 1}}, {"shoe.size"}), list)


def test_conditions_may_not_be_nested_without_end() -> None:
    assert "deep" in flaws("not." * (DEEPEST + 1) + "status = 1")[0][1]
    assert "deep" in flaws("not." * 5000 + "status = 1")[0][1]
    assert compiled("not." * (DEEPEST - 2) + "status = 1")


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
    assert not holds(compiled("opened_at.above = 3"), lambda key: date(2026, 12, 24))
