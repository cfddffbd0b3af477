"""The spool keeps what it promised, for several threads and processes, through crashes."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postdesk.mailbox.spool import LET_THROUGH, Spool, SpoolError, SpoolFull, new_key

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MAIL = b"From: Petra <petra@kunde.example>\r\nTo: support@example.com\r\nSubject: Lamp\r\n\r\nHi"


CRASH = """
import sys
from pathlib import Path
from postdesk.mailbox.spool import LET_THROUGH, Spool

spool = Spool(Path(sys.argv[1]))
for number in range(9):
    print(spool.keep(b"x" * 5000), flush=True)
"""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    with closing(Spool(tmp_path / "spool.db")) as opened:
        yield opened


def test_a_kept_mail_gives_back_the_very_bytes(spool: Spool) -> None:
    raw = bytes(range(256)) * 3
    key = spool.keep(raw, mail_from="petra@kunde.example", rcpts=("support@example.com",))
    assert spool.raw(key) == raw
    assert len(key) == 32 and int(key, 16) >= 0


def test_an_item_tells_what_the_envelope_said(spool: Spool) -> None:
    arrived = NOON - timedelta(hours=3)
    rcpts = ("support@example.com", "жук@пример.example")
    peer = "192.0.2.7 mx.kunde.example ESMTPS"
    key = spool.keep(
        MAIL, mail_from="a@b.example", rcpts=rcpts, peer=peer, at=NOON, arrived=arrived
    )
    item = spool.item(key)
    assert item is not None
    assert (item.state, item.source, item.tries, item.ticket) == ("new", "smtp", 0, None)
    assert (item.mail_from, item.rcpts, item.peer) == ("a@b.example", rcpts, peer)
    assert (item.received_at, item.arrived_at, item.size) == (NOON, arrived, len(MAIL))
    assert (item.sender, item.to) == ("Petra <petra@kunde.example>", "support@example.com")


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        (b"Subject: Lamp broken\r\n\r\nSubject: no\r\n", "Lamp broken"),
        (b"SUBJECT:Lamp\r\n broken\r\n\r\n", "Lamp broken"),
        (b"subject: =?utf-8?q?L=C3=A4mpchen?=\n\n", "Lämpchen"),
        (b"X: y\r\n\r\nSubject: in the body\r\n", ""),
        (b"Subject: " + b"x" * 9000 + b"\r\n\r\n", "x" * 300),
        (b"Subject: \xff\x00\r\n\r\n", "\ufffd\ufffd"),
        (b"", ""),
    ],
)
def test_the_glance_at_the_subject(spool: Spool, head: bytes, subject: str) -> None:
    item = spool.item(spool.keep(head))
    assert item is not None and item.subject == subject


def test_the_same_source_twice_is_one_mail(spool: Spool) -> None:
    futures = [spool.put(MAIL, source="imap", unique="support:INBOX:7:12") for _ in range(20)]
    assert len({future.result() for future in futures}) == 1
    assert spool.keep(MAIL, unique="support:INBOX:7:13") != futures[0].result()
    assert spool.counts() == {"new": 2, "held": 0, "done": 0}


def test_a_key_may_be_given(spool: Spool) -> None:
    key = new_key()
    assert spool.put(MAIL, key=key).result() == key
    assert spool.raw(key) == MAIL


def test_a_fault_in_one_mail_spares_its_group(spool: Spool) -> None:
    key = spool.keep(MAIL)
    futures = [spool.put(MAIL), spool.put(MAIL, key=key), spool.put(MAIL)]
    assert futures[0].result() != futures[2].result()
    with pytest.raises(SpoolError):
        futures[1].result()
    assert spool.counts()["new"] == 3


def test_a_cancelled_put_hurts_nobody(spool: Spool) -> None:
    waiting = spool.put(MAIL)
    waiting.cancel()
    assert spool.raw(spool.keep(MAIL)) == MAIL


def test_pending_is_oldest_first_and_honours_the_wait(spool: Spool) -> None:
    first, second, third = (spool.keep(MAIL) for _ in range(3))
    spool.later(first, NOON + timedelta(minutes=5))
    assert [item.key for item in spool.pending(9, NOON)] == [second, third]
    assert [item.key for item in spool.pending(1, NOON)] == [second]
    assert len(spool.pending(9, NOON + timedelta(minutes=5))) == 3


def test_a_mail_goes_from_new_to_done(spool: Spool) -> None:
    keys = [spool.keep(MAIL) for _ in range(3)]
    spool.tried(keys)
    spool.done_many([(keys[0], 1, ""), (keys[1], None, "bounced")])
    spool.held(keys[2], "could not be read", ticket=2)
    found = {
        item.key: (item.state, item.tries, item.reason, item.ticket)
        for item in spool.items(None, 9)
    }
    assert found == {
        keys[0]: ("done", 1, "", 1),
        keys[1]: ("done", 1, "bounced", None),
        keys[2]: ("held", 1, "could not be read", 2),
    }
    assert spool.counts() == {"new": 0, "held": 1, "done": 2}
    assert [item.key for item in spool.items("done", 9)] == [keys[1], keys[0]]


def test_retry_makes_a_held_mail_new(spool: Spool) -> None:
    key = spool.keep(MAIL)
    spool.tried([key])
    spool.held(key, "broken")
    assert spool.retry(key)
    item = spool.pending(9, NOON)[0]
    assert (item.key, item.tries, item.reason) == (key, 0, LET_THROUGH)


def test_what_is_done_stays_done(spool: Spool) -> None:
    key = spool.keep(MAIL)
    spool.done(key, ticket=4)
    assert not spool.retry(key)
    assert not spool.drop(key, "spam")
    spool.held(key, "too late")
    spool.done(key, ticket=5)
    item = spool.item(key)
    assert item is not None and (item.state, item.ticket, item.reason) == ("done", 4, "")


def test_a_dropped_mail_keeps_its_bytes(spool: Spool) -> None:
    key = spool.keep(MAIL)
    assert spool.drop(key, "spam")
    assert spool.raw(key) == MAIL
    assert spool.counts() == {"new": 0, "held": 0, "done": 1}


def test_unknown_keys_are_nothing(spool: Spool) -> None:
    assert spool.item("0" * 32) is None
    assert not spool.drop("0" * 32, "x")
    with pytest.raises(KeyError):
        spool.raw("0" * 32)


def test_everything_waiting_goes_into_one_commit(tmp_path: Path) -> None:
    with closing(Spool(tmp_path / "s.db")) as spool:
        held, go, groups = threading.Event(), threading.Event(), 0

        def count() -> None:
            nonlocal groups
            groups += 1
            held.set()
            go.wait()

        spool.on_new = count
        first = spool.put(MAIL)
        held.wait()
        rest = [spool.put(MAIL) for _ in range(100)]
        large = [spool.put(b"x" * 1_100_000) for _ in range(2)]
        go.set()
        assert len({future.result() for future in [first, *rest, *large]}) == 103
        spool.done(first.result())  # by now the writer has told of all before
        assert groups == 4


def test_a_listener_that_fails_does_not_stop_the_spool(spool: Spool) -> None:
    def fail() -> None:
        raise RuntimeError("desk is gone")

    spool.on_new = fail
    assert spool.keep(MAIL) != spool.keep(MAIL)


def test_wait_wakes_for_mail_only(spool: Spool) -> None:
    key = spool.keep(MAIL)
    assert spool.wait(0)
    spool.done(key)
    assert not spool.wait(0)


def test_purge_takes_old_done_mails_and_gives_the_room_back(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with closing(Spool(path)) as spool:
        old = [spool.keep(b"x" * 400_000, at=NOON - timedelta(days=9)) for _ in range(130)]
        young = spool.keep(MAIL, at=NOON)
        for key in (*old[1:], young):
            spool.done(key)
        assert spool.purge(NOON - timedelta(days=1), keep={old[1]}) == 128
        assert [item.key for item in spool.items(None, 999)] == [young, old[1], old[0]]
        assert spool.raw(old[1]) == b"x" * 400_000
    assert path.stat().st_size < 2_000_000


def test_a_state_change_does_not_rewrite_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with closing(Spool(path)) as spool:
        key = spool.keep(b"x" * 8_000_000)
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        spool.tried([key])
        spool.done(key)
        assert (tmp_path / "spool.db-wal").stat().st_size < 100_000


def test_durable_at_power_loss(tmp_path: Path) -> None:
    with closing(Spool(tmp_path / "s.db")) as spool:
        seen = spool._write(
            lambda link: [
                link.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "auto_vacuum")
            ]
        ).result()
    assert seen == ["wal", 2, 2]  # WAL, FULL, INCREMENTAL


def test_several_processes_make_and_fill_one_spool(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "spool.db"
    command = [sys.executable, "-c", CRASH, str(path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    keys = [key for child in children for key in child.communicate()[0].split()]
    assert [child.returncode for child in children] == [0, 0, 0]
    with closing(Spool(path)) as spool:
        assert {item.key for item in spool.items("new", 99)} == set(keys)
        assert len(keys) == 27


def test_many_threads_read_while_one_writes(spool: Spool) -> None:
    key = spool.keep(MAIL)
    seen: list[bytes] = []

    def read() -> None:
        seen.extend(spool.raw(key) for _ in range(20))

    readers = [threading.Thread(target=read) for _ in range(6)]
    for reader in readers:
        reader.start()
    futures = [spool.put(MAIL) for _ in range(50)]
    for reader in readers:
        reader.join()
    assert len({future.result() for future in futures}) == 50
    assert seen == [MAIL] * 120


def test_nobody_else_reads_the_mail(tmp_path: Path) -> None:
    with closing(Spool(tmp_path / "new" / "spool.db")) as spool:
        spool.keep(MAIL)
        modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()}
        assert modes == dict.fromkeys(("spool.db", "spool.db-wal", "spool.db-shm"), 0o600)


# Trouble


def test_a_locked_file_is_told_and_overcome(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with closing(Spool(path, timeout=0.05)) as spool, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SpoolError, match=r"spool\.db: locked by another program"):
            spool.keep(MAIL)
        other.execute("ROLLBACK")
        assert spool.raw(spool.keep(MAIL)) == MAIL


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    Spool(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(SpoolError, match=r"newer postdesk \(format 99, this one knows 1"):
        Spool(path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    path.write_bytes(b"these are my holiday pictures" * 100)
    with pytest.raises(SpoolError, match="not a sound SQLite file"):
        Spool(path)
    assert path.read_bytes().startswith(b"these are")


def test_a_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolError, match=r"file/spool\.db"):
        Spool(tmp_path / "file" / "spool.db")


def test_a_closed_spool_says_so(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.db")
    spool.keep(MAIL)
    spool.close()
    with pytest.raises(SpoolError, match="closed"):
        spool.keep(MAIL)


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from postdesk.mailbox.spool import LET_THROUGH, Spool, SpoolFull

spool = Spool(Path(sys.argv[1]))
first = spool.keep(b"first")
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
full = 0
for size in (900_000, 2_000_000, 900_000):
    try:
        spool.keep(b"x" * size)
    except SpoolFull as error:
        full += "free some space" in str(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
last = spool.keep(b"last")
print(full, spool.raw(first), spool.raw(last), spool.counts()["new"])
spool.close()
"""


