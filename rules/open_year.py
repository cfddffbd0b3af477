"""A year of opening hours as windows of instants: exact where the clocks are changed."""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Opening = tuple[int, int]  # of one day: minutes from midnight, the second up to 1440
Week = tuple[tuple[Opening, ...], ...]  # seven days, Monday first
Window = tuple[int, int]  # of one opening: from, and up to, in seconds since 1970

_DAY = 86400  # seconds
_SECOND = 1_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


def instant(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """The same as a datetime in UTC."""
    return _EPOCH + timedelta(microseconds=at)


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The open windows of one year in UTC, in their order; all in microseconds."""

    starts: tuple[int, ...]  # since 1970
    ends: tuple[int, ...]
    before: tuple[int, ...]  # open time of the year in front of each
    total: int  # open time of the year

    def is_open(self, at: int) -> bool:
        """Is it open at this instant? At the opening it is, at the closing no longer."""
        nth = bisect_right(self.starts, at) - 1
        return nth >= 0 and at < self.ends[nth]

    def used(self, at: int) -> int:
        """The open time of the year up to an instant."""
        nth = bisect_right(self.starts, at) - 1
        return self.before[nth] + min(at, self.ends[nth]) - self.starts[nth] if nth >= 0 else 0

    def when(self, used: int) -> int:
        """The first instant at which that much (1 to ``total``) of the year was open."""
        nth = bisect_left(self.before, used) - 1
        return self.starts[nth] + used - self.before[nth]

    def opens(self, at: int) -> int | None:
        """The first opening after an instant; None for none this year."""
        nth = bisect_right(self.starts, at)
        return self.starts[nth] if nth < len(self.starts) else None


def open_year(year: int, zone: ZoneInfo, week: Week, closed: Container[date]) -> OpenYear:
    """What is open in a year of UTC; ``closed`` are days of the zone.

    An instant is open when the clock on the wall shows an hour of the week that is open: an hour
    that the clocks pass twice counts twice, one that they leave out not at all.
    """
    windows = list(_windows(year, zone, week, closed))
    before, total = [], 0
    for start, end in windows:
        before.append(total)
        total += (end - start) * _SECOND
    return OpenYear(
        tuple(start * _SECOND for start, _ in windows),
        tuple(end * _SECOND for _, end in windows),
        tuple(before),
        total,
    )


def _windows(year: int, zone: ZoneInfo, week: Week, closed: Container[date]) -> Iterator[Window]:
    for begin, end, offset in _stretches(zone, _new_year(year), _new_year(year + 1)):
        for day in range((begin + offset) // _DAY, (end - 1 + offset) // _DAY + 1):
            openings = week[(day + _FIRST_DAY.weekday()) % 7]
            if not openings or _FIRST_DAY + timedelta(days=day) in closed:
                continue
            midnight = day * _DAY - offset
            for opens, closes in openings:
                start, stop = max(begin, midnight + opens * 60), min(end, midnight + closes * 60)
                if start < stop:
                    yield start, stop


def _stretches(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """From, up to, and seconds east of UTC: the stretches within which no clock is changed.

    The clocks are looked at once a day: nowhere are they changed twice in one and back again.
    """
    begin, offset = start, _offset(zone, start)
    for midnight in range(start + _DAY, end + 1, _DAY):
        if (found := _offset(zone, midnight)) != offset:
            change = _change(zone, midnight - _DAY, midnight)
            yield begin, change, offset
            begin, offset = change, found
    yield begin, end, offset


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The second between two at which the clocks were changed."""
    old = _offset(zone, before)
    seconds = range(before, after)
    return before + bisect_left(seconds, True, key=lambda at: _offset(zone, at) != old)


def _offset(zone: ZoneInfo, at: int) -> int:
    shift = datetime.fromtimestamp(at, zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _new_year(year: int) -> int:
    return (date(year, 1, 1) - _FIRST_DAY).days * _DAY
