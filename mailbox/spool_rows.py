"""The spool's tables, and one mail of it as a value."""

import json
import os
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from postdesk.mailbox.headers import decode_header
from postdesk.mailbox.spool_trouble import explain, too_new

BUSY_TIMEOUT = 10.0  # seconds a writer waits for another process
HEAD = 16 * 1024  # bytes of a mail that are looked at for listings
GLANCE = 300  # bytes of one header kept for listings
WAL_PAGES = 4000  # 16 MB between checkpoints: each costs two flushes
WAL_KEPT = 64 * 1024 * 1024  # bytes; a longer WAL is cut back after its checkpoint

# The bytes lie in a table of their own: a change of state rewrites a whole row, with all its
# overflow pages. One step per format; never edit one that was released, add the next.
STEPS = (
    """
    CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE item (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'held')),
        source TEXT NOT NULL,
        source_id TEXT,
        mail_from TEXT NOT NULL,
        rcpts TEXT NOT NULL,
        peer TEXT NOT NULL,
        received_at TEXT NOT NULL,
        arrived_at TEXT NOT NULL,
        sender TEXT NOT NULL,
        sent_to TEXT NOT NULL,
        subject TEXT NOT NULL,
        size INTEGER NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        ticket INTEGER,
        not_before TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX item_source ON item (source_id) WHERE source_id IS NOT NULL;
    CREATE INDEX item_new ON item (id) WHERE state = 'new';
    CREATE INDEX item_held ON item (id) WHERE state = 'held';
    """,
)
FORMAT = len(STEPS)

COLUMNS = (
    "key, state, source, mail_from, rcpts, peer, received_at, arrived_at, "
    "sender, sent_to, subject, size, tries, reason, ticket"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One spooled mail, without its bytes. Times are aware UTC."""

    key: str  # 32 lower-case hex digits
    state: str  # new | done | held
    source: str  # "smtp", or who else brought it
    mail_from: str  # "" is the null return path
    rcpts: tuple[str, ...]
    peer: str
    received_at: datetime
    arrived_at: datetime  # when it reached its mailbox; received_at where nobody says
    sender: str  # a glance at From, To and Subject, for listings only
    to: str
    subject: str
    size: int  # bytes
    tries: int
    reason: str
    ticket: int | None


def new_key() -> str:
    """An intake key: 128 random bits."""
    return secrets.token_hex(16)


def time_text(moment: datetime) -> str:
    """``2026-11-23T03:56:46.123456Z``: fixed width, so that text order is time order."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def item_of(row: Sequence[object]) -> Item:
    """The value of one row of ``COLUMNS``."""
    key, state, source, mail_from, rcpts, peer, received, arrived, *rest = row
    sender, to, subject, size, tries, reason, ticket = rest
    return Item(
        str(key),
        str(state),
        str(source),
        str(mail_from),
        tuple(json.loads(str(rcpts))),
        str(peer),
        datetime.fromisoformat(str(received)),
        datetime.fromisoformat(str(arrived)),
        _words(str(sender)),
        _words(str(to)),
        _words(str(subject)),
        int(str(size)),
        int(str(tries)),
        str(reason),
        None if ticket is None else int(str(ticket)),
    )


def _words(header: str) -> str:
    # Decoded when somebody looks, not while mail waits to be taken.
    return decode_header(header) if "=?" in header else header


def glance(raw: bytes) -> tuple[str, str, str]:
    """From, To and Subject as they stand in the first 16 KiB, undecoded and cut short."""
    head = raw[:HEAD].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    head = b"\n" + head
    lower = head.lower()
    return (
        _header(head, lower, b"\nfrom:"),
        _header(head, lower, b"\nto:"),
        _header(head, lower, b"\nsubject:"),
    )


def _header(head: bytes, lower: bytes, name: bytes) -> str:
    start = lower.find(name)
    if start < 0:
        return ""
    start += len(name)
    end = head.find(b"\n", start)
    if end >= 0 and head[end + 1 : end + 2] in (b" ", b"\t"):
        head, start = _unfolded(head[start:]), 0
        end = head.find(b"\n")
    line = head[start : end if end >= 0 else len(head)].strip()
    return clean(line[:GLANCE].decode("utf-8", "replace"))


def _unfolded(head: bytes) -> bytes:
    return head.replace(b"\r\n", b"\n").replace(b"\n ", b" ").replace(b"\n\t", b" ")


def clean(text: str) -> str:
    """``text`` without NUL and lone surrogates, so that any database takes it."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def connect(path: Path, *, timeout: float = BUSY_TIMEOUT) -> sqlite3.Connection:
    """A connection in autocommit mode to the spool at ``path``, made or brought up to date.

    Raises SpoolError.
    """
    try:
        _make_private(path)
        link = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise explain(path, error) from error
    try:
        _prepare(link, path)
    except sqlite3.Error as error:
        link.close()
        raise explain(path, error) from error
    except BaseException:
        link.close()
        raise
    return link


def _make_private(path: Path) -> None:
    # People's mail: nobody else on this machine reads it. SQLite gives -wal and -shm the same mode.
    # Never open a file that is there: closing it would drop SQLite's locks on it (fcntl(2)).
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(link: sqlite3.Connection, path: Path) -> None:
    found = int(link.execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        raise too_new(path, found, FORMAT)
    if found == 0:
        link.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only an empty file takes it
        _to_wal(link)
    # NORMAL may lose the last commits at a power cut, and with them mail we said 250 to.
    link.execute("PRAGMA synchronous = FULL")
    link.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    link.execute(f"PRAGMA journal_size_limit = {WAL_KEPT}")
    if found < FORMAT:
        _migrate(link)


def _to_wal(link: sqlite3.Connection) -> None:
    # Two processes may make the file at once; the switch to WAL does not heed the busy timeout
    # in every case, and whoever comes second finds it done.
    with suppress(sqlite3.OperationalError):
        link.execute("PRAGMA journal_mode = WAL")


def _migrate(link: sqlite3.Connection) -> None:
    link.execute("BEGIN IMMEDIATE")
    try:
        found = int(link.execute("PRAGMA user_version").fetchone()[0])
        for step in STEPS[found:]:
            for statement in step.split(";"):
                link.execute(statement)
        link.execute(f"PRAGMA user_version = {FORMAT}")
        link.execute("COMMIT")
    except BaseException:
        link.execute("ROLLBACK")
        raise
    link.execute("PRAGMA journal_mode = WAL")
