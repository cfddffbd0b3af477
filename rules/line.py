# ruff: noqa: RUF001 - signs that look alike are the subject
"""One line of an agent's mail by itself: a command, in doubt, or text."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum, auto

from postdesk.rules.slips import Guesser
from postdesk.rules.textmatch import fold
from postdesk.rules.verbs import NO_STAR, STAR, STOP, Known

LONGEST_SLIP = 40  # characters of a line that may be a mistyped command; prose is longer
LONGEST_WORD = 60  # characters; no verb, alias or canned reply has more

UNKNOWN = "is no command"
NEAR = "looks like a mistyped command"
SPACED = "has a space between the sign and the word"
CHAT = "is also what people type into chat programs"
OTHER_SIGN = "begins with another sign"
TWICE = "has more than one sign"
NUMBERED = "has a number in front of it"
CROWDED = "holds more than one command; each needs a line of its own"
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
        "🌟": STAR,
    }
)
_BULLET = re.compile(r"[•*\-·‣◦▪●]\s+")
_NUMBER = re.compile(r"\(?[0-9]{1,3}[.)]\s*")
_EMPHASIS = re.compile(r"([*_]{1,3})(?=\S)(.+)(?<=\S)\1")
# Only the word is bold: "*#close* by phone".
_BOLD_WORD = re.compile(r"([*_]{1,3})([^\s*_]{1,60})\1(?!\w)")
# "[#note]", "`#close`": put in brackets or quotes, as manuals show what is to be typed.
_WRAPPED = re.compile(r"\[(.+)\]|\((.+)\)|<(.+)>|\"(.+)\"|'(.+)'|`+([^`]+)`+")
_TRAILING = " \t.,!;"
_AFTER_WORD = "?)]}\"'"  # what may stick to a verb by mistake
_QUOTING = frozenset({"help", "use", "find", "canned"})  # a verb may follow these
_NESTED = 3  # marks of emphasis inside each other
_MOST_WORDS = 60  # of a line that are looked through for a second command
_OTHER_SIGNS = "@.♯"


class Kind(Enum):
    """What a line is."""

    BLANK = auto()
    TEXT = auto()
    COMMAND = auto()
    STOP = auto()
    CUT = auto()  # at or below the stop word
    GLUED = auto()  # "#word", no verb: in doubt where a command may stand, text elsewhere
    DOUBT = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read; ``reason`` and ``guess`` of a doubt, or of one that may become one."""

    kind: Kind
    verb: str = ""
    args: str = ""
    reason: str = ""
    guess: str = ""


BLANK = Line(Kind.BLANK)
TEXT = Line(Kind.TEXT)
CUT = Line(Kind.CUT)


def doubt(reason: str, verb: str = "", args: str = "") -> Line:
    """A line in doubt, and the command it may have been meant as."""
    guess = f"#{verb} {args}".strip() if verb else ""
    return Line(Kind.DOUBT, verb, args, reason, guess)


def normalise(line: str) -> str:
    """A line as it was meant: one width, no invisible signs, plain quotes and dashes, bare.

    A bullet, emphasis around the line, and what autocorrect or habit puts at the end are dropped.
    """
    bare = plain(line).strip()
    bare = _BULLET.sub("", bare, count=1) if _BULLET.match(bare) else bare
    bare = bare.rstrip(_TRAILING)
    for _ in range(_NESTED):
        emphasised = _EMPHASIS.fullmatch(bare)
        bare = emphasised[2].strip().rstrip(_TRAILING) if emphasised else bare
    return _BOLD_WORD.sub(r"\2", bare, count=1) if _BOLD_WORD.match(bare) else bare


def plain(line: str) -> str:
    """NFKC, without invisible signs, with quotes and dashes as a keyboard has them."""
    if line.isascii():
        return line
    visible = _INVISIBLE.sub("", line.replace("\u00a0", " "))
    return unicodedata.normalize("NFKC", visible).translate(_TYPOGRAPHY)


