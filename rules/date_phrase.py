"""A date phrase taken apart: which day, which time of day, or how long from now."""

import re
from calendar import month_name
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

from postdesk.rules.date_words import DAY, HOUR, MINUTE, Meaning, folded, lexicon, words_of
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest

LONGEST = 80  # characters; no date is longer
_LONGEST_PHRASE = 24

_YMD = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(?:t(?=\d))?")
_KANJI_DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?!間|後)")
_DMY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_TWO = re.compile(r"(\d{1,2})([/.])(\d{1,2})(?![\d:])\.?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?!\d)")
_HOURS = re.compile(r"(\d{1,2})\s?(?:h|u)\s?(\d{2})(?:\s?m(?:in)?)?(?!\w)")
_KANJI_TIME = re.compile(r"(\d{1,2})時(?!間)(?:(\d{1,2})分|(半))?")
_TENTHS = re.compile(r"(\d{1,3})[.,](\d)\s?(?=h|u(?:ur)?\b|std|stund|ore\b|hor|heure|godz|ساع)")
_COUNT = re.compile(r"(\d{1,6})(?!\d)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|er|ª|º|e|\.)?\s*(?:(?:of|de|del|di)\s+)?(?=[^\W\d])")
_BETWEEN = re.compile(r"(?:[\s,;]|\.(?!\d)|-(?=\s))+")
_REST = re.compile(r"\S+")
NOON = 12
_YEARS = range(2000, 2200)


@dataclass(slots=True)
class Said:
    """What a phrase says; each thing at most once."""

    weekday: int | None = None  # Monday is 0
    date: tuple[int | None, int, int] | None = None  # year, month, day
    shift: int | None = None  # days from today
    end: int | None = None  # of this day, week, month: 0, 1, 2
    begin: int | None = None  # of the next week, month: 1, 2
    clock: time | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)  # (unit, count)
    hours: time | None = None  # "17h": a time, or so many hours
    until: bool = False  # "until": what follows is no length of time
    at: bool = False  # "at": what follows is a time of day
    span: bool = False  # "in": what follows is one
    half: int | None = None  # 12: after noon
    part: int | None = None  # of the day, by its hour: "morning"

    @property
    def names_a_day(self) -> bool:
        """Is any day told?"""
        days = (self.weekday, self.date, self.shift, self.end, self.begin)
        return any(day is not None for day in days)


class _Unreadable(Exception):
    """Carries the problem out of the phrase."""

    def __init__(self, why: str, guess: str = "") -> None:
        super().__init__(why)
        self.problem = Problem(why, guess)


def take_apart(text: str, language: str) -> Said | Problem:
    """All that a phrase says, or the first thing in it that says nothing."""
    if len(text) > LONGEST:
        return Problem("that is too long for a date")
    scan = _Scan(folded(" ".join(text.split())), language)
    try:
        return scan.all()
    except _Unreadable as unreadable:
        return unreadable.problem


