"""The program as a whole: what is typed wrongly, what is broken, what is taken: a sentence each."""

import os
import socket
import sqlite3
from pathlib import Path

import pytest
from shell import Shell

from postdesk.daemon.state import StateLock, held

MAIL = b"From: petra@kunde.example\nTo: support@example.com\nSubject: Hello\n\nIs it me?\n"


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_alone_it_says_what_it_is_and_where_to_begin(shell: Shell) -> None:
    said = shell.says()
    assert said.code == 0
    assert "postdesk demo" in said.out and "postdesk init DIR" in said.out


@pytest.mark.parametrize("command", ["", "run", "list", "inject", "spool", "outbox", "demo"])
def test_help_is_no_failure(shell: Shell, command: str) -> None:
    said = shell.says(*command.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("usage: postdesk")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("lst", 'there is no "lst", did you mean "list"?'),
        ("list --view opne", 'did you mean "open"?'),
        ("list --view mine", "add --as AGENT"),
        ("list --view mine --as ana", 'there is no agent "ana", did you mean "anna"?'),
        ("list --limit 0", '"0" is no number from 1 up'),
        ("list --limt 3", "unrecognized arguments: --limt 3"),
        ("show", "the following arguments are required: N"),
        ("show one", '"one" is no number from 1 up'),
        ("find", "WORDS"),
        ("do 1 clsoe", 'there is no command "clsoe", did you mean "close"?'),
        ("do 1 assign ana", "nobody is called ana; did you mean #assign anna?"),
        ("do 1 urgency 9", "1 to 5"),
        ("do 1 list mine", "#list is answered by mail"),
        ("do 1 close --as ana", 'there is no agent "ana"'),
        ("once --now noon", '"noon" is no ISO 8601 time'),
        ("spool lst", 'did you mean "list"?'),
        ("spool list --state old", 'there is no "old"'),
        ("outbox drop x", '"x" is no number'),
        ("new --from petra --subject x --text y", '"petra" is no mail address'),
        ("inject a.eml -", "- stands alone"),
    ],
)
def test_what_is_typed_wrongly_is_told_with_what_to_do(shell: Shell, words: str, told: str) -> None:
    said = shell.types(*words.split())
    assert (said.code, said.out) == (75 if words.endswith("-") else 64, "")
    assert told in said.err


def test_every_mistake_of_the_config_is_told_at_once(shell: Shell) -> None:
    shell.file.write_text('[desk]\naddress = "support"\nnmae = "x"\n[smtp]\nmax_size = "big"\n')
    for command in (["list"], ["run"], ["status"], ["once"], ["check"]):
        said = shell.types(*command)
        assert said.code == 78
        for place in ("config.toml:2:", "config.toml:3:", "config.toml:5:"):
            assert place in said.err, said.err


def test_without_a_config_it_says_where_it_looked(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.delenv("POSTDESK_CONFIG", raising=False)
    said = shell.says("list")
    assert said.code == 78
    assert "$POSTDESK_CONFIG" in said.err and "postdesk init" in said.err


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_second_daemon_on_a_state_folder_is_refused(shell: Shell, command: str) -> None:
    with StateLock(shell.folder / "var"):
        said = shell.types(command)
    assert said.code == 75
    assert f"process {os.getpid()}" in said.err and "[desk] state" in said.err


def test_a_taken_port_is_told_and_everything_is_let_go(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        shell.file.write_text(shell.file.read_text().replace("127.0.0.1:0", place))
        said = shell.types("run")
    assert said.code == 69
    assert f"cannot listen on {place}" in said.err and "another program has it" in said.err
    assert not held(shell.folder / "var")


@pytest.mark.parametrize("command", ["list", "run", "once", "show 1", "do 1 close", "outbox list"])
def test_a_dead_database_is_told(shell: Shell, command: str) -> None:
    with shell.file.open("a") as file:
        file.write('[database]\nurl = "postgresql://desk@127.0.0.1:1/postdesk"\n')
    said = shell.types(*command.split())
    assert said.code == 75
    assert "database postdesk: " in said.err and "is it running" in said.err


def test_a_database_of_a_newer_version_is_left_alone(shell: Shell) -> None:
    assert shell.types("list").code == 0
    with sqlite3.connect(shell.folder / "var" / "postdesk.db") as link:
        [table] = link.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%migration%'"
        ).fetchone()
        link.execute(
            f"UPDATE {table} SET name = '9999_later' WHERE name = (SELECT max(name) FROM {table})"
        )
    link.close()
    for command in ("list", "run", "once"):
        said = shell.types(command)
        assert said.code == 75
        assert "made by a newer postdesk" in said.err and "9999_later" in said.err


def test_a_state_folder_that_cannot_be_is_told(shell: Shell) -> None:
    (shell.folder / "var").write_text("a file")
    for command in ("run", "once", "list"):
        said = shell.types(command)
        assert said.code in (69, 75)
        assert "var" in said.err and len(said.err.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_state_folder_is_told(shell: Shell) -> None:
    state = shell.folder / "var"
    state.mkdir(mode=0o500)
    for command in ("run", "once", "list"):
        said = shell.types(command)
        assert said.code in (69, 75)
        assert "var" in said.err


def test_a_spool_that_is_none_is_told(shell: Shell) -> None:
    state = shell.folder / "var"
    state.mkdir()
    (state / "spool.db").write_bytes(b"no database at all" * 100)
    for command in (["run"], ["spool", "list"], ["inject", "-"]):
        said = shell.types(*command, pipe=MAIL)
        assert said.code == 75
        assert "not a sound SQLite file" in said.err


@pytest.mark.slow  # ten seconds are waited for the other program to end
def test_a_piped_mail_that_a_locked_spool_cannot_keep_comes_again(shell: Shell) -> None:
    assert shell.types("inject", "-", pipe=MAIL).code == 0
    link = sqlite3.connect(shell.folder / "var" / "spool.db", isolation_level=None)
    link.execute("BEGIN EXCLUSIVE")
    said = shell.types("inject", "-", pipe=MAIL)
    link.close()
    assert said.code == 75
    assert "locked by another program" in said.err


def test_whatever_is_wrong_a_piped_mail_comes_again(shell: Shell) -> None:
    wrong = (["--nonsense"], ["--now", "noon"])
    for words in wrong:
        assert shell.types("inject", "-", *words, pipe=MAIL).code == 75
    shell.file.write_text("[desk")
    assert shell.types("inject", "-", pipe=MAIL).code == 75
