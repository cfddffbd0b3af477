"""Business calendars out of their tables."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

from postdesk.rules import shape
from postdesk.rules.calendar import NEVER, Calendar
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.holiday import NONE, Holidays, countries, has_subdivision
from postdesk.rules.open_year import Week
from postdesk.rules.read_hours import HOURS, read_week
from postdesk.rules.toml import did_you_mean

_LONGEST_CODE = 3  # letters of a country's
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATES = shape.listed({"type": "string", "pattern": f"^{_DATE.pattern}$"})
_HOLIDAYS = shape.table(
    {"country": shape.TEXT, "subdivision": shape.TEXT, "extra": _DATES, "without": _DATES}
)


def read_calendars(draft: Draft) -> dict[str, Calendar]:
    """All calendars by name; what is wrong with them is noted in the draft."""
    return {entry.name: read_calendar(entry) for entry in draft.of("calendar")}


def read_calendar(entry: Entry) -> Calendar:
    """``[calendar.office]``."""
    calendar = Calendar(
        name=entry.name,
        timezone=_timezone(entry),
        week=_week(entry),
        holidays=_holidays(entry),
        where=entry.where,
    )
    entry.done()
    return calendar


def _timezone(entry: Entry) -> str:
    name = entry.text("timezone")
    if not name:
        entry.wrong('timezone is missing: write one like "Europe/Berlin"', "timezone")
        return "UTC"
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):  # a path that is no name, a folder, nothing
        guess = did_you_mean(name, available_timezones())
        entry.wrong(f'"{name}" is no time zone{guess}', "timezone")
        return "UTC"


def _week(entry: Entry) -> Week:
    hours = entry.below("hours")
    entry.asked["hours"] = HOURS
    if "hours" not in entry.table:
        entry.wrong('hours are missing: write hours = { mon-fri = ["09:00-17:00"] }')
    if hours is None:
        return NEVER
    if not any(hours.table.values()):
        entry.wrong("never opens: its hours name no time at all", "hours")
    return read_week(hours)


# --- holidays ------------------------------------------------------------------------------------


def _holidays(entry: Entry) -> Holidays:
    table = entry.below("holidays")
    entry.asked["holidays"] = _HOLIDAYS
    if table is None:
        return NONE
    country, subdivision = _place(table)
    found = Holidays(country, subdivision, _dates(table, "extra"), _dates(table, "without"))
    table.done()
    return found


def _place(table: Entry) -> tuple[str, str]:
    """Country and subdivision; empty where they are wrong."""
    country, subdivision = table.text("country"), table.text("subdivision")
    if not country:
        if subdivision:
            table.wrong(f'subdivision "{subdivision}" needs a country', "subdivision")
        return "", ""
    known = countries()
    if country not in known:
        guess = did_you_mean(country, known) if len(country) <= _LONGEST_CODE else ""
        guess = guess or '; write an ISO code, such as "DE"'
        table.wrong(f'no holidays are known of the country "{country}"{guess}', "country")
        return "", ""
    if subdivision and not has_subdivision(country, subdivision):
        guess = did_you_mean(subdivision, known[country]) or _listed(known[country])
        table.wrong(f'"{country}" has no subdivision "{subdivision}"{guess}', "subdivision")
        return country, ""
    return country, subdivision


def _listed(subdivisions: list[str]) -> str:
    return f"; it has {', '.join(subdivisions)}" if subdivisions else ", it has none at all"


def _dates(table: Entry, key: str) -> frozenset[date]:
    value = table.any(key, _DATES)
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        table.wrong(f"{key} must be a list of dates: [2026-12-24, 2026-12-31]", key)
        return frozenset()
    found = [_date(item) for item in value]
    for nth, (day, item) in enumerate(zip(found, value, strict=True)):
        if day is None:
            table.wrong(f'{key}: "{item}" is no date like 2026-12-24', key, nth)
    return frozenset(day for day in found if day)


def _date(value: object) -> date | None:
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None
