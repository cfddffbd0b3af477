"""One table of a rule file, read key by key; what is wrong is noted with its place."""

import re
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from postdesk.mailbox.address import normalise
from postdesk.rules.toml import Document, Mistake, did_you_mean
from postdesk.rules.toml_places import Path

T = TypeVar("T")
Names = Mapping[str, str]  # of tables: casefolded to as written

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")


def language_tag(text: str) -> str:
    """A language tag in its usual letter case (``de``, ``pt-BR``); ``""`` when it is none."""
    if not _LANGUAGE.fullmatch(text):
        return ""
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(p.title() if len(p) == 4 else p.upper() for p in rest)])


class Entry:
    """A table such as ``[agent.anna]``: ask for its keys, then ``done`` tells what is left over.

    Each question gives a usable value whatever stands there; mistakes are noted, never raised.
    """

    def __init__(
        self, document: Document, path: Path, table: Mapping[str, Any], mistakes: list[Mistake]
    ) -> None:
        self.table = table
        self.document = document
        self.path = path
        self._mistakes = mistakes
        self._asked: set[str] = set()

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
        path = (*self.path, *below)
        told = f"{'.'.join(str(part) for part in path)}: {what}"
        self._mistakes.append(self.document.value_mistake(path, told))

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self._take(key, default)
        return value if isinstance(value, str) else self._no(key, "a text in quotes", default)

    def line(self, key: str, default: str = "") -> str:
        """A text of one line, fit for a header."""
        value = self.text(key, default).strip()
        return value if value.isprintable() else self._no(key, "one line", default)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        value = self._take(key, [])
        if not isinstance(value, list):
            return self._no(key, 'a list: ["...", "..."]', ())
        for nth, item in enumerate(value):
            if not isinstance(item, str):
                self.wrong("must be a text in quotes", key, nth)
        return tuple(dict.fromkeys(item for item in value if isinstance(item, str)))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self._take(key, default)
        return value if isinstance(value, bool) else self._no(key, "true or false", default)

    def number(self, key: str, *, least: int = 0) -> int | None:
        """A whole number of at least ``least``; None when there is none."""
        value = self._take(key, None)
        if value is None or (type(value) is int and value >= least):
            return value
        return self._no(key, f"a whole number of at least {least}", None)

    def one_of(self, key: str, allowed: Collection[str], default: str) -> str:
        """One of some words."""
        value = self._take(key, default)
        if isinstance(value, str) and value in allowed:
            return value
        guess = did_you_mean(value, allowed) if isinstance(value, str) else ""
        listed = ", ".join(f'"{word}"' for word in allowed)
        return self._no(key, f"one of {listed}{guess}", default)

    def language(self, key: str) -> str:
        """A language tag, or ``""``."""
        value = self.text(key)
        tag = language_tag(value)
        return tag if tag or not value else self._no(key, 'a language tag like "de"', "")

    def addresses(self, key: str) -> tuple[str, ...]:
        """A list of mail addresses, normalised."""
        found: list[str] = []
        for text in self.texts(key):
            if plain := normalise(text):
                found.append(plain)
            else:
                self.wrong(f'"{text}" is no mail address', key, self.table[key].index(text))
        return tuple(dict.fromkeys(found))

    def refers(self, key: str, known: Names | None, kind: str) -> str:
        """A name of another table, as written there. ``known``: None when nobody can tell."""
        name = self.text(key)
        return self._referred(name, known, kind, key) if name else ""

    def refer_all(self, key: str, known: Names | None, kind: str) -> tuple[str, ...]:
        """Names of other tables."""
        found = [
            self._referred(name, known, kind, key, self.table[key].index(name))
            for name in self.texts(key)
        ]
        return tuple(dict.fromkeys(name for name in found if name))

    def done(self) -> None:
        """Tell of every key that nobody asked for."""
        for key in self.table:
            if key not in self._asked:
                told = f"{'.'.join(map(str, self.path))}.{key}: unknown key"
                told += did_you_mean(key, self._asked)
                self._mistakes.append(self.document.mistake((*self.path, key), told))

    def _take(self, key: str, default: object) -> Any:
        self._asked.add(key)
        return self.table.get(key, default)

    def _no(self, key: str, wanted: str, default: T) -> T:
        self.wrong(f"must be {wanted}", key)
        return default

    def _referred(self, name: str, known: Names | None, kind: str, *below: str | int) -> str:
        if known is None:
            return name
        if found := known.get(name.casefold()):
            return found
        guess = did_you_mean(name, known.values())
        self.wrong(f'no {kind} is called "{name}"{guess}', *below)
        return ""
