# ruff: noqa: RUF001 - letters of other scripts
"""Dates are read as their writers mean them, lie in the future, and are never guessed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from postdesk.rules.date_words import WORDS, folded, lexicon
from postdesk.rules.dates import EVENING, FARTHEST, When, read_wait, read_when
from postdesk.rules.problem import Problem

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN).astimezone(UTC)  # a Monday


def told(found: When | Problem, zone: ZoneInfo = BERLIN) -> str:
    """``"Fri 2026-11-27 17:00"``, and ``" (9:00)"`` where that time was chosen."""
    if isinstance(found, Problem):
        return ""
    assumed = f" ({found.assumed})" if found.assumed else ""
    return f"{found.at.astimezone(zone):%a %Y-%m-%d %H:%M}{assumed}"


def read(text: str, language: str = "en") -> str:
    return told(read_when(text, NOW, BERLIN, language))


ENGLISH = [
    ("3d", "Thu 2026-11-26 10:00"),
    ("3d 4h", "Thu 2026-11-26 14:00"),
    ("3d4h", "Thu 2026-11-26 14:00"),
    ("90m", "Mon 2026-11-23 11:30"),
    ("1.5h", "Mon 2026-11-23 11:30"),
    ("1h30", "Mon 2026-11-23 11:30"),
    ("17h", "Tue 2026-11-24 03:00"),
    ("1w", "Mon 2026-11-30 10:00"),
    ("2bd", "Wed 2026-11-25 10:00"),
    ("5bd", "Mon 2026-11-30 10:00"),
    ("in 2 business days", "Wed 2026-11-25 10:00"),
    ("2bd 9:00", "Wed 2026-11-25 09:00"),
    ("in 3 days", "Thu 2026-11-26 10:00"),
    ("in 3 days at 9:00", "Thu 2026-11-26 09:00"),
    ("3 days from now", "Thu 2026-11-26 10:00"),
    ("in 2 months", "Sat 2027-01-23 10:00"),
    ("today 17:00", "Mon 2026-11-23 17:00"),
    ("tomorrow", "Tue 2026-11-24 09:00 (9:00)"),
    ("tomorrow 9:00", "Tue 2026-11-24 09:00"),
    ("TOMORROW, 9:00", "Tue 2026-11-24 09:00"),
    ("9:00 tomorrow", "Tue 2026-11-24 09:00"),
    ("tomorrow morning", "Tue 2026-11-24 09:00 (9:00)"),
    ("tomorrow at noon", "Tue 2026-11-24 12:00 (12:00)"),
    ("this afternoon", "Mon 2026-11-23 14:00 (14:00)"),
    ("friday evening", "Fri 2026-11-27 18:00 (18:00)"),
    ("day after tomorrow 8:00", "Wed 2026-11-25 08:00"),
    ("eod", "Mon 2026-11-23 17:00 (17:00)"),
    ("by end of day", "Mon 2026-11-23 17:00 (17:00)"),
    ("eow", "Fri 2026-11-27 17:00 (17:00)"),
    ("eom", "Mon 2026-11-30 17:00 (17:00)"),
    ("next week", "Mon 2026-11-30 09:00 (9:00)"),
    ("next week friday", "Fri 2026-12-04 09:00 (9:00)"),
    ("next month", "Tue 2026-12-01 09:00 (9:00)"),
    ("fri", "Fri 2026-11-27 09:00 (9:00)"),
    ("fri.", "Fri 2026-11-27 09:00 (9:00)"),
    ("until fri 9:00", "Fri 2026-11-27 09:00"),
    ("fri 17:00", "Fri 2026-11-27 17:00"),
    ("fri 17h", "Fri 2026-11-27 17:00"),
    ("fri 17 uhr", "Fri 2026-11-27 17:00"),
    ("fri\u00a017:00", "Fri 2026-11-27 17:00"),
    ("on friday at 5pm", "Fri 2026-11-27 17:00"),
    ("5:30 p.m. friday", "Fri 2026-11-27 17:30"),
    ("fri 12 pm", "Fri 2026-11-27 12:00"),
    ("12am fri", "Fri 2026-11-27 00:00"),
    ("fri 9 o'clock", "Fri 2026-11-27 09:00"),
    ("mon 11:00", "Mon 2026-11-23 11:00"),
    ("mon 9:00", "Mon 2026-11-30 09:00"),
    ("mon 10:00", "Mon 2026-11-30 10:00"),
    ("mon", "Mon 2026-11-30 09:00 (9:00)"),
    ("fri 27 nov", "Fri 2026-11-27 09:00 (9:00)"),
    ("17:00", "Mon 2026-11-23 17:00"),
    ("9:00", "Tue 2026-11-24 09:00"),
    ("until 17h", "Mon 2026-11-23 17:00"),
    ("at 17", "Mon 2026-11-23 17:00"),
    ("17.30", "Mon 2026-11-23 17:30"),
    ("5pm", "Mon 2026-11-23 17:00"),
    ("17 uhr", "Mon 2026-11-23 17:00"),
    ("noon", "Mon 2026-11-23 12:00 (12:00)"),
    ("0:00", "Tue 2026-11-24 00:00"),
    ("2026-12-03", "Thu 2026-12-03 09:00 (9:00)"),
    ("2026/12/03", "Thu 2026-12-03 09:00 (9:00)"),
    ("2026-12-03 14:00", "Thu 2026-12-03 14:00"),
    ("2026-12-03T14:00", "Thu 2026-12-03 14:00"),
    ("2026-12-03T14:00Z", "Thu 2026-12-03 15:00"),
    ("2026-12-03 14:00 +05:30", "Thu 2026-12-03 09:30"),
    ("3 dec", "Thu 2026-12-03 09:00 (9:00)"),
    ("dec 3", "Thu 2026-12-03 09:00 (9:00)"),
    ("Dec 3rd, 14:00", "Thu 2026-12-03 14:00"),
    ("3rd of December", "Thu 2026-12-03 09:00 (9:00)"),
    ("December 3, 2026", "Thu 2026-12-03 09:00 (9:00)"),
    ("14 aug", "Sat 2027-08-14 09:00 (9:00)"),
    ("14 aug 2027", "Sat 2027-08-14 09:00 (9:00)"),
    ("3.12.", "Thu 2026-12-03 09:00 (9:00)"),
    ("24.12", "Thu 2026-12-24 09:00 (9:00)"),
    ("3.12.26", "Thu 2026-12-03 09:00 (9:00)"),
    ("3-12-2026", "Thu 2026-12-03 09:00 (9:00)"),
    ("25/12", "Fri 2026-12-25 09:00 (9:00)"),
    ("12/25/2026", "Fri 2026-12-25 09:00 (9:00)"),
    ("3/3", "Wed 2027-03-03 09:00 (9:00)"),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_an_english_date_is_read(text: str, expected: str) -> None:
    assert read(text) == expected


OTHERS = [
    ("de", "bis Freitag 9 Uhr", "Fri 2026-11-27 09:00"),
    ("de", "morgen", "Tue 2026-11-24 09:00 (9:00)"),
    ("de", "morgen früh um 7", "Tue 2026-11-24 07:00"),
    ("de", "übermorgen 9:00", "Wed 2026-11-25 09:00"),
    ("de", "in 3 Tagen", "Thu 2026-11-26 10:00"),
    ("de", "in 2 Werktagen", "Wed 2026-11-25 10:00"),
    ("de", "3. Dezember", "Thu 2026-12-03 09:00 (9:00)"),
    ("de", "am 5. März", "Fri 2027-03-05 09:00 (9:00)"),
    ("de", "3.12", "Thu 2026-12-03 09:00 (9:00)"),
    ("de", "Freitag um 17.30 Uhr", "Fri 2026-11-27 17:30"),
    ("de", "do 8:00", "Thu 2026-11-26 08:00"),
    ("de", "um 17", "Mon 2026-11-23 17:00"),
    ("de", "nächste Woche", "Mon 2026-11-30 09:00 (9:00)"),
    ("de", "Feierabend", "Mon 2026-11-23 17:00 (17:00)"),
    ("de", "03/04", "Sat 2027-04-03 09:00 (9:00)"),
    ("fr", "jusqu'à vendredi 9h", "Fri 2026-11-27 09:00"),
    ("fr", "jusqu’au 3 déc.", "Thu 2026-12-03 09:00 (9:00)"),
    ("fr", "demain", "Tue 2026-11-24 09:00 (9:00)"),
    ("fr", "après-demain 17h30", "Wed 2026-11-25 17:30"),
    ("fr", "le 1er décembre à 17h", "Tue 2026-12-01 17:00"),
    ("fr", "dans 3 jours", "Thu 2026-11-26 10:00"),
    ("fr", "dans 17h", "Tue 2026-11-24 03:00"),
    ("fr", "17h", "Mon 2026-11-23 17:00"),
    ("fr", "mar 9h", "Tue 2026-11-24 09:00"),
    ("fr", "lundi 9 heures", "Mon 2026-11-30 09:00"),
    ("fr", "la semaine prochaine", "Mon 2026-11-30 09:00 (9:00)"),
    ("es", "hasta el viernes a las 9:00", "Fri 2026-11-27 09:00"),
    ("es", "mañana a las 5 de la tarde", "Tue 2026-11-24 17:00"),
    ("es", "pasado mañana 17h", "Wed 2026-11-25 17:00"),
    ("es", "3 de diciembre de 2026", "Thu 2026-12-03 09:00 (9:00)"),
    ("es", "2 días hábiles", "Wed 2026-11-25 10:00"),
    ("pt", "até sexta-feira às 17h", "Fri 2026-11-27 17:00"),
    ("pt-BR", "depois de amanhã", "Wed 2026-11-25 09:00 (9:00)"),
    ("pt", "daqui a 2 semanas", "Mon 2026-12-07 10:00"),
    ("pt", "3 de dezembro", "Thu 2026-12-03 09:00 (9:00)"),
    ("it", "fino a venerdì alle 9", "Fri 2026-11-27 09:00"),
    ("it", "entro le 17", "Mon 2026-11-23 17:00"),
    ("it", "tra 3 giorni", "Thu 2026-11-26 10:00"),
    ("it", "1,5 ore", "Mon 2026-11-23 11:30"),
    ("it", "dopodomani", "Wed 2026-11-25 09:00 (9:00)"),
    ("nl", "tot vrijdag 9 uur", "Fri 2026-11-27 09:00"),
    ("nl", "over 3 uur", "Mon 2026-11-23 13:00"),
    ("nl", "overmorgen", "Wed 2026-11-25 09:00 (9:00)"),
    ("nl", "17u30", "Mon 2026-11-23 17:30"),
    ("pl", "do piątku 9:00", "Fri 2026-11-27 09:00"),
    ("pl", "w środę o 17", "Wed 2026-11-25 17:00"),
    ("pl", "za 2 godziny", "Mon 2026-11-23 12:00"),
    ("pl", "za 2 godz.", "Mon 2026-11-23 12:00"),
    ("pl", "o godz. 17", "Mon 2026-11-23 17:00"),
    ("pl", "3 grudnia", "Thu 2026-12-03 09:00 (9:00)"),
    ("ja", "金曜日9時まで", "Fri 2026-11-27 09:00"),
    ("ja", "明後日17時", "Wed 2026-11-25 17:00"),
    ("ja", "明日の午後5時半", "Tue 2026-11-24 17:30"),
    ("ja", "12月3日17時30分", "Thu 2026-12-03 17:30"),
    ("ja", "2026年12月3日", "Thu 2026-12-03 09:00 (9:00)"),
    ("ja", "3日後", "Thu 2026-11-26 10:00"),
    ("ja", "2営業日", "Wed 2026-11-25 10:00"),
    ("ja", "来週の金曜日", "Fri 2026-12-04 09:00 (9:00)"),
    ("ja", "03/04", "Thu 2027-03-04 09:00 (9:00)"),
    ("ar", "حتى الجمعة 9:00", "Fri 2026-11-27 09:00"),
    ("ar", "غداً الساعة 5 مساءً", "Tue 2026-11-24 17:00"),
    ("ar", "٣ ديسمبر ١٧:٠٠", "Thu 2026-12-03 17:00"),
    ("ar", "بعد 3 أيام", "Thu 2026-11-26 10:00"),
    ("ar", "يوم الخميس", "Thu 2026-11-26 09:00 (9:00)"),
]


@pytest.mark.parametrize(("language", "text", "expected"), OTHERS)
def test_a_date_in_the_agents_language_is_read(language: str, text: str, expected: str) -> None:
    assert read(text, language) == expected


REFUSED = [
    ("", "names no day"),
    ("until", "names no day"),
    ("banana", '"banana" is no date'),
    ("3 bananas", "3 what?"),
    ("7", "7 what?"),
    ("2026 w48", "48 what?"),
    ("days 3", "3 what?"),
    ("weeks", "how many?"),
    ("december", "which day"),
    ("today", "is past"),
    ("today 9:00", "is past"),
    ("this morning", "is past"),
    ("2026-11-22", "is past"),
    ("2020-01-01T00:00Z", "is past"),
    ("in 0 days", "is past"),
    ("20 nov", "the next one is 2027-11-20"),
    ("2032-01-01", "5 years"),
    ("999999h", "5 years"),
    ("999999d", "5 years"),
    ("999999mo", "too far"),
    ("999999bd", "too far"),
    ("9999999d", "no date"),
    ("03/04", "3 April to some and 4 March to others"),
    ("3.12", "a day to some and a time to others"),
    ("next friday", "this week to some"),
    ("at 5", "in the morning or in the afternoon?"),
    ("tomorrow 25:00", "no time 25:00"),
    ("24:00", "of the next day"),
    ("17 am", "before noon and after it"),
    ("tomorrow pm", "at what time?"),
    ("30 feb", "no day 30 in month 2"),
    ("2026-13-01", "no day 1 of a month 13"),
    ("1026-01-01", "the year 1026?"),
    ("2026-11-31T10:00Z", "no such day"),
    ("fri sat", "two days"),
    ("tomorrow fri", "two days"),
    ("dec jan", "two months"),
    ("3 dec 4 dec", "two days"),
    ("17:00 18:00", "two times"),
    ("17:00 2h", "two times"),
    ("sat 27 nov", "2026-11-27 is a Friday"),
    ("fri 3d", "a day, or a length of time?"),
    ("3d 2h at 9:00", "a time, or a length of time?"),
    ("x" * 5000, "too long"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_cannot_be_told_is_refused_and_shown_how(text: str, why: str) -> None:
    found = read_when(text, NOW, BERLIN)
    assert isinstance(found, Problem)
    assert why in found.why
    assert found.guess or '"2026-11-24"' in found.why


def test_a_slip_is_told_with_what_was_meant() -> None:
    assert read_when("fridy 17:00", NOW, BERLIN) == Problem(
        '"fridy" is no date or time', "friday 17:00"
    )
    assert read_when("bis freitg", NOW, BERLIN, "de") == Problem(
        '"freitg" is no date or time', "bis freitag"
    )


@pytest.mark.parametrize("language", ["fr", "es", "pt", "it", "nl"])
def test_few_hours_are_a_length_to_wait_and_in_doubt_as_a_time(language: str) -> None:
    assert told(read_wait("3h", NOW, BERLIN, language)) == "Mon 2026-11-23 13:00"
    assert told(read_wait("17h", NOW, BERLIN, language)) == "Tue 2026-11-24 03:00"
    found = read_when("3h", NOW, BERLIN, language)
    assert isinstance(found, Problem) and "at 3:00, or so many hours" in found.why


def test_a_day_without_a_time_takes_the_hour_that_is_asked_for() -> None:
    assert told(read_when("fri", NOW, BERLIN, hour=EVENING)) == "Fri 2026-11-27 17:00 (17:00)"
    assert told(read_when("today", NOW, BERLIN, hour=EVENING)) == "Mon 2026-11-23 17:00 (17:00)"


def test_the_end_of_the_week_is_over_on_a_saturday() -> None:
    saturday = datetime(2026, 11, 28, 10, tzinfo=BERLIN)
    assert isinstance(read_when("eow", saturday, BERLIN), Problem)


def test_business_days_are_counted_by_the_calendar_that_is_given() -> None:
    def holiday_on_tuesday(start: datetime, count: int) -> datetime:
        return start + timedelta(days=count + 1)

    found = read_when("2bd", NOW, BERLIN, open_days=holiday_on_tuesday)
    assert told(found) == "Thu 2026-11-26 10:00"
    found = read_when("2bd 8:00", NOW, BERLIN, open_days=holiday_on_tuesday)
    assert told(found) == "Thu 2026-11-26 08:00"


@pytest.mark.parametrize(
    ("now", "text", "utc"),
    [
        ("2027-03-26T10:00", "3d", "2027-03-29T08:00"),  # 71 hours: the clocks go forward
        ("2027-03-26T10:00", "72h", "2027-03-29T09:00"),
        ("2027-10-29T10:00", "3d", "2027-11-01T09:00"),  # 73 hours
        ("2027-03-27T10:00", "tomorrow 2:30", "2027-03-28T01:30"),  # no such time: an hour later
        ("2027-10-30T10:00", "tomorrow 2:30", "2027-10-31T00:30"),  # twice: the first
        ("2027-10-30T10:00", "17h", "2027-10-31T01:00"),
    ],
)
def test_where_the_clocks_change_days_keep_the_time_and_hours_pass(
    now: str, text: str, utc: str
) -> None:
    found = read_when(text, datetime.fromisoformat(now).replace(tzinfo=BERLIN), BERLIN)
    assert isinstance(found, When)
    assert found.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


NAMES = [
    (language, kind, phrase.strip(), value)
    for language, words in WORDS.items()
    for kind, table, first in (
        ("weekday", words.weekdays, 0),
        ("month", words.months, 1),
        ("shift", words.days, 0),
    )
    for value, phrases in enumerate(table.split("|"), first)
    for phrase in phrases.split(",")
]


@pytest.mark.parametrize(("language", "kind", "phrase", "value"), NAMES)
def test_every_name_of_a_day_or_month_is_read(
    language: str, kind: str, phrase: str, value: int
) -> None:
    day = 25 if value == 11 else 3
    of_a_month = f"{phrase}{day}日" if language == "ja" else f"{day} {phrase}"
    text = of_a_month if kind == "month" else f"{phrase} 23:59"
    found = read_when(text, NOW, BERLIN, language)
    assert isinstance(found, When)
    local = found.at.astimezone(BERLIN)
    seen = {"weekday": local.weekday(), "month": local.month, "shift": local.day - 23}[kind]
    assert seen == value
    assert found.at - NOW < timedelta(days=366)


@pytest.mark.parametrize("language", WORDS)
def test_each_language_has_all_days_and_months(language: str) -> None:
    words = WORDS[language]
    tables = (words.weekdays, words.months, words.days, words.units)
    assert [len(table.split("|")) for table in tables] == [7, 12, 3, 6]
    assert words.until and words.begins


@pytest.mark.parametrize("language", WORDS)
def test_english_is_read_beside_every_language(language: str) -> None:
    assert read("until friday 17:00", language) == "Fri 2026-11-27 17:00"
    assert read("in 3 days", language) == "Thu 2026-11-26 10:00"
    assert read("3 december", language) == "Thu 2026-12-03 09:00 (9:00)"


zones = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")]
    + [ZoneInfo(name) for name in ("Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns")]
)
nows = st.datetimes(
    datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC), allow_imaginary=False
)
languages = st.sampled_from(sorted(WORDS))


@given(st.data(), nows, zones, languages)
def test_whatever_is_written_is_a_time_to_come_or_refused(
    data: st.DataObject, now: datetime, zone: ZoneInfo, language: str
) -> None:
    words = st.sampled_from(sorted(lexicon(language)))
    numbers = st.integers(0, 3000).map(str)
    signs = st.sampled_from([*" :./-+,", "h", "d", "年", "月", "日", "時", "bd"])
    piece = st.one_of(words, numbers, signs, st.text(max_size=3))
    text = data.draw(st.lists(piece, max_size=7).map(" ".join) | st.lists(piece).map("".join))
    for read in (read_when, read_wait):
        found = read(text, now, zone, language)
        if isinstance(found, When):
            assert now < found.at <= now + FARTHEST
            assert found.at.tzinfo is UTC
        else:
            assert found.why


@given(nows, st.integers(1, 5 * 365 * 24 * 60), zones)
def test_a_time_of_the_clock_is_that_time(now: datetime, minutes: int, zone: ZoneInfo) -> None:
    local = (now + timedelta(minutes=minutes)).astimezone(zone).replace(second=0, microsecond=0)
    at = local.replace(fold=0).astimezone(UTC)  # of an hour that comes twice the first
    assume(at > now)
    assert read_when(f"{local:%Y-%m-%d %H:%M}", now, zone) == When(at)


@given(st.integers(0, 6), st.times(), nows, zones)
def test_a_weekday_is_the_next_one(day: int, clock: time, now: datetime, zone: ZoneInfo) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day]
    found = read_when(f"{name} {clock:%H:%M}", now, zone)
    assert isinstance(found, When)
    # A week at most, and the hour that a change of the clocks makes of it; Apia left a day out.
    assert timedelta(0) < found.at - now <= timedelta(days=8, hours=1)


@given(st.integers(1, 1000), nows, zones)
def test_days_keep_the_time_of_the_clock_but_for_a_change(
    days: int, now: datetime, zone: ZoneInfo
) -> None:
    found = read_when(f"{days}d", now, zone)
    assert isinstance(found, When)
    assert abs(found.at - now - timedelta(days=days)) <= timedelta(hours=24)


@given(st.integers(1, 1000), nows, zones)
def test_hours_are_hours(hours: int, now: datetime, zone: ZoneInfo) -> None:
    assert read_when(f"{hours}h", now, zone) == When(now + timedelta(hours=hours))


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)
