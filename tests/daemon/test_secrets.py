"""Secrets: from four places, late, and shown to nobody."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from postdesk.daemon.config import Config, load
from postdesk.daemon.secrets import Secret, SecretUnreadable

MAILBOX = """\
[desk]
address = "support@example.com"
[imap.support]
host = "127.0.0.1"
user = "support"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with the config in it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(text: str, env: Mapping[str, str] | None = None) -> Config:
    file = Path("config.toml")
    file.write_text(text)
    file.chmod(0o600)
    return load(file, env or {})


def test_a_secret_comes_from_any_of_four_places(folder: Path) -> None:
    (folder / "imap").write_text("from a file \n")
    command = f"{sys.executable} -c 'print(\"from a command; $HOME\"); print(2)'"
    for line, revealed in (
        ("password = 'geheim'", "geheim"),
        ("password_file = 'imap'", "from a file "),
        (f"password_command = '''{command}'''", "from a command; $HOME"),
        ("password_env = 'IMAP'", "from outside"),
    ):
        secret = config(f"{MAILBOX}{line}", {"IMAP": "from outside"}).imap["support"].password
        assert secret is not None
        assert secret.reveal() == revealed


def test_a_secret_is_read_when_it_is_needed(folder: Path) -> None:
    secret = config(f"{MAILBOX}password_file = 'imap'").imap["support"].password
    assert secret is not None
    for word in ("old", "new"):
        (folder / "imap").write_text(word)
        assert secret.reveal() == word


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("password_file = 'gone'", "imap.support.password_file: cannot read .*gone: No such file"),
        ("password_file = 'empty'", "imap.support.password_file: 'empty' gives nothing"),
        ("password_file = 'latin'", "'latin' is not UTF-8"),
        ("password_file = 'huge'", "is too long to be a secret"),
        ("password_command = 'no-such-program x'", "cannot run 'no-such-program x': No such file"),
        ("password_command = 'false'", "'false' failed with 1"),
        ("password_command = 'true'", "'true' gives nothing"),
        ('password_command = "echo \'x"', "not a command"),
        ("password_env = 'NOT_SET'", "the environment has no NOT_SET"),
    ],
)
def test_a_secret_that_cannot_be_read_says_why(folder: Path, line: str, told: str) -> None:
    (folder / "empty").write_text("\n")
    (folder / "latin").write_bytes(b"M\xfcller")
    (folder / "huge").write_bytes(b"x" * 70_000)
    secret = config(f"{MAILBOX}{line}", {"PATH": "/usr/bin:/bin"}).imap["support"].password
    assert secret is not None
    with pytest.raises(SecretUnreadable, match=told):
        secret.reveal()


def test_a_command_without_words_is_no_command() -> None:
    secret = Secret("relay.password_command", "_command", " ")
    with pytest.raises(SecretUnreadable, match=r"relay\.password_command: .* not a command"):
        secret.reveal()


def test_no_repr_shows_a_secret(folder: Path) -> None:
    made = config(
        MAILBOX + 'password = "geheim"\nclient_secret = "geheim"\n'
        '[database]\nurl = "postgresql://u:geheim@db/x"\n'
        '[relay]\nurl = "smtp://u:geheim@mail.example.com"\npassword = "geheim"'
    )
    assert "geheim" not in f"{made!r} {made} {made.database.url} {list(made.secrets())}"
    assert made.database.url.reveal() == "postgresql://u:geheim@db/x"


def test_a_literal_secret_in_a_file_others_can_read_is_warned_about(folder: Path) -> None:
    text = MAILBOX + 'password = "geheim"\n[relay]\nurl = "smtp://u:geheim@mail.example.com"'
    assert config(text).warnings == ()
    (folder / "config.toml").chmod(0o644)
    (warning,) = load(Path("config.toml"), {}).warnings
    assert warning == (
        "config.toml holds a secret (imap.support.password, relay.url) and can be read by others:"
        " chmod 600 config.toml, or use password_file"
    )
    env = {"POSTDESK_IMAP__SUPPORT__PASSWORD_FILE": "x", "POSTDESK_RELAY__URL": "sendmail:"}
    assert load(Path("config.toml"), env).warnings == ()
