"""The crew: worker processes that share jobs, and are replaced when a job takes one down."""

import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait

from postdesk.daemon.worker import Job, Turn, Worker

log = logging.getLogger(__name__)

TOO_MUCH_MEMORY = "needed too much memory"
TOO_MUCH_COMPUTING = "took too much computing time"
CRASHED = "crashed"

# A worker has up to two batches: it never waits for us, and little is retried when it dies.
BATCH = 4
# Anybody may kill a process; only what takes down two workers is to blame.
CRASHES_ALLOWED = 1
FALSE_STARTS_ALLOWED = 3
LAST_WORDS_SECONDS = 1.0
GOODBYE_SECONDS = 2.0


class CannotStartError(RuntimeError):
    """The worker program ends before it is ready."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job: a value, or in words why there is none."""

    value: object = None
    failure: str = ""


class Crew:
    """So many workers, used by one caller at a time."""

    def __init__(self, count: int, program: Sequence[str], setting: object) -> None:
        """``setting`` is told to every worker when it starts; it must pickle."""
        self._count = count
        self._program = program
        self._setting = setting
        self._workers: list[Worker] = []
        self._lock = threading.Lock()
        self._false_starts = 0

    def start(self) -> None:
        """Start all workers at once; does not wait for them."""
        while len(self._workers) < self._count:
            self._workers.append(Worker(self._program, self._setting))

    def stop(self) -> None:
        """End all workers; jobs of another thread are waited for first."""
        with self._lock:
            self._dismiss()

    def renew(self, setting: object) -> None:
        """Workers with another setting take the place of those there are."""
        with self._lock:
            self._dismiss()
            self._setting = setting
            self.start()

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """Do all jobs; their answers in the order of the jobs.

        Raises CannotStartError when no worker comes up.
        """
        with self._lock:
            self.start()
            round_ = _Round(jobs)
            try:
                while round_.unfinished():
                    self._feed(round_)
                    self._listen(round_)
            finally:
                if round_.unfinished():  # an exception: no later call may hear these answers
                    self._dismiss()
            return round_.in_order()

    def _dismiss(self) -> None:
        for worker in self._workers:
            worker.hang_up()
        for worker in self._workers:
            worker.end(GOODBYE_SECONDS)
        self._workers.clear()

    def _feed(self, round_: "_Round") -> None:
        """Give every worker that has room a fair share of what waits; the idle come first, so
        that no job stands behind one that hangs while a worker has nothing to do."""
        for worker in sorted(self._workers, key=lambda worker: len(worker.unanswered)):
            if worker.ready and len(worker.unanswered) <= BATCH:
                share = -(-len(round_.waiting) // self._count)
                if batch := round_.draw(min(BATCH, share)):
                    worker.give(batch)

    def _listen(self, round_: "_Round") -> None:
        """Wait for messages, take one from each worker that has one, replace who is late."""
        heard = wait([worker.connection for worker in self._workers], self._patience())
        now = time.monotonic()
        for worker in list(self._workers):
            deadline = worker.deadline()
            if worker.connection in heard:
                self._hear(worker, round_)
            elif deadline is not None and deadline <= now:
                self._give_up(worker, round_)

    def _patience(self) -> float | None:
        deadlines = [worker.deadline() for worker in self._workers]
        known = [deadline for deadline in deadlines if deadline is not None]
        return max(0.0, min(known) - time.monotonic()) if known else None

    def _hear(self, worker: Worker, round_: "_Round") -> None:
        try:
            kind, value = worker.hear()
        except EOFError:
            self._mourn(worker, round_)
            return
        match kind:
            case "ready":
                self._false_starts = 0
            case "done":
                round_.settle(worker.unanswered.popleft(), Answer(value))
            case "memory":  # the worker ends now; its other jobs are innocent
                round_.settle(worker.unanswered.popleft(), Answer(failure=TOO_MUCH_MEMORY))
                self._replace(worker, round_)
            case _:
                round_.settle(worker.unanswered.popleft(), Answer(failure=str(value)))

    def _mourn(self, worker: Worker, round_: "_Round") -> None:
        """A worker is gone by itself: find out what it died of."""
        status = worker.end(LAST_WORDS_SECONDS)
        if worker.unanswered and worker.ready:
            turn = worker.unanswered.popleft()
            turn.crashes += 1
            if status == -signal.SIGXCPU:
                round_.settle(turn, Answer(failure=TOO_MUCH_COMPUTING))
            elif turn.crashes > CRASHES_ALLOWED:
                round_.settle(turn, Answer(failure=CRASHED))
            else:
                worker.unanswered.appendleft(turn)
        log.warning("a worker died with status %s", status)
        self._replace(worker, round_)

    def _give_up(self, worker: Worker, round_: "_Round") -> None:
        """A worker is late: end it, and blame the job it was at."""
        worker.end(0)
        if worker.ready:
            turn = worker.unanswered.popleft()
            round_.settle(turn, Answer(failure=f"took longer than {turn.job.seconds:g} s"))
        self._replace(worker, round_)

    def _replace(self, worker: Worker, round_: "_Round") -> None:
        """Put a new worker in the place of one that is gone, and its jobs back in the line."""
        worker.end(LAST_WORDS_SECONDS)
        round_.put_back(worker.unanswered)
        if not worker.ready:
            self._false_starts += 1
        self._workers.remove(worker)
        if self._false_starts > FALSE_STARTS_ALLOWED:
            self._false_starts = 0
            raise CannotStartError(f"the worker program does not start: {' '.join(self._program)}")
        self._workers.append(Worker(self._program, self._setting))


class _Round:
    """The jobs of one call: which wait, and which are answered."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.waiting = deque(Turn(place, job) for place, job in enumerate(jobs))
        self._answers: dict[int, Answer] = {}
        self._size = len(jobs)

    def unfinished(self) -> bool:
        return len(self._answers) < self._size

    def draw(self, count: int) -> list[Turn]:
        """Take up to so many jobs from the head of the line."""
        return [self.waiting.popleft() for _ in range(min(count, len(self.waiting)))]

    def put_back(self, turns: Sequence[Turn]) -> None:
        """Jobs whose worker is gone go to the head of the line again."""
        self.waiting.extendleft(reversed(turns))

    def settle(self, turn: Turn, answer: Answer) -> None:
        self._answers[turn.place] = answer

    def in_order(self) -> list[Answer]:
        return [self._answers[place] for place in range(self._size)]
