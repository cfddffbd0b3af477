"""Deadlines: tickets whose next moment came are decided, each once, whoever looks first."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from postdesk.daemon.filing import Filing
from postdesk.daemon.settings import Settings
from postdesk.daemon.store import Rows, StoreTrouble, Tickets
from postdesk.daemon.times import utc_text
from postdesk.rules.book import Book
from postdesk.rules.event import DeadlinePassed

log = logging.getLogger(__name__)

BATCH = 50  # tickets of one turn
RECKONED = "reckoned by set"  # name of a setting: the digest
LATER = timedelta(hours=1)  # until a ticket that could not be decided is looked at again


class Deadlines:
    """Reads `ticket.next_deadline`, an indexed column; holds nothing but the set it last saw."""

    def __init__(self, rows: Rows, filing: Filing, book: Callable[[], Book]) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._settings = Settings(rows)
        self._filing = filing
        self._book = book
        self._seen = ""  # digest of the rules by which deadlines were reckoned

    def step(self, now: datetime) -> int:
        """Decide what is due; how many tickets that were."""
        self._follow_rules(now)
        with self._rows.reading():
            due = self._rows.all(
                "SELECT number FROM ticket WHERE next_deadline <= ?"
                " ORDER BY next_deadline, number LIMIT ?",
                utc_text(now),
                BATCH,
            )
        for row in due:
            self._decide(int(row["number"]), now)
        return len(due)

    def _follow_rules(self, now: datetime) -> None:
        """Other rules, calendars or promises: every open ticket is reckoned anew."""
        digest = self._book().digest
        if digest == self._seen:
            return
        with self._rows.transaction():
            if self._settings.read(RECKONED) != digest:
                self._rows.run(
                    "UPDATE ticket SET next_deadline = ? WHERE status_kind <> 'done'", utc_text(now)
                )
                self._settings.keep(RECKONED, digest)
        self._seen = digest

    def _decide(self, number: int, now: datetime) -> None:
        """One ticket, locked: another node may have been here, or somebody may have answered."""
        try:
            with self._rows.transaction():
                ticket = self._tickets.get(number, lock=True)
                if ticket and ticket.next_deadline and ticket.next_deadline <= now:
                    self._filing.carry_out(ticket, DeadlinePassed(), self._book(), now)
        except StoreTrouble:
            raise
        except Exception:
            log.exception("ticket %d: its deadline could not be decided", number)
            with self._rows.transaction():
                self._rows.run(
                    "UPDATE ticket SET next_deadline = ? WHERE number = ?",
                    utc_text(now + LATER),
                    number,
                )
