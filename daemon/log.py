"""The log: one event, one line, on standard error; it never holds up the work."""

import json
import logging
import os
import re
import select
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from traceback import extract_tb, format_exception
from types import TracebackType
from typing import Literal, TextIO

LONGEST = 3500  # characters of a message; in UTF-8 seldom more than PIPE_BUF
PIPE_BUF = 4096  # bytes that a pipe which is ready at all takes without blocking (POSIX)
PATIENCE_MS = 100  # for a reader that is slow; once it is known to be stuck, none

# These write what clients send, passwords included, when they are let: aiosmtpd says "DATA
# readline", imapclient each command. And none of them knows our ids.
NOISY = ("mail.log", "mail.debug", "imapclient", "peewee", "asyncio", "schedule", "mailparser")

SECRETS = re.compile(
    r"""
    (?P<url>://[^\s/:@]*:)[^\s/]*(?=@)   # scheme://user:SECRET@host
  | (?P<word>\b(?i:password|passwd|secret)\s?=\s?)(?:'[^']*'|"[^"]*"|[^\s'"]+)
    """,
    re.VERBOSE,
)

# What could end a line, move a terminal's cursor, or show words in another order than they have.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

# sd-daemon(3): the priorities by which journald sorts.
_PRIORITIES = (
    (logging.CRITICAL, "<2>"),
    (logging.ERROR, "<3>"),
    (logging.WARNING, "<4>"),
    (logging.INFO, "<6>"),
)


def set_up(
    format: Literal["text", "json"] = "text",
    level: str | int = "INFO",
    stream: TextIO | None = None,
    env: Mapping[str, str] = os.environ,
) -> None:
    """Send all logging to ``stream`` (standard error), once, whatever was set up before.

    Raises ValueError for a level that there is not.
    """
    out = stream or sys.stderr
    root = logging.getLogger()
    root.setLevel(level)
    formatter = JsonLines() if format == "json" else TextLines()
    formatter.tracebacks = root.level <= logging.DEBUG
    for handler in [handler for handler in root.handlers if isinstance(handler, LineHandler)]:
        root.removeHandler(handler)
        handler.close()
    root.addHandler(LineHandler(out, formatter, priorities=_is_journal(out, env)))
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    # Nobody prints these; to find them takes a third of the time of a line.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # as the standard library's own advice is
    logging.raiseExceptions = False


class LineHandler(logging.Handler):
    """Writes lines, and loses them, rather than time, when nobody reads."""

    def __init__(
        self, stream: TextIO, formatter: logging.Formatter, *, priorities: bool = False
    ) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self._stream = stream
        self._number = _descriptor(stream)
        self._poll = select.poll()
        if self._number is not None:
            self._poll.register(self._number, select.POLLOUT)
        self._priorities = priorities
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; never raises."""
        try:
            prefix = _priority(record.levelno) if self._priorities else ""
            for line in self.format(record).split("\n"):
                self._say(f"{prefix}{line}\n")
        except Exception:  # a log that fails must not take the work with it
            self._lost += 1

    def _say(self, line: str) -> None:
        if not self._writable():
            self._lost += 1
            return
        if self._lost:
            lost, self._lost = self._lost, 0
            self._write(f"({lost} lines of the log were lost: nobody read them)\n")
        self._write(line)

    def _writable(self) -> bool:
        if self._number is None:
            return True
        wait = 0 if self._lost else PATIENCE_MS
        return any(event & select.POLLOUT for _, event in self._poll.poll(wait))

    def _write(self, line: str) -> None:
        if self._number is None:
            self._stream.write(line)
            self._stream.flush()
            return
        rest = line.encode("utf-8", "backslashreplace")
        if len(rest) > PIPE_BUF:
            rest = rest[: PIPE_BUF - 1] + b"\n"
        while rest:
            rest = rest[os.write(self._number, rest) :]


class _Lines(logging.Formatter):
    """What both forms of a line share."""

    tracebacks = False

    def said(self, record: logging.LogRecord) -> str:
        """The message, with its exception in short, without secrets, of bounded length."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # our mistake, but the event happened all the same
            message = f"{record.msg} {record.args!r}"
        if error := _error(record):
            message = f"{message}: {_in_short(error)}"
        message = _redacted(message)
        return message if len(message) <= LONGEST else message[:LONGEST] + "…"

    def traced(self, record: logging.LogRecord) -> list[str]:
        """The lines of the traceback, where they are wanted."""
        error = _error(record)
        if error is None or not self.tracebacks:
            return []
        return _redacted("".join(format_exception(error))).rstrip("\n").split("\n")


class TextLines(_Lines):
    """``2026-11-23T03:56:46Z INFO desk mail 3f2a…: ticket 1 opened``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; at level DEBUG the traceback under it, indented."""
        at = _second(int(record.created))
        head = f"{at} {record.levelname} {_short_name(record.name)} {self.said(record)}"
        return "\n".join(
            [_escaped(head), *(f"    {_escaped(line)}" for line in self.traced(record))]
        )


class JsonLines(_Lines):
    """An object to a line: time, level, name, message."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the level; control characters escaped as JSON does."""
        at = datetime.fromtimestamp(record.created, UTC)
        event = {
            "time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "level": record.levelname,
            "name": _short_name(record.name),
            "message": self.said(record),
        }
        if trace := self.traced(record):
            event["traceback"] = "\n".join(trace)
        line = json.dumps(event, ensure_ascii=False)
        return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


@lru_cache(maxsize=4)  # a busy daemon writes hundreds of lines in a second
def _second(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _redacted(text: str) -> str:
    if "=" not in text and "://" not in text:  # without them there is no secret to tell
        return text
    return SECRETS.sub(lambda found: f"{found['url'] or found['word']}***", text)


def _escaped(text: str) -> str:
    return _CONTROLS.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    return _SHORT.get(char) or (f"\\x{ord(char):02x}" if char < "\x7f" else f"\\u{ord(char):04x}")


def _error(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _in_short(error: BaseException) -> str:
    """Type, words and innermost place: ``KeyError: 'x' (desk.py:88)``."""
    words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{words}{_place(error.__traceback__)}"


def _place(trace: TracebackType | None) -> str:
    frames = extract_tb(trace, limit=-1)
    return f" ({os.path.basename(frames[0].filename)}:{frames[0].lineno})" if frames else ""


def _short_name(name: str) -> str:
    """``postdesk.daemon.desk`` is the desk; others keep their names."""
    return name.rpartition(".")[2] if name.startswith("postdesk.") else name


def _priority(level: int) -> str:
    return next((prefix for least, prefix in _PRIORITIES if level >= least), "<7>")


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError, AttributeError):
        return None


def _is_journal(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Is this the very stream that systemd says it reads (JOURNAL_STREAM=device:inode)?"""
    number = _descriptor(stream)
    wanted = env.get("JOURNAL_STREAM")
    if number is None or not wanted:
        return False
    status = os.fstat(number)
    return wanted == f"{status.st_dev}:{status.st_ino}"
