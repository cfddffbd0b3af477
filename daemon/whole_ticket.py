"""A whole ticket as its colleague reads it: what is known, all that was said, all that happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from postdesk.daemon.cards import card_of
from postdesk.daemon.history_words import Teller
from postdesk.daemon.listing import Listing, Reader, status_words
from postdesk.daemon.store import Row, Tickets
from postdesk.daemon.times import from_text
from postdesk.rules.approval import NO, YES
from postdesk.rules.book import Book
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.words import named

MOST_MESSAGES, MOST_HISTORY = 200, 300  # of one letter, the latest; what is over is counted


@dataclass(frozen=True, slots=True)
class WholeTickets:
    """Reads within the caller's connection."""

    tickets: Tickets
    listing: Listing

    def view(
        self,
        ticket: Ticket,
        reader: Reader,
        book: Book,
        teller: Teller,
        by: tuple[views.Desk, views.Agent],
        *,
        said: bool = True,
    ) -> views.WholeTicket:
        """All of it; without ``said`` only what happened."""
        messages = self.tickets.messages(ticket.number) if said else []
        history = self.tickets.history(ticket.number)
        spoken = [_spoken(n, row, teller) for n, row in enumerate(messages, 1)]
        who = ticket.requester
        return views.WholeTicket(
            *by,
            ticket=_ticket_view(ticket, reader),
            reply_to=(who.name or who.address) if who else "",
            kind=ticket.status_kind,
            colour=reader.workflow.colour(ticket.status),
            card=card_of(ticket, book, self.tickets) if said else None,
            facts=tuple(_facts(ticket, reader, book, teller)),
            messages=tuple(reversed(spoken[-MOST_MESSAGES:])),
            messages_left_out=max(0, len(spoken) - MOST_MESSAGES),
            history=tuple(_latest_first(history, teller)),
            history_left_out=max(0, len(history) - MOST_HISTORY),
            acts=self.listing.likely.on_ticket(ticket, reader.agent, reader.language),
        )


def _ticket_view(ticket: Ticket, reader: Reader) -> views.TicketView:
    return views.TicketView(
        number=ticket.number,
        title=ticket.title,
        status=status_words(ticket, reader),
        urgency=ticket.urgency,
        opened_at=ticket.opened_at,
        team=ticket.team or "",
        assignee=reader.names.get(ticket.assignee or "", ticket.assignee or ""),
        tags=ticket.tags,
        respond_by=ticket.respond_by,
        resolve_by=ticket.due_at or ticket.resolve_by,
        escalation_level=ticket.escalation_level,
    )


def _spoken(place: int, row: Row, teller: Teller) -> views.Spoken:
    at = from_text(row["at"])
    assert at is not None
    name = teller.name(row["agent"]) if row["agent"] else row["sender_name"] or row["sender"]
    files = tuple(views.FileView(file["name"], file["size"]) for file in row["attachments"])
    message = views.MessageView(name, row["sender"], at, row["text"], files)
    return views.Spoken(place, cast(Literal["in", "out", "note"], row["kind"]), message)


def _latest_first(history: Sequence[Row], teller: Teller) -> Iterator[views.HistoryLine]:
    return (teller.line(row) for row in reversed(history[-MOST_HISTORY:]))


def _facts(ticket: Ticket, reader: Reader, book: Book, teller: Teller) -> Iterator[views.Fact]:
    """What a listing has no place for; what is empty is left out."""

    def label(act: str) -> str:
        words = named(act, "history", reader.language)
        return words[:1].upper() + words[1:]

    if ticket.category:
        yield views.Fact(label("category"), ticket.category)
    for name, value in ticket.fields:
        field = book.fields.get(name)
        link = field.link_to(value) if field else ""
        yield views.Fact((field.label if field else "") or name, value, link)
    for other in ticket.participants[1:]:
        yield views.Fact(label("participant"), f"{other.name} <{other.address}>".strip())
    for tie in ticket.links:
        yield views.Fact(label("linked"), f"{tie.kind} #{tie.number}")
    if ticket.merged_into:
        yield views.Fact(label("merged"), f"#{ticket.merged_into}")
    for task in ticket.tasks:
        yield views.Fact(label("task"), teller.detail("task", _task(task)))
    for asked in ticket.approvals:
        act = _ANSWERS.get(asked.get("state"), "approval asked")
        yield views.Fact(label(act), teller.name(str(asked.get("approver", ""))))
    if ticket.minutes_spent:
        yield views.Fact(label("time"), f"{ticket.minutes_spent} min")


def _task(task: dict[str, object]) -> dict[str, object]:
    return {"what": task.get("what", ""), "for": task.get("agent") or task.get("team")}


_ANSWERS: Mapping[object, str] = {YES: "approved", NO: "refused"}
