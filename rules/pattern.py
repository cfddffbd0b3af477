"""Regular expressions of rules: google-re2, whose patterns take time in proportion to the text."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_ASCII_ONLY = re.compile(
    r"""
    \\[^bBwWdD]                                # any other letter behind a backslash is fine
  | \\(?P<letter>[bBwWdD])
  | \[:\^?(?P<posix>alpha|alnum|word|digit|lower|upper):\]
    """,
    re.DOTALL | re.VERBOSE,
)
_ADVICE = {
    "b": r"(?:^|[^\pL\pN]) in front of a word and (?:[^\pL\pN]|$) behind it, or any_word",
    "w": r"[\pL\pN_]",
    "d": r"\pN",
    "W": r"[^\pL\pN_]",
    "D": r"\PN",
    "B": r"[\pL\pN]",
    "alpha": r"\pL",
    "alnum": r"\pL\pN",
    "word": r"\pL\pN_",
    "digit": r"\pN",
    "lower": r"\pL",  # a pattern sees no case
    "upper": r"\pL",
}


def check_pattern(text: str) -> None:
    """Raises ValueError, a sentence, for what is no pattern or would know ASCII only."""
    for found in _ASCII_ONLY.finditer(text):
        if name := found["letter"] or found["posix"]:
            written = found[0] if found["letter"] else f"[:{name}:]"
            raise ValueError(f"{written} knows only ASCII here; write {_ADVICE[name]}")
    engine = _engine()
    if engine is None:
        raise ValueError("needs the package google-re2, which is not installed")
    try:
        compiled(text)
    except engine.error as error:
        said = error.args[0] if error.args else ""
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"is no pattern that google-re2 knows: {told}") from None


@cache
def _engine() -> Any:
    """None where the package is missing."""
    try:
        import re2
    except ImportError:
        return None
    return re2


@cache
def compiled(pattern: str) -> Any:
    """The pattern, ready to search without regard to case."""
    options = _engine().Options()
    options.case_sensitive = False
    options.log_errors = False
    return _engine().compile(pattern, options)


_TOKEN = re.compile(
    r"""
      \\[pP](?:\{[^}]*\}|.)            # a class of letters
    | \\x(?:\{[^}]*\}|..)|\\[0-7]{1,3} # a letter by its number
    | \\Q.*?\\E                       # quoted as a whole
    | \\.                             # anything else behind a backslash
    | \[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]])*\]  # one of several letters
    | \{\d+(?:,\d*)?\}                # so many times
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_REPEATS = ("?", "*", "+", "{")


def literal_in(pattern: str) -> str:
    """The longest run of plain ASCII letters and signs that every text it matches has, small.

    ``order-`` of ``Order-(?P<order>[0-9]+)``; ``""`` where none is certain.
    """
    depth, run, best = 0, "", ""
    for token in [*_TOKEN.findall(pattern), ""]:
        if token == "|" and not depth:
            return ""
        if token.startswith(_REPEATS) and not depth:
            run = run[:-1]  # the letter in front of it may be missing
        elif not depth and len(token) == 1 and _PLAIN.fullmatch(token):
            run += token.lower()
            continue
        depth += (token == "(") - (token == ")")
        best, run = max(best, run, key=len), ""
    return best


_PLAIN = re.compile(r"[A-Za-z0-9_/:#@=,;!%&~<>'\"-]")


def names_in(pattern: str) -> frozenset[str]:
    """The named groups of a pattern: ``order`` of ``(?P<order>\\pN+)``."""
    return frozenset(compiled(pattern).groupindex)


def found_by(pattern: str, text: str) -> dict[str, str]:
    """What the named groups of a pattern hold where it is first found; ``{}`` where it is not."""
    match = compiled(pattern).search(searched(text))
    if match is None:
        return {}
    return {name: value for name, value in match.groupdict().items() if value is not None}


@lru_cache(maxsize=64)  # one mail is asked by many rules
def searched(text: str) -> str:
    """The form of a text in which patterns are searched: NFKC."""
    return unicodedata.normalize("NFKC", text)
