"""Tickets, their words and their history: read and written in short transactions."""

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

import peewee

from postdesk.daemon import rows, schema
from postdesk.daemon.chronicle import Entry
from postdesk.daemon.times import utc_text
from postdesk.rules.effect import Append
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

Row = dict[str, Any]
TROUBLE = (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError)
LIMITS = "54"  # SQLSTATE class: this statement asks too much; the database itself is well
MANY = 200  # rows to an INSERT, ids to an IN: under every database's limit of parameters


class StoreTrouble(Exception):
    """The database itself fails (full, locked, gone): nothing was written; try again later."""


@contextmanager
def _told() -> Iterator[None]:
    """The database's own trouble as StoreTrouble; what one statement did wrong stays as it is."""
    try:
        yield
    except TROUBLE as error:
        if _asks_too_much(error):
            raise
        raise StoreTrouble(_first(error)) from error


def _asks_too_much(error: BaseException) -> bool:
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return bool(state.startswith(LIMITS))


def _first(error: BaseException) -> str:
    """What began it: undoing a transaction that is gone fails as well."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, StoreTrouble):
            return str(found)
        found = found.__context__
    return schema.first_line(error)


class Rows:
    """The few forms of SQL we need, the same on SQLite and PostgreSQL."""

    def __init__(self, db: peewee.Database) -> None:
        self.db: Any = db
        self.sqlite = isinstance(db, peewee.SqliteDatabase)
        self._lock = "" if self.sqlite else " FOR UPDATE"
        # SQLite has one writer and lets others poll for its place, in sleeps of up to 0.1 s;
        # threads of one daemon queue here instead.
        self._writer = threading.RLock() if self.sqlite else nullcontext()

    def run(self, sql: str, *values: object) -> Any:
        """Execute; ``?`` stands for a value on both databases."""
        if not self.sqlite:
            sql = sql.replace("?", "%s")
        try:  # as `_told` does, without its cost: this is the way of every statement
            return self.db.execute_sql(sql, values)
        except TROUBLE as error:
            if _asks_too_much(error):
                raise
            raise StoreTrouble(_first(error)) from error

    def alive(self) -> None:
        """Raises StoreTrouble when the database cannot be asked."""
        with self.reading():
            self.value("SELECT 1")

    def all(self, sql: str, *values: object) -> list[Row]:
        """All rows as dictionaries."""
        cursor = self.run(sql, *values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row, or None."""
        found = self.all(sql, *values)
        return found[0] if found else None

    def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row, or None."""
        row = self.run(sql, *values).fetchone()
        return row[0] if row else None

    def insert(
        self, table: str, names: Sequence[str], many: Sequence[Sequence[object]], tail: str = ""
    ) -> None:
        """Rows into a table, at most MANY to a statement, which may have a ``tail``."""
        for start in range(0, len(many), MANY):
            some = many[start : start + MANY]
            marks = ", ".join(["(" + ", ".join("?" * len(names)) + ")"] * len(some))
            self.run(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks} {tail}",
                *(value for row in some for value in row),
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk at its end. SQLite takes the writer's place at once:
        a read that turns into a write later would fail without waiting (SQLITE_BUSY)."""
        with (
            _told(),
            self._writer,
            self.db.connection_context(),
            self.db.atomic(*self._immediate()),
        ):
            yield

    def _immediate(self) -> tuple[str, ...]:
        return ("IMMEDIATE",) if self.sqlite else ()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Inside a transaction: one mail's part of it, undone alone when it fails. Raises
        StoreTrouble when it cannot be undone alone, because the whole transaction is gone."""
        self.run("SAVEPOINT one")  # always one name: a driver prepares what it has not seen
        try:
            yield
        except BaseException:
            self.run("ROLLBACK TO SAVEPOINT one")
            self.run("RELEASE SAVEPOINT one")
            raise
        self.run("RELEASE SAVEPOINT one")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A connection of this thread's own, for reading outside a transaction."""
        with _told(), self.db.connection_context():
            yield

    def lock(self) -> str:
        """What a SELECT ends in, so that the row is ours until the transaction ends."""
        return self._lock


_UPSERT = (
    f"INSERT INTO ticket ({', '.join(rows.ROW)}) VALUES ({', '.join('?' * len(rows.ROW))})"
    " ON CONFLICT (number) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in rows.ROW if name != "number")
)
_MESSAGE = (
    "ticket", "kind", "message_id", "sender", "sender_name", "recipients", "at", "subject",
    "text", "full_text", "attachments", "intake", "agent", "machine",
)  # fmt: skip


# A ticket, those merged into it, those merged into them, and so on.
_PARTS = (
    "WITH RECURSIVE part (number) AS (SELECT CAST(? AS BIGINT) UNION"
    " SELECT t.number FROM ticket t JOIN part p ON t.merged_into = p.number)"
    " SELECT number FROM part"
)


