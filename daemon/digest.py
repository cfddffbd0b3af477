"""The digest: each agent's morning in one letter, once a day, whoever of the daemons is first."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from postdesk.daemon.digest_rows import DigestRows
from postdesk.daemon.letters_digest import DigestLetters
from postdesk.daemon.lookups import Lookups
from postdesk.daemon.mornings import DAY, next_morning
from postdesk.daemon.queries import Queries
from postdesk.daemon.roster import Rosters
from postdesk.daemon.store import Rows, StoreTrouble
from postdesk.daemon.store_digests import Digests
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.book import Book
from postdesk.rules.people import Agent

log = logging.getLogger(__name__)

WORD = "digest"  # among an agent's `notices`
AT_ONCE = 5  # agents in one turn: mail does not wait until all of a large desk have theirs


class Rounds:
    """Writes digests when they are due. Holds when that is, by the rules it last saw."""

    def __init__(
        self,
        rows: Rows,
        queries: Queries,
        digests: Digests,
        letters: DigestLetters,
        lookups: Lookups,
        rosters: Rosters,
        book: Callable[[], Book],
        zone: ZoneInfo,
    ) -> None:
        self._rows = rows
        self._queries = queries
        self._digests = digests
        self._contents = DigestRows(rows, queries)
        self._letters = letters
        self._lookups = lookups
        self._rosters = rosters
        self._outbox = Outbox(rows)
        self._book = book
        self._zone = zone
        self._seen: Book | None = None
        self._plan: dict[str, tuple[date, datetime]] = {}  # by handle: the next day, and its hour

    def step(self, now: datetime) -> int:
        """Look after some of the agents whose mornings have begun; how many that were."""
        book = self._book()
        if self._seen is not book:
            self._plan = {}
            with self._rows.transaction():
                for agent in book.people.agents.values():
                    self._ahead(agent, book, now, None)
                    self._meet(agent, now)
            self._seen = book
        due = [handle for handle, (_, begins) in self._plan.items() if begins <= now]
        for handle in due[:AT_ONCE]:
            self._turn(handle, book, now)
        return min(len(due), AT_ONCE)

    def _ahead(self, agent: Agent, book: Book, now: datetime, after: date | None) -> None:
        """Plan an agent's next digest, where she wants one."""
        self._plan.pop(agent.handle, None)
        if WORD not in agent.notices or not agent.address:
            return
        hours = book.calendars.get(agent.hours)
        if found := next_morning(now, hours, self._zone, after):
            self._plan[agent.handle] = found

    def _meet(self, agent: Agent, now: datetime) -> None:
        """Of an agent who is new here, the first digest is that of the next morning to come."""
        if agent.handle not in self._plan or self._digests.last(agent.handle):
            return
        day, begins = self._plan[agent.handle]
        self._digests.claim(agent.handle, day if begins <= now else day - DAY, now)

    def _turn(self, handle: str, book: Book, now: datetime) -> None:
        """One agent; what cannot be written is told, and tomorrow is another day."""
        agent = book.people.agents[handle]
        day, _ = self._plan[handle]
        try:
            with self._rows.transaction():
                self._write(agent, day, book, now)
        except StoreTrouble:
            raise
        except Exception:
            log.exception("digest of %s: could not be written", handle)
        self._ahead(agent, book, now, day)

    def _write(self, agent: Agent, day: date, book: Book, now: datetime) -> None:
        if agent.handle in self._rosters.absent(now):
            return
        last = self._digests.last(agent.handle)
        if last is None or not self._digests.claim(agent.handle, day, now):
            return
        reader, teller = self._lookups.reader(agent, now), self._lookups.teller(agent)
        morning = self._contents.morning(agent, last, book, reader, teller)
        if morning.empty:
            return
        unread = self._queries.unread(morning.numbers, agent)
        draft, tickets = self._letters.draft(morning, reader, unread, day)
        self._outbox.add([draft])
        self._digests.keep(agent.handle, day, draft.message_id, tickets)
