"""A header block as bytes: which headers stand in it, bounded, and where the body begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADERS_LIMIT = 500
BLOCK_LIMIT = 65_536  # bytes kept of one block
SCAN_LIMIT = 1 << 20  # bytes of one block looked at: what counts may stand below a heap of traces
VALUE_LIMIT = 16_384  # bytes kept of one value
_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
# A header with its folds, in lines that end as they should.
_WELL_FORMED = re.compile(rb"([!-9;-~]{1,100})[ \t]*:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_BLANK_LINE = re.compile(rb"\n\r*\n")
# Kept even when the block is full, because without them a mail is no mail; a few of each.
_ESSENTIAL_NAMES = """
from sender to cc reply-to subject date message-id in-reply-to references mime-version
content-type content-transfer-encoding content-disposition content-id auto-submitted
precedence list-id return-path
"""
_ESSENTIAL = frozenset(_ESSENTIAL_NAMES.split())
_ESSENTIAL_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Block:
    """The headers in order (lower-case name, raw value, still folded) and where the body is."""

    headers: tuple[tuple[str, bytes], ...]
    end: int
    defects: tuple[str, ...]

    def get(self, name: str) -> bytes | None:
        """The first value of this name."""
        return next((value for key, value in self.headers if key == name), None)

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.headers if key == name]


def read_block(raw: bytes, start: int, end: int) -> Block:
    """Read the header block that begins at ``start``; no header at all is all body."""
    return _well_formed(raw, start, end) or _tolerant(raw, start, end)


def _well_formed(raw: bytes, start: int, end: int) -> Block | None:
    """The quick way for nearly all mail; None where there is anything to mend or to cut."""
    limit = min(end, start + VALUE_LIMIT)
    headers: list[tuple[str, bytes]] = []
    place = start
    while found := _WELL_FORMED.match(raw, place, limit):
        name, value = found.groups()
        if b"\n" in value:
            value = b"\r\n".join(value.splitlines())
        headers.append((name.decode("ascii").lower(), value))
        place = found.end()
    blank = _LINE_END.match(raw, place, limit)
    if blank is None or len(headers) > HEADERS_LIMIT:
        return None
    return Block(tuple(headers), blank.end(), ())


def _tolerant(raw: bytes, start: int, end: int) -> Block:
    kept = _Kept()
    limit = min(end, start + SCAN_LIMIT)
    place = start
    for line_start, line_end, next_line in _lines(raw, start, limit):
        place = next_line
        first = raw[line_start : line_start + 1]
        if line_start >= line_end:
            return kept.block(next_line)
        if first in (b" ", b"\t"):
            kept.continue_with(raw[line_start : min(line_end, line_start + VALUE_LIMIT)])
            continue
        found = _HEADER.match(raw, line_start, line_end)
        if found:
            value_end = min(line_end, found.end() + VALUE_LIMIT)
            kept.add(found[1], raw[found.end() : value_end])
        elif _goes_on(raw, next_line, limit) or _is_envelope(raw, line_start, next_line, limit):
            kept.defects.append("a line in the header that is none")
        else:
            if kept.headers:
                kept.defects.append("no blank line after the header")
            return kept.block(line_start)
    if place >= limit and limit < end:
        kept.defects.append("header too long")
        blank = _BLANK_LINE.search(raw, max(start, limit - 2), end)
        return kept.block(blank.end() if blank else end)
    return kept.block(end)


def _lines(raw: bytes, start: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """Start and end of each line without its line end, and the start of the next."""
    place = start
    while place < limit:
        newline = raw.find(b"\n", place, limit)
        if newline < 0:
            yield place, limit, limit
            return
        line_end = newline
        while line_end > place and raw[line_end - 1] == 0x0D:
            line_end -= 1
        yield place, line_end, newline + 1
        place = newline + 1


def _goes_on(raw: bytes, place: int, limit: int) -> bool:
    """Whether a well-known header follows: then the line before it is only an accident."""
    found = _HEADER.match(raw, place, limit)
    if not found:
        return False
    name = found[1].lower().decode("latin-1")
    return name in _ESSENTIAL or name.startswith(("x-", "received", "content-", "dkim-", "arc-"))


def _is_envelope(raw: bytes, place: int, next_line: int, limit: int) -> bool:
    """Whether this is the "From " line of an mbox, which the trace of a later server hides."""
    return raw.startswith(b"From ", place) and bool(_HEADER.match(raw, next_line, limit))


class _Kept:
    """What is kept of a block, within its limits."""

    def __init__(self) -> None:
        self.headers: list[tuple[str, list[bytes]]] = []
        self.defects: list[str] = []
        self._size = 0
        self._room = 0  # bytes the last value may still grow
        self._essential: dict[str, int] = {}

    def add(self, name: bytes, value: bytes) -> None:
        key = name.decode("ascii").lower()
        self._room = 0
        if len(self.headers) >= HEADERS_LIMIT or self._size > BLOCK_LIMIT:
            if "header too long" not in self.defects:
                self.defects.append("header too long")
            if key not in _ESSENTIAL or self._essential.get(key, 0) >= _ESSENTIAL_LIMIT:
                return
        self._essential[key] = self._essential.get(key, 0) + 1
        self.headers.append((key, [value]))
        self._room = VALUE_LIMIT - len(value)
        self._size += len(key) + len(value)

    def continue_with(self, line: bytes) -> None:
        if self._room <= 0:
            return
        line = line[: self._room]
        self.headers[-1][1].append(line)
        self._room -= len(line) + 2
        self._size += len(line)

    def block(self, end: int) -> Block:
        headers = tuple((key, b"\r\n".join(lines)) for key, lines in self.headers)
        return Block(headers, end, tuple(dict.fromkeys(self.defects)))
