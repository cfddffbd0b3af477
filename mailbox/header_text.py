"""Header lines fit for the wire: cleaned, encoded, folded, and unable to smuggle in another one."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote

from postdesk.mailbox.address import clean_name

LINE = 78  # RFC 5322 2.1.1: a line should not be longer, without its CRLF
ENCODED_LINE = 76  # RFC 2047 2: a line that holds an encoded word must not be longer
ENCODED_WORD = 75  # RFC 2047 2
LONG_WORD = 60  # a longer plain word is encoded, because nothing else can fold it
SUBJECT_LENGTH = 500  # characters; what no client shows is no use
FILE_NAME_LENGTH = 150  # characters

# Codes that steer a terminal, a bidi display or a parser; halves of characters; no-characters.
_UNFIT = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control codes, but those that are white space
    "\u202a-\u202e\u2066-\u2069"  # bidi embeddings, overrides, isolates
    "\ud800-\udfff"  # lone surrogates
    "\ufeff\ufff9-\ufffb\ufffe\uffff"  # byte order mark, interlinear marks, no-characters
    "]"
)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")  # RFC 5322 3.2.3, and spaces between
_SMUGGLED = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_Q_PLAIN = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"  # RFC 2047 5 (3)
)
_WRAPPING = len("=?utf-8?q??=")
_FILE_PLAIN = re.compile(r"[A-Za-z0-9 ._()+,@!#&~-]*")


def clean(text: str, limit: int) -> str:
    """The text as one line: no control or bidi codes, single spaces, at most ``limit`` long."""
    return " ".join(_UNFIT.sub("", text).split())[:limit].rstrip()


def fits_as_name(name: str) -> bool:
    """Whether this may stand before the colon (letters, digits, hyphens: stricter than RFC)."""
    return _NAME.fullmatch(name) is not None


def checked(line: str) -> str:
    """The folded header line as given; raises ValueError when it holds more than one header."""
    if _SMUGGLED.search(line.replace("\r\n ", "")):
        raise ValueError(f"a line break or control code in header {line[:40]!r}")
    return line


def fold(name: str, tokens: Iterable[str]) -> str:
    """One header of tokens that were cleaned, broken between them at 78 characters."""
    lines = [f"{name}:"]
    for token in tokens:
        first = lines[-1] == f"{name}:"  # some relays choke on a first line without a value
        if first or len(lines[-1]) + 1 + len(token) <= LINE:
            lines[-1] += " " + token
        else:
            lines.append(" " + token)
    return checked("\r\n".join(lines))


def unstructured(name: str, text: str, *, limit: int, long_word: int = LONG_WORD) -> str:
    """A header of free words (Subject, X-...), RFC 2047 encoded from the first word that needs it.

    Words before it stay as they are, so that ``[#1042]`` can be read by any filter.
    """
    words = clean(text, limit).split(" ")
    plain = _plain_words(words, long_word)
    if plain == len(words):
        return fold(name, words)
    begun = f"{name}: {' '.join(words[:plain])}" if plain else f"{name}:"
    if len(begun) > ENCODED_LINE // 2:  # too little room is left: encode all of it
        plain, begun = 0, f"{name}:"
    return fold(name, [*words[:plain], *_encoded(" ".join(words[plain:]), len(begun))])


@lru_cache(maxsize=256)  # desk and agents stand in most letters
def mailbox(name: str, display: str, addr: str) -> str:
    """A header of one address (From, To, Reply-To); ``addr`` is already fit for the wire."""
    display = clean_name(display)
    return fold(name, [*_phrase(display, len(name) + 1), f"<{addr}>" if display else addr])


def parameter(key: str, value: str) -> list[str]:
    """A MIME parameter as tokens: RFC 2231 with its ASCII stand-in behind, or one plain string.

    The extended form comes first, because Python's parser takes the first it meets.
    """
    if _FILE_PLAIN.fullmatch(value) and len(value) <= LONG_WORD:
        return [f'{key}="{value}"']
    stand_in = re.sub(r"[^A-Za-z0-9 ._()+,@!#&~-]", "_", value)[-LONG_WORD:]
    return [*_extended(key, value), f'{key}="{stand_in}"']


def file_name(name: str) -> str:
    """A name for a file without path, control or bidi characters; never empty."""
    name = clean(re.sub(r"[/\\]", "_", name), FILE_NAME_LENGTH)
    return name if name.strip(". ") else "attachment"


def _plain_words(words: Sequence[str], long_word: int) -> int:
    """How many words at the head need no encoding."""
    for place, word in enumerate(words):
        if len(word) > long_word or not word.isascii() or "=?" in word:
            return place
    return len(words)


def _phrase(display: str, begun: int) -> list[str]:
    """A display name as atoms, as a quoted string, or as encoded words (RFC 5322 3.2.5)."""
    words = display.split()
    if _plain_words(words, LONG_WORD) < len(words):
        return list(_encoded(display, begun))
    if _ATOMS.fullmatch(display):
        return words
    escaped = re.sub(r'(["\\])', r"\\\1", display)
    if len(escaped) > LONG_WORD:
        return list(_encoded(display, begun))
    return [f'"{escaped}"'] if display else []


def _encoded(text: str, begun: int) -> Iterator[str]:
    """RFC 2047 words, none over 75 characters, no character split; the first ends a begun line."""
    first = min(ENCODED_LINE - begun - 1, ENCODED_WORD) - _WRAPPING
    room = ENCODED_WORD - _WRAPPING
    escaped = [_q(char) for char in text]
    if sum(map(len, escaped)) * 3 <= len(text.encode()) * 4:
        for piece in _split(escaped, first, room):
            yield f"=?utf-8?q?{piece}?="
        return
    for piece in _split(text, first // 4 * 3, room // 4 * 3):
        yield f"=?utf-8?b?{b64encode(piece.encode()).decode('ascii')}?="


def _q(char: str) -> str:
    if char in _Q_PLAIN:
        return char
    return "_" if char == " " else "".join(f"={byte:02X}" for byte in char.encode())


def _split(pieces: Iterable[str], first: int, room: int) -> Iterator[str]:
    """Join pieces up to ``first`` bytes once, then up to ``room`` each time."""
    held: list[str] = []
    weight, limit = 0, first
    for piece in pieces:
        size = len(piece.encode())
        if held and weight + size > limit:
            yield "".join(held)
            held, weight, limit = [], 0, room
        held.append(piece)
        weight += size
    if held:
        yield "".join(held)


def _extended(key: str, value: str) -> Iterator[str]:
    """RFC 2231: percent-encoded UTF-8, in numbered sections when it is long."""
    escaped = [quote(char, safe="") for char in value]
    if sum(map(len, escaped)) <= LONG_WORD:
        yield f"{key}*=utf-8''{''.join(escaped)};"
        return
    charset = "utf-8''"  # named in the first section only
    for number, piece in enumerate(_split(escaped, LONG_WORD - len(charset), LONG_WORD)):
        yield f"{key}*{number}*={charset}{piece};"
        charset = ""
