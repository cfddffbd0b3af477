"""The set in force: rules and letters accepted as a whole, the last good one kept for ever."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from postdesk.daemon.edit import Edit, Sources, read_edit, restored
from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.times import from_text, utc_text
from postdesk.daemon.usage import Usage
from postdesk.daemon.watch import Watch
from postdesk.rules.book import Book

log = logging.getLogger(__name__)

Letters = Mapping[str, str]
LATER = timedelta(minutes=10)  # until tickets are asked again whether they can do without
LATEST = "SELECT digest, at, files FROM rule_set ORDER BY at DESC LIMIT 1"


class Rulebook:
    """Holds one immutable book; a bad edit changes nothing.

    ``look`` reads and judges, which takes time, and may be called by any one thread; ``take``
    brings what was read into force, and is for the thread that decides.
    """

    def __init__(
        self,
        sources: Sources,
        rows: Rows,
        on_letters: Callable[[Letters], None] = lambda letters: None,
    ) -> None:
        """``on_letters`` hears of other letters before they are in force."""
        self._usage = Usage(rows)
        self.sources = sources
        self._rows = rows
        self._on_letters = on_letters
        self._watch = Watch(sources.stamp)
        self._from_folder = False  # or out of the package, where there is none
        self._read: Edit | None = None  # and not taken yet
        self._waits: tuple[Edit, datetime] | None = None  # for tickets; when it is tried again
        self.mistakes: tuple[str, ...] = ()  # of the files as they are now
        self.since: datetime | None = None
        self.book: Book | None = None  # None: nothing is decided
        self.letters: Letters = {}  # the desk's own, by file name

    def current(self) -> Book:
        """The book in force. Raises LookupError while there is none."""
        if self.book is None:
            raise LookupError("no rule set is in force; see `postdesk status`")
        return self.book

    def start(self, now: datetime) -> None:
        """Read the files; with mistakes in them, the last set that was accepted."""
        with self._rows.reading():
            last = self._rows.one(LATEST)
        edit = self._judged(now)
        if edit.book and last and last["digest"] == edit.book.digest:
            self._swap(edit.book, edit, from_text(last["at"]))
            self._told(edit)
            return
        if last:
            self._restore(last)
        self._read = edit
        self.take(now)
        if last is None and self.book is None:
            log.error("rules: no good set was ever accepted: mail is kept, nothing is decided")

    def peek(self, now: datetime, kept: Rows | None = None) -> None:
        """As ``start``, but nothing is kept: for who only asks what would happen.

        ``kept`` are the tables that have the last good set, where they are others.
        """
        rows = kept or self._rows
        with rows.reading():
            last = rows.one(LATEST)
        edit = self._judged(now)
        self.mistakes = edit.mistakes
        if edit.book:
            same = last is not None and last["digest"] == edit.book.digest
            self._swap(edit.book, edit, from_text(last["at"]) if last and same else None)
        elif last:
            self._restore(last)

    def ask(self) -> None:
        """The files are to be read again, whether they look changed or not."""
        self._watch.ask()

    def look(self, now: datetime) -> bool:
        """Read the files if they changed and have been left alone since; True: they were."""
        if not self._watch.due(now):
            return False
        edit = self._judged(now)
        if not self._watch.steady():
            return False  # somebody is at them
        self._read = edit
        return True

    def take(self, now: datetime) -> bool:
        """Bring into force what was read; True when there was something, and it was good."""
        edit, self._read = self._read or self._due(now), None
        if edit is None:
            return False
        waited, self._waits = self._waits, None
        if edit.book is None:
            self._refuse(edit.mistakes)
            return False
        if objections := self._accept(edit.book, edit, now):
            self._waits = edit, now + LATER
            if waited is None or waited[0] is not edit:  # else told already, with another count
                self._refuse(objections)
            return False
        self._told(edit)
        return True

    def _due(self, now: datetime) -> Edit | None:
        """An edit that waits for tickets to let go of what it takes away."""
        return self._waits[0] if self._waits and now >= self._waits[1] else None

    def reload(self, now: datetime) -> bool:
        """Read and take at once, whether anything changed or not; True: it was good."""
        self._read = self._judged(now)
        return self.take(now)

    def _judged(self, now: datetime) -> Edit:
        self._watch.begin()
        return self._gone() or read_edit(self.sources, now)

    def _gone(self) -> Edit | None:
        """A folder that is moved aside for a moment must not make strangers of all agents."""
        folder = self.sources.rules
        there = folder.is_dir()
        if self._from_folder and not there and self.book is not None:
            why = f"{folder.name}: the folder is gone; what was read there goes on"
            return Edit(None, mistakes=(why,))
        self._from_folder = there
        return None

    def _refuse(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        for mistake in mistakes:
            log.error("rules: %s", mistake)

    def _told(self, edit: Edit) -> None:
        self.mistakes = ()
        for warning in (*edit.warnings, *edit.ours):
            log.warning("rules: %s", warning)

    def _accept(self, book: Book, edit: Edit, now: datetime) -> tuple[str, ...]:
        """Keep the set and use it; or say why tickets cannot do without what is in force."""
        if self.book and self.book.digest == book.digest:
            return ()
        try:
            with self._rows.transaction():
                if objections := tuple(self._usage.objections(book, self.book)):
                    return objections
                self._rows.run(
                    "INSERT INTO rule_set (digest, at, files) VALUES (?, ?, ?)"
                    " ON CONFLICT (digest) DO UPDATE SET at = excluded.at",
                    book.digest,
                    utc_text(now),
                    dumps(dict(edit.files)),
                )
        except Exception:
            self._watch.again()
            raise
        self._swap(book, edit, now)
        return ()

    def _restore(self, row: Row) -> None:
        edit = restored(json.loads(row["files"]))
        if edit.book is None:
            log.error("rules: the last good set is none for this version: %s", edit.mistakes[0])
            return
        self._swap(edit.book, edit, from_text(row["at"]))

    def _swap(self, book: Book, edit: Edit, since: datetime | None) -> None:
        letters = edit.letters
        if letters != self.letters:
            self._on_letters(letters)
        self.book, self.letters, self.since = book, letters, since
        log.info("rules: set %s is in force", book.version)
