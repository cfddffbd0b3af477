"""A database with its tables, of either kind."""

from collections.abc import Iterator

import pytest

from postdesk.daemon.store import Rows, open_rows


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    """Empty tables of ours."""
    found = open_rows(database_url)
    yield found
    found.db.close()
