"""The sentence in which words were found, for a listing of what was found."""

import re
from collections.abc import Sequence

from postdesk.daemon.listing import short
from postdesk.daemon.search import LONGEST, words_of

ROOM = 180  # characters of an excerpt
_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])|\n\s*")


def sentence_with(text: str, asked: Sequence[Sequence[str]]) -> str:
    """The sentence with the most of these words, the first of several; ``""`` where none is.

    ``asked`` are words as ``words_of`` gives them: each part of a question is some of them in a
    row, the last of which may go on.
    """
    best, most = "", 0
    for sentence in _END.split(text[:LONGEST]):
        found = sum(_has(words_of(sentence), words) for words in asked)
        if found > most:
            best, most = sentence, found
        if most == len(asked):
            break
    return _around(best, asked)


def has_any(text: str, asked: Sequence[Sequence[str]]) -> bool:
    """Is one of these in it?"""
    there = words_of(text)
    return any(_has(there, words) for words in asked)


def _has(there: Sequence[str], wanted: Sequence[str]) -> bool:
    *first, last = wanted
    for start in range(len(there) - len(first)):
        end = start + len(first)
        if there[start:end] == first and there[end].startswith(last):
            return True
    return False


def _around(sentence: str, asked: Sequence[Sequence[str]]) -> str:
    """A long sentence is cut on both sides of the first word that was found."""
    line = " ".join(sentence.split())
    if len(line) <= ROOM:
        return line
    words = line.split(" ")
    at = next((n for n, word in enumerate(words) if has_any(word, [p[-1:] for p in asked])), 0)
    start = max(0, len(" ".join(words[:at])) - ROOM // 3)
    cut = line[start:] if start == 0 else f"…{line[start:].partition(' ')[2]}"
    return short(cut, ROOM)
