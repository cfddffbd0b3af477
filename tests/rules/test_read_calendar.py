"""Business calendars out of rule files."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_files import shipped, spoken

from postdesk.rules.book import Book
from postdesk.rules.calendar import ALWAYS, Calendar
from postdesk.rules.holiday import NONE, Holidays
from postdesk.rules.read import read

SPLIT, FRIDAY = ((540, 750), (810, 1080)), ((540, 1020),)
DAY = ((540, 1020),)  # 09:00-17:00


def book(text: str) -> Book:
    found = read({"1.toml": text})
    assert isinstance(found, Book), "\n".join(map(str, found))
    return found


def told(text: str) -> list[tuple[str, str]]:
    """Where, and what, is told of a file."""
    found = read({"1.toml": text})
    assert not isinstance(found, Book)
    return [(f"{mistake.line}:{mistake.column}", mistake.what) for mistake in found]


def is_told(text: str, place: str, what: str) -> bool:
    """Is this the one mistake? What a mistake begins with, the table's name, is not looked at."""
    (mistake,) = told(text)
    return mistake[0] == place and mistake[1].endswith(what)


def office(*lines: str) -> str:
    return "\n".join(["[calendar.office]", 'timezone = "Europe/Berlin"', *lines])


def test_a_calendar_becomes_a_value() -> None:
    text = office(
        'hours = { mon-thu = ["09:00-12:30", "13:30-18:00"], fri = ["09:00-17:00"] }',
        'holidays = { country = "DE", subdivision = "BY", extra = ["2026-12-24", 2026-12-31],'
        " without = [2027-01-06] }",
    )
    assert book(text).calendars == {
        "office": Calendar(
            "office",
            "Europe/Berlin",
            (SPLIT,) * 4 + (FRIDAY, (), ()),
            Holidays(
                "DE",
                "BY",
                extra=frozenset({date(2026, 12, 24), date(2026, 12, 31)}),
                without=frozenset({date(2027, 1, 6)}),
            ),
            where="1.toml:1",
        )
    }


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ('mon-sun = ["00:00-24:00"]', ALWAYS),
        ('mon = ["09:00-17:00"]', (DAY, (), (), (), (), (), ())),
        ('sun-tue = ["09:00-17:00"]', (DAY, DAY, (), (), (), (), DAY)),
        ('sat-sat = ["09:00-17:00"]', ((), (), (), (), (), DAY, ())),
        ('mon = ["9:00 - 17:00"]', (DAY, (), (), (), (), (), ())),
        ('mon = ["09:00\u201317:00"]', (DAY, (), (), (), (), (), ())),
        ('mon = ["13:30-18:00", "09:00-12:30"]', (SPLIT, (), (), (), (), (), ())),
        ('mon = ["09:00-12:30", "12:30-17:00"]', (((540, 750), (750, 1020)),) + ((),) * 6),
        ('mon = ["09:00-17:00"], tue-sun = []', (DAY, (), (), (), (), (), ())),
    ],
)
def test_hours_of_a_week(hours: str, week: tuple[object, ...]) -> None:
    calendar = book(office(f"hours = {{ {hours} }}")).calendars["office"]
    assert calendar.week == week
    assert calendar.holidays == NONE


HOURS = [
    ('{ tues = ["09:00-17:00"] }', "3:11", ', did you mean "tue"?'),
    ('{ Monday-Friday = ["09:00-17:00"] }', "3:11", ', did you mean "mon-fri"?'),
    (
        '{ weekdays = ["09:00-17:00"] }',
        "3:11",
        "; days are mon, tue, wed, thu, fri, sat, sun, or several as in mon-thu",
    ),
    (
        '{ mon-wed-fri = ["09:00-17:00"] }',
        "3:11",
        "; days are mon, tue, wed, thu, fri, sat, sun, or several as in mon-thu",
    ),
    (
        '{ mon-thu = ["09:00-17:00"], wed = ["18:00-20:00"] }',
        "3:44",
        'wed stands in "mon-thu" already',
    ),
    (
        '{ mon = ["09:00-12:30", "12:00-18:00"] }',
        "3:33",
        '"12:00-18:00" overlaps with "09:00-12:30"',
    ),
    (
        '{ mon = ["09:00-17:00", "09:00-17:00"] }',
        "3:33",
        '"09:00-17:00" overlaps with "09:00-17:00"',
    ),
    ('{ mon = ["09:00-25:00"] }', "3:18", '"09:00-25:00" has a time that no clock shows: 25:00'),
    ('{ mon = ["09:00-24:01"] }', "3:18", '"09:00-24:01" has a time that no clock shows: 24:01'),
    ('{ mon = ["09:60-12:00"] }', "3:18", '"09:60-12:00" has a time that no clock shows: 09:60'),
    (
        '{ mon = ["22:00-06:00"] }',
        "3:18",
        '"22:00-06:00" goes over midnight: write "22:00-24:00" and "00:00-06:00" on the day after',
    ),
    ('{ mon = ["22:00-00:00"] }', "3:18", '"22:00-00:00" goes over midnight: write "22:00-24:00"'),
    (
        '{ mon = ["09:00-09:00"] }',
        "3:18",
        '"09:00-09:00" is no time at all; a whole day is "00:00-24:00"',
    ),
    ('{ mon = ["9-17"] }', "3:18", '"9-17" is no span of hours like "09:00-17:30"'),
    ("{ mon = [9] }", "3:18", '"9" is no span of hours like "09:00-17:30"'),
    ('{ mon = "09:00-17:00" }', "3:17", 'mon must be a list: ["09:00-12:30", "13:30-18:00"]'),
    ('"09:00-17:00"', "3:9", "must be a table: hours.KEY = ..."),
    ("{ mon-fri = [] }", "3:9", "never opens: its hours name no time at all"),
    ("{}", "3:9", "never opens: its hours name no time at all"),
]


