"""Torture mails end soon, and the mails beside them are read, through the workers of the daemon."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import NOON
from stories.town import CONFIG, PEOPLE
from torture import TORTURE

from postdesk.daemon.config import load
from postdesk.daemon.house import House
from postdesk.daemon.workers import PARSE_SECONDS, Workers
from postdesk.mailbox.spool import Spool

GOOD = b"From: petra@kunde.example\r\nSubject: The printer burns\r\n\r\nHelp!\r\n"
TRAPPED = (sys.executable, "-P", str(Path(__file__).with_name("trapped_worker.py")))
NEXT_SECONDS = 1.0  # that a mail may be kept waiting by the one before it
SLACK = 15.0  # seconds: a new worker comes up, on a machine that has other things to do


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.db")
    yield spool
    spool.close()


@pytest.mark.timeout(600)
def test_no_torture_mail_outlives_its_seconds_nor_hides_the_next(
    spool: Spool, tmp_path: Path
) -> None:
    workers = Workers(2, tmp_path / "spool.db")
    workers.parse([spool.keep(GOOD), spool.keep(GOOD)])  # both are up
    for what, raw in TORTURE.items():
        keys = [spool.keep(raw), spool.keep(GOOD)]
        begun = time.monotonic()
        tortured, following = workers.begin(keys)
        workers.wait([following])
        told = time.monotonic() - begun
        workers.wait([tortured])
        took = time.monotonic() - begun
        torture, good = workers.parsed(tortured), workers.parsed(following)
        print(f"{what}: {took:.2f} s, the next mail {told:.2f} s {torture.failure}")
        assert good.mail.text == "Help!" and not good.failure
        assert took < PARSE_SECONDS + SLACK
        assert told < NEXT_SECONDS
        assert torture.mail.digest
    workers.stop()


def test_the_next_mail_is_read_while_one_hangs(spool: Spool, tmp_path: Path) -> None:
    """The other worker has it: what it writes down is there before the late one is killed."""
    workers = Workers(2, tmp_path / "spool.db", program=TRAPPED, parse_seconds=6)
    workers.parse([spool.keep(b"up"), spool.keep(b"and running")])
    flag = tmp_path / "flag"
    late, read = workers.parse([spool.keep(b"pause"), spool.keep(f"mark {flag}".encode())])
    ended = time.time()
    workers.stop()
    assert (late.failure, read.failure) == ("took longer than 6 s", "")
    assert ended - flag.stat().st_mtime > 2


def test_the_next_mail_is_a_ticket_while_one_hangs(tmp_path: Path) -> None:
    """The desk turns until something is decided; nothing would be before the late one is killed."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "10-people.toml").write_text(PEOPLE)
    database = f"sqlite:///{tmp_path}/postdesk.db"
    (tmp_path / "config.toml").write_text(CONFIG.format(database=database, desk="", more=""))
    config = load(tmp_path / "config.toml", {})
    house = House(config, lambda path: Workers(2, path, program=TRAPPED, parse_seconds=60))
    house.start(NOON)
    house.spool.keep(b"pause", mail_from="mallory@evil.example", at=NOON)
    house.spool.keep(b"printer", mail_from="petra@kunde.example", at=NOON)
    while house.desk.step(NOON) and not house.spool.counts()["done"]:
        pass
    counts = house.spool.counts()
    house.close()
    assert counts == {"new": 1, "held": 0, "done": 1}


def test_what_stands_behind_one_that_hangs_is_read_by_others(spool: Spool, tmp_path: Path) -> None:
    workers = Workers(2, tmp_path / "spool.db", program=TRAPPED, parse_seconds=60)
    keys = [spool.keep(b"pause"), *[spool.keep(f"mail {n}".encode()) for n in range(60)]]
    late, *others = workers.begin(keys)
    workers.wait(others)
    ended = late.done
    workers.stop()
    assert not ended
    assert [workers.parsed(other).mail.subject for other in others[:2]] == ["mail 0", "mail 1"]
