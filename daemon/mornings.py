"""When an agent's working day begins: the moment of her digest."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from postdesk.rules.calendar import Calendar, between, is_open, next_opening

EIGHT = time(8)  # where hours do not say when a day begins
SATURDAY = 5  # as date.weekday counts
DAY = timedelta(days=1)
FURTHEST = 366  # days; whose calendar has none open until then gets no digest
LATE = timedelta(hours=4)  # after which a morning is over


def morning(day: date, hours: Calendar | None, zone: ZoneInfo) -> datetime | None:
    """When that day begins, in UTC; None where nobody works then.

    ``zone`` is the desk's, for who has no hours: she works from Monday to Friday.
    """
    where = ZoneInfo(hours.timezone) if hours else zone
    eight = datetime.combine(day, EIGHT, where).astimezone(UTC)
    if hours is None:
        return eight if day.weekday() < SATURDAY else None
    midnight, next_midnight = (
        datetime.combine(on, time(), where).astimezone(UTC) for on in (day, day + DAY)
    )
    if between(hours, midnight, next_midnight) <= timedelta():
        return None
    if is_open(hours, midnight):  # no hour is the first: a night shift, or always open
        return eight
    return next_opening(hours, midnight)


def next_morning(
    now: datetime, hours: Calendar | None, zone: ZoneInfo, after: date | None = None
) -> tuple[date, datetime] | None:
    """The first morning that is not over yet, with its day; the first one after that day."""
    where = ZoneInfo(hours.timezone) if hours else zone
    today = now.astimezone(where).date()
    for ahead in range(FURTHEST):
        day = today + ahead * DAY
        if after and day <= after:
            continue
        begins = morning(day, hours, zone)
        if begins and now < begins + LATE:
            return day, begins
    return None
