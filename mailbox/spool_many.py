"""Many mails of one mailbox into the spool at once."""

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from postdesk.mailbox.spool_rows import glance, time_text

KEY = 16  # bytes of an intake key; twice as many hex digits
# Rows of one INSERT. Python's lock is let go and taken again around each statement, and whoever
# fetches mail holds it in between: row by row, each waits for the other most of the time.
TOGETHER = 50

_ITEM = (
    "INSERT INTO item (id, key, source, source_id, mail_from, rcpts, peer, received_at,"
    " arrived_at, sender, sent_to, subject, size) VALUES ",
    "(?, ?, ?, ?, '', '[]', '', ?, ?, ?, ?, ?, ?)",
)
_RAW = ("INSERT INTO raw VALUES ", "(?, ?)")
_KNOWN = "SELECT source_id FROM item WHERE source_id IN (SELECT value FROM json_each(?))"

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as it came out of a mailbox."""

    raw: bytes
    unique: str  # its name at its source, never empty
    arrived: datetime  # aware; when it reached the mailbox


class Crate:
    """Mails made ready, so that the transaction that takes them in is short."""

    def __init__(self, mails: Sequence[Fetched], source: str, received: datetime) -> None:
        self.size = sum(len(mail.raw) for mail in mails)
        self._raws = {mail.unique: mail.raw for mail in mails}
        at, keys = time_text(received), os.urandom(KEY * len(mails)).hex()
        self._rows: dict[str, Row] = {}
        for number, mail in enumerate(mails):
            key = keys[2 * KEY * number : 2 * KEY * (number + 1)]
            told = (*glance(mail.raw), len(mail.raw))
            self._rows[mail.unique] = (
                *(key, source, mail.unique, at, time_text(mail.arrived)),
                *told,
            )

    def insert(self, link: sqlite3.Connection) -> int:
        """Insert, within the caller's transaction, those that are not known; says how many."""
        known = known_among(link, self._rows)
        new = [name for name in self._rows if name not in known]
        # The transaction holds the only pen: the numbers are those that SQLite would give.
        first = int(link.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()[0]) + 1
        _insert(link, _ITEM, [(n, *self._rows[name]) for n, name in enumerate(new, first)])
        _insert(link, _RAW, [(n, self._raws[name]) for n, name in enumerate(new, first)])
        return len(new)


def _insert(link: sqlite3.Connection, sql: tuple[str, str], rows: Sequence[Row]) -> None:
    into, values = sql
    for at in range(0, len(rows), TOGETHER):
        some = rows[at : at + TOGETHER]
        text = into + ", ".join([values] * len(some))
        link.execute(text, tuple(chain.from_iterable(some)))


def known_among(link: sqlite3.Connection, uniques: Iterable[str]) -> set[str]:
    """Those under which a mail was kept before."""
    rows = link.execute(_KNOWN, (json.dumps(list(uniques)),)).fetchall()
    return {name for (name,) in rows}
