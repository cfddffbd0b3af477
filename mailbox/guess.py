"""Which charset 8-bit text is in when nobody said so, or what was said is wrong."""

import re
from collections.abc import Callable
from typing import NamedTuple

SAMPLE = 4096  # bytes looked at: enough for certainty, and a bound on the work
_HIGH = re.compile(rb"[\x80-\xff]")
# In Western text a letter or two with accents stand among plain ones, and signs stand alone;
# elsewhere such bytes come in rows.
_WESTERN = re.compile(
    rb"""
    (?<=[A-Za-z]) [\x80-\xff]{1,2} (?![\x80-\xff])
  | (?<![\x80-\xff]) [\x80-\xff]{1,2} (?=[A-Za-z])
  | (?<![\x80-\xff]) [\x80-\xff] (?![\x80-\xff])
    """,
    re.VERBOSE,
)

_SIMPLIFIED = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对好请问您谢"
)
_TRADITIONAL = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對好請問您謝"
)
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяызьбгчй")


class _Candidate(NamedTuple):
    codec: str
    likely: Callable[[str], float]  # 0..1: how much of the decoded non-ASCII text is usual


def _share(text: str, usual: Callable[[str], bool]) -> float:
    return sum(map(usual, text)) / len(text)


def _kana(text: str) -> float:
    kana = _share(text, lambda c: "\u3041" <= c <= "\u30f6" or c in "ー、。")
    kanji = _share(text, lambda c: "\u4e00" <= c <= "\u9fff")
    return kana + kanji / 2 if kana > 0.2 else 0.0


def _everyday(charset: str, leads: range) -> Callable[[str], bool]:
    """Whether a character is among the everyday ones, which each national standard puts first."""

    def everyday(char: str) -> bool:
        code = char.encode(charset, "ignore")
        return len(code) == 2 and code[0] in leads

    return everyday


def _hangul(text: str) -> float:
    return _share(text, _everyday("euc_kr", range(0xB0, 0xC9)))


def _hanzi(usual: frozenset[str], everyday: Callable[[str], bool]) -> Callable[[str], float]:
    def likely(text: str) -> float:
        return _share(text, everyday) * 0.6 + min(1.0, 4 * _share(text, usual.__contains__)) * 0.4

    return likely


def _cyrillic(text: str) -> float:
    frequent = _share(text, _CYRILLIC.__contains__)
    letters = _share(text, lambda c: "\u0410" <= c <= "\u044f")
    return frequent * 0.8 + letters * 0.2


_CANDIDATES = (
    _Candidate("cp932", _kana),
    _Candidate("euc_jp", _kana),
    _Candidate("gb18030", _hanzi(_SIMPLIFIED, _everyday("gb2312", range(0xB0, 0xD8)))),
    _Candidate("cp950", _hanzi(_TRADITIONAL, _everyday("big5", range(0xA4, 0xC7)))),
    _Candidate("cp949", _hangul),
    _Candidate("koi8_r", _cyrillic),
    _Candidate("cp1251", _cyrillic),
    _Candidate("cp866", _cyrillic),
    _Candidate("iso8859_5", _cyrillic),
)


def guess(data: bytes) -> str:
    """The codec that makes the most usual text of these bytes; ``cp1252`` when none is likely."""
    sample = data[:SAMPLE]
    western = sum(map(len, _WESTERN.findall(sample)))
    if western * 2 > len(_HIGH.findall(sample)):
        return "cp1252"
    score, codec = max((_score(sample, candidate), candidate.codec) for candidate in _CANDIDATES)
    return codec if score > 0.6 else "cp1252"


def _score(sample: bytes, candidate: _Candidate) -> float:
    text = sample.decode(candidate.codec, "replace")
    foreign = "".join(c for c in text if c > "\x7f")
    # One broken character is the cut at the end of the sample; more are the wrong charset.
    if not foreign or foreign.count("\ufffd") > 1 + len(foreign) // 50:
        return 0.0
    return candidate.likely(foreign)
