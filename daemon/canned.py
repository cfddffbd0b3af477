"""The canned replies of the rule files, filled with what a ticket knows."""

from postdesk.daemon.cards import status_label
from postdesk.rules.book import Book
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.templates.press_canned import CannedError, Values, canned

__all__ = ["CannedError", "canned_text"]


def canned_text(
    name: str, language: str, ticket: Ticket, agent: Agent | None, book: Book, desk: tuple[str, str]
) -> str:
    """The words of ``[reply.NAME]``; ``desk`` is its name and address. Raises CannedError."""
    reply = book.replies[name]
    who = ticket.requester
    values: Values = {
        "customer": {"name": who.name if who else "", "address": who.address if who else ""},
        "agent": {"name": (agent.public_name or agent.name) if agent else desk[0]},
        "ticket": {
            "number": ticket.number,
            "title": ticket.title,
            "status": status_label(ticket.status, language),
            "fields": {**dict.fromkeys(book.fields, ""), **dict(ticket.fields)},
        },
        "desk": {"name": desk[0], "address": desk[1]},
    }
    return canned(reply.texts, language, "en", values)
