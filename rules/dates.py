"""Dates and times as agents write them: always a time to come, and never guessed.

``3d 4h``, ``2bd``, ``in 3 days``, ``tomorrow 9:00``, ``fri 17:00``, ``14 aug``, ``3.12.``,
``2026-12-03 14:00``, ``eod``: in English and in the agent's own language. ``3/4`` is read in the
order of that language (day first; month first in Japanese); in English, where both are used, only
when one of the numbers is no month. Days and weeks from now keep the time of day, also where the
clocks change; hours and minutes are hours and minutes that pass.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from postdesk.rules.date_phrase import LONGEST, Said, take_apart
from postdesk.rules.date_words import BUSINESS_DAY, DAY, HOUR, MINUTE, MONTH, WEEK, words_of
from postdesk.rules.problem import Problem

MORNING = time(9)  # when a working day begins
EVENING = time(17)  # and when it ends
FARTHEST = timedelta(days=5 * 366)
# A day without its year that comes only in so many days was probably meant in the past.
PROBABLY_PAST = timedelta(days=330)
TIME_FROM = 8  # nobody says "17h30" for a length of time, but "3h" perhaps
FRIDAY, SATURDAY = 4, 5

OpenDays = Callable[[datetime, int], datetime]  # the time so many business days later, in UTC
_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?\s?(?:[Zz]|[+-]\d\d:?\d\d)")


@dataclass(frozen=True, slots=True)
class When:
    """A time to come. ``assumed`` is the time of day where none was written: "9:00"."""

    at: datetime  # UTC
    assumed: str = ""


def read_when(
    text: str,
    now: datetime,
    timezone: tzinfo,
    language: str = "en",
    open_days: OpenDays | None = None,
    *,
    hour: time = MORNING,
) -> When | Problem:
    """The time a phrase means to somebody in a time zone; ``hour`` where it names none.

    ``open_days`` counts business days (none given: Monday to Friday). ``17h`` by itself is a time
    in languages that write times so, and ``3h`` is no answer there.
    """
    clock = _Clock(now, timezone, open_days, hour)
    return _read(text, clock, language, hours_pass=not words_of(language).hours_are_times)


def read_wait(
    text: str,
    now: datetime,
    timezone: tzinfo,
    language: str = "en",
    open_days: OpenDays | None = None,
    *,
    hour: time = MORNING,
) -> When | Problem:
    """Like ``read_when`` where a length of time is what most people write: ``17h`` is 17 hours."""
    return _read(text, _Clock(now, timezone, open_days, hour), language, hours_pass=True)


def _read(text: str, clock: "_Clock", language: str, *, hours_pass: bool) -> When | Problem:
    found = _understood(text.strip(), clock, language, hours_pass=hours_pass)
    if isinstance(found, Problem) and not found.guess:
        return replace(found, why=f"{found.why}; {clock.examples()}")
    return found


def _understood(text: str, clock: "_Clock", language: str, *, hours_pass: bool) -> When | Problem:
    if _WITH_ZONE.fullmatch(text[:LONGEST]):
        return clock.checked(_with_zone(text))
    said = take_apart(text, language)
    if isinstance(said, Said):
        said = _settle_hours(said, hours_pass=hours_pass)
    return said if isinstance(said, Problem) else clock.when(said)


def _with_zone(text: str) -> When | Problem:
    try:
        return When(datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        return Problem("there is no such day or time")


def _settle_hours(said: Said, *, hours_pass: bool) -> Said | Problem:
    """``17h``: a time beside a day and behind "until", else a length."""
    if said.hours is None:
        return said
    if said.clock is not None:
        return Problem("it names two times")
    if (said.names_a_day or said.until) and not said.span:
        return replace(said, clock=said.hours, hours=None)
    if not hours_pass and not said.span and not said.spans:
        if said.hours.hour >= TIME_FROM:
            return replace(said, clock=said.hours, hours=None)
        clock = f"{said.hours.hour}:{said.hours.minute:02}"
        return Problem(f"is that at {clock}, or so many hours from now?")
    length = [(HOUR, said.hours.hour), (MINUTE, said.hours.minute)]
    return replace(said, spans=[*said.spans, *length], hours=None)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Now, where it is now, and what is taken where nothing is said."""

    now: datetime
    timezone: tzinfo
    open_days: OpenDays | None
    hour: time

    def examples(self) -> str:
        """How a date may be written."""
        return f'write it like "3d", "fri 17:00" or "{self.today + timedelta(1):%Y-%m-%d}"'

    @property
    def today(self) -> date:
        return self.now.astimezone(self.timezone).date()

    def when(self, said: Said) -> When | Problem:
        """The first time to come that this may mean."""
        try:
            found = self._later(said) if said.spans else self._on_a_day(said)
        except (OverflowError, ValueError):  # of datetime, beyond the year 9999
            return Problem("that is too far away")
        return found if isinstance(found, Problem) else self.checked(found)

    def checked(self, found: When | Problem) -> When | Problem:
        """A time that is past, or years away, is no time to come."""
        if isinstance(found, Problem):
            return found
        if found.at <= self.now:
            return Problem(f"{found.at.astimezone(self.timezone):%Y-%m-%d %H:%M} is past")
        if found.at - self.now > FARTHEST:
            return Problem("that is more than 5 years away")
        return found

    # --- so long from now ------------------------------------------------------------------------

    def _later(self, said: Said) -> When | Problem:
        if said.names_a_day:
            return Problem("is it a day, or a length of time?")
        local = self._after_days(said)
        if said.clock is not None:
            if any(unit in (HOUR, MINUTE) for unit, _ in said.spans):
                return Problem("is it a time, or a length of time?")
            local = datetime.combine(local, said.clock)
        at = self._at(local.date(), local.time())
        hours = sum(count for unit, count in said.spans if unit == HOUR)
        minutes = sum(count for unit, count in said.spans if unit == MINUTE)
        return When(at + timedelta(hours=hours, minutes=minutes))

    def _after_days(self, said: Said) -> datetime:
        """The time on the clock after all the months, weeks and days that are said."""
        local = self.now.astimezone(self.timezone).replace(tzinfo=None)
        for unit, count in said.spans:
            match unit:
                case _ if unit == MONTH:
                    local = _months_later(local, count)
                case _ if unit == WEEK:
                    local += timedelta(weeks=count)
                case _ if unit == DAY:
                    local += timedelta(days=count)
                case _ if unit == BUSINESS_DAY:
                    local = self._business_days_later(local, count)
        return local

    def _business_days_later(self, local: datetime, count: int) -> datetime:
        if count > FARTHEST.days:
            raise OverflowError
        if self.open_days is None:
            return _weekdays_later(local, count)
        start = self._at(local.date(), local.time())
        return self.open_days(start, count).astimezone(self.timezone).replace(tzinfo=None)

    # --- on a day --------------------------------------------------------------------------------

    def _on_a_day(self, said: Said) -> When | Problem:
        if not said.names_a_day and said.clock is None and said.part is None:
            return Problem("that names no day and no time")
        hour = said.clock or self._usual(said)
        assumed = "" if said.clock else f"{hour.hour}:{hour.minute:02}"
        days = self._days(said)
        if isinstance(days, Problem):
            return days
        times = [self._at(day, hour) for day in days]
        found = next((at for at in times if at > self.now), times[-1])
        return self._sane(When(found, assumed), said)

    def _usual(self, said: Said) -> time:
        """The time of a day that is named without one."""
        if said.part is not None:
            return time(said.part)
        return EVENING if said.end is not None else self.hour

    def _sane(self, found: When, said: Said) -> When | Problem:
        local = found.at.astimezone(self.timezone).date()
        if said.date and said.weekday is not None and local.weekday() != said.weekday:
            return Problem(f"{local:%Y-%m-%d} is a {local:%A}")
        if said.date and said.date[0] is None and found.at - self.now > PROBABLY_PAST:
            return Problem(f"the next one is {local:%Y-%m-%d}; write the year if you mean that one")
        return found

    def _days(self, said: Said) -> list[date] | Problem:
        """The days that may be meant, in their order."""
        ways = (said.date, said.shift, said.end, said.begin)
        named = sum(way is not None for way in ways)
        with_weekday = said.date is not None or said.begin == 1
        if named > 1 or (named and said.weekday is not None and not with_weekday):
            return Problem("it names two days")
        if said.date is not None:
            return self._dates(*said.date)
        return list(self._days_from_today(said))

    def _days_from_today(self, said: Said) -> Iterator[date]:
        today = self.today
        if said.begin is not None:
            yield self._beginning(said.begin, said.weekday or 0)
        elif said.weekday is not None:
            coming = today + timedelta((said.weekday - today.weekday()) % 7)
            yield from (coming, coming + timedelta(7))
        elif said.shift is not None:
            yield today + timedelta(said.shift)
        elif said.end is not None:
            yield self._end(said.end)
        elif said.clock is None:  # "in the afternoon": of today
            yield today
        else:
            yield from (today, today + timedelta(1))

    def _dates(self, year: int | None, month: int, day: int) -> list[date] | Problem:
        years = [year] if year else [self.today.year, self.today.year + 1]
        days = [date(y, month, day) for y in years if day <= monthrange(y, month)[1]]
        return days or Problem(f"there is no day {day} in month {month} of {years[-1]}")

    def _end(self, of: int) -> date:
        today = self.today
        if of == 0:
            return today
        if of == 1:  # on a weekend: of the week that is over, which is refused
            return today + timedelta(FRIDAY - today.weekday())
        return today.replace(day=monthrange(today.year, today.month)[1])

    def _beginning(self, of: int, weekday: int) -> date:
        today = self.today
        if of == 1:
            return today + timedelta(7 - today.weekday() + weekday)
        return _months_later(datetime.combine(today.replace(day=1), time()), 1).date()

    def _at(self, day: date, at: time) -> datetime:
        """UTC of a time on the clock; one that the clocks leave out is as much later."""
        return datetime.combine(day, at, tzinfo=self.timezone).astimezone(UTC)


def _months_later(local: datetime, count: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    months = local.year * 12 + local.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def _weekdays_later(local: datetime, count: int) -> datetime:
    """So many Mondays to Fridays later."""
    for _ in range(count):
        local += timedelta(1)
        while local.weekday() >= SATURDAY:
            local += timedelta(1)
    return local
