"""Mails that take a worker down cost that mail its details, and nobody anything else."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from postdesk.daemon.crew import CannotStartError
from postdesk.daemon.worker_main import Failed
from postdesk.daemon.workers import GONE, InlineWorkers, Workers
from postdesk.mailbox.spool import Spool, SpoolError

TRAPPED = (sys.executable, "-P", str(Path(__file__).with_name("trapped_worker.py")))


class Shelf:
    """A spool that takes mails in a row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.spool = Spool(path)

    def keep(self, *mails: str | bytes) -> list[str]:
        """Keep mails; their keys."""
        raws = [mail.encode() if isinstance(mail, str) else mail for mail in mails]
        return [put.result() for put in [self.spool.put(raw) for raw in raws]]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "spool.db")
    yield shelf
    shelf.spool.close()


@pytest.fixture
def workers(shelf: Shelf) -> Iterator[Workers]:
    workers = Workers(2, shelf.path, program=TRAPPED, parse_seconds=60)
    yield workers
    workers.stop()


def subjects(workers: Workers, keys: list[str]) -> list[str]:
    return [parsed.mail.subject for parsed in workers.parse(keys)]


def test_answers_come_in_the_order_of_the_questions(workers: Workers, shelf: Shelf) -> None:
    wanted = [f"mail {n}" for n in range(100)]
    assert subjects(workers, shelf.keep(*wanted)) == wanted


def test_no_mails_need_no_worker(workers: Workers) -> None:
    assert workers.parse([]) == []


def test_both_workers_work(workers: Workers, shelf: Shelf) -> None:
    subjects(workers, shelf.keep("warm", "up"))
    pids = {p for _ in range(50) for p in subjects(workers, shelf.keep(*["pid"] * 20))}
    assert len(pids) == 2
    assert str(os.getpid()) not in pids


TRAPS = {
    "kill": "crashed",
    "bomb": "needed too much memory",
    "loop": "took too much computing time",
    "raise": "ValueError: no such charset",
}


@pytest.mark.parametrize(("trap", "failure"), TRAPS.items())
def test_only_the_mail_that_takes_a_worker_down_fails(
    workers: Workers, shelf: Shelf, trap: str, failure: str
) -> None:
    keys = shelf.keep("one", "two", trap, "four", "five")
    parsed = workers.parse(keys)
    assert [p.failure for p in parsed] == ["", "", failure, "", ""]
    assert [p.key for p in parsed] == keys
    assert [p.mail.subject for p in parsed if not p.failure] == ["one", "two", "four", "five"]
    assert subjects(workers, shelf.keep("the next")) == ["the next"]


def test_a_sleeper_is_late_and_the_others_are_not(shelf: Shelf) -> None:
    workers = Workers(2, shelf.path, program=TRAPPED, parse_seconds=1.5)
    parsed = workers.parse(shelf.keep("one", "pause", "three", "pause", "five"))
    workers.stop()
    late = "took longer than 1.5 s"
    assert [p.failure for p in parsed] == ["", late, "", late, ""]


def test_every_mail_may_be_a_trap(workers: Workers, shelf: Shelf) -> None:
    parsed = workers.parse(shelf.keep(*["bomb"] * 6))
    assert [p.failure for p in parsed] == ["needed too much memory"] * 6


def test_a_worker_killed_by_chance_costs_nothing(
    workers: Workers, shelf: Shelf, tmp_path: Path
) -> None:
    [parsed] = workers.parse(shelf.keep(f"kill-once {tmp_path / 'flag'}"))
    assert parsed.failure == ""


def test_a_worker_killed_while_idle_is_replaced(workers: Workers, shelf: Shelf) -> None:
    for pid in set(subjects(workers, shelf.keep(*["pid"] * 8))):
        os.kill(int(pid), 9)
    assert subjects(workers, shelf.keep("after")) == ["after"]


def test_signals_to_the_group_leave_workers_to_their_parent(workers: Workers, shelf: Shelf) -> None:
    assert subjects(workers, shelf.keep("signals", "next")) == ["signals", "next"]


def test_a_failed_mail_keeps_its_headline(workers: Workers, shelf: Shelf) -> None:
    raw = b"From: petra@kunde.example\r\nSubject: The printer burns\r\n\r\nTRAP\r\n"
    [parsed] = workers.parse(shelf.keep(raw))
    assert parsed.failure == "ValueError: no such charset"
    assert parsed.mail.subject == "The printer burns"
    assert parsed.mail.sender.addr == "petra@kunde.example"


def test_a_mail_that_was_dropped_is_gone(workers: Workers, shelf: Shelf) -> None:
    gone, there = workers.parse(["0" * 32, *shelf.keep("there")])
    assert gone.failure == GONE
    assert there.failure == ""


def test_a_spool_that_cannot_be_read_is_no_fault_of_a_mail(tmp_path: Path) -> None:
    workers = Workers(1, tmp_path / "missing.db", program=TRAPPED)
    with pytest.raises(SpoolError):
        workers.parse(["0" * 32])
    workers.stop()


def test_a_program_that_never_starts_is_said(shelf: Shelf) -> None:
    workers = Workers(1, shelf.path, program=(*TRAPPED, "never-ready"))
    with pytest.raises(CannotStartError):
        workers.parse(shelf.keep("one"))
    workers.stop()


def test_stopped_workers_start_again(workers: Workers, shelf: Shelf) -> None:
    workers.start()
    workers.stop()
    assert subjects(workers, shelf.keep("again")) == ["again"]


def test_two_threads_get_their_own_answers(workers: Workers, shelf: Shelf) -> None:
    groups = [[f"{group} {n}" for n in range(30)] for group in range(6)]
    keys = [shelf.keep(*group) for group in groups]
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(lambda wanted: subjects(workers, wanted), keys)) == groups


def test_letters_are_told_to_workers_and_renewed(workers: Workers) -> None:
    first = workers.render("receipt", "de", {"number": 7})
    assert first == Failed("[] ('receipt', 'de', {'number': 7})")
    workers.renew({"letters/a.txt.j2": "Subject: a\n\nb\n"})
    assert workers.render("a", "en", {}) == Failed("['letters/a.txt.j2'] ('a', 'en', {})")


def test_the_real_worker_parses_and_renders(shelf: Shelf) -> None:
    letters = {"letters/hello.txt.j2": "Subject: Hello {{ name }}\n\nWords.\n"}
    for workers in (Workers(1, shelf.path, letters), InlineWorkers(shelf.path, letters)):
        raw = b"From: petra@kunde.example\r\nSubject: The printer burns\r\n\r\nHelp!\r\n"
        [parsed] = workers.parse(shelf.keep(raw))
        hello = workers.render("hello", "en", {"name": "Petra"})
        mistaken = workers.render("hello", "en", {})
        workers.stop()
        assert parsed.mail.subject == "The printer burns"
        assert not isinstance(hello, Failed)
        assert hello.subject == "Hello Petra"
        assert isinstance(mistaken, Failed)
        assert "hello.txt.j2" in mistaken.why


def test_what_somebody_waits_for_comes_before_what_is_read_ahead(
    workers: Workers, shelf: Shelf
) -> None:
    ahead = workers.begin(shelf.keep(*["pid"] * 400))
    assert subjects(workers, shelf.keep("now")) == ["now"]
    assert not ahead[-1].done
    workers.wait(ahead)
    assert all(one.done for one in ahead)
