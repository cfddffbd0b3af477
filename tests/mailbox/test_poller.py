"""The poller against a server of ours that has every fault a real one may have."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from fake_imap import FakeImap

from postdesk.mailbox.imap_account import Account, Baseline, SecretError, Survey, Trouble
from postdesk.mailbox.poller import Poller, dial, explain
from postdesk.mailbox.spool_trouble import SpoolError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MAIL = b"From: petra@kunde.example\r\nSubject: Drucker\r\n\r\nEr druckt nicht.\r\n"


@dataclass
class Kept:
    """Our rows, in memory; ``said`` is the server's list, so that the order of both is seen."""

    said: list[str] = field(default_factory=list)
    mails: dict[str, bytes] = field(default_factory=dict)
    arrived: dict[str, datetime] = field(default_factory=dict)
    began: Baseline | None = None
    full: bool = False

    def put(self, raw: bytes, *, unique: str, arrived: datetime) -> "Future[str]":
        promise: Future[str] = Future()
        if self.full:
            promise.set_exception(SpoolError("no room on /var"))
            return promise
        self.said.append(f"kept {unique}")
        self.mails[unique] = raw
        self.arrived[unique] = arrived
        promise.set_result(unique)
        return promise

    def seen(self, unique: str) -> bool:
        return unique in self.mails

    def baseline(self, box: str) -> Baseline | None:
        return self.began

    def begin(self, box: str, baseline: Baseline) -> None:
        self.began = baseline


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with FakeImap() as running:
        yield running


class Desk:
    """A poller on the fake server, closed and opened again at will."""

    def __init__(self, server: FakeImap, **changes: Any) -> None:
        self.kept = Kept(server.said)
        self.account = account_at(server.port, **changes)
        self.poller = self._open()

    def _open(self) -> Poller:
        return Poller(self.account, self.kept, now=lambda: NOON, chance=lambda: 0.0)

    def restart(self) -> None:
        self.poller.close()
        self.poller = self._open()

    def step(self) -> int:
        """A turn without trouble."""
        turn = self.poller.step()
        assert isinstance(turn, int), turn
        return turn

    def trouble(self) -> Trouble:
        """A turn with trouble."""
        turn = self.poller.step()
        assert isinstance(turn, Trouble)
        return turn


def account_at(port: int, **changes: Any) -> Account:
    known = Account(
        "support", "127.0.0.1", "support", lambda: "right", port=port, tls="none", read_timeout=5
    )
    return replace(known, **changes)


@pytest.fixture
def desk(server: FakeImap) -> Iterator[Desk]:
    made = Desk(server)
    yield made
    made.poller.close()


@pytest.fixture
def quiet_desk(server: FakeImap) -> Iterator[Desk]:
    """A desk that leaves mails where they are."""
    made = Desk(server, done="")
    yield made
    made.poller.close()


