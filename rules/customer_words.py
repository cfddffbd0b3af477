"""Customers' words: answers that are a whole message, and count only where they were offered."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from postdesk.rules.customer_table import STARS, TABLE, THANKS, TORN
from postdesk.rules.date_words import folded
from postdesk.rules.offers import NO, SCORES, YES
from postdesk.rules.verbs import MOST_STARS, NO_STAR, STAR

LONGEST = 60  # characters of a word with all that stands around it
LONGEST_COMMENT = 10_000  # characters
UP, DOWN = "👍", "👎"

_BARE = re.compile(r"[^\w\s★☆👍👎/']|_")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\u20e3\u00ad]")
_SKIN = re.compile("[\U0001f3fb-\U0001f3ff]")
_SCORE = re.compile(r"([1-5])(?:\s*/\s*5)?(?:\s*(?P<stars>\D+))?")
_STARS = re.compile(rf"({STAR}{{1,{MOST_STARS}}}){NO_STAR}*")


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody answered: one of the words of ``offers``, and what stood below it."""

    word: str
    comment: str = ""


def customer_word(text: str, offered: Collection[str], language: str = "en") -> Word | None:
    """The word that a customer's new text is, if it is one that her mail was offered.

    The words of all languages are understood; ``language`` is hers, where one is in doubt. Below
    a score further lines are her comment; no other word may stand beside anything. None is plain
    text, and nothing is lost by it.
    """
    text = text.strip()
    first, _, rest = text.partition("\n")
    if (score := _score(first)) and score in offered:
        return Word(score, rest.strip()[:LONGEST_COMMENT])
    meant = _meaning(text, language)
    return Word(meant) if meant is not None and meant in offered else None


def first_word(text: str, offered: Collection[str], language: str = "en") -> Word | None:
    """The same for somebody who may say below any word why: an approver."""
    first, _, rest = text.strip().partition("\n")
    found = customer_word(first, offered, language)
    return found and Word(found.word, rest.strip()[:LONGEST_COMMENT])


def is_thanks(text: str) -> bool:
    """Is this nothing but thanks? Such a reply neither reopens nor waits for an answer."""
    bare = _bare(text).replace(UP, "").strip()
    return len(text.strip()) <= LONGEST and bare in _thanks()


def _score(line: str) -> str:
    """``"1"`` to ``"5"``; ``""`` for what is none."""
    if len(line) > LONGEST:
        return ""
    bare = _bare(line)
    if thumb := _thumb(bare):
        return SCORES[-1] if thumb == UP else SCORES[0]
    compact = bare.replace(" ", "")
    if found := _STARS.fullmatch(compact):
        return str(len(found[1])) if len(compact) <= MOST_STARS else ""
    score = _SCORE.fullmatch(bare)
    if score is None or (score["stars"] and score["stars"].strip() not in _star_words()):
        return ""
    return score[1]


def _thumb(bare: str) -> str:
    """The thumb that is all there is, once or several times."""
    thumbs = set(bare.replace(" ", ""))
    return thumbs.pop() if thumbs in ({UP}, {DOWN}) else ""


def _meaning(text: str, language: str) -> str | None:
    bare = _bare(text)
    if len(text) > LONGEST or not bare:
        return None
    if thumb := _thumb(bare):
        return YES if thumb == UP else NO
    if UP in bare:  # "yes 👍", and never "no 👍"
        meant = _meaning(bare.replace(UP, " "), language)
        return None if meant == NO else meant
    if bare in TORN.get(language.partition("-")[0].lower(), ()):
        return None
    return _words().get(bare)


def _bare(text: str) -> str:
    """The words alone: folded, without punctuation, on one line."""
    text = text[: 4 * LONGEST]
    visible = _SKIN.sub("", _INVISIBLE.sub("", text)).replace("⭐", STAR).replace("🌟", STAR)
    plain = unicodedata.normalize("NFKC", visible).replace("\u2019", "'")
    return " ".join(_BARE.sub(" ", folded(plain)).replace("'", "").split())


@cache
def _words() -> Mapping[str, str]:
    """The words of all languages: none of them means two things."""
    return {
        _bare(word): name
        for table in TABLE.values()
        for name, words in table.items()
        for word in words.split("|")
    }


@cache
def _star_words() -> frozenset[str]:
    return frozenset({_bare(word) for word in STARS.split("|")} | {STAR})


@cache
def _thanks() -> frozenset[str]:
    return frozenset(_bare(word) for word in THANKS.split("|"))
