"""In which language somebody writes: told by the script, and by words no text does without."""
# ruff: noqa: RUF001

import re
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from postdesk.mailbox.spoken_words import LETTERS, WORDS

SAMPLE = 1_000  # characters: enough for certainty, and a bound on the work
FEWEST = 3  # different words of a language; fewer are a name, a title, a thank-you
SHARE = 8  # of so many different words one is such a word, or it is no prose
CLEAR = 2  # times as much as for the language that comes next

KANA = re.compile("[\u3041-\u30ff]")
CHINESE = re.compile("[的是我你您们們在不了吗嗎请請这這有和]")  # Japanese has kana between them
HANGUL = re.compile("[\uac00-\ud7a3]")
EASTERN = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")
DENSE = 3  # letters of an alphabet that a letter of these stands for
FEWEST_EASTERN = 6  # letters; fewer are a name
MARKS = string.punctuation + "„“”‘«»‹›…–—¿¡،؟؛।"


def guess(text: str) -> str:
    """The language of somebody's new words: ``de``, ``ja`` ...; ``""`` when it is not clear.

    Looks at the beginning only. Never raises.
    """
    sample = text[:SAMPLE]
    if sample.isascii() or not EASTERN.search(sample):
        return _by_words(sample)
    eastern = len(EASTERN.findall(sample))
    others = sum(map(str.isalpha, sample)) - eastern
    if eastern * DENSE >= others * CLEAR:
        return _by_script(sample, eastern)
    return _by_words(sample) if others >= eastern * DENSE * CLEAR else ""


def _by_script(sample: str, eastern: int) -> str:
    kana, hangul, chinese = (len(each.findall(sample)) for each in (KANA, HANGUL, CHINESE))
    if eastern < FEWEST_EASTERN or (kana and hangul):
        return ""
    if hangul * CLEAR >= eastern:
        return "ko"
    if kana * SHARE >= eastern:
        return "ja"
    return "zh" if chinese >= FEWEST and not kana + hangul else ""


def _by_words(sample: str) -> str:
    apart = sample.lower().replace("'", " ").replace("’", " ")  # j'ai, l'ordine: two words each
    words = {word.strip(MARKS) for word in apart.split()}
    points: dict[str, float] = defaultdict(float)
    seen: dict[str, int] = defaultdict(int)
    for languages in filter(None, map(_BY_WORD.get, words)):
        for language in languages:
            points[language] += 1 / len(languages)
            seen[language] += 1
    for languages in map(_BY_LETTER.__getitem__, _BY_LETTER.keys() & set(apart)):
        for language in languages:
            points[language] += 1 / len(languages)
    first, second = [*sorted(points, key=points.__getitem__, reverse=True), "", ""][:2]
    prose = sum(map(str.isalpha, words))
    clear = points[first] >= CLEAR * points[second]
    return first if clear and seen[first] >= FEWEST and seen[first] * SHARE >= prose else ""


def _plain(word: str) -> str:
    """Without accents, as people type in a hurry: ``prosze``, ``nao``."""
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _languages_of(table: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    """The same table turned around."""
    found: dict[str, tuple[str, ...]] = {}
    for language, marks in table.items():
        for mark in dict.fromkeys(marks):
            found[mark] = (*found.get(mark, ()), language)
    return found


_BY_WORD = _languages_of(
    {tag: [*words.split(), *map(_plain, words.split())] for tag, words in WORDS.items()}
)
_BY_LETTER = _languages_of(LETTERS)
