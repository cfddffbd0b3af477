"""A ticket as a row of a listing: what an agent sees of it, and her likely next acts as links."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from postdesk.daemon.likely import Likely
from postdesk.mailbox.marks import Marks
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.rules.workflow import DEFAULT, Workflow
from postdesk.templates import views
from postdesk.templates.words import labels

TITLE = 110  # characters of a title in a listing
NAME = 60  # and of a customer's name


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a listing, when, in which language; by which names statuses go."""

    agent: Agent
    language: str
    workflow: Workflow
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)  # of agents, by handle


class Listing:
    """Makes rows, each with marks that are the reader's own."""

    def __init__(self, marks: Marks) -> None:
        self.likely = Likely(marks)

    def row(
        self, ticket: Ticket, reader: Reader, *, place: int = 0, unread: int = 0, note: str = ""
    ) -> views.TicketRow:
        """One ticket; ``place``: its number in a letter where rows are counted."""
        due, overdue = _due(ticket, reader.now)
        who = ticket.requester
        return views.TicketRow(
            number=ticket.number,
            title=short(ticket.title, TITLE),
            status=status_words(ticket, reader),
            urgency=ticket.urgency,
            place=place,
            kind=ticket.status_kind,
            colour=reader.workflow.colour(ticket.status),
            customer=short((who.name or who.address) if who else "", NAME),
            team=ticket.team or "",
            assignee=reader.names.get(ticket.assignee or "", ticket.assignee or ""),
            due=due,
            overdue=overdue,
            unread=unread,
            note=note,
            acts=self.likely.in_row(ticket, reader.agent, reader.language),
        )


def status_words(ticket: Ticket, reader: Reader) -> str:
    """Where a ticket is, in a word, and that it is escalated."""
    words = label_of(ticket.status, reader.language, reader.workflow)
    if not ticket.escalation_level:
        return words
    return f"{words}, {labels(reader.language).status['escalated']} {ticket.escalation_level}"


def label_of(status: str, language: str, workflow: Workflow) -> str:
    """A status as this language has it, unless the desk gave it words of its own."""
    own = workflow.label(status)
    return own if own != DEFAULT.label(status) else labels(language).status.get(status, own)


def short(text: str, room: int) -> str:
    """On one line, with dots where it is cut."""
    line = " ".join(text.split())
    return line if len(line) <= room else f"{line[: room - 1].rstrip()}…"


def is_overdue(ticket: Ticket, now: datetime) -> bool:
    """Is the time over for what it promises, or for what was set by hand?"""
    return _due(ticket, now)[1]


def _due(ticket: Ticket, now: datetime) -> tuple[datetime | None, bool]:
    """By when, and whether that is over: an answer that is late counts before a solution."""
    if ticket.status_kind == "done":
        return None, False
    if ticket.respond_by and ticket.respond_by <= now:
        return ticket.respond_by, True
    due = ticket.due_at or ticket.respond_by
    return due, due is not None and due <= now
