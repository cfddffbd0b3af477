"""Answers to FETCH, read by pattern where plain; always what IMAPClient's parser would read."""

import imaplib
import socket
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from imapclient.response_parser import parse_fetch_response  # type: ignore[import-untyped]

from postdesk.mailbox.imap_account import Letterhead
from postdesk.mailbox.imap_lines import LONGEST, Lines
from postdesk.mailbox.imap_rows import next_body, next_head

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
]
ODD_BODIES = [
    b"* 1 FETCH (UID 7 BODY[] {3}\r\na\r\n UID 7)\r\n",
    b"* 1 FETCH (BODY[] {3}\r\na\r\n)\r\n",
    b"* 1 FETCH (UID 7 FLAGS (\\Seen) BODY[] {3}\r\na\r\n)\r\n",
    b"* 1 FETCH (UID 7 BODY[] {3}\r\na\r\n FLAGS (\\Seen))\r\n",
    b"* 1 FETCH (UID 7 BODY[] {3}\r\na\r\n BODY[HEADER] {2}\r\nxy)\r\n",
    b'* 1 FETCH (UID 7 BODY[] "abc")\r\n',
    b"* 1 FETCH (UID 7 BODY[] NIL)\r\n",
    b"* 1 FETCH (UID 7 BODY[] {9}\r\ncut",
    b"* 5 EXISTS\r\n",
    b"PDAA1 OK done\r\n",
    b"",
]


T = TypeVar("T")


class Connection(socket.socket):
    """A socket that has received so much, and then its end."""

    def __init__(self, received: bytes, at_once: int) -> None:
        super().__init__()
        self._at_once = at_once
        self._received = BytesIO(received)

    def recv(self, size: int, flags: int = 0) -> bytes:
        return self._received.read(min(size, self._at_once))


def on(received: bytes, read: Callable[[Lines], T], at_once: int = 10) -> T:
    """What ``read`` makes of a connection that received this."""
    with Connection(received, at_once) as line:
        return read(Lines(line))


def wire(row: bytes) -> bytes:
    """A row of imaplib's as the server sent it."""
    return b"* " + row.replace(b" ", b" FETCH ", 1) + b"\r\n"


def all_heads(lines: Lines) -> list[Letterhead]:
    return list(iter(lambda: next_head(lines), None))


def test_plain_heads_are_what_the_parser_reads() -> None:
    heads = on(b"".join(map(wire, PLAIN_HEADS)), all_heads)
    assert {
        head.uid: {b"SEQ": seq, b"RFC822.SIZE": head.size, b"INTERNALDATE": head.arrived}
        for seq, head in enumerate(heads, 1)
    } == parse_fetch_response(PLAIN_HEADS, normalise_times=False)


@pytest.mark.parametrize("odd", ODD_HEADS)
def test_an_odd_head_is_left_to_the_parser(odd: bytes) -> None:
    received = wire(PLAIN_HEADS[0]) + wire(odd) + wire(PLAIN_HEADS[1])

    def read(lines: Lines) -> tuple[list[Letterhead], bytes, list[Letterhead]]:
        return all_heads(lines), lines.readline(), all_heads(lines)

    first, second = (on(wire(row), next_head) for row in PLAIN_HEADS[:2])
    assert on(received, read) == ([first], wire(odd), [second])


@pytest.mark.parametrize(
    ("received", "found"),
    [
        (b"* 1 FETCH (UID 7 BODY[] {3}\r\na\r\n)\r\n", (7, b"a\r\n")),
        (b"* 2 FETCH (BODY[] {0}\r\n UID 8)\r\n", (8, b"")),
        (b"* 12 FETCH (UID 4294967295 BODY[] {2}\r\n)\r)\r\n", (4294967295, b")\r")),
    ],
)
def test_a_plain_body_is_found_under_its_uid(received: bytes, found: tuple[int, bytes]) -> None:
    assert on(received, lambda lines: (next_body(lines), lines.readline())) == (found, b"")


@pytest.mark.parametrize("odd", ODD_BODIES)
def test_an_odd_body_is_left_to_the_parser(odd: bytes) -> None:
    assert on(odd, lambda lines: (next_body(lines), lines.read(1000))) == (None, odd)


@given(some.binary() | some.builds(wire, some.sampled_from(PLAIN_HEADS + ODD_HEADS)))
@example(b"* 1 FETCH (UID 7 BODY[] {3}\r\na\r\n)\r\nrest")
def test_nothing_that_is_not_understood_is_lost(received: bytes) -> None:
    def read(lines: Lines) -> tuple[object, object, bytes]:
        return next_head(lines), next_body(lines), lines.read(1000)

    head, body, left = on(received, read)
    assert received == left if head is body is None else received.endswith(left)


@given(some.lists(some.integers(0, 9)), some.binary(), some.binary())
def test_what_is_given_back_is_read_again(sizes: list[int], back: bytes, last: bytes) -> None:
    def read(lines: Lines) -> bytes:
        lines.give_back(back)
        parts = [lines.read(size) if size else lines.readline() for size in sizes]
        return b"".join(parts) + lines.read(1000)

    assert on(last, read) == back + last


def test_lines_end_where_they_end_even_when_begun_twice() -> None:
    def read(lines: Lines) -> list[bytes]:
        lines.give_back(b"a\r\n", b"b")
        return [lines.readline() for _ in range(4)]

    assert on(b"c\r\nd\r\n", read) == [b"a\r\n", b"bc\r\n", b"d\r\n", b""]


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(imaplib.IMAP4.error, match="a line of more than 16,777,216 bytes"):
        on(b"x" * (LONGEST + 1), Lines.readline, at_once=LONGEST)
