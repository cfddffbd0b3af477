"""The examples that ship with the package: complete rule sets, whose tests pass and can fail."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from postdesk import rules
from postdesk.daemon.rule_files import MANNERS, rule_files, with_manners
from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.trial import RuleTest
from postdesk.rules.trial_event import Stage
from postdesk.rules.trials import failures, run
from postdesk.templates.views import REPLIES

FOLDER = Path(next(iter(rules.__path__)))
EXAMPLES = sorted((FOLDER / "examples").glob("*.toml"))
STAGE = Stage(datetime.fromisoformat("2026-11-24T12:00:00Z"))


def a_set(path: Path) -> Book:
    """The rule set of an example, behind the manners of every desk."""
    found = read({path.name: path.read_text("utf-8")}, REPLIES)
    assert isinstance(found, Book), "\n".join(map(str, found))
    return with_manners(found)


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> Book:
    return a_set(request.param)


def test_there_is_one_for_each_of_the_desks_that_people_come_from() -> None:
    assert {path.stem for path in EXAMPLES} == {
        *("departments", "round-robin", "subject-keywords", "vip-to-senior", "priorities"),
        *("idle-escalation", "monitoring", "auto-reply", "staff"),
    }


def test_its_tests_pass(example: Book) -> None:
    assert example.tests
    assert [str(failure) for failure in run(example, STAGE)] == []
    assert example.warnings == ()


def test_each_of_its_tests_can_fail(example: Book) -> None:
    for test in example.tests:
        for name, value in test.expect.items():
            for wrong in others(value):
                spoilt = replace(test, expect={**test.expect, name: wrong})
                assert failures(spoilt, example, STAGE), f"{test.name}: {name} = {wrong}"


def test_every_rule_of_it_fires_in_a_test(example: Book) -> None:
    """An example that nothing shows is none. Each rule is asked for in the event it is about."""
    own = {rule.name for rule in example.rules if not rule.where.startswith(MANNERS)}
    fired = {name for test in example.tests for name in own if _fires(name, test, example)}
    assert own - fired == set(NOT_SHOWN) & own


NOT_SHOWN = {"whoever is away keeps nobody waiting"}  # nobody is away in a test


def _fires(name: str, test: RuleTest, book: Book) -> bool:
    [failure] = failures(replace(test, expect={"rules": ["no such rule"]}), book, STAGE)
    assert isinstance(failure.came, tuple)
    return name in failure.came


def others(value: object) -> Iterator[object]:
    """Other values than this one."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1 if value < 5 else value - 1
        case datetime():
            yield value + timedelta(seconds=1)
        case date():
            yield value + timedelta(days=1)
        case str():
            yield "something else"
        case tuple() | list():
            yield (*value, "something else")
            if value:
                yield ()
        case Mapping():
            yield {**value, "something": "else"}
        case _:
            raise AssertionError(f"no other value is known of {value!r}")


def test_they_are_not_read_as_the_shipped_set() -> None:
    shipped = rule_files(FOLDER / "there is no such folder")
    assert shipped and not set(shipped) & set(EXAMPLES)
