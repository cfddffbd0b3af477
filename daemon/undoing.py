"""Undo: an agent takes the last act on a ticket back, while nothing of it has left."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.filing import Filing
from postdesk.daemon.rows import ROW, dumps, ticket_of, ticket_row
from postdesk.daemon.store import Row, Rows, Tickets
from postdesk.daemon.times import utc_text
from postdesk.rules.book import Book
from postdesk.rules.event import Undone
from postdesk.rules.ticket import Ticket


class CannotUndoError(Exception):
    """There is nothing to take back, or it is too late; the text says why, for a person."""


_COLUMNS = ("ticket", "agent", "at", "before", "after", "key", "later", "message", "letter")


@dataclass(frozen=True, slots=True)
class Act:
    """What an agent did in one mail."""

    agent: str
    key: str  # the mail's intake key
    letter: int  # the ``mark`` of before it
    later: bool = False  # its words wait for a time that their author named


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act whose words still wait. ``late``: they were to end it, or to be sent much later."""

    agent: str
    key: str
    late: bool


class Undoing:
    """Remembers how tickets were before agents acted. Callers bring the transaction."""

    def __init__(self, rows: Rows, filing: Filing, book: Callable[[], Book]) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._filing = filing
        self._book = book

    def mark(self) -> int:
        """The last letter there is: what comes after it belongs to the act that follows."""
        return int(self._rows.value("SELECT max(id) FROM letter") or 0)

    def remember(self, before: Ticket, after: Ticket, act: Act) -> None:
        """An act is done."""
        assert after.updated_at is not None
        at = utc_text(after.updated_at)
        message = self._rows.value(
            "SELECT max(id) FROM message WHERE ticket = ? AND agent = ? AND at = ?",
            after.number,
            act.agent,
            at,
        )
        values = (
            after.number, act.agent, at, dumps(ticket_row(before)), at, act.key, int(act.later),
            message, act.letter,
        )  # fmt: skip
        self._rows.insert("act", _COLUMNS, [values])

    def waiting(self, ticket: Ticket, now: datetime) -> list[Waiting]:
        """Acts whose words to the customer have not left and will not leave at once."""
        found = self._rows.all(
            "SELECT a.agent, a.key, a.later, a.before FROM act a WHERE a.ticket = ?"
            " AND a.undone_at IS NULL AND a.after = ? AND EXISTS (SELECT 1 FROM letter l"
            " WHERE l.ticket = a.ticket AND l.id > a.letter AND l.written_at = a.at"
            " AND l.kind = 'answer' AND l.state = 'waiting' AND l.next_try_at > ?)",
            ticket.number,
            utc_text(ticket.updated_at or now),
            utc_text(now),
        )
        return [
            Waiting(row["agent"], row["key"], bool(row["later"]) or _ended(row, ticket))
            for row in found
        ]

    def undo(self, number: int, agent: str, because: str, now: datetime) -> Ticket:
        """Take the last act of this agent back. Raises CannotUndoError; then nothing is changed."""
        ticket = self._tickets.get(number, lock=True)
        act = self._last(number, agent)
        if ticket is None or act is None:
            raise CannotUndoError(f"you have done nothing on #{number} that could be taken back")
        if utc_text(ticket.updated_at or now) != act["after"]:
            raise CannotUndoError(f"something else has happened on #{number} since then")
        letters = self._letters(act)
        if gone := next((row for row in letters if row["state"] != "waiting"), None):
            raise CannotUndoError(f"the letter to {gone['recipient']} has left already")
        self._take_back(act, letters, now)
        before = _before(act)
        return self._filing.carry_out(ticket, Undone(before, agent, because), self._book(), now)

    def _last(self, number: int, agent: str) -> Row | None:
        return self._rows.one(
            "SELECT * FROM act WHERE ticket = ? AND agent = ? AND undone_at IS NULL"
            " ORDER BY id DESC LIMIT 1",
            number,
            agent,
        )

    def _letters(self, act: Row) -> list[Row]:
        """What the act wrote to customers: notices to colleagues may have been read, and stay."""
        return self._rows.all(
            "SELECT id, recipient, state FROM letter WHERE ticket = ? AND id > ?"
            " AND written_at = ? AND kind IN ('answer', 'closed')",
            act["ticket"],
            act["letter"],
            act["at"],
        )

    def _take_back(self, act: Row, letters: list[Row], now: datetime) -> None:
        for row in letters:  # gone, so that the same mail may be sent after all
            self._rows.run("DELETE FROM letter WHERE id = ?", row["id"])
        if act["message"]:
            self._rows.run("UPDATE message SET kind = 'note' WHERE id = ?", act["message"])
        self._rows.run("UPDATE act SET undone_at = ? WHERE id = ?", utc_text(now), act["id"])


def _before(act: Row) -> Ticket:
    return ticket_of(dict(zip(ROW, json.loads(act["before"]), strict=True)))


def _ended(act: Row, ticket: Ticket) -> bool:
    """Has this act ended the ticket?"""
    return ticket.status_kind == "done" and _before(act).status_kind != "done"
