"""Reminders: a question about a held mail is asked again once, then the lead hears of it."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from postdesk.daemon.filing import Filing
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.store import Row, Rows, Tickets
from postdesk.daemon.store_holds import Hold, Holds
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text
from postdesk.daemon.workers import Parsed
from postdesk.rules.book import Book
from postdesk.rules.event import HoldWaits
from postdesk.rules.span import Span, after
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

REMIND = Span(timedelta(minutes=15))  # of the agent's working time
AT_LATEST = timedelta(hours=24)  # until the lead hears
BATCH = 20


class Reminders:
    """Looks at the holds that wait; each reminder is noted in the transaction that writes it."""

    def __init__(
        self,
        rows: Rows,
        letters: HoldLetters,
        filing: Filing,
        parse: Callable[[Sequence[str]], list[Parsed]],
        book: Callable[[], Book],
    ) -> None:
        self._rows = rows
        self._holds = Holds(rows)
        self._tickets = Tickets(rows)
        self._outbox = Outbox(rows)
        self._letters = letters
        self._filing = filing
        self._parse = parse
        self._book = book

    def step(self, now: datetime) -> int:
        """Write what is due; how many letters that were."""
        with self._rows.reading():
            waiting = self._holds.unsettled(now - timedelta(minutes=1), BATCH)
        return sum(self._look(row, now) for row in waiting)

    def _look(self, row: Row, now: datetime) -> int:
        with self._rows.transaction():
            hold = self._holds.get(int(row["number"]))
            if hold is None or hold.state != "waiting":
                return 0
            asked = from_text(row["asked_at"]) or now
            ticket = self._tickets.get(hold.ticket, lock=True) if hold.ticket else None
            if row["reminded_at"] is None and self._may_remind(hold, asked, now):
                return self._remind(hold, ticket, now)
            if row["lead_told_at"] is None and ticket and now >= _lead_hears(ticket, asked):
                return self._tell_lead(hold, ticket, now)
        return 0

    def _may_remind(self, hold: Hold, asked: datetime, now: datetime) -> bool:
        book = self._book()
        agent = book.people.agent(hold.agent)
        hours = book.calendars.get(agent.hours) if agent else None
        return after(asked, REMIND, hours) <= now

    def _remind(self, hold: Hold, ticket: Ticket | None, now: datetime) -> int:
        agent = self._book().people.agent(hold.agent)
        self._holds.reminded(hold.number, now)
        if agent is None:
            return 0
        [held] = self._parse([hold.key])
        about = (hold, agent, held.mail, ticket, now, "reminder")
        question = self._letters.question(*about, reminder=True)
        self._outbox.add([question])
        return 1

    def _tell_lead(self, hold: Hold, ticket: Ticket, now: datetime) -> int:
        self._holds.lead_told(hold.number, now)
        waits = HoldWaits(hold.agent, tuple(c.line or c.cause for c in hold.reasons))
        self._filing.carry_out(ticket, waits, self._book(), now)
        return 1


def _lead_hears(ticket: Ticket, asked: datetime) -> datetime:
    """When half the time to the promised answer is gone; at the latest after a day."""
    latest = asked + AT_LATEST
    if ticket.respond_by is None:
        return latest
    return min(latest, asked + max(timedelta(), ticket.respond_by - asked) / 2)
