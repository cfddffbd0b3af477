"""Why a rule fired, or which of its conditions was the first to fail, with the value it saw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from postdesk.rules.condition import All, AnyOf, Condition, Not, Seen, Test
from postdesk.rules.course import Looked
from postdesk.rules.span import Span

SHOWN = 5  # values of a long list in a condition


@dataclass(frozen=True, slots=True)
class Failed:
    """The first condition of a rule that kept it from firing."""

    seen: Seen
    denied: bool = False  # it stands in a `not`, and held

    def __str__(self) -> str:
        """``urgency above 3: it is 2``."""
        asked = f"{self.seen.key} {asked_for(self.seen.operator, self.seen.wanted)}"
        return f"{f'not ({asked})' if self.denied else asked}: it is {shown(self.seen.saw)}"


def failed(looked: Looked) -> Failed | None:
    """What kept this rule from firing; None when it fired."""
    if looked.outcome.held:
        return None
    return _first(looked.rule.when, iter(looked.outcome.trace), wanted=True)[1]


def shown(value: object) -> str:
    """A value as an explanation shows it: texts in quotes, nothing as ``nothing``."""
    if value is None or value in ("", (), {}):
        return "nothing"
    if isinstance(value, Span):
        return f"{value.business_days}bd" if value.business_days else length(value.clock)
    if isinstance(value, timedelta):
        return length(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {shown(one)}' for name, one in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return f"[{', '.join(shown(one) for one in value)}]"
    return str(value)


def length(value: timedelta) -> str:
    """As rule files write it: ``2d 12h``; seconds only where there is nothing larger."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    days, minutes = divmod(minutes, 24 * 60)
    parts = ((days, "d"), (minutes // 60, "h"), (minutes % 60, "m"))
    return " ".join(f"{many}{unit}" for many, unit in parts if many) or f"{seconds}s"


def asked_for(operator: str, wanted: Sequence[object]) -> str:
    """``any_word ["invoice", "refund"]``."""
    if len(wanted) == 1:
        return f"{operator} {shown(wanted[0])}"
    more = f", and {len(wanted) - SHOWN} more" if len(wanted) > SHOWN else ""
    return f"{operator} [{', '.join(shown(one) for one in wanted[:SHOWN])}{more}]"


def said(condition: Condition) -> str:
    """A whole condition on one line: ``(subject any_word "invoice" or from is "x") and ...``."""
    match condition:
        case Test(key, operator, wanted):
            return f"{key} {asked_for(operator, wanted)}"
        case Not(part):
            return f"not ({said(part)})"
        case All(parts):
            return " and ".join(_inner(part, AnyOf) for part in parts) or "always"
        case AnyOf(parts):
            return " or ".join(_inner(part, All) for part in parts)


def _inner(part: Condition, other: type[All] | type[AnyOf]) -> str:
    """In parentheses where "and" and "or" meet."""
    many = isinstance(part, other) and len(part.parts) > 1
    return f"({said(part)})" if many else said(part)


def _first(
    condition: Condition, seen: Iterator[Seen], *, wanted: bool
) -> tuple[bool, Failed | None]:
    """Did it hold; where that is not as ``wanted``, the first test to blame.

    Takes the tests of the condition off ``seen``.
    """
    match condition:
        case Test():
            one = next(seen)
            return one.held, None if one.held is wanted else Failed(one, denied=not wanted)
        case Not(part):
            held, culprit = _first(part, seen, wanted=not wanted)
            return not held, culprit
        case All(parts) | AnyOf(parts):
            found = [_first(part, seen, wanted=wanted) for part in parts]
            every = all if isinstance(condition, All) else any
            held = every(held for held, _ in found)
            culprit = next((culprit for _, culprit in found if culprit), None)
            return held, None if held is wanted else culprit
