"""One list of verbs: what agents can write is carried out in stories, told by `#help`, and stands
on the page for agents."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from postdesk.daemon.helping import help_groups
from postdesk.rules.book import Book
from postdesk.rules.command import classify
from postdesk.rules.people import Agent
from postdesk.rules.verbs import BY_NAME, STOP, VERBS, Verb
from postdesk.templates.catalogue import LANGUAGES
from postdesk.templates.render import Renderer
from postdesk.templates.views import Agent as Reader
from postdesk.templates.views import AgentHelp, Desk, values

TESTS = Path(__file__).parent
ADMIN = Agent("eve", "Eve", ("eve@example.com",), role="admin")


@cache
def in_stories() -> frozenset[str]:
    """Verbs of the lines that agents write in stories."""
    sources = [path.read_text("utf-8") for path in (TESTS / "stories").glob("test_*.py")]
    return frozenset(verb for source in sources for verb in _verbs(source))


def _verbs(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _written(node.value)


def _written(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if STOP in {line.strip("#/!") for line in lines}:
        yield STOP
    for _, verb, _ in classify(lines).commands:
        yield verb


def in_help() -> set[str]:
    """Verbs that `#help` tells somebody who may do everything."""
    return {verb.name for group in help_groups(ADMIN, Book()) for verb in group.verbs}


def on_the_page() -> set[str]:
    """Verbs in the first column of the tables on the page for agents."""
    page = (TESTS.parent / "docs" / "agents.md").read_text("utf-8")
    return set(re.findall(r"^\| `#([\w-]+)", page, re.MULTILINE))


def test_every_verb_is_in_a_story_in_help_and_on_the_page() -> None:
    assert set(in_stories()) == in_help() == on_the_page() == set(BY_NAME)


def test_help_tells_an_agent_only_what_she_may() -> None:
    agent = Agent("anna", "Anna", ("anna@example.com",))
    told = {verb.name for group in help_groups(agent, Book()) for verb in group.verbs}
    assert told == {verb.name for verb in VERBS if verb.least == "agent"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_tells_every_verb_in_every_language(language: str) -> None:
    groups = help_groups(ADMIN, Book())
    desk = Desk("Example Support", "support@example.com")
    view = AgentHelp(desk, Reader("Eve", "eve@example.com"), groups)
    letter = Renderer().render("agent-help", language, values(view))
    for verb in VERBS:
        assert re.search(rf"#{verb.name}\b", letter.text), verb.name
        assert re.search(rf"#{verb.name}\b", letter.html), verb.name
        assert letter.language == language


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_example_of_a_verb_is_a_command_of_it(verb: Verb) -> None:
    [(_, meant, _)] = classify([verb.example]).commands or [(0, STOP, "")]
    assert meant == verb.name
