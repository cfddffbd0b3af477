"""TOML with places: every value, and every mistake, can be pointed at in its file."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any
from unicodedata import east_asian_width

from postdesk.rules.toml_places import Path, Places

_WIDTH = 120  # characters of a source line shown under a mistake
_LONGEST_GUESS = 60  # names longer than this are not guessed at: the comparison is quadratic

_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)

_TWICE = "this name is already used for something else"

# What tomllib says, and what a person understands.
_PLAIN = (
    (r"Illegal character '\\n'", "the line ends inside a text: a closing quote is missing"),
    (r"Unterminated string|Expected ['\"]{3,}", "this text never ends: a closing quote is missing"),
    (r"Unclosed array", "this list never ends: a ] is missing"),
    (r"Unclosed inline table|Expected '\}'", "this table never ends: a } is missing"),
    (
        r"Expected '\]\]?' at the end",
        "a ] is missing here, or quotes around a name with @ or other signs",
    ),
    (r"Expected '=' after a key", "a = is missing after the key"),
    (r"Invalid value", "this is no value; texts stand in quotes"),
    (r"Expected newline", "something is left over after the value; texts stand in quotes"),
    ("Unescaped", r"a \ stands in a text; write it twice, or use 'single quotes'"),
    (r"Invalid (initial|statement)", "here a key or a [table] should begin"),
    (r"Invalid date", "there is no such date or time"),
    (r"Cannot mutate|Cannot overwrite|Cannot declare|Cannot redefine|Duplicate", _TWICE),
)
_LONG_NUMBER = re.compile(r"[0-9_]{4300,}")  # more digits than Python reads


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in which file and where; ``str()`` is fit for a person.

    ``line`` and ``column`` count from 1; line 0 means that there is no line to show, as in an
    environment variable.
    """

    file: str
    line: int
    column: int
    what: str
    source: str = ""

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.what}" if self.file else self.what
        head = f"{self.file}:{self.line}:{self.column}: {self.what}"
        if not self.source.strip():
            return head
        start = max(0, self.column - _WIDTH + 20)
        shown = self.source[start : start + _WIDTH].rstrip()
        under = "".join(map(_blank_like, self.source[start : self.column - 1]))
        return f"{head}\n    {''.join(map(_printable, shown))}\n    {under}^"


class Document:
    """A TOML text that was read: its ``value``, and where each part of it stands."""

    def __init__(self, name: str, text: str, value: dict[str, Any]) -> None:
        self.name = name
        self.value = value
        self._source = _Source(name, text)

    def place(self, path: Path) -> tuple[int, int]:
        """Line and column of a key, table or list element; of what is around it if there is none.

        Both count from 1, columns in characters.
        """
        return self._source.line_and_column(self._offset(path))

    def value_place(self, path: Path) -> tuple[int, int]:
        """Line and column of a key's value; of the key when the value is a [table]."""
        offset = self._places.values.get(path)
        return self.place(path) if offset is None else self._source.line_and_column(offset)

    def holds(self, path: Path) -> bool:
        """Does the text have this key or table?"""
        return path in self._places.keys

    def mistake(self, path: Path, what: str) -> Mistake:
        """A mistake pointing at the key."""
        return self._source.mistake(*self.place(path), what)

    def value_mistake(self, path: Path, what: str) -> Mistake:
        """A mistake pointing at the value."""
        return self._source.mistake(*self.value_place(path), what)

    @cached_property
    def _places(self) -> Places:
        return Places(self._source.text)

    def _offset(self, path: Path) -> int:
        for end in range(len(path), 0, -1):
            if (offset := self._places.keys.get(path[:end])) is not None:
                return offset
        return 0


class _Source:
    """A text that knows its lines."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    def mistake(self, line: int, column: int, what: str) -> Mistake:
        start = self._starts[line - 1]
        return Mistake(self.name, line, column, what, self.text[start:].partition("\n")[0])


def decode(name: str, raw: bytes) -> str | Mistake:
    """The text of a file, which must be UTF-8; a byte order mark is dropped."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        column = len(before.rpartition(b"\n")[2].decode("utf-8-sig", "replace")) + 1
        what = "this byte is not UTF-8; save the file as UTF-8"
        shown = raw.split(b"\n")[before.count(b"\n")].decode("utf-8-sig", "replace")
        return Mistake(name, before.count(b"\n") + 1, column, what, shown.rstrip("\r"))


def read_toml(name: str, text: str) -> Document | Mistake:
    """Read one file's text. Any text at all gives one of the two; nothing is raised."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        return Document(name, text, tomllib.loads(text))
    except RecursionError:
        return Mistake(name, 1, 1, "lists or tables are nested too deeply")
    except ValueError as error:  # TOMLDecodeError, or a number with thousands of digits
        return _mistake_of(_Source(name, text), str(error))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``', did you mean "poll"?'`` when a known name is close, else ``""``."""
    plain = {_plain_name(name): name for name in known}
    if len(word) > _LONGEST_GUESS:
        return ""
    close = get_close_matches(_plain_name(word), plain, n=1, cutoff=0.6)
    return f', did you mean "{plain[close[0]]}"?' if close else ""


def _plain_name(name: str) -> str:
    return name.casefold().replace("-", "_")


def _mistake_of(source: _Source, told: str) -> Mistake:
    if number := _LONG_NUMBER.search(source.text):
        place = source.line_and_column(number.start())
        return source.mistake(*place, "this number has too many digits")
    match = _PLACE.match(told)
    said = match[1] if match else told
    what = next((plain for pattern, plain in _PLAIN if re.match(pattern, said)), said)
    places = Places(source.text)
    if what == _TWICE and places.twice:
        path, first, second = places.twice[0]
        line, _ = source.line_and_column(first)
        name = ".".join(part for part in path if isinstance(part, str))
        return source.mistake(
            *source.line_and_column(second), f"{name}: defined twice, first in line {line}"
        )
    if match and match[2]:
        return _gone_on(source, places, int(match[2]), int(match[3]), what)
    return source.mistake(*source.line_and_column(_runs_to_the_end(places, said)), what)


def _gone_on(source: _Source, places: Places, line: int, column: int, what: str) -> Mistake:
    """A list whose ] or , is missing at the end of a line is wrong there, not in the next line."""
    offset = source.offset(line, column)
    before = max((v for v in places.values.values() if v < offset), default=offset)
    if " never ends: " in what and "\n" in source.text[before:offset]:
        what = what.replace(" never ends: ", " goes on wrongly: after this a comma or ")
        return source.mistake(*source.line_and_column(before), what)
    what = what.replace(" never ends: ", " goes on wrongly: before this a comma or ")
    return source.mistake(line, column, what)


def _runs_to_the_end(places: Places, said: str) -> int:
    """Where the value begins that tomllib found unfinished at the end of the document."""
    if said.startswith("Unclosed") and places.unclosed is not None:
        return places.unclosed
    return max(places.values.values(), default=max(places.keys.values(), default=0))


def _printable(char: str) -> str:
    return char if char.isprintable() or char == "\t" else "?"


def _blank_like(char: str) -> str:
    if char == "\t":
        return "\t"
    return "  " if east_asian_width(char) in "WF" else " "
