"""Times as texts: UTC, one width, so that they compare as they read."""

from datetime import UTC, datetime


def utc_text(moment: datetime) -> str:
    """``2026-11-23T03:56:46.123456Z``. A naive time is a mistake of ours and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    # Not strftime: it writes a year before 1000 with fewer digits.
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return f"{text}Z"


def from_text(text: str | None) -> datetime | None:
    """The moment such a text tells; None for none."""
    if not text:
        return None
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def now_utc() -> datetime:
    """The clock of the daemon, where no other is given."""
    return datetime.now(UTC)
