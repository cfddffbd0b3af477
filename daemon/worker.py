"""One worker process as its parent sees it: give it jobs, hear its answers, end it."""

import contextlib
import math
import os
import pickle
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection

HANGS_SECONDS = 0.25  # most mails take a few milliseconds
START_SECONDS = 60.0  # importing the parser takes 0.3 s; a busy machine may need far longer


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do: its kind, its argument, and the seconds it may take."""

    kind: str
    argument: object
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job: a value, or in words why there is none."""

    value: object = None
    failure: str = ""


@dataclass(slots=True, eq=False)
class Turn:
    """A job that waits, runs or is done, and how many workers it took down."""

    job: Job
    crashes: int = 0
    answer: Answer | None = None

    def settle(self, answer: Answer) -> None:
        """The first answer counts: two workers may have had the job."""
        self.answer = self.answer or answer


class Worker:
    """A child process at the other end of a pipe; it answers its jobs in their order."""

    def __init__(self, program: Sequence[str], setting: object) -> None:
        """Start the process and tell it the setting; it will say ``ready`` by itself."""
        self.connection, theirs = Pipe()
        self.ready = False
        self.hangs = False  # over its first job, so that others do those behind it
        self.unanswered: deque[Turn] = deque()
        self._since = time.monotonic()
        self._process = _spawn(program, theirs)
        theirs.close()
        self._send(setting)

    def give(self, turns: Sequence[Turn]) -> None:
        """Hand over a batch; a worker that is gone will be heard to be gone."""
        if not self.unanswered:
            self._since = time.monotonic()
        self.unanswered.extend(turns)
        self._send([(turn.job.kind, turn.job.argument) for turn in turns])

    def _send(self, value: object) -> None:
        message = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send_bytes(message)

    def hear(self) -> tuple[str, object]:
        """The next message; EOFError when the worker is gone."""
        try:
            kind, value = pickle.loads(self.connection.recv_bytes())
        except OSError as error:
            raise EOFError from error
        self._since = time.monotonic()
        self.ready = True
        self.hangs = False
        return kind, value

    def late_at(self) -> float:
        """When it will be late, on the monotonic clock; never while it has nothing to do."""
        if not self.ready:
            return self._since + START_SECONDS
        if not self.unanswered:
            return math.inf
        return self._since + self.unanswered[0].job.seconds

    def hangs_at(self) -> float:
        """When its other jobs had better be done by others; never when there are none."""
        if not self.ready or self.hangs or len(self.unanswered) < 2:
            return math.inf
        return self._since + HANGS_SECONDS

    def behind_the_first(self) -> list[Turn]:
        """The jobs that others are to do; it may still come to them, and nothing is lost."""
        self.hangs = True
        return list(self.unanswered)[1:]

    def hang_up(self) -> None:
        """Ask it to end: it does when its pipe closes, unless it is busy."""
        self.connection.close()

    def end(self, within: float) -> int:
        """Wait for its end, and insist after so many seconds; minus the signal that ended it."""
        self.hang_up()
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def _spawn(program: Sequence[str], theirs: Connection) -> subprocess.Popen[bytes]:
    """Start the program with our import path; its end of the pipe is the last argument."""
    number = theirs.fileno()
    return subprocess.Popen(
        [*program, str(number)],
        pass_fds=(number,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in a terminal is for the parent
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
