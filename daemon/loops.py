"""Threads that turn: each does one thing, waits to be woken, and survives what goes wrong."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext

import schedule

from postdesk.daemon.store import StoreTrouble
from postdesk.mailbox.spool import SpoolError

log = logging.getLogger(__name__)

SHORTEST, LONGEST = 1.0, 60.0  # seconds of rest after trouble, doubled each time


class Loop(threading.Thread):
    """Calls ``step`` until it says that nothing was done, then rests until woken or ``pause``.

    What a step raises is logged, and the next turn comes later: a loop ends only when stopped.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], int],
        pause: float,
        around: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """``around``: what turns have in common, such as a connection; renewed after trouble."""
        super().__init__(name=name, daemon=True)
        self._step = step
        self._pause = pause
        self._around = around
        self._kept: ExitStack | None = None
        self._woken = threading.Event()
        self._ended = False
        self._turn = threading.Condition()
        self._turns = 0
        self.done = 0  # all that was ever done
        self._rest = SHORTEST
        self.trouble = ""  # what went wrong at the last turn, for `status`

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """End after the turn that is under way."""
        self._ended = True
        self._woken.set()

    def run(self) -> None:
        """Turn until stopped."""
        while not self._ended:
            self._woken.clear()
            done, rest = self._guarded()
            with self._turn:
                self._turns += 1
                self.done += done
                self._turn.notify_all()
            if not done and not self._ended:
                self._woken.wait(rest)
        self._let_go()

    def full_turn(self, timeout: float) -> None:
        """Wait for a turn that begins after now to end. Raises TimeoutError."""
        with self._turn:
            wanted = self._turns + 2  # the one under way may have begun before
            while self._turns < wanted:
                self._woken.set()
                if not self._turn.wait(timeout):
                    raise TimeoutError(f"{self.name} did not turn within {timeout} s")

    def _guarded(self) -> tuple[int, float]:
        try:
            if self._kept is None:
                self._kept = ExitStack()
                self._kept.enter_context(self._around())
            done = self._step()
        except (StoreTrouble, SpoolError) as error:
            log.error("%s: %s; trying again in %d s", self.name, error, self._rest)
            return 0, self._troubled(str(error))
        except Exception as error:
            log.exception("%s: failed; trying again in %d s", self.name, self._rest)
            return 0, self._troubled(str(error))
        self.trouble = ""
        self._rest = SHORTEST
        return done, self._pause

    def _troubled(self, why: str) -> float:
        rest, self._rest = self._rest, min(LONGEST, self._rest * 2)
        self.trouble = why
        self._let_go()
        return rest

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        try:
            if kept:
                kept.close()
        except Exception:
            log.exception("%s: could not let go of what its turns had in common", self.name)


class Clock:
    """The heartbeat: `schedule` says when to look; what is due is read from the database.

    A job that fails is logged and comes again. After a jump of the wall clock all jobs start
    anew, because `schedule` reckons in local wall time.
    """

    def __init__(self) -> None:
        self._jobs: list[tuple[str, float, Callable[[], object]]] = []
        self._plan = schedule.Scheduler()
        self._offset = time.time() - time.monotonic()

    def every(self, seconds: float, name: str, job: Callable[[], object]) -> None:
        """Run a job about every so many seconds."""
        self._jobs.append((name, seconds, job))
        self._arm(name, seconds, job)

    def step(self) -> int:
        """Run what is due."""
        offset = time.time() - time.monotonic()
        if abs(offset - self._offset) > 60:
            log.warning("clock: the wall clock jumped by %d s", offset - self._offset)
            self._offset = offset
            self._plan.clear()
            for job in self._jobs:
                self._arm(*job)
        self._plan.run_pending()
        return 0

    def _arm(self, name: str, seconds: float, job: Callable[[], object]) -> None:
        self._plan.every(seconds).seconds.do(_safe, name, job)  # type: ignore[arg-type]


def _safe(name: str, job: Callable[[], object]) -> None:
    try:
        job()
    except Exception:
        log.exception("clock: %s failed", name)
