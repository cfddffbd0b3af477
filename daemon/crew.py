"""The crew: worker processes that share jobs, and are replaced when a job takes one down."""

import logging
import math
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait

from postdesk.daemon.worker import Answer, Job, Turn, Worker

__all__ = ["Answer", "CannotStartError", "Crew"]

log = logging.getLogger(__name__)

TOO_MUCH_MEMORY = "needed too much memory"
TOO_MUCH_COMPUTING = "took too much computing time"
CRASHED = "crashed"

# A worker has up to two batches: it never waits for us, and has enough to do while the desk
# decides what it read before.
BATCH = 12
# Anybody may kill a process; only what takes down two workers is to blame.
CRASHES_ALLOWED = 1
FALSE_STARTS_ALLOWED = 3
LAST_WORDS_SECONDS = 1.0
GOODBYE_SECONDS = 2.0


class CannotStartError(RuntimeError):
    """The worker program ends before it is ready."""


class Crew:
    """So many workers, used from any thread."""

    def __init__(self, count: int, program: Sequence[str], setting: object) -> None:
        """``setting`` is told to every worker when it starts; it must pickle."""
        self._count = count
        self._program = program
        self._setting = setting
        self._workers: list[Worker] = []
        self._waiting: deque[Turn] = deque()
        self._lock = threading.Lock()
        self._false_starts = 0

    def start(self) -> None:
        """Start all workers at once; does not wait for them."""
        while len(self._workers) < self._count:
            self._workers.append(Worker(self._program, self._setting))

    def stop(self) -> None:
        """End all workers; another thread's wait is waited for first."""
        with self._lock:
            self._dismiss()
            self._waiting.clear()

    def renew(self, setting: object) -> None:
        """Workers with another setting take the place of those there are, and their jobs."""
        with self._lock:
            self._dismiss()
            self._setting = setting
            self.start()

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all jobs, before those that nobody waits for; their answers in their order.

        Raises CannotStartError when no worker comes up.
        """
        turns = [Turn(job) for job in jobs]
        with self._lock:
            self._waiting.extendleft(reversed(turns))
        self.wait(turns)
        return [turn.answer for turn in turns if turn.answer]

    def give(self, jobs: Sequence[Job]) -> list[Turn]:
        """Hand out jobs and return: each turn has its answer after a ``wait``."""
        turns = [Turn(job) for job in jobs]
        with self._lock:
            self.start()
            self._waiting.extend(turns)
            self._feed()
        return turns

    def wait(self, turns: Sequence[Turn], seconds: float = math.inf) -> None:
        """Until all of these are answered, or for so long.

        Raises CannotStartError when no worker comes up: then no job there was is done.
        """
        until = time.monotonic() + seconds
        with self._lock:
            self.start()
            try:
                while not all(turn.answer for turn in turns):
                    self._feed()
                    self._listen(until)
                    if time.monotonic() >= until:
                        return
            except BaseException:
                self._dismiss()
                self._waiting.clear()
                raise

    def _dismiss(self) -> None:
        for worker in self._workers:
            worker.hang_up()
        for worker in self._workers:
            worker.end(GOODBYE_SECONDS)
        for worker in self._workers:
            self._put_back(worker)
        self._workers.clear()

    def _feed(self) -> None:
        """Give every worker that has room a fair share of what waits; the idle come first."""
        for worker in sorted(self._workers, key=lambda worker: len(worker.unanswered)):
            if worker.ready and not worker.hangs and len(worker.unanswered) <= BATCH:
                share = -(-len(self._waiting) // self._count)
                if batch := self._draw(min(BATCH, share)):
                    worker.give(batch)

    def _draw(self, count: int) -> list[Turn]:
        """Take up to so many jobs from the head of the line."""
        drawn: list[Turn] = []
        while self._waiting and len(drawn) < count:
            turn = self._waiting.popleft()
            if turn.answer is None:  # else the worker that seemed to hang did it after all
                drawn.append(turn)
        return drawn

    def _listen(self, until: float) -> None:
        """Wait for messages, take one from each worker that has one, and see who is late."""
        heard = wait([worker.connection for worker in self._workers], self._patience(until))
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.connection in heard:
                self._hear(worker)
            elif worker.late_at() <= now:
                self._give_up(worker)
            elif worker.hangs_at() <= now:
                self._waiting.extendleft(reversed(worker.behind_the_first()))

    def _patience(self, until: float) -> float | None:
        times = [min(worker.late_at(), worker.hangs_at()) for worker in self._workers]
        first = min([until, *times])
        return None if first == math.inf else max(0.0, first - time.monotonic())

    def _hear(self, worker: Worker) -> None:
        try:
            kind, value = worker.hear()
        except EOFError:
            self._mourn(worker)
            return
        match kind:
            case "ready":
                self._false_starts = 0
            case "done":
                worker.unanswered.popleft().settle(Answer(value))
            case "memory":  # the worker ends now; its other jobs are innocent
                worker.unanswered.popleft().settle(Answer(failure=TOO_MUCH_MEMORY))
                self._replace(worker)
            case _:
                worker.unanswered.popleft().settle(Answer(failure=str(value)))

    def _mourn(self, worker: Worker) -> None:
        """A worker is gone by itself: find out what it died of."""
        status = worker.end(LAST_WORDS_SECONDS)
        if worker.unanswered and worker.ready:
            turn = worker.unanswered[0]
            turn.crashes += 1
            if status == -signal.SIGXCPU:
                turn.settle(Answer(failure=TOO_MUCH_COMPUTING))
            elif turn.crashes > CRASHES_ALLOWED:
                turn.settle(Answer(failure=CRASHED))
        log.warning("a worker died with status %s", status)
        self._replace(worker)

    def _give_up(self, worker: Worker) -> None:
        """A worker is late: end it, and blame the job it was at."""
        worker.end(0)
        if worker.ready:
            turn = worker.unanswered.popleft()
            turn.settle(Answer(failure=f"took longer than {turn.job.seconds:g} s"))
        self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        """Put a new worker in the place of one that is gone, and its jobs back in the line."""
        worker.end(LAST_WORDS_SECONDS)
        self._put_back(worker)
        if not worker.ready:
            self._false_starts += 1
        self._workers.remove(worker)
        if self._false_starts > FALSE_STARTS_ALLOWED:
            self._false_starts = 0
            raise CannotStartError(f"the worker program does not start: {' '.join(self._program)}")
        self._workers.append(Worker(self._program, self._setting))

    def _put_back(self, worker: Worker) -> None:
        """What it did not come to goes to the head of the line."""
        self._waiting.extendleft(reversed(worker.unanswered))
        worker.unanswered.clear()
