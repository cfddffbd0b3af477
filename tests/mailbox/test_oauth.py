"""Access tokens from an authorization server of our own, and every way it can go wrong."""

import logging
import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from issuer import SECRET, Issuer, Reply, granted, refused

from postdesk.mailbox.imap_account import SecretError
from postdesk.mailbox.oauth import Tokens, read_refresh, write_refresh, xoauth2
from postdesk.mailbox.oauth_issuer import IssuerAway, LoginNeeded, Settings, TokenTrouble
from postdesk.mailbox.oauth_login import device_login, loopback_login


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        yield server


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_client_with_a_secret_gets_a_token_by_itself(issuer: Issuer) -> None:
    assert Tokens(issuer.settings(scope="mail all")).access() == "access-1"
    assert issuer.asked == [
        (
            "/token",
            {
                "grant_type": "client_credentials",
                "client_id": "desk",
                "client_secret": SECRET,
                "scope": "mail all",
            },
        )
    ]


def test_a_token_is_used_until_a_minute_before_its_end(issuer: Issuer) -> None:
    issuer.replies = [granted("access-1", expires_in="600"), granted("access-2")]
    clock = Clock()
    tokens = Tokens(issuer.settings(), clock=clock)
    assert tokens.access() == "access-1"
    clock.seconds += 539
    assert tokens.access() == "access-1"
    clock.seconds += 1
    assert tokens.access() == "access-2"
    assert len(issuer.asked) == 2


def test_a_token_of_untold_life_lives_five_minutes(issuer: Issuer) -> None:
    issuer.replies = [(200, {"access_token": "access-1"}), granted("access-2")]
    clock = Clock()
    tokens = Tokens(issuer.settings(), clock=clock)
    tokens.access()
    clock.seconds += 239
    assert tokens.access() == "access-1"
    clock.seconds += 2
    assert tokens.access() == "access-2"


def test_a_token_that_the_server_refused_is_fetched_anew(issuer: Issuer) -> None:
    issuer.replies = [granted("access-1"), granted("access-2")]
    tokens = Tokens(issuer.settings())
    tokens.access()
    tokens.forget()
    assert tokens.access() == "access-2"


def test_many_threads_ask_the_issuer_once(issuer: Issuer) -> None:
    tokens = Tokens(issuer.settings())
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(tokens.access())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["access-1"] * 10
    assert len(issuer.asked) == 1


def test_a_login_that_was_kept_is_used(issuer: Issuer, tmp_path: Path) -> None:
    keep = tmp_path / "logins" / "support"
    write_refresh(keep, "refresh-1")
    assert Tokens(issuer.settings(scope="mail"), keep).access() == "access-1"
    form = issuer.forms()[0]
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "refresh-1")
    assert "scope" not in form


def test_a_rotated_login_is_kept_for_us_alone(issuer: Issuer, tmp_path: Path) -> None:
    keep = tmp_path / "support"
    write_refresh(keep, "refresh-1")
    issuer.replies = [granted(refresh_token="refresh-2"), granted("access-2")]
    tokens = Tokens(issuer.settings(), keep)
    tokens.access()
    assert read_refresh(keep) == "refresh-2"
    assert keep.stat().st_mode & 0o777 == 0o600
    tokens.forget()
    tokens.access()
    assert issuer.forms()[1]["refresh_token"] == "refresh-2"
    assert [path.name for path in tmp_path.iterdir()] == ["support"]


