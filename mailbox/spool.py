"""The spool: every mail that came, kept on disk before anybody is told it was taken.

Queue and archive at once: one local SQLite file, used by several processes at the same time.
A mail is written once and never moves; what changes is the row about it.
"""

import json
import sqlite3
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from postdesk.mailbox.spool_many import Crate, Fetched, known_among
from postdesk.mailbox.spool_rows import (
    BUSY_TIMEOUT,
    COLUMNS,
    Item,
    clean,
    connect,
    glance,
    item_of,
    new_key,
    time_text,
)
from postdesk.mailbox.spool_trouble import SpoolError, SpoolFull, explain
from postdesk.mailbox.spool_writer import Write, Writer

__all__ = ["LET_THROUGH", "Fetched", "Item", "Spool", "SpoolError", "SpoolFull", "new_key"]

PURGE_ITEMS = 100  # in one commit
PURGE_BYTES = 16 * 1024 * 1024
FREED_PAGES = 2000  # given back to the disk in one go

_INSERT = """
    INSERT INTO item (key, source, source_id, mail_from, rcpts, peer, received_at, arrived_at,
                      sender, sent_to, subject, size)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (source_id) WHERE source_id IS NOT NULL DO NOTHING
"""
_OPEN = "state <> 'done'"  # a mail that is done stays as it is

_LIST = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes one for each call

LET_THROUGH = "let through by hand"

Work = Callable[[sqlite3.Connection], Any]


