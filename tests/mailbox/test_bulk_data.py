"""DATA is read in bulk and ends at CRLF.CRLF, at nothing else."""

import asyncio
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox import bulk_data
from postdesk.mailbox.bulk_data import Endless, has_bare_newlines, has_long_line, read_data
from postdesk.mailbox.limits import STEP, Limits, Room, Share

TRACE = b"Received: from here\r\n"
SMALL = Limits(size=5000, line=100, memory=1_000_000, patience=0.01)
STRICT = Limits(size=5000, line=100, memory=1_000_000, reject_bare_newlines=True)


class Pieces:
    """A reader that gives out what a peer sent, in the pieces in which it came."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    async def read(self, n: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""

    def feed_data(self, data: bytes) -> None:
        self.pieces.insert(0, data)


def heard(pieces: list[bytes], limits: Limits = SMALL) -> tuple[bytes | str, bytes]:
    reader = Pieces(pieces)

    async def read() -> bytes | str:
        with Share(Room(limits)) as share:
            return await read_data(reader, TRACE, limits, share)

    return asyncio.run(read()), b"".join(reader.pieces)


def sent(lines: list[bytes]) -> bytes:
    """What a sender makes of lines: dots doubled, the end put to it."""
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"".join(line + b"\r\n" for line in stuffed) + b".\r\n"


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


LINES = st.lists(st.text("a.\t é", max_size=20).map(str.encode), max_size=20)


@given(LINES, st.lists(st.integers(0, 10_000), max_size=8))
def test_any_lines_in_any_pieces_come_out_as_they_were(
    lines: list[bytes], places: list[int]
) -> None:
    pieces = cut(sent(lines) + b"QUIT\r\n", places)
    mail, rest = heard(pieces)
    assert mail == TRACE + b"".join(line + b"\r\n" for line in lines)
    assert rest == b"QUIT\r\n"


@given(st.text("a.\r\n", max_size=40), st.lists(st.integers(0, 10_000), max_size=8))
def test_pieces_never_change_where_a_mail_ends(text: str, places: list[int]) -> None:
    data = text.encode() + b"\r\n.\r\n"
    end = (b"\r\n" + data).find(b"\r\n.\r\n")
    mail, rest = heard(cut(data, places))
    assert rest == data[end + 3 :]
    assert isinstance(mail, bytes) and not has_bare_newlines(mail)


@pytest.mark.parametrize(
    "false_end",
    [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n", b"\n.\r", b"\r\n\0.\r\n"],
)
def test_nothing_but_the_dot_between_whole_line_ends_ends_a_mail(false_end: bytes) -> None:
    smuggled = b"MAIL FROM:<max@example.com>\r\n"
    data = b"Subject: x\r\n\r\nHello" + false_end + smuggled + b"\r\n.\r\n"
    mail, rest = heard([data])
    assert isinstance(mail, bytes) and smuggled in mail
    assert rest == b""
    assert b"\r\n.\r\n" not in mail + b"\r\n" or b"\r\n" + false_end not in data
    if b"\0" not in false_end:
        assert heard([data], STRICT)[0] == bulk_data.BARE


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        (b"a\nb\r\n", b"a\r\nb\r\n"),
        (b"a\r\r\nb\r\n", b"a\r\nb\r\n"),
        (b"Subject: a\rBcc: max@example.com\r\n", b"Subject: a Bcc: max@example.com\r\n"),
        (b"a\r\n\nb\r\n", b"a\r\n\r\nb\r\n"),
        (b"whole\r\n", b"whole\r\n"),
    ],
)
def test_bare_line_ends_are_put_right(came: bytes, kept: bytes) -> None:
    assert heard([came + b".\r\n"])[0] == TRACE + kept


@pytest.mark.parametrize(("size", "fits"), [(5000, True), (5001, False)])
def test_the_size_is_that_of_the_mail_without_its_dot(size: int, fits: bool) -> None:
    lines = b"x" * 48 + b"\r\n"
    body = lines * 99 + b"x" * (size - 99 * 50 - 2) + b"\r\n"
    assert len(body) == size
    mail, rest = heard([body[:700], body[700:], b".\r\nNOOP\r\n"])
    assert (mail == TRACE + body) is fits
    assert fits or mail == bulk_data.TOO_BIG
    assert rest == b"NOOP\r\n"


def test_a_refused_mail_takes_no_memory() -> None:
    async def read() -> bytes | str:
        room = Room(SMALL)
        before = room.free
        with Share(room) as share:
            reply = await read_data(
                Pieces([b"x" * 4000] * 10 + [b"\r\n.\r\n"]), TRACE, SMALL, share
            )
            assert before - room.free <= STEP
        assert room.free == before
        return reply

    assert asyncio.run(read()) == bulk_data.TOO_BIG


def test_a_mail_without_end_is_left() -> None:
    with pytest.raises(Endless):
        heard([b"x" * 4000] * 20)


def test_a_peer_that_goes_is_no_mail() -> None:
    with pytest.raises(ConnectionResetError):
        heard([b"Subject: x\r\n\r\nhalf a ma"])


def test_without_room_the_mail_is_to_come_again() -> None:
    pieces = [(b"x" * 70 + b"\r\n") * 1000 for _ in range(6)]
    limits = Limits(size=500_000, memory=0, patience=0.01)
    reader = Pieces([*pieces, b".\r\n"])

    async def read() -> bytes | str:
        room = Room(limits)
        with Share(room) as other, Share(room) as share:
            assert await other.cover(STEP)
            return await read_data(reader, TRACE, limits, share)

    assert asyncio.run(read()) == bulk_data.NO_ROOM
    assert reader.pieces == []


@given(st.text("a\r\n", max_size=60), st.integers(1, 20))
def test_the_longest_line_is_found(text: str, limit: int) -> None:
    raw = re.sub("\r?\n|\r", "\r\n", text + "\n").encode()
    assert has_long_line(raw, limit) == any(len(line) > limit for line in raw.split(b"\r\n"))


def test_a_mail_with_a_long_line_is_refused() -> None:
    assert heard([b"x" * 101 + b"\r\n.\r\n"])[0] == bulk_data.TOO_LONG
