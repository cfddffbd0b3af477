"""The pages for people: what they show works, and what the program knows stands in them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from postdesk.daemon.rule_files import with_manners
from postdesk.rules.action import ACTIONS, LEVELS, SET, TOLD
from postdesk.rules.book import Book
from postdesk.rules.compare import OPERATORS
from postdesk.rules.draft import SHAPES
from postdesk.rules.keys import keys_of
from postdesk.rules.known import FACTS
from postdesk.rules.people import NOTICES, STRATEGIES
from postdesk.rules.read import read
from postdesk.rules.rule import EVENTS
from postdesk.rules.toml import read_toml
from postdesk.rules.trial_event import Stage
from postdesk.rules.trial_value import BEFORE, EXPECTED
from postdesk.rules.trials import run
from postdesk.rules.workflow import DEFAULT
from postdesk.templates.views import REPLIES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
STAGE = Stage(datetime(2026, 11, 24, 12, tzinfo=UTC))
BLOCK = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
SNIPPET = re.compile(r"(?:when|then)\.[\w.-]+ = .+")  # a line of a rule, in a sentence or a table
PATTERNED = "when.subject.matches = '(?P<order>x)(?P<host>x)(?P<service>x)'\n"


@cache
def page() -> str:
    return PAGE.read_text("utf-8")


def blocks() -> Iterator[tuple[int, str]]:
    """The examples, each with the line it begins in."""
    for found in BLOCK.finditer(page()):
        yield page().count("\n", 0, found.start()) + 2, found[1]


def tables() -> Mapping[str, str]:
    """The examples that define people, calendars and so on: those without rules, by name."""
    return {f"{line}.toml": text for line, text in blocks() if "[[rule]]" not in text}


def book_of(text: str, name: str = "example.toml") -> Book:
    """A rule set of these lines, with all the names that the page defines."""
    found = read({**tables(), name: text}, REPLIES)
    assert isinstance(found, Book), "\n".join(map(str, found))
    return with_manners(found)


RULES = [(line, text) for line, text in blocks() if "[[rule]]" in text]


@pytest.mark.parametrize(("line", "text"), RULES, ids=[f"line {line}" for line, _ in RULES])
def test_every_example_is_read_and_its_tests_pass(line: int, text: str) -> None:
    book = book_of(text, f"{line}.toml")
    assert book.rules[len(with_manners(Book()).rules) :]
    assert [str(failure) for failure in run(book, STAGE)] == []


def test_the_tests_of_the_examples_are_run() -> None:
    """What is expected of them is spoilt, and they fail."""
    tests = [(test, book_of(text)) for _, text in RULES for test in book_of(text).tests]
    assert len(tests) > 8
    for test, book in tests:
        assert run(book, STAGE, [replace(test, expect={"title": "something else"})]), test.name


def snippets() -> list[str]:
    """Every line of a rule that stands in a sentence or a table."""
    return [code for code in CODE.findall(BLOCK.sub("", page())) if SNIPPET.fullmatch(code)]


def rule_of(code: str, event: str) -> str:
    """A whole rule around one line of it."""
    more = "" if code.startswith("then.") else 'then.tag = "x"\n'
    more += PATTERNED if code.startswith("then.") and "{" in code else ""
    return f'[[rule]]\nname = "x"\non = "{event}"\n{code}\n{more}'


def test_every_line_of_a_rule_in_a_sentence_is_read_on_some_event() -> None:
    assert len(snippets()) > 80
    for code in snippets():
        texts = [{**tables(), "x.toml": rule_of(code, event)} for event in EVENTS]
        assert any(isinstance(read(text, REPLIES), Book) for text in texts), code


def test_the_first_rule_takes_five_lines() -> None:
    _, first = next(blocks())
    assert len(first.splitlines()) == 5 and book_of(first).rules


# --- nothing is left out -------------------------------------------------------------------------


def shown(table: object) -> set[str]:
    """Dotted names of all keys in the tables of an example."""
    if isinstance(table, list):
        return {name for one in table for name in shown(one)}
    if not isinstance(table, Mapping):
        return set()
    names = {key for key in table}
    return names | {f"{key}.{below}" for key, one in table.items() for below in shown(one)}


@cache
def examples() -> tuple[Mapping[str, object], ...]:
    """All examples as TOML, the lines in sentences among them."""
    documents = [read_toml("x.toml", text) for _, text in blocks()]
    documents += [read_toml("x.toml", code) for code in snippets()]
    found = [getattr(document, "value", None) for document in documents]
    assert None not in found
    return tuple(table for table in found if table is not None)


def under(word: str) -> set[str]:
    """What the examples have below `when` or `then`."""
    return {
        name
        for table in examples()
        for rule in [table, *_listed(table.get("rule")), *_listed(table.get("view"))]
        for name in shown(rule.get(word, {}))
    }


def _listed(value: object) -> list[Mapping[str, object]]:
    values = value.values() if isinstance(value, Mapping) else value
    return (
        [one for one in values if isinstance(one, Mapping)] if isinstance(values, Iterable) else []
    )


def test_every_table_and_every_key_has_an_example() -> None:
    for kind in SHAPES:
        rows = [row for table in examples() if kind in table for row in _rows(kind, table[kind])]
        assert rows, kind
        used = {key for row in rows for key in row}
        assert keys_of(kind) <= used, kind


def _rows(kind: str, value: object) -> list[Mapping[str, object]]:
    if SHAPES[kind] == "plain":
        return [value] if isinstance(value, Mapping) else []
    return _listed(value)


def test_every_event_condition_comparison_and_action_has_an_example() -> None:
    events = {rule["on"] for table in examples() for rule in _listed(table.get("rule"))}
    assert events <= set(EVENTS)
    assert {*ACTIONS, SET} <= under("then")
    asked = under("when")
    missing = {name for name in FACTS if "*" not in name} - asked
    assert missing == set()
    assert all(any(a.startswith(n[:-1]) for a in asked) for n in FACTS if n.endswith(".*"))
    assert {name.rpartition(".")[2] for name in asked} >= OPERATORS.keys() | {"any", "not"}


def test_every_word_that_the_program_knows_is_told() -> None:
    words = {
        *EVENTS, *ACTIONS, *OPERATORS, *TOLD, *LEVELS, *STRATEGIES, *NOTICES, *BEFORE, *EXPECTED,
        *DEFAULT.statuses, *REPLIES, *(name.removesuffix("*") for name in FACTS),
    }  # fmt: skip
    text = page()
    told = {word for word in words if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)}
    # Of `customer.` and `header.` the page tells what may stand behind it.
    assert {word for word in words - told if not word.endswith(".")} == {
        name for name in FACTS if name.startswith(("customer.", "organisation."))
    } - told


def test_what_the_examples_expect_covers_all_that_can_be_expected() -> None:
    expected = {name for _, text in RULES for t in book_of(text).tests for name in t.expect}
    assert set(EXPECTED) - expected == {"fields"}  # another word for `field`
