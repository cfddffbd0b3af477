"""Sizes of letters: what a mail server takes, and which files are too much for it."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from postdesk.templates.words import size

# Base64 makes four bytes of three, and breaks lines; the words need room, too.
GROWTH = 1.37
WORDS = 40_000


class Sized(Protocol):
    """A file with a name."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...


F = TypeVar("F", bound=Sized)


def misfits(files: Sequence[F], limit: int | None) -> tuple[F, ...]:
    """Which files must stay behind so that the others fit into so many bytes: the largest."""
    if limit is None:
        return ()
    room = limit - WORDS
    behind: set[int] = set()
    needed = sum(_carried(file) for file in files)
    for place in sorted(range(len(files)), key=lambda place: -files[place].size):
        if needed <= room:
            break
        behind.add(place)
        needed -= _carried(files[place])
    return tuple(file for place, file in enumerate(files) if place in behind)


def too_large(files: Sequence[Sized]) -> str:
    """The sentence that names them."""
    names = ", ".join(f"{file.name} ({size(file.size, 'en')})" for file in files)
    which = "these files are" if len(files) > 1 else "this file is"
    return f"{which} too large for the mail server: {names}"


def _carried(file: Sized) -> float:
    return file.size * GROWTH
