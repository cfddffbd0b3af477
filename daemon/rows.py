"""Tickets as rows and rows as tickets."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from postdesk.daemon.times import from_text, utc_text
from postdesk.rules.ticket import Link, Participant, Rating, Ticket

TIMES = tuple(f.name for f in fields(Ticket) if f.name.endswith("_at") or f.name.endswith("_by"))
MOMENTS = frozenset(t for t in TIMES if t not in ("created_by", "resolved_by", "closed_by")) | {
    "next_deadline"
}
REST = ("participants", "tags", "fields", "links", "rating", "tasks", "approvals")
COLUMNS = tuple(f.name for f in fields(Ticket) if f.name not in REST and f.name != "requester")
ROW = (*COLUMNS, "requester", "requester_name", "rest")


def ticket_row(ticket: Ticket) -> tuple[Any, ...]:
    """The values of one row of `ticket`, in the order of ROW."""
    values = [_plain(getattr(ticket, name)) for name in COLUMNS]
    who = ticket.requester
    rest = {name: _rest(getattr(ticket, name)) for name in REST}
    values += [who.address if who else None, who.name if who else None, dumps(rest)]
    return tuple(values)


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    """The ticket of one row."""
    rest = json.loads(row["rest"])
    values = {name: _read(name, row[name]) for name in COLUMNS}
    participants = tuple(Participant(**p) for p in rest["participants"])
    return Ticket(
        **values,
        requester=_requester(row, participants),
        participants=participants,
        tags=tuple(rest["tags"]),
        fields=tuple((k, v) for k, v in rest["fields"]),
        links=tuple(Link(**link) for link in rest["links"]),
        rating=Rating(**rest["rating"]) if rest["rating"] else None,
        tasks=tuple(rest["tasks"]),
        approvals=tuple(rest["approvals"]),
    )


def dumps(value: object) -> str:
    """JSON as we keep it: short, readable in every script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _requester(row: Mapping[str, Any], known: tuple[Participant, ...]) -> Participant | None:
    if not row["requester"]:
        return None
    found = next((p for p in known if p.address == row["requester"]), None)
    return found or Participant(row["requester"], row["requester_name"] or "", "requester")


def _plain(value: object) -> object:
    return utc_text(value) if isinstance(value, datetime) else value


def _read(name: str, value: Any) -> Any:
    return from_text(value) if name in MOMENTS else value


def _rest(value: Any) -> Any:
    if isinstance(value, Rating):
        return asdict(value)
    if isinstance(value, tuple):
        return [asdict(v) if isinstance(v, (Participant, Link)) else v for v in value]
    return value
