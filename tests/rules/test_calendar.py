"""Business calendars: open time by tables, by invariants, and against a slow count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from postdesk.rules.calendar import (
    ALWAYS,
    HORIZON,
    Calendar,
    add,
    add_days,
    between,
    is_open,
    next_opening,
)
from postdesk.rules.holiday import Holidays
from postdesk.rules.open_year import Week

BERLIN = "Europe/Berlin"
BAVARIA = Holidays(
    "DE",
    "BY",
    extra=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
    without=frozenset({date(2026, 11, 1), date(2027, 1, 6)}),
)
MINUTE = timedelta(minutes=1)


def hours(*openings: str) -> tuple[tuple[int, int], ...]:
    """``"09:00-12:30"`` in minutes."""
    return tuple((_minutes(text[:5]), _minutes(text[6:])) for text in openings)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def daily(zone: str, *openings: str) -> Calendar:
    return Calendar("daily", zone, (hours(*openings),) * 7)


SPLIT = hours("09:00-12:30", "13:30-18:00")
OFFICE = Calendar("office", BERLIN, (SPLIT,) * 4 + (hours("09:00-17:00"), (), ()), BAVARIA)


def at(text: str, zone: str = BERLIN) -> datetime:
    """``"2026-12-23 16:00"`` by the clock on that wall (the first of two), or with its offset."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


OPEN = [
    ("2026-11-23 08:59", False),  # a Monday
    ("2026-11-23 09:00", True),
    ("2026-11-23 12:29", True),
    ("2026-11-23 12:30", False),
    ("2026-11-23 13:30", True),
    ("2026-11-23 18:00", False),
    ("2026-11-27 16:59", True),
    ("2026-11-27 17:00", False),
    ("2026-11-28 10:00", False),  # Saturday
    ("2026-12-24 10:00", False),  # ours
    ("2026-12-25 10:00", False),  # everybody's
    ("2027-01-06 10:00", True),  # Bavaria's, taken out
    ("2026-06-04 10:00", False),  # Corpus Christi, in Bavaria
]


@pytest.mark.parametrize(("when", "expected"), OPEN)
def test_the_desk_is_open(when: str, expected: bool) -> None:
    assert is_open(OFFICE, at(when)) is expected


ADDED = [
    ("2026-11-23 09:00", "3:30", "2026-11-23 12:30"),  # up to the closing, not past it
    ("2026-11-23 09:00", "3:31", "2026-11-23 13:31"),
    ("2026-11-23 13:00", "1:00", "2026-11-23 14:30"),
    ("2026-11-23 17:30", "1:00", "2026-11-24 09:30"),
    ("2026-11-27 16:00", "2:00", "2026-11-30 10:00"),  # over a weekend
    ("2026-11-28 11:00", "0:30", "2026-11-30 09:30"),
    ("2026-11-28 11:00", "0:00", "2026-11-28 11:00"),
    ("2026-12-23 17:00", "2:00", "2026-12-28 10:00"),  # over Christmas
    ("2026-12-30 17:00", "2:00", "2027-01-04 10:00"),  # over New Year
    ("2026-11-27 16:00", "72:00", "2026-12-10 17:00"),
    ("2026-03-27 16:00", "8:00", "2026-03-30 17:00"),  # the clocks were changed on Sunday
    ("2026-10-23 16:00", "8:00", "2026-10-26 17:00"),
]


def span(text: str) -> timedelta:
    whole, minutes = text.split(":")
    return timedelta(hours=int(whole), minutes=int(minutes))


@pytest.mark.parametrize(("start", "length", "expected"), ADDED)
def test_open_time_is_added(start: str, length: str, expected: str) -> None:
    assert add(OFFICE, at(start), span(length)) == at(expected)
    assert between(OFFICE, at(start), at(expected)) == span(length)


