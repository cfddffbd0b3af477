"""The outbox's rows: letters waiting to leave, and what became of them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from postdesk.daemon.outbox import Draft, Due, Failure, content_of, draft_of
from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.times import from_text, utc_text

_COLUMNS = (
    "ticket", "kind", "recipient", "message_id", "author", "subject", "mail_from", "written_at",
    "content", "state", "attempts", "next_try_at",
)  # fmt: skip
_LISTED = (
    "id, ticket, recipient, subject, message_id, state, attempts, next_try_at, error, kind, author"
)


class Outbox:
    """Letters, one recipient each. Callers bring the transaction, but for `claim` and verdicts."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def add(self, drafts: Sequence[Draft]) -> None:
        """Write letters; one whose Message-ID is there already is the same letter, kept once."""
        self._rows.insert("letter", _COLUMNS, [_row(d) for d in drafts], "ON CONFLICT DO NOTHING")

    def claim(self, now: datetime, waits: Sequence[timedelta], limit: int = 20) -> list[Due]:
        """Letters that are due, oldest first: the attempt is counted and the next one booked,
        and both are on disk, before anybody dials. Two daemons never claim the same."""
        moment = utc_text(now)
        skip = "" if self._rows.sqlite else " FOR UPDATE SKIP LOCKED"
        with self._rows.transaction():
            found = self._rows.all(
                "SELECT * FROM letter WHERE state = 'waiting' AND next_try_at <= ?"
                f" ORDER BY next_try_at, id LIMIT ?{skip}",
                moment,
                limit,
            )
            for attempts in {row["attempts"] for row in found}:
                wait = waits[min(attempts, len(waits) - 1)]
                some = [row["id"] for row in found if row["attempts"] == attempts]
                self._rows.run(
                    "UPDATE letter SET attempts = attempts + 1, next_try_at = ?"
                    f" WHERE id IN ({', '.join('?' * len(some))})",
                    utc_text(now + wait),
                    *some,
                )
        return [_due(row) for row in found]

    def sent(self, letter: int) -> None:
        """The relay took it."""
        self._settle(letter, "sent", None)

    def sent_all(self, letters: Sequence[int]) -> None:
        """The relay took these."""
        if not letters:
            return
        marks = ", ".join("?" * len(letters))
        with self._rows.transaction():
            self._rows.run(
                "UPDATE letter SET state = 'sent', next_try_at = NULL, error = NULL"
                f" WHERE id IN ({marks})",
                *letters,
            )

    def deferred(
        self, letter: int, why: str, told: Failure | None, ticket: int | None, now: datetime
    ) -> None:
        """Not yet; the next try was booked when it was claimed. Of a delay it is told once."""
        with self._rows.transaction():
            self._rows.run("UPDATE letter SET error = ? WHERE id = ?", why, letter)
            if told and ticket is not None:
                self._rows.run("UPDATE letter SET told = 1 WHERE id = ?", letter)
                self.tell(told, ticket, now)

    def failed(
        self, letter: int, why: str, told: Failure | None, ticket: int | None, now: datetime
    ) -> None:
        """Never; the desk is told in the same transaction, where a ticket is behind it."""
        with self._rows.transaction():
            self._rows.run(
                "UPDATE letter SET state = 'failed', next_try_at = NULL, error = ? WHERE id = ?",
                why,
                letter,
            )
            if told and ticket is not None:
                self.tell(told, ticket, now)

    def tell(self, told: Failure, ticket: int, now: datetime) -> None:
        """Leave word for the desk."""
        self._rows.run(
            "INSERT INTO happened (at, ticket, content) VALUES (?, ?, ?)",
            utc_text(now),
            ticket,
            dumps(asdict(told)),
        )

    def _settle(self, letter: int, state: str, error: str | None) -> None:
        with self._rows.transaction():
            self._rows.run(
                "UPDATE letter SET state = ?, next_try_at = NULL, error = ? WHERE id = ?",
                state,
                error,
                letter,
            )

    def answer_leaves(self, ticket: int) -> datetime | None:
        """When the last answer that waits on a ticket leaves; None where none waits."""
        return from_text(
            self._rows.value(
                "SELECT max(next_try_at) FROM letter WHERE ticket = ? AND kind = 'answer'"
                " AND state = 'waiting'",
                ticket,
            )
        )

    def answer_due(self, now: datetime) -> bool:
        """Is an agent's answer about to be tried for the first time?"""
        with self._rows.reading():
            found = self._rows.value(
                "SELECT 1 FROM letter WHERE state = 'waiting' AND next_try_at <= ?"
                " AND kind = 'answer' AND attempts = 0 LIMIT 1",
                utc_text(now),
            )
        return found is not None

    def next_due(self) -> datetime | None:
        """When the earliest waiting letter is due."""
        return from_text(
            self._rows.value("SELECT min(next_try_at) FROM letter WHERE state = 'waiting'")
        )

    def overdue(self) -> Row:
        """Since when a letter has been due (``due_at``), and since when one that was tried has
        waited (``tried_at``); None for none."""
        found = self._rows.one(
            "SELECT min(next_try_at) AS due_at,"
            " min(CASE WHEN attempts > 0 THEN written_at END) AS tried_at"
            " FROM letter WHERE state = 'waiting'"
        )
        assert found is not None  # an aggregate always has a row
        return found

    def listed(self, state: str | None = None, limit: int = 200) -> list[Row]:
        """Letters as `postdesk outbox list` shows them, newest first; "open" is all but sent."""
        where = {
            None: "state <> 'sent'",
            "all": "1 = 1",
        }.get(state, "state = ?")
        values: list[Any] = [state] if state not in (None, "all") else []
        return self._rows.all(
            f"SELECT {_LISTED} FROM letter WHERE {where} ORDER BY id DESC LIMIT ?", *values, limit
        )

    def get(self, letter: int) -> Row | None:
        """One letter's row."""
        return self._rows.one("SELECT * FROM letter WHERE id = ?", letter)

    def with_id(self, message_id: str) -> Row | None:
        """The letter of this Message-ID."""
        if not message_id:
            return None
        return self._rows.one("SELECT * FROM letter WHERE message_id = ?", message_id)

    def last_to(self, ticket: int, recipient: str) -> Row | None:
        """The latest letter of a ticket to this address; an answer before anything else."""
        return self._rows.one(
            "SELECT * FROM letter WHERE ticket = ?"
            " AND recipient = ? ORDER BY (kind = 'answer') DESC, id DESC LIMIT 1",
            ticket,
            recipient,
        )

    def retry(self, letter: int, now: datetime) -> bool:
        """Try again at once; False when there is no such letter or it was sent."""
        cursor = self._rows.run(
            "UPDATE letter SET state = 'waiting', next_try_at = ?, written_at = ?, error = NULL,"
            " told = 0 WHERE id = ? AND state <> 'sent'",
            utc_text(now),
            utc_text(now),
            letter,
        )
        return bool(cursor.rowcount)

    def drop(self, letter: int) -> bool:
        """Never send it; False when it has left already or does not exist."""
        cursor = self._rows.run(
            "UPDATE letter SET state = 'failed', next_try_at = NULL,"
            " error = 'dropped by hand' WHERE id = ? AND state IN ('waiting', 'held')",
            letter,
        )
        return bool(cursor.rowcount)

    def count(self) -> dict[str, int]:
        """How many letters there are, by state, sent ones left out."""
        found = self._rows.all(
            "SELECT state, count(*) AS many FROM letter WHERE state <> 'sent' GROUP BY state"
        )
        return {row["state"]: int(row["many"]) for row in found}

    def automatic_since(self, recipient: str, since: datetime, ticket: int | None = None) -> int:
        """How many automatic letters an address was written since then, or on one ticket."""
        more, values = (" AND ticket = ?", [ticket]) if ticket is not None else ("", [])
        return int(
            self._rows.value(
                "SELECT count(*) FROM letter WHERE recipient = ? AND kind = 'receipt'"
                f" AND written_at > ?{more}",
                recipient,
                utc_text(since),
                *values,
            )
        )

    def many_automatic(self, since: datetime, many: int) -> bool:
        """Were so many automatic letters written since then, to anybody?"""
        found = "SELECT 1 FROM letter WHERE kind = 'receipt' AND written_at > ? LIMIT 1 OFFSET ?"
        return self._rows.value(found, utc_text(since), many - 1) is not None

    def told(self, limit: int = 50) -> list[Row]:
        """What the courier left for the desk, oldest first."""
        return self._rows.all("SELECT * FROM happened ORDER BY id LIMIT ?", limit)

    def heard(self, happened: int) -> None:
        """The desk has decided on it, in this transaction."""
        self._rows.run("DELETE FROM happened WHERE id = ?", happened)


def _row(draft: Draft) -> tuple[object, ...]:
    due = draft.not_before or draft.written_at
    return (
        draft.ticket, draft.kind, draft.to.addr, draft.message_id, draft.author,
        draft.subject, draft.mail_from, utc_text(draft.written_at), content_of(draft),
        "waiting", 0, utc_text(due),
    )  # fmt: skip


def _due(row: Row) -> Due:
    written = from_text(row["written_at"])
    assert written is not None
    draft = draft_of(row, written)
    return Due(row["id"], row["attempts"] + 1, written, draft, told=bool(row["told"]))
