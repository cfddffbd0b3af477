"""The operators of conditions: what each may be given, and when it holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from postdesk.rules.elapsed import Elapsed
from postdesk.rules.known import Kind
from postdesk.rules.pattern import check_pattern, compiled, searched
from postdesk.rules.shape import FLAG, MOMENT, NUMBER, SPAN, TEXT, WORDS, Shape, either
from postdesk.rules.span import Span, read_span
from postdesk.rules.textmatch import collapsed, plain, stands_in

SEARCHED = 64 * 1024  # characters of a fact that are looked at: enough for any words of a person

URGENCIES = {"very-low": 1, "low": 2, "medium": 3, "high": 4, "critical": 5, "urgent": 5}

Reads = Callable[[object, Kind], object]


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare: with what, which kinds of facts, and when it holds."""

    reads: Reads  # the value to compare with; raises ValueError, a sentence
    shapes: Mapping[Kind, Shape]  # of that value, by the kinds of facts that it can compare
    holds: Callable[[object, Any], bool]  # (what is, what is wanted and was made ready)
    ready: Callable[[Any], object] = lambda wanted: wanted  # once, when a rule is read


# --- what a rule may want ------------------------------------------------------------------------


def _value(value: object, kind: Kind) -> object:
    """For ``is``: there or not, for every kind; else a value of the same kind."""
    if isinstance(value, bool) and kind != "number":
        return value
    fits, wanted = _SAME_KIND[kind]
    if not isinstance(value, fits) or isinstance(value, bool):
        raise ValueError(wanted)
    return _aware(value) if isinstance(value, date) else value


_SAME_KIND: Mapping[Kind, tuple[tuple[type, ...], str]] = {
    "text": ((str,), "wants a text in quotes, or a list of them"),
    "texts": ((str,), "wants a text in quotes, or a list of them"),
    "number": ((int, float), "wants a number, or a list of them"),
    "moment": ((date,), "wants a date or a time without quotes, or true or false"),
    "flag": ((), "wants true or false"),
    "value": ((str, int, float, date), "wants a text, a number or a date, or a list of them"),
}


def _text(value: object, kind: Kind) -> object:
    if not isinstance(value, str):
        raise ValueError("wants a text in quotes, or a list of them")
    if not value.strip():
        raise ValueError("wants a text that is not empty: every text would do")
    return value


def _amount(value: object, kind: Kind) -> object:
    if kind == "span":
        span = read_span(value) if isinstance(value, str) else None
        if span is None:
            raise ValueError('wants a duration such as "30m", "2h", "3d" or "2bd"')
        return span
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise ValueError("wants a number")


def _moment(value: object, kind: Kind) -> object:
    if not isinstance(value, date):
        raise ValueError("wants a date or a time without quotes: 2026-12-24")
    return _aware(value)


def _aware(value: date) -> date:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _pattern(value: object, kind: Kind) -> object:
    text = _text(value, kind)
    check_pattern(str(text))
    return text


# --- when it holds -------------------------------------------------------------------------------


def _is(saw: object, wanted: object) -> bool:
    """Equal, as people mean it: texts by ``plain``; nothing is ``""`` and ``false``."""
    if isinstance(wanted, bool):
        return bool(saw) is wanted
    if isinstance(wanted, int | float):
        return _number(saw) == wanted
    if isinstance(wanted, date):
        return any(one == other for one, other in _moments(saw, wanted))
    if wanted == "" and not _each(saw):
        return True
    return any(plain(_words(one)) == wanted for one in _each(saw))


def _plain(wanted: object) -> object:
    return plain(wanted) if isinstance(wanted, str) else wanted


def _any_word(saw: object, wanted: str) -> bool:
    return any(stands_in(plain(_words(one)), wanted) for one in _each(saw))


def _contains(saw: object, wanted: str) -> bool:
    return any(wanted in collapsed(_words(one)) for one in _each(saw))


def _starts_with(saw: object, wanted: str) -> bool:
    return any(plain(_words(one)).startswith(wanted) for one in _each(saw))


def _ends_with(saw: object, wanted: str) -> bool:
    return any(plain(_words(one)).endswith(wanted) for one in _each(saw))


