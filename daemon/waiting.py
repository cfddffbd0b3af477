"""Tickets that wait for an agent: each is given away as soon as somebody is available for it.

Much can make somebody available: hours that begin, a ticket that is closed, a deputy who is back,
other rules. So nobody is asked to tell of it. Each turn compares what waits and who is available
with what they were when a look last found nobody for anybody; only when they differ the queue is
gone through, the urgent first, and BATCH tickets at most are decided.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import islice

from postdesk.daemon.filing import Filing
from postdesk.daemon.roster import Rosters
from postdesk.daemon.store import Row, Rows, StoreTrouble, Tickets
from postdesk.rules.assign import available, pool, reach
from postdesk.rules.book import Book
from postdesk.rules.event import AgentFree
from postdesk.rules.people import People
from postdesk.rules.ticket import Participant, Ticket

log = logging.getLogger(__name__)

BATCH = 50  # tickets of one turn
# As in the index `ticket_waits`, word for word: then nothing else is looked through. coalesce:
# for `assignee IS NULL` SQLite would rather take the index of assignees, and all that is nobody's.
WAITS = "wanted IS NOT NULL AND coalesce(assignee, '') = '' AND status_kind <> 'done' AND spam = 0"
URGENT_FIRST = "urgency DESC, due_at IS NULL, due_at, number"

Queue = tuple[str | None, str, int, int]  # team, strategy; how many wait, and their numbers' sum
Look = tuple[object, ...]


class Waiting:
    """Gives away what waits. Holds what the last fruitless look saw, to spare the next ones."""

    def __init__(
        self, rows: Rows, filing: Filing, rosters: Rosters, book: Callable[[], Book]
    ) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._filing = filing
        self._rosters = rosters
        self._book = book
        self._seen: Look = ()
        self._failed: set[int] = set()  # tickets that cannot be decided; tried again at a restart

    def step(self, now: datetime) -> int:
        """Give away what can be given; how many tickets that were."""
        book = self._book()
        with self._rows.reading():
            queues = self._queues()
            free = self._free(book, now) if queues else frozenset()
        teams = _with_a_chance(queues, free, book.people)
        look = (queues, free, book.digest)
        if not teams or look == self._seen:
            return 0
        with self._rows.transaction():
            self._rosters.alone()
            found = list(islice(self._hopeful(teams, free, book.people), BATCH))
            given = sum(self._give(number, book, now) for number in self._locked(found))
        if not found:
            self._seen = look
        return given

    def _queues(self) -> tuple[Queue, ...]:
        """What waits, as far as it matters whether that has changed."""
        found = self._rows.run(
            f"SELECT team, wanted, count(*), sum(number) FROM ticket WHERE {WAITS}"
            " GROUP BY team, wanted ORDER BY team, wanted"
        )
        return tuple(tuple(row) for row in found.fetchall())

    def _free(self, book: Book, now: datetime) -> frozenset[str]:
        roster = self._rosters.everybody(book.people, now)
        agents = book.people.agents.values()
        return frozenset(a.handle for a in agents if available(a, roster, book, now))

    def _hopeful(
        self, teams: Collection[str], free: Collection[str], people: People
    ) -> Iterator[int]:
        """The numbers of those for whom somebody is available, the urgent first."""
        waiting = self._rows.all(
            f"SELECT number, team, wanted, requester FROM ticket WHERE {WAITS}"
            f" AND coalesce(team, '') IN ({', '.join('?' * len(teams))}) ORDER BY {URGENT_FIRST}",
            *teams,
        )
        for row in waiting:
            agents = reach(row["wanted"], _outline(row), people)
            if row["number"] not in self._failed and any(a.handle in free for a in agents):
                yield row["number"]

    def _locked(self, numbers: Collection[int]) -> list[int]:
        """Those of them, in their order, that nobody else works on: waiting for a ticket while
        others wait for us to have chosen would be waiting for each other."""
        if self._rows.sqlite or not numbers:
            return list(numbers)
        marks = ", ".join("?" * len(numbers))
        found = self._rows.all(
            f"SELECT number FROM ticket WHERE number IN ({marks}){self._rows.lock()} SKIP LOCKED",
            *numbers,
        )
        ours = {row["number"] for row in found}
        return [number for number in numbers if number in ours]

    def _give(self, number: int, book: Book, now: datetime) -> bool:
        """One ticket; False where it still waits. What cannot be decided is told once."""
        try:
            with self._rows.savepoint():
                ticket = self._tickets.get(number)
                if ticket is None:
                    return False
                return self._filing.carry_out(ticket, AgentFree(), book, now).wanted is None
        except StoreTrouble:
            raise
        except Exception:
            log.exception("ticket %d: could not be given to anybody", number)
            self._failed.add(number)
            return False


def _with_a_chance(
    queues: Collection[Queue], free: Collection[str], people: People
) -> tuple[str, ...]:
    """The teams, "" for none, that have somebody free, or whose tickets a coordinator may get."""
    return tuple(
        {
            team or ""
            for team, wanted, _, _ in queues
            if (free and wanted == "coordinator")
            or any(a.handle in free for a in pool(Ticket(0, team=team), people))
        }
    )


def _outline(row: Row) -> Ticket:
    """As much of a ticket as says who may get it."""
    requester = Participant(row["requester"] or "", "", "requester")
    return Ticket(row["number"], team=row["team"], requester=requester)
