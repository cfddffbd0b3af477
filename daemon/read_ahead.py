"""Kept mails in a given order, read by the workers while others are worked on."""

from collections import deque
from collections.abc import Iterator, Sequence

from postdesk.daemon.workers import AnyWorkers, Parsed, Reading

CHUNK = 100  # mails that the workers get at once
AHEAD = 3  # chunks in their hands while one is worked on


def read_ahead(workers: AnyWorkers, keys: Sequence[str]) -> Iterator[Parsed]:
    """Each mail of these keys, in this order. Raises SpoolError and CannotStartError."""
    waiting: deque[list[Reading]] = deque()
    for start in range(0, len(keys), CHUNK):
        waiting.append(workers.begin(keys[start : start + CHUNK]))
        if len(waiting) > AHEAD:
            yield from _read(workers, waiting.popleft())
    while waiting:
        yield from _read(workers, waiting.popleft())


def _read(workers: AnyWorkers, readings: list[Reading]) -> Iterator[Parsed]:
    workers.wait(readings)
    for reading in readings:
        yield workers.parsed(reading)
