"""Mails read ahead: a slow one is passed over, and only what belongs to it waits for it."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from made_up import NOON

from postdesk.daemon.ahead import GROUP, Ahead
from postdesk.daemon.worker import Answer, Job, Turn
from postdesk.daemon.workers import InlineWorkers, Parsed, Reading
from postdesk.mailbox.parse import headline
from postdesk.mailbox.spool import Spool

HELD = "bomb"


class SlowReaders(InlineWorkers):
    """Reads everything at once but mails with this word in their subject, which it keeps."""

    def __init__(self, path: Path, spool: Spool) -> None:
        super().__init__(path)
        self._spool = spool
        self._kept = list[Reading]()
        self.waited = list[list[str]]()

    def begin(self, keys: Sequence[str]) -> list[Reading]:
        found = [Reading(key, Turn(Job("parse", key, 0))) for key in keys]
        for one in found:
            if HELD in self._subject(one.key):
                self._kept.append(one)
            else:
                self._finish(one)
        return found

    def wait(self, readings: Sequence[Reading], seconds: float = math.inf) -> None:
        self.waited.append([self._subject(one.key) for one in readings])

    def let_go(self) -> None:
        """The slow ones are read."""
        while self._kept:
            self._finish(self._kept.pop())

    def _finish(self, one: Reading) -> None:
        one.turn.settle(Answer(Parsed(one.key, headline(self._spool.raw(one.key)))))

    def _subject(self, key: str) -> str:
        item = self._spool.item(key)
        return item.subject if item else ""


class Row:
    """A spool, slow readers, and what the desk is given."""

    def __init__(self, path: Path) -> None:
        self.spool = Spool(path)
        self.readers = SlowReaders(path, self.spool)
        self.ahead = Ahead(self.spool, self.readers)

    def come(self, *subjects: str, sender: str = "petra@kunde.example") -> None:
        for subject in subjects:
            raw = f"From: {sender}\r\nSubject: {subject}\r\n\r\nHelp!\r\n".encode()
            self.spool.keep(raw, mail_from=sender, at=NOON)

    def turn(self) -> list[str]:
        """As the desk's: the subjects that it decided on."""
        if self.ahead.spent:
            self.ahead.fill(NOON)
        taken = self.ahead.take()
        self.ahead.fill(NOON)
        self.spool.done_many([(item.key, 1, "") for item, _ in taken])
        self.ahead.settled()
        return [item.subject for item, _ in taken]


@pytest.fixture
def row(tmp_path: Path) -> Iterator[Row]:
    row = Row(tmp_path / "spool.db")
    yield row
    row.readers.stop()
    row.spool.close()


def others(subject: str) -> Callable[[Row], None]:
    return lambda row: row.come(subject, sender="max@kunde.example")


def test_mails_are_taken_in_their_order_a_group_at_a_time(row: Row) -> None:
    subjects = [f"mail {n}" for n in range(GROUP + 2)]
    row.come(*subjects)
    assert row.turn() == subjects[:GROUP]
    assert row.turn() == subjects[GROUP:]
    assert (row.turn(), len(row.ahead)) == ([], 0)


def test_the_next_group_is_handed_out_before_this_one_is_decided(row: Row) -> None:
    row.come(*[f"mail {n}" for n in range(GROUP + 2)])
    row.ahead.fill(NOON)
    row.ahead.take()
    row.ahead.fill(NOON)
    assert len(row.ahead) == 2


def test_a_slow_mail_is_passed_over_and_comes_later(row: Row) -> None:
    row.come(HELD, sender="mallory@evil.example")
    row.come("printer", "scanner")
    assert row.turn() == ["printer", "scanner"]
    others("lamp")(row)
    assert row.turn() == ["lamp"]
    assert (row.turn(), len(row.ahead)) == ([], 1)
    row.readers.let_go()
    assert row.turn() == [HELD]


def test_nobody_waits_twice_for_a_slow_mail_while_others_come(row: Row) -> None:
    row.come(HELD, sender="mallory@evil.example")
    row.come("printer")
    row.turn()
    others("lamp")(row)
    row.turn()
    assert row.readers.waited == [[HELD, "printer"], ["lamp"]]


FOLLOWERS = {
    "her next mail": lambda row: row.come("and the lamp"),
    "her next mail, in capitals": lambda row: row.come("lamp", sender="PETRA@kunde.example"),
    "an answer to it": others(f"Re: {HELD}"),
    "an answer to the answer": others(f"AW[2]: Re: {HELD}"),
    "its forward": others(f"Fwd: {HELD.upper()}"),
}


@pytest.mark.parametrize("what", FOLLOWERS)
def test_what_follows_a_slow_mail_waits_for_it(row: Row, what: str) -> None:
    row.come(HELD)
    FOLLOWERS[what](row)
    row.come("printer", sender="lena@kunde.example")
    assert row.turn() == ["printer"]
    row.readers.let_go()
    begun = row.turn()
    assert begun[0] == HELD
    assert len(begun) == 2


def test_mails_that_say_nothing_of_themselves_do_not_wait_for_each_other(row: Row) -> None:
    row.come(HELD, sender="")
    row.spool.keep(b"no header at all", at=NOON)
    row.spool.keep(b"From:\r\nSubject:\r\n\r\nnor here", at=NOON)
    assert row.turn() == ["", ""]


def test_what_could_not_be_decided_comes_again(row: Row) -> None:
    row.come("printer")
    row.ahead.fill(NOON)
    assert len(row.ahead.take()) == 1
    row.ahead.settled()
    assert row.turn() == ["printer"]
