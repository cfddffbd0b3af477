"""How much of a letter is shown: pages stay below what mail clients clip."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.daemon.letters_digest import EACH, shares
from postdesk.daemon.letters_query import CLIPPED, fitting
from postdesk.templates.render import Rendered


def page(parts: Sequence[int]) -> Rendered:
    """A page of parts that are so many bytes each."""
    return Rendered(str(len(parts)), "", "x" * sum(parts), "en")


@given(st.lists(st.integers(1, 20_000), min_size=1, max_size=60))
def test_a_page_has_as_many_parts_as_fit_and_one_at_least(parts: list[int]) -> None:
    found = fitting(page, parts)
    kept = int(found.subject)
    assert 1 <= kept <= len(parts)
    assert len(found.html) < CLIPPED
    if sum(parts) < CLIPPED - 2_000:
        assert kept == len(parts)


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([0, 0, 0], [0, 0, 0]),
        ([3, 0, 4], [3, 0, 4]),
        ([60, 60, 60], [34, 8, 8]),  # all have some, the first the rest
        ([0, 2, 60], [0, 2, 48]),
    ],
)
def test_every_section_has_some_rows(sizes: list[int], found: list[int]) -> None:
    assert shares(sizes, 50) == found


@given(st.lists(st.integers(0, 90), max_size=6), st.integers(0, 60))
def test_rows_are_never_more_than_there_is_room(sizes: list[int], room: int) -> None:
    found = shares(sizes, room)
    assert sum(found) == min(room, sum(sizes))
    assert all(0 <= some <= size for some, size in zip(found, sizes, strict=True))
    assert EACH * 6 <= 50  # so that no section of a digest is left out
