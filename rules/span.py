"""Lengths of time as rule files write them: ``30m``, ``1d 12h``, and business days as ``2bd``."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from postdesk.rules.calendar import HORIZON, WEEKDAYS, Calendar, add, add_days

_DURATION = re.compile(r"(?:[0-9]{1,6}[smhdw]\s*)+")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_BUSINESS = re.compile(r"\s*([0-9]{1,4})bd\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """Time by the clock, or so many business days of a calendar: never both."""

    clock: timedelta = timedelta()
    business_days: int = 0


def duration(text: str) -> timedelta | None:
    """``"30m"``, ``"2h"``, ``"1d 12h"``: clock time. None for anything else."""
    if not _DURATION.fullmatch(text.strip()):
        return None
    found = re.findall(r"([0-9]+)([smhdw])", text)
    try:
        return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in found), timedelta())
    except OverflowError:  # hundreds of parts: nobody means millions of years
        return None


def read_span(text: str) -> Span | None:
    """``"30m"``, ``"1d 12h"``, ``"2bd"``; None for anything else."""
    if found := _BUSINESS.fullmatch(text):
        return Span(business_days=int(found[1]))
    length = duration(text)
    return None if length is None else Span(length)


def after(at: datetime, span: Span, calendar: Calendar | None) -> datetime:
    """The moment that far after another: open time of a calendar, clock time without one.

    Business days without a calendar are those from Monday to Friday, of UTC. What is further away
    than ten years is ten years away.
    """
    if span.business_days:
        return add_days(calendar or WEEKDAYS, at, span.business_days)
    if calendar is None:
        return at + min(span.clock, HORIZON)
    return add(calendar, at, span.clock)
