"""Answers to FETCH read by pattern, where they are as plain as nearly all servers write them.

IMAPClient's parser takes every answer apart byte by byte; that is a third of the time of a first
poll. What is not plain in every row is None here, and left to that parser.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from postdesk.mailbox.imap_account import Letterhead

MONTHS = {
    month: number
    for number, month in enumerate(
        b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
        start=1,
    )
}

# RFC 3501 7.4.2; some servers tell the UID first, some last.
_HEAD = re.compile(
    rb"""
    \d+[ ]\(
    (?: UID[ ](\d{1,10})[ ] )?
    RFC822\.SIZE[ ](\d{1,12})[ ]
    INTERNALDATE[ ]"([ \d]\d)-([A-Z][a-z]{2})-(\d{4})    # the day may begin with a space
                  [ ](\d\d):(\d\d):(\d\d)[ ]([+-]\d{4})"
    (?: [ ]UID[ ](\d{1,10}) )?
    \)
    """,
    re.VERBOSE,
)
_BODY = re.compile(rb"\d+ \((?:UID (\d{1,10}) )?BODY\[\] \{(\d{1,12})\}")  # a literal follows
_TAIL = re.compile(rb"(?: UID (\d{1,10}))?\)")  # what follows the literal


def heads_in(rows: Sequence[object]) -> dict[int, Letterhead] | None:
    """Size and arrival by UID, from the rows of FETCH (RFC822.SIZE INTERNALDATE)."""
    heads = {}
    for row in rows:
        found = _HEAD.fullmatch(row) if isinstance(row, bytes) else None
        if found is None or (head := _head(*found.groups())) is None:
            return None
        heads[head.uid] = head
    return heads


def _head(
    first: bytes | None,
    size: bytes,
    day: bytes,
    month: bytes,
    year: bytes,
    hour: bytes,
    minute: bytes,
    second: bytes,
    offset: bytes,
    last: bytes | None,
) -> Letterhead | None:
    uid = _only(first, last)
    if uid is None or month not in MONTHS:
        return None
    date = int(year), MONTHS[month], int(day)
    try:
        arrived = datetime(*date, int(hour), int(minute), int(second), tzinfo=_zone(offset))
    except ValueError:  # no such day, or no such zone
        return None
    return Letterhead(uid, int(size), arrived)


def bodies_in(rows: Sequence[object]) -> dict[int, bytes] | None:
    """The bytes of each mail by UID, from the rows of FETCH (BODY.PEEK[])."""
    if len(rows) % 2:
        return None
    bodies = {}
    for start, end in zip(rows[::2], rows[1::2], strict=True):
        match start, end:
            case ((bytes(line), bytes(raw)), bytes(rest)):
                before, after = _BODY.fullmatch(line), _TAIL.fullmatch(rest)
            case _:
                return None
        if before is None or after is None or int(before[2]) != len(raw):
            return None
        if (uid := _only(before[1], after[1])) is None:
            return None
        bodies[uid] = raw
    return bodies


def _only(first: bytes | None, last: bytes | None) -> int | None:
    if (first is None) == (last is None):
        return None
    return int(first or last or b"")


@lru_cache(maxsize=100)
def _zone(offset: bytes) -> timezone:
    """``b"+0530"``. Raises ValueError for a day or more."""
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    return timezone(-ahead if offset[:1] == b"-" else ahead)