def test_a_login_that_cannot_be_written_is_used_and_written_later(
    issuer: Issuer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep = tmp_path / "support"
    write_refresh(keep, "refresh-1")
    (tmp_path / "support.new").mkdir()  # in the way
    issuer.replies = [granted(refresh_token="refresh-2"), granted("access-2")]
    tokens = Tokens(issuer.settings(), keep)
    assert tokens.access() == "access-1"
    assert "cannot keep the login" in caplog.text
    (tmp_path / "support.new").rmdir()
    tokens.forget()
    assert tokens.access() == "access-2"
    assert issuer.forms()[1]["refresh_token"] == "refresh-2"
    assert read_refresh(keep) == "refresh-2"


def test_without_a_login_the_admin_is_told_what_to_do(issuer: Issuer, tmp_path: Path) -> None:
    settings = issuer.settings(device_url=f"{issuer.url}/device")
    with pytest.raises(LoginNeeded, match="nobody has logged in yet; run: postdesk login support"):
        Tokens(settings, tmp_path / "support").access()
    assert issuer.asked == []


@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ((503, b""), True),
        ((500, {"message": "sorry"}), True),
        (refused("temporarily_unavailable"), True),
        (refused("invalid_client"), False),
        (refused("invalid_scope"), False),
    ],
)
def test_what_passes_by_itself_is_told_apart(issuer: Issuer, reply: Reply, passes: bool) -> None:
    issuer.replies = [reply]
    with pytest.raises(TokenTrouble) as trouble:
        Tokens(issuer.settings()).access()
    assert isinstance(trouble.value, IssuerAway) == passes


def test_a_login_that_ended_asks_for_a_new_one(issuer: Issuer, tmp_path: Path) -> None:
    keep = tmp_path / "support"
    write_refresh(keep, "refresh-1")
    issuer.replies = [refused("invalid_grant", "the token refresh-1 was revoked")]
    with pytest.raises(LoginNeeded) as trouble:
        Tokens(issuer.settings(), keep).access()
    assert "invalid_grant: the token ... was revoked; run: postdesk login" in str(trouble.value)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (refused("invalid_client", f"bad secret {SECRET}"), "invalid_client: bad secret ..."),
        (refused("invalid_scope"), "gives no token: invalid_scope"),
        ((500, {"message": "sorry"}), "gives no token: HTTP 500"),
        ((503, b"<html>sorry</html>"), "answered 503 without JSON"),
        ((200, b"access_token=x"), "answered 200 without JSON"),
        ((200, b"[" * 60_000), "answered 200 without JSON"),
        ((200, b'["access_token"]'), "answered 200 without JSON"),
        ((200, {}), "gave no usable token"),
        ((200, {"access_token": 17}), "gave no usable token"),
        ((200, {"access_token": "a b"}), "gave no usable token"),
        ((200, {"access_token": "a\r\nb"}), "gave no usable token"),
        ((200, {"access_token": "x" * 20_000}), "gave no usable token"),
        (granted(token_type="mac"), "gave no usable token"),
        ((302, b""), "answered 302 without JSON"),
        ((307, b""), "answered 307 without JSON"),
    ],
)
def test_what_is_no_token_is_told_in_a_sentence(issuer: Issuer, reply: Reply, words: str) -> None:
    issuer.replies = [reply]
    with pytest.raises(TokenTrouble) as trouble:
        Tokens(issuer.settings()).access()
    assert words in str(trouble.value)
    assert str(trouble.value).startswith("imap.support: ")
    assert SECRET not in str(trouble.value)
    assert [path for path, _ in issuer.asked] == ["/token"]  # a secret follows no redirect


def test_trouble_is_what_poller_and_relay_expect(issuer: Issuer) -> None:
    issuer.replies = [refused("invalid_client")]
    with pytest.raises(SecretError):
        Tokens(issuer.settings()).access()
    with pytest.raises(OSError, match="invalid_client"):
        Tokens(issuer.settings()).access()


def test_an_issuer_that_is_down_is_trouble_and_passes(issuer: Issuer) -> None:
    with Issuer() as closed:
        down = closed.settings()
    with pytest.raises(IssuerAway, match="Connection refused"):
        Tokens(down).access()
    tokens = Tokens(issuer.settings())
    issuer.replies = [(503, b""), granted()]
    with pytest.raises(TokenTrouble):
        tokens.access()
    assert tokens.access() == "access-1"


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example/token",
        "http://127.0.0.1.example/token",
        "http://127.0.0.1@login.example/token",
        "https://desk:word@login.example/token",
        "file:///etc/passwd",
        "ftp://127.0.0.1/token",
        "https://",
        "http://[::1",
        "token",
        "",
    ],
)
def test_tokens_travel_by_https_only(issuer: Issuer, url: str) -> None:
    with pytest.raises(TokenTrouble, match="is no https URL"):
        Tokens(replace(issuer.settings(), token_url=url)).access()


