"""The desk: each mail has its effects once, and no mail keeps another from its ticket."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from made_up import HOUR, NOON
from stories.town import CONFIG, PEOPLE

from postdesk.daemon.ahead import GROUP
from postdesk.daemon.config import load
from postdesk.daemon.desk import TRIES
from postdesk.daemon.house import House
from postdesk.daemon.outbox import WHOLE, Draft, Failure
from postdesk.daemon.shown import Json, shown
from postdesk.daemon.store import StoreTrouble
from postdesk.daemon.workers import InlineWorkers, Parsed
from postdesk.mailbox.parse import headline

POISON = "poison"
RAW = (
    "From: {sender}\r\nMessage-ID: <{n}@kunde.example>\r\nSubject: {subject}\r\n\r\nNumber {n}.\r\n"
)


class Place:
    """A house without threads: mail goes into the spool, the desk turns when it is told to."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        (folder / "rules").mkdir()
        (folder / "rules" / "10-people.toml").write_text(PEOPLE)
        (folder / "config.toml").write_text(CONFIG.format(database=database, desk="", more=""))
        self.house = House(load(folder / "config.toml", {}), InlineWorkers, lambda: NOON)
        self.house.start(NOON)
        self.keys = list[str]()

    def mails(self, *subjects: str, sender: str = "petra@kunde.example") -> list[str]:
        """These mails are in the spool; their keys."""
        new = list[str]()
        for subject in subjects:
            n = len(self.keys) + len(new)
            raw = RAW.format(sender=sender, n=n, subject=subject).encode()
            rcpts = ["support@example.com"]
            new.append(self.house.spool.keep(raw, mail_from=sender, rcpts=rcpts, at=NOON))
        self.keys += new
        return new

    def turn(self, now: datetime = NOON) -> int:
        return self.house.desk.step(now)

    def ticket(self, number: int) -> Json:
        found = shown(self.house, number)
        assert found is not None, f"there is no ticket {number}"
        return found

    def titles(self) -> list[str]:
        with self.house.rows.reading():
            return [r["title"] for r in self.house.rows.all("SELECT * FROM ticket ORDER BY number")]

    def letters(self) -> int:
        with self.house.rows.reading():
            return int(self.house.rows.value("SELECT count(*) FROM letter"))

    def tries(self) -> list[int]:
        items = (self.house.spool.item(key) for key in self.keys)
        return [item.tries for item in items if item]

    def states(self) -> list[str]:
        items = (self.house.spool.item(key) for key in self.keys)
        return [item.state for item in items if item]

    @contextmanager
    def breaking(self, breaks: Callable[[str, int], None]) -> Iterator[None]:
        """Writing letters calls ``breaks(title, how often)`` first."""
        filing, turns = self.house.filing, 0
        writers = filing._writers

        class Breaking:
            def drafts(self, step: object, case: object) -> list[Draft]:
                nonlocal turns
                turns += 1
                breaks(case.ticket.title, turns)  # type: ignore[attr-defined]
                return []

        filing._writers = (Breaking(), *writers)
        yield
        filing._writers = writers


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path, f"sqlite:///{tmp_path}/postdesk.db")
    yield found
    found.house.close()


@pytest.fixture
def any_place(tmp_path: Path, database_url: str) -> Iterator[Place]:
    """For what savepoints and transactions decide: on both databases."""
    found = Place(tmp_path, database_url)
    yield found
    found.house.close()


def poisoned(title: str, _: int) -> None:
    if POISON in title:
        raise RuntimeError("nobody foresaw this subject")


def test_a_group_of_fifty_is_taken_at_once_and_in_order(place: Place) -> None:
    place.mails(*(f"Mail {n}" for n in range(GROUP + 2)))
    assert [place.turn(), place.turn(), place.turn()] == [GROUP, 2, 0]
    assert place.titles() == [f"Mail {n}" for n in range(GROUP + 2)]
    assert set(place.states()) == {"done"}


