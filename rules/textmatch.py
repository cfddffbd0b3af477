"""How texts compare in rules: without case, width and accents, and word by word."""

import re
import unicodedata
from functools import lru_cache

# Letters that no normal form takes apart, and people type plain.
_PLAIN = (("ø", "o"), ("ł", "l"), ("đ", "d"))

_SPACES = re.compile(r"\s+")

# Blocks that hold Latin or Greek letters beyond ASCII, and a few others.
_LATIN_GREEK_BLOCKS = (
    range(0x41, 0x250),
    range(0x250, 0x2B0),  # phonetic
    range(0x370, 0x400),
    range(0x1D00, 0x1D80),
    range(0x1E00, 0x2000),
    range(0x2C60, 0x2C80),
    range(0xA720, 0xA800),
    range(0xAB30, 0xAB70),
)
_MARKS = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"

# Scripts that put no space between words: there a word is found anywhere.
_UNSPACED = re.compile(
    "["
    r"\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    r"\u3040-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"  # Kana
    r"\u0e00-\u0e7f"  # Thai
    r"\u0e80-\u0eff"  # Lao
    r"\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "]"
)


def _latin_or_greek() -> str:
    letters = (chr(code) for block in _LATIN_GREEK_BLOCKS for code in block)
    return "".join(c for c in letters if unicodedata.name(c, "").startswith(("LATIN", "GREEK")))


# The mark stands first: a pattern that begins with what is behind it is tried at every letter.
_ACCENTS = re.compile(f"[{_MARKS}](?<=[{re.escape(_latin_or_greek())}][{_MARKS}])[{_MARKS}]*")


@lru_cache(maxsize=64)  # one mail is asked by many rules
def fold(text: str) -> str:
    """The form in which texts compare (DESIGN 4): ``"Große Ångström" -> "grosse angstrom"``.

    NFKC, casefold (which makes ß ss), ø=o, ł=l, đ=d, and no combining marks on Latin and Greek
    letters: in other scripts they are letters. Folding twice changes nothing more.
    """
    if text.isascii():
        return text.lower()
    # Some letters fold to ones that come apart, and some come apart to ones that fold: UAX 31,
    # NFKC_Casefold does it twice for the same reason.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    apart = unicodedata.normalize("NFD", text)
    for letter, plain_one in _PLAIN:  # str.translate takes ten times as long
        apart = apart.replace(letter, plain_one)
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", apart))


_TOKEN = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")


@lru_cache(maxsize=64)
def collapsed(text: str) -> str:
    """Folded, on one line, with single spaces: a line break inside a phrase does not matter."""
    return _SPACES.sub(" ", fold(text))


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Collapsed, and without spaces at its ends."""
    return collapsed(text).strip()


def stands_in(text: str, word: str) -> bool:
    """Does the word (or phrase) stand in the text by itself? Both are ``plain`` already.

    By itself: no letter or digit on either side. A word of Han, Kana, Thai, Lao or Khmer, which
    are written without spaces, may stand anywhere.
    """
    if not word:
        return False
    if _UNSPACED.search(word):
        return word in text
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not _joins(text[start - 1 : start]) and not _joins(text[end : end + 1]):
            return True
        start = text.find(word, start + 1)
    return False


def tokens(text: str) -> set[str]:
    """The stretches of letters and digits of a text, as they compare."""
    return set(_TOKEN.findall(plain(text)))


def first_token(word: str) -> str:
    """What a text in which this word ``stands_in`` has among its ``tokens``; ``""``: unknown."""
    word = plain(word)
    found = _TOKEN.match(word)
    return found[0] if found and not _UNSPACED.search(word) else ""


def _joins(char: str) -> bool:
    """Is this (or nothing) a part of a word? Marks that were not folded away are letters."""
    return char.isalnum() or (char != "" and unicodedata.category(char)[0] == "M")
