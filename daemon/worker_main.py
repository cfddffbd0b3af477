"""A worker process: reads mail and writes letters on request, within limits, for one parent."""

import contextlib
import logging
import math
import pickle
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from postdesk.mailbox.spool_trouble import explain

if TYPE_CHECKING:
    from postdesk.templates.render import Renderer

Jobs = Mapping[str, Callable[[Any], object]]

# A 35 MB mail needs some 400 MB while it is parsed; a mail that wants twice that is a bomb.
MEMORY = 768 << 20
CPU_SECONDS = 5
# The parent kills what is late after 10 s; this is for a worker whose parent died first.
BACKSTOP_SECONDS = 30
REASON_LENGTH = 500

SELECT = "SELECT bytes FROM raw JOIN item USING (id) WHERE key = ?"


@dataclass(frozen=True, slots=True)
class Failed:
    """A letter could not be written, and why, with the place in its template."""

    why: str


def serve(connection: Connection, jobs: Jobs) -> None:
    """Answer batch after batch, each job by a message of its own, until the parent hangs up."""
    _send(connection, "ready", None)
    while True:
        try:
            batch = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        for kind, argument in batch:
            _allow_time()
            if not _answer(connection, jobs[kind], argument):
                return
        signal.alarm(0)


def _answer(connection: Connection, job: Callable[[Any], object], argument: object) -> bool:
    """Do one job; False when this process had better end."""
    try:
        _send(connection, "done", job(argument))
    except MemoryError:
        _send(connection, "memory", None)
        return False
    except BrokenPipeError:
        return False
    except Exception as error:  # whatever a mail does to us, the parent hears of it
        _send(connection, "failed", f"{type(error).__name__}: {error}"[:REASON_LENGTH])
    return True


def _send(connection: Connection, kind: str, value: object) -> None:
    connection.send_bytes(pickle.dumps((kind, value), pickle.HIGHEST_PROTOCOL))


def _allow_time() -> None:
    """Give the next job its seconds: RLIMIT_CPU counts the whole life of the process."""
    soft = math.ceil(time.process_time()) + CPU_SECONDS
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (_lower(soft, hard), hard))
    signal.alarm(BACKSTOP_SECONDS)


def _lower(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def settle_in() -> None:
    """Take the limits, and leave signals and log to the parent."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_lower(MEMORY, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A stop is the parent's to order: it hangs up. systemd and terminals signal whole groups.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.disable()


class RawMail:
    """The raw mails of a spool, read without a transaction that stays open.

    A whole Spool would be too much here: it has a thread that writes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._link: sqlite3.Connection | None = None

    def read(self, key: str) -> bytes | None:
        """The bytes of one mail, None when the spool has it no more. Raises SpoolError."""
        try:
            row = self._open().execute(SELECT, (key,)).fetchone()
        except sqlite3.Error as error:
            raise explain(self._path, error) from error
        return None if row is None else bytes(row[0])

    def _open(self) -> sqlite3.Connection:
        if self._link is None:  # not before: a worker may be up before the spool is laid
            uri = f"{self._path.absolute().as_uri()}?mode=ro"
            self._link = sqlite3.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False
            )
        return self._link

    def close(self) -> None:
        """Let go of the file."""
        if self._link is not None:
            self._link.close()
            self._link = None


def desk_jobs(raw_mail: RawMail, letters: Mapping[str, str]) -> Jobs:
    """What a worker of the desk can do."""
    from postdesk.mailbox.asides import asides_of  # here: the parent does not need these
    from postdesk.mailbox.parse import parse

    def parse_kept(key: str) -> object:
        raw = raw_mail.read(key)
        if raw is None:
            return None
        mail = parse(raw)
        return mail, asides_of(mail, raw)

    @cache
    def renderer() -> "Renderer":
        from postdesk.templates.render import Renderer  # 10 MB, which not every desk's day needs

        return Renderer(letters)

    def render(wanted: tuple[str, str, Mapping[str, object]]) -> object:
        from postdesk.templates.shelf import LetterError

        try:
            return renderer().render(*wanted)
        except LetterError as error:
            return Failed(str(error))

    return {"parse": parse_kept, "render": render}


def main(jobs: Callable[[RawMail, Mapping[str, str]], Jobs] = desk_jobs) -> None:
    """Serve the parent at the other end of the file descriptor that the last argument names."""
    spool, descriptor = sys.argv[1:3]
    settle_in()
    with contextlib.suppress(EOFError, OSError), Connection(int(descriptor)) as connection:
        letters = pickle.loads(connection.recv_bytes())
        serve(connection, jobs(RawMail(Path(spool)), letters))
