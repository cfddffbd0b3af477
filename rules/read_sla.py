"""Service levels out of their tables."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import cast, get_args

from postdesk.rules import shape
from postdesk.rules.calendar import ALWAYS, Calendar
from postdesk.rules.compare import URGENCIES
from postdesk.rules.defined import Defined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.sla import DEFAULT, QUARTER, Promise, Sla
from postdesk.rules.span import duration, read_span
from postdesk.rules.ticket import Target

TARGETS = cast(tuple[Target, ...], get_args(Target))

_PERCENT = re.compile(r"\s*([0-9]{1,3})\s*%\s*")
_DAYS = re.compile(r"[0-9][dw]")
_WARN = shape.either(shape.DURATION, {"type": "string", "pattern": f"^{_PERCENT.pattern}$"})
_PROMISE = shape.table(dict.fromkeys(TARGETS, shape.DURATION))


def read_slas(draft: Draft, defined: Defined, calendars: Mapping[str, Calendar]) -> dict[str, Sla]:
    """All service levels by name; what is wrong with them is noted in the draft."""
    found: dict[str, Sla] = {}
    for entry in draft.of("sla"):
        sla = found[entry.name] = read_sla(entry, defined)
        if (calendar := calendars.get(sla.calendar)) and calendar.week != ALWAYS:
            _warn_of_days(entry)
    return found


def read_sla(entry: Entry, defined: Defined) -> Sla:
    """``[sla.default]``."""
    if entry.name != DEFAULT and entry.name.casefold() == DEFAULT:
        entry.wrong(f"write [sla.{DEFAULT}] in small letters for what holds where no other does")
    sla = Sla(
        name=entry.name,
        calendar=entry.refers("calendar", defined, "calendar"),
        promises=dict(_promises(entry)),
        warn=_warn(entry),
        where=entry.where,
    )
    entry.done()
    return sla


def _promises(entry: Entry) -> Iterator[tuple[int, Promise]]:
    stands: dict[int, str] = {}  # urgency: the word it stands under
    for word, urgency in URGENCIES.items():
        table = entry.below(word)
        entry.asked[word] = _PROMISE
        if table is None:
            continue
        if other := stands.get(urgency):
            entry.wrong(f'"{word}" is another word for "{other}", which stands here too', word)
            continue
        stands[urgency] = word
        yield urgency, dict(_targets(table))
        table.done()


def _targets(table: Entry) -> Iterator[tuple[Target, timedelta]]:
    for target in TARGETS:
        if (length := _length(table, target)) is not None:
            yield target, length


def _length(table: Entry, target: Target) -> timedelta | None:
    written = table.any(target, shape.DURATION)
    if isinstance(written, str) and (span := read_span(written)) and span.business_days:
        # A pause ends at any time of day, so what is left of two days would be no two days.
        table.wrong(f'{target} cannot be "{written}": write open hours, such as "16h"', target)
        return None
    length = table.duration(target)
    if length == timedelta():
        table.wrong(f"{target} must be longer than nothing", target)
        return None
    return length


def _warn(entry: Entry) -> timedelta | int:
    value = entry.any("warn", _WARN)
    if value is None:
        return QUARTER
    if isinstance(value, str):
        if (found := _PERCENT.fullmatch(value)) and int(found[1]) <= 100:
            return int(found[1])
        if (length := duration(value)) is not None:
            return length
    entry.wrong('warn must be a duration such as "30m", or a percentage such as "25%"', "warn")
    return timedelta()


def _warn_of_days(entry: Entry) -> None:
    """Three days of open time are more than a week at most desks: seldom what is meant."""
    for word in URGENCIES:
        promise = entry.table.get(word)
        for target, text in promise.items() if isinstance(promise, dict) else ():
            if isinstance(text, str) and _DAYS.search(text) and (length := duration(text)):
                hours = f"{length / timedelta(hours=1):g}h"
                what = f'{word}: {target} "{text}" is {hours} of open time'
                entry.warn(f'{what}; write "{hours}" if that is meant', word, target)