def test_one_poison_mail_in_a_group_of_fifty_does_not_spoil_the_others(any_place: Place) -> None:
    any_place.mails(*(POISON if n == 25 else f"Mail {n}" for n in range(GROUP)))
    with any_place.breaking(poisoned):
        any_place.turn()
        assert len(any_place.titles()) == GROUP - 1
        assert any_place.states().count("done") == GROUP - 1
        any_place.mails("After it")
        for _ in range(TRIES - 1):
            any_place.turn()
    assert "After it" in any_place.titles()
    assert set(any_place.states()) == {"done"}, "the poison, too, is a ticket now"
    assert any_place.turn() == 0


def test_a_mail_that_raises_three_times_is_a_ticket_with_the_raw_mail_attached(
    place: Place,
) -> None:
    [key] = place.mails(POISON)
    with place.breaking(poisoned):
        for turn in range(TRIES):
            assert place.states() == ["new"], f"still to be tried before turn {turn}"
            assert place.turn() == 1
    ticket = place.ticket(1)
    [message] = ticket["messages"]
    assert [a["name"] for a in message["attachments"]] == ["mail.eml"]
    assert place.house.fetch(key, WHOLE) == place.house.spool.raw(key)
    assert place.house.spool.item(key).ticket == 1  # type: ignore[union-attr]


def test_a_mail_that_raises_once_is_taken_as_it_is_the_next_time(place: Place) -> None:
    def once(title: str, turn: int) -> None:
        if turn == 1:
            raise RuntimeError("a bad moment")

    place.mails("Printer")
    with place.breaking(once):
        place.turn()
        assert place.titles() == []
    place.turn()
    assert place.ticket(1)["messages"][0]["attachments"] == []
    assert place.ticket(1)["number"] == 1, "no number was lost"


def test_a_mail_of_which_no_ticket_can_be_made_is_held_and_not_forgotten(place: Place) -> None:
    def always(title: str, turn: int) -> None:
        raise RuntimeError("nothing goes")

    place.mails("Printer", "Scanner")
    with place.breaking(always):
        for _ in range(TRIES + 1):
            place.turn()
        assert place.states() == ["held", "held"]
    assert place.house.spool.retry(place.keys[0])
    place.turn()
    assert place.titles() == ["Printer"]


def test_a_dead_database_does_not_use_up_tries(place: Place) -> None:
    place.mails("Printer", "Scanner")

    def dead() -> None:
        raise StoreTrouble("connection refused")

    place.house.rows.alive = dead  # type: ignore[method-assign]
    for _ in range(TRIES + 2):
        with pytest.raises(StoreTrouble):
            place.turn()
    assert (place.tries(), place.states()) == ([0, 0], ["new", "new"])
    del place.house.rows.alive
    place.turn()
    assert place.titles() == ["Printer", "Scanner"]


def test_a_database_that_dies_within_a_group_does_not_use_up_tries(place: Place) -> None:
    def dies(title: str, turn: int) -> None:
        if title == "Scanner":
            raise StoreTrouble("disk full")

    place.mails("Printer", "Scanner", "Plotter")
    with place.breaking(dies):
        for _ in range(TRIES + 2):
            with pytest.raises(StoreTrouble):
                place.turn()
        assert place.titles() == ["Printer"], "what could be taken alone was"
        assert place.states() == ["done", "new", "new"]
        assert place.tries()[1:] == [0, 0]
    place.turn()
    assert place.titles() == ["Printer", "Scanner", "Plotter"]
    assert place.states() == ["done", "done", "done"]


def test_a_group_that_was_lost_is_taken_mail_by_mail_once_each(any_place: Place) -> None:
    def first(title: str, turn: int) -> None:
        if title == "Plotter" and turn < 20:
            raise StoreTrouble("the server ended our connection")

    any_place.mails("Printer", "Scanner", "Plotter")
    with any_place.breaking(first), pytest.raises(StoreTrouble):
        any_place.turn()
    letters = any_place.letters()
    any_place.turn()
    assert any_place.titles() == ["Printer", "Scanner", "Plotter"]
    assert any_place.letters() == letters + 3, (
        "a receipt and two agents told, for the last one only"
    )


