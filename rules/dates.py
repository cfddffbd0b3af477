"""Dates and times as people write them in commands."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class When:
    """A time to come. ``assumed`` tells what was not written and has been chosen: "9:00"."""

    at: datetime  # UTC
    assumed: str = ""
