"""The rule files in force: read, accepted as a whole, and the last good set kept for ever."""

import json
import logging
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from postdesk import rules
from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Rows
from postdesk.daemon.times import utc_text
from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.toml import Mistake, decode

log = logging.getLogger(__name__)

SHIPPED = Path(next(iter(rules.__path__)))
MANNERS = "manners.toml"
LARGEST = 1_000_000  # bytes of one rule file


class Rulebook:
    """Holds one immutable book; a bad edit changes nothing."""

    def __init__(self, folder: Path, rows: Rows, address: str = "", reply: str = "") -> None:
        """``address`` and ``reply`` are the desk's, which no agent should have."""
        self._folder = folder
        self._rows = rows
        self._ours = (address, reply)
        self._seen: object = None
        self._from_folder = False  # or out of the package, where there is none
        self._manners = _manners()
        self.mistakes: tuple[Mistake, ...] = ()  # of the files as they are now
        self.since: datetime | None = None
        self.book: Book | None = None  # None: nothing is decided

    def current(self) -> Book:
        """The book in force. Raises LookupError while there is none."""
        if self.book is None:
            raise LookupError("no rule set is in force; see `postdesk status`")
        return self.book

    def start(self, now: datetime) -> None:
        """Read the files; with mistakes in them, the last set that was accepted."""
        self.reload(now)
        if self.book is None:
            self._last_good()

    def changed(self) -> bool:
        """Are the files others than those read last (by name, size and time)?"""
        return _stamp(self._folder) != self._seen

    def reload(self, now: datetime) -> bool:
        """Read all, check all, swap; or keep what is in force and say what is wrong."""
        stamp = _stamp(self._folder)
        texts, mistakes = read_folder(self._folder)
        found = self._gone() or mistakes or read(texts)
        if not isinstance(found, Book):
            self._seen, self.mistakes = stamp, found
            for mistake in found:
                log.error("rules: %s", mistake)
            return False
        self.mistakes = ()
        if self.book is None or found.digest != self.book.digest:
            self._accept(found, texts, now)
        self._seen = stamp  # not before: a set that could not be kept is read again
        return True

    def _gone(self) -> tuple[Mistake, ...]:
        """A folder that is moved aside for a moment must not make strangers of all agents."""
        there = self._folder.is_dir()
        if self._from_folder and not there and self.book is not None:
            name = self._folder.name
            return (Mistake(name, 0, 0, "the folder is gone; what was read there goes on"),)
        self._from_folder = there
        return ()

    def _accept(self, book: Book, texts: dict[str, str], now: datetime) -> None:
        with self._rows.transaction():
            self._rows.run(
                "INSERT INTO rule_set (digest, at, files) VALUES (?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET at = excluded.at",
                book.digest,
                utc_text(now),
                dumps(texts),
            )
        self._swap(book, now)
        for warning in (*book.warnings, *desk_addresses(book, *self._ours)):
            log.warning("rules: %s", warning)

    def _last_good(self) -> None:
        with self._rows.reading():
            row = self._rows.one("SELECT files, at FROM rule_set ORDER BY at DESC LIMIT 1")
        if row is None:
            log.error("rules: no good set was ever accepted: mail is kept, nothing is decided")
            return
        book = read(json.loads(row["files"]))
        if isinstance(book, Book):
            self._swap(book, None)
            log.warning("rules: the last good set, accepted at %s, goes on", row["at"])

    def _swap(self, book: Book, now: datetime | None) -> None:
        self.book = replace(book, rules=(*self._manners.rules, *book.rules))
        self.since = now
        log.info("rules: set %s is in force", book.digest[:12])


def desk_addresses(book: Book | None, address: str, reply: str) -> tuple[str, ...]:
    """Agents who have an address of the desk, each a sentence with its place.

    Whoever writes from there would be taken for this agent, and letters to the agent would come
    back as new mail.
    """
    if book is None:
        return ()
    ours = book.people.addresses_of_desk(address) | {reply}
    return tuple(
        f"{agent.where}: agent {agent.handle}: {found} is an address of the desk itself,"
        " where customers write; give the agent one of their own"
        for agent in book.people.agents.values()
        for found in agent.addresses
        if found in ours
    )


def read_folder(folder: Path) -> tuple[dict[str, str], tuple[Mistake, ...]]:
    """The texts of the rule files by name; a missing folder is the shipped set."""
    texts: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for path in _files(folder):
        try:
            raw = path.read_bytes()[: LARGEST + 1]
        except OSError as error:
            mistakes.append(Mistake(path.name, 0, 0, f"cannot be read: {error.strerror}"))
            continue
        text = decode(path.name, raw)
        if isinstance(text, Mistake):
            mistakes.append(text)
        else:
            texts[path.name] = text
    return texts, tuple(mistakes)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return sorted(SHIPPED.glob("[0-9]*.toml"))
    return sorted(p for p in folder.glob("*.toml") if p.is_file() and not p.name.startswith("."))


def _stamp(folder: Path) -> object:
    try:
        return [(p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in _files(folder)]
    except OSError:
        return None


def _manners() -> Book:
    text = (SHIPPED / MANNERS).read_text(encoding="utf-8")
    book = read({MANNERS: text})
    if not isinstance(book, Book):
        raise AssertionError(f"the built-in manners are broken: {book[0]}")
    return book
