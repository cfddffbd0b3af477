"""Opening hours of a week: ``{ mon-thu = ["09:00-12:30", "13:30-18:00"], fri = [...] }``."""

import re
from collections.abc import Iterator

from postdesk.rules import shape
from postdesk.rules.entry import Entry
from postdesk.rules.known import WEEKDAYS
from postdesk.rules.open_year import Opening, Week
from postdesk.rules.shape import Shape

_OPENING = re.compile(
    r"""
    \s* ([0-9]{1,2}) : ([0-9]{2})  # from
    \s* [-\u2013] \s*
    ([0-9]{1,2}) : ([0-9]{2}) \s*  # up to
    """,
    re.VERBOSE,
)
_MIDNIGHT = 1440  # minutes

_DAY = f"({'|'.join(WEEKDAYS)})"
_TIME = "[0-9]{1,2}:[0-9]{2}"
_TEXT: Shape = {"type": "string", "pattern": rf"^\s*{_TIME}\s*[-\u2013]\s*{_TIME}\s*$"}
HOURS: Shape = {
    "type": "object",
    "patternProperties": {f"^{_DAY}(-{_DAY})?$": shape.listed(_TEXT)},
    "additionalProperties": False,
}


def read_week(hours: Entry) -> Week:
    """Each day's openings in their order; no day is named twice, and no two openings overlap."""
    named: dict[int, tuple[str, list[Opening]]] = {}  # day: the key it stands in, its openings
    for key in hours.table:
        openings = list(_openings(hours, key))
        for day in _days(hours, key):
            if day in named:
                hours.wrong(f'{WEEKDAYS[day]} stands in "{named[day][0]}" already', key)
            else:
                named[day] = key, openings
    return tuple(tuple(sorted(named[day][1])) if day in named else () for day in range(7))


def _days(hours: Entry, key: str) -> list[int]:
    """``mon-thu`` as 0, 1, 2, 3; ``sun-tue`` as 6, 0, 1."""
    first, dash, last = key.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        hours.tell_stray(key, _meant(key))
        return []
    begin = WEEKDAYS.index(first)
    more = (WEEKDAYS.index(last) - begin) % 7 if dash else 0
    return [(begin + nth) % 7 for nth in range(more + 1)]


def _meant(key: str) -> str:
    meant = [word.strip().casefold()[:3] for word in key.split("-")]
    if len(meant) <= 2 and all(day in WEEKDAYS for day in meant):
        return f', did you mean "{"-".join(meant)}"?'
    return f"; days are {', '.join(WEEKDAYS)}, or several as in mon-thu"


def _openings(hours: Entry, key: str) -> Iterator[Opening]:
    """The openings of one key that are apart from each other."""
    found: dict[Opening, str] = {}
    for nth, text in enumerate(_texts(hours, key)):
        try:
            opening = _opening(text)
        except ValueError as wrong:
            hours.wrong(f'"{text}" {wrong}', key, nth)
            continue
        begin, end = opening
        if other := next((o for o in found if o[0] < end and begin < o[1]), None):
            hours.wrong(f'"{text}" overlaps with "{found[other]}"', key, nth)
        else:
            found[opening] = text
            yield opening


def _texts(hours: Entry, key: str) -> list[str]:
    """Not ``Entry.texts``, which takes one that is written twice for one."""
    value = hours.table[key]
    if not isinstance(value, list):
        hours.wrong(f'{key} must be a list: ["09:00-12:30", "13:30-18:00"]', key)
        return []
    return [str(item) for item in value]


def _opening(text: str) -> Opening:
    """Minutes from midnight. Raises ValueError, the rest of a sentence."""
    found = _OPENING.fullmatch(text)
    if not found:
        raise ValueError('is no span of hours like "09:00-17:30"')
    begin, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
    if begin == end:
        raise ValueError('is no time at all; a whole day is "00:00-24:00"')
    if begin > end:
        rest = f' and "00:00-{_clock(end)}" on the day after' if end else ""
        raise ValueError(f'goes over midnight: write "{_clock(begin)}-24:00"{rest}')
    return begin, end


def _minutes(hour: str, minute: str) -> int:
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > _MIDNIGHT:
        raise ValueError(f"has a time that no clock shows: {hour}:{minute}")
    return total


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