def test_a_calendar_that_never_closes_is_clock_time() -> None:
    friday = at("2026-03-27 16:00")
    for calendar in (Calendar("always"), Calendar("always", BERLIN), daily(BERLIN, "00:00-24:00")):
        assert add(calendar, friday, timedelta(hours=72)) == friday + timedelta(hours=72)
        assert between(calendar, friday, friday + HORIZON) == HORIZON
        assert is_open(calendar, at("2026-12-31 23:59"))


def test_a_moment_may_have_any_zone_and_the_answer_is_utc() -> None:
    tokyo = at("2026-11-23 17:30").astimezone(ZoneInfo("Asia/Tokyo"))
    assert add(OFFICE, tokyo, span("1:00")) == at("2026-11-24 09:30")
    for found in (add(OFFICE, tokyo, span("0:00")), add_days(OFFICE, tokyo, 0)):
        assert found == tokyo and found.tzinfo is UTC
    assert next_opening(OFFICE, tokyo).tzinfo is UTC


LORD_HOWE, NEW_YORK = "Australia/Lord_Howe", "America/New_York"
SAO_PAULO, APIA, CASABLANCA = "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca"
CHANGED_CLOCKS = [
    (BERLIN, "00:00-24:00", "2026-03-29", "23:00"),
    (BERLIN, "00:00-24:00", "2026-10-25", "25:00"),
    (BERLIN, "01:00-04:00", "2026-03-29", "2:00"),
    (BERLIN, "01:00-04:00", "2026-10-25", "4:00"),
    (BERLIN, "02:00-03:00", "2026-03-29", "0:00"),  # this hour is left out
    (BERLIN, "02:00-03:00", "2026-10-25", "2:00"),  # and this one comes twice
    (BERLIN, "02:30-04:00", "2026-03-29", "1:00"),
    (BERLIN, "02:30-04:00", "2026-10-25", "2:00"),
    (BERLIN, "01:00-02:30", "2026-03-29", "1:00"),
    (BERLIN, "01:00-02:30", "2026-10-25", "2:00"),
    (NEW_YORK, "00:00-24:00", "2026-03-08", "23:00"),
    (NEW_YORK, "00:00-24:00", "2026-11-01", "25:00"),
    (NEW_YORK, "01:30-02:30", "2026-11-01", "1:30"),
    ("Asia/Kolkata", "00:00-24:00", "2026-03-29", "24:00"),
    ("Asia/Kolkata", "09:30-18:00", "2026-03-29", "8:30"),
    (LORD_HOWE, "00:00-24:00", "2026-04-05", "24:30"),  # half an hour
    (LORD_HOWE, "00:00-24:00", "2026-10-04", "23:30"),
    (LORD_HOWE, "02:00-02:30", "2026-10-04", "0:00"),
    (SAO_PAULO, "00:00-24:00", "2018-11-04", "23:00"),  # there was no midnight
    (SAO_PAULO, "00:00-24:00", "2019-02-16", "25:00"),  # nor did this one come once
    (SAO_PAULO, "00:00-24:00", "2026-11-01", "24:00"),  # given up since
    (APIA, "00:00-24:00", "2011-12-30", "0:00"),  # a day left out
    ("Pacific/Kiritimati", "00:00-24:00", "1994-12-31", "0:00"),  # on the last of a year
    (CASABLANCA, "00:00-24:00", "2026-02-15", "25:00"),  # Ramadan
    (CASABLANCA, "00:00-24:00", "2026-03-22", "23:00"),
]


@pytest.mark.parametrize(("zone", "openings", "day", "expected"), CHANGED_CLOCKS)
def test_open_time_of_a_day_with_changed_clocks(
    zone: str, openings: str, day: str, expected: str
) -> None:
    calendar = Calendar("one day", zone, _only(day, hours(openings)))
    middle = at(f"{day} 12:00", zone)
    around = middle - timedelta(days=3), middle + timedelta(days=3)
    assert between(calendar, *around) == span(expected) == slow(calendar, *around)


