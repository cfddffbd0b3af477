# ruff: noqa: RUF001 - signs that look alike are the subject
"""The grammar of commands in mail: which lines are commands, which are in doubt, which are text.

A line is a command when a sign, a verb and its arguments are all there is on it, and it stands at
the head or the tail of the new text. What only looks like one is in doubt, and doubt holds a mail.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from postdesk.rules.textmatch import fold
from postdesk.rules.verbs import KNOWN, STAR, Guesser, Known

SIGILS = "#/!"
LONGEST_SLIP = 40  # characters of a line that may be a mistyped command; prose is longer
WORDS_OF_A_LONE_VERB = 2

UNKNOWN = "is no command"
NEAR = "looks like a mistyped command"
SPACED = "has a space between the sign and the word"
ASKED = "stands under a line that ends in a colon, as if somebody were to type it"
CHAT = "is also what people type into chat programs"
OTHER_SIGN = "begins with another sign"
TWICE = "has more than one sign"
INSIDE = "stands in the middle of the text"
LONE = "is a command without its sign, or a very short answer"
TOO_MANY = "is one of too many that look like commands"

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20e3\ufe00-\ufe0f\ufeff]"
)
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»〝〞", '"'),
        **dict.fromkeys("‘’‚‛‹›", "'"),
        **dict.fromkeys("‐‑‒–—―−﹘", "-"),
        "⭐": STAR,
    }
)
_BULLET = re.compile(r"[•*\-·‣◦]\s+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+)(?<=\S)\1")
_TRAILING = " \t.,!;"
_FENCE = "```"


class _Class(Enum):
    BLANK = auto()
    TEXT = auto()
    COMMAND = auto()
    GLUED = auto()  # "#word", no verb: in doubt where a command may stand, text elsewhere
    DOUBT = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    kind: _Class
    verb: str = ""
    args: str = ""
    reason: str = ""
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Every line of a text in one of three classes, by its index.

    ``commands`` are (index, verb, arguments), ``doubts`` (index, why, probable command or "").
    """

    commands: tuple[tuple[int, str, str], ...]
    doubts: tuple[tuple[int, str, str], ...]
    text: tuple[int, ...]


_BLANK = _Line(_Class.BLANK)
_TEXT = _Line(_Class.TEXT)


def classify(lines: Sequence[str], sigils: str = SIGILS, known: Known = KNOWN) -> Reading:
    """Read the new words of an agent's mail, quotes and signature already cut. Never raises.

    ``sigils`` are the signs in force; ``known`` maps folded words to (verb, first argument).
    """
    fenced = _fenced(lines)
    reader = _Reader(sigils, known)
    read = [_TEXT if n in fenced else reader.line(line) for n, line in enumerate(lines)]
    _ask_who_types(read, lines, fenced)
    _judge_glued(read)
    _judge_places(read)
    _judge_lone_verb(read, lines, known)
    return _sort(read)


def normalise(line: str) -> str:
    """A line as it was meant: one width, no invisible signs, plain quotes and dashes, bare.

    A bullet, emphasis around the line, and what autocorrect or habit puts at the end are dropped.
    """
    bare = line if line.isascii() else _plain(line)
    bare = _BULLET.sub("", bare.strip(), count=1) if _BULLET.match(bare.strip()) else bare.strip()
    bare = bare.rstrip(_TRAILING)
    emphasised = _EMPHASIS.fullmatch(bare)
    return emphasised[2].strip().rstrip(_TRAILING) if emphasised else bare


def _plain(line: str) -> str:
    visible = _INVISIBLE.sub("", line.replace("\u00a0", " "))
    return unicodedata.normalize("NFKC", visible).translate(_TYPOGRAPHY)


class _Reader:
    """Reads one line by itself."""

    def __init__(self, sigils: str, known: Known) -> None:
        self._sigils = sigils
        self._known = known
        self._guesser = Guesser(known)

    def line(self, line: str) -> _Line:
        bare = normalise(line)
        if not bare:
            return _BLANK if not line.strip() else _TEXT
        sign, rest = bare[0], bare[1:]
        if sign in self._sigils:
            return self._signed(sign, rest, bare)
        if sign == "\\":  # Markdown writes \#close for a #close that is no heading
            return self._doubt_if_verb(rest.lstrip(self._sigils), OTHER_SIGN)
        if sign in "@.":
            return self._doubt_if_verb(rest, OTHER_SIGN)
        return _TEXT

    def _signed(self, sign: str, rest: str, bare: str) -> _Line:
        if rest[:1].isspace():
            return self._doubt_if_verb(rest.lstrip(), SPACED)
        if rest[:1] in self._sigils:
            return self._doubt_if_verb(rest.lstrip(self._sigils), TWICE)
        word, args = _apart(rest)
        if meaning := self._known.get(word):
            verb, first = meaning
            args = f"{first} {args}".strip()
            if verb == "help" and sign == "/":
                return _doubt(CHAT, verb, args)
            return _Line(_Class.COMMAND, verb, args)
        if word and len(bare) <= LONGEST_SLIP:
            if guess := self._guesser.guess(word):
                return _doubt(NEAR, self._known[guess][0], args)
            if self._guesser.exhausted():
                return _doubt(TOO_MANY)
        if sign == "#" and rest[:1].isalpha():
            return _Line(_Class.GLUED)
        return _TEXT

    def _doubt_if_verb(self, words: str, reason: str) -> _Line:
        word, args = _apart(words)
        meaning = self._known.get(word)
        if meaning is None:
            return _TEXT
        return _doubt(reason, meaning[0], f"{meaning[1]} {args}".strip())


