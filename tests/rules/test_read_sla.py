"""Service levels out of rule files."""

from datetime import timedelta

import pytest
from rule_files import shipped, spoken

from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.sla import Sla

HOUR = timedelta(hours=1)
OFFICE = """\
[calendar.office]
timezone = "Europe/Berlin"
hours = { mon-fri = ["09:00-17:00"] }
[calendar.always]
timezone = "UTC"
hours = { mon-sun = ["00:00-24:00"] }
"""


def book(*texts: str) -> Book:
    found = read({f"{nth}.toml": text for nth, text in enumerate(texts, start=1)})
    assert isinstance(found, Book), "\n".join(map(str, found))
    return found


def told(*texts: str) -> list[tuple[str, str]]:
    """Where, and what, is told of these files."""
    found = read({f"{nth}.toml": text for nth, text in enumerate(texts, start=1)})
    assert not isinstance(found, Book)
    return [(f"{m.file}:{m.line}:{m.column}", m.what) for m in found]


GOLD = """\
[sla.gold]
calendar = "Office"
warn = "50%"
critical = { first_response = "30m", next_response = "1h", resolution = "2h" }
very-low = { resolution = "1h 30m" }
"""


def test_an_sla_becomes_a_value() -> None:
    assert book(GOLD, OFFICE).slas == {
        "gold": Sla(
            "gold",
            "office",
            {
                5: {"first_response": HOUR / 2, "next_response": HOUR, "resolution": 2 * HOUR},
                1: {"resolution": 1.5 * HOUR},
            },
            warn=50,
            where="1.toml:1",
        )
    }


def test_the_least_is_clock_time_and_a_warning_after_three_quarters() -> None:
    sla = book("[sla.default]\nmedium = {}").slas["default"]
    assert sla == Sla("default", promises={3: {}}, where="1.toml:1")
    assert sla.warned_before(8 * HOUR) == 2 * HOUR


@pytest.mark.parametrize(
    ("word", "urgency"),
    [("critical", 5), ("urgent", 5), ("high", 4), ("medium", 3), ("low", 2), ("very-low", 1)],
)
def test_urgencies_have_names(word: str, urgency: int) -> None:
    sla = book(f'[sla.default]\n{word} = {{ resolution = "8h" }}').slas["default"]
    assert sla.allowed(urgency, "resolution") == 8 * HOUR


@pytest.mark.parametrize(
    ("warn", "expected"),
    [("30m", HOUR / 2), ("0%", 0), ("100%", 100), (" 5 % ", 5), ("0s", timedelta())],
)
def test_when_there_is_a_warning(warn: str, expected: int | timedelta) -> None:
    assert book(f'[sla.default]\nwarn = "{warn}"').slas["default"].warn == expected


DURATION = 'must be a duration such as "30s", "15m" or "2h"'


@pytest.mark.parametrize(
    ("line", "place", "what"),
    [
        ('calendar = "offic"', "2:12", 'no calendar is called "offic", did you mean "office"?'),
        ('hihg = { resolution = "8h" }', "2:1", ', did you mean "high"?'),
        ('high = { resoluton = "8h" }', "2:10", ', did you mean "resolution"?'),
        ('high = { resolution = "8 hours" }', "2:23", DURATION),
        ("high = { resolution = 8 }", "2:23", DURATION),
        ('high = { resolution = "0h" }', "2:23", "resolution must be longer than nothing"),
        (
            'high = { resolution = "2bd" }',
            "2:23",
            'resolution cannot be "2bd": write open hours, such as "16h"',
        ),
        ('high = "8h"', "2:8", "must be a table: high.KEY = ..."),
        (
            'critical = { resolution = "8h" }\nurgent = { resolution = "4h" }',
            "3:10",
            '"urgent" is another word for "critical", which stands here too',
        ),
        *(
            (
                f"warn = {value}",
                "2:8",
                'warn must be a duration such as "30m", or a percentage such as "25%"',
            )
            for value in ('"101%"', '"soon"', "25", '"2bd"', '""')
        ),
    ],
)
def test_a_mistake_in_an_sla(line: str, place: str, what: str) -> None:
    (mistake,) = told(f"[sla.gold]\n{line}", OFFICE)
    assert mistake[0] == f"1.toml:{place}"
    assert mistake[1].endswith(what)


def test_the_default_is_written_small() -> None:
    ((place, what),) = told("[sla.Default]")
    assert place == "1.toml:1:6"
    assert "write [sla.default] in small letters" in what


PEOPLE = """
[team.billing]
sla = "{0}"
[customer."petra@kunde.example"]
sla = "{0}"
[organisation."kunde.example"]
sla = "{0}"
"""


def test_teams_customers_and_organisations_name_theirs() -> None:
    people = book(GOLD, OFFICE + PEOPLE.format("Gold")).people
    assert people.teams["billing"].sla == "gold"
    assert people.customers["petra@kunde.example"].sla == "gold"
    assert people.organisations["kunde.example"].sla == "gold"
    assert book(GOLD, OFFICE + PEOPLE.format("")).people.teams["billing"].sla == ""


def test_an_sla_that_nobody_defines_is_told_where_it_is_named() -> None:
    mistakes = told("[sla.gold]", OFFICE + PEOPLE.format("glod"))
    assert [place for place, _ in mistakes] == ["2.toml:9:7", "2.toml:11:7", "2.toml:13:7"]
    for _, what in mistakes:
        assert what.endswith('no sla is called "glod", did you mean "gold"?')


DAYS = '[sla.gold]\ncalendar = "{}"\nlow = {{ first_response = "8h", resolution = "3d" }}\n'


def test_days_of_open_time_are_warned_of() -> None:
    warning = (
        '1.toml:3:45: sla "gold": low: resolution "3d" is 72h of open time;'
        ' write "72h" if that is meant'
    )
    assert warning in book(DAYS.format("office"), OFFICE).warnings
    for calendar in ("always", ""):
        assert not any("open time" in w for w in book(DAYS.format(calendar), OFFICE).warnings)


def test_the_shipped_service_levels_are_good_once_spoken() -> None:
    texts = [shipped()[name] for name in ("30-calendar.toml", "40-sla.toml")]
    assert set(book(*texts).slas) == {"default"}
    slas = book(*map(spoken, texts)).slas
    assert slas["default"].allowed(3, "resolution") == 24 * HOUR
    assert slas["gold"].allowed(5, "next_response") == HOUR / 2
