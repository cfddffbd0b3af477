"""Many mails of one mailbox into the spool at once."""

import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from postdesk.mailbox.spool_rows import glance, time_text

KEY = 16  # bytes of an intake key; twice as many hex digits

_ITEM = """
    INSERT INTO item (id, key, source, source_id, mail_from, rcpts, peer, received_at, arrived_at,
                      sender, sent_to, subject, size)
    VALUES (?, ?, ?, ?, '', '[]', '', ?, ?, ?, ?, ?, ?)
"""
_KNOWN = "SELECT source_id FROM item WHERE source_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as it came out of a mailbox."""

    raw: bytes
    unique: str  # its name at its source, never empty
    arrived: datetime  # aware; when it reached the mailbox


def insert_all(
    link: sqlite3.Connection, mails: Sequence[Fetched], source: str, received: str
) -> int:
    """Insert, within the caller's transaction, those that are not known; says how many."""
    by_name = {mail.unique: mail for mail in mails}
    known = known_among(link, by_name)
    new = [mail for name, mail in by_name.items() if name not in known]
    # The transaction holds the only pen: the numbers are those that SQLite would give.
    first = int(link.execute("SELECT coalesce(max(id), 0) FROM item").fetchone()[0]) + 1
    keys = os.urandom(KEY * len(new)).hex()
    link.executemany(
        _ITEM,
        [
            (
                first + at,
                keys[2 * KEY * at : 2 * KEY * (at + 1)],
                *(source, mail.unique, received, time_text(mail.arrived)),
                *(*glance(mail.raw), len(mail.raw)),
            )
            for at, mail in enumerate(new)
        ],
    )
    raws = ((first + at, mail.raw) for at, mail in enumerate(new))
    link.executemany("INSERT INTO raw VALUES (?, ?)", raws)
    return len(new)


def known_among(link: sqlite3.Connection, uniques: Iterable[str]) -> set[str]:
    """Those under which a mail was kept before."""
    rows = link.execute(_KNOWN, (json.dumps(list(uniques)),)).fetchall()
    return {name for (name,) in rows}
