"""The whole daemon at a real Dovecot: mails become tickets, whatever becomes of either of them."""

import imaplib
import logging
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select
from time import monotonic

import pytest
from real.daemons import Program, desk_at
from real.dovecot import PASSWORD, USER, Dovecot, mail_user, running_dovecot
from stories.town import PEOPLE, Town

from postdesk.daemon.config import load
from postdesk.daemon.records import records
from postdesk.mailbox.spool import Spool

DAY = timedelta(days=1)
PATIENCE = 60.0  # seconds
MANY = 150  # mails: three batches
TABLE = f"""
[identity]
reply = "token"
[imap.support]
host = "localhost"
port = {{port}}
tls = "none"
user = "{USER}"
password = "{PASSWORD}"
every = "600s"
{{more}}
"""


class MailboxTown(Town):
    """A desk that lives from a mailbox alone: what people write lands in its INBOX.

    Its clock is the true one: the mailbox's is.
    """

    dovecot: Dovecot

    def _now(self) -> datetime:
        return datetime.now(UTC)

    def deliver(
        self, sender: str, rcpts: list[str], raw: bytes, *, peer: str = "127.0.0.1"
    ) -> None:
        count = self.dovecot.delivered + 1
        self.dovecot.deliver(raw)
        self.until(lambda: self.dovecot.count_in("Processed") == count)

    def until(self, come_true: Callable[[], bool]) -> None:
        """Wait for it, and until nothing is left to do."""
        wait_for(come_true)
        self.daemon.settle()

    def kept(self) -> int:
        return sum(self.house.spool.counts().values())


