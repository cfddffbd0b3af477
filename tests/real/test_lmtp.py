"""A real Postfix hands its mail to us by LMTP: each recipient gets an answer of its own."""

import os
import re
import shutil
import smtplib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from select import select
from time import monotonic

import pytest
from fake_relay import FakeRelay
from real.daemons import Program, desk_at
from real.postfix import running_postfix

from postdesk.mailbox.spool import Spool

PETRA, SUPPORT, NOBODY = "petra@kunde.example", "support@example.com", "nobody@example.com"
PATIENCE = 60.0  # seconds
MAIL = (
    b"From: Petra <petra@kunde.example>\r\nTo: support@example.com\r\nSubject: Printer\r\n"
    b"Message-ID: <1@kunde.example>\r\n\r\n.It is on fire.\r\n"
)
PLACES = ("127.0.0.1:0", "unix:lmtp.sock")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that the user of Postfix may enter; pytest's own is closed."""
    made = Path(tempfile.mkdtemp(prefix="postdesk-lmtp-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def desk(folder: Path, place: str) -> Path:
    config = desk_at(folder)
    text = config.read_text().replace("[smtp]\n", f'[smtp]\nlmtp = "{place}"\n')
    config.write_text(text)
    return config


def where(program: Program) -> str:
    """Where it listens, as Postfix writes it."""
    found = re.search(r"LMTP on (\S+)$", program.ready().said, re.MULTILINE)
    assert found, program.said
    return found[1] if found[1].startswith("unix:") else f"inet:{found[1]}"


@contextmanager
def mta(tmp: Path, program: Program, behind: FakeRelay) -> Iterator[Callable[..., None]]:
    """Postfix in front of the desk, what it bounces goes ``behind``; a function that mails."""
    extra = {
        "relay_domains": "example.com",
        "relay_transport": f"lmtp:{where(program)}",
        "minimal_backoff_time": "1s",
        "queue_run_delay": "1s",
    }
    with running_postfix(tmp, relayhost=f"[127.0.0.1]:{behind.port}", extra=extra) as port:

        def mails(*rcpts: str) -> None:
            with smtplib.SMTP("127.0.0.1", port) as line:
                line.sendmail(PETRA, list(rcpts), MAIL)

        yield mails


def log_of(tmp: Path) -> str:
    return ((tmp / "postfix-config").resolve().parent / "log").read_text()


def queue_of(tmp: Path) -> list[str]:
    """The mails that Postfix still has."""
    queue = (tmp / "postfix-config").resolve().parent / "queue"
    places = [queue / name for name in ("incoming", "active", "deferred")]
    return [path.name for place in places for path in place.rglob("*") if path.is_file()]


def wait_for(come_true: Callable[[], bool], tmp: Path) -> None:
    end = monotonic() + PATIENCE
    while not come_true():
        assert monotonic() < end, log_of(tmp)
        select([], [], [], 0.05)


@pytest.mark.parametrize("place", PLACES)
def test_of_two_recipients_the_one_refused_is_bounced_alone(
    tmp_path: Path, folder: Path, place: str
) -> None:
    with (
        Program(desk(folder, place), "run") as program,
        FakeRelay() as behind,
        mta(tmp_path, program, behind) as mails,
    ):
        mails(SUPPORT, NOBODY)
        assert program.says("on ticket 1")
        behind.wait_for(1)
        wait_for(lambda: not queue_of(tmp_path), tmp_path)
        log = log_of(tmp_path)
    (bounce,) = behind.letters
    assert bounce.rcpt == f"<{PETRA}>"
    assert f"<{NOBODY}>".encode() in bounce.raw and b"550 5.1.1" in bounce.raw
    assert f"<{SUPPORT}>".encode() not in bounce.raw.partition(b"message/rfc822")[0]
    assert re.search(rf"to=<{SUPPORT}>.*dsn=2.0.0, status=sent \(250 2.0.0 kept as", log)
    with closing(Spool(folder / "var" / "spool.db")) as spool:
        (item,) = spool.items(None, 10)
        assert (item.source, item.mail_from, item.rcpts) == ("lmtp", PETRA, (SUPPORT,))
        assert spool.raw(item.key).endswith(b".It is on fire.\r\n")


@pytest.mark.parametrize("place", PLACES)
def test_what_we_cannot_keep_now_comes_again(tmp_path: Path, folder: Path, place: str) -> None:
    with (
        Program(desk(folder, place), "run") as program,
        FakeRelay() as behind,
        mta(tmp_path, program, behind) as mails,
    ):
        with closing(sqlite3.connect(folder / "var" / "spool.db")) as spool:
            spool.execute("ALTER TABLE raw RENAME TO away")
            mails(SUPPORT, "postmaster@example.com")
            wait_for(lambda: log_of(tmp_path).count("status=deferred") >= 2, tmp_path)
            assert "said: 451 4.3.0 trouble on our side, try again later" in log_of(tmp_path)
            assert len(queue_of(tmp_path)) == 1
            spool.execute("ALTER TABLE away RENAME TO raw")
        assert program.says("on ticket 1")
        wait_for(lambda: not queue_of(tmp_path), tmp_path)
        assert behind.letters == []
    with closing(Spool(folder / "var" / "spool.db")) as spool:
        assert spool.counts()["done"] == 1


def test_a_daemon_takes_the_socket_of_a_killed_one_but_not_of_a_living_one(folder: Path) -> None:
    config = desk(folder, "unix:lmtp.sock")
    with Program(config, "run") as first:
        first.ready()
        first.process.kill()
        first.ends()
    assert (folder / "lmtp.sock").is_socket()
    with Program(config, "run") as second:
        second.ready()
        (folder / "other").mkdir()
        third = desk(folder / "other", f"unix:{folder}/lmtp.sock")
        for command in ("run", "check"):
            with Program(third, command) as program:
                assert program.ends() == os.EX_UNAVAILABLE
                assert "another program listens" in program.said
                assert f"{folder}/lmtp.sock" in program.said
                assert "Traceback" not in program.said
        with smtplib.LMTP(str(folder / "lmtp.sock")) as line:
            line.sendmail(PETRA, [SUPPORT], MAIL)
        assert second.says("on ticket 1")
