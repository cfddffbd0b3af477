"""Tickets as rows and rows as tickets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from postdesk.daemon.times import from_text, utc_text
from postdesk.rules.ticket import Clock, Link, Participant, Rating, Target, Ticket

TIMES = tuple(f.name for f in fields(Ticket) if f.name.endswith("_at") or f.name.endswith("_by"))
MOMENTS = frozenset(t for t in TIMES if t not in ("created_by", "resolved_by", "closed_by")) | {
    "next_deadline",
    "waiting_since",
}
REST = (
    "participants", "tags", "fields", "links", "rating", "tasks", "approvals", "touched_at",
    "wakes_at", "sla", "due_by_hand", "clocks", "fired", "answers", "reopened", "keys",
    "watchers", "muted",
)  # fmt: skip
COLUMNS = tuple(f.name for f in fields(Ticket) if f.name not in REST and f.name != "requester")
ROW = (*COLUMNS, "requester", "requester_name", "rest")


# json.dumps would make an encoder for each value.
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def ticket_row(ticket: Ticket) -> tuple[Any, ...]:
    """The values of one row of `ticket`, in the order of ROW."""
    values = [_plain(getattr(ticket, name)) for name in COLUMNS]
    who = ticket.requester
    rest = {name: _rest(getattr(ticket, name)) for name in REST}
    values += [who.address if who else None, who.name if who else None, dumps(rest)]
    return tuple(values)


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    """The ticket of one row. What a row of an older postdesk does not have is as in a new one."""
    rest = json.loads(row["rest"])
    values = {name: _read(name, row[name]) for name in COLUMNS}
    values |= {name: _of_rest(name, rest[name]) for name in REST if name in rest}
    values["spam"] = bool(values["spam"])
    return Ticket(**values, requester=_requester(row, values["participants"]))


def dumps(value: object) -> str:
    """JSON as we keep it: short, readable in every script."""
    return _encoded(value)


def _requester(row: Mapping[str, Any], known: tuple[Participant, ...]) -> Participant | None:
    if not row["requester"]:
        return None
    found = next((p for p in known if p.address == row["requester"]), None)
    return found or Participant(row["requester"], row["requester_name"] or "", "requester")


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return utc_text(value) if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    return from_text(value) if name in MOMENTS else value


def _rest(value: Any) -> Any:
    if isinstance(value, Rating):
        return asdict(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, tuple):
        return [_part(one) for one in value]
    return value


def _part(value: Any) -> Any:
    if isinstance(value, Clock):
        since = utc_text(value.since) if value.since else None
        return [value.target, value.used.total_seconds(), since, value.sla]
    return asdict(value) if isinstance(value, (Participant, Link)) else value


def _of_rest(name: str, value: Any) -> Any:
    match name:
        case "participants":
            return tuple(Participant(**p) for p in value)
        case "links":
            return tuple(Link(**link) for link in value)
        case "fields":
            return tuple((k, v) for k, v in value)
        case "rating":
            return Rating(**value) if value else None
        case "clocks":
            return tuple(_clock(*parts) for parts in value)
    if name in MOMENTS:
        return from_text(value)
    return tuple(value) if isinstance(value, list) else value


def _clock(target: Target, seconds: float, since: str | None, sla: str) -> Clock:
    return Clock(target, timedelta(seconds=seconds), from_text(since), sla)
