"""Answers to FETCH, read by pattern where plain; always what IMAPClient's parser would read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from imapclient.response_parser import parse_fetch_response  # type: ignore[import-untyped]

from postdesk.mailbox.imap_rows import bodies_in, heads_in

PLAIN_HEADS = [
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "23-Nov-2026 12:00:00 +0000")',
    b'2 (RFC822.SIZE 0 INTERNALDATE " 1-Feb-2024 23:59:59 -0330" UID 4294967295)',
    b'3 (UID 9 RFC822.SIZE 12 INTERNALDATE "29-Feb-2024 00:00:00 +1400")',
]
ODD_HEADS = [
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "31-Feb-2026 12:00:00 +0000")',
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "23-Nov-2026 12:00:60 +0000")',
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "23-Nov-2026 12:00:00 +9900")',
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "23-NOV-2026 12:00:00 +0000")',
    b'1 (UID 7 RFC822.SIZE 321 INTERNALDATE "23-Nov-2026 12:00:00 +0000" FLAGS ())',
    b'1 (RFC822.SIZE 321 INTERNALDATE "23-Nov-2026 12:00:00 +0000")',
    b'1 (INTERNALDATE "23-Nov-2026 12:00:00 +0000" RFC822.SIZE 321 UID 7)',
    b"1 (FLAGS (\\Seen))",
    b"",
]
PLAIN_BODY: list[Any] = [(b"1 (UID 7 BODY[] {3}", b"a\r\n"), b")"]
ODD_BODIES: list[list[Any]] = [
    [(b"1 (UID 7 BODY[] {4}", b"a\r\n"), b")"],
    [(b"1 (UID 7 BODY[] {3}", b"a\r\n"), b" UID 7)"],
    [(b"1 (BODY[] {3}", b"a\r\n"), b")"],
    [(b"1 (UID 7 FLAGS (\\Seen) BODY[] {3}", b"a\r\n"), b")"],
    [(b"1 (UID 7 BODY[] {3}", b"a\r\n"), b" FLAGS (\\Seen))"],
    [b'1 (UID 7 BODY[] "abc")'],
    [b"1 (UID 7 BODY[] NIL)", b"2 (UID 8 BODY[] NIL)"],
    [(b"1 (UID 7 BODY[] {3}", b"a\r\n")],
    [b")", (b"1 (UID 7 BODY[] {3}", b"a\r\n")],
]


def test_plain_heads_are_what_the_parser_reads() -> None:
    parsed = parse_fetch_response(PLAIN_HEADS, normalise_times=False)
    heads = heads_in(PLAIN_HEADS)
    assert heads is not None
    assert {
        uid: {b"SEQ": seq, b"RFC822.SIZE": head.size, b"INTERNALDATE": head.arrived}
        for seq, (uid, head) in enumerate(heads.items(), 1)
    } == parsed


@pytest.mark.parametrize("odd", ODD_HEADS)
def test_one_odd_head_leaves_all_to_the_parser(odd: bytes) -> None:
    assert heads_in([*PLAIN_HEADS, odd]) is None


def test_plain_bodies_are_found_under_their_uid() -> None:
    last = [(b"2 (BODY[] {0}", b""), b" UID 8)"]
    assert bodies_in([*PLAIN_BODY, *last]) == {7: b"a\r\n", 8: b""}
    assert bodies_in([]) == {}


@pytest.mark.parametrize("odd", ODD_BODIES)
def test_one_odd_body_leaves_all_to_the_parser(odd: list[Any]) -> None:
    assert bodies_in([*PLAIN_BODY, *odd]) is None


@given(
    some.lists(some.binary() | some.tuples(some.binary(), some.binary())),
)
def test_any_rows_are_read_or_left(rows: list[Any]) -> None:
    assert heads_in(rows) in (None, {})
    assert bodies_in(rows) in (None, {})
