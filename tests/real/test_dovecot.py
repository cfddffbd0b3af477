"""The poller against a real Dovecot: read, moved, told of news, killed, counted anew."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from real.dovecot import PASSWORD, USER, Dovecot, running_dovecot

from postdesk.mailbox.imap_account import Account, Baseline, Survey, Trouble
from postdesk.mailbox.poller import Poller
from postdesk.mailbox.spool import Fetched, Spool

DAY = timedelta(days=1)


class Rows:
    """The spool, with the two things beside it that a poller remembers."""

    def __init__(self, path: Path) -> None:
        self.spool = Spool(path)
        self.began: Baseline | None = None
        self.uniques: set[str] = set()

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        self.uniques.update(mail.unique for mail in mails)
        return self.spool.put_all(mails, source="imap")

    def seen(self, uniques: Iterable[str]) -> set[str]:
        return self.uniques & set(uniques)

    def baseline(self, box: str) -> Baseline | None:
        return self.began

    def begin(self, box: str, baseline: Baseline) -> None:
        self.began = baseline

    def raws(self) -> list[bytes]:
        return sorted(self.spool.raw(item.key) for item in self.spool.items(None, 100_000))


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    made = Rows(tmp_path / "spool.db")
    yield made
    made.spool.close()


@pytest.fixture
def poller_of(dovecot: Dovecot, rows: Rows) -> Iterator[Callable[..., Poller]]:
    made: list[Poller] = []

    def make(**changes: Any) -> Poller:
        plain = Account(
            "support", "localhost", USER, lambda: PASSWORD, port=dovecot.port, tls="none"
        )
        made.append(Poller(replace(plain, **changes), rows, chance=lambda: 0.0))
        return made[-1]

    yield make
    for poller in made:
        poller.close()


def mail(number: int, size: int = 100) -> bytes:
    """A mail with CRLF line ends, of about so many bytes."""
    body = b"Der Drucker druckt nicht mehr.\r\n" * (size // 32)
    return b"From: petra@kunde.example\r\nSubject: mail %d\r\n\r\n" % number + body


@pytest.mark.parametrize("tls", ["none", "starttls", "implicit"])
def test_mails_are_read_and_moved(
    dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller], tls: str
) -> None:
    mails = [mail(n, size) for n, size in enumerate([0, 100, 5_000, 200_000, 9_000_000])]
    for raw in mails:
        dovecot.deliver(raw)
    port = dovecot.tls_port if tls == "implicit" else dovecot.port
    poller = poller_of(tls=tls, port=port, ca_file=dovecot.ca_file)
    assert poller.step() == 5
    assert rows.raws() == sorted(mails)
    assert sorted(dovecot.mails_in("Processed")) == sorted(mails)
    assert dovecot.mails_in("") == []
    assert poller.step() == 0
    assert not poller.drift


def test_a_certificate_of_nobody_is_not_trusted(
    dovecot: Dovecot, poller_of: Callable[..., Poller]
) -> None:
    for tls, port in (("starttls", dovecot.port), ("implicit", dovecot.tls_port)):
        trouble = poller_of(tls=tls, port=port).step()
        assert isinstance(trouble, Trouble)
        assert trouble.kind == "tls"
        assert "not trusted" in trouble.why


def test_a_wrong_password_is_told(poller_of: Callable[..., Poller]) -> None:
    trouble = poller_of(password=lambda: "wrong").step()
    assert isinstance(trouble, Trouble)
    assert (trouble.kind, trouble.retry_in) == ("login", timedelta(minutes=5))


def test_old_mails_are_left_where_they_are(
    dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller]
) -> None:
    for n in range(2_000):
        dovecot.deliver(mail(n), age=30 * DAY)
    for n in range(3):
        dovecot.deliver(mail(n), age=n * DAY / 2)
    poller = poller_of()
    assert poller.survey() == Survey("INBOX", 2_003, 3)
    assert poller.step() == 3
    assert len(dovecot.mails_in("")) == 2_000
    dovecot.deliver(mail(9), age=30 * DAY)  # old, but it came after the first poll
    assert poller.step() == 1
    oldest = min(item.arrived_at for item in rows.spool.items(None, 10))
    assert abs(datetime.now(UTC) - 30 * DAY - oldest) < timedelta(minutes=10)


def test_news_comes_by_idle(dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller]) -> None:
    poller = poller_of()
    assert poller.step() == 0
    later = threading.Timer(0.2, dovecot.deliver, [mail(1)])
    later.start()
    assert poller.wait(60) is True
    later.join()
    assert poller.step() == 1


def test_a_quiet_mailbox_is_waited_for_in_peace(poller_of: Callable[..., Poller]) -> None:
    poller = poller_of()
    poller.step()
    assert poller.wait(0.1) is False
    poller.wake()
    assert poller.wait(60) is True


def test_a_server_that_is_killed_is_found_again(
    dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller]
) -> None:
    poller = poller_of()
    dovecot.deliver(mail(1))
    assert poller.step() == 1
    dovecot.kill()
    assert isinstance(poller.wait(60), Trouble)
    assert isinstance(poller.step(), Trouble)
    dovecot.deliver(mail(2))
    dovecot.start()
    assert poller.step() == 1
    assert rows.raws() == [mail(1), mail(2)]


def test_a_server_killed_in_the_middle_costs_no_mail_and_doubles_none(
    dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller]
) -> None:
    mails = [mail(n, 300_000) for n in range(200)]
    for raw in mails:
        dovecot.deliver(raw)
    poller = poller_of()

    def kill_at_work() -> None:
        rows.spool.wait(30)  # the first mails are on disk, the others on their way
        dovecot.kill()

    killer = threading.Thread(target=kill_at_work)
    killer.start()
    assert isinstance(poller.step(), Trouble)
    killer.join()
    assert len(rows.raws()) < 200
    dovecot.start()
    poller.step()
    assert rows.raws() == sorted(mails)
    assert sorted(dovecot.mails_in("Processed")) == sorted(mails)
    assert dovecot.mails_in("") == []


def test_a_folder_counted_anew_is_read_again(
    dovecot: Dovecot, rows: Rows, poller_of: Callable[..., Poller]
) -> None:
    dovecot.deliver(mail(1))
    poller = poller_of(done="")
    assert poller.step() == 1
    assert poller.step() == 0
    dovecot.stop()
    dovecot.forget_uids()
    dovecot.start()
    assert isinstance(poller.step(), Trouble)  # the old connection is gone
    assert poller.step() == 1
    assert poller.step() == 0
    assert rows.raws() == [mail(1), mail(1)]
    assert len({unique.split(":")[2] for unique in rows.uniques}) == 2
