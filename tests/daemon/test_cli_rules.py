"""`postdesk rules`: what admins ask of their rule files."""

from pathlib import Path

import pytest
from rule_files import FOLDER
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_a_desk_without_tests_is_told_what_they_are(shell: Shell) -> None:
    said = shell.types("rules", "test")
    assert said.code == 0 and "[[test]] tables" in said.out
    assert shell.types("rules", "test", "--json").json == []


def test_rules_that_cannot_be_read_are_not_tested(shell: Shell) -> None:
    (shell.folder / "rules" / "20-more.toml").write_text('[agent.bob]\nnmae = "Bob"\n')
    said = shell.types("rules", "test")
    assert (said.code, said.out) == (78, "")
    assert "nothing was tested" in said.err and "20-more.toml:2:1" in said.err


def test_a_test_that_is_not_there_is_no_test_that_passes(shell: Shell) -> None:
    said = shell.types("rules", "test", "vip")
    assert said.code == 65 and 'there is no test "vip"' in said.err


def test_testing_changes_nothing(shell: Shell) -> None:
    assert shell.types("rules", "test").code == 0
    assert sorted(f.name for f in shell.folder.iterdir()) == ["config.toml", "rules"]


def test_the_schema_is_for_the_editor(shell: Shell) -> None:
    said = shell.types("rules", "schema")
    assert (said.code, said.out) == (0, (FOLDER / "schema.json").read_text("utf-8"))
