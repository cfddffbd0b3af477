"""Which letter did not arrive, and for whom: a failure that came back to a letter's envelope."""

import json
import re

from postdesk.daemon.store import Row
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.marks import Mark, Marks
from postdesk.rules.book import Book
from postdesk.rules.event import LetterFailed
from postdesk.rules.ticket import Ticket

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SAID = 500  # characters of the server's words that are kept


def bounce_of(
    mail: Mail, mark: Mark, ticket: Ticket, marks: Marks, book: Book, outbox: Outbox
) -> LetterFailed:
    """The event; the mark in the envelope says whose letter it was, whatever the text says."""
    people = [p.address for p in ticket.participants]
    people += [agent.addresses[0] for agent in book.people.agents.values()]
    recipient = next((a for a in people if marks.made_for(mark, a)), "")
    letter = outbox.last_to(ticket.number, recipient)
    status = _STATUS.search(mail.text)
    return LetterFailed(
        recipient=recipient,
        status=status[1] if status else "",
        permanent=not (status and status[1].startswith("4")),
        diagnostic=" ".join(mail.text.split())[:_SAID],
        because=letter["message_id"] if letter else mail.message_id,
        author=letter["author"] if letter else None,
    )


def failed_letter(row: Row, outbox: Outbox) -> LetterFailed:
    """The event of a letter that the courier could not deliver."""
    told = json.loads(row["content"])
    letter = outbox.get(told["letter"])
    status = _STATUS.search(told["diagnostic"])
    return LetterFailed(
        recipient=told["recipient"],
        status=status[1] if status else "",
        permanent=told["permanent"],
        diagnostic=told["diagnostic"],
        because=told["message_id"],
        author=told["author"],
        words=json.loads(letter["content"])["text"] if letter else "",
        written_at=from_text(letter["written_at"]) if letter else None,
    )
