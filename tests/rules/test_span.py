"""Lengths of time as rule files write them, by the clock and by calendars."""

from datetime import UTC, datetime, timedelta

import pytest

from postdesk.rules.calendar import HORIZON, Calendar
from postdesk.rules.span import Span, after, read_span

FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
DAY_SHIFT = (((540, 1020),),) * 5  # 09:00-17:00
OFFICE = Calendar("office", "UTC", (*DAY_SHIFT, (), ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", Span(timedelta(minutes=30))),
        ("1d 12h", Span(timedelta(hours=36))),
        (" 90s ", Span(timedelta(seconds=90))),
        ("0h", Span()),
        ("2bd", Span(business_days=2)),
        (" 10bd ", Span(business_days=10)),
        ("2bd 3h", None),
        ("12345bd", None),
        ("-2bd", None),
        ("2 bd", None),
        ("2", None),
        ("soon", None),
        ("999999w " * 200, None),
        ("", None),
    ],
)
def test_a_length_of_time_is_read(text: str, expected: Span | None) -> None:
    assert read_span(text) == expected


@pytest.mark.parametrize(
    ("span", "calendar", "expected"),
    [
        (Span(timedelta(hours=4)), None, FRIDAY + timedelta(hours=4)),
        (Span(timedelta(hours=4)), OFFICE, datetime(2026, 11, 30, 11, 0, tzinfo=UTC)),
        (Span(), OFFICE, FRIDAY),
        (Span(business_days=1), OFFICE, datetime(2026, 11, 30, 15, 0, tzinfo=UTC)),
        (Span(business_days=2), None, datetime(2026, 12, 1, 15, 0, tzinfo=UTC)),
        (Span(timedelta(weeks=999_999)), None, FRIDAY + HORIZON),
        (Span(timedelta(weeks=999_999)), OFFICE, FRIDAY + HORIZON),
    ],
)
def test_the_moment_after(span: Span, calendar: Calendar | None, expected: datetime) -> None:
    assert after(FRIDAY, span, calendar) == expected


def test_business_days_without_a_calendar_may_end_at_any_time_of_day() -> None:
    late = FRIDAY.replace(hour=23)
    assert after(late, Span(business_days=1), None) == late + timedelta(days=3)
