"""Killed at every named point of a mail's life, the daemon loses nothing and doubles nothing."""

from pathlib import Path

import pytest
from fake_relay import FakeRelay
from real.audit import Books, Mailbag, complaints, take_up
from real.daemons import Program, desk_at
from real.mta import Mta, mails

from postdesk.mailbox.crash import KILLED

MAILS, WAVE = 20, 5
# Each wave passes a desk's or the courier's point once at least, and the spool's three times
# (mail kept, tries counted, mail done): the third wave never gets through.
POINTS = {
    "spool.before-commit": 7,
    "spool.after-commit": 7,
    "desk.before-parse": 3,
    "desk.before-commit": 3,
    "desk.after-commit": 3,
}
COURIER_POINTS = {"courier.after-claim": 3, "courier.before-sent": 3, "courier.after-sent": 3}
ON_POSTGRESQL = ("spool.after-commit", "desk.before-commit", "desk.after-commit")


@pytest.mark.parametrize("point", POINTS)
def test_every_mail_is_one_ticket_and_every_letter_is_sent_once(tmp_path: Path, point: str) -> None:
    found = killed_and_restarted(tmp_path, f"{point}:{POINTS[point]}")
    bag = Mailbag.of_maildir(tmp_path / "var" / "outbox")
    assert complaints(mails(range(MAILS)), found, bag) == []
    assert bag.doubles == 0


@pytest.mark.parametrize("point", ON_POSTGRESQL)
def test_the_same_holds_on_postgresql(tmp_path: Path, postgres_url: str, point: str) -> None:
    found = killed_and_restarted(tmp_path, f"{point}:{POINTS[point]}", database=postgres_url)
    bag = Mailbag.of_maildir(tmp_path / "var" / "outbox")
    assert complaints(mails(range(MAILS)), found, bag) == []


@pytest.mark.parametrize("point", COURIER_POINTS)
def test_a_letter_sent_again_is_the_same_letter(tmp_path: Path, point: str) -> None:
    check_with_relay(tmp_path, point)


def test_a_letter_sent_again_is_the_same_letter_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    check_with_relay(tmp_path, "courier.before-sent", postgres_url)


def check_with_relay(folder: Path, point: str, database: str = "") -> None:
    with FakeRelay() as relay:
        url = f"smtp://127.0.0.1:{relay.port}"
        crash = f"{point}:{COURIER_POINTS[point]}"
        found = killed_and_restarted(folder, crash, database=database, relay=url)
    bag = Mailbag.of_relay(relay)
    assert complaints(mails(range(MAILS)), found, bag) == []
    # Between the relay's yes and our note of it lies the one window that no order of steps closes.
    assert bool(bag.doubles) == (point == "courier.before-sent")


def killed_and_restarted(
    folder: Path, crash: str, *, database: str = "", relay: str = "maildir:var/outbox"
) -> Books:
    """A daemon dies at a point while mail comes in; the next one takes up what it left."""
    config = desk_at(folder, database=database, relay=relay)
    mta = Mta(mails(range(MAILS)))
    with Program(config, "run", crash=crash) as program:
        feed(program.ready(), mta)
        assert program.ends() == KILLED, program.said
    assert len(mta.queue) >= WAVE, "it died too late to show anything"
    return take_up(config, mta)


def feed(program: Program, mta: Mta) -> None:
    """Wave after wave, each once the receipts of the one before have left, or all has ended."""
    port, every = program.port, list(mta.queue)
    for start in range(0, MAILS, WAVE):
        mta.send(port, every[start : start + WAVE])
        if not program.says("@kunde.example", start + WAVE):
            return
