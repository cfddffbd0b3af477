"""The operators of conditions: what each may be given, and when it holds."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from postdesk.rules.textmatch import collapsed, has_word, plain

SEARCHED = 64 * 1024  # characters of a fact that are looked at: enough for any words of a person

URGENCIES = {"very-low": 1, "low": 2, "medium": 3, "high": 4, "critical": 5, "urgent": 5}

_DURATION = re.compile(r"(?:[0-9]{1,6}[smhdw]\s*)+")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ASCII_ONLY = re.compile(r"\\(?:[^bBwWdD])|\\([bBwWdD])", re.DOTALL)
_ADVICE = {
    "b": r"(?:^|[^\pL\pN]) in front of a word and (?:[^\pL\pN]|$) behind it, or any_word",
    "w": r"[\pL\pN_]",
    "d": r"\pN",
    "W": r"[^\pL\pN_]",
    "D": r"\PN",
    "B": r"[\pL\pN]",
}


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare: ``reads`` checks what a rule wants, ``holds`` asks what is."""

    reads: Callable[[object], object]  # the value to compare with; raises ValueError, a sentence
    holds: Callable[[object, Any], bool]  # (what is, what is wanted)


def duration(text: str) -> timedelta | None:
    """``"30m"``, ``"2h"``, ``"1d 12h"``: clock time. None for anything else."""
    if not _DURATION.fullmatch(text.strip()):
        return None
    found = re.findall(r"([0-9]+)([smhdw])", text)
    return sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in found), timedelta())


def _any_value(value: object) -> object:
    if isinstance(value, str | bool | int | float | date):
        return value
    raise ValueError("wants a text, a number, a date, true or false, or a list of them")


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("wants a text in quotes, or a list of them")
    if not value.strip():
        raise ValueError("wants a text that is not empty: every text would do")
    return value


def _amount(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    length = duration(value) if isinstance(value, str) else None
    if length is None:
        raise ValueError('wants a number, or a duration such as "30m", "2h" or "3d"')
    return length


def _moment(value: object) -> object:
    if not isinstance(value, date):
        raise ValueError("wants a date or a time without quotes: 2026-12-24")
    return _aware(value)


def _aware(value: date) -> date:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value


def _pattern(value: object) -> object:
    text = _text(value)
    assert isinstance(text, str)
    for found in _ASCII_ONLY.finditer(text):
        if letter := found[1]:
            raise ValueError(f"\\{letter} knows only ASCII here; write {_ADVICE[letter]}")
    engine = _engine()
    if engine is None:
        raise ValueError("needs the package google-re2, which is not installed")
    try:
        _compiled(text)
    except engine.error as error:
        said = error.args[0] if error.args else ""
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"is no pattern that google-re2 knows: {told}") from None
    return text


@cache
def _engine() -> Any:
    """google-re2, whose patterns take time in proportion to the text; None where it is missing."""
    try:
        import re2
    except ImportError:
        return None
    return re2


@cache
def _compiled(pattern: str) -> Any:
    options = _engine().Options()
    options.case_sensitive = False
    options.log_errors = False
    return _engine().compile(pattern, options)


def same(saw: object, wanted: object) -> bool:
    """Equal, as people mean it: texts by ``plain``; nothing is ``""`` and ``false``."""
    if isinstance(wanted, bool):
        return bool(saw) is wanted
    if isinstance(wanted, int | float):
        return _number(saw) == wanted
    if isinstance(wanted, date):
        return _is_moment(saw, wanted)
    if wanted == "" and not _each(saw):
        return True
    return any(plain(_words(one)) == plain(str(wanted)) for one in _each(saw))


def _any_word(saw: object, wanted: str) -> bool:
    return any(has_word(_words(one), wanted) for one in _each(saw))


def _contains(saw: object, wanted: str) -> bool:
    return any(collapsed(wanted) in collapsed(_words(one)) for one in _each(saw))


def _starts_with(saw: object, wanted: str) -> bool:
    return any(plain(_words(one)).startswith(plain(wanted)) for one in _each(saw))


def _ends_with(saw: object, wanted: str) -> bool:
    return any(plain(_words(one)).endswith(plain(wanted)) for one in _each(saw))


def _matches(saw: object, wanted: str) -> bool:
    search = _compiled(wanted).search
    return any(search(unicodedata.normalize("NFKC", _words(one))) for one in _each(saw))


def groups(saw: object, pattern: str) -> dict[str, str]:
    """What the named groups of a pattern find, ``{"order": "4711"}``; nothing where it does not."""
    search = _compiled(pattern).search
    for one in _each(saw):
        if found := search(unicodedata.normalize("NFKC", _words(one))):
            return {name: text for name, text in found.groupdict().items() if text is not None}
    return {}


def _above(saw: object, wanted: object) -> bool:
    return _compare(saw, wanted, lambda one, other: one > other)


def _below(saw: object, wanted: object) -> bool:
    return _compare(saw, wanted, lambda one, other: one < other)


def _compare(saw: object, wanted: object, holds: Callable[[Any, Any], bool]) -> bool:
    if isinstance(wanted, timedelta):
        return isinstance(saw, timedelta) and holds(saw, wanted)
    number = _number(saw)
    return number is not None and holds(number, wanted)


def _before(saw: object, wanted: date) -> bool:
    return any(one < other for one, other in _moments(saw, wanted))


def _after(saw: object, wanted: date) -> bool:
    return any(one > other for one, other in _moments(saw, wanted))


def _is_moment(saw: object, wanted: date) -> bool:
    return any(one == other for one, other in _moments(saw, wanted))


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


OPERATORS = {
    "is": Operator(_any_value, same),
    "in": Operator(_any_value, same),
    "any_word": Operator(_text, _any_word),
    "contains": Operator(_text, _contains),
    "starts_with": Operator(_text, _starts_with),
    "ends_with": Operator(_text, _ends_with),
    "matches": Operator(_pattern, _matches),
    "above": Operator(_amount, _above),
    "below": Operator(_amount, _below),
    "before": Operator(_moment, _before),
    "after": Operator(_moment, _after),
}
