"""Customers' words: answers that are a whole message, and count only where they were offered."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from postdesk.rules.customer_table import STARS, TABLE, THANKS, TORN, Said
from postdesk.rules.date_words import folded
from postdesk.rules.verbs import MOST_STARS, NO_STAR, STAR

Name = Literal[Said, "rate"]
LONGEST = 60  # characters of a word with all that stands around it
LONGEST_COMMENT = 10_000  # characters

_BARE = re.compile(r"[^\w\s★☆👍👎/']|_")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u20e3\u00ad]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_RATING = re.compile(r"([1-5])(?:\s*/\s*5)?(?:\s*(?P<stars>\D+))?")
_STARS = re.compile(rf"({STAR}{{1,{MOST_STARS}}}){NO_STAR}*")
UP, DOWN = "👍", "👎"


@dataclass(frozen=True, slots=True)
class Word:
    """What a customer answered; ``score`` and ``comment`` belong to ``rate``."""

    name: Name
    score: int = 0  # 1 to 5
    comment: str = ""


def customer_word(text: str, offered: Collection[str], language: str = "en") -> Word | None:
    """The word that a customer's new text is, if it is one that her mail was offered.

    ``language`` is hers; the others are understood where they mean nothing else in it. Below a
    score further lines are her comment; no other word may stand beside anything. None is plain
    text, and nothing is lost by it.
    """
    if "rate" in offered and (rating := _rating(text)):
        return rating
    thumb = {UP: "yes", DOWN: "no"}.get(_bare(text)[:1]) if _is_thumbs(text) else None
    meant = thumb or _meaning(text, language)
    if meant is None or meant not in offered:
        return None
    return Word(meant)  # type: ignore[arg-type]  # every key of the table is a name


def is_thanks(text: str) -> bool:
    """Is this nothing but thanks? Such a reply neither reopens nor waits for an answer."""
    bare = _bare(text).replace(UP, "").strip()
    return len(text.strip()) <= LONGEST and bare in _thanks()


def _rating(text: str) -> Word | None:
    lines = [line.strip() for line in text.splitlines()]
    first = next((n for n, line in enumerate(lines) if line), None)
    if first is None or len(lines[first]) > LONGEST:
        return None
    score = _score(_bare(lines[first]))
    if not score:
        return None
    comment = "\n".join(lines[first + 1 :]).strip()
    return Word("rate", score, comment[:LONGEST_COMMENT])


def _score(bare: str) -> int:
    """1 to 5; 0 for what is none."""
    if _is_thumbs(bare):
        return MOST_STARS if bare[0] == UP else 1
    compact = bare.replace(" ", "")
    if found := _STARS.fullmatch(compact):
        return len(found[1]) if len(compact) <= MOST_STARS else 0
    rating = _RATING.fullmatch(bare)
    if rating is None or (rating["stars"] and rating["stars"].strip() not in _star_words()):
        return 0
    return int(rating[1])


def _is_thumbs(text: str) -> bool:
    bare = _bare(text).replace(" ", "")
    return bool(bare) and set(bare) in ({UP}, {DOWN})


def _meaning(text: str, language: str) -> str | None:
    text = text.strip()
    bare = _bare(text)
    if len(text) > LONGEST or not bare:
        return None
    if UP in bare:  # "yes 👍", and never "no 👍"
        found = _meaning(bare.replace(UP, " "), language)
        return None if found == "no" else found
    own = language.partition("-")[0].lower()
    if bare in TORN.get(own, ()):
        return None
    for tables in (_words(own), _words("en"), _others()):
        if bare in tables:
            return tables[bare]
    return None


def _bare(text: str) -> str:
    """The words alone: folded, without punctuation, on one line."""
    text = text[: 4 * LONGEST]
    visible = _SKIN.sub("", _INVISIBLE.sub("", text)).replace("⭐", STAR).replace("🌟", STAR)
    plain = unicodedata.normalize("NFKC", visible).replace("\u2019", "'")
    return " ".join(_BARE.sub(" ", folded(plain)).replace("'", "").split())


@cache
def _words(language: str) -> Mapping[str, str]:
    table = TABLE.get(language, {})
    return {_bare(word): name for name, words in table.items() for word in words.split("|")}


@cache
def _others() -> Mapping[str, str]:
    """The words of all languages, without those that mean two things."""
    meanings: dict[str, set[str]] = {}
    for language in TABLE:
        for word, name in _words(language).items():
            meanings.setdefault(word, set()).add(name)
    return {word: next(iter(names)) for word, names in meanings.items() if len(names) == 1}


@cache
def _star_words() -> frozenset[str]:
    return frozenset({_bare(word) for word in STARS.split("|")} | {STAR})


@cache
def _thanks() -> frozenset[str]:
    return frozenset(_bare(word) for word in THANKS.split("|"))
