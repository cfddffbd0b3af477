"""Which letter did not arrive, and for whom: a failure that came back to a letter's envelope."""

import re

from postdesk.daemon.store_outbox import Outbox
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
