"""The words of a header: decoded however badly they were written, never longer than a page."""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from postdesk.mailbox.charset import clean, decode

DECODED_LIMIT = 4096  # characters of one decoded value: a Subject is a line, not a book
RAW_LIMIT = 65_536  # bytes of one value looked at, which bounds the work
IDS_LIMIT = 100
ID_LENGTH = 996  # RFC 5322 2.1.1: a line
_CHARSET_LENGTH = 60
_FOLD = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_BRACKETED = re.compile(r"<([^<>]{1,996})>")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_Q_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def raw_text(raw: bytes | str) -> str:
    """One line of text from a raw header value; encoded words stay as they are."""
    if isinstance(raw, str):
        raw = raw[:RAW_LIMIT].encode("utf-8", "surrogateescape" if _escaped(raw) else "replace")
    raw = raw[:RAW_LIMIT]
    text = raw.decode("ascii") if raw.isascii() and b"\x1b" not in raw else decode(raw)[0]
    if "\n" in text or "\r" in text:
        text = _unfolded(text)
    return clean(text).strip()


def decode_header(raw: bytes | str) -> str:
    """The value as a reader should see it: RFC 2047 read tolerantly, one line, bounded, linear."""
    text = raw_text(raw)
    if "=?" in text:
        text = _decode_words(text)
        text = _unfolded(text).strip()
    return text[:DECODED_LIMIT]


def _unfolded(text: str) -> str:
    """One line, each fold a blank; blanks at its ends are left to the caller."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return _FOLD.sub(" ", text)
    # Splitting is several times cheaper than asking the pattern at every blank.
    return " ".join(line.strip(" \t") for line in text.split("\n") if line)


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a Message-ID, In-Reply-To or References, each once, with their ``<>``.

    At most 100: the first, which is the root of the thread, and the last ones. Ids that were
    folded in the middle are mended; a bare ``id@host`` counts where nothing has brackets.
    """
    value = value[:RAW_LIMIT]
    if "<" in value:
        bare = ("".join(found.split()) for found in _BRACKETED.findall(value))
    else:
        bare = (word for word in value.split() if word.count("@") == 1 and len(word) <= ID_LENGTH)
    ids = list(dict.fromkeys(f"<{clean(one)}>" for one in bare if one.strip("@")))
    if len(ids) > IDS_LIMIT:
        ids = ids[:1] + ids[1 - IDS_LIMIT :]
    return tuple(ids)


def parse_date(value: str) -> datetime | None:
    """What a Date header claims, in UTC; None when it says nothing that exists."""
    try:
        claimed = parsedate_to_datetime(value[:200])
        if claimed.tzinfo is None:
            return claimed.replace(tzinfo=UTC)
        return claimed.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _escaped(text: str) -> bool:
    """Whether a lone surrogate stands for a raw byte, as the standard library's parser has it."""
    return any("\udc80" <= char <= "\udcff" for char in text) and not any(
        "\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" for char in text
    )


class _Words:
    """Collects decoded text; neighbours of one charset are joined as bytes before decoding.

    Senders split a character, or a group of base64, over two encoded words.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._length = 0
        self._charset = ""
        self._bytes = b""
        self._base64 = b""

    def full(self) -> bool:
        return self._length >= DECODED_LIMIT

    def plain(self, text: str) -> None:
        self._flush()
        self._add(text)

    def word(self, charset: str, encoding: str, encoded: str) -> None:
        if charset != self._charset:
            self._flush()
            self._charset = charset
        code = encoded.encode("utf-8", "replace")
        if encoding == "b":
            self._base64 += _NOT_BASE64.sub(b"", code)
            if b"=" in code or len(self._base64) % 4 == 0:
                self._settle()
        else:
            self._settle()
            self._bytes += _decode_q(code)

    def text(self) -> str:
        self._flush()
        return "".join(self._texts)

    def _settle(self) -> None:
        code, self._base64 = self._base64, b""
        if code:
            code = code[: len(code) - 1] if len(code) % 4 == 1 else code
            self._bytes += binascii.a2b_base64(code + b"=" * (-len(code) % 4))

    def _flush(self) -> None:
        self._settle()
        if self._bytes:
            self._add(decode(self._bytes, self._charset)[0])
        self._bytes = b""

    def _add(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)


def _decode_q(code: bytes) -> bytes:
    code = code.replace(b"_", b" ")
    return _Q_HEX.sub(lambda found: bytes((int(found[1], 16),)), code)


def _decode_words(text: str) -> str:
    """Decode every ``=?charset?encoding?text?=``; white space between two of them is dropped."""
    words = _Words()
    done = 0  # all before this place is said
    place = text.find("=?")
    last_was_word = False
    while place >= 0 and not words.full():
        found = _word_at(text, place)
        if found is None:
            place = text.find("=?", place + 2)
            continue
        charset, encoding, encoded, end = found
        between = text[done:place]
        if between and not (last_was_word and between.isspace()):
            words.plain(between)
        words.word(charset, encoding, encoded)
        done, last_was_word = end, True
        place = text.find("=?", end)
    words.plain(text[done : done + DECODED_LIMIT])
    return words.text()


def _word_at(text: str, place: int) -> tuple[str, str, str, int] | None:
    """The encoded word that begins at this place: charset, ``b`` or ``q``, its text, its end."""
    mark = text.find("?", place + 2, place + 2 + _CHARSET_LENGTH)
    if mark < 0 or text[mark + 2 : mark + 3] != "?":
        return None
    encoding = text[mark + 1].lower()
    if encoding not in "bq":
        return None
    end = text.find("?=", mark + 3)
    # No end anywhere behind: the rest is what was meant, cut on its way here.
    stop = end if end >= 0 else len(text)
    charset = text[place + 2 : mark].partition("*")[0].strip().lower()
    return charset, encoding, text[mark + 3 : stop], stop + 2
