"""One table of a rule file, read key by key; what is wrong is noted with its place."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from postdesk.mailbox.address import normalise
from postdesk.rules import shape
from postdesk.rules.defined import Defined, NotDefined
from postdesk.rules.language import language_tag
from postdesk.rules.shape import Shape
from postdesk.rules.span import Span, duration, read_span
from postdesk.rules.toml import Document, Mistake, did_you_mean
from postdesk.rules.toml_places import Path

T = TypeVar("T")


class Notes:
    """What is wrong, gathered over all tables of all files."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.strays: list[tuple[Entry, str]] = []  # keys that nobody asked for
        self.warnings: list[str] = []


class Entry:
    """A table such as ``[agent.anna]``: ask for its keys, then ``done`` tells what is left over.

    Each question gives a usable value whatever stands there; mistakes are noted, never raised.
    ``asked`` keeps the shape of the answer to each question: the JSON Schema is made of them.
    """

    def __init__(
        self,
        document: Document,
        path: Path,
        table: Mapping[str, Any],
        notes: Notes,
        *,
        title: str = "",
    ) -> None:
        """``title`` is how mistakes call it; else its kind and name, ``agent "anna"``."""
        self.table = table
        self.document = document
        self.path = path
        self.asked: dict[str, Shape] = {}
        self._notes = notes
        self._title = title or _title(path, table)

    @property
    def kind(self) -> str:
        """``"agent"``."""
        return str(self.path[0])

    @property
    def name(self) -> str:
        """``"anna"``; the kind itself where tables of this kind have no name."""
        return next(str(part) for part in reversed(self.path) if isinstance(part, str))

    @property
    def where(self) -> str:
        """``"10-people.toml:12"``."""
        return f"{self.document.name}:{self.document.place(self.path)[0]}"

    def wrong(self, what: str, *below: str | int) -> None:
        """Note a mistake at the value of a key of this table, or at the table itself."""
        self.flawed(what, below)

    def flawed(self, what: str, path: Path, *, at_key: bool = False) -> None:
        """Note a mistake at a value further down, or at its key."""
        mistake = self.document.mistake if at_key else self.document.value_mistake
        told = f"{self._title}: {what}"
        self._notes.mistakes.append(mistake((*self.path, *path), told))

    def warn(self, what: str, *below: str | int) -> None:
        """Note what is allowed, and probably not meant."""
        line, column = self.document.value_place((*self.path, *below))
        self._notes.warnings.append(f"{self.document.name}:{line}:{column}: {self._title}: {what}")

    def below(self, key: str) -> "Entry | None":
        """The table behind a key; None where there is none."""
        value = self._take(key, None, {"type": "object"})
        if value is None:
            return None
        if not isinstance(value, Mapping):
            return self._no(key, f"a table: {key}.KEY = ...", None)
        path = (*self.path, key)
        return Entry(self.document, path, value, self._notes, title=f"{self._title}: {key}")

    def any(self, key: str, shape: Shape) -> Any:
        """Whatever stands there; None where nothing does."""
        return self._take(key, None, shape)

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self._take(key, default, shape.TEXT)
        return value if isinstance(value, str) else self._no(key, "a text in quotes", default)

    def line(self, key: str, default: str = "") -> str:
        """A text of one line, fit for a header."""
        value = self.text(key, default).strip()
        return value if value.isprintable() else self._no(key, "one line", default)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        value = self._take(key, [], shape.listed(shape.TEXT))
        if not isinstance(value, list):
            return self._no(key, 'a list: ["...", "..."]', ())
        for nth, item in enumerate(value):
            if not isinstance(item, str):
                self.wrong(f"{key} must hold texts in quotes", key, nth)
        return tuple(dict.fromkeys(item for item in value if isinstance(item, str)))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(key, default, shape.FLAG)
        return value if isinstance(value, bool) else self._no(key, "true or false", default)

    def number(self, key: str, *, least: int = 0) -> int | None:
        """A whole number of at least ``least``; None when there is none."""
        value = self._take(key, None, shape.whole(least))
        if value is None or (type(value) is int and value >= least):
            return value
        return self._no(key, f"a whole number of at least {least}", None)

    def one_of(self, key: str, allowed: Collection[str], default: str) -> str:
        """One of some words."""
        value = self._take(key, default, shape.one_of(allowed))
        if isinstance(value, str) and (value in allowed or key not in self.table):
            return value
        guess = did_you_mean(value, allowed) if isinstance(value, str) else ""
        return self._no(key, f"one of {_quoted(allowed)}{guess}", default)

    def all_of(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of some words."""
        found = self.texts(key)
        self.asked[key] = shape.listed(shape.one_of(allowed))
        for word in found:
            if word not in allowed:
                guess = did_you_mean(word, allowed) or f"; there are {_quoted(allowed)}"
                self.wrong(f'{key} knows no "{word}"{guess}', key, self.table[key].index(word))
        return tuple(word for word in found if word in allowed)

    def language(self, key: str) -> str:
        """A language tag, or ``""``."""
        value = self.text(key)
        self.asked[key] = shape.either(shape.LANGUAGE, {"const": ""})
        tag = language_tag(value)
        return tag if tag or not value else self._no(key, 'a language tag like "de"', "")

    def languages(self, key: str) -> tuple[str, ...]:
        """A list of language tags."""
        found = self.texts(key)
        self.asked[key] = shape.listed(shape.LANGUAGE)
        for text in found:
            if not language_tag(text):
                what = f'{key}: "{text}" is no language tag like "de"'
                self.wrong(what, key, self.table[key].index(text))
        return tuple(dict.fromkeys(tag for text in found if (tag := language_tag(text))))

    def addresses(self, key: str) -> tuple[str, ...]:
        """A list of mail addresses, normalised."""
        texts = self.texts(key)
        self.asked[key] = shape.listed(shape.ADDRESS)
        found: list[str] = []
        for text in texts:
            if plain := normalise(text):
                found.append(plain)
            else:
                self.wrong(f'"{text}" is no mail address', key, self.table[key].index(text))
        return tuple(dict.fromkeys(found))

    def duration(self, key: str) -> timedelta | None:
        """A length of time by the clock, such as ``"30m"``; None when there is none."""
        return self._read(key, duration, shape.DURATION, 'a duration such as "30s", "15m" or "2h"')

    def span(self, key: str) -> Span | None:
        """A length of time, also in business days; None when there is none."""
        wanted = 'a duration such as "15m", "2h", "3d", or "2bd" (business days)'
        return self._read(key, read_span, shape.SPAN, wanted)

    def moment(self, key: str) -> datetime | None:
        """A date with a time, as UTC where no zone stands behind it; None when there is none."""
        value = self._take(key, None, shape.MOMENT)
        if value is None:
            return None
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        return self._no(key, "a date with a time, without quotes: 2026-11-23T09:00:00Z", None)

    def refers(self, key: str, defined: Defined, kind: str) -> str:
        """A name of another table, as written there."""
        name = self.text(key)
        return self.referred(defined, kind, name, key) if name else ""

    def refer_all(self, key: str, defined: Defined, kind: str) -> tuple[str, ...]:
        """Names of other tables."""
        found = [
            self.referred(defined, kind, name, key, self.table[key].index(name))
            for name in self.texts(key)
        ]
        return tuple(dict.fromkeys(name for name in found if name))

    def referred(self, defined: Defined, kind: str, name: str, *below: str | int) -> str:
        """A name of another table that stands at a place of this one; ``""`` where it is none."""
        try:
            return defined.spelled(kind, name)
        except NotDefined as wrong:
            self.wrong(str(wrong), *below)
            return ""

    def done(self) -> None:
        """Note every key that nobody asked for; they are told when all tables were read."""
        self._notes.strays += [(self, key) for key in self.table if key not in self.asked]

    def tell_stray(self, key: str, hint: str = "") -> None:
        """Tell of a key that nobody asked for; ``hint`` says where it belongs."""
        told = f'{self._title}: unknown key "{key}"{hint or did_you_mean(key, self.asked)}'
        self._notes.mistakes.append(self.document.mistake((*self.path, key), told))

    def _read(
        self, key: str, reads: Callable[[str], T | None], wants: Shape, wanted: str
    ) -> T | None:
        value = self._take(key, None, wants)
        if value is None:
            return None
        found = reads(value) if isinstance(value, str) else None
        return self._no(key, wanted, None) if found is None else found

    def _take(self, key: str, default: object, wants: Shape) -> Any:
        self.asked[key] = wants
        return self.table.get(key, default)

    def _no(self, key: str, wanted: str, default: T) -> T:
        self.wrong(f"{key} must be {wanted}", key)
        return default


def _title(path: Path, table: Mapping[str, Any]) -> str:
    if len(path) == 1:
        return f"[{path[0]}]"
    if isinstance(path[1], int):
        name = table.get("name")
        return f'{path[0]} "{name}"' if isinstance(name, str) else f"{path[0]} {path[1] + 1}"
    return f'{path[0]} "{path[1]}"'


def _quoted(words: Collection[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
