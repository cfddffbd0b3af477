"""login: a person logs in once, and what comes of it is kept and shown to work."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from fake_imap import FakeImap
from fake_relay import FakeRelay
from issuer import Issuer, Reply, granted, refused
from shell import Shell

from postdesk.mailbox.oauth import read_refresh

PROOF = b"user=support\1auth=Bearer access-2\1\1"
TOKENS = """
auth = "oauth2"
client_id = "desk"
token_url = "{url}/token"
scope = "mail"
"""
MAILBOX = """
[imap.support]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "support"
"""
RELAY = """
[relay]
url = "smtp://me%40example.com@127.0.0.1:{port}"
"""
BEGUN: Reply = (
    200,
    {
        "device_code": "device-1",
        "user_code": "ABCD-EFGH",
        "verification_uri": "https://login.example/device",
        "interval": 0.01,
    },
)
LOGGED_IN = granted(refresh_token="refresh-1")


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        yield server


@pytest.fixture
def imap() -> Iterator[FakeImap]:
    with FakeImap(capabilities="IMAP4rev1 AUTH=XOAUTH2", proof=PROOF) as server:
        yield server


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def has(shell: Shell, table: str, more: str = "") -> Shell:
    shell.file.write_text(f"{shell.file.read_text()}{table}{more}\n")
    return shell


def by_device(shell: Shell, table: str, issuer: Issuer) -> Shell:
    return has(shell, table + TOKENS.format(url=issuer.url), f'device_url = "{issuer.url}/device"')


def test_a_person_logs_in_and_the_mailbox_can_be_read(
    shell: Shell, issuer: Issuer, imap: FakeImap
) -> None:
    by_device(shell, MAILBOX.format(port=imap.port), issuer)
    issuer.replies = [BEGUN, refused("authorization_pending"), LOGGED_IN, granted("access-2")]
    said = shell.types("login", "support")
    assert (said.code, said.err) == (0, "")
    keep = shell.folder / "var" / "tokens" / "support"
    assert said.out.splitlines() == [
        "imap.support: please log in as support",
        "Open https://login.example/device in any browser and enter the code ABCD-EFGH",
        f"imap.support: the login is kept in {keep}",
        "imap.support: logged in as support; 0 mails in INBOX, 0 will be read",
        "A daemon that runs takes it up at its next try.",
    ]
    assert read_refresh(keep) == "refresh-1"
    assert keep.stat().st_mode & 0o777 == 0o600
    assert issuer.forms()[-1]["refresh_token"] == "refresh-1"
    assert imap.proofs == [PROOF]


def test_a_person_logs_in_for_the_relay(shell: Shell, issuer: Issuer) -> None:
    logins = {"XOAUTH2": "user=me@example.com\1auth=Bearer access-2\1\1"}
    issuer.replies = [BEGUN, LOGGED_IN, granted("access-2")]
    with FakeRelay(logins=logins) as fake:
        by_device(shell, RELAY.format(port=fake.port), issuer)
        said = shell.types("login", "relay")
    assert said.code == 0, said.err
    assert "relay: please log in as me@example.com\n" in said.out
    assert f"relay: logged in as me@example.com; 127.0.0.1:{fake.port} is ready\n" in said.out
    assert read_refresh(shell.folder / "var" / "tokens" / "relay") == "refresh-1"
    assert fake.letters == []


def test_a_browser_on_this_machine_brings_the_login(
    shell: Shell, issuer: Issuer, imap: FakeImap
) -> None:
    table = MAILBOX.format(port=imap.port) + TOKENS.format(url=issuer.url)
    has(shell, table, 'authorize_url = "https://login.example/authorize"')
    issuer.replies = [LOGGED_IN, granted("access-2")]
    words = [sys.executable, "-m", "postdesk", "--config", str(shell.file), "login", "support"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as typed:
        assert typed.stdout is not None
        page = next(line for line in typed.stdout if line.startswith("Open this page"))
        _comes_back(page.split()[-1])
        rest = typed.stdout.read()
    assert typed.returncode == 0
    assert "imap.support: logged in as support; 0 mails in INBOX" in rest
    assert read_refresh(shell.folder / "var" / "tokens" / "support") == "refresh-1"


def _comes_back(page: str) -> None:
    """What a browser does once somebody has logged in on the page."""
    fields = {key: values[0] for key, values in parse_qs(urlsplit(page).query).items()}
    assert fields["login_hint"] == "support"
    home = fields["redirect_uri"].replace("localhost", "127.0.0.1")
    open_ = build_opener(ProxyHandler({})).open
    with open_(f"{home}/?code=code-1&state={fields['state']}", timeout=10) as answer:
        assert b"You are logged in" in answer.read()


def test_a_port_that_another_has_is_told(shell: Shell, issuer: Issuer, imap: FakeImap) -> None:
    table = MAILBOX.format(port=imap.port) + TOKENS.format(url=issuer.url)
    has(shell, table, 'authorize_url = "https://login.example/authorize"')
    said = shell.types("login", "support", "--port", str(imap.port))
    assert said.code == 69
    assert f"imap.support: cannot wait for the browser on port {imap.port}: Address" in said.err


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ([BEGUN, refused("access_denied", "not you")], "refuses the login: access_denied: not you"),
        ([refused("invalid_client")], "refuses the login: invalid_client"),
        ([BEGUN, granted()], "the login gave no refresh token; Microsoft wants offline_access"),
        ([(503, b"")], "answered 503 without JSON"),
    ],
)
def test_a_login_that_fails_leaves_nothing(
    shell: Shell, issuer: Issuer, imap: FakeImap, replies: list[Reply], told: str
) -> None:
    by_device(shell, MAILBOX.format(port=imap.port), issuer)
    issuer.replies = replies
    said = shell.types("login", "support")
    assert said.code == 69
    assert told in said.err and said.err.startswith("postdesk: imap.support: ")
    assert list((shell.folder / "var" / "tokens").iterdir()) == []
    assert imap.proofs == []


def test_the_login_of_somebody_else_is_seen_at_once(
    shell: Shell, issuer: Issuer, imap: FakeImap
) -> None:
    imap.proof = b"another"
    by_device(shell, MAILBOX.format(port=imap.port), issuer)
    issuer.replies = [BEGUN, LOGGED_IN, granted("access-2")]
    said = shell.types("login", "support")
    assert said.code == 69
    assert "refused the login of support: " in said.err
    assert "was it support who logged in, and does scope allow for it?" in said.err


def test_a_relay_that_refuses_the_login_is_told(shell: Shell, issuer: Issuer) -> None:
    issuer.replies = [BEGUN, LOGGED_IN, granted("access-2")]
    with FakeRelay(logins={"XOAUTH2": "another"}) as fake:
        by_device(shell, RELAY.format(port=fake.port), issuer)
        said = shell.types("login", "relay")
    assert said.code == 69
    assert "535 5.7.8 wrong password; was it me@example.com who logged in" in said.err


def test_a_state_folder_that_is_no_folder_is_told_before_a_person_logs_in(
    shell: Shell, issuer: Issuer, imap: FakeImap
) -> None:
    by_device(shell, MAILBOX.format(port=imap.port), issuer)
    (shell.folder / "var").write_text("")
    said = shell.types("login", "support")
    assert said.code == 69
    assert "the folder must be there and belong to the user that runs postdesk" in said.err
    assert issuer.asked == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('password = "x"', 'it logs in by password; for tokens write auth = "oauth2"'),
        ('auth = "oauth2"\ntoken_command = "token"', "token_command prints its tokens"),
        (
            TOKENS.format(url="https://login.example") + 'client_secret = "x"',
            "it logs in by its client_secret; for a person write device_url or authorize_url",
        ),
    ],
)
def test_where_nobody_needs_to_log_in_that_is_told(shell: Shell, more: str, told: str) -> None:
    said = has(shell, MAILBOX.format(port=1), more).types("login", "support")
    assert said.code == 78
    assert f"imap.support: nobody needs to log in: {told}" in said.err
    assert not (shell.folder / "var").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["suport"], 'there is no mailbox "suport", did you mean "support"?'),
        (["x"], 'there is no mailbox "x"; known are: support, relay'),
        ([], "the following arguments are required: MAILBOX"),
        (["support", "--port", "70000"], '"70000" is no port; the highest is 65535'),
    ],
)
def test_a_command_that_is_written_wrongly(shell: Shell, words: list[str], told: str) -> None:
    said = has(shell, MAILBOX.format(port=1), 'password = "x"').types("login", *words)
    assert said.code == 64
    assert told in said.err


def test_a_broken_config_is_told(shell: Shell) -> None:
    assert has(shell, MAILBOX.format(port=1)).types("login", "support").code == 78
