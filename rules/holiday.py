"""Public holidays, and the days a desk adds to them or takes out."""

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Holidays:
    """The days on which a calendar is closed all day."""

    country: str = ""  # ISO 3166 code; "" = no public holidays
    subdivision: str = ""  # of the country: "BY"
    extra: frozenset[date] = frozenset()  # closed as well
    without: frozenset[date] = frozenset()  # open as on any other day

    def around(self, year: int) -> frozenset[date]:
        """The closed days of a year, of the one before and of the one after."""
        public = (self._public(near) for near in (year - 1, year, year + 1))
        return self.extra.union(*public) - self.without

    def _public(self, year: int) -> frozenset[date]:
        return _public(self.country, self.subdivision, year) if self.country else frozenset()


NONE = Holidays()


def countries() -> dict[str, list[str]]:
    """Every country code whose holidays are known, with the codes of its subdivisions."""
    # Imported where it is needed: a desk without public holidays does not pay for it at start.
    from holidays import list_supported_countries

    return list_supported_countries(include_aliases=True)


def has_subdivision(country: str, subdivision: str) -> bool:
    """Does this country, which is known, have it? Some have names beside their codes."""
    from holidays import country_holidays

    try:
        country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True


@cache
def _public(country: str, subdivision: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