def _only(day: str, openings: tuple[tuple[int, int], ...]) -> Week:
    return tuple(openings if nth == date.fromisoformat(day).weekday() else () for nth in range(7))


def slow(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Open time by looking at the clock on the wall once a minute."""
    zone, total = ZoneInfo(calendar.timezone), timedelta()
    while start < end:
        wall = start.astimezone(zone)
        shown = wall.hour * 60 + wall.minute
        openings = calendar.week[wall.weekday()]
        if wall.date() not in calendar.holidays.extra and any(a <= shown < b for a, b in openings):
            total += MINUTE
        start += MINUTE
    return total


DAYS = [
    ("2026-11-23 10:00", 1, "2026-11-24 10:00"),
    ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
    ("2026-11-23 07:00", 1, "2026-11-24 09:00"),  # not before the opening
    ("2026-11-23 20:00", 1, "2026-11-24 18:00"),  # nor after the closing
    ("2026-11-23 13:00", 1, "2026-11-24 13:30"),  # nor in a break
    ("2026-11-26 17:45", 1, "2026-11-27 17:00"),  # on Fridays they go earlier
    ("2026-11-27 10:00", 1, "2026-11-30 10:00"),
    ("2026-11-28 10:00", 1, "2026-11-30 10:00"),
    ("2026-11-28 10:00", 5, "2026-12-04 10:00"),
    ("2026-12-23 10:00", 2, "2026-12-29 10:00"),  # over Christmas
    ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # the same time by the clock on the wall
    ("2026-10-23 10:00", 1, "2026-10-26 10:00"),
]


@pytest.mark.parametrize(("start", "days", "expected"), DAYS)
def test_business_days_are_added(start: str, days: int, expected: str) -> None:
    assert add_days(OFFICE, at(start), days) == at(expected)


def test_a_time_after_the_closing_is_moved_to_it_though_midnight_opens_again() -> None:
    early = daily(BERLIN, "00:00-18:00")
    assert add_days(early, at("2026-11-23 20:00"), 1) == at("2026-11-24 18:00")


def test_a_day_that_was_left_out_is_no_business_day() -> None:
    assert add_days(Calendar("apia", APIA), at("2011-12-29 10:00", APIA), 1) == at(
        "2011-12-31 10:00", APIA
    )


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 08:00", "2026-11-23 09:00"),
        ("2026-11-23 12:30", "2026-11-23 13:30"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),
        ("2026-12-23 19:00", "2026-12-28 09:00"),
        ("2026-12-30 19:00", "2027-01-04 09:00"),
    ],
)
def test_the_next_opening(when: str, expected: str) -> None:
    assert next_opening(OFFICE, at(when)) == at(expected)


def test_nothing_is_looked_for_further_than_ten_years_ahead() -> None:
    monday = at("2026-11-23 10:00")
    seldom = Calendar("seldom", BERLIN, (hours("09:00-09:01"), *((),) * 6))
    never = Calendar("never", BERLIN, ((),) * 7)
    for calendar in (seldom, never):
        assert add(calendar, monday, timedelta(hours=9)) == monday + HORIZON
    assert next_opening(never, monday) == monday + HORIZON
    assert add_days(never, monday, 1) - monday <= HORIZON + timedelta(days=1)
    always = Calendar("always")
    assert add(always, monday, 2 * HORIZON) == monday + HORIZON
    assert between(always, monday, monday + 2 * HORIZON) == HORIZON


# --- invariants ----------------------------------------------------------------------------------

ZONES = (BERLIN, NEW_YORK, "Asia/Kolkata", LORD_HOWE, SAO_PAULO, APIA, CASABLANCA, "UTC")
EDGES = [
    *(at("2026-03-29 12:00"), at("2026-10-25 12:00"), at("2026-11-01 12:00", NEW_YORK)),
    *(at("2026-03-08 12:00", NEW_YORK), at("2026-04-05 12:00"), at("2026-10-04 12:00")),
    *(at("2018-11-04 12:00"), at("2019-02-17 12:00"), at("2011-12-30 12:00"), at("2027-01-01")),
]


@st.composite
def _openings(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    bounds = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(zip(bounds[::2], bounds[1::2], strict=False))


DATES = st.sampled_from(EDGES).map(datetime.date)
CALENDARS = st.builds(
    Calendar,
    st.just("any"),
    st.sampled_from(ZONES),
    st.one_of(
        st.just(ALWAYS), st.lists(_openings(), min_size=7, max_size=7).filter(any).map(tuple)
    ),
    st.builds(Holidays, extra=st.frozensets(DATES, max_size=2)),
)
MOMENTS = st.builds(
    lambda edge, minutes: edge + minutes * MINUTE,
    st.sampled_from(EDGES),
    st.integers(-3 * 1440, 3 * 1440),
)
SPANS = st.integers(0, 60 * 24 * 14).map(lambda minutes: minutes * MINUTE)


@given(CALENDARS, MOMENTS, st.integers(0, 2 * 1440))
def test_open_time_is_what_a_slow_count_finds(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    end = start + minutes * MINUTE
    assert between(calendar, start, end) == slow(calendar, start, end)
    assert is_open(calendar, start) is bool(slow(calendar, start, start + MINUTE))


@given(CALENDARS, MOMENTS, SPANS, SPANS)
def test_open_time_adds_up_over_pauses(
    calendar: Calendar, start: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = start + one, start + one + other
    parts = between(calendar, start, middle) + between(calendar, middle, end)
    assert parts == between(calendar, start, end)
    assert between(calendar, end, start) == timedelta()


@example(  # one minute a week: more weeks than ten years have
    Calendar("any", "Europe/Berlin", ((), (), (), (), (), (), ((0, 1),))),
    datetime(2026, 3, 29, 10, tzinfo=UTC),
    522 * MINUTE,
    timedelta(),
)
@given(CALENDARS, MOMENTS, SPANS, st.timedeltas(timedelta(), timedelta(days=9)))
def test_adding_is_the_inverse_of_counting(
    calendar: Calendar, start: datetime, length: timedelta, clock: timedelta
) -> None:
    end = add(calendar, start, length)
    if end == start + HORIZON:  # a calendar that hardly ever opens: ten years are the limit
        assert between(calendar, start, end) <= length
        return
    assert between(calendar, start, end) == length
    assert length == timedelta() or between(calendar, start, end - timedelta.resolution) < length
    later = start + clock
    back = add(calendar, start, between(calendar, start, later))
    assert back <= later and between(calendar, back, later) == timedelta()


@given(CALENDARS, MOMENTS, MOMENTS, SPANS, SPANS)
def test_a_later_start_or_a_longer_span_never_ends_earlier(
    calendar: Calendar, one: datetime, other: datetime, short: timedelta, more: timedelta
) -> None:
    assert add(calendar, one, short) <= add(calendar, one, short + more)
    assert add(calendar, min(one, other), short) <= add(calendar, max(one, other), short)


@given(CALENDARS, MOMENTS)
def test_nothing_is_open_before_the_next_opening(calendar: Calendar, when: datetime) -> None:
    opening = next_opening(calendar, when)
    assert opening == when + HORIZON or is_open(calendar, opening)
    assert between(calendar, when, opening) == timedelta()


@given(CALENDARS, MOMENTS, st.integers(1, 20))
def test_a_business_day_ends_in_opening_hours(
    calendar: Calendar, start: datetime, days: int
) -> None:
    zone = ZoneInfo(calendar.timezone)
    end = add_days(calendar, start, days)
    assert is_open(calendar, end) or between(calendar, end - timedelta.resolution, end)
    passed = (end.astimezone(zone).date() - start.astimezone(zone).date()).days
    assert passed >= days
    assert add_days(calendar, start, days) <= add_days(calendar, start, days + 1)
