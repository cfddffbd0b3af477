"""When digests are due: at the start of an agent's hours, else at eight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from postdesk.daemon.mornings import morning, next_morning
from postdesk.rules.calendar import Calendar
from postdesk.rules.holiday import Holidays

BERLIN = ZoneInfo("Europe/Berlin")
NINE, LUNCH, SEVEN_PM, NIGHT = 9 * 60, 12 * 60, 19 * 60, 22 * 60
MONDAY = date(2026, 11, 23)
ALL_DAY = ((0, 24 * 60),)
OFFICE = Calendar(
    "office", "Europe/Berlin", ((*[((NINE, LUNCH), (13 * 60, SEVEN_PM))] * 5, (), ())),
    Holidays(extra=frozenset({date(2026, 11, 24)})),
)  # fmt: skip
LATE_SHIFT = Calendar("late", "UTC", (((LUNCH, NIGHT),),) * 7)
NIGHT_SHIFT = Calendar("night", "Europe/Berlin", (((0, 6 * 60), (NIGHT, 24 * 60)),) * 7)
ALWAYS_OPEN = Calendar("always", "Asia/Tokyo", (ALL_DAY,) * 7)


@pytest.mark.parametrize(
    ("hours", "day", "begins"),
    [
        (None, 23, "07:00"),  # eight in Berlin
        (None, 28, None),  # Saturday
        (OFFICE, 23, "08:00"),
        (OFFICE, 24, None),  # a holiday
        (OFFICE, 28, None),
        (LATE_SHIFT, 28, "12:00"),
        (NIGHT_SHIFT, 23, "07:00"),  # no hour is its first
        (ALWAYS_OPEN, 23, "23:00"),  # eight in Tokyo is the evening before
    ],
)
def test_a_morning_begins(hours: Calendar | None, day: int, begins: str | None) -> None:
    found = morning(date(2026, 11, day), hours, BERLIN)
    assert (f"{found:%H:%M}" if found else None) == begins


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-23T07:59", 23),
        ("2026-11-23T08:00", 23),
        ("2026-11-23T11:59", 23),
        ("2026-11-23T12:00", 25),  # four hours later it is over; the next day is a holiday
        ("2026-11-27T15:00", 30),
    ],
)
def test_the_next_morning_is_one_that_is_not_over(now: str, day: int) -> None:
    found = next_morning(datetime.fromisoformat(now).replace(tzinfo=UTC), OFFICE, BERLIN)
    assert found and found[0] == date(2026, 11, day)


def test_a_day_that_is_done_is_not_next() -> None:
    now = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    found = next_morning(now, None, BERLIN, after=MONDAY)
    assert found and found[0] == MONDAY + timedelta(days=1)


def test_whose_hours_never_begin_gets_none() -> None:
    never = Calendar("never", "UTC", ((),) * 7)
    assert next_morning(datetime(2026, 11, 23, tzinfo=UTC), never, BERLIN) is None


def test_eight_is_eight_on_both_sides_of_a_change_of_clocks() -> None:
    before, after = morning(date(2026, 10, 23), None, BERLIN), morning(MONDAY, None, BERLIN)
    assert before and after and (before.hour, after.hour) == (6, 7)
