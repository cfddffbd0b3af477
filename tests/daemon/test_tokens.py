"""What the config says of tokens, for mailboxes and the relay, and where a login is kept."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_imap import FakeImap
from fake_relay import FakeRelay
from issuer import AWAY, SECRET, Issuer, granted
from shell import Shell

from postdesk.daemon.config import load
from postdesk.daemon.mailboxes import accounts
from postdesk.daemon.relay import RelayUnusable, relay
from postdesk.daemon.tokens import kept_at, tokens_of
from postdesk.mailbox.oauth import Tokens, read_refresh, write_refresh
from postdesk.mailbox.oauth_issuer import TokenTrouble
from postdesk.mailbox.submit import Deferred, Sent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DESK = '[desk]\naddress = "support@example.com"\n'
MAILBOX = DESK + '[imap.support]\nhost = "127.0.0.1"\ntls = "none"\nuser = "support"\n'
BY_CLIENT = """
auth = "oauth2"
client_id = "desk"
client_secret_file = "secret"
token_url = "{url}/token"
scope = "mail"
"""
LETTER = ("support@example.com", "petra@kunde.example", b"Subject: x\r\n\r\nhello\r\n", "<1@x.y>")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        yield server


class Desk:
    """A config in a folder, and a clock to move."""

    def __init__(self, folder: Path, text: str) -> None:
        (folder / "secret").write_text(SECRET)
        file = folder / "config.toml"
        file.write_text(text)
        self.config = load(file, {})
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def tokens(self, name: str = "support") -> Tokens:
        found = tokens_of(
            f"imap.{name}",
            self.config.imap[name],
            self.config.desk.state,
            base=self.config.base,
            now=self.now,
        )
        assert found is not None
        return found


def by_client(folder: Path, issuer: Issuer, more: str = "") -> Desk:
    return Desk(folder, MAILBOX + BY_CLIENT.format(url=issuer.url) + more)


def test_a_mailbox_with_a_password_has_no_tokens(tmp_path: Path) -> None:
    config = Desk(tmp_path, MAILBOX + 'password = "x"').config
    assert tokens_of("imap.support", config.imap["support"], tmp_path) is None
    ((account, _),) = accounts(config)
    assert (account.token, account.forget) == (None, None)
    assert account.password is not None and account.password() == "x"


def test_a_client_gets_a_token_by_what_the_config_says(tmp_path: Path, issuer: Issuer) -> None:
    assert by_client(tmp_path, issuer).tokens().access() == "access-1"
    assert issuer.asked == [
        (
            "/token",
            {
                "grant_type": "client_credentials",
                "client_id": "desk",
                "client_secret": SECRET,
                "scope": "mail",
            },
        )
    ]


def test_a_token_ends_by_the_clock_of_the_desk(tmp_path: Path, issuer: Issuer) -> None:
    issuer.replies = [granted("access-1"), granted("access-2")]
    desk = by_client(tmp_path, issuer)
    tokens = desk.tokens()
    assert tokens.access() == "access-1"
    desk.time += timedelta(minutes=58)
    assert tokens.access() == "access-1"
    desk.time += timedelta(minutes=2)
    assert tokens.access() == "access-2"


def test_a_login_is_kept_for_us_alone_in_the_state_folder(tmp_path: Path, issuer: Issuer) -> None:
    desk = by_client(tmp_path, issuer)
    keep = tmp_path / "var" / "tokens" / "support"
    write_refresh(keep, "refresh-1")
    issuer.replies = [granted(refresh_token="refresh-2")]
    desk.tokens().access()
    assert issuer.forms()[0]["refresh_token"] == "refresh-1"
    assert read_refresh(keep) == "refresh-2"
    assert keep.stat().st_mode & 0o777 == 0o600
    assert keep.parent.stat().st_mode & 0o777 == 0o700


def test_no_name_reaches_the_file_of_another(tmp_path: Path) -> None:
    names = ("relay", "imap.relay", "imap.a", "imap.a.new", "imap...", "imap.../x", "imap.Ä b")
    files = {kept_at(name, tmp_path) for name in names}
    assert len(files | {f.with_name(f"{f.name}.new") for f in files}) == 2 * len(names)
    assert {file.parent for file in files} == {tmp_path / "tokens"}
    assert not [file.name for file in files if file.name in ("", ".", "..")]


def test_a_secret_that_cannot_be_read_is_trouble_with_its_name(
    tmp_path: Path, issuer: Issuer
) -> None:
    desk = by_client(tmp_path, issuer)
    (tmp_path / "secret").unlink()
    with pytest.raises(TokenTrouble, match=r"imap\.support\.client_secret_file: cannot read"):
        desk.tokens().access()


def test_a_command_runs_beside_the_config(tmp_path: Path) -> None:
    words = shlex.join([sys.executable, "-c", "import os; print(os.getcwd())"])
    desk = Desk(tmp_path, f"{MAILBOX}auth = 'oauth2'\ntoken_command = '''{words}'''")
    assert desk.tokens().access() == str(tmp_path)


def test_all_folders_of_a_mailbox_share_a_token(tmp_path: Path, issuer: Issuer) -> None:
    issuer.replies = [granted("access-1"), granted("access-2")]
    desk = by_client(tmp_path, issuer, 'sent = "Sent"')
    inbox, sent = (account for account, _ in accounts(desk.config, desk.now))
    assert inbox.token and sent.token and sent.forget
    assert (inbox.token(), sent.token()) == ("access-1", "access-1")
    sent.forget()
    assert inbox.token() == "access-2"


# The relay


def relay_at(port: int, issuer: Issuer) -> str:
    url = f'[relay]\nurl = "smtp://me%40example.com@127.0.0.1:{port}"'
    return DESK + url + BY_CLIENT.format(url=issuer.url)


def test_the_relay_is_shown_a_token(tmp_path: Path, issuer: Issuer) -> None:
    logins = {"XOAUTH2": "user=me@example.com\1auth=Bearer access-1\1\1"}
    with FakeRelay(logins=logins) as fake:
        desk = Desk(tmp_path, relay_at(fake.port, issuer))
        with closing(relay(desk.config, desk.now)) as out:
            assert isinstance(out.send(*LETTER), Sent)
    assert len(fake.letters) == 1


def test_a_token_that_the_relay_refuses_is_fetched_anew_once(
    tmp_path: Path, issuer: Issuer
) -> None:
    issuer.replies = [granted(f"access-{n}") for n in (1, 2, 3, 4)]
    with FakeRelay(logins={"XOAUTH2": "user=me@example.com\1auth=Bearer access-2\1\1"}) as fake:
        config = Desk(tmp_path, relay_at(fake.port, issuer)).config
        with closing(relay(config)) as out:
            assert isinstance(out.send(*LETTER), Sent)
        fake.logins = {"XOAUTH2": "nobody"}
        with closing(relay(config)) as out:
            assert isinstance(out.send(*LETTER), Deferred)
    assert len(issuer.asked) == 4


def test_without_an_issuer_letters_wait(tmp_path: Path, issuer: Issuer) -> None:
    issuer.replies = [AWAY, granted()]
    logins = {"XOAUTH2": "user=me@example.com\1auth=Bearer access-1\1\1"}
    with FakeRelay(logins=logins) as fake:
        config = Desk(tmp_path, relay_at(fake.port, issuer)).config
        with closing(relay(config)) as out:
            verdict = out.send(*LETTER)
            assert isinstance(verdict, Deferred) and "answered 503" in verdict.why
            assert isinstance(out.send(*LETTER), Sent)


def test_a_relay_url_that_will_not_do_is_told(tmp_path: Path) -> None:
    config = Desk(tmp_path, f'{DESK}[relay]\nurl = "smtp://me@127.0.0.1"').config
    with pytest.raises(RelayUnusable, match="it names a user; give"):
        relay(config)


# What `check` says


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


BY_PERSON = """
auth = "oauth2"
client_id = "desk"
token_url = "{url}/token"
device_url = "{url}/device"
"""


def test_check_tells_who_has_to_log_in(shell: Shell, issuer: Issuer) -> None:
    by_person = BY_PERSON.format(url=issuer.url)
    with FakeImap(capabilities="IMAP4rev1 AUTH=XOAUTH2") as imap, FakeRelay() as fake:
        mailbox = MAILBOX.removeprefix(DESK) + f"port = {imap.port}{by_person}"
        out = f'[relay]\nurl = "smtp://me@127.0.0.1:{fake.port}"{by_person}'
        shell.file.write_text(shell.file.read_text() + mailbox + out)
        said = shell.types("check")
        assert said.code == 69
        assert "relay: nobody has logged in yet; run: postdesk login relay\n" in said.err
        assert "imap.support: nobody has logged in yet; run: postdesk login support\n" in said.err
        for name in ("relay", "support"):
            write_refresh(shell.folder / "var" / "tokens" / name, "refresh-1")
        fake.logins = {"XOAUTH2": "user=me\1auth=Bearer access-1\1\1"}
        said = shell.types("check")
    assert said.code == 0, said.err
    assert "imap.support: 0 mails in INBOX, 0 will be read" in said.out


def test_run_tells_a_relay_url_that_will_not_do(shell: Shell) -> None:
    shell.file.write_text(f'{shell.file.read_text()}[relay]\nurl = "smtp://me@127.0.0.1"\n')
    said = shell.types("once")
    assert said.code == 78
    assert said.err.startswith("postdesk: relay url: it names a user; give [relay] password_file")