class Tickets:
    """The tables that hold tickets. Callers bring the transaction."""

    def __init__(self, base: Rows) -> None:
        self._rows = base

    def next_number(self, first: int) -> int:
        """The next ticket's number: a row of the same transaction, so no gaps and no reuse."""
        run = self._rows
        value = run.value(
            "INSERT INTO counter (name, value) VALUES ('ticket', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
            first,
        )
        return int(value)

    def get(self, number: int, *, lock: bool = False) -> Ticket | None:
        """The ticket of this number; locked until the transaction ends where it is to change."""
        tail = self._rows.lock() if lock else ""
        row = self._rows.one(f"SELECT * FROM ticket WHERE number = ?{tail}", number)
        return rows.ticket_of(row) if row else None

    def save(self, ticket: Ticket) -> None:
        """Write the ticket as it is now."""
        self._rows.run(_UPSERT, *rows.ticket_row(ticket))

    def add_message(self, number: int, words: Append, at: datetime) -> int:
        """File words on a ticket; their row's id."""
        files = [
            {"part": a.part, "name": a.name, "type": a.type, "size": a.size, "cid": a.cid}
            | {"inline": a.inline}
            | ({"seal": a.seal} if a.seal else {})
            for a in words.attachments
        ]
        people = [[p.name, p.addr] for p in words.to]
        row = (
            number, words.kind, words.message_id, words.sender.addr, words.sender.name,
            rows.dumps(people), utc_text(at), words.subject, words.text, words.full_text,
            rows.dumps(files), words.key, words.agent, words.machine,
        )  # fmt: skip
        marks = ", ".join("?" * len(_MESSAGE))
        found: int = self._rows.value(
            f"INSERT INTO message ({', '.join(_MESSAGE)}) VALUES ({marks}) RETURNING id", *row
        )
        return found

    def add_history(self, number: int, entries: Iterable[Entry], at: datetime) -> None:
        """Lines of history, in their order."""
        moment = utc_text(at)
        many = [(number, moment, e.actor, e.act, rows.dumps(e.detail), e.because) for e in entries]
        names = ("ticket", "at", "actor", "act", "detail", "because")
        self._rows.insert("history", names, many)

    def know(self, number: int, ids: Iterable[str]) -> None:
        """These Message-IDs belong to this ticket; the first ticket that had one keeps it."""
        for one in dict.fromkeys(ids):
            self._rows.run(
                "INSERT INTO known_id (id, ticket) VALUES (?, ?) ON CONFLICT DO NOTHING",
                one,
                number,
            )

    def known(self, ids: Sequence[str]) -> tuple[int, ...]:
        """The tickets to which these ids belong, in the order of the ids."""
        if not ids:
            return ()
        some = list(ids[:MANY])
        marks = ", ".join("?" * len(some))
        found = self._rows.all(f"SELECT id, ticket FROM known_id WHERE id IN ({marks})", *some)
        by_id = {row["id"]: int(row["ticket"]) for row in found}
        return tuple(dict.fromkeys(by_id[one] for one in some if one in by_id))

    def messages(self, number: int) -> list[Row]:
        """All words of a ticket and of those that are parts of it, oldest first, JSON read."""
        found = self._rows.all(
            f"SELECT * FROM message WHERE ticket IN ({_PARTS}) ORDER BY at, id", number
        )
        return [_read(row, "recipients", "attachments") for row in found]

    def history(self, number: int) -> list[Row]:
        """All that happened on a ticket and on those that are parts of it, oldest first."""
        found = self._rows.all(
            f"SELECT * FROM history WHERE ticket IN ({_PARTS}) ORDER BY at, id", number
        )
        return [_read(row, "detail") for row in found]

    def last_in(self, number: int, sender: str | None = None) -> Row | None:
        """The customer's latest mail on a ticket; of one sender, where one is named."""
        more, values = (" AND sender = ?", [sender]) if sender else ("", [])
        return self._rows.one(
            "SELECT message_id, subject, sender, sender_name, at, text FROM message"
            f" WHERE ticket = ? AND kind = 'in'{more} ORDER BY id DESC LIMIT 1",
            number,
            *values,
        )

    def open_of(self, address: str) -> int:
        """How many open tickets this address has."""
        return int(
            self._rows.value(
                "SELECT count(*) FROM ticket WHERE requester = ? AND status_kind <> 'done'", address
            )
        )

    def mails_of(self, sender: str) -> int:
        """Has this address written before? 0 or 1."""
        found = "SELECT 1 FROM message WHERE sender = ? AND kind = 'in' LIMIT 1"
        return int(self._rows.value(found, sender) or 0)

    def mails_since(self, sender: str, since: datetime) -> int:
        """How many mails of this sender were filed since then, on all tickets."""
        return int(
            self._rows.value(
                "SELECT count(*) FROM message WHERE sender = ? AND kind = 'in' AND at > ?",
                sender,
                utc_text(since),
            )
        )

    def listed(
        self, where: str, values: Sequence[object], limit: int, before: int | None = None
    ) -> list[Row]:
        """Tickets of a view, newest activity first; ``before``: those that follow this ticket."""
        if before is not None:
            where = (
                f"({where}) AND (updated_at, number) <"
                " (SELECT updated_at, number FROM ticket WHERE number = ?)"
            )
            values = [*values, before]
        return self._rows.all(
            f"SELECT * FROM ticket WHERE {where} ORDER BY updated_at DESC, number DESC LIMIT ?",
            *values,
            limit,
        )

    def of_requester(self, address: str, limit: int = 10) -> tuple[int, list[Row]]:
        """How many tickets this address has, and the open ones, newest first."""
        count = self._rows.value("SELECT count(*) FROM ticket WHERE requester = ?", address)
        found = self._rows.all(
            "SELECT number, title, status FROM ticket WHERE requester = ?"
            " AND status_kind <> 'done' ORDER BY number DESC LIMIT ?",
            address,
            limit,
        )
        return int(count), found


def _read(row: Row, *names: str) -> Row:
    return {k: json.loads(v) if k in names else v for k, v in row.items()}


def open_rows(url: str) -> Rows:
    """The database of this URL, migrated. Raises schema.DatabaseTrouble with a sentence."""
    db = schema.open_database(url)
    schema.prepare(db)
    return Rows(db)
