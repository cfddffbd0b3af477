"""Business calendars: when a desk is open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from postdesk.rules.holiday import NONE, Holidays

Opening = tuple[int, int]  # of one day: minutes from midnight, the second up to 1440
Week = tuple[tuple[Opening, ...], ...]  # seven days, Monday first
ALWAYS: Week = (((0, 1440),),) * 7


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours by the clock on the wall of a time zone; as it begins, it never closes."""

    name: str
    timezone: str = "UTC"  # an IANA name
    week: Week = ALWAYS
    holidays: Holidays = NONE
    where: str = ""  # "30-calendar.toml:12"


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Is the desk open then?"""
    return True


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time from one moment to another."""
    return end - start


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """When the desk opens next, at this moment or after it."""
    return at