def test_a_mail_is_kept_before_it_is_moved(server: FakeImap, desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert desk.kept.mails == {"support:INBOX:7:1": MAIL}
    assert desk.kept.arrived == {"support:INBOX:7:1": NOON}
    assert server.folders == {"Processed": [MAIL]}
    assert server.inbox == {}
    order = [said.split()[0] for said in server.said if said.startswith(("kept", "UID MOVE"))]
    assert order == ["kept", "UID"]


def test_what_people_have_read_or_not_is_left_alone(server: FakeImap, desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    desk.step()
    spoken = " ".join(server.said)
    assert "BODY.PEEK[]" in spoken
    assert "BODY[]" not in spoken
    assert "STORE" not in spoken


def test_a_mail_that_cannot_be_kept_stays_on_the_server(server: FakeImap, desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    desk.kept.full = True
    trouble = desk.trouble()
    assert (trouble.kind, trouble.why) == ("spool", "no room on /var")
    assert list(server.inbox) == [1]
    desk.kept.full = False
    assert desk.step() == 1
    assert server.inbox == {}


@pytest.mark.parametrize("cut", [0, 1, len(MAIL) // 2, -1])
def test_a_mail_cut_off_on_the_way_is_fetched_again(server: FakeImap, desk: Desk, cut: int) -> None:
    server.arrive(MAIL, NOON)
    server.cut = cut
    assert desk.trouble().kind == "connection"
    assert desk.kept.mails == {}
    assert list(server.inbox) == [1]
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_mail_whose_move_was_cut_off_is_moved_later(
    server: FakeImap, desk: Desk, restarted: bool
) -> None:
    for _ in range(60):  # more than a batch
        server.arrive(MAIL, NOON)
    server.hangs_up_at = "MOVE"
    assert desk.trouble().retry_in == timedelta(seconds=1)
    assert len(server.inbox) == 60
    server.hangs_up_at = ""
    if restarted:
        desk.restart()
    assert desk.step() == (60 if restarted else 10)
    assert len(desk.kept.mails) == 60
    assert len(server.folders["Processed"]) == 60


def test_a_body_shorter_than_its_size_is_not_kept(server: FakeImap, desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    server.short = 1
    assert desk.step() == 0
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL]


def test_a_server_that_always_counts_wrong_is_believed(server: FakeImap, desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    server.short = 2
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL[:-1]]


def test_a_mail_that_cannot_be_fetched_is_told_and_stops_no_other(
    server: FakeImap, desk: Desk
) -> None:
    server.mute_uids = {server.arrive(MAIL, NOON)}
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert list(desk.poller.drift) == [1]
    server.mute_uids = set()
    assert desk.step() == 1
    assert not desk.poller.drift


def test_a_wrong_password_is_tried_seldom(server: FakeImap) -> None:
    desk = Desk(server, password=lambda: "wrong-secret")
    first = desk.trouble()
    assert first.kind == "login"
    assert "refused the login of support" in first.why
    assert "wrong-secret" not in first.why
    assert first.retry_in == timedelta(minutes=5)
    assert desk.trouble().retry_in == timedelta(minutes=10)
    server.password = "wrong-secret"
    assert desk.step() == 0
    server.hangs_up_at = "SELECT"
    assert desk.trouble().retry_in == timedelta(seconds=1)
    desk.poller.close()


def test_a_connection_lost_in_the_login_is_no_wrong_password(server: FakeImap, desk: Desk) -> None:
    server.hangs_up_at = "LOGIN"
    assert desk.trouble().kind == "connection"


def test_a_token_is_shown_instead_of_a_password(server: FakeImap) -> None:
    server.capabilities += " AUTH=XOAUTH2"
    desk = Desk(server, password=None, token=lambda: "ya29.x")
    assert desk.step() == 0
    assert server.proofs == [b"user=support\1auth=Bearer ya29.x\1\1"]
    desk.poller.close()


def test_a_password_beyond_ascii_goes_by_plain(server: FakeImap) -> None:
    server.capabilities += " AUTH=PLAIN"
    desk = Desk(server, password=lambda: "schlüssel")
    assert desk.step() == 0
    assert server.proofs == ["\0support\0schlüssel".encode()]
    desk.poller.close()


def test_a_secret_that_cannot_be_had_is_login_trouble(server: FakeImap) -> None:
    def lost() -> str:
        raise SecretError("secrets/imap cannot be read")

    desk = Desk(server, password=lost)
    assert desk.trouble().kind == "login"
    desk.poller.close()


def test_a_server_that_counts_anew_is_read_again(server: FakeImap, quiet_desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    assert quiet_desk.step() == 1
    server.uidvalidity = 8
    assert quiet_desk.step() == 1
    assert quiet_desk.step() == 0
    assert list(quiet_desk.kept.mails) == ["support:INBOX:7:1", "support:INBOX:8:1"]
    assert quiet_desk.kept.began == Baseline(8, 2, NOON - 3 * DAY)


def test_only_young_mail_is_read_at_the_first_poll(
    server: FakeImap, quiet_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for age in (400, 30, 4, 3, 2, 0):
        server.arrive(MAIL, NOON - age * DAY)
    assert quiet_desk.poller.survey() == Survey("INBOX", 6, 3)
    assert quiet_desk.kept.began is None
    assert quiet_desk.step() == 3
    assert "6 mails in INBOX, 3 will be read" in caplog.text
    assert quiet_desk.step() == 0


def test_what_comes_after_the_first_poll_is_read_however_old(
    server: FakeImap, quiet_desk: Desk
) -> None:
    server.arrive(MAIL, NOON - 30 * DAY)
    assert quiet_desk.step() == 0
    server.arrive(MAIL, NOON - 30 * DAY)
    quiet_desk.restart()
    assert quiet_desk.step() == 1
    assert list(quiet_desk.kept.mails) == ["support:INBOX:7:2"]


def test_all_means_all(server: FakeImap) -> None:
    desk = Desk(server, since=None, done="")
    server.arrive(MAIL, NOON - 4000 * DAY)
    assert desk.step() == 1
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert desk.step() == 0
    desk.poller.close()


def test_a_mail_that_is_left_in_place_is_read_once(server: FakeImap, quiet_desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    assert quiet_desk.step() == 1
    quiet_desk.restart()
    assert quiet_desk.step() == 0
    assert list(server.inbox) == [1]
    assert sum(said.startswith("kept") for said in server.said) == 1


def test_a_mail_over_the_limit_is_left_and_told(
    server: FakeImap, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(server, max_size=len(MAIL))
    server.arrive(MAIL + b"!", NOON)
    server.arrive(MAIL, NOON)
    assert desk.poller.survey() == Survey("INBOX", 2, 1, too_large=1)
    assert desk.step() == 1
    assert list(server.inbox) == [1]
    assert "more than allowed; it is left on the server" in caplog.text
    assert desk.step() == 0
    assert not desk.poller.drift
    desk.poller.close()


@pytest.mark.parametrize("extra", ["UIDPLUS", ""])
def test_a_server_without_move_is_served_too(server: FakeImap, extra: str) -> None:
    server.capabilities = f"IMAP4rev1 {extra}"
    desk = Desk(server)
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    desk.restart()
    assert desk.step() == 0
    assert server.folders == {"Processed": [MAIL]}
    assert all(mail.deleted for mail in server.inbox.values())
    assert len(server.inbox) == (0 if extra else 1)
    desk.poller.close()


def test_a_server_with_a_prefix_gets_its_folder_below_it(server: FakeImap, desk: Desk) -> None:
    server.prefix = "INBOX."
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert server.folders == {"INBOX.Processed": [MAIL]}


def test_a_move_that_is_refused_stops_no_other_mail(server: FakeImap, desk: Desk) -> None:
    server.refuses = "MOVE"
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert list(desk.poller.drift) == [1]
    assert len(desk.kept.mails) == 2
    server.refuses = ""
    desk.restart()
    desk.step()
    assert server.inbox == {}
    assert not desk.poller.drift


def when_idle(server: FakeImap, act: Callable[[], object]) -> None:
    if server.idle_began.wait(10):
        act()


def test_news_ends_the_waiting(server: FakeImap, desk: Desk) -> None:
    desk.step()
    teller = threading.Thread(target=lambda: when_idle(server, lambda: server.arrive(MAIL, NOON)))
    teller.start()
    assert desk.poller.wait(60) is True
    teller.join()
    assert desk.step() == 1


def test_a_call_ends_the_waiting(server: FakeImap, desk: Desk) -> None:
    desk.step()
    desk.poller.wake()
    assert desk.poller.wait(60) is True
    assert desk.poller.wait(0.01) is False
    desk.poller.wake()
    assert desk.poller.rest(60) is True
    assert desk.poller.rest(0) is False


def test_a_server_without_idle_is_asked_from_time_to_time(server: FakeImap, desk: Desk) -> None:
    server.capabilities = "IMAP4rev1 MOVE"
    desk.step()
    assert desk.poller.wait(0.01) is False
    desk.poller.wake()
    assert desk.poller.wait(60) is True
    assert "IDLE" not in server.said


def test_a_server_that_falls_silent_is_left(server: FakeImap) -> None:
    desk = Desk(server, read_timeout=0.2)
    server.deaf = True
    desk.step()
    silent = desk.poller.wait(60)
    assert isinstance(silent, Trouble)
    assert silent.kind == "connection"
    server.deaf = False
    server.arrive(MAIL, NOON)
    assert desk.step() == 1
    desk.poller.close()


def test_a_server_that_dies_while_we_wait_is_noticed(server: FakeImap, desk: Desk) -> None:
    desk.step()
    killer = threading.Thread(target=lambda: when_idle(server, server.hang_up))
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


def test_a_server_without_tls_is_not_trusted_with_a_password(server: FakeImap) -> None:
    for tls in ("starttls", "implicit"):
        desk = Desk(server, tls=tls, read_timeout=0.5)
        assert isinstance(desk.poller.step(), Trouble)
        desk.poller.close()
    assert not [said for said in server.said if "LOGIN" in said]


def test_imaplib_is_told_to_be_quiet(server: FakeImap) -> None:
    client = cast("Any", dial(account_at(server.port)))
    assert client._imap.debug == 0
    client.shutdown()


def test_the_whole_folder_is_looked_at_again_in_time(server: FakeImap, quiet_desk: Desk) -> None:
    server.arrive(MAIL, NOON)
    server.arrive(MAIL, NOON)
    late = server.inbox.pop(1)  # shows up under a UID below the highest we have seen
    assert quiet_desk.step() == 1
    server.inbox[1] = late
    assert sum(quiet_desk.step() for _ in range(40)) == 1


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
