"""The poller's line to its server: logged in, waiting, lost, and what it says of troubles."""

import socket
import ssl
import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Any, cast

import pytest
from fake_imap import FakeImap
from imap_desk import MAIL, NOON, Desk, Kept, account_at

from postdesk.mailbox.imap_account import SecretError, Trouble
from postdesk.mailbox.oauth_issuer import IssuerAway, LoginNeeded, TokenTrouble
from postdesk.mailbox.poller import ROUND, Poller
from postdesk.mailbox.poller_line import dial, explain
from postdesk.mailbox.spool_trouble import SpoolError


def test_a_wrong_password_is_tried_seldom(imap: FakeImap) -> None:
    desk = Desk(imap, password=lambda: "wrong-secret")
    first = desk.trouble()
    assert first.kind == "login"
    assert "refused the login of support" in first.why
    assert "wrong-secret" not in first.why
    assert first.retry_in == timedelta(minutes=5)
    assert desk.trouble().retry_in == timedelta(minutes=10)
    imap.password = "wrong-secret"
    assert desk.step() == 0
    imap.hangs_up_at = "SELECT"
    assert desk.trouble().retry_in == timedelta(seconds=1)
    desk.poller.close()


def test_a_connection_lost_in_the_login_is_no_wrong_password(imap: FakeImap, desk: Desk) -> None:
    imap.hangs_up_at = "LOGIN"
    assert desk.trouble().kind == "connection"


def test_a_token_is_shown_instead_of_a_password(imap: FakeImap) -> None:
    imap.capabilities += " AUTH=XOAUTH2"
    desk = Desk(imap, password=None, token=lambda: "ya29.x")
    assert desk.step() == 0
    assert imap.proofs == [b"user=support\1auth=Bearer ya29.x\1\1"]
    desk.poller.close()


def proof(token: str) -> bytes:
    return f"user=support\1auth=Bearer {token}\1\1".encode()


def shows(imap: FakeImap, tokens: list[str]) -> Desk:
    """Shows the first token until it is to forget it, then the next."""
    imap.capabilities += " AUTH=XOAUTH2"
    return Desk(imap, password=None, token=lambda: tokens[0], forget=lambda: tokens.pop(0))


def test_a_token_that_is_refused_is_forgotten_and_another_is_shown(imap: FakeImap) -> None:
    imap.proof = proof("new")
    desk = shows(imap, ["void", "new", "spare"])
    assert desk.step() == 0
    assert imap.proofs == [proof("void"), proof("new")]
    desk.poller.close()


def test_a_second_refusal_is_login_trouble(imap: FakeImap) -> None:
    imap.proof = proof("another")
    desk = shows(imap, ["void", "new", "spare"])
    trouble = desk.trouble()
    assert (trouble.kind, trouble.retry_in) == ("login", timedelta(minutes=5))
    assert imap.proofs == [proof("void"), proof("new")]
    desk.poller.close()


def test_a_server_that_is_not_itself_makes_no_token_void(imap: FakeImap) -> None:
    imap.hangs_up_at = "AUTHENTICATE"
    tokens = ["good", "spare"]
    desk = shows(imap, tokens)
    assert desk.trouble().kind == "connection"
    assert tokens == ["good", "spare"]
    desk.poller.close()


@pytest.mark.parametrize(
    ("lack", "kind", "wait"),
    [
        (IssuerAway("imap.support: no token: it is down"), "connection", timedelta(seconds=1)),
        (LoginNeeded("run: postdesk login support"), "login", timedelta(seconds=30)),
    ],
)
def test_a_token_that_cannot_be_had_is_asked_for_again_soon(
    imap: FakeImap, lack: TokenTrouble, kind: str, wait: timedelta
) -> None:
    def token() -> str:
        raise lack

    desk = Desk(imap, password=None, token=token)
    trouble = desk.trouble()
    assert (trouble.kind, trouble.retry_in) == (kind, wait)
    assert str(lack) in trouble.why
    desk.poller.close()


def test_a_password_beyond_ascii_goes_by_plain(imap: FakeImap) -> None:
    imap.capabilities += " AUTH=PLAIN"
    desk = Desk(imap, password=lambda: "schlüssel")
    assert desk.step() == 0
    assert imap.proofs == ["\0support\0schlüssel".encode()]
    desk.poller.close()