def wait_for(come_true: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not come_true():
        assert monotonic() < end, "it did not come to pass"
        select([], [], [], 0.02)


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@contextmanager
def town_at(dovecot: Dovecot, folder: Path, more: str = "") -> Iterator[MailboxTown]:
    table = TABLE.format(port=dovecot.port, more=more)
    url = "sqlite:///var/postdesk.db"
    town = MailboxTown(folder, url, PEOPLE, "", table, "inline")
    town.dovecot = dovecot
    town.daemon.start()
    try:
        yield town
    finally:
        town.daemon.stop()


def mail(number: int, size: int = 100) -> bytes:
    body = b"Der Drucker druckt nicht mehr.\r\n" * (size // 32)
    return (
        b"From: customer%d@kunde.example\r\nTo: support@example.com\r\nSubject: mail %d\r\n"
        b"Message-ID: <%d@kunde.example>\r\n\r\n" % (number, number, number)
    ) + body


def test_a_mail_that_comes_while_we_idle_is_a_ticket_and_its_answer_comes_home(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    with town_at(dovecot, tmp_path) as town:
        petra, anna = town.person("petra@kunde.example", "Petra"), town.person("anna@example.com")
        town.fetches()  # from here on only IDLE can tell: the next look is in ten minutes
        petra.writes("Printer", "It is on fire.")
        assert dovecot.count_in("") == 0
        petra.hears("#1")
        anna.hears("It is on fire.")
        anna.replies("Run!")
        petra.hears("Run!")
        petra.replies("I did.")
        anna.hears("I did.")
        assert town.tickets() == 1
        ticket = town.ticket(1)
        assert [m["text"] for m in ticket["messages"]] == ["It is on fire.", "Run!", "I did."]
        assert ticket["status"] == "in-progress"


def test_a_server_killed_in_the_middle_costs_no_mail_and_doubles_no_ticket(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    with town_at(dovecot, tmp_path) as town:
        town.fetches()
        dovecot.stop()
        for n in range(MANY):
            dovecot.deliver(mail(n, 100_000))
        kill_at_the_first_mail(dovecot, town)
        dovecot.start()
        wait_for(lambda: dovecot.running is None)
        assert 0 < town.kept() < MANY
        dovecot.start()
        town.until(lambda: dovecot.count_in("Processed") == MANY)
        assert dovecot.count_in("") == 0
        assert subjects(tmp_path) == [f"mail {n}" for n in range(MANY)]
        assert town.tickets() == MANY


def kill_at_the_first_mail(dovecot: Dovecot, town: MailboxTown) -> None:
    """The others are on their way then."""
    spool = town.house.spool
    before = spool.on_new

    def kill() -> None:
        spool.on_new = before
        dovecot.kill()

    spool.on_new = kill


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_daemon_ended_in_the_middle_costs_no_mail_and_doubles_no_ticket(
    dovecot: Dovecot, tmp_path: Path, number: signal.Signals
) -> None:
    for n in range(MANY):
        dovecot.deliver(mail(n, 100_000))
    config = desk_at(tmp_path)
    table = TABLE.format(port=dovecot.port, more="")
    config.write_text(config.read_text() + table)
    with Program(config, "run") as first:
        assert first.says("on ticket 1")
        first.tell(number)
        first.ends()
    assert f"on ticket {MANY}" not in first.said
    with Program(config, "run") as second:
        assert second.says(f"on ticket {MANY}")
        wait_for(lambda: dovecot.count_in("Processed") == MANY)
        second.tell(signal.SIGTERM)
        second.ends()
    assert dovecot.count_in("") == 0
    assert subjects(tmp_path) == [f"mail {n}" for n in range(MANY)]
    with closing(Spool(tmp_path / "var" / "spool.db")) as spool:
        assert spool.counts()["new"] == spool.counts()["held"] == 0


def subjects(folder: Path) -> list[str]:
    """Of all that customers wrote, in the order of their numbers."""
    with records(load(folder / "config.toml", {})) as kept, kept.rows.reading():
        found = kept.rows.all("SELECT subject FROM message WHERE kind = 'in'")
    return sorted((row["subject"] for row in found), key=lambda s: int(s.split()[-1]))


def test_a_mailbox_counted_anew_opens_no_ticket_twice(
    dovecot: Dovecot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for n in range(5):
        dovecot.deliver(mail(n))
    with town_at(dovecot, tmp_path, 'done = ""') as town:
        town.until(lambda: town.kept() == 5)
        assert town.tickets() == 5
        letters = len(town.letters())
        dovecot.stop()
        dovecot.forget_uids()
        dovecot.deliver(mail(5))
        dovecot.start()
        town.until(lambda: town.kept() == 11)
        assert town.tickets() == 6
        assert subjects(tmp_path) == [f"mail {n}" for n in range(6)]
        assert len(town.letters()) == letters + letters // 5
        town.fetches()
        assert town.kept() == 11
    assert caplog.text.count("the server counts anew") == 1


def test_a_folder_deleted_and_made_anew_opens_no_ticket_twice(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    fill_anew(dovecot, 3)
    with town_at(dovecot, tmp_path, 'folder = "Desk"\ndone = ""') as town:
        town.until(lambda: town.kept() == 3)
        assert town.tickets() == 3
        fill_anew(dovecot, 4)
        while town.kept() < 7:  # the connection may have been lost, or found no folder
            town.fetches()
        assert town.tickets() == 4
        assert subjects(tmp_path) == [f"mail {n}" for n in range(4)]


def fill_anew(dovecot: Dovecot, count: int) -> None:
    """Make the folder Desk, again if it is there, with so many mails."""
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as line:
        line.login(USER, PASSWORD)
        line.delete("Desk")
        assert line.create("Desk")[0] == "OK"
        for n in range(count):
            assert line.append("Desk", "", "", mail(n))[0] == "OK"


def test_twenty_thousand_old_mails_cost_next_to_nothing(
    dovecot: Dovecot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    dovecot.stop()
    bury(dovecot, 20_000)
    for n in range(3):
        dovecot.deliver(mail(n), age=n * DAY)
    dovecot.start()
    reset_peak()
    before = memory("VmRSS")
    with town_at(dovecot, tmp_path, 'since = "3d"') as town:
        town.until(lambda: town.kept() == 3)
        town.fetches()
        assert town.tickets() == 3
        assert town.kept() == 3
        assert memory("VmHWM") - before < 60_000
        assert dovecot.count_in("Processed") == 3
        assert "first poll: 20,003 mails in INBOX, 3 will be read" in caplog.text
        assert not any(reader.drift for reader in town.house.readers)


def bury(dovecot: Dovecot, count: int) -> None:
    """So many mails a month old, all of them one file under many names."""
    place = dovecot.maildir / "cur"
    first = place / "0.old.here:2,S"
    first.write_bytes(mail(0))
    shutil.chown(first, mail_user())
    month = (datetime.now(UTC) - 30 * DAY).timestamp()
    os.utime(first, (month, month))
    for n in range(1, count):
        os.link(first, place / f"{n}.old.here:2,S")


def memory(what: str) -> int:
    """Of this process, in kB: "VmRSS" now, "VmHWM" the most since `reset_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")