class _Scan:
    """Goes through a phrase from left to right."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._place = 0
        self._words = words_of(language)
        self._lexicon = lexicon(language)
        self._said = Said()
        self._month: int | None = None  # "dec", and its day is still to come
        self._numbers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], None]], ...] = (
            (_YMD, lambda m: self._date(int(m[1]), int(m[3]), int(m[4]))),
            (_KANJI_DATE, lambda m: self._date(int(m[1]) if m[1] else None, int(m[2]), int(m[3]))),
            (_DMY, self._with_year),
            (_TENTHS, self._tenths),
            (_TWO, self._two_numbers),
            (_CLOCK, lambda m: self._time(int(m[1]), int(m[2]))),
            (_HOURS, lambda m: self._maybe_time(int(m[1]), int(m[2]))),
            (_KANJI_TIME, lambda m: self._time(int(m[1]), 30 if m[3] else int(m[2] or 0))),
            (_COUNT, self._count),
        )

    def all(self) -> Said:
        while self._skip():
            if self._text[self._place].isdecimal():
                self._number()
            elif found := self._phrase():
                self._word(found)
            else:
                raise self._no_date(self._place)
        if self._month is not None:
            raise _Unreadable("which day of the month?")
        self._put_half()
        return self._said

    def _skip(self) -> bool:
        if between := _BETWEEN.match(self._text, self._place):
            self._place = between.end()
        return self._place < len(self._text)

    def _no_date(self, place: int) -> _Unreadable:
        rest = _REST.match(self._text, place)
        word = rest[0] if rest else self._text
        known = self._lexicon if word[0].isalpha() and len(word) > 3 else ()
        guess = nearest(word.rstrip(".,"), known)
        corrected = self._text[:place] + self._text[place:].replace(word, guess or "", 1)
        return _Unreadable(f'"{word}" is no date or time', corrected if guess else "")

    # --- words -----------------------------------------------------------------------------------

    def _phrase(self) -> Meaning | None:
        """The longest phrase that begins here; it is passed by."""
        for length in range(min(_LONGEST_PHRASE, len(self._text) - self._place), 0, -1):
            end = self._place + length
            meaning = self._lexicon.get(self._text[self._place : end])
            if meaning and self._ends(end):
                self._place = end
                return meaning
        return None

    def _ends(self, end: int) -> bool:
        """Does a word end here? Chinese characters and Kana have no ends."""
        last, after = self._text[end - 1], self._text[end : end + 1]
        return not after.isalpha() or not last.isalpha() or last >= "\u3040"

    def _word(self, meaning: Meaning) -> None:
        kind, value = meaning
        said = self._said
        match kind:
            case "weekday" | "shift" | "end" | "begin":
                if getattr(said, kind) is not None:
                    raise _Unreadable("it names two days")
                setattr(said, kind, value)
            case "month":
                self._set_month(value)
            case "part":
                said.part = value
            case "half":
                said.half = value
            case "until":
                said.until = True
            case "at":
                said.at = True
            case "in":
                said.span = True
            case "next":
                raise _Unreadable('"next" means this week to some and the week after to others')
            case "unit" if value != DAY:  # "day" alone says nothing: "on the day ..."
                raise _Unreadable("how many?")

    def _set_month(self, month: int) -> None:
        if self._month is not None:
            raise _Unreadable("it names two months")
        self._month = month

    # --- numbers ---------------------------------------------------------------------------------

    def _number(self) -> None:
        for pattern, take in self._numbers:
            if found := pattern.match(self._text, self._place):
                self._place = found.end()
                take(found)
                return
        raise self._no_date(self._place)

    def _date(self, year: int | None, month: int, day: int) -> None:
        if self._said.date is not None:
            raise _Unreadable("it names two days")
        if year is not None and year not in _YEARS:
            raise _Unreadable(f"the year {year}?")
        if not (1 <= month <= 12 and 1 <= day <= 31):
            raise _Unreadable(f"there is no day {day} of a month {month}")
        self._said.date = (year, month, day)

    def _with_year(self, found: re.Match[str]) -> None:
        year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        self._day_and_month(int(found[1]), int(found[3]), found[2], year)

    def _day_and_month(self, one: int, other: int, sign: str, year: int | None) -> None:
        day_first = self._words.day_first if sign == "/" else True
        if day_first is None and one <= 12 and other <= 12 and one != other:
            days = f"{one} {month_name[other]} to some and {other} {month_name[one]} to others"
            raise _Unreadable(f"{one}/{other} is {days}")
        if (other > 12 and sign == "/" and day_first is not True) or day_first is False:
            one, other = other, one
        self._date(year, other, one)

    def _two_numbers(self, found: re.Match[str]) -> None:
        """``24.12`` and ``17.30`` look alike; what can only be one of them is that one."""
        one, sign, other = int(found[1]), found[2], int(found[3])
        if sign == "/":
            self._day_and_month(one, other, sign, None)
            return
        is_date = 1 <= one <= 31 and 1 <= other <= 12 and self._said.date is None
        is_time = one < 24 and other < 60 and len(found[3]) == 2
        is_date = is_date and not self._follows("hour", "half")
        if is_date and is_time and not (self._words.dotted_days or found[0].endswith(".")):
            raise _Unreadable(f"{one}.{found[3]} is a day to some and a time to others")
        if is_date:
            self._date(None, other, one)
        else:
            self._time(one, other)
            self._passes("hour")

    def _tenths(self, found: re.Match[str]) -> None:
        self._phrase()
        self._said.spans.append((MINUTE, int(found[1]) * 60 + int(found[2]) * 6))

    def _count(self, found: re.Match[str]) -> None:
        """A number by itself: what follows tells what it counts."""
        number, place = int(found[1]), self._place
        if self._month is not None and number <= 31:
            self._ordinal()
            month, self._month = self._month, None
            self._date(None, month, number)
            return
        if self._said.date and self._said.date[0] is None and number in _YEARS:
            self._said.date = (number, *self._said.date[1:])
            return
        self._ordinal()
        meaning = self._phrase()
        match meaning:
            case ("month", value):
                self._date(None, value, number)
            case ("unit", unit) if unit == HOUR:
                self._maybe_time(number, None)
            case ("unit", unit):
                self._said.spans.append((unit, number))
            case ("hour", _):
                self._time(number, 0)
            case ("half", value):
                self._said.half = value
                self._time(number, 0)
            case _:
                self._place = place
                self._bare(number)

    def _ordinal(self) -> None:
        if between := _ORDINAL.match(self._text, self._place):
            self._place = between.end()

    def _bare(self, number: int) -> None:
        """``um 17``: a time, where no clock of twelve hours leaves a doubt."""
        if not self._said.at or number > 23:
            raise _Unreadable(f"{number} what?")
        if 1 <= number <= 12 and self._words.day_first is None:
            raise _Unreadable(f"{number} in the morning or in the afternoon?")
        self._time(number, 0)

    def _time(self, hour: int, minute: int) -> None:
        if self._said.clock is not None:
            raise _Unreadable("it names two times")
        if hour == 24 and minute == 0:
            raise _Unreadable("24:00 is 0:00 of the next day: write that")
        if hour > 23 or minute > 59:
            raise _Unreadable(f"there is no time {hour}:{minute:02}")
        self._said.clock = time(hour, minute)
        self._passes("hour")

    def _maybe_time(self, hours: int, minutes: int | None) -> None:
        """``17h`` and ``1h30`` are times where a day is named, else lengths perhaps."""
        if self._said.at:
            self._time(hours, minutes or 0)
            return
        if self._said.hours is None and not self._said.spans and hours < 24 and (minutes or 0) < 60:
            self._said.hours = time(hours, minutes or 0)
            return
        self._said.spans.append((HOUR, hours))
        if minutes:
            self._said.spans.append((MINUTE, minutes))

    def _put_half(self) -> None:
        """``5 pm``, ``5 in the afternoon``: twelve hours are added to a time before noon."""
        said = self._said
        if said.clock is None and said.hours is not None and said.half is not None:
            said.clock, said.hours = said.hours, None
        half = said.half
        if half is None and said.part is not None and said.clock is not None:
            half = 0 if said.part < NOON else NOON
        if half is None:
            return
        if said.clock is None:
            raise _Unreadable("at what time?")
        hour = said.clock.hour
        if hour > NOON or (hour == 0 and half):
            if hour < NOON or not half:
                raise _Unreadable("it says before noon and after it")
            return
        said.clock = said.clock.replace(hour=hour % NOON + half)

    # --- what follows ----------------------------------------------------------------------------

    def _follows(self, *kinds: str) -> bool:
        place = self._place
        self._skip()
        meaning = self._phrase() if self._place < len(self._text) else None
        self._place = place
        return meaning is not None and meaning[0] in kinds

    def _passes(self, kind: str) -> None:
        """Passes by "Uhr" and "o'clock" behind a time."""
        if self._follows(kind):
            self._skip()
            self._phrase()
