"""Mail out of files: single mails, mboxes and Maildirs, each mail with what is known of its way."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_tz
from pathlib import Path

from postdesk.mailbox.address import normalise, parse_addresses
from postdesk.mailbox.headers import raw_text
from postdesk.mailbox.spool import Spool

LONGEST_HEAD = 256 * 1024  # bytes looked at for the headers of the envelope
MOST_RCPTS = 50
# Where MTAs write whom a mail was delivered to. To and Cc are read by the desk itself.
DELIVERED = ("delivered-to", "x-original-to", "envelope-to")
WAITING = 100  # mails on their way to the disk at once; they share its commits
WAITING_BYTES = 64 * 1024 * 1024

# "From sender Mon Nov 23 09:00:00 2026": a time and a year, or else it is a sentence.
_FROM_LINE = re.compile(rb"From .{0,500}\d\d:\d\d.{0,40}\b\d{4}\b")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


class NoMail(Exception):
    """There is no mail in this file or folder; the text says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """One mail of a file. ``arrived``: when it came to its mailbox, where the file knows."""

    place: str
    raw: bytes
    mail_from: str
    rcpts: tuple[str, ...]
    arrived: datetime | None = None


def mails_of(path: Path) -> Iterator[Found]:
    """The mails of an .eml file, an mbox, or a Maildir folder. Raises NoMail and OSError."""
    if path.is_dir():
        yield from _maildir(path)
        return
    with path.open("rb") as file:
        start = file.read(5)
    if not start:
        raise NoMail(f"{path}: is empty")
    if start == b"From ":
        yield from _mbox(path)
        return
    yield found(str(path), path.read_bytes())


def found(place: str, raw: bytes, arrived: datetime | None = None) -> Found:
    """One mail with the envelope that its headers (or a "From " line before them) tell of."""
    line = b""
    if raw.startswith(b"From "):
        line, _, raw = raw.partition(b"\n")
    headers = _headers(raw)
    rcpts = parse_addresses([value for name, value in headers if name in DELIVERED], MOST_RCPTS)
    back = next((value for name, value in headers if name == "return-path"), None)
    sender = back.strip(" <>") if back is not None else _sender(line)
    return Found(place, raw, normalise(sender), tuple(r.addr for r in rcpts), arrived)


def keep_all(
    spool: Spool, mails: Iterator[Found], now: datetime, told: Callable[[Found, str], None]
) -> int:
    """Keep these mails, many to a commit; ``told`` hears each key once the mail is on disk.

    Raises SpoolError; what was told before is safe.
    """
    waiting: list[tuple[Found, Future[str]]] = []
    kept = size = 0
    for mail in mails:
        waiting.append((mail, keep(spool, mail, now)))
        size += len(mail.raw)
        if len(waiting) >= WAITING or size >= WAITING_BYTES:
            kept += _settle(waiting, told)
            size = 0
    return kept + _settle(waiting, told)


def keep(spool: Spool, mail: Found, now: datetime) -> "Future[str]":
    """Hand one mail to the spool."""
    return spool.put(
        mail.raw,
        source="inject",
        mail_from=mail.mail_from,
        rcpts=mail.rcpts,
        at=now,
        arrived=mail.arrived,
    )


def _settle(waiting: list[tuple[Found, "Future[str]"]], told: Callable[[Found, str], None]) -> int:
    many = len(waiting)
    for mail, future in waiting:
        told(mail, future.result())
    waiting.clear()
    return many


def _maildir(folder: Path) -> Iterator[Found]:
    """What is unread and what is read, oldest first; a file's time is when it was delivered."""
    parts = [folder / name for name in ("new", "cur") if (folder / name).is_dir()]
    if not parts:
        raise NoMail(f"{folder}: a folder without new/ and cur/ is no Maildir; name its files")
    for file in sorted((f for part in parts for f in part.iterdir()), key=_age):
        if file.name.startswith(".") or (now := _where_now(file, parts)) is None:
            continue
        arrived = datetime.fromtimestamp(now.stat().st_mtime, UTC)
        yield found(str(now), now.read_bytes(), arrived)


def _age(file: Path) -> tuple[float, str]:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime, file.name
    return 0.0, file.name


def _where_now(file: Path, parts: Sequence[Path]) -> Path | None:
    """A mail client that reads along moves files from new/ to cur/ and adds flags to names."""
    if file.exists():
        return file
    name = file.name.partition(":")[0]
    moved = (f for part in parts for f in part.iterdir() if f.name.partition(":")[0] == name)
    return next(moved, None)


def _mbox(path: Path) -> Iterator[Found]:
    """The mails of an mbox, with the ">" before a quoted "From " taken off (mboxrd, mboxo)."""
    lines: list[bytes] = []
    number = 0
    blank = True
    with path.open("rb") as file:
        for line in file:
            begins = blank and line.startswith(b"From ") and _FROM_LINE.match(line)
            if begins and lines:
                number += 1
                yield _of_mbox(path, number, lines)
                lines = []
            lines.append(line)
            blank = not line.strip()
    yield _of_mbox(path, number + 1, lines)


def _of_mbox(path: Path, number: int, lines: Sequence[bytes]) -> Found:
    head, *rest = lines
    if rest and not rest[-1].strip():
        rest = rest[:-1]  # the blank line before the next "From "
    raw = _QUOTED_FROM.sub(rb"\1", b"".join(rest))
    return found(f"{path}:{number}", head + raw, _date(head))


def _date(line: bytes) -> datetime | None:
    """When the mail came, by the "From " line: in UTC, as RFC 4155 has it."""
    words = line.decode("ascii", "replace").split()
    read = parsedate_tz(" ".join(words[2:]))
    if read is None:
        return None
    try:
        return datetime(*read[:6], tzinfo=UTC)
    except ValueError:
        return None


def _sender(line: bytes) -> str:
    words = line.decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


def _headers(raw: bytes) -> list[tuple[str, str]]:
    """The header lines, unfolded; names in lower case."""
    head = raw[:LONGEST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    unfolded = re.sub(rb"\n[ \t]+", b" ", head)
    parted = (line.partition(b":") for line in unfolded.split(b"\n"))
    return [(raw_text(name).strip().lower(), raw_text(value).strip()) for name, _, value in parted]