def test_a_secret_that_cannot_be_had_is_login_trouble(imap: FakeImap) -> None:
    def lost() -> str:
        raise SecretError("secrets/imap cannot be read")

    desk = Desk(imap, password=lost)
    assert desk.trouble().kind == "login"
    desk.poller.close()


def when_idle(imap: FakeImap, act: Callable[[], object]) -> None:
    if imap.idle_began.wait(10):
        act()


def test_news_ends_the_waiting(imap: FakeImap, desk: Desk) -> None:
    desk.step()
    teller = threading.Thread(target=lambda: when_idle(imap, lambda: imap.arrive(MAIL, NOON)))
    teller.start()
    assert desk.poller.wait(60) is True
    teller.join()
    assert desk.step() == 1


def test_news_that_come_at_once_end_the_waiting_at_once(imap: FakeImap, desk: Desk) -> None:
    desk.step()
    imap.hasty = b"* 1 EXISTS\r\n"
    began = monotonic()
    assert desk.poller.wait(60) is True
    assert monotonic() - began < ROUND


def test_a_call_ends_the_waiting(imap: FakeImap, desk: Desk) -> None:
    desk.step()
    desk.poller.wake()
    assert desk.poller.wait(60) is True
    assert desk.poller.wait(0.01) is False
    desk.poller.wake()
    assert desk.poller.rest(60) is True
    assert desk.poller.rest(0) is False


def test_a_server_without_idle_is_asked_from_time_to_time(imap: FakeImap, desk: Desk) -> None:
    imap.capabilities = "IMAP4rev1 MOVE"
    desk.step()
    assert desk.poller.wait(0.01) is False
    desk.poller.wake()
    assert desk.poller.wait(60) is True
    assert "IDLE" not in imap.said


def test_a_server_that_falls_silent_is_left(imap: FakeImap) -> None:
    desk = Desk(imap, read_timeout=0.2)
    imap.deaf = True
    desk.step()
    silent = desk.poller.wait(60)
    assert isinstance(silent, Trouble)
    assert silent.kind == "connection"
    imap.deaf = False
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    desk.poller.close()


def test_a_server_that_dies_while_we_wait_is_noticed(imap: FakeImap, desk: Desk) -> None:
    desk.step()
    killer = threading.Thread(target=lambda: when_idle(imap, imap.hang_up))
    killer.start()
    assert isinstance(desk.poller.wait(60), Trouble)
    killer.join()
    assert desk.step() == 0


def test_nobody_at_home_is_waited_for_ever_longer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    poller = Poller(account_at(port), Kept(), now=lambda: NOON, chance=lambda: 0.0)
    waits = []
    for _ in range(3):
        turn = poller.step()
        assert isinstance(turn, Trouble)
        waits.append(turn.retry_in.total_seconds())
    assert waits == [1, 2, 4]
    poller.close()


def test_a_server_without_tls_is_not_trusted_with_a_password(imap: FakeImap) -> None:
    for tls in ("starttls", "implicit"):
        desk = Desk(imap, tls=tls, read_timeout=0.5)
        assert isinstance(desk.poller.step(), Trouble)
        desk.poller.close()
    assert not [said for said in imap.said if "LOGIN" in said]


def test_the_connection_is_made_to_be_quick(imap: FakeImap) -> None:
    client = cast("Any", dial(account_at(imap.port)))
    assert client._imap.debug == 0
    assert client.socket().getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    client.shutdown()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (ssl.SSLCertVerificationError(), "tls", "the certificate of 127.0.0.1:1 is not trusted"),
        (ssl.SSLError("wrong version number"), "tls", "does not speak TLS"),
        (ssl.SSLEOFError("eof"), "connection", "no connection"),
        (TimeoutError("timed out"), "connection", "no connection to 127.0.0.1:1: timed out"),
        (ConnectionResetError(), "connection", "ConnectionResetError"),
        (SpoolError("disk full"), "spool", "disk full"),
        (OSError("bad\r\n\x1b[31mwords" + "x" * 999), "connection", "bad   [31mwords"),
    ],
)
def test_troubles_are_told_in_words(error: Exception, kind: str, words: str) -> None:
    told, why = explain(account_at(1), error)
    assert told == kind
    assert words in why
    assert len(why) < 300
    assert why.isprintable()
