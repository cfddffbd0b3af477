"""Towns for stories, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town
from stories.verb_desk import Desk, working_desk


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A desk that believes its agents' marks, so that stories come to their point."""
    with a_town(
        tmp_path, database_url, more='[identity]\nreply = "token"\ncommand = "token"'
    ) as place:
        yield place


@pytest.fixture
def careful_town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A desk with the identity levels that a new desk has."""
    with a_town(tmp_path, database_url) as place:
        yield place


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """A desk for stories about verbs."""
    with working_desk(tmp_path, database_url) as found:
        yield found
