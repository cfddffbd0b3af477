"""Public holidays: the library's, with what a desk adds and takes out."""

from datetime import date

import pytest

from postdesk.rules.holiday import Holidays, countries, has_subdivision

EPIPHANY, EVE, NEW_YEAR = date(2026, 1, 6), date(2026, 12, 24), date(2026, 1, 1)
FOURTH_OF_JULY, OBSERVED = date(2026, 7, 4), date(2026, 7, 3)


@pytest.mark.parametrize(
    ("holidays", "day", "expected"),
    [
        (Holidays(), NEW_YEAR, False),
        (Holidays("DE"), NEW_YEAR, True),
        (Holidays("DE"), EPIPHANY, False),
        (Holidays("DE", "BY"), EPIPHANY, True),
        (Holidays("DE", "BY", without=frozenset({EPIPHANY})), EPIPHANY, False),
        (Holidays("DE"), EVE, False),
        (Holidays("DE", extra=frozenset({EVE})), EVE, True),
        (Holidays(extra=frozenset({EVE})), EVE, True),
        (Holidays("US"), FOURTH_OF_JULY, True),  # a Saturday
        (Holidays("US"), OBSERVED, True),
    ],
)
def test_a_day_is_a_holiday(holidays: Holidays, day: date, expected: bool) -> None:
    assert (day in holidays.around(2026)) is expected


def test_the_years_beside_are_there_for_zones_that_are_early_or_late() -> None:
    around = Holidays("DE").around(2026)
    assert {date(2025, 12, 25), date(2027, 1, 1)} <= around


def test_countries_and_their_subdivisions_are_known() -> None:
    known = countries()
    assert "BY" in known["DE"] and "CA" in known["US"] and "UK" in known
    assert has_subdivision("DE", "BY") and has_subdivision("DE", "Bayern")
    assert not has_subdivision("DE", "XY")
