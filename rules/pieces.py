"""The arguments of a command, cut into words, quoted words and pairs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from postdesk.rules.problem import Problem
from postdesk.rules.textmatch import fold

_PIECE = re.compile(
    r"""
    (?: ([^\W\d][\w.-]{0,39}) (?: = | \s+=\s* ) )?   # a key: order=4711, order = 4711
    (?: "([^"]*)" (?=[\s,;]|$)                       # its value, or a word: in double quotes,
      | '([^']*)' (?=[\s,;]|$)                       # in single ones,
      | ([^\s]+)                                     # or bare
    )?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or with a key (folded) the value of a pair."""

    text: str
    key: str = ""
    quoted: bool = False


def pieces_of(args: str) -> tuple[Piece, ...] | Problem:
    """The pieces in their order; quotation marks stand around what is one piece."""
    found: list[Piece] = []
    place = _skipped(args, 0)
    while place < len(args):
        match = _PIECE.match(args, place)
        assert match is not None  # all of it may be missing, and a bare word never is
        key, double, single, bare = match.groups()
        if bare is not None and bare.startswith('"'):
            return Problem("a quotation mark is not closed", f'{args}"')
        quoted = bare is None and (double is not None or single is not None)
        text = next((t for t in (double, single, bare) if t is not None), "")
        found.append(Piece(" ".join(text.split()), fold(key or ""), quoted))
        place = _skipped(args, match.end())
    return tuple(found)


def _skipped(args: str, place: int) -> int:
    while place < len(args) and args[place].isspace():
        place += 1
    return place


def unquoted(text: str) -> str:
    """Free words, on one line, without the quotation marks around all of them."""
    words = " ".join(text.split())
    if len(words) > 1 and words[0] == words[-1] and words[0] in "\"'":
        return words[1:-1].strip()
    return words


def joined(words: Iterable[str]) -> str:
    """The arguments of a shell as they are written in a mail: what is one word has quotes."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    key, sign, value = word.partition("=")
    if not any(char.isspace() for char in word) or '"' in word:
        return word
    if sign and not any(char.isspace() for char in key):
        return f'{key}="{value}"'
    return f'"{word}"'
