"""Where each key and each value of a TOML text stands; the standard library does not tell."""

import re
import tomllib

Path = tuple[str | int, ...]  # ("imap", "support", "port"), ("rule", 0, "name")

_BLANK = re.compile(r"(?:[ \t\r\n]|\#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(r"[^\n]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED_KEY = re.compile(r""" "(?:\\.|[^"\\\n])*" | '[^'\n]*' """, re.VERBOSE)
_TEXT = re.compile(
    r"""
    \"\"\"(?:\\.|[^\\])*?\"\"\"\"{0,2}  # multi-line, may end in up to five quotes
  | '''.*?''''{0,2}
  | "(?:\\.|[^"\\\n])*"
  | '[^'\n]*'
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = re.compile(r"\]{0,2}")
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")  # numbers, booleans, dates (which may hold a space)


class Places:
    """One walk over a text: offsets of keys and values, and of what is defined twice.

    A text that is no TOML is walked as far as it makes sense; this never raises.
    """

    def __init__(self, text: str) -> None:
        self.keys: dict[Path, int] = {}
        self.values: dict[Path, int] = {}
        self.twice: list[tuple[Path, int, int]] = []  # path, offset of the first, of the second
        self.unclosed: int | None = None  # offset of a list or table that runs to the end
        self._text = text
        self._at = 0
        self._lengths: dict[Path, int] = {}  # of arrays of tables
        self._implied: set[Path] = set()  # known from the middle of a dotted key only
        try:
            self._walk()
        except RecursionError:
            return  # nested deeper than tomllib reads, too; what was found stays

    def _walk(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            start = self._at
            if self._text.startswith("[", start):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_REST_OF_LINE)

    def _header(self) -> Path:
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        parts = self._dotted()
        path: Path = ()
        for nth, (name, offset) in enumerate(parts, start=1):
            path = (*path, name)
            last = nth == len(parts)
            self._note(path, offset, implied=not last or array)
            if path in self._lengths and not (last and array):
                path = (*path, self._lengths[path] - 1)
        if array and parts:
            path = self._next_of(path, parts[-1][1])
        self._skip(_CLOSING)
        return path

    def _next_of(self, array: Path, offset: int) -> Path:
        nth = self._lengths.get(array, 0)
        self._lengths[array] = nth + 1
        path = (*array, nth)
        self._note(path, offset, implied=False)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        parts = self._dotted()
        for nth, (name, offset) in enumerate(parts, start=1):
            path = (*path, name)
            self._note(path, offset, implied=nth < len(parts))
        if not parts or not self._take("="):
            return
        self._skip(_SPACE)
        self._value(path)

    def _note(self, path: Path, offset: int, *, implied: bool) -> None:
        if path not in self.keys:
            self.keys[path] = offset
            if implied:
                self._implied.add(path)
        elif not implied and path in self._implied:
            self.keys[path] = offset  # `[a]` after `[a.b]`: its own header says more
            self._implied.discard(path)
        elif not implied:
            self.twice.append((path, self.keys[path], offset))

    def _dotted(self) -> list[tuple[str, int]]:
        """The names of a key like ``a."b.c".d``, each with its offset."""
        parts: list[tuple[str, int]] = []
        while True:
            start = self._skip(_SPACE)
            name = self._name()
            if name is None:
                return parts
            parts.append((name, start))
            self._skip(_SPACE)
            if not self._take("."):
                return parts

    def _name(self) -> str | None:
        start = self._at
        if self._skip(_BARE_KEY) > start:
            return self._text[start : self._at]
        if self._skip(_QUOTED_KEY) > start:
            return _unquoted(self._text[start : self._at])
        return None

    def _value(self, path: Path) -> None:
        self.values.setdefault(path, self._at)
        start = self._at
        if self._skip(_TEXT) > start:
            return
        if self._take("["):
            self._array(path)
        elif self._take("{"):
            self._inline_table(path)
        else:
            self._skip(_BARE_VALUE)

    def _array(self, path: Path) -> None:
        nth = 0
        opened = self._at - 1
        while not self._closed("]", opened):
            start = self._at
            self.keys.setdefault((*path, nth), start)
            self._value((*path, nth))
            nth += 1
            self._skip(_BLANK)
            if not self._take(",") and self._at == start:
                return

    def _inline_table(self, path: Path) -> None:
        opened = self._at - 1
        while not self._closed("}", opened):
            start = self._at
            self._pair(path)
            self._skip(_BLANK)
            if not self._take(",") and self._at == start:
                return

    def _closed(self, bracket: str, opened: int) -> bool:
        if self._skip(_BLANK) >= len(self._text):
            self.unclosed = opened  # the outermost has the last word
            return True
        return self._take(bracket)

    def _take(self, word: str) -> bool:
        found = self._text.startswith(word, self._at)
        self._at += len(word) if found else 0
        return found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return self._at


def _unquoted(key: str) -> str:
    try:
        return str(tomllib.loads(f"key = {key}")["key"])
    except ValueError:
        return key[1:-1]
