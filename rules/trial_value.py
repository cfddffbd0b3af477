"""What a `[[test]]` may say of a ticket before and expect after: each name with its value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from postdesk.rules import shape
from postdesk.rules.compare import URGENCIES
from postdesk.rules.defined import Defined, NotDefined
from postdesk.rules.known import TARGETS
from postdesk.rules.shape import Shape
from postdesk.rules.span import read_span
from postdesk.rules.ticket import Kind
from postdesk.rules.toml import did_you_mean

Reads = Callable[[object, Defined], object]


@dataclass(frozen=True, slots=True)
class Value:
    """How one value is read, and its shape for editors."""

    reads: Reads  # raises ValueError, the rest of a sentence; NotDefined, a whole one
    shape: Shape


def _text(value: object, defined: Defined) -> object:
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    return value


def _texts(value: object, defined: Defined) -> object:
    """One text or a list of them, which compares as a set; nothing as ``""``."""
    words = value if isinstance(value, list) else [value]
    if not all(isinstance(word, str) for word in words):
        raise ValueError("must be a text in quotes, or a list of them")
    return tuple(words) if isinstance(value, list) else value


def _name_of(kind: str) -> Reads:
    return lambda value, defined: (
        defined.spelled(kind, str(_text(value, defined))) if value != "" else ""
    )


def _names_of(kind: str) -> Reads:
    """Agents by their handles; whoever has an address may be no agent."""

    def reads(value: object, defined: Defined) -> object:
        found = _texts(value, defined)
        words = found if isinstance(found, tuple) else (found,)
        spelled = tuple(_spelled(kind, str(word), defined) for word in words)
        return spelled if isinstance(found, tuple) else spelled[0]

    return reads


def _spelled(kind: str, word: str, defined: Defined) -> str:
    return word if "@" in word or not word else defined.spelled(kind, word)


def _one_of(*words: str) -> Reads:
    def reads(value: object, defined: Defined) -> object:
        if value in words:
            return value
        guess = did_you_mean(value, words) if isinstance(value, str) else ""
        raise ValueError(f"must be one of {', '.join(words)}{guess}")

    return reads


def _count(value: object, defined: Defined) -> object:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("must be a whole number")
    return value


def _urgency(value: object, defined: Defined) -> object:
    if isinstance(value, str) and value in URGENCIES:
        return URGENCIES[value]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
        return value
    raise ValueError(f"must be 1 to 5, or one of {', '.join(URGENCIES)}")


def _moment(value: object, defined: Defined) -> object:
    if isinstance(value, datetime):
        return value
    raise ValueError("must be a date with a time, without quotes: 2026-11-23T09:00:00Z")


def _day_or_moment(value: object, defined: Defined) -> object:
    if isinstance(value, date) or value in ("", False):
        return value
    raise ValueError('must be a date or a time without quotes, or "" for none')


def _span(value: object, defined: Defined) -> object:
    if isinstance(value, str) and read_span(value) is not None:
        return value
    raise ValueError('must be a duration such as "2h", "3d" or "2bd"')


def _yes_or_why(value: object, defined: Defined) -> object:
    if isinstance(value, bool | str):
        return value
    raise ValueError("must be true, false, or the reason in quotes")


def _letter(value: object, defined: Defined) -> object:
    if value is False or value == "":
        return ""
    return defined.spelled("reply", str(_text(value, defined)))


def _joined(value: object, defined: Defined) -> object:
    if isinstance(value, bool | str | int):
        return value
    raise ValueError("must be true, false, a ticket's number or a key")


def _fields(value: object, defined: Defined) -> object:
    if not isinstance(value, Mapping):
        raise ValueError("must be a table of fields: field.order = ...")
    found: dict[str, str] = {}
    for name, one in value.items():
        try:
            found[defined.spelled("field", name)] = _plain(one)
        except NotDefined as wrong:
            raise NotDefined(str(wrong), (name,)) from None
    return found


def _plain(value: object) -> str:
    """As a rule sets it."""
    if not isinstance(value, str | int | float | date):
        raise ValueError("must hold one text or number for each field")
    return str(value).lower() if isinstance(value, bool) else str(value)


_KINDS = get_args(Kind)
_TEXT = Value(_text, shape.TEXT)
_TEXTS = Value(_texts, shape.either(shape.TEXT, shape.listed(shape.TEXT)))
_AGENTS = Value(_names_of("agent"), _TEXTS.shape)
_COUNT = Value(_count, shape.whole(0))
_URGENCY = Value(_urgency, shape.one_of([1, 2, 3, 4, 5, *URGENCIES]))
_MOMENT = Value(_moment, shape.MOMENT)
_DAY = Value(_day_or_moment, shape.either(shape.MOMENT, {"enum": ["", False]}))
_SPAN = Value(_span, shape.SPAN)
_LANGUAGE = Value(_name_of("language"), shape.either(shape.LANGUAGE, {"const": ""}))
_YES_OR_WHY = Value(_yes_or_why, shape.either(shape.FLAG, shape.TEXT))
_FIELDS = Value(_fields, {"type": "object"})

_EITHER = {
    "title": _TEXT,
    "requester": _TEXT,
    "participants": _TEXTS,
    "status": Value(_name_of("status"), shape.TEXT),
    "urgency": _URGENCY,
    "category": _TEXT,
    "team": Value(_name_of("team"), shape.TEXT),
    "assignee": Value(_name_of("agent"), shape.TEXT),
    "language": _LANGUAGE,
    "tags": _TEXTS,
    "sla": Value(_name_of("sla"), shape.TEXT),
    "escalation_level": _COUNT,
    "field": _FIELDS,
    "fields": _FIELDS,
}
BEFORE: Mapping[str, Value] = {
    **_EITHER,
    "number": _COUNT,
    "address": _TEXT,
    "created_by": _TEXT,
    "solution": _TEXT,
    "minutes_spent": _COUNT,
    "replies": _COUNT,
    "reopened": _COUNT,
    "idle": _SPAN,
    "waiting": _SPAN,
    "overdue": _SPAN,
    "target": Value(_one_of(*TARGETS), shape.one_of(TARGETS)),
    "opened_at": _MOMENT,
    "first_response_at": _MOMENT,
    "responded_at": _MOMENT,
    "resolved_at": _MOMENT,
    "closed_at": _MOMENT,
    "due_at": _MOMENT,
}
EXPECTED: Mapping[str, Value] = {
    **_EITHER,
    "status_kind": Value(
        _one_of("open", "waiting", "done"), shape.one_of(("open", "waiting", "done"))
    ),
    "wanted": _TEXT,
    "due_at": _DAY,
    "respond_by": _DAY,
    "resolve_by": _DAY,
    "reply": Value(_letter, shape.either(shape.TEXT, {"const": False})),
    "withheld": _YES_OR_WHY,
    "notified": _AGENTS,
    "notes": _TEXTS,
    "approvers": _AGENTS,
    "dropped": _YES_OR_WHY,
    "held": _YES_OR_WHY,
    "joined": Value(_joined, shape.either(shape.FLAG, shape.TEXT, shape.whole(1))),
    "rules": _TEXTS,
}
