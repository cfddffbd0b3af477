"""What is in a ``winmail.dat``: Outlook's own wrapping (TNEF), which nobody else opens.

MS-OXTNEF for the wrapping, MS-OXCDATA for the properties in it. Every length is checked against
what there is and every count is bounded, because tnefparse, which was tried first, believes them:
forty bytes that promise four thousand million properties keep it busy for hours.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from postdesk.mailbox.attach import file_name
from postdesk.mailbox.charset import decode
from postdesk.mailbox.rtf import rtf_words, unpacked_rtf
from postdesk.mailbox.split import Part
from postdesk.mailbox.transfer import PastedFile

UNREADABLE = "winmail.dat: cannot be opened, kept as it is"
SIZE_LIMIT = 40_000_000  # bytes
FILES_LIMIT = 100
_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef", "application/x-ms-tnef")
_SIGNATURE = 0x223E9F78
_SMALLEST = 17  # bytes: signature, key, one attribute
_ATTRIBUTES_LIMIT = 5000
_PROPERTIES_LIMIT = 5000
_VALUES_LIMIT = 1000
_NAMED = 0x8000  # a property that brings its own name

_BODY, _FILE_BEGINS = 0x800C, 0x9002
_CODE_PAGE, _PROPERTIES, _FILE_PROPERTIES = 0x9007, 0x9003, 0x9005
_FILE_BYTES, _FILE_TITLE = 0x800F, 0x8010
_WORDS, _PAGE, _RTF, _PAGE_CODE = 0x1000, 0x1013, 0x1009, 0x3FDE
_LONG_NAME, _SHORT_NAME, _LABEL, _OBJECT = 0x3707, 0x3704, 0x3001, 0x3701
_CONTENT_ID, _MEDIA_TYPE = 0x3712, 0x370E

_STRING, _UNICODE = 0x1E, 0x1F
_COUNTED = (_STRING, _UNICODE, 0x0D, 0x102)
_MANY = 0x1000
_SIZES = {2: 4, 3: 4, 4: 4, 10: 4, 11: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # an object that is a mail itself
_CHARSETS = {
    932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5", 20127: "us-ascii", 20866: "koi8-r",
    28591: "iso-8859-1", 28592: "iso-8859-2", 28605: "iso-8859-15", 50220: "iso-2022-jp",
    65001: "utf-8",
}  # fmt: skip
_MEDIA = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}")
_BY_NAME = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "bmp": "image/bmp", "pdf": "application/pdf", "txt": "text/plain", "csv": "text/csv",
    "zip": "application/zip", "ics": "text/calendar", "doc": "application/msword",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Winmail:
    """What Outlook put into one: its files, and its words as text or as a page."""

    files: tuple[PastedFile, ...]
    text: str = ""
    page: str = ""


def is_winmail(part: Part) -> bool:
    """Whether a part says that it is one, by its type or by the name of its file."""
    return part.type in _TYPES or file_name(part).lower() == "winmail.dat"


def unpacked(body: bytes) -> Winmail | None:
    """What is in it; None for what is none. Never raises; linear."""
    if len(body) > SIZE_LIMIT:
        return None
    try:
        return _read(body)
    except (struct.error, ValueError):
        return None


class _Property(NamedTuple):
    id: int
    type: int
    value: bytes


@dataclass(slots=True)
class _File:
    name: str = ""
    body: bytes = b""
    media_type: str = ""
    cid: str = ""


@dataclass(slots=True)
class _Found:
    """The wrapping as far as it is read."""

    charset: str = "windows-1252"
    page_charset: str = ""
    words: str = ""
    page: bytes | str = b""
    rtf: bytes = b""
    files: list[_File] = field(default_factory=list)

    def text_of(self, one: _Property) -> str:
        if one.type == _UNICODE:
            return one.value.decode("utf-16-le", "replace").rstrip("\0")
        return decode(one.value.rstrip(b"\0"), self.charset)[0]

    def ended(self) -> Winmail:
        words, page = self.words, self.page
        if isinstance(page, bytes):
            page = decode(page.rstrip(b"\0"), self.page_charset or None)[0] if page else ""
        if self.rtf and not page.strip() and not words.strip():
            text, hidden = rtf_words(unpacked_rtf(self.rtf))
            words, page = ("", text) if hidden else (text, "")
        files = (
            PastedFile(f.name.encode("utf-8", "replace"), f.body, _media_type(f), f.cid)
            for f in self.files
            if f.name or f.body
        )
        return Winmail(tuple(files), words.replace("\r\n", "\n").strip("\0 \n"), page)


def _read(body: bytes) -> Winmail:
    if struct.unpack_from("<I", body)[0] != _SIGNATURE:
        raise ValueError("no TNEF")
    if len(body) < _SMALLEST:
        raise ValueError("cut off before it says anything")
    found = _Found()
    for kind, value in _attributes(body):
        with suppress(struct.error):  # cut off within: what came before it counts
            _take(found, kind, value)
    return found.ended()


def _take(found: _Found, kind: int, value: bytes) -> None:
    if kind == _CODE_PAGE:
        found.charset = _charset(int.from_bytes(value[:4], "little"))
    elif kind == _BODY:
        found.words = decode(value.rstrip(b"\0"), found.charset)[0]
    elif kind == _PROPERTIES:
        _take_words(found, value)
    elif kind == _FILE_BEGINS and len(found.files) < FILES_LIMIT:
        found.files.append(_File())
    elif found.files:
        _take_file(found, found.files[-1], kind, value)


def _attributes(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Level, name, type, length, as many bytes, a checksum; what is cut off ends the reading."""
    at = 6
    for _ in range(_ATTRIBUTES_LIMIT):
        if at + 11 > len(body):
            return
        _, name, _, length = struct.unpack_from("<BHHI", body, at)
        yield name, body[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _take_words(found: _Found, value: bytes) -> None:
    for one in _properties(value):
        if one.id == _PAGE_CODE:
            found.page_charset = _charset(int.from_bytes(one.value[:4], "little"))
        elif one.id == _WORDS:
            found.words = found.text_of(one) or found.words
        elif one.id == _PAGE:
            found.page = found.text_of(one) if one.type in (_STRING, _UNICODE) else one.value
        elif one.id == _RTF:
            found.rtf = one.value


def _take_file(found: _Found, file: _File, kind: int, value: bytes) -> None:
    if kind == _FILE_BYTES:
        file.body = value
    elif kind == _FILE_TITLE:
        file.name = file.name or decode(value.rstrip(b"\0"), found.charset)[0]
    elif kind == _FILE_PROPERTIES:
        names: dict[int, str] = {}
        for one in _properties(value):
            if one.id == _OBJECT:
                _take_object(file, one.value)
            elif one.type in (_STRING, _UNICODE):
                names[one.id] = found.text_of(one)
        better = names.get(_LONG_NAME) or file.name or names.get(_SHORT_NAME)
        file.name = better or names.get(_LABEL, "")
        file.media_type = names.get(_MEDIA_TYPE, "").lower()
        file.cid = names.get(_CONTENT_ID, "").strip("<> ")[:500]


def _take_object(file: _File, value: bytes) -> None:
    """A mail attached to a mail is a wrapping again; it stays closed, as every attached mail."""
    if value.startswith(_MESSAGE):
        file.body, file.media_type = value[len(_MESSAGE) :], "application/ms-tnef"
    else:
        file.body = file.body or value[16:]


def _properties(data: bytes) -> Iterator[_Property]:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(min(count, _PROPERTIES_LIMIT)):
        if at + 4 > len(data):
            return
        kind, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= _NAMED:
            at = _behind_name(data, at)
        values = 1
        counted = kind & ~_MANY in _COUNTED
        if kind & _MANY or counted:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        for _ in range(min(values, _VALUES_LIMIT)):
            size = _SIZES.get(kind & ~_MANY, 0)
            if counted:
                (size,) = struct.unpack_from("<I", data, at)
                at += 4
            elif not size:
                return
            if at + size > len(data):
                return
            yield _Property(name, kind & ~_MANY, data[at : at + size])
            at += size + -size % 4


def _behind_name(data: bytes, at: int) -> int:
    """A number, or a word with its length, behind sixteen bytes that say whose it is."""
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 if kind == 0 else at + 24 + length + -length % 4


def _media_type(file: _File) -> str:
    """Outlook seldom says; what its pictures and papers are called says enough."""
    if _MEDIA.fullmatch(file.media_type):
        return file.media_type
    return _BY_NAME.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")


def _charset(code_page: int) -> str:
    return _CHARSETS.get(code_page, f"windows-{code_page}" if code_page < 1300 else "")
