"""The mail after DATA, read in bulk: the end is looked for in whole chunks, not line by line."""

import re
from typing import Protocol

from postdesk.mailbox.limits import STEP, Limits, Share

# RFC 5321 4.1.1.4: only this ends a mail. Whatever else looks like it (LF.LF, CR.CR) is text;
# taking that for the end is how mail is smuggled.
END = b"\r\n.\r\n"
# More than a stream reader holds: it stops its transport at twice its limit and a last chunk,
# so that one read empties it.
CHUNK = 1024 * 1024
ENDLESS = 10  # a mail of so many times the largest size is not heard to its end

TOO_BIG = "552 5.3.4 this mail is larger than is taken here"
TOO_LONG = "500 5.6.0 this mail has a line that is too long"
NO_ROOM = "452 4.3.1 too much mail at once, try again later"
BARE = "550 5.6.11 this mail has line ends that are not CR LF"

_BARE = re.compile(
    rb"""
      \r+ \n            # a line end, said once or several times over
    | \n                # a Unix one
    | \r                # in nobody's order; no reader agrees what it means
    """,
    re.VERBOSE,
)


class Reader(Protocol):
    """The part of ``asyncio.StreamReader`` that is needed here."""

    async def read(self, n: int) -> bytes: ...

    def feed_data(self, data: bytes) -> None: ...


class Endless(Exception):
    """The mail has no end that is worth waiting for."""


async def read_data(reader: Reader, trace: bytes, limits: Limits, share: Share) -> bytes | str:
    """A mail up to its closing dot, with ``trace`` in front; or the SMTP reply that refuses it.

    What follows the dot stays in the reader. A refused mail is heard to its end (RFC 5321 4.2.5)
    but not kept in memory. Raises ConnectionResetError when the peer is gone, and Endless.
    """
    # The trace ends in CRLF, so that a dot on the first line is found like any other.
    mail = bytearray(trace)
    refusal, heard = "", 0
    while True:
        chunk = await reader.read(CHUNK)
        if not chunk:
            raise ConnectionResetError
        start = max(0, len(mail) - len(END) + 1)
        mail += chunk
        end = mail.find(END, start)
        heard += len(chunk) if end < 0 else end + 2 - (len(mail) - len(chunk))
        refusal = refusal or await _bounds(heard, limits, share)
        if end >= 0:
            break
        if refusal:
            del mail[: 1 - len(END)]
            if heard > ENDLESS * limits.size:
                raise Endless
    if rest := bytes(mail[end + len(END) :]):
        reader.feed_data(rest)
    if refusal:
        return refusal
    del mail[end + 2 :]
    return _finished(mail, limits)


async def _bounds(heard: int, limits: Limits, share: Share) -> str:
    if heard > limits.size:
        return TOO_BIG
    steps = -(-heard // STEP)
    if not await share.cover(steps * STEP):
        return NO_ROOM
    return ""


def _finished(mail: bytearray, limits: Limits) -> bytes | str:
    raw = bytes(mail).replace(b"\r\n.", b"\r\n")  # RFC 5321 4.5.2: dots doubled by the sender
    if has_bare_newlines(raw):
        if limits.reject_bare_newlines:
            return BARE
        raw = with_whole_newlines(raw)
    return TOO_LONG if has_long_line(raw, limits.line) else raw


def has_bare_newlines(raw: bytes) -> bool:
    """Whether some CR or LF stands alone."""
    whole = raw.count(b"\r\n")
    return raw.count(b"\n") != whole or raw.count(b"\r") != whole


def with_whole_newlines(raw: bytes) -> bytes:
    """``raw`` with every line end as CR LF; a CR that ends no line becomes a space.

    As a line end it could make a header out of the inside of another.
    """
    return _BARE.sub(lambda found: b" " if found[0] == b"\r" else b"\r\n", raw)


def has_long_line(raw: bytes, limit: int) -> bool:
    """Whether a line is longer than ``limit`` bytes, its CR LF not counted."""
    place = 0
    while len(raw) - place > limit:
        found = raw.rfind(b"\r\n", place, place + limit + 2)
        if found < 0:
            return True
        place = found + 2
    return False
