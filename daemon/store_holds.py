"""Mails that wait for an agent's word, the paths agents confirmed, and what was taken in."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.times import from_text, utc_text
from postdesk.rules.hold import Cause


@dataclass(frozen=True, slots=True)
class Hold:
    """A held mail and the question about it."""

    number: int
    key: str  # intake key of the held mail
    agent: str
    ticket: int | None
    towards: str  # "customer" or "team"
    reasons: tuple[Cause, ...]
    offered: tuple[str, ...]  # the words that answer it
    path: str  # by which way the mail came; remembered when it is confirmed
    expires_at: datetime
    state: str  # waiting, released, cancelled


class Holds:
    """Callers bring the transaction."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def add(self, hold: Hold, now: datetime) -> int:
        """Hold a mail; its number. The same mail held again keeps its number and is open again."""
        return int(
            self._rows.value(
                "INSERT INTO hold (key, agent, ticket, towards, reasons, offered, path, asked_at,"
                " expires_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')"
                " ON CONFLICT (key) DO UPDATE SET state = 'waiting', reasons = excluded.reasons,"
                " offered = excluded.offered, expires_at = excluded.expires_at RETURNING number",
                hold.key,
                hold.agent,
                hold.ticket,
                hold.towards,
                dumps([asdict(cause) for cause in hold.reasons]),
                dumps(list(hold.offered)),
                hold.path,
                utc_text(now),
                utc_text(hold.expires_at),
            )
        )

    def get(self, number: int) -> Hold | None:
        """The hold of this number; its row is locked until the transaction ends."""
        row = self._rows.one(f"SELECT * FROM hold WHERE number = ?{self._rows.lock()}", number)
        return _hold(row) if row else None

    def unsettled(self, before: datetime, limit: int) -> list[Row]:
        """The holds that wait since before then and of which somebody is to hear again."""
        return self._rows.all(
            "SELECT number, asked_at, reminded_at, lead_told_at FROM hold WHERE state = 'waiting'"
            " AND asked_at < ? AND (reminded_at IS NULL OR lead_told_at IS NULL)"
            " ORDER BY asked_at LIMIT ?",
            utc_text(before),
            limit,
        )

    def reminded(self, number: int, now: datetime) -> None:
        """Its author was asked once more."""
        self._rows.run("UPDATE hold SET reminded_at = ? WHERE number = ?", utc_text(now), number)

    def lead_told(self, number: int, now: datetime) -> None:
        """The lead heard of it."""
        self._rows.run("UPDATE hold SET lead_told_at = ? WHERE number = ?", utc_text(now), number)

    def of(self, key: str) -> Hold | None:
        """The hold of this mail."""
        row = self._rows.one("SELECT * FROM hold WHERE key = ?", key)
        return _hold(row) if row else None

    def settled_by(self, key: str) -> Hold | None:
        """The hold that this mail answered."""
        row = self._rows.one("SELECT * FROM hold WHERE settled_by = ?", key)
        return _hold(row) if row else None

    def settle(self, number: int, state: str, answer: str, now: datetime) -> None:
        """Answered, by the mail of this intake key: released or cancelled, once."""
        self._rows.run(
            "UPDATE hold SET state = ?, settled_at = ?, settled_by = ? WHERE number = ?",
            state,
            utc_text(now),
            answer,
            number,
        )

    def renew(self, number: int, until: datetime) -> None:
        """The question is asked anew."""
        self._rows.run("UPDATE hold SET expires_at = ? WHERE number = ?", utc_text(until), number)

    def waiting(self) -> list[Row]:
        """What waits for an agent, oldest first."""
        return self._rows.all("SELECT * FROM hold WHERE state = 'waiting' ORDER BY number")

    def remember(self, agent: str, path: str, until: datetime) -> None:
        """This agent's mail by this path needs no question until then."""
        self._rows.run(
            "INSERT INTO path (agent, path, until) VALUES (?, ?, ?)"
            " ON CONFLICT (agent, path) DO UPDATE SET until = excluded.until",
            agent,
            path,
            utc_text(until),
        )

    def remembers(self, agent: str, path: str, now: datetime) -> bool:
        """Was this path confirmed by this agent, and is it still?"""
        until = self._rows.value("SELECT until FROM path WHERE agent = ? AND path = ?", agent, path)
        return bool(path) and until is not None and until > utc_text(now)


class Intake:
    """Each mail has its effects once."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def begin(self, key: str, digest: str, now: datetime) -> bool:
        """Claim a mail's effects in this transaction; False when they are there already."""
        cursor = self._rows.run(
            "INSERT INTO intake (key, digest, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            key,
            digest,
            utc_text(now),
        )
        return bool(cursor.rowcount)

    def end(self, key: str, ticket: int | None) -> None:
        """The ticket that a mail ended on."""
        self._rows.run("UPDATE intake SET ticket = ? WHERE key = ?", ticket, key)

    def forget(self, key: str) -> None:
        """The mail has had no effect, and is to be taken anew when it is tried again."""
        self._rows.run("DELETE FROM intake WHERE key = ?", key)

    def ticket(self, key: str) -> int | None:
        """The ticket on which a mail ended."""
        found: int | None = self._rows.value("SELECT ticket FROM intake WHERE key = ?", key)
        return found

    def twin(self, digest: str, key: str) -> Row | None:
        """The same mail, taken in before by another way."""
        return self._rows.one(
            "SELECT key, ticket FROM intake WHERE digest = ? AND key <> ? LIMIT 1", digest, key
        )


def _hold(row: Row) -> Hold:
    expires = from_text(row["expires_at"])
    assert expires is not None
    return Hold(
        row["number"],
        row["key"],
        row["agent"],
        row["ticket"],
        row["towards"],
        tuple(Cause(**cause) for cause in json.loads(row["reasons"])),
        tuple(json.loads(row["offered"])),
        row["path"],
        expires,
        row["state"],
    )
