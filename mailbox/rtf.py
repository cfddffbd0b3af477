"""The words of a text in RTF, and of the HTML that Outlook hides in one.

MS-OXRTFCP says how Exchange packs it, MS-OXRTFEX how HTML hides in it. Bounded and linear; what
cannot be read gives no words.
"""

import re

from postdesk.mailbox.charset import decode

PACKED_LIMIT = 1_000_000  # bytes, packed and unpacked
_PACKED, _UNPACKED = b"LZFu", b"MELA"
_HEAD = 16
# What every packed text may refer to before it has written anything itself.
_PRIMER = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_WINDOW = 4096
_TOKEN = re.compile(
    rb"""
      \\'(?P<hex>[0-9a-fA-F]{2})                      # a byte in the code page
    | \\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,9})?[ ]?
    | \\(?P<sign>[^a-z])
    | (?P<brace>[{}])
    | (?P<words>[^\\{}\r\n]+)
    """,
    re.VERBOSE | re.DOTALL,
)
# Groups that hold no words of the text.
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header footer themedata listtable".split()
)
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t"}
_SIGNS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n"}
_MARKS = {b"bullet": "•", b"endash": "–", b"emdash": "—", b"euro": "€"}  # noqa: RUF001
_QUOTES = {b"lquote": "\u2018", b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d"}
_CHARACTERS = _BREAKS | _MARKS | _QUOTES


def unpacked_rtf(packed: bytes) -> bytes:
    """RTF as Exchange packs it, unpacked; ``b""`` for what is none. At most a megabyte."""
    size = int.from_bytes(packed[4:8], "little")
    kind, body = packed[8:12], packed[_HEAD:PACKED_LIMIT]
    if kind == _UNPACKED:
        return body[:size]
    return _unpacked(body, min(size, PACKED_LIMIT)) if kind == _PACKED else b""


def rtf_words(rtf: bytes) -> tuple[str, bool]:
    """The text of an RTF, and whether it is HTML that hid in there."""
    if not rtf.lstrip().startswith(rb"{\rtf"):
        return "", False
    page = rb"\fromhtml1" in rtf[:2000]
    return _Reader(page).read(rtf[:PACKED_LIMIT]).strip(), page


def _unpacked(body: bytes, size: int) -> bytes:
    """Runs of eight: a byte as it is, or a place and length in the last 4096 bytes written."""
    out = bytearray(_PRIMER)
    whole = len(_PRIMER) + size
    at = 0
    while at < len(body) and len(out) < whole:
        control, at = body[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                out += body[at : at + 1]
                at += 1
                continue
            place = int.from_bytes(body[at : at + 2], "big")
            at += 2
            back = (len(out) - (place >> 4)) % _WINDOW
            if at > len(body) or back == 0 or back > len(out):
                return bytes(out[len(_PRIMER) : whole])
            for _ in range((place & 15) + 2):
                out.append(out[-back])
    return bytes(out[len(_PRIMER) : whole])


class _Reader:
    """Knows in which group it is, and whether that group's words are the text's."""

    def __init__(self, page: bool) -> None:
        self._page = page
        self._out: list[str] = []
        self._bytes = bytearray()  # of one code page, until something else comes
        self._code_page = "windows-1252"
        self._groups: list[tuple[bool, bool]] = []
        self._silent = False
        self._markup = False  # in {\*\htmltag: HTML as it was
        self._double = False  # between \htmlrtf and \htmlrtf0: the same again for who knows no HTML
        self._skip = 0  # characters that stand in for one in Unicode
        self._stand_ins = 1

    def read(self, rtf: bytes) -> str:
        for found in _TOKEN.finditer(rtf):
            if byte := found["hex"]:
                self._byte(int(byte, 16))
            elif word := found["word"]:
                self._word(word, int(found["number"]) if found["number"] else None)
            elif sign := found["sign"]:
                self._sign(sign)
            elif brace := found["brace"]:
                self._brace(brace)
            else:
                self._words(found["words"])
        self._flush()
        return "".join(self._out)

    def _shown(self) -> bool:
        return self._markup or not (self._silent or self._double)

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._skip = 0
        if brace == b"{":
            self._groups.append((self._silent, self._markup))
        elif self._groups:
            self._silent, self._markup = self._groups.pop()

    def _byte(self, byte: int) -> None:
        if self._skip:
            self._skip -= 1
        elif self._shown():
            self._bytes.append(byte)

    def _words(self, words: bytes) -> None:
        skipped = min(self._skip, len(words))
        self._skip -= skipped
        if self._shown():
            self._bytes += words[skipped:]

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._flush()
            self._silent = True
        elif sign in _SIGNS:
            self._put(_SIGNS[sign])

    def _put(self, text: str) -> None:
        self._flush()
        if self._shown():
            self._out.append(text)

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._put(chr(number % 65536))
            self._skip = self._stand_ins
        elif word == b"uc":
            self._stand_ins = min(number or 0, 10)
        elif word == b"ansicpg" and number:
            self._code_page = f"windows-{number}"
        elif word == b"htmlrtf":
            self._flush()
            self._double = number != 0
        elif word == b"htmltag":
            self._flush()
            self._markup = self._page
        elif word in _SILENT:
            self._flush()
            self._silent = True
        elif word in _CHARACTERS:
            self._put(_CHARACTERS[word])

    def _flush(self) -> None:
        if self._bytes:
            self._out.append(decode(bytes(self._bytes), self._code_page)[0])
            self._bytes.clear()
