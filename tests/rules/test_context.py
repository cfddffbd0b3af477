"""An agent's dates are those of her own clock and calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from command_desk import ANNA, BERLIN, BOOK, NOW, context

from postdesk.rules.calendar import Calendar
from postdesk.rules.context import Context, calendar_of, timezone_of
from postdesk.rules.dates import When
from postdesk.rules.holiday import Holidays

TOKYO = Calendar("tokyo", "Asia/Tokyo", holidays=Holidays(extra=frozenset({date(2026, 11, 24)})))
HERS = replace(ANNA, hours="tokyo")
ABROAD = replace(BOOK, calendars={"tokyo": TOKYO})


def test_business_days_are_those_of_her_calendar() -> None:
    found = replace(context(), agent=HERS, book=ABROAD).when("2bd")
    assert found == When(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    assert context().when("2bd") == When(datetime(2026, 11, 25, 9, 0, tzinfo=UTC))


def test_without_hours_of_her_own_the_calendar_of_the_workflow_counts() -> None:
    workflow = replace(BOOK.workflow, calendar="tokyo")
    assert calendar_of(ANNA, replace(ABROAD, workflow=workflow)) == TOKYO
    assert calendar_of(None, replace(ABROAD, workflow=workflow)) == TOKYO
    assert calendar_of(ANNA, ABROAD) is None


def test_a_calendar_that_is_given_counts_before_all_others() -> None:
    given = Context(NOW, HERS, ABROAD, open_days=lambda start, count: start.replace(day=30))
    assert given.when("2bd") == When(NOW.replace(day=30))


def test_her_clock_is_where_her_hours_are() -> None:
    assert timezone_of(HERS, ABROAD, BERLIN) == ZoneInfo("Asia/Tokyo")
    assert timezone_of(HERS, BOOK, BERLIN) == BERLIN  # a calendar that is not there
    assert timezone_of(None, ABROAD, BERLIN) == BERLIN
