"""Which files stay behind is the fewest, the largest first, and they are named."""

from dataclasses import dataclass

import pytest

from postdesk.daemon.sizes import WORDS, misfits, too_large


@dataclass(frozen=True)
class File:
    name: str
    size: int


FILM, SONG, NOTE = File("film.mp4", 31_000_000), File("song.mp3", 4_000_000), File("note.txt", 90)


@pytest.mark.parametrize(
    ("limit", "behind"),
    [
        (None, ()),
        (100_000_000, ()),
        (10_000_000, (FILM,)),
        (1_000_000, (SONG, FILM)),
        (WORDS, (SONG, FILM, NOTE)),
    ],
)
def test_the_largest_stay_behind(limit: int | None, behind: tuple[File, ...]) -> None:
    assert misfits((SONG, FILM, NOTE), limit) == behind


def test_they_are_named_with_their_sizes() -> None:
    assert too_large([FILM]) == "this file is too large for the mail server: film.mp4 (31.0 MB)"
    assert too_large([FILM, NOTE]).startswith("these files are too large for the mail server: ")
