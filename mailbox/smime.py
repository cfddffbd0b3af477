"""Opaque S/MIME signatures taken off: the mail inside is read as if it had come without one.

RFC 8551 3.5.2 wraps a whole MIME entity into a CMS SignedData (RFC 5652 5.1), and only who opens
the wrapping sees the words. Nothing is verified here: the words are shown, the signature is not
vouched for. What is encrypted stays as it is.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from postdesk.mailbox.attach import file_name
from postdesk.mailbox.split import Part, Tree, split
from postdesk.mailbox.transfer import undo

WRAPPINGS = 3  # signed within signed: RFC 2634 has three
UNSIGNED = "its S/MIME signature was taken off and not checked"
_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MAYBE = ("application/octet-stream", "application/pkcs7-signature")

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_DEPTH = 20
_ELEMENTS = 100_000  # looked at in one wrapping; each costs a microsecond
_SEQUENCE, _SET, _CONTEXT_0 = 0x30, 0x31, 0xA0
_INTEGER, _OID, _OCTETS, _OCTETS_IN_PIECES = 0x02, 0x06, 0x04, 0x24
_INDEFINITE = -1


def opened(tree: Tree) -> Tree:
    """The mail without the signatures that wrap it; the same tree where there are none.

    The header stays the outer one, but for the lines that describe the content. Part numbers are
    those of the mail inside.
    """
    for _ in range(WRAPPINGS):
        inside = _inside(tree)
        if inside is None:
            break
        inner = split(_rewrapped(tree, inside))
        tree = replace(inner, defects=tuple(dict.fromkeys([*tree.defects, *inner.defects])))
    return tree


def signed_content(der: bytes) -> bytes | None:
    """The content of a CMS SignedData; None when it is none, or carries none. Never raises."""
    try:
        return _content(_Reader(der))
    except (ValueError, IndexError):
        return None


def is_wrapping(part: Part) -> bool:
    """Whether a part says that it is S/MIME, by its type or the name of its file."""
    if part.type in _TYPES:
        return True
    return part.type in _MAYBE and file_name(part).lower().endswith(".p7m")


def _inside(tree: Tree) -> bytes | None:
    root = tree.root
    if root.parts or not is_wrapping(root):
        return None
    return signed_content(undo(tree.body(root), root.encoding)[0])


def _rewrapped(tree: Tree, inside: bytes) -> bytes:
    """The outer header above the inner content, whose own header may only describe itself."""
    inner = split(inside)
    kept = [line for line in tree.root.headers.headers if not _describes(line[0])]
    kept += [line for line in inner.root.headers.headers if _describes(line[0])]
    lines = [name.encode("ascii") + b":" + value.rstrip() for name, value in kept]
    return b"\r\n".join([*lines, b"", b""]) + inner.raw[inner.root.headers.end :]


def _describes(name: str) -> bool:
    return name.startswith("content-") or name == "mime-version"


def _content(der: "_Reader") -> bytes | None:
    """Go down to the octets: ContentInfo, SignedData, EncapsulatedContentInfo (RFC 5652)."""
    at = der.enter(0, _SEQUENCE)
    kind = der.element(at)
    if kind.tag != _OID or der.octets(kind) != SIGNED_DATA:
        return None
    at = der.enter(kind.end, _CONTEXT_0)
    at = der.enter(at, _SEQUENCE)
    at = der.skip(at, _INTEGER)
    at = der.skip(at, _SET)
    at = der.enter(at, _SEQUENCE)
    at = der.skip(at, _OID)
    at = der.enter(at, _CONTEXT_0)
    return b"".join(der.pieces(der.element(at), 0))


class _Element(NamedTuple):
    tag: int
    start: int  # of what is in it
    end: int  # _INDEFINITE: it ends with two zero bytes


class _Reader:
    """X.690 in BER: lengths may be indefinite, strings may come in pieces. Raises ValueError."""

    def __init__(self, der: bytes) -> None:
        self._der = der
        self._left = _ELEMENTS

    def element(self, at: int) -> _Element:
        self._left -= 1
        if self._left < 0:
            raise ValueError("too many elements")
        tag, length = self._der[at], self._der[at + 1]
        if length == 0x80:
            return _Element(tag, at + 2, _INDEFINITE)
        start = at + 2
        if length > 0x80:
            count = length & 0x7F
            if count > 8:
                raise ValueError("a length of many bytes")
            length = int.from_bytes(self._der[start : start + count], "big")
            start += count
        if start + length > len(self._der):
            raise ValueError("longer than what there is")
        return _Element(tag, start, start + length)

    def octets(self, found: _Element) -> bytes:
        return self._der[found.start : found.end]

    def enter(self, at: int, tag: int) -> int:
        """Where the first thing in this element begins."""
        found = self.element(at)
        if found.tag != tag:
            raise ValueError("not what should stand here")
        return found.start

    def skip(self, at: int, tag: int) -> int:
        """Where the next element begins."""
        found = self.element(at)
        if found.tag != tag:
            raise ValueError("not what should stand here")
        return self._end(found, 0)

    def pieces(self, found: _Element, depth: int) -> Iterator[bytes]:
        """A string of octets, whole or in pieces of pieces."""
        if found.tag == _OCTETS and found.end != _INDEFINITE:
            yield self.octets(found)
            return
        if found.tag != _OCTETS_IN_PIECES or depth > _DEPTH:
            raise ValueError("no octets")
        at = found.start
        while not self._is_over(found, at):
            piece = self.element(at)
            yield from self.pieces(piece, depth + 1)
            at = self._end(piece, depth + 1)

    def _is_over(self, found: _Element, at: int) -> bool:
        if found.end == _INDEFINITE:
            return self._der[at : at + 2] == b"\0\0"
        return at >= found.end

    def _end(self, found: _Element, depth: int) -> int:
        """Behind an element: one of indefinite length is walked through."""
        if found.end != _INDEFINITE:
            return found.end
        if depth > _DEPTH:
            raise ValueError("too deep")
        at = found.start
        while not self._is_over(found, at):
            at = self._end(self.element(at), depth + 1)
        return at + 2
