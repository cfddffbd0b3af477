"""Numbers of tickets, and time spent, as commands have them."""

import re

from postdesk.rules.date_words import HOUR, MINUTE, folded, lexicon
from postdesk.rules.problem import Problem

_NUMBER = re.compile(r"\[?#?([0-9]{1,12})\]?")  # as many digits as marks have
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?=\s|$)\s*")
_LENGTH = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?\s*([^\W\d_]+)\.?\s*")
MOST_MINUTES = 60 * 24 * 31


def number_of(text: str) -> int | None:
    """``1042``, ``#1042``, ``[#1042]``; None for anything else."""
    found = _NUMBER.fullmatch(text.strip(" ,;"))
    return (int(found[1]) or None) if found else None


def numbers_of(text: str) -> tuple[int, ...] | Problem:
    """The numbers of tickets, parted by spaces or commas, each once."""
    found: dict[int, None] = {}
    for word in text.replace(",", " ").replace('"', " ").split():
        number = number_of(word)
        if number is None:
            return Problem(f'"{word}" is no number of a ticket')
        found[number] = None
    return tuple(found)


def minutes_of(text: str, language: str = "en") -> tuple[int, str] | Problem:
    """``25m``, ``1h 30m``, ``1.5h``, ``1:30``, ``-10m``: minutes, and the words that follow."""
    bare = text.strip().lstrip("+-").lstrip()
    minutes, rest = _by_the_clock(bare) or _by_units(bare, language)
    if rest == bare or rest[:1].isdigit():
        guess = f"{bare}m" if bare.isdigit() else ""
        return Problem("how long? write 25m, 1h 30m or 1:30", guess)
    if not 0 < minutes <= MOST_MINUTES:
        return Problem("that is no time, or more than a month of it")
    return (-minutes if text.strip().startswith("-") else minutes), rest


def _by_the_clock(text: str) -> tuple[int, str] | None:
    found = _CLOCK.match(text)
    return (int(found[1]) * 60 + int(found[2]), text[found.end() :]) if found else None


def _by_units(text: str, language: str) -> tuple[int, str]:
    minutes, units = 0.0, lexicon(language)
    while found := _LENGTH.match(text):
        match units.get(folded(found[3])):
            case ("unit", unit) if unit in (MINUTE, HOUR):
                minutes += float(f"{found[1]}.{found[2] or 0}") * (60 if unit == HOUR else 1)
            case _:
                break
        text = text[found.end() :]
    return round(minutes), text
