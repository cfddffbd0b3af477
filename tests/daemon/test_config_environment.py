"""The environment lies over the config file, and its mistakes name the variable."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from postdesk.daemon.config import BadConfig, Config, load
from postdesk.daemon.config_values import Listen

MINIMAL = '[desk]\naddress = "support@example.com"\n'
MAILBOX = MINIMAL + '[imap.support]\nhost = "127.0.0.1"\nuser = "support"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def config(text: str, env: Mapping[str, str]) -> Config:
    file = Path("config.toml")
    file.write_text(text)
    return load(file, env)


def mistakes(text: str, env: Mapping[str, str]) -> str:
    with pytest.raises(BadConfig) as caught:
        config(text, env)
    return str(caught.value)


def test_any_key_can_be_overridden(folder: Path) -> None:
    made = config(
        MAILBOX + 'password_file = "secrets/imap"\n[imap.shop-eu]\nhost = "h"\nuser = "u"',
        {
            "POSTDESK_DESK__ADDRESS": "help@example.com",
            "POSTDESK_DESK__NAME": "42",
            "POSTDESK_DESK__FIRST_NUMBER": "1000",
            "POSTDESK_DESK__SIGILS": "#",
            "POSTDESK_SMTP__LISTEN": '"127.0.0.1:0"',
            "POSTDESK_WEB__LISTEN": "",
            "POSTDESK_IDENTITY__TRUSTED_AUTHSERV_IDS": '["mx.example.com"]',
            "POSTDESK_IMAP__SUPPORT__IDLE": "false",
            "POSTDESK_IMAP__SUPPORT__PASSWORD": "2026-11-23",
            "POSTDESK_IMAP__SHOP_EU__PASSWORD_ENV": "SHOP",
            "POSTDESK_CONFIG": "ignored.toml",
            "POSTDESK_NAME": "ignored",
            "SHOP": "geheim",
        },
    )
    assert made.desk.address == "help@example.com"
    assert made.desk.reply == "help+{mark}@example.com"
    assert (made.desk.name, made.desk.first_number, made.desk.sigils) == ("42", 1000, "#")
    assert (made.smtp.listen, bool(made.web.listen)) == (Listen("127.0.0.1", 0), False)
    assert made.identity.trusted_authserv_ids == ("mx.example.com",)
    assert made.imap["support"].idle is False
    assert [secret.reveal() for secret in made.secrets()] == ["2026-11-23", "geheim"]


def test_a_mistake_of_the_environment_names_its_variable(folder: Path) -> None:
    told = mistakes(
        MINIMAL,
        {
            "POSTDESK_DESK__STALE": "maybe",
            "POSTDESK_DESK__FIRST_NUMBER": "one",
            "POSTDESK_DESK__NMAE": "x",
            "POSTDESK_DESKK__NAME": "x",
            "POSTDESK_IMAP__SHOP__HOST": "imap.example.com",
            "POSTDESK_IMAP__SHOP__PASSWORD": "geheim",
        },
    )
    assert told.splitlines() == [
        'environment POSTDESK_DESKK__NAME: deskk: unknown table, did you mean "desk"?',
        "environment POSTDESK_DESK__FIRST_NUMBER: must be a whole number",
        'environment POSTDESK_DESK__NMAE: unknown key, did you mean "name"?',
        'environment POSTDESK_DESK__STALE: must be one of "warn", "hold"',
        "environment POSTDESK_IMAP__SHOP__HOST: imap.shop.user: is missing",
    ]


def test_a_value_cannot_smuggle_in_another_key(folder: Path) -> None:
    told = mistakes(MINIMAL, {"POSTDESK_DESK__NAME": '"x"\nfirst_number = 3'})
    assert told == "environment POSTDESK_DESK__NAME: must be one line without control characters"