class Spool:
    """The mails kept at ``path``; made, with its folder, when missing.

    Safe to use from any thread. Every method may raise SpoolError (SpoolFull when the disk is).
    """

    def __init__(self, path: Path, *, timeout: float = BUSY_TIMEOUT) -> None:
        self._path = path
        self._timeout = timeout
        self._writer = Writer(path, self._came, timeout=timeout)
        self._idle: list[sqlite3.Connection] = []
        self._new = threading.Event()
        self.on_new: Callable[[], None] | None = None  # called by the writer when mail came
        self._idle.append(connect(path, timeout=timeout))

    def close(self) -> None:
        """Write what waits, then let go of the file."""
        self._writer.close()
        while self._idle:
            self._idle.pop().close()

    # Taking mail in

    def put(
        self,
        raw: bytes,
        *,
        source: str = "smtp",
        mail_from: str = "",
        rcpts: Sequence[str] = (),
        peer: str = "",
        at: datetime | None = None,
        arrived: datetime | None = None,
        unique: str = "",
        key: str = "",
    ) -> Future[str]:
        """Keep a mail; the future gives its key once the commit is on disk.

        ``unique`` names the mail at its source: given again, the future gives the key it got
        the first time and nothing is written. ``key`` is made up here unless given.
        """
        at = at or datetime.now(UTC)
        came = time_text(at)
        known = (key or new_key(), source, unique or None, clean(mail_from), _listed(rcpts))
        times = (clean(peer), came, time_text(arrived) if arrived else came)

        def insert(link: sqlite3.Connection) -> str:
            values = (*known, *times, *glance(raw), len(raw))
            cursor = link.execute(_INSERT, values)
            if cursor.rowcount == 0:
                return _key_of_source(link, unique)
            link.execute("INSERT INTO raw VALUES (?, ?)", (cursor.lastrowid, raw))
            return known[0]

        return self._write(insert, size=len(raw), news=True)

    def keep(
        self,
        raw: bytes,
        *,
        source: str = "smtp",
        mail_from: str = "",
        rcpts: Sequence[str] = (),
        peer: str = "",
        at: datetime | None = None,
        arrived: datetime | None = None,
        unique: str = "",
    ) -> str:
        """As ``put``, waiting for the disk."""
        future = self.put(
            raw,
            source=source,
            mail_from=mail_from,
            rcpts=rcpts,
            peer=peer,
            at=at,
            arrived=arrived,
            unique=unique,
        )
        return future.result()

    def put_all(self, mails: Sequence[Fetched], *, source: str) -> Future[int]:
        """Keep many mails in one commit, all or none; the future says how many were new.

        A mail whose ``unique`` is known is left as it is.
        """
        crate = Crate(mails, source, datetime.now(UTC))
        return self._write(crate.insert, size=crate.size, news=True)

    def wait(self, timeout: float) -> bool:
        """Sleep until this process kept a mail, at most ``timeout`` seconds; True: it did."""
        came = self._new.wait(timeout)
        self._new.clear()
        return came

    # Looking

    def pending(self, limit: int, now: datetime, but: Iterable[str] = ()) -> list[Item]:
        """New mails that are due, oldest first, ``but`` those whose keys are given."""
        return self._items(
            "state = 'new' AND not_before <= ?"
            " AND key NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT ?",
            (time_text(now), json.dumps(list(but)), limit),
        )

    def items(self, state: str | None, limit: int) -> list[Item]:
        """Mails in ``state`` (None: any), newest first."""
        if state is None:
            return self._items("1 ORDER BY id DESC LIMIT ?", (limit,))
        # The state stands in the text, not in a parameter: only so its partial index is used.
        if state not in ("new", "done", "held"):
            return []
        return self._items(f"state = '{state}' ORDER BY id DESC LIMIT ?", (limit,))

    def since(self, moment: datetime) -> list[Item]:
        """All mails that were received from then on, in the order they came."""
        return self._items("received_at >= ? ORDER BY id", (time_text(moment),))

    def item(self, key: str) -> Item | None:
        """The mail of this key."""
        return next(iter(self._items("key = ?", (key,))), None)

    def raw(self, key: str) -> bytes:
        """The very bytes that were kept. Raises KeyError when there are none."""
        with self._reading() as link:
            row = link.execute(
                "SELECT bytes FROM raw JOIN item USING (id) WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def knows(self, unique: str) -> bool:
        """Was a mail of this name at its source kept before?"""
        with self._reading() as link:
            found = link.execute("SELECT 1 FROM item WHERE source_id = ?", (unique,)).fetchone()
        return found is not None

    def known(self, uniques: Iterable[str]) -> set[str]:
        """Those of many that ``knows`` is true of."""
        with self._reading() as link:
            return known_among(link, uniques)

    def counts(self) -> dict[str, int]:
        """How many mails are new, held and done."""
        with self._reading() as link:
            new, held, every = link.execute(
                "SELECT (SELECT count(*) FROM item WHERE state = 'new'),"
                " (SELECT count(*) FROM item WHERE state = 'held'), (SELECT count(*) FROM item)"
            ).fetchone()
        return {"new": new, "held": held, "done": every - new - held}

    # Moving on

    def tried(self, keys: Iterable[str]) -> None:
        """Count one more try for each, on disk before the try begins."""
        sql = "UPDATE item SET tries = tries + 1 WHERE key IN (SELECT value FROM json_each(?))"
        self._change(sql, (json.dumps(list(keys)),))

    def done(self, key: str, ticket: int | None = None, reason: str = "") -> None:
        """The mail has had its effect."""
        self.done_many([(key, ticket, reason)])

    def done_many(self, mails: Iterable[tuple[str, int | None, str]]) -> None:
        """As ``done`` for many (key, ticket, reason), in one commit."""
        rows = [(ticket, clean(reason), key) for key, ticket, reason in mails]
        sql = f"UPDATE item SET state = 'done', ticket = ?, reason = ? WHERE key = ? AND {_OPEN}"
        self._write(lambda link: link.executemany(sql, rows).rowcount).result()

    def held(self, key: str, reason: str, ticket: int | None = None) -> None:
        """A person has to look at this mail."""
        sql = f"UPDATE item SET state = 'held', reason = ?, ticket = ? WHERE key = ? AND {_OPEN}"
        self._change(sql, (clean(reason), ticket, key))

    def later(self, key: str, until: datetime) -> None:
        """Leave a new mail alone until then."""
        sql = "UPDATE item SET not_before = ? WHERE key = ? AND state = 'new'"
        self._change(sql, (time_text(until), key))

    def retry(self, key: str) -> bool:
        """A held or waiting mail is new again, due at once, with no tries; False: there is none.

        A held one bears LET_THROUGH: a person has looked at it.
        """
        reason = f"CASE state WHEN 'held' THEN '{LET_THROUGH}' ELSE '' END"
        sql = f"UPDATE item SET state = 'new', tries = 0, reason = {reason}, not_before = ''"
        return self._change(f"{sql} WHERE key = ? AND {_OPEN}", (key,)) > 0

    def drop(self, key: str, reason: str) -> bool:
        """Nothing will be done about this mail; its bytes stay. False: there is none open."""
        sql = f"UPDATE item SET state = 'done', reason = ? WHERE key = ? AND {_OPEN}"
        return self._change(sql, (clean(reason), key)) > 0

    def purge(self, before: datetime, keep: Container[str]) -> int:
        """Forget done mails received before then, but those whose key is in ``keep``.

        Many small commits, so that mail gets in between; says how many mails went.
        """
        gone, seen = 0, 0
        while batch := self._old(before, seen):
            seen = batch[-1][0]
            ids = json.dumps([number for number, key in batch if key not in keep])
            gone += self._write(partial(_forget, ids=ids)).result()
            self._shrink()
        return gone

    # Within

    def _old(self, before: datetime, after: int) -> list[tuple[int, str]]:
        with self._reading() as link:
            rows = link.execute(
                "SELECT id, key, size FROM item WHERE state = 'done' AND received_at < ?"
                " AND id > ? ORDER BY id LIMIT ?",
                (time_text(before), after, PURGE_ITEMS),
            ).fetchall()
        batch, size = [], 0
        for number, key, length in rows:
            batch.append((number, key))
            size += length
            if size > PURGE_BYTES:
                break
        return batch

    def _shrink(self) -> None:
        pragma = f"PRAGMA incremental_vacuum({FREED_PAGES})"
        while self._write(lambda link: _vacuum(link, pragma)).result():
            pass

    def _items(self, where: str, values: tuple[object, ...]) -> list[Item]:
        with self._reading() as link:
            rows = link.execute(f"SELECT {COLUMNS} FROM item WHERE {where}", values).fetchall()
        return [item_of(row) for row in rows]

    def _change(self, sql: str, values: tuple[object, ...]) -> int:
        changed: int = self._write(lambda link: link.execute(sql, values).rowcount).result()
        return changed

    def _write(self, work: Work, *, size: int = 0, news: bool = False) -> Future[Any]:
        write = Write(work, size, news)
        self._writer.add(write)
        return write.future

    def _came(self) -> None:
        self._new.set()
        if self.on_new is not None:
            self.on_new()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        # Autocommit and fetchall: no reader keeps a transaction open and the WAL from shrinking.
        link = self._borrow()
        try:
            yield link
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                link.close()
            raise explain(self._path, error) from error
        self._idle.append(link)

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return connect(self._path, timeout=self._timeout)


def _listed(rcpts: Sequence[str]) -> str:
    return _LIST([clean(rcpt) for rcpt in rcpts])


def _key_of_source(link: sqlite3.Connection, unique: str) -> str:
    return str(link.execute("SELECT key FROM item WHERE source_id = ?", (unique,)).fetchone()[0])


def _forget(link: sqlite3.Connection, ids: str) -> int:
    link.execute("DELETE FROM raw WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    gone = link.execute("DELETE FROM item WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    return gone.rowcount


def _vacuum(link: sqlite3.Connection, pragma: str) -> bool:
    """Give freed pages back; says whether more are left."""
    link.execute(pragma).fetchall()
    return int(link.execute("PRAGMA freelist_count").fetchone()[0]) > 0
