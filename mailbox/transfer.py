"""Content-Transfer-Encoding undone, and files that were pasted into a text as uuencode."""

import binascii
import re
from typing import NamedTuple

_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4}(?: ([^\r\n]{0,255}))?\r?$", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
# A file, and not a sentence that begins with the word: its first line has the length it says.
_UU_FILES_LIMIT = 50
_BASE64_NAMES = frozenset(("base64", "b", "base-64"))
_QP_NAMES = frozenset(("quoted-printable", "q", "quotedprintable", "quoted"))
_UU_NAMES = frozenset(("x-uuencode", "uuencode", "x-uue", "uue"))
_PLAIN_NAMES = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "raw"))
_PIECES_LIMIT = 1000
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_LETTERS = bytes(set(range(256)) - set(_LETTERS))
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_LINE_ENDS = re.compile(rb"[ \t]*\r?\n[ \t]*")
_OPEN_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_LABEL = re.compile(r"[a-z0-9-]*")


class PastedFile(NamedTuple):
    """A file out of the middle of something else: uuencoded in a text, or in a winmail.dat."""

    name: bytes
    body: bytes
    type: str = "application/octet-stream"
    cid: str = ""


def encoding_name(value: str) -> str:
    """The plain name of an encoding as a header gives it (``Base64 (yes)`` → ``base64``)."""
    found = _LABEL.match(value.strip().lower())
    return found[0] if found else ""


def is_base64(encoding: str) -> bool:
    """Whether this plain name is one of base64's."""
    return encoding in _BASE64_NAMES


def undo(body: bytes, encoding: str) -> tuple[bytes, str]:
    """The decoded bytes, and in a phrase what was wrong, or ``""``. Never raises; linear.

    RFC 2045 6.4: what has an encoding nobody knows is taken as it is.
    """
    if encoding in _PLAIN_NAMES:
        return body, ""
    if encoding in _BASE64_NAMES:
        return undo_base64(body)
    if encoding in _QP_NAMES:
        return undo_quoted_printable(body), ""
    if encoding in _UU_NAMES:
        _, files = cut_uuencoded(body)
        return (files[0].body, "") if files else (body, "uuencode without a file in it")
    return body, "unknown transfer encoding, taken as 8bit"


def undo_base64(body: bytes) -> tuple[bytes, str]:
    """Decode whatever is base64 in there; a body that is no base64 at all is given back."""
    if _is_prose(body):
        return body, "base64 that is none, taken as it is"
    pad = body.find(b"=")
    if pad < 0 or not body[pad:].strip(b"= \t\r\n"):
        try:
            return binascii.a2b_base64(body), ""
        except binascii.Error:
            return _mend(body)
    return _undo_many(body, pad)


def undo_quoted_printable(body: bytes) -> bytes:
    """RFC 2045 6.7; what is no valid code stays as it is."""
    if b"= " in body or b"=\t" in body:
        body = _OPEN_SOFT_BREAK.sub(b"=", body)
    return binascii.a2b_qp(body)


def cut_uuencoded(text: bytes) -> tuple[bytes, tuple[PastedFile, ...]]:
    """The text without the uuencoded files in it, and the files in their order."""
    kept: list[bytes] = []
    files: list[PastedFile] = []
    done = 0
    while len(files) < _UU_FILES_LIMIT and (begin := _UU_BEGIN.search(text, done)):
        if not _looks_encoded(text, begin.end()):
            kept.append(text[done : begin.end()])
            done = begin.end()
            continue
        end = _UU_END.search(text, begin.end())
        if end is None:
            break
        kept.append(text[done : begin.start()])
        based = text.startswith(b"begin-", begin.start())
        lines = text[begin.end() : end.start()]
        body = undo_base64(lines)[0] if based else _undo_uu(lines)
        files.append(PastedFile(begin[1] or b"", body))
        done = end.end()
    if not files:
        return text, ()
    return b"".join([*kept, text[done:]]), tuple(files)


def _is_prose(body: bytes) -> bool:
    """Whether somebody labelled words as base64: it has no blanks, no commas and no full stops."""
    sample = body[:2000].partition(b"=")[0]
    if b" " not in sample and sample.isascii():
        return False
    foreign = len(_NOT_BASE64.findall(_LINE_ENDS.sub(b"", sample)))
    return foreign * 20 > len(sample)


def _looks_encoded(text: bytes, place: int) -> bool:
    """Whether the line behind a ``begin`` has the length that its first character promises."""
    line = text[place : place + 100].lstrip(b"\r\n").split(b"\n", 1)[0].rstrip(b"\r")
    if not line or not 0x20 <= line[0] <= 0x60:
        return False
    promised = ((line[0] - 0x20) & 0x3F) + 2
    needed = promised // 3 * 4
    return len(line.rstrip()) <= needed + 2 and len(line) + 4 >= needed


def _undo_uu(lines: bytes) -> bytes:
    return b"".join(_undo_uu_line(line) for line in lines.splitlines() if line)


def _undo_uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    # Some encoders write more than the length says, and some mailers add a blank.
    needed = (((line[0] - 0x20) & 0x3F) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[: needed + 1])
    except binascii.Error:
        return b""


def _mend(body: bytes) -> tuple[bytes, str]:
    letters = body.translate(None, _NO_LETTERS)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), "base64 cut short"


def _undo_many(body: bytes, pad: int) -> tuple[bytes, str]:
    """Padding in the middle: several pieces one after the other, or base64 and then prose.

    A mailing list that adds its footer to an encoded body is the usual case of the second.
    """
    rest = body[pad:].lstrip(b"=")
    first, defect = undo_base64(body[:pad] + b"==")
    if rest.translate(None, _LETTERS + b"= \t\r\n") or len(rest.translate(None, b" \t\r\n")) % 4:
        return first, defect or "words after the end of base64, left out"
    pieces = (piece for piece in re.split(rb"=+", rest, maxsplit=_PIECES_LIMIT) if piece.strip())
    return b"".join([first, *(_mend(piece)[0] for piece in pieces)]), "base64 in several pieces"
