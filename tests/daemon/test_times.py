"""Times as texts: of one width, comparing as the moments do."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.daemon.times import from_text, utc_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)


@given(MOMENTS, MOMENTS)
def test_texts_order_as_moments(one: datetime, other: datetime) -> None:
    assert (utc_text(one) < utc_text(other)) == (one < other)
    assert (utc_text(one) == utc_text(other)) == (one == other)
    assert len(utc_text(one)) == len("2026-11-23T03:56:46.123456Z")


@given(MOMENTS)
def test_a_text_tells_its_moment(moment: datetime) -> None:
    assert from_text(utc_text(moment)) == moment


def test_a_time_reads_as_people_write_it() -> None:
    moment = datetime(2026, 11, 23, 4, 56, 46, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(moment) == "2026-11-23T03:56:46.000000Z"
    assert utc_text(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00.000000Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        utc_text(datetime(2026, 11, 23))


def test_no_text_is_no_time() -> None:
    assert from_text(None) is None and from_text("") is None