def _matches(saw: object, wanted: Any) -> bool:
    return any(wanted.search(searched(_words(one))) for one in _each(saw))


def _above(saw: object, wanted: object) -> bool:
    if isinstance(wanted, Span):
        return _longer(saw, wanted)
    number = _number(saw)
    return number is not None and number > wanted  # type: ignore[operator]


def _below(saw: object, wanted: object) -> bool:
    if isinstance(wanted, Span):
        return _shorter(saw, wanted)
    number = _number(saw)
    return number is not None and number < wanted  # type: ignore[operator]


def _longer(saw: object, span: Span) -> bool:
    if isinstance(saw, Elapsed):
        return saw.reached(span)
    return isinstance(saw, timedelta) and not span.business_days and saw > span.clock


def _shorter(saw: object, span: Span) -> bool:
    if isinstance(saw, Elapsed):
        return not saw.reached(span)
    return isinstance(saw, timedelta) and not span.business_days and saw < span.clock


def _before(saw: object, wanted: date) -> bool:
    return any(one < other for one, other in _moments(saw, wanted))


def _after(saw: object, wanted: date) -> bool:
    return any(one > other for one, other in _moments(saw, wanted))


def _moments(saw: object, wanted: date) -> Iterable[tuple[Any, Any]]:
    """Both as days (in UTC) where a day is wanted, else as moments; nothing for no date."""
    if isinstance(saw, str):
        try:
            saw = datetime.fromisoformat(saw.strip())
        except ValueError:
            return
    if not isinstance(saw, date):
        return
    saw, wanted = _aware(saw), _aware(wanted)
    if isinstance(saw, datetime) and isinstance(wanted, datetime):
        yield saw, wanted
    else:
        yield _day(saw), _day(wanted)


def _day(moment: date) -> date:
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment


def _number(saw: object) -> int | float | None:
    """Numbers as they are, and the texts of fields that read as one."""
    if isinstance(saw, bool):
        return None
    if isinstance(saw, int | float):
        return saw
    try:
        return float(saw) if isinstance(saw, str) else None
    except ValueError:
        return None


def _each(saw: object) -> tuple[object, ...]:
    """The elements of a list, one thing as a list of one, nothing as none."""
    if saw is None or saw == "":
        return ()
    return tuple(saw) if isinstance(saw, tuple | list | set | frozenset) else (saw,)


def _words(saw: object) -> str:
    if isinstance(saw, bool):
        return "true" if saw else "false"
    return str(saw)[:SEARCHED]


_SAME: Mapping[Kind, Shape] = {
    "text": either(TEXT, FLAG),
    "texts": either(TEXT, FLAG),
    "number": NUMBER,
    "moment": either(MOMENT, FLAG),
    "flag": FLAG,
    "value": either(TEXT, NUMBER, FLAG),
}
_WORDED: Mapping[Kind, Shape] = {"text": WORDS, "texts": WORDS, "value": WORDS}
_COUNTED: Mapping[Kind, Shape] = {"number": NUMBER, "span": SPAN, "value": NUMBER}
_DATED: Mapping[Kind, Shape] = {"moment": MOMENT, "value": MOMENT}

OPERATORS: Mapping[str, Operator] = {
    "is": Operator(_value, _SAME, _is, _plain),
    "in": Operator(_value, _SAME, _is, _plain),
    "any_word": Operator(_text, _WORDED, _any_word, plain),
    "contains": Operator(_text, _WORDED, _contains, collapsed),
    "starts_with": Operator(_text, _WORDED, _starts_with, plain),
    "ends_with": Operator(_text, _WORDED, _ends_with, plain),
    "matches": Operator(_pattern, _WORDED, _matches, compiled),
    "above": Operator(_amount, _COUNTED, _above),
    "below": Operator(_amount, _COUNTED, _below),
    "before": Operator(_moment, _DATED, _before),
    "after": Operator(_moment, _DATED, _after),
}


def fitting(kind: Kind) -> tuple[str, ...]:
    """The operators that can compare facts of this kind."""
    return tuple(name for name, operator in OPERATORS.items() if kind in operator.shapes)
