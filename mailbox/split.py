"""A mail cut into its parts, over the bytes as they came: bounded, linear, and never raising.

RFC 2046 where the mail follows it, and the most useful reading where it does not: nothing a
sender wrote may vanish because a boundary is missing. ``message/*`` is never looked into: what
somebody else wrote to somebody else is an attachment, not the sender's words.
"""

import re
from dataclasses import dataclass, field

from postdesk.mailbox.block import Block, read_block
from postdesk.mailbox.params import NOTHING, Field, parse_field
from postdesk.mailbox.transfer import encoding_name

PARTS_LIMIT = 200
DEPTH_LIMIT = 20
MARKS_LIMIT = 100_000  # places looked at that may be a boundary: each costs a microsecond
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
_CR_HEADERS = re.compile(rb"\r[!-9;-~]{1,60}:")
_MBOX_FROM = re.compile(rb">?From [^\r\n:]{1,200}[^\r\n]{0,200}\r?\n")
_LINE_REST = re.compile(rb"[ \t]*(?:\r?\n|\r|\Z)")
# A line that can only be a boundary: headers of a part follow it.
_SNIFFED = re.compile(rb"(?:^|\n)--([^\r\n]{1,200})\r?\n(?=content-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One part: where its body lies in the mail, and what its header says about it."""

    number: int  # place in the walk, the mail itself is 0
    headers: Block
    content: Field  # Content-Type; its value is always ``something/something``
    disposition: Field
    encoding: str
    start: int  # bytes of the mail
    end: int
    parts: tuple["Part", ...] = ()

    @property
    def type(self) -> str:
        return self.content.value


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole mail: its bytes (with line ends mended), its parts, and what was wrong."""

    raw: bytes
    root: Part
    count: int  # parts in all
    defects: tuple[str, ...]

    def body(self, part: Part) -> bytes:
        """The bytes of a part, still encoded."""
        return self.raw[part.start : part.end]

    def walk(self) -> tuple[Part, ...]:
        """All parts, in the order of their numbers."""
        found: list[Part] = []
        waiting = [self.root]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting.extend(reversed(part.parts))
        return tuple(found)


def split(raw: bytes) -> Tree:
    """Cut a mail into its parts: at most 200, 20 deep; what is beyond stays in one piece."""
    raw, place = _mended(raw)
    cutter = _Cutter(raw)
    root = cutter.part(place, len(raw), depth=0, usual="text/plain")
    return Tree(raw, root, cutter.count, tuple(dict.fromkeys(cutter.defects)))


def _mended(raw: bytes) -> tuple[bytes, int]:
    """The mail with lone CRs as line ends where it is written so, and where its header begins."""
    head = raw[:65_536]
    first_line = head[: head.find(b"\n")] if b"\n" in head else head
    if _CR_HEADERS.search(first_line):
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    place = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[place : place + 1] in (b"\r", b"\n"):
        place += 1
    if envelope := _MBOX_FROM.match(raw, place):
        place = envelope.end()
    return raw, place


@dataclass(slots=True)
class _Cutter:
    raw: bytes
    count: int = 0
    defects: list[str] = field(default_factory=list)

    def part(self, start: int, end: int, *, depth: int, usual: str, outer: bytes = b"") -> Part:
        """The part between two places of the mail, with all that is in it."""
        number = self.count
        self.count += 1
        headers = read_block(self.raw, start, end)
        self.defects.extend(headers.defects)
        content = _content(headers.get("content-type"), usual)
        body = min(headers.end, end)
        parts: tuple[Part, ...] = ()
        if content.value.startswith("multipart/"):
            parts = self._parts(content, body, end, depth=depth, outer=outer)
            if not parts and depth < DEPTH_LIMIT:
                # Nothing could be cut: a reader is better served by all of it than by nothing.
                content = Field("text/plain", content.params)
        return Part(
            number,
            headers,
            content,
            _field(headers.get("content-disposition")),
            encoding_name((headers.get("content-transfer-encoding") or b"")[:80].decode("latin-1")),
            body,
            end,
            parts,
        )

    def _parts(
        self, content: Field, start: int, end: int, *, depth: int, outer: bytes
    ) -> tuple[Part, ...]:
        if depth >= DEPTH_LIMIT:
            self.defects.append(f"nested deeper than {DEPTH_LIMIT}")
            return ()
        boundary = content.params.get("boundary", "").encode("utf-8").rstrip()
        pieces = self._pieces(boundary, start, end) if boundary else []
        if not pieces:
            self.defects.append("multipart with a wrong boundary" if boundary else "no boundary")
            boundary = self._sniffed(start, end, outer)
            pieces = self._pieces(boundary, start, end) if boundary else []
        usual = "message/rfc822" if content.value == "multipart/digest" else "text/plain"
        return self._cut(pieces, boundary, depth=depth, usual=usual)

    def _cut(
        self, pieces: list[tuple[int, int]], boundary: bytes, *, depth: int, usual: str
    ) -> tuple[Part, ...]:
        parts: list[Part] = []
        done = 0
        last_end = pieces[-1][1] if pieces else 0
        for start, end in pieces:
            if start < done:
                continue
            if self.count >= PARTS_LIMIT:
                self.defects.append(f"more than {PARTS_LIMIT} parts")
                parts.append(self._rest(start, last_end))
                break
            if self._same_boundary(start, end, boundary):
                # A part that took its parent's boundary takes all that follows, too.
                end = last_end
                self.defects.append("boundary used twice")
            part = self.part(start, end, depth=depth + 1, usual=usual, outer=boundary)
            parts.append(part)
            done = end
        return tuple(parts)

    def _rest(self, start: int, end: int) -> Part:
        number = self.count
        self.count += 1
        rest = Field("application/octet-stream", {})
        return Part(number, Block((), start, ()), rest, NOTHING, "", start, end)

    def _same_boundary(self, start: int, end: int, boundary: bytes) -> bool:
        if self.raw.find(b"oundary", start, min(end, start + 4096)) < 0:
            return False
        content = _content(read_block(self.raw, start, end).get("content-type"), "text/plain")
        own = content.params.get("boundary", "").encode("utf-8").rstrip()
        return content.value.startswith("multipart/") and own == boundary

    def _sniffed(self, start: int, end: int, outer: bytes) -> bytes:
        found = _SNIFFED.search(self.raw, max(0, start - 1), end)
        return found[1].rstrip() if found and found[1].rstrip() != outer else b""

    def _pieces(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Where each part between two boundary lines begins and ends (RFC 2046 5.1.1)."""
        raw = self.raw
        mark = b"--" + boundary
        pieces: list[tuple[int, int]] = []
        opened = -1
        place = raw.find(mark, start, end)
        for _ in range(MARKS_LIMIT):
            if place < 0:
                break
            behind = place + len(mark)
            at_line_start = place == start or raw[place - 1] in b"\r\n"
            closing = raw.startswith(b"--", behind, end)
            rest = _LINE_REST.match(raw, behind, end)
            if at_line_start and (closing or rest):
                if opened >= 0:
                    pieces.append((opened, max(opened, _before_newline(raw, place))))
                opened = -1
                if closing:
                    return pieces
                assert rest is not None
                opened = rest.end()
                if len(pieces) > PARTS_LIMIT:
                    break
            place = raw.find(mark, max(behind, opened), end)
        if opened >= 0:
            if len(pieces) <= PARTS_LIMIT:
                self.defects.append("multipart without its end")
            pieces.append((opened, end))
        return pieces


def _before_newline(raw: bytes, place: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if raw[place - 2 : place] == b"\r\n":
        return place - 2
    return place - 1 if place and raw[place - 1] in b"\r\n" else place


def _content(raw: bytes | None, usual: str) -> Field:
    """RFC 2045 5.2: no type, or one that is none, means plain text."""
    if not raw:
        return Field(usual, {})
    content = parse_field(raw)
    if _TYPE.fullmatch(content.value):
        return content
    if content.value.startswith("multipart"):
        return Field("multipart/mixed", content.params)
    return Field("text/html" if content.value == "html" else "text/plain", content.params)


def _field(raw: bytes | None) -> Field:
    return parse_field(raw) if raw else NOTHING
