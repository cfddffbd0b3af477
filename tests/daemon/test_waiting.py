"""What waits for an agent: in which order it is given away, and when it is looked at at all."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import peewee
import pytest
from made_up import DAY, HOUR, NOON, PETRA, ticket
from stories.town import CONFIG

from postdesk.daemon.config import load
from postdesk.daemon.house import House
from postdesk.daemon.store import Rows, Tickets, open_rows
from postdesk.daemon.waiting import BATCH, WAITS, Waiting
from postdesk.daemon.workers import InlineWorkers
from postdesk.rules.calendar import Calendar
from postdesk.rules.ticket import Participant, Ticket

AGENT = '[agent.{0}]\nname = "{0}"\naddresses = ["{0}@example.com"]\n{1}\n'
CREW = (
    AGENT.format("anna", "capacity = 2")
    + AGENT.format("bob", "")
    + AGENT.format("carol", 'role = "manager"')
    + '[team.billing]\nmembers = ["anna"]\n[team.sales]\nmembers = ["bob"]\n'
    + '[customer."petra@kunde.example"]\ncoordinator = "carol"\n'
)


class Watched(Rows):
    """Counts the transactions, which is what a look at the queue costs."""

    def __init__(self, db: peewee.Database) -> None:
        super().__init__(db)
        self.looks = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.looks += 1
        with super().transaction():
            yield


class Queue:
    """A house without threads, and tickets that wait in it."""

    def __init__(self, folder: Path, database: str) -> None:
        (folder / "rules").mkdir()
        (folder / "rules" / "10-people.toml").write_text(CREW)
        (folder / "config.toml").write_text(CONFIG.format(database=database, desk="", more=""))
        self.house = House(load(folder / "config.toml", {}), InlineWorkers, lambda: NOON)
        self.house.start(NOON)
        self.folder = folder
        self.rows = Watched(self.house.rows.db)
        self.waiting = self.anew()

    def anew(self) -> Waiting:
        house = self.house
        return Waiting(self.rows, house.filing, house.rosters, house.book)

    def waits(self, *tickets: Ticket, team: str = "billing", wanted: str = "round-robin") -> None:
        with self.house.rows.transaction():
            for one in tickets:
                kept = replace(one, team=one.team or team, wanted=one.wanted or wanted)
                self.house.tickets.save(kept)

    def saves(self, *tickets: Ticket) -> None:
        with self.house.rows.transaction():
            for one in tickets:
                self.house.tickets.save(one)

    def away(self, *handles: str) -> None:
        with self.house.rows.transaction():
            for handle in handles:
                self.house.rosters.away(handle, None, NOON)

    def back(self, handle: str) -> None:
        with self.house.rows.transaction():
            self.house.rosters.back(handle)

    def given(self) -> dict[int, str]:
        with self.house.rows.reading():
            found = self.house.rows.all("SELECT number, assignee FROM ticket ORDER BY number")
        return {row["number"]: row["assignee"] for row in found if row["assignee"]}


@pytest.fixture
def queue(tmp_path: Path, database_url: str) -> Iterator[Queue]:
    found = Queue(tmp_path, database_url)
    yield found
    found.house.close()


def step(queue: Queue, now: datetime = NOON) -> int:
    return queue.waiting.step(now)


URGENT = replace(ticket(9), urgency=5)
DUE = replace(ticket(8), due_at=NOON + HOUR)
LATER = replace(ticket(2), due_at=NOON + DAY)
MAXS = replace(ticket(1), requester=Participant("max@kunde.example", "Max", "requester"))
PLAIN, PLAIN_TOO = ticket(3), ticket(4)


def test_urgent_goes_before_due_and_due_before_old(queue: Queue) -> None:
    queue.waits(PLAIN_TOO, PLAIN, LATER, DUE, URGENT)
    assert step(queue) == 2
    assert queue.given() == {9: "anna", 8: "anna"}
    for numbers in ({2, 3}, {4}):
        full = list(queue.given())
        queue.saves(*(ticket(n, assignee="anna", status="closed") for n in full))
        assert step(queue) == len(numbers)
        assert set(queue.given()) - set(full) == numbers


def test_one_teams_queue_keeps_nobody_elses_waiting(queue: Queue) -> None:
    queue.away("anna")
    queue.waits(*(replace(URGENT, number=n) for n in range(1, BATCH + 10)))
    queue.waits(ticket(900), team="sales")
    assert step(queue) == 1
    assert queue.given() == {900: "bob"}


def test_a_turn_gives_away_no_more_than_a_batch(queue: Queue) -> None:
    queue.waits(*(ticket(n) for n in range(1, BATCH + 10)), team="sales")
    assert [step(queue), step(queue), step(queue)] == [BATCH, 9, 0]


def test_only_a_ticket_that_is_open_and_nobodys_waits(queue: Queue) -> None:
    queue.waits(
        ticket(1, assignee="carol"),
        ticket(2, status="closed"),
        replace(ticket(3), spam=True),
        ticket(4, status="pending"),
    )
    assert step(queue) == 1
    assert queue.given() == {1: "carol", 4: "anna"}


@pytest.mark.parametrize(
    ("wanted", "requester", "who"),
    [
        ("coordinator", PETRA, {1: "carol"}),
        ("sticky", PETRA, {}),
        ("coordinator", MAXS.requester, {}),
    ],
)
def test_a_coordinator_outside_the_team_is_enough(
    queue: Queue, wanted: str, requester: Participant, who: dict[int, str]
) -> None:
    queue.away("anna")
    queue.waits(replace(ticket(1), requester=requester), wanted=wanted)
    assert step(queue) == len(who)
    assert queue.given() == who


def test_the_customers_of_a_ticket_do_not_get_it(queue: Queue) -> None:
    own = Participant("anna@example.com", "Anna", "requester")
    queue.waits(replace(ticket(1), requester=own))
    assert step(queue) == 0
    assert queue.given() == {}


# --- when a look is worth it ---------------------------------------------------------------------


def test_nothing_waits_nothing_is_looked_at(queue: Queue) -> None:
    assert step(queue) == 0
    assert queue.rows.looks == 0


def test_with_nobody_there_nothing_is_looked_at(queue: Queue) -> None:
    queue.away("anna", "bob", "carol")
    queue.waits(ticket(1), ticket(2), wanted="coordinator")
    assert step(queue) == 0
    assert queue.rows.looks == 0


def test_a_team_with_nobody_there_is_not_looked_at(queue: Queue) -> None:
    queue.away("anna")
    queue.waits(ticket(1))
    assert step(queue) == 0
    assert queue.rows.looks == 0


def test_after_a_look_in_vain_the_next_one_waits_for_a_change(queue: Queue) -> None:
    queue.away("anna")
    queue.waits(MAXS, wanted="coordinator")
    assert [step(queue, NOON + n * HOUR) for n in range(9)] == [0] * 9
    assert queue.rows.looks == 1


def more_waits(queue: Queue) -> None:
    queue.waits(replace(MAXS, number=2), wanted="coordinator")


def another_waits_instead(queue: Queue) -> None:
    queue.saves(ticket(1, assignee="bob"))
    queue.waits(replace(MAXS, number=2), wanted="coordinator")


def it_goes_to_another_team(queue: Queue) -> None:
    queue.waits(MAXS, team="sales", wanted="coordinator")


def somebody_goes(queue: Queue) -> None:
    queue.away("carol")


def somebody_is_back(queue: Queue) -> None:
    queue.back("anna")


def rules_change(queue: Queue) -> None:
    (queue.folder / "rules" / "20-more.toml").write_text(AGENT.format("dora", ""))
    queue.house.reread(NOON)


def the_daemon_starts_anew(queue: Queue) -> None:
    queue.waiting = queue.anew()


@pytest.mark.parametrize(
    "change",
    [
        more_waits, another_waits_instead, it_goes_to_another_team, somebody_goes,
        somebody_is_back, rules_change, the_daemon_starts_anew,
    ],
)  # fmt: skip
def test_each_change_is_worth_a_look(queue: Queue, change: Callable[[Queue], None]) -> None:
    queue.away("anna")
    queue.waits(MAXS, wanted="coordinator")
    step(queue)
    change(queue)
    before = queue.rows.looks
    step(queue)
    assert queue.rows.looks == before + 1


def test_when_her_hours_begin_she_is_given_what_waited(queue: Queue) -> None:
    book = queue.house.book()
    agents = {handle: replace(a, hours="office") for handle, a in book.people.agents.items()}
    office = Calendar("office", week=(((780, 1020),),) * 7)  # from one o'clock
    book = replace(book, people=replace(book.people, agents=agents), calendars={"office": office})
    waiting = Waiting(queue.rows, queue.house.filing, queue.house.rosters, lambda: book)
    queue.waits(ticket(1))
    assert [waiting.step(NOON), waiting.step(NOON + HOUR)] == [0, 1]
    assert queue.given() == {1: "anna"}


def test_room_that_is_taken_and_free_again_between_two_looks_is_seen(queue: Queue) -> None:
    """She was available when the last look ended, got full, a ticket had to wait, has room."""
    queue.waits(ticket(1))
    assert [step(queue), step(queue)] == [1, 0]
    queue.saves(ticket(2, assignee="anna"))
    queue.waits(ticket(3))
    assert step(queue) == 0
    queue.saves(ticket(2, assignee="anna", status="closed"))
    assert step(queue) == 1
    assert queue.given() == {1: "anna", 2: "anna", 3: "anna"}


def test_only_what_waits_is_counted_not_all_tickets(queue: Queue) -> None:
    explain = "EXPLAIN QUERY PLAN" if queue.rows.sqlite else "EXPLAIN"
    with queue.rows.reading():
        plan = queue.rows.all(f"{explain} SELECT sum(number) FROM ticket WHERE {WAITS}")
    assert "ticket_waits" in str(plan)


# --- trouble -------------------------------------------------------------------------------------


def test_a_ticket_that_cannot_be_given_is_told_once_and_keeps_none_from_its_turn(
    queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.waits(URGENT, PLAIN)
    with queue.house.rows.transaction():
        queue.house.rows.run("UPDATE ticket SET rest = '{' WHERE number = 9")
    with caplog.at_level(logging.ERROR):
        assert [step(queue), step(queue), step(queue)] == [1, 0, 0]
    assert queue.given() == {3: "anna"}
    assert caplog.text.count("ticket 9: could not be given") == 1


def test_a_ticket_that_somebody_works_on_is_given_later(tmp_path: Path, postgres_url: str) -> None:
    queue = Queue(tmp_path, postgres_url)
    queue.waits(ticket(1))
    other = open_rows(postgres_url)
    with other.transaction():
        assert Tickets(other).get(1, lock=True)
        assert step(queue) == 0
    assert step(queue) == 1
    other.db.close()
    queue.house.close()
