"""Values of rules as JSON has them."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any

from postdesk.daemon.times import utc_text


def plain(value: object) -> Any:
    """Times as UTC texts, days and lengths as texts, everything listed as a list."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return utc_text(value) if value.tzinfo else value.isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case tuple() | list():
            return [plain(one) for one in value]
        case Set():
            return sorted(map(plain, value), key=str)
    return str(value)