def test_nothing_secret_is_logged_or_shown(
    issuer: Issuer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keep = tmp_path / "support"
    write_refresh(keep, "refresh-1")
    issuer.replies = [granted(refresh_token="refresh-2")]
    settings = issuer.settings()
    tokens = Tokens(settings, keep)
    tokens.access()
    shown = f"{tokens!r} {settings!r} {caplog.text}"
    assert not [one for one in (SECRET, "access-1", "refresh-1", "refresh-2") if one in shown]


def printing(code: str) -> Settings:
    words = [sys.executable, "-c", code]
    return Settings("relay", token_command=shlex.join(words))


def test_a_command_prints_the_token() -> None:
    assert Tokens(printing("print('access-9'); print('expires soon')")).access() == "access-9"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (printing("raise SystemExit('not logged in')"), "failed with 1: not logged in"),
        (printing("print('two words')"), "printed no token"),
        (printing("pass"), "printed no token"),
        (Settings("relay", token_command="/no/such/command"), "No such file or directory"),
        (Settings("relay", token_command="'unfinished"), "it is not a command"),
        (Settings("relay", token_command=" "), "it is not a command"),
    ],
)
def test_a_command_that_fails_is_told(settings: Settings, words: str) -> None:
    with pytest.raises(TokenTrouble) as trouble:
        Tokens(settings).access()
    assert words in str(trouble.value)


def test_a_command_runs_in_the_folder_of_the_config(tmp_path: Path) -> None:
    settings = replace(printing("import os; print(os.getcwd())"), folder=tmp_path)
    assert Tokens(settings).access() == str(tmp_path)


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with pytest.raises(TokenTrouble):
        Tokens(Settings("relay", token_command=f"false; touch {made}")).access()
    assert not made.exists()


def test_a_login_file_that_holds_something_else_is_told(tmp_path: Path) -> None:
    keep = tmp_path / "support"
    keep.write_text("two words\n")
    with pytest.raises(TokenTrouble, match="holds no refresh token"):
        read_refresh(keep)
    with pytest.raises(TokenTrouble, match="cannot read"):
        read_refresh(tmp_path)


def test_xoauth2_is_one_line_of_its_own_form() -> None:
    expected = "user=support@example.com\1auth=Bearer access-1\1\1"
    assert xoauth2("support@example.com", "access-1") == expected


@pytest.mark.parametrize(("user", "token"), [("a\1auth=b", "x"), ("a", "x\r\n"), ("a\0", "x")])
def test_xoauth2_takes_no_control_codes(user: str, token: str) -> None:
    with pytest.raises(ValueError, match="control code"):
        xoauth2(user, token)


# Device code

BEGUN: Reply = (
    200,
    {
        "device_code": "device-1",
        "user_code": "ABCD-EFGH",
        "verification_uri": "https://login.example/device",
        "expires_in": 100,
        "interval": 7,
    },
)


def by_device(issuer: Issuer) -> tuple[str, list[str], list[float]]:
    said: list[str] = []
    waited: list[float] = []
    settings = issuer.settings(device_url=f"{issuer.url}/device", scope="mail offline_access")
    return device_login(settings, said.append, waited.append), said, waited


