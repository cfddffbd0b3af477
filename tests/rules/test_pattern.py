# ruff: noqa: RUF001 - letters that look alike are the subject
"""Patterns: what every text that one matches must have, so that rules are found by it."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from postdesk.rules.pattern import check_pattern, compiled, literal_in, searched
from postdesk.rules.textmatch import collapsed

LITERALS = [
    ("Order-(?P<order>[0-9]+)", "order-"),
    (r"^\*\* RECOVERY[^:]*: (\S+)", "recovery"),
    (r"foo\.barb", "barb"),
    ("colou?r", "colo"),
    ("ab{2}c", "a"),
    ("(a|b)cd", "cd"),
    (r"[abc]def[\]x]yz", "def"),
    (r"\pLabc\p{Greek}de", "abc"),
    (r"\101bc", "bc"),
    (r"\x{41}bcd", "bcd"),
    ("(?i)Foo(bar|baz)", "foo"),
    ("a|b", ""),
    ("(abc)?", ""),
    ("[x]*", ""),
    ("Größe", "gr"),
    ("a b", "a"),
    ("", ""),
]


@pytest.mark.parametrize(("pattern", "literal"), LITERALS)
def test_the_longest_run_that_is_certain(pattern: str, literal: str) -> None:
    check_pattern(pattern)
    assert literal_in(pattern) == literal


PIECE = st.sampled_from([
    "ab", "K", "s", "e", "<", "=", "-", "1", ".", "[ab]", "[^x]", r"\.", r"\pL", r"\PN", "(a|b)",
    "(?:ss)?", "x?", "y*", "z+", "b{2}", "|", "ß", "é", r"\x{e9}", r"\141", "^", "$", r"\Qa?\E",
    "(?P<n>c)", "(?i)", "{,3}", "[]a]", " ",
])  # fmt: skip
CHARACTER = st.sampled_from("abABkKsSeExXyYzZ1<=-.? \u212aſßéÉﬀ①a\u0301\u0338\u034f\u0307İı请")


@given(st.lists(PIECE, max_size=6).map("".join), st.lists(CHARACTER, max_size=12).map("".join))
@example("s-1", "ſ-1")
@example("k", "\u212a")
@example("<", "<\u034f\u0338")
def test_what_a_pattern_matches_has_its_literal(pattern: str, text: str) -> None:
    try:
        check_pattern(pattern)
    except ValueError:
        assume(False)
    if compiled(pattern).search(searched(text)):
        assert literal_in(pattern) in collapsed(text)
