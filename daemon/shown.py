"""A ticket as programs see it: the JSON of `show` and `list`, with stable keys."""

from typing import Any, Protocol

from postdesk.daemon.rows import MOMENTS, ticket_of
from postdesk.daemon.store import Row, Rows, Tickets
from postdesk.daemon.times import utc_text
from postdesk.rules.ticket import Ticket

Json = dict[str, Any]
_PLAIN = (
    "number", "title", "status", "status_kind", "urgency", "category", "team", "assignee",
    "created_by", "resolved_by", "closed_by", "language", "channel", "escalation_level",
    "merged_into", "solution", "minutes_spent",
)  # fmt: skip
_TIMES = (
    "opened_at", "updated_at", "first_response_at", "responded_at", "resolved_at", "closed_at",
    "due_at", "respond_by", "resolve_by",
)  # fmt: skip
assert set(_TIMES) < MOMENTS


class Written(Protocol):
    """Where tickets are written down."""

    @property
    def rows(self) -> Rows: ...

    @property
    def tickets(self) -> Tickets: ...


def shown(written: Written, number: int) -> Json | None:
    """The whole ticket, words and history too; None when there is none of this number."""
    with written.rows.reading():
        ticket = written.tickets.get(number)
        if ticket is None:
            return None
        messages = written.tickets.messages(number)
        history = written.tickets.history(number)
    return {
        **in_short(ticket),
        "messages": [_message(row) for row in messages],
        "history": [
            {key: row[key] for key in ("at", "actor", "act", "detail", "because")}
            for row in history
        ],
    }


def in_short(ticket: Ticket) -> Json:
    """A ticket without its words and history, as listings give it."""
    who = ticket.requester
    times = {name: getattr(ticket, name) for name in _TIMES}
    return {
        **{name: getattr(ticket, name) for name in _PLAIN},
        "requester": {"address": who.address, "name": who.name} if who else None,
        "participants": [
            {"address": p.address, "name": p.name, "role": p.role} for p in ticket.participants
        ],
        "tags": list(ticket.tags),
        "fields": dict(ticket.fields),
        **{name: utc_text(moment) if moment else None for name, moment in times.items()},
        "links": [{"kind": link.kind, "number": link.number} for link in ticket.links],
        "rating": {"score": ticket.rating.score, "comment": ticket.rating.comment}
        if ticket.rating
        else None,
        "tasks": list(ticket.tasks),
        "approvals": list(ticket.approvals),
    }


def row_in_short(row: Row) -> Json:
    """The same, of a row."""
    return in_short(ticket_of(row))


def _message(row: Row) -> Json:
    return {
        "id": row["message_id"],
        "kind": row["kind"],
        "from": row["sender"],
        "to": [address for _, address in row["recipients"]],
        "at": row["at"],
        "subject": row["subject"],
        "text": row["text"],
        "full_text": row["full_text"],
        "attachments": [
            {"name": a["name"], "type": a["type"], "size": a["size"]} for a in row["attachments"]
        ],
    }