def test_a_person_enters_a_code_and_the_login_is_ours(issuer: Issuer) -> None:
    issuer.replies = [
        BEGUN,
        refused("authorization_pending"),
        refused("slow_down"),
        granted(refresh_token="refresh-1"),
    ]
    token, said, waited = by_device(issuer)
    assert token == "refresh-1"
    assert said == ["Open https://login.example/device in any browser and enter the code ABCD-EFGH"]
    assert waited == [7, 7, 12]
    assert [path for path, _ in issuer.asked] == ["/device", "/token", "/token", "/token"]
    assert issuer.forms()[0]["scope"] == "mail offline_access"
    assert issuer.forms()[1]["device_code"] == "device-1"


@pytest.mark.parametrize(
    ("replies", "words"),
    [
        ([BEGUN, refused("authorization_pending")], "nobody entered the code in time"),
        ([BEGUN, refused("expired_token")], "nobody entered the code in time"),
        ([BEGUN, refused("access_denied", "not for device-1")], "access_denied: not for ..."),
        ([BEGUN, granted()], "no refresh token; Microsoft wants offline_access"),
        ([refused("invalid_client")], "refuses the login: invalid_client"),
        ([(200, {"device_code": "x"})], "refuses the login: no code"),
        ([(404, b"")], "answered 404 without JSON"),
    ],
)
def test_a_login_by_device_that_fails_is_told(
    issuer: Issuer, replies: list[Reply], words: str
) -> None:
    issuer.replies = replies
    with pytest.raises(TokenTrouble) as trouble:
        by_device(issuer)
    assert words in str(trouble.value)


# A page of our own


def by_page(issuer: Issuer, browser: Callable[[str], None]) -> str:
    threads: list[threading.Thread] = []

    def say(line: str) -> None:
        thread = threading.Thread(target=browser, args=(line.rpartition(" ")[2],))
        thread.start()
        threads.append(thread)

    settings = replace(
        issuer.settings(authorize_url="https://login.example/authorize", scope="mail"),
        user="support@example.com",
    )
    try:
        return loopback_login(settings, say, patience=20)
    finally:
        for thread in threads:
            thread.join()


def visit(url: str) -> None:
    opener = build_opener(ProxyHandler({}))
    try:
        opener.open(url, timeout=10).close()
    except OSError as error:
        close = getattr(error, "close", None)
        if close:
            close()


def test_a_browser_brings_the_code_and_the_login_is_ours(issuer: Issuer) -> None:
    pages: list[dict[str, str]] = []

    def browser(page: str) -> None:
        assert page.startswith("https://login.example/authorize?")
        fields = {key: values[0] for key, values in parse_qs(urlsplit(page).query).items()}
        pages.append(fields)
        home = fields["redirect_uri"].replace("localhost", "127.0.0.1")
        visit(f"{home}/favicon.ico")
        visit(f"{home}/?code=forged&state=guessed")
        visit(f"{home}/?code=code-1&state={fields['state']}")

    issuer.replies = [granted(refresh_token="refresh-1")]
    assert by_page(issuer, browser) == "refresh-1"
    page, form = pages[0], issuer.forms()[0]
    assert (page["client_id"], page["scope"]) == ("desk", "mail")
    assert page["login_hint"] == "support@example.com"
    assert page["code_challenge_method"] == "S256"
    assert (form["grant_type"], form["code"]) == ("authorization_code", "code-1")
    assert form["redirect_uri"] == page["redirect_uri"]
    assert len(form["code_verifier"]) >= 43


def test_a_login_refused_in_the_browser_is_told(issuer: Issuer) -> None:
    def browser(page: str) -> None:
        fields = parse_qs(urlsplit(page).query)
        home = fields["redirect_uri"][0].replace("localhost", "127.0.0.1")
        visit(f"{home}/?error=access_denied&state={fields['state'][0]}")

    with pytest.raises(TokenTrouble, match="the login was refused: access_denied"):
        by_page(issuer, browser)
    assert issuer.asked == []


def test_a_browser_that_never_comes_is_not_waited_for(issuer: Issuer) -> None:
    settings = issuer.settings(authorize_url="https://login.example/authorize")
    with pytest.raises(TokenTrouble, match="nobody logged in within"):
        loopback_login(settings, lambda line: None, patience=0.05)