def test_a_full_disk_is_told_and_overcome(tmp_path: Path) -> None:
    assert _run(FILL_THE_DISK, tmp_path / "spool.db") == "3 b'first' b'last' 2"
    with closing(sqlite3.connect(tmp_path / "spool.db")) as link:
        assert link.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(
    ("point", "told", "kept"),
    [
        ("spool.before-commit:4", 3, 3),
        ("spool.after-commit:4", 3, 4),  # kept, but nobody was told: the sender will try again
        ("elsewhere", 9, 9),
    ],
)
def test_what_was_told_survives_a_crash(tmp_path: Path, point: str, told: int, kept: int) -> None:
    path = tmp_path / "spool.db"
    child = subprocess.run(
        [sys.executable, "-c", CRASH, str(path)],
        env={**os.environ, "POSTDESK_CRASHPOINT": point},
        capture_output=True,
        text=True,
    )
    keys = child.stdout.split()
    assert (child.returncode, len(keys)) == (137 if kept < 9 else 0, told)
    with closing(Spool(path)) as spool:
        assert all(spool.raw(key) == b"x" * 5000 for key in keys)
        assert spool.counts()["new"] == kept


def test_killed_at_any_moment_nothing_told_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    endless = CRASH.replace("range(9)", "iter(int, 1)")
    with subprocess.Popen(
        [sys.executable, "-c", endless, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        keys = [child.stdout.readline().strip() for _ in range(60)]
        child.send_signal(signal.SIGKILL)
        keys += [line.strip() for line in child.stdout if len(line) == 33]
    with closing(Spool(path)) as spool:
        assert all(spool.raw(key) == b"x" * 5000 for key in keys)


def test_trouble_that_is_not_the_files_reaches_the_caller(spool: Spool) -> None:
    future: Future[object] = spool._write(lambda link: link.execute("SELECT nonsense"))
    with pytest.raises(SpoolError, match="nonsense"):
        future.result()
    assert not isinstance(future.exception(), SpoolFull)


def _run(script: str, path: Path) -> str:
    child = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    return child.stdout.strip()
