"""The docs show the letters that are sent, and every command there is."""

from pathlib import Path

import pytest
from docs_letters import DOCS, renewed

from postdesk.rules.verbs import VERBS

PAGES = sorted(DOCS.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_the_program_writes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: python tests/docs_letters.py"


def test_agents_and_customers_have_their_pages() -> None:
    assert {"agents.md", "customers.md"} <= {page.name for page in PAGES}
    shown = (DOCS / "agents.md").read_text() + (DOCS / "customers.md").read_text()
    assert shown.count("<!-- letter: ") >= 6


def test_every_command_has_its_line_for_agents() -> None:
    text = (DOCS / "agents.md").read_text(encoding="utf-8")
    missing = [verb.name for verb in VERBS if f"`#{verb.name}" not in text]
    assert missing == []


def test_a_page_that_is_old_is_seen() -> None:
    old = "<!-- letter: closed -->\nold\n<!-- end -->"
    assert renewed(old) != old
    assert renewed(renewed(old)) == renewed(old)
