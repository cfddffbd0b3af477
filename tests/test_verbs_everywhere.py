"""Every verb is told in `#help` and in the docs, and carried out in a story."""

import re
from collections.abc import Iterable
from pathlib import Path

from docs_letters import DOCS

from postdesk.daemon.helping import help_groups
from postdesk.rules.book import Book
from postdesk.rules.people import Agent
from postdesk.rules.verbs import STOP, VERBS

STORIES = Path(__file__).resolve().parent / "stories"
KNOWN = {verb.name for verb in VERBS}
ALIASES = {alias: verb.name for verb in VERBS for alias in verb.aliases}
ADMIN = Agent("max", "Max", ("max@example.com",), role="admin")


def written(pages: Iterable[Path]) -> set[str]:
    """The verbs behind a ``#`` in these files."""
    texts = (page.read_text(encoding="utf-8") for page in pages)
    words = {word for text in texts for word in re.findall(r"#([a-z]+)", text)}
    return {ALIASES.get(word, word) for word in words}


def test_a_story_writes_each_verb() -> None:
    assert KNOWN - written(STORIES.glob("*.py")) - {STOP} == set()


def test_the_page_for_agents_has_each_verb() -> None:
    assert written([DOCS / "agents.md"]) >= KNOWN


def test_help_tells_an_admin_each_verb_and_nothing_else() -> None:
    told = {verb.name for group in help_groups(ADMIN, Book()) for verb in group.verbs}
    assert told == KNOWN


def test_help_tells_an_agent_only_what_she_may() -> None:
    agent = Agent("anna", "Anna", ("anna@example.com",))
    told = {verb.name for group in help_groups(agent, Book()) for verb in group.verbs}
    assert told == {verb.name for verb in VERBS if verb.least == "agent"}