def test_a_mail_taken_twice_has_one_effect(any_place: Place) -> None:
    """A crash between our commit and the spool's: the mail comes again."""
    spool = any_place.house.spool
    any_place.mails("Printer")
    settle = any_place.house.desk._settle
    any_place.house.desk._settle = lambda ends: None  # type: ignore[method-assign]
    any_place.turn()
    assert any_place.states() == ["new"]
    letters, tries = any_place.letters(), any_place.tries()
    any_place.house.desk._settle = settle  # type: ignore[method-assign]
    any_place.turn()
    assert (any_place.titles(), any_place.letters(), tries) == (["Printer"], letters, [1])
    item = spool.item(any_place.keys[0])
    assert item and (item.state, item.ticket) == ("done", 1)
    assert len(any_place.ticket(1)["messages"]) == 1


def test_the_headline_of_a_mail_that_killed_its_worker_is_a_ticket(place: Place) -> None:
    def killed(keys: Sequence[str]) -> list[Parsed]:
        spool = place.house.spool
        return [Parsed(k, headline(spool.raw(k)), "took too long to read") for k in keys]

    place.house.workers.parse = killed  # type: ignore[method-assign, assignment]
    place.mails("Bomb")
    place.turn()
    ticket = place.ticket(1)
    assert (ticket["title"], ticket["requester"]["address"]) == ("Bomb", "petra@kunde.example")
    assert [a["name"] for a in ticket["messages"][0]["attachments"]] == ["mail.eml"]
    assert "Number 0" not in ticket["messages"][0]["text"]
    assert place.states() == ["done"]


def test_workers_that_cannot_start_keep_the_mail(place: Place) -> None:
    def broken(keys: Sequence[str]) -> list[Parsed]:
        raise OSError("no memory")

    workers, parse = place.house.workers, place.house.workers.parse
    workers.parse = broken  # type: ignore[method-assign, assignment]
    place.mails("Printer")
    with pytest.raises(OSError, match="no memory"):
        place.turn()
    workers.parse = parse  # type: ignore[method-assign]
    place.turn()
    assert place.titles() == ["Printer"]


def test_a_failure_that_cannot_be_told_of_keeps_no_mail_from_its_turn(place: Place) -> None:
    place.mails(POISON, "Printer")
    place.turn()
    with place.house.rows.transaction():
        failure = Failure(1, "petra@kunde.example", True, "550 no", "<1@x>", "answer", author="bob")
        for ticket in (1, 2, 99):
            place.house.outbox.tell(failure, ticket, NOON)
    place.mails("Scanner")
    with place.breaking(poisoned):
        assert place.turn(NOON + HOUR) == 4
    assert place.titles() == [POISON, "Printer", "Scanner"]
    acts = [[line["act"] for line in place.ticket(n)["history"]] for n in (1, 2)]
    assert "bounced" in acts[1]
    assert place.turn(NOON + HOUR) == 0


def test_mail_is_left_alone_until_its_time(place: Place) -> None:
    [key] = place.mails("Printer")
    place.house.spool.later(key, NOON + HOUR)
    assert place.turn() == 0
    assert place.turn(NOON + HOUR) == 1


def test_nobody_gets_in_by_a_requesters_name_and_a_number(place: Place) -> None:
    """From and number can be written by anybody; who is in Cc would read every answer."""
    place.mails("Printer")
    place.turn()
    raw = (
        b"From: petra@kunde.example\r\nTo: support@example.com\r\nCc: eve@evil.example\r\n"
        b"Message-ID: <e@evil.example>\r\nSubject: Re: [#1] Printer\r\n\r\nHello again.\r\n"
    )
    place.house.spool.keep(raw, mail_from="eve@evil.example", rcpts=["support@example.com"])
    place.turn()
    ticket = place.ticket(1)
    assert [p["address"] for p in ticket["participants"]] == ["petra@kunde.example"]
    assert len(ticket["messages"]) == 2
