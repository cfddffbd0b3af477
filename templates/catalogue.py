"""The phrases of letters by language: one file a language, read when it is first asked for.

A phrase is found by its section and name, ``receipt.thanks``. In it ``{name}`` is a value that
the letter puts in, and ``*so*`` is strong. Where a number decides, a phrase has one form for each
plural category of its language (``templates/plural.py``).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEFAULT = "en"
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt")
FOLDER = Path(__file__).parent / "languages"
PLACE = re.compile(r"\{(\w+)\}")
GLUED = re.compile(r" (?=[:;?!»])|(?<=«) ")  # blanks of French, where no line may end
HARD_BLANK = "\u00a0"

Phrase = str | Mapping[str, str]  # one form, or a form for each plural category
Section = Mapping[str, Phrase]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All phrases of one language, by section and name."""

    language: str
    sections: Mapping[str, Section]
    lists: Mapping[str, tuple[str, ...]]  # days, months, urgency: names in their order

    def phrase(self, key: str) -> Phrase:
        """The phrase ``section.name``. Raises KeyError."""
        section, _, name = key.partition(".")
        return self.sections[section][name]

    def keys(self) -> Iterator[str]:
        """Every ``section.name`` there is."""
        for section, phrases in self.sections.items():
            yield from (f"{section}.{name}" for name in phrases)


@cache
def catalogue(language: str) -> Catalogue:
    """The phrases of one of ``LANGUAGES``. Raises OSError when the installation is broken."""
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    lists = {key: tuple(value) for key, value in table.items() if isinstance(value, list)}
    sections = {
        section: {name: _glued(phrase) for name, phrase in phrases.items()}
        for section, phrases in table.items()
        if isinstance(phrases, dict)
    }
    return Catalogue(language, sections, lists)


def _glued(phrase: Phrase) -> Phrase:
    """A phrase whose blanks beside a mark are hard: files are written with plain ones."""
    if isinstance(phrase, str):
        return GLUED.sub(HARD_BLANK, phrase)
    return {kind: GLUED.sub(HARD_BLANK, form) for kind, form in phrase.items()}


def candidates(language: str) -> tuple[str, ...]:
    """``de-AT`` -> ``de-AT``, ``de``: the tags to look for, the closest first."""
    parts = language.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


@cache
def _known(language: str) -> str:
    tags = candidates(language.lower().replace("_", "-"))
    return next((tag for tag in tags if tag in LANGUAGES), DEFAULT)


def closest(language: str) -> str:
    """The one of ``LANGUAGES`` that is closest to this tag; English when none is near."""
    return _known(language[:20])  # no tag of a language we have is longer


def is_spoken(language: str) -> bool:
    """Are there phrases in this language, or in the one that it is a kind of?"""
    return closest(language) != DEFAULT or candidates(language.lower())[-1] == DEFAULT


def forms(phrase: Phrase) -> tuple[str, ...]:
    """All forms of a phrase; one where no number decides."""
    return (phrase,) if isinstance(phrase, str) else tuple(phrase.values())


def places(text: str) -> frozenset[str]:
    """The names of the values that a form of a phrase wants."""
    return frozenset(PLACE.findall(text))
