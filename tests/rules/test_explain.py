"""Why a rule fired or did not, in words that its author knows from the file."""

from datetime import UTC, date, datetime, timedelta

import pytest
from made_up import NOON, book, came, mail

from postdesk.rules.course import Looked
from postdesk.rules.decide import decide
from postdesk.rules.explain import asked_for, failed, length, said, shown
from postdesk.rules.span import Span
from postdesk.rules.ticket import Ticket

RULE = '[[rule]]\nname = "r"\non = "ticket.created"\n{when}\nthen.tag = "x"\n'

FAILED = [
    ('when.subject = "printer"', None),
    ('when.subject = "x"', 'subject is "x": it is "Printer"'),
    (
        'when.subject = "printer"\nwhen.customer.vip = true',
        "customer.vip is true: it is nothing",
    ),
    (
        'when.any = [{ subject = "x" }, { text.contains = "fire" }]',
        None,
    ),
    (
        'when.any = [{ subject = "x" }, { text.contains = "y" }]',
        'subject is "x": it is "Printer"',
    ),
    (
        'when.all = [{ any = [{ subject = "x" }, { subject = "printer" }] }, { spam = true }]',
        "spam is true: it is false",
    ),
    ('when.not.subject = "x"', None),
    ('when.not.subject = "printer"', 'not (subject is "printer"): it is "Printer"'),
    (
        'when.not = { any = [{ subject = "x" }, { text.contains = "fire" }] }',
        'not (text contains "fire"): it is "It is on fire."',
    ),
    ('when.not.not.subject = "x"', 'subject is "x": it is "Printer"'),
    ("when.urgency.above = 2", None),
    ("when.urgency.above = 4", "urgency above 4: it is 3"),
    (
        'when.to = ["a@x.example", "b@x.example"]',
        'to is ["a@x.example", "b@x.example"]: it is ["support@example.com"]',
    ),
]


@pytest.mark.parametrize(("when", "why"), FAILED)
def test_the_first_condition_that_failed_is_named_with_what_it_saw(
    when: str, why: str | None
) -> None:
    trace: list[Looked] = []
    decide(Ticket(0), came(mail()), book(RULE.format(when=when)), NOON, trace=trace)
    [looked] = trace
    found = failed(looked)
    assert (str(found) if found else None) == why
    assert looked.outcome.held == (why is None)


SHOWN = [
    (None, "nothing"),
    ("", "nothing"),
    ((), "nothing"),
    (True, "true"),
    (3, "3"),
    ("x", '"x"'),
    (("a", "b"), '["a", "b"]'),
    (date(2026, 12, 24), "2026-12-24"),
    (datetime(2026, 12, 24, 18, tzinfo=UTC), "2026-12-24 18:00+00:00"),
    (Span(timedelta(hours=36)), "1d 12h"),
    (Span(business_days=2), "2bd"),
    ({"order": "7"}, '{order: "7"}'),
]


@pytest.mark.parametrize(("value", "text"), SHOWN)
def test_values_read_as_the_file_writes_them(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (30, "30s"), (90, "1m"), (3600, "1h"), (9000, "2h 30m")]
)
def test_lengths_read_as_the_file_writes_them(seconds: int, text: str) -> None:
    assert length(timedelta(seconds=seconds)) == text


def test_a_long_list_is_cut() -> None:
    assert asked_for("is", tuple(range(9))) == "is [0, 1, 2, 3, 4, and 4 more]"


def test_a_condition_reads_as_a_sentence() -> None:
    when = (
        'when.subject.any_word = "a"\n'
        "when.any = [{ spam = true }, { all = [{ aged = true }, { urgency = 3 }] }]"
    )
    [rule] = book(RULE.format(when=when)).rules
    assert said(rule.when) == (
        'subject any_word "a" and (spam is true or (aged is true and urgency is 3))'
    )
    [rule] = book(RULE.format(when="")).rules
    assert said(rule.when) == "always"
