"""Patterns are those of google-re2, and durations are clock time."""

import tomllib
from datetime import timedelta

import pytest

from postdesk.rules.condition import Condition, holds
from postdesk.rules.read_condition import compile_condition
from postdesk.rules.span import duration
from postdesk.rules.toml_places import Path

SUBJECT = "Ihre RECHNUNG Nr. 12,\n doppelt"


def compiled(text: str) -> Condition:
    condition = compile_condition(tomllib.loads(text))
    assert not isinstance(condition, list), condition
    return condition


def flaws(text: str) -> list[tuple[Path, str]]:
    found = compile_condition(tomllib.loads(text))
    assert isinstance(found, list)
    return [(flaw.path, flaw.what) for flaw in found]


PATTERNS = [
    ("rechnung.*doppelt", False),  # the line ends between them
    ("(?s)rechnung.*doppelt", True),
    (r"nr\. \pN+", True),
    ("^IHRE", True),
    (r"(?:^|[^\pL\pN])rechn(?:[^\pL\pN]|$)", False),
    (r"\\d", False),  # a backslash and a d
]


@pytest.mark.parametrize(("pattern", "held"), PATTERNS)
def test_a_pattern_is_searched_without_case(pattern: str, held: bool) -> None:
    assert holds(compiled(f"subject.matches = '{pattern}'"), lambda key: SUBJECT) is held


@pytest.mark.parametrize("pattern", ["(", "(?<=a)b", "(a)\\1", "a{2000}"])
def test_what_re2_does_not_know_is_refused(pattern: str) -> None:
    [(path, what)] = flaws(f"subject.matches = '{pattern}'")
    assert path == ("when", "subject", "matches")
    assert "no pattern that google-re2 knows: " in what


def test_an_evil_pattern_ends() -> None:
    condition = compiled("text.matches = '(a+)+$'")
    assert not holds(condition, lambda key: "a" * 60_000 + "b")


DURATIONS = [
    ("30m", timedelta(minutes=30)),
    ("2h", timedelta(hours=2)),
    ("14d", timedelta(days=14)),
    ("1w", timedelta(weeks=1)),
    ("90s", timedelta(seconds=90)),
    ("1d 12h", timedelta(days=1, hours=12)),
    ("1d12h", timedelta(days=1, hours=12)),
    (" 0m ", timedelta()),
    ("2bd", None),
    ("3", None),
    ("d", None),
    ("-3d", None),
    ("3 days", None),
    ("", None),
    ("9999999d", None),
    ("٣d", None),
]


@pytest.mark.parametrize(("text", "length"), DURATIONS)
def test_durations(text: str, length: timedelta | None) -> None:
    assert duration(text) == length