def _apart(words: str) -> tuple[str, str]:
    """The verb, folded, and the arguments; "" for a verb where no word stands by itself."""
    found = re.match(r"([^\s:]+)[\s:]*", words)
    if not found or not _is_word(found[1]):
        return "", ""
    return fold(found[1]), words[found.end() :]


def _is_word(word: str) -> bool:
    """letter { letter | digit | "-" }, or stars; a mark counts as a part of its letter."""
    if word.strip(STAR) == "":
        return True
    return word[0].isalpha() and all(
        char.isalnum() or char == "-" or unicodedata.category(char)[0] == "M" for char in word
    )


def _doubt(reason: str, verb: str = "", args: str = "") -> _Line:
    guess = f"#{verb} {args}".strip() if verb else ""
    return _Line(_Class.DOUBT, verb, args, reason, guess)


def _fenced(lines: Sequence[str]) -> set[int]:
    """The lines of ``` blocks that are closed: one left open would hide a command below."""
    fenced: set[int] = set()
    start = None
    for n, line in enumerate(lines):
        bare = line.strip()
        if not bare.startswith(_FENCE) or _FENCE in bare[3:]:
            continue
        if start is None:
            start = n
        elif not bare.strip("`"):
            fenced.update(range(start, n + 1))
            start = None
    return fenced


def _ask_who_types(read: list[_Line], lines: Sequence[str], fenced: set[int]) -> None:
    """A command under "Please type:" may be somebody else's to type."""
    above = -1
    for n, line in enumerate(read):
        if line.kind is _Class.BLANK:
            continue
        if line.kind is _Class.COMMAND and above >= 0 and _asks(read[above], lines[above]):
            read[n] = _doubt(ASKED, line.verb, line.args)
        above = n


def _asks(line: _Line, words: str) -> bool:
    return line.kind in (_Class.TEXT, _Class.GLUED) and _plain(words).rstrip().endswith(":")


def _judge_glued(read: list[_Line]) -> None:
    """An unknown "#word" is in doubt as first or last line, or beside a command."""
    filled = [n for n, line in enumerate(read) if line.kind is not _Class.BLANK]
    commands = {n for n in filled if read[n].kind is _Class.COMMAND}
    for place, n in enumerate(filled):
        if read[n].kind is not _Class.GLUED:
            continue
        beside = {*filled[max(0, place - 1) : place], *filled[place + 1 : place + 2]}
        edge = place in (0, len(filled) - 1)
        read[n] = _doubt(UNKNOWN) if edge or beside & commands else _TEXT


def _judge_places(read: list[_Line]) -> None:
    """A command between two lines of text is in doubt."""
    texts = [n for n, line in enumerate(read) if line.kind is _Class.TEXT]
    if not texts:
        return
    for n in range(texts[0], texts[-1]):
        if read[n].kind is _Class.COMMAND:
            read[n] = _doubt(INSIDE, read[n].verb, read[n].args)


def _judge_lone_verb(read: list[_Line], lines: Sequence[str], known: Known) -> None:
    """A mail that says just "close" may have lost its sign; one that says "done" is an answer."""
    filled = [n for n, line in enumerate(read) if line.kind is not _Class.BLANK]
    if len(filled) != 1 or read[filled[0]].kind is not _Class.TEXT:
        return
    words = normalise(lines[filled[0]][:LONGEST_SLIP]).split()
    if not 1 <= len(words) <= WORDS_OF_A_LONE_VERB or len(lines[filled[0]]) > LONGEST_SLIP:
        return
    word, _ = _apart(words[0])
    if word in known and word != "done":
        read[filled[0]] = _doubt(LONE, known[word][0], " ".join(words[1:]))


def _sort(read: Sequence[_Line]) -> Reading:
    return Reading(
        tuple((n, r.verb, r.args) for n, r in enumerate(read) if r.kind is _Class.COMMAND),
        tuple((n, r.reason, r.guess) for n, r in enumerate(read) if r.kind is _Class.DOUBT),
        tuple(n for n, r in enumerate(read) if r.kind in (_Class.TEXT, _Class.BLANK)),
    )
