"""Other rules, the same tickets: what they use under an old name goes to whoever took its place."""

import json
import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.edit import restored
from postdesk.daemon.filing import Filing
from postdesk.daemon.settings import Settings
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.times import utc_text
from postdesk.daemon.usage import OPEN, Usage
from postdesk.rules.apply import DESK
from postdesk.rules.book import Book
from postdesk.rules.event import AgentGone
from postdesk.rules.heirs import heir_of
from postdesk.rules.people import People
from postdesk.rules.telling import CROWD

log = logging.getLogger(__name__)

BATCH = 50  # tickets of one turn
FOLLOWED = "tickets follow set"  # name of a setting: the digest


class Succession:
    """Follows each set once, whoever takes it; holds only which one it followed last."""

    def __init__(self, rows: Rows, filing: Filing, book: Callable[[], Book]) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._usage = Usage(rows)
        self._settings = Settings(rows)
        self._filing = filing
        self._book = book
        self._followed = ""

    def step(self, now: datetime) -> int:
        """Give away what nobody has by these rules; how many tickets that were."""
        book = self._book()
        if book.digest == self._followed:
            return 0
        with self._rows.transaction():
            last = self._settings.read(FOLLOWED)
            given = 0
            if last != book.digest:
                self._rename_statuses(book, now)
                given = self._give_away(self._people_of(last), book, now)
                if given < BATCH:
                    self._tell(book)
                    self._settings.keep(FOLLOWED, book.digest)
        if given < BATCH:
            self._followed = book.digest
        return given

    def _people_of(self, digest: str | None) -> People:
        """Who there was by the set that was followed before."""
        files = self._rows.value("SELECT files FROM rule_set WHERE digest = ?", digest or "")
        before = restored(json.loads(files)).book if files else None
        return before.people if before else People()

    # --- statuses --------------------------------------------------------------------------------

    def _rename_statuses(self, book: Book, now: datetime) -> None:
        workflow = book.workflow
        for old, many in self._usage.statuses().items():
            new = workflow.successor(old)
            if old in workflow.statuses or new is None:
                continue
            where = workflow.statuses[new].where
            self._rename(old, new, workflow.kind(new), book.because(where, f"status {new}"), now)
            log.info("rules: the status %s of %d ticket(s) is called %s now", old, many, new)

    def _rename(self, old: str, new: str, kind: str, because: str, now: datetime) -> None:
        """Another name is no move: no clock starts, and nobody is told."""
        self._rows.run(
            "INSERT INTO history (ticket, at, actor, act, detail, because)"
            " SELECT number, ?, ?, 'status', ?, ? FROM ticket WHERE status = ?",
            utc_text(now),
            DESK,
            json.dumps({"status": new, "was": old}, ensure_ascii=False),
            because,
            old,
        )
        self._rows.run(
            "UPDATE ticket SET status = ?, status_kind = ? WHERE status = ?", new, kind, old
        )

    # --- agents ----------------------------------------------------------------------------------

    def _give_away(self, before: People, book: Book, now: datetime) -> int:
        gone = {a: n for a, n in self._usage.agents().items() if book.people.agent(a) is None}
        given: Counter[tuple[str, str]] = Counter()
        for handle, many in gone.items():
            for number in self._open_of(handle, BATCH - given.total()):
                heir = self._pass_on(number, handle, before, book, now, many=many > CROWD)
                given[handle, heir] += 1
        for (handle, heir), tickets in given.items():
            log.warning("rules: agent %s is gone: %d ticket(s) go to %s", handle, tickets, heir)
        return given.total()

    def _open_of(self, handle: str, limit: int) -> list[int]:
        found = self._rows.all(
            f"SELECT number FROM ticket WHERE assignee = ? AND {OPEN} ORDER BY number LIMIT ?",
            handle,
            limit,
        )
        return [int(row["number"]) for row in found]

    def _pass_on(
        self, number: int, handle: str, before: People, book: Book, now: datetime, *, many: bool
    ) -> str:
        """To whom, for the log."""
        ticket = self._tickets.get(number, lock=True)
        if ticket is None or ticket.assignee != handle:
            return "where another node gave them"
        heir = heir_of(handle, ticket, before, book.people)
        gone = before.agent(handle)
        because = book.because(gone.where if gone else "", f"agent {handle} is gone")
        self._filing.carry_out(ticket, AgentGone(heir, because, many), book, now)
        return heir or "whoever has room"

    def _tell(self, book: Book) -> None:
        for loss in self._usage.losses(book):
            log.warning("rules: %s", loss)