@pytest.mark.parametrize(("hours", "place", "what"), HOURS)
def test_a_mistake_in_the_hours(hours: str, place: str, what: str) -> None:
    assert is_told(office(f"hours = {hours}"), place, what)


DAYS = st.sampled_from(["mon", "tue-thu", "fri", "sat-mon", "tues", "-", ""])
TIMES = st.integers(0, 1500).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
SPANS = st.one_of(st.builds("{}-{}".format, TIMES, TIMES), st.text("0123456789:- ", max_size=12))


@given(st.dictionaries(DAYS, st.lists(SPANS, max_size=3), max_size=4))
def test_any_hours_are_refused_or_in_order(hours: dict[str, list[str]]) -> None:
    written = ", ".join(f"{json.dumps(key)} = {json.dumps(day)}" for key, day in hours.items())
    found = read({"1.toml": office(f"hours = {{ {written} }}")})
    if isinstance(found, Book):
        for openings in found.calendars["office"].week:
            bounds = [minutes for opening in openings for minutes in opening]
            assert bounds == sorted(bounds)
    else:
        assert all(mistake.line == 3 for mistake in found)


OPEN = 'hours = { mon-fri = ["09:00-17:00"] }'


def test_hours_and_timezone_must_be_there() -> None:
    assert [what.partition(": ")[2] for _, what in told("[calendar.office]")] == [
        'timezone is missing: write one like "Europe/Berlin"',
        'hours are missing: write hours = { mon-fri = ["09:00-17:00"] }',
    ]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Europe/Berln", '"Europe/Berln" is no time zone, did you mean "Europe/Berlin"?'),
        ("europe/berlin", '"europe/berlin" is no time zone, did you mean "Europe/Berlin"?'),
        ("Europe", '"Europe" is no time zone'),
        ("../etc/passwd", '"../etc/passwd" is no time zone'),
        ("Mars/Olympus", '"Mars/Olympus" is no time zone'),
        ("", 'timezone is missing: write one like "Europe/Berlin"'),
    ],
)
def test_a_mistake_in_the_time_zone(name: str, what: str) -> None:
    (mistake,) = told(f'[calendar.office]\ntimezone = "{name}"\n{OPEN}')
    assert mistake[0] == "2:12" and what in mistake[1]


@pytest.mark.parametrize(
    ("holidays", "place", "what"),
    [
        (
            '{ country = "de" }',
            "4:24",
            'no holidays are known of the country "de", did you mean "DE"?',
        ),
        (
            '{ country = "Bavaria" }',
            "4:24",
            'no holidays are known of the country "Bavaria"; write an ISO code, such as "DE"',
        ),
        (
            '{ country = "GB", subdivision = "SCO" }',
            "4:44",
            '"GB" has no subdivision "SCO", did you mean "SCT"?',
        ),
        (
            '{ country = "GB", subdivision = "Bayern" }',
            "4:44",
            '"GB" has no subdivision "Bayern"; it has ENG, NIR, SCT, WLS',
        ),
        (
            '{ country = "VA", subdivision = "X" }',
            "4:44",
            '"VA" has no subdivision "X", it has none at all',
        ),
        ('{ subdivision = "BY" }', "4:28", 'subdivision "BY" needs a country'),
        ('{ extra = ["24.12.2026"] }', "4:23", 'extra: "24.12.2026" is no date like 2026-12-24'),
        (
            '{ extra = [2026-12-24, "2026-02-30"] }',
            "4:35",
            'extra: "2026-02-30" is no date like 2026-12-24',
        ),
        (
            "{ without = [2026-12-24T09:00:00] }",
            "4:25",
            'without: "2026-12-24 09:00:00" is no date like 2026-12-24',
        ),
        (
            "{ extra = 2026-12-24 }",
            "4:22",
            "extra must be a list of dates: [2026-12-24, 2026-12-31]",
        ),
        ('{ contry = "DE" }', "4:14", ', did you mean "country"?'),
        ('"DE"', "4:12", "must be a table: holidays.KEY = ..."),
    ],
)
def test_a_mistake_in_the_holidays(holidays: str, place: str, what: str) -> None:
    assert is_told(office(OPEN, f"holidays = {holidays}"), place, what)


def test_holidays_may_be_a_table_of_their_own_and_a_subdivision_be_named() -> None:
    text = office(OPEN, "[calendar.office.holidays]", 'country = "DE"', 'subdivision = "Bayern"')
    assert book(text).calendars["office"].holidays == Holidays("DE", "Bayern")


def test_an_unknown_key_of_a_calendar_is_told() -> None:
    assert is_told(office(OPEN, "holidy = {}"), "4:1", ', did you mean "holidays"?')


def test_the_shipped_calendars_are_good_once_spoken() -> None:
    text = shipped()["30-calendar.toml"]
    assert set(book(text).calendars) == {"office"}
    found = book(spoken(text)).calendars
    assert set(found) == {"office", "always"}
    assert found["always"].week == ALWAYS
    assert found["office"].holidays.country == "DE"
