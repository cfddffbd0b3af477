"""Answers to FETCH read by pattern, where they are as plain as nearly all servers write them.

imaplib matches each line against five patterns, and IMAPClient's parser takes it apart byte by
byte; that is more than half of a first poll. What is not plain is left to them.
"""

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from postdesk.mailbox.imap_account import Letterhead
from postdesk.mailbox.imap_lines import Lines

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
    \*[ ]\d+[ ]FETCH[ ]\(
    (?: UID[ ](\d{1,10})[ ] )?
    RFC822\.SIZE[ ](\d{1,12})[ ]
    INTERNALDATE[ ]"([ \d]\d)-([A-Z][a-z]{2})-(\d{4})    # the day may begin with a space
                  [ ](\d\d):(\d\d):(\d\d)[ ]([+-]\d{4})"
    (?: [ ]UID[ ](\d{1,10}) )?
    \)\r\n
    """,
    re.VERBOSE,
)
# A literal follows, and the end of the row follows that.
_BODY = re.compile(rb"\* \d+ FETCH \((?:UID (\d{1,10}) )?BODY\[\] \{(\d{1,12})\}\r\n")
_TAIL = re.compile(rb"(?: UID (\d{1,10}))?\)\r\n")


def next_head(lines: Lines) -> Letterhead | None:
    """The next of the answers to FETCH (RFC822.SIZE INTERNALDATE); None leaves it in ``lines``."""
    line = lines.readline()
    found = _HEAD.fullmatch(line)
    head = _head(*found.groups()) if found else None
    if head is None:
        lines.give_back(line)
    return head


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


def next_body(lines: Lines) -> tuple[int, bytes] | None:
    """UID and bytes of the next answer to FETCH (BODY.PEEK[]); None leaves it in ``lines``."""
    line = lines.readline()
    before = _BODY.fullmatch(line)
    if before is None:
        lines.give_back(line)
        return None
    raw = lines.read(int(before[2]))
    rest = lines.readline()
    after = _TAIL.fullmatch(rest)
    uid = _only(before[1], after[1]) if after else None
    if uid is None:
        lines.give_back(line, raw, rest)
        return None
    return uid, raw


def _only(first: bytes | None, last: bytes | None) -> int | None:
    if (first is None) == (last is None):
        return None
    return int(first or last or b"")


@lru_cache(maxsize=100)
def _zone(offset: bytes) -> timezone:
    """``b"+0530"``. Raises ValueError for a day or more."""
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    return timezone(-ahead if offset[:1] == b"-" else ahead)