class Reader:
    """Reads one line after the other."""

    def __init__(self, sigils: str, known: Known) -> None:
        self._sigils = sigils
        self._known = known
        self._guesser = Guesser(word for word in known if word != STOP)

    def line(self, line: str) -> Line:
        """What this line is, wherever it stands."""
        bare = normalise(line)
        if not bare:
            return BLANK if not line.strip() else TEXT
        sign, rest = bare[0], bare[1:]
        if sign in self._sigils:
            return self._signed(sign, rest, bare)
        if sign == "\\":  # Markdown writes \#close for a #close that is no heading
            return self._doubt_if_verb(rest.lstrip(self._sigils), OTHER_SIGN)
        if sign in _OTHER_SIGNS:
            return self._doubt_if_verb(rest, OTHER_SIGN)
        if (number := _NUMBER.match(bare)) and bare[
            number.end() : number.end() + 1
        ] in self._sigils:
            return self._doubt_if_verb(bare[number.end() + 1 :], NUMBERED)
        return self._wrapped(bare)

    def _wrapped(self, bare: str) -> Line:
        """In doubt where a command may stand; in the middle of a text somebody quotes it."""
        found = _WRAPPED.fullmatch(bare)
        inner = next(filter(None, found.groups())).strip() if found else ""
        if not inner or inner[0] not in self._sigils:
            return TEXT
        line = self._doubt_if_verb(inner[1:], OTHER_SIGN)
        return replace(line, kind=Kind.GLUED) if line.kind is Kind.DOUBT else TEXT

    def lone(self, words: list[str]) -> Line | None:
        """The verb that these few words are without a sign; None when they are none."""
        word, _ = self._apart(words[0])
        meaning = self._known.get(word)
        return None if meaning is None else self._meant(meaning, " ".join(words[1:]))

    def _signed(self, sign: str, rest: str, bare: str) -> Line:
        if rest[:1].isspace():
            return self._doubt_if_verb(rest.lstrip(), SPACED)
        if rest[:1] and rest[0] in self._sigils:
            return self._twice(bare, rest.lstrip(self._sigils))
        word, args = self._apart(rest)
        if word == STOP:
            return Line(Kind.GLUED, reason=UNKNOWN) if args else Line(Kind.STOP)
        if meaning := self._known.get(word):
            return self._command(sign, self._meant(meaning, args))
        return self._unknown(sign, word, args, bare)

    def _twice(self, bare: str, words: str) -> Line:
        """``##close``; but ``//note: seven`` is how programs are commented."""
        if bare.startswith("//") and self._apart(words)[1]:
            return TEXT
        return self._doubt_if_verb(words, TWICE)

    def _command(self, sign: str, meant: Line) -> Line:
        if meant.verb == "help" and sign == "/":
            return doubt(CHAT, meant.verb, meant.args)
        if meant.verb not in _QUOTING and self._holds_another(meant.args):
            return doubt(CROWDED)
        return meant

    def _holds_another(self, args: str) -> bool:
        words = args.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]
        return any(w[0] in self._sigils and self._apart(w[1:])[0] in self._known for w in words)

    def _unknown(self, sign: str, word: str, args: str, bare: str) -> Line:
        if set(word[:1]) & {STAR, NO_STAR}:
            return doubt(UNKNOWN)
        if word and (guess := self._guess(word)):
            meant = self._meant(self._known[guess], args)
            near = doubt(NEAR, meant.verb, meant.args)
            if len(bare) <= LONGEST_SLIP:
                return near
            return Line(Kind.GLUED, reason=NEAR, guess=near.guess)
        if word and len(bare) <= LONGEST_SLIP and self._guesser.exhausted():
            return doubt(TOO_MANY)
        if sign == "#" and bare[1:2].isalpha():
            return Line(Kind.GLUED, reason=UNKNOWN)
        return TEXT

    def _guess(self, word: str) -> str | None:
        stripped = word.rstrip(_AFTER_WORD)
        if stripped != word:
            return stripped if stripped in self._known and stripped != STOP else None
        return self._guesser.guess(word)

    def _doubt_if_verb(self, words: str, reason: str) -> Line:
        word, args = self._apart(words)
        meaning = self._known.get(word)
        if meaning is None or word == STOP:
            return TEXT
        meant = self._meant(meaning, args)
        return doubt(reason, meant.verb, meant.args)

    def _meant(self, meaning: tuple[str, str], args: str) -> Line:
        return Line(Kind.COMMAND, meaning[0], f"{meaning[1]} {args}".strip())

    def _apart(self, words: str) -> tuple[str, str]:
        """The verb, folded, and the arguments; "" for a verb where no word stands by itself."""
        found = re.match(r"([^\s:]+)[\s:]*", words)
        if not found or len(found[1]) > LONGEST_WORD:
            return "", ""
        word = fold(found[1])
        if word in self._known or _is_word(word.rstrip(_AFTER_WORD)):
            return word, words[found.end() :]
        return "", ""


def _is_word(word: str) -> bool:
    """letter { letter | digit | "-" }, or stars; a mark counts as a part of its letter."""
    if not word.strip(STAR + NO_STAR):
        return bool(word)
    return word[0].isalpha() and all(
        char.isalnum() or char == "-" or unicodedata.category(char)[0] == "M" for char in word
    )
