"""The rules in force change as a whole or not at all, and an edit is never overlooked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from postdesk.daemon.rulebook import Rulebook
from postdesk.daemon.store import Rows, StoreTrouble, open_rows

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = '[agent.anna]\nname = "Anna"\naddresses = ["anna@example.com"]\n'
BOB = '[agent.bob]\nname = "Bob"\naddresses = ["bob@example.com"]\n'


class Moody(Rows):
    """A database that can be told to be away."""

    away = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.away:
            raise StoreTrouble("the server is gone")
        with super().transaction():
            yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "10-people.toml").write_text(ANNA)
    return rules


@pytest.fixture
def rows(tmp_path: Path) -> Moody:
    return Moody(open_rows(f"sqlite:///{tmp_path}/postdesk.db").db)


def test_an_edit_made_while_the_database_is_away_is_read_again(folder: Path, rows: Moody) -> None:
    rulebook = Rulebook(folder, rows)
    rulebook.start(NOON)
    (folder / "20-more.toml").write_text(BOB)
    rows.away = True
    with pytest.raises(StoreTrouble):
        rulebook.reload(NOON)
    assert rulebook.current().people.agent("bob") is None
    assert rulebook.changed()

    rows.away = False
    rulebook.reload(NOON)
    assert rulebook.current().people.agent("bob")
    assert not rulebook.changed()


def test_a_mistake_is_told_once_and_changes_nothing(folder: Path, rows: Moody) -> None:
    rulebook = Rulebook(folder, rows)
    rulebook.start(NOON)
    (folder / "20-more.toml").write_text(BOB.replace("name", "nome"))
    assert not rulebook.reload(NOON)
    assert [mistake.file for mistake in rulebook.mistakes] == ["20-more.toml"]
    assert rulebook.current().people.agent("anna")
    assert not rulebook.changed()  # until somebody edits it again


def test_the_last_good_set_outlives_a_restart_with_mistakes(folder: Path, rows: Moody) -> None:
    Rulebook(folder, rows).start(NOON)
    (folder / "10-people.toml").write_text(ANNA.replace("name", "nome"))
    rulebook = Rulebook(folder, rows)
    rulebook.start(NOON)
    assert rulebook.current().people.agent("anna")
