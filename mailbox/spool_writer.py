"""The one thread that writes the spool: everything that waits goes into one commit."""

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postdesk.mailbox.crash import crashpoint
from postdesk.mailbox.spool_rows import BUSY_TIMEOUT, connect
from postdesk.mailbox.spool_trouble import SpoolError, explain

log = logging.getLogger(__name__)

LARGE = 1024 * 1024  # bytes; a larger mail gets a commit of its own, so that others need not wait
GROUP = 500  # writes in one commit
GROUP_BYTES = 8 * 1024 * 1024

_SPOILS_ALL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY)


@dataclass(slots=True)
class Write:
    """One thing to write: what runs inside the transaction, and who waits for its result."""

    run: Callable[[sqlite3.Connection], Any]
    size: int = 0  # bytes it adds
    news: bool = False  # somebody may be waiting for it
    future: Future[Any] = field(default_factory=Future)


class Writer:
    """Carries out writes in the order they were given, many to a commit."""

    def __init__(
        self, path: Path, news: Callable[[], None], *, timeout: float = BUSY_TIMEOUT
    ) -> None:
        self._path = path
        self._news = news
        self._timeout = timeout
        self._waiting: deque[Write] = deque()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._link: sqlite3.Connection | None = None

    def add(self, write: Write) -> None:
        """Queue ``write``; its future ends after the commit is on disk, or with SpoolError."""
        with self._wake:
            if self._closed:
                write.future.set_exception(SpoolError(f"{self._path}: the spool is closed"))
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._live, name="spool", daemon=True)
                self._thread.start()
            self._waiting.append(write)
            self._wake.notify()

    def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join()

    def _live(self) -> None:
        while group := self._take():
            self._write(group)
        self._hang_up()

    def _take(self) -> list[Write]:
        with self._wake:
            while not self._waiting:
                if self._closed:
                    return []
                self._wake.wait()
            group, size = [self._waiting.popleft()], 0
            while self._waiting and len(group) < GROUP:
                size += group[-1].size
                if max(group[-1].size, self._waiting[0].size) > LARGE or size > GROUP_BYTES:
                    break
                group.append(self._waiting.popleft())
            return group

    def _write(self, group: list[Write]) -> None:
        wanted = [write for write in group if write.future.set_running_or_notify_cancel()]
        if wanted:
            self._commit(wanted)

    def _commit(self, group: list[Write]) -> None:
        try:
            results = self._transact(group)
        except Exception as error:
            self._roll_back()
            if len(group) > 1 and not _spoils_all(error):
                for write in group:  # one of them is at fault: the others shall not suffer
                    self._commit([write])
                return
            self._refuse(group, error)
            return
        for write, result in zip(group, results, strict=True):
            write.future.set_result(result)
        if any(write.news for write in group):
            self._tell()

    def _tell(self) -> None:
        try:
            self._news()
        except Exception:  # a listener's trouble must not end the only thread that writes
            log.exception("spool: whoever waits for mail could not be told")

    def _transact(self, group: list[Write]) -> list[Any]:
        if self._link is None:
            self._link = connect(self._path, timeout=self._timeout)
        link = self._link
        link.execute("BEGIN IMMEDIATE")
        results = [write.run(link) for write in group]
        crashpoint("spool.before-commit")
        link.execute("COMMIT")
        crashpoint("spool.after-commit")
        return results

    def _refuse(self, group: list[Write], error: Exception) -> None:
        self._hang_up()  # a fresh connection next time: the file may have been put right by then
        known = isinstance(error, sqlite3.Error | OSError)
        trouble = explain(self._path, error) if known else error
        log.error("spool: %s", trouble)
        for write in group:
            write.future.set_exception(trouble)

    def _roll_back(self) -> None:
        if self._link is not None and self._link.in_transaction:
            try:
                self._link.execute("ROLLBACK")
            except sqlite3.Error:
                self._hang_up()

    def _hang_up(self) -> None:
        if self._link is not None:
            with suppress(sqlite3.Error):
                self._link.close()
            self._link = None


def _spoils_all(error: Exception) -> bool:
    if isinstance(error, SpoolError):  # the file could not even be opened
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SPOILS_ALL
