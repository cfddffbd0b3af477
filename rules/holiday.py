"""Public holidays, and the days a desk adds to them or takes out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Holidays:
    """The days on which a calendar is closed all day."""

    country: str = ""  # ISO 3166 code; "" = no public holidays
    subdivision: str = ""  # of the country: "BY"
    extra: frozenset[date] = frozenset()  # closed as well
    without: frozenset[date] = frozenset()  # open as on any other day


NONE = Holidays()
