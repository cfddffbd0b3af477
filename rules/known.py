"""What conditions can ask, and what kind of answer each question has: the one list of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# A "value" is a text that may read as a number or a date, such as a field or a header line.
Kind = Literal["text", "texts", "number", "moment", "span", "flag", "value"]


@dataclass(frozen=True, slots=True)
class Fact:
    """The kind of an answer; which table names its values, or which words they are."""

    kind: Kind
    table: str = ""  # "team": every value is the name of one
    among: tuple[str, ...] = ()


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TARGETS = ("first_response", "next_response", "resolution")
PROOFS = ("pass", "fail", "none")

_TEXT, _TEXTS, _NUMBER = Fact("text"), Fact("texts"), Fact("number")
_MOMENT, _SPAN, _FLAG, _VALUE = Fact("moment"), Fact("span"), Fact("flag"), Fact("value")
_AGENT = Fact("text", table="agent")
_LANGUAGE = Fact("text", table="language")

# A ``x.*`` stands for whatever follows the dot: a header's name, a field's, a calendar's.
TICKET: Mapping[str, Fact] = {
    "number": _NUMBER,
    "title": _TEXT,
    "status": Fact("text", table="status"),
    "status_kind": Fact("text", among=("open", "waiting", "done")),
    "urgency": _NUMBER,
    "category": Fact("text", table="category"),
    "team": Fact("text", table="team"),
    "assignee": _AGENT,
    "requester": _TEXT,
    "participants": _TEXTS,
    "created_by": _TEXT,
    "resolved_by": _TEXT,
    "closed_by": _TEXT,
    "language": _LANGUAGE,
    "channel": _TEXT,
    "address": _TEXT,
    "tags": _TEXTS,
    "solution": _TEXT,
    "sla": Fact("text", table="sla"),
    "opened_at": _MOMENT,
    "updated_at": _MOMENT,
    "first_response_at": _MOMENT,
    "responded_at": _MOMENT,
    "resolved_at": _MOMENT,
    "closed_at": _MOMENT,
    "due_at": _MOMENT,
    "respond_by": _MOMENT,
    "resolve_by": _MOMENT,
    "escalation_level": _NUMBER,
    "minutes_spent": _NUMBER,
    "rating": _NUMBER,
    "replies": _NUMBER,
    "reopened": _NUMBER,
    "internal": _FLAG,
    "idle": _SPAN,
    "waiting": _SPAN,
    "overdue": _SPAN,
    "field.*": _VALUE,
}
PEOPLE: Mapping[str, Fact] = {
    "customer.vip": _FLAG,
    "customer.name": _TEXT,
    "customer.address": _TEXT,
    "customer.phone": _TEXT,
    "customer.language": _LANGUAGE,
    "customer.coordinator": _AGENT,
    "customer.tags": _TEXTS,
    "organisation.vip": _FLAG,
    "organisation.internal": _FLAG,
    "organisation.name": _TEXT,
    "organisation.domain": _TEXT,
    "organisation.language": _LANGUAGE,
    "organisation.tags": _TEXTS,
}
TIME: Mapping[str, Fact] = {
    "now": _MOMENT,
    "weekday": Fact("text", among=WEEKDAYS),
    "calendar.*": _FLAG,
}
EVENT: Mapping[str, Fact] = {
    "subject": _TEXT,
    "text": _TEXT,
    "from": _TEXT,
    "to": _TEXTS,
    "header.*": _VALUE,
    "attachment": _TEXTS,
    "auth": Fact("text", among=PROOFS),
    "proven": _FLAG,
    "automatic": _FLAG,
    "spam": _FLAG,
    "withheld": _TEXT,
    "aged": _FLAG,
    "thanks": _FLAG,
    "receipts_today": _NUMBER,
    "sender_open": _NUMBER,
    "author": _AGENT,
    "absent": _FLAG,
    "target": Fact("text", among=TARGETS),
}
FACTS: Mapping[str, Fact] = {**EVENT, **TICKET, **PEOPLE, **TIME}


def fact(name: str, known: Mapping[str, Fact]) -> Fact | None:
    """The fact of this name; ``header.x-shop`` is one where ``header.*`` is."""
    group, dot, below = name.partition(".")
    return known.get(name) or (known.get(f"{group}.*") if dot and below else None)


def groups(known: Mapping[str, Fact]) -> frozenset[str]:
    """The names that want a name behind them: ``header``, ``customer``."""
    return frozenset(name.partition(".")[0] for name in known if "." in name)
