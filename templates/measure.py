"""Lays phrases out in lines of a terminal's width, when a letter is made ready, not when written.

What stands in a phrase's places is not known then, so room is kept for it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from postdesk.templates.catalogue import HARD_BLANK

WIDTH = 76  # cells: two less than a terminal shows of a quoted line
ROOM: Mapping[str, int] = {
    "number": 5,
    "count": 3,
    "when": 30,
    "size": 8,
    "level": 1,
    "into": 5,
}
# Somebody else's words, which never come to stand first on a line.
THEIRS: Mapping[str, int] = {"name": 16, "desk": 16}
USUAL_ROOM = 22
AROUND = "“„«「\"'(\u200e\u200f"  # marks that may stand in front of it: brackets, directions
PIECE = re.compile(r"\{\w+\}|[^{]+|\{")
# A line of Japanese may end anywhere, but does not begin with these, nor end with those.
CLOSING = frozenset({"Pe", "Pf", "Po", "Lm"})  # brackets, full stops, the long vowel
OPENING = frozenset({"Ps", "Pi"})
PAUSES = ("。", "、")  # where it ends best
UNSEEN = frozenset({"Mn", "Me", "Cf"})  # accents, and what turns the direction of a text
TIED = CLOSING | UNSEEN | {"Sk"}  # what colours a picture, too
JOINER = "\u200d"  # makes one picture of two


def cells(text: str) -> int:
    """How many columns of a terminal a text takes: letters of the Far East two each."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def padded(text: str, width: int) -> str:
    """The text filled up with spaces to so many columns."""
    return text + " " * (width - cells(text))


def broken(phrase: str, indent: int = 0, moment: int = ROOM["when"]) -> str:
    """The phrase in lines that fit, the further ones behind ``indent`` spaces.

    ``moment`` is how wide a date with its time can be in this language.
    """
    width = WIDTH - indent
    room = {**ROOM, **THEIRS, "when": moment}
    lines: list[str] = []
    line: list[str] = []
    for atom in _atoms(phrase):
        if line and _width("".join([*line, atom.rstrip()]), room) > width:
            end = _end(line, width, room)
            lines.append("".join(line[:end]).rstrip())
            line = line[end:]
        line.append(atom)
    return f"\n{' ' * indent}".join([*lines, "".join(line).rstrip()])


def _end(line: Sequence[str], width: int, room: Mapping[str, int]) -> int:
    """How many atoms of a full line stay: all, or those up to a pause behind its first third."""
    for end in range(len(line), 0, -1):
        kept = "".join(line[:end])
        if _width(kept, room) * 3 < width:
            break
        if kept.endswith(PAUSES):
            return end
    return len(line)


def wrapped(line: str, width: int) -> list[str]:
    """Anybody's line in parts of so many columns; a word that is wider stays whole."""
    start = line[: len(line) - len(line.lstrip())]
    parts, taken = [start], cells(start)
    for atom in _parted(line):
        if parts[-1].strip() and taken + cells(atom.rstrip()) > width:
            parts[-1] = parts[-1].rstrip()
            parts.append("")
            taken = 0
        parts[-1] += atom
        taken += cells(atom)
    return [*parts[:-1], parts[-1].rstrip()]


@lru_cache(maxsize=5_000)  # letters: those of a few languages
def _cells(char: str) -> int:
    if unicodedata.category(char) in UNSEEN:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _width(text: str, room: Mapping[str, int]) -> int:
    total = 0
    for piece in PIECE.findall(text):
        name = piece[1:-1] if piece.startswith("{") else ""
        total += room.get(name, USUAL_ROOM) if name else cells(piece)
    return total


def _atoms(phrase: str) -> Sequence[str]:
    """What of a phrase stays together."""
    return _kept_behind(_parted(phrase))


def _parted(text: str) -> list[str]:
    """Words with the space behind them; in Japanese single letters."""
    atoms: list[str] = []
    for word in re.findall(r"\S+\s*", text):
        start = 0
        for at in range(1, len(word)):
            if _may_part(word[at - 1], word[at]):
                atoms.append(word[start:at])
                start = at
        atoms.append(word[start:])
    return atoms


def _kept_behind(atoms: Sequence[str]) -> list[str]:
    """Others' words stay behind a word of ours: they might be a command. So does what is glued."""
    joined: list[str] = []
    for atom in atoms:
        place = PIECE.match(atom.lstrip(AROUND))
        theirs = place and place[0].startswith("{") and place[0][1:-1] not in ROOM
        if joined and (theirs or joined[-1].endswith(HARD_BLANK)):
            joined[-1] += atom
        else:
            joined.append(atom)
    return joined


def _may_part(before: str, after: str) -> bool:
    wide = _cells(before) == 2 or _cells(after) == 2
    return wide and not _follows(after) and not _leads(before)


@lru_cache(maxsize=5_000)
def _leads(char: str) -> bool:
    return char == JOINER or unicodedata.category(char) in OPENING


@lru_cache(maxsize=5_000)
def _follows(char: str) -> bool:
    closes = char.isspace() or unicodedata.category(char) in TIED
    return closes or "SMALL" in unicodedata.name(char, "")  # \u3063, \u3083 ...
