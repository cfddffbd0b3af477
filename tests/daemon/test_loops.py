"""Loops turn until stopped, whatever their steps raise."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from postdesk.daemon import loops
from postdesk.daemon.loops import Clock, Loop
from postdesk.daemon.store import StoreTrouble

LONG = 300.0  # seconds of rest: whoever turns before that was woken
SOON = 20.0  # seconds within which a busy machine turns


class Work:
    """Steps that go as told: a number is how much was done, an error is raised."""

    def __init__(self, *turns: int | Exception) -> None:
        self._turns = list(turns)
        self.turns = 0
        self.empty = threading.Event()

    def step(self) -> int:
        self.turns += 1
        if not self._turns:
            self.empty.set()
            return 0
        turn = self._turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn


@contextmanager
def turning(step: Callable[[], int], pause: float = LONG) -> Iterator[Loop]:
    loop = Loop("desk", step, pause)
    loop.start()
    try:
        yield loop
    finally:
        loop.stop()
        loop.join(SOON)
        assert not loop.is_alive(), "stop ends it"


def test_a_loop_turns_without_rest_while_there_is_something_to_do() -> None:
    work = Work(50, 50, 3)
    with turning(work.step) as loop:
        assert work.empty.wait(SOON)
        assert loop.done == 103


@pytest.mark.parametrize("trouble", [StoreTrouble("disk full"), RuntimeError("nobody foresaw it")])
def test_a_step_that_raises_is_logged_and_comes_again(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work(trouble, 2)
    with caplog.at_level(logging.ERROR), turning(work.step) as loop:
        loop.wake()
        assert work.empty.wait(SOON)
        assert loop.done == 2
        assert loop.trouble == ""
    [record] = [r for r in caplog.records if r.name == loops.__name__]
    assert record.getMessage().startswith("desk: ")
    assert bool(record.exc_info) != isinstance(trouble, StoreTrouble), "a sentence will do for it"


def test_trouble_is_told_until_it_is_over() -> None:
    work = Work(StoreTrouble("disk full"))
    with turning(work.step) as loop:
        while not loop.trouble:
            loop.full_turn(SOON) if work.turns > 1 else None
            if work.turns > 1:
                break
        loop.full_turn(SOON)
        assert loop.trouble == ""


def test_the_rest_grows_while_the_trouble_lasts() -> None:
    loop = Loop(
        "desk", Work(*(StoreTrouble("full") for _ in range(9)), 0, StoreTrouble("x")).step, 7
    )
    rests = [loop._guarded()[1] for _ in range(11)]
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60, 7, 1]


def test_who_sleeps_is_woken() -> None:
    work = Work()
    with turning(work.step) as loop:
        assert work.empty.wait(SOON)
        work.empty.clear()
        loop.wake()
        assert work.empty.wait(SOON)


def test_a_full_turn_began_after_it_was_asked_for() -> None:
    asked, gate, began = threading.Event(), threading.Event(), list[bool]()

    def step() -> int:
        began.append(asked.is_set())
        assert gate.wait(SOON)
        return 0

    with turning(step) as loop:
        asked.set()
        gate.set()
        loop.full_turn(SOON)
        assert began[-1] is True


def test_who_waits_for_a_turn_that_never_ends_is_told() -> None:
    gate = threading.Event()

    def step() -> int:
        gate.wait(SOON)
        return 0

    with turning(step) as loop:
        with pytest.raises(TimeoutError, match="desk did not turn"):
            loop.full_turn(0.01)
        gate.set()


def test_a_loop_that_rests_ends_at_once() -> None:
    work = Work()
    with turning(work.step, pause=LONG) as loop:
        assert work.empty.wait(SOON)
    assert not loop.is_alive()


def test_the_clock_runs_what_is_due_and_survives_it(caplog: pytest.LogCaptureFixture) -> None:
    clock, rung = Clock(), list[str]()

    def breaks() -> None:
        rung.append("breaks")
        raise RuntimeError("nobody foresaw it")

    clock.every(1e-6, "breaks", breaks)
    clock.every(1e-6, "works", lambda: rung.append("works"))
    clock.every(9999, "later", lambda: rung.append("later"))
    assert [clock.step(), clock.step()] == [0, 0]
    assert sorted(rung) == ["breaks", "breaks", "works", "works"]
    assert "clock: breaks failed" in caplog.text


def test_after_a_jump_of_the_wall_clock_every_job_starts_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, rung = Clock(), list[str]()
    clock.every(1e-6, "works", lambda: rung.append("works"))
    clock._offset -= 7200.5  # as if the wall had been put forward by two hours
    clock.step()
    clock.step()
    assert rung and "jumped by 7200 s" in caplog.text
