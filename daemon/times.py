"""Times as texts: UTC, one width, so that they compare as they read."""

from datetime import UTC, datetime

WIDTH = len("2026-11-23T03:56:46.123456")


def utc_text(moment: datetime) -> str:
    """``2026-11-23T03:56:46.123456Z``. A naive time is a mistake of ours and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    # Not strftime: it writes a year before 1000 with fewer digits.
    return f"{moment.isoformat(timespec='microseconds')[:WIDTH]}Z"


def from_text(text: str | None) -> datetime | None:
    """The moment such a text tells; None for none."""
    if not text:
        return None
    if len(text) != WIDTH + 1 or text[-1] != "Z":
        raise ValueError(f"not a time of ours: {text[:40]!r}")
    return datetime.fromisoformat(text)


def now_utc() -> datetime:
    """The clock of the daemon, where no other is given."""
    return datetime.now(UTC)
