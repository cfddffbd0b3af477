"""An IMAP account as it is configured, what we remember of it, and what may be in its way.

All values; the connection itself is the poller's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal, Protocol

from postdesk.mailbox.spool_many import Fetched

MEGABYTE = 1024 * 1024
# One FETCH's worth: bounds memory for large mails, and round trips for small ones.
BATCH_BYTES = 4 * MEGABYTE
BATCH_COUNT = 250
IN_HAND = 2 * BATCH_BYTES  # one batch is fetched while the one before it goes to the disk

Since = timedelta | date | None
TroubleKind = Literal["connection", "login", "tls", "folder", "spool"]


class SecretError(Exception):
    """A password or token could not be had; the text says why, and never what it is."""


@dataclass(frozen=True, slots=True)
class Account:
    """One ``[imap.NAME]`` table.

    Secrets are asked for at each login, so that they can change; they may raise SecretError.
    """

    name: str
    host: str
    user: str
    password: Callable[[], str] | None = None  # one of the two
    token: Callable[[], str] | None = None  # an OAuth2 access token, for XOAUTH2
    forget: Callable[[], None] | None = None  # it was refused: the next one is to be another
    port: int = 993
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: Path | None = None  # trusted beside nothing else; None: what the system trusts
    folder: str = "INBOX"
    done: str = "Processed"  # "" leaves mails where they are
    every: timedelta = timedelta(seconds=60)
    idle: bool = True
    since: Since = timedelta(days=3)  # None: all
    max_size: int = 35 * MEGABYTE  # bytes; larger mails are left on the server
    connect_timeout: float = 10.0  # seconds
    read_timeout: float = 60.0  # seconds without a byte


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where reading of a folder began: what was there before and is older than that is left alone.

    Kept for good at the first poll. A mail with a UID from ``uidnext`` on is read however old.
    """

    uidvalidity: int
    uidnext: int
    cutoff: datetime | None  # by arrival on the server; None: all is read

    def leaves(self, uid: int, arrived: datetime) -> bool:
        """Whether the mail was there at the first poll and is too old."""
        return self.cutoff is not None and uid < self.uidnext and arrived < self.cutoff


class Records(Protocol):
    """What of IMAP outlives the daemon; our own rows, never the server's ``\\Seen``.

    ``unique`` names a mail on its server: ``account:folder:uidvalidity:uid``.
    """

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        """How many were new, once all are on disk; one of a known ``unique`` is left as it is.

        The future raises SpoolError when they could not be kept; then none was.
        """

    def seen(self, uniques: Iterable[str]) -> set[str]:
        """Those of these mails that were put before."""

    def baseline(self, box: str) -> Baseline | None:
        """What ``begin`` was last told of ``account:folder``; None before the first poll."""

    def begin(self, box: str, baseline: Baseline) -> None:
        """Remember it, before any mail is read by it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is in the way of an account, in words for the admin, and how long to wait."""

    kind: TroubleKind
    why: str
    retry_in: timedelta


@dataclass(frozen=True, slots=True)
class Survey:
    """A folder before it is read: how many mails are in it, and which become tickets."""

    folder: str
    total: int
    to_read: int
    too_large: int = 0

    def __str__(self) -> str:
        large = f", {self.too_large:,} larger than allowed will be left" if self.too_large else ""
        mails = "mail" if self.total == 1 else "mails"
        return f"{self.total:,} {mails} in {self.folder}, {self.to_read:,} will be read{large}"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is known of a mail on the server before its bytes are fetched."""

    uid: int
    size: int  # bytes, as the server says
    arrived: datetime  # INTERNALDATE


def box_of(account: Account) -> str:
    """The name under which our rows know the folder that is read."""
    return f"{account.name}:{account.folder}"


def parse_since(text: str) -> Since:
    """``"3d"``, ``"12h"``, ``"2w"``, a date ``"2026-11-01"``, or ``"all"`` (None).

    Raises ValueError with a sentence.
    """
    word = text.strip().lower()
    units = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    if word == "all":
        return None
    if word[:-1].isascii() and word[:-1].isdigit() and word[-1] in units and len(word) < 6:
        return int(word[:-1]) * units[word[-1]]
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise ValueError(
            f'since is "3d", a date like "2026-11-01", or "all"; not {text!r}'
        ) from None


def cutoff_of(since: Since, now: datetime) -> datetime | None:
    """The moment before which a mail is too old to be read at the first poll; None for never."""
    match since:
        case None:
            return None
        case timedelta():
            return now - since
        case date():
            return datetime.combine(since, time(), tzinfo=UTC)


def batches(
    heads: Iterable[Letterhead], max_bytes: int = BATCH_BYTES, max_count: int = BATCH_COUNT
) -> Iterator[list[Letterhead]]:
    """The mails in their order, as many to a batch as fit; one that is larger goes alone."""
    batch: list[Letterhead] = []
    weight = 0
    for head in heads:
        if batch and (weight + head.size > max_bytes or len(batch) == max_count):
            yield batch
            batch, weight = [], 0
        batch.append(head)
        weight += head.size
    if batch:
        yield batch


# Kind -> first wait and longest wait. A wrong password waits long: servers lock accounts.
WAITS: dict[TroubleKind, tuple[timedelta, timedelta]] = {
    "connection": (timedelta(seconds=1), timedelta(minutes=5)),
    "folder": (timedelta(seconds=30), timedelta(minutes=5)),
    "login": (timedelta(minutes=5), timedelta(hours=1)),
    "spool": (timedelta(seconds=5), timedelta(minutes=1)),
    "tls": (timedelta(minutes=1), timedelta(minutes=30)),
}
JITTER = 0.25  # so that many accounts of one server do not come back at once


def retry_in(kind: TroubleKind, failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row (1 = the first); chance is 0 to 1."""
    first, longest = WAITS[kind]
    doubled: timedelta = first * 2 ** min(failures - 1, 20)
    return min(doubled, longest) * (1 + JITTER * chance)
