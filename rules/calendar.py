"""Business calendars: when a desk is open, and how much open time passes.

Every function takes aware datetimes, and gives UTC. Open time is that of instants, so it is right
over lunch breaks, holidays and changed clocks. None looks further ahead than ten years.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from postdesk.rules.holiday import NONE, Holidays
from postdesk.rules.open_year import OpenYear, Week, instant, moment, open_year

ALWAYS: Week = (((0, 1440),),) * 7
NEVER: Week = ((),) * 7
HORIZON = timedelta(days=3653)  # ten years: no promise of a desk is longer


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours by the clock on the wall of a time zone; as it begins, it never closes."""

    name: str
    timezone: str = "UTC"  # an IANA name
    week: Week = ALWAYS
    holidays: Holidays = NONE
    where: str = ""  # "30-calendar.toml:12"
    # What was worked out so far; the same for everybody, so it is no part of the value.
    _years: dict[int, OpenYear] = field(default_factory=dict, init=False, repr=False, compare=False)

    def year(self, number: int) -> OpenYear:
        """The open windows of a year of UTC."""
        if (known := self._years.get(number)) is None:
            closed = self.holidays.around(number)
            known = open_year(number, ZoneInfo(self.timezone), self.week, closed)
            self._years[number] = known
        return known


# Business days where no calendar is named.
WEEKDAYS = Calendar("weekdays", week=(*ALWAYS[:5], (), ()))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Is the desk open then? At the opening it is, at the closing no longer."""
    at = at.astimezone(UTC)
    return calendar.year(at.year).is_open(instant(at))


def add(calendar: Calendar, at: datetime, span: timedelta) -> datetime:
    """The first instant at which ``span`` of open time has passed; ``at`` itself for none."""
    at = at.astimezone(UTC)
    if span <= timedelta():
        return at
    left = span // timedelta.resolution + calendar.year(at.year).used(instant(at))
    furthest = at + HORIZON
    for number in range(at.year, furthest.year + 1):
        year = calendar.year(number)
        if left <= year.total:
            return min(moment(year.when(left)), furthest)
        left -= year.total
    return furthest


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time from one moment to another; none where the other is not later."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta()
    end = min(end, start + HORIZON)
    whole = sum(calendar.year(number).total for number in range(start.year, end.year))
    begun, ended = calendar.year(start.year), calendar.year(end.year)
    passed = whole + ended.used(instant(end)) - begun.used(instant(start))
    return timedelta(microseconds=passed)


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself when the desk is open, else when it opens next."""
    if is_open(calendar, at):
        return at.astimezone(UTC)
    at = at.astimezone(UTC)
    furthest = at + HORIZON
    for number in range(at.year, furthest.year + 1):
        if (found := calendar.year(number).opens(instant(at))) is not None:
            return min(moment(found), furthest)
    return furthest


def add_days(calendar: Calendar, at: datetime, days: int) -> datetime:
    """The same time of day on the n-th open day after; ``at`` itself for none.

    A time before that day's opening or in a break is moved to the opening, one after its closing
    to the closing. A day is open when any part of it is.
    """
    local = at.astimezone(ZoneInfo(calendar.timezone))
    furthest = local.date() + HORIZON
    day = local.date()
    while days > 0 and day < furthest:
        day += timedelta(days=1)
        days -= _opens_on(calendar, day)
    return _within(calendar, day, local.time()) if day > local.date() else at.astimezone(UTC)


def _opens_on(calendar: Calendar, day: date) -> bool:
    start, end = _midnights(calendar, day)
    return between(calendar, start, end) > timedelta()


def _within(calendar: Calendar, day: date, wanted: time) -> datetime:
    start, end = _midnights(calendar, day)
    at = datetime.combine(day, wanted, ZoneInfo(calendar.timezone)).astimezone(UTC)
    opening = next_opening(calendar, at)
    if opening < end:
        return opening
    return add(calendar, start, between(calendar, start, at))  # the closing


def _midnights(calendar: Calendar, day: date) -> tuple[datetime, datetime]:
    """When a day begins and ends there, in UTC."""
    zone = ZoneInfo(calendar.timezone)
    start, end = (
        datetime.combine(midnight, time(), zone).astimezone(UTC)
        for midnight in (day, day + timedelta(days=1))
    )
    return start, end
