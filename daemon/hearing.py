"""What the courier left word of: letters that did not arrive are decided on their tickets."""

import logging
from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.bounces import failed_letter
from postdesk.daemon.filing import Filing
from postdesk.daemon.store import Row, Rows, StoreTrouble, Tickets
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.book import Book

log = logging.getLogger(__name__)


class Hearing:
    """Brings its own transaction; called by the desk's thread."""

    def __init__(self, rows: Rows, filing: Filing, book: Callable[[], Book]) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._outbox = Outbox(rows)
        self._filing = filing
        self._book = book

    def step(self, now: datetime) -> int:
        """Decide on what was left; how many letters that were."""
        with self._rows.reading():
            if not self._outbox.told(1):
                return 0
        with self._rows.transaction():
            told = self._outbox.told()
            for row in told:
                self._hear_of(row, now)
                self._outbox.heard(row["id"])
        return len(told)

    def _hear_of(self, row: Row, now: datetime) -> None:
        """Decide on one; one that cannot be decided is logged, and keeps no mail from its turn."""
        try:
            with self._rows.savepoint():
                ticket = self._tickets.get(row["ticket"], lock=True)
                if ticket is not None:
                    event = failed_letter(row, self._outbox)
                    self._filing.carry_out(ticket, event, self._book(), now)
        except StoreTrouble:
            raise
        except Exception:
            log.exception("ticket %s: its author was not told of a failure", row["ticket"])
