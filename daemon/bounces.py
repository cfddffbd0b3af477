"""Which letter did not arrive, and for whom: by our own marks, never by what a report claims."""

import json
import re
from datetime import datetime

from postdesk.daemon.courier import PATIENCE
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.bounce import Failure
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.marks import Mark, Marks
from postdesk.rules.book import Book
from postdesk.rules.event import LetterFailed
from postdesk.rules.ticket import Ticket

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SAID = 300  # characters of the server's words that are kept
_HAPPENED = ("failed", "delayed")  # other reports tell of success


class Bounces:
    """Finds the letters of a bounce, and remembers dead addresses. Within a transaction."""

    def __init__(self, rows: Rows, marks: Marks) -> None:
        self._rows = rows
        self._marks = marks
        self._outbox = Outbox(rows)

    def number(self, envelope: Mark | None, failures: tuple[Failure, ...]) -> int | None:
        """The ticket whose letter it was: by the envelope it came back to, else by our signed id
        in the letter that it gives back."""
        if envelope is not None:
            return envelope.ticket
        named = (self._marks.read_text(f.original_message_id) for f in failures)
        return next((mark.ticket for mark in named if mark and mark.ticket), None)

    def events(
        self,
        envelope: Mark | None,
        failures: tuple[Failure, ...],
        mail: Mail,
        ticket: Ticket,
        book: Book,
        now: datetime,
    ) -> list[LetterFailed]:
        """One for each recipient; with nothing readable in it, one by the envelope alone."""
        told = [f for f in failures if f.action in _HAPPENED]
        if not told:
            return [self._plain(envelope, mail, ticket, book)] if not failures else []
        return [self._event(envelope, failure, mail, ticket, book, now) for failure in told]

    def _event(
        self,
        envelope: Mark | None,
        failure: Failure,
        mail: Mail,
        ticket: Ticket,
        book: Book,
        now: datetime,
    ) -> LetterFailed:
        recipient = self._made_for(envelope, ticket, book) or failure.original_recipient
        recipient = recipient or failure.recipient
        letter = self._outbox.with_id(failure.original_message_id)
        letter = letter or self._outbox.last_to(ticket.number, recipient)
        if failure.dead and letter and letter["recipient"] == recipient:
            self._bury(recipient, failure.status, now)
        return LetterFailed(
            recipient=recipient,
            status=failure.status,
            permanent=failure.permanent,
            diagnostic=failure.diagnostic or " ".join(mail.text.split())[:_SAID],
            because=letter["message_id"] if letter else mail.message_id,
            author=letter["author"] if letter else None,
            words=json.loads(letter["content"])["text"] if letter else "",
            written_at=from_text(letter["written_at"]) if letter else None,
        )

    def _plain(self, envelope: Mark | None, mail: Mail, ticket: Ticket, book: Book) -> LetterFailed:
        recipient = self._made_for(envelope, ticket, book)
        letter = self._outbox.last_to(ticket.number, recipient)
        status = _STATUS.search(mail.text)
        return LetterFailed(
            recipient=recipient,
            status=status[1] if status else "",
            permanent=not (status and status[1].startswith("4")),
            diagnostic=" ".join(mail.text.split())[:_SAID],
            because=letter["message_id"] if letter else mail.message_id,
            author=letter["author"] if letter else None,
        )

    def _made_for(self, envelope: Mark | None, ticket: Ticket, book: Book) -> str:
        """Whose letter the envelope's mark was made for."""
        if envelope is None:
            return ""
        people = [p.address for p in ticket.participants]
        people += [agent.address for agent in book.people.agents.values()]
        return next((a for a in people if a and self._marks.made_for(envelope, a)), "")

    def _bury(self, address: str, status: str, now: datetime) -> None:
        self._rows.run(
            "INSERT INTO dead (address, status, at) VALUES (?, ?, ?)"
            " ON CONFLICT (address) DO UPDATE SET status = excluded.status, at = excluded.at",
            address,
            status,
            utc_text(now),
        )

    def is_dead(self, address: str) -> bool:
        """Did a letter of ours come back from this address for good?"""
        return self._rows.value("SELECT 1 FROM dead WHERE address = ?", address) is not None


def detail_of(failures: tuple[Failure, ...]) -> str:
    """A bounce that belongs to no letter of ours, as the spool's reason tells it: JSON."""
    first = failures[0] if failures else None
    return json.dumps(
        {
            "recipient": first.recipient if first else "",
            "status": first.status if first else "",
            "permanent": first.permanent if first else True,
            "diagnostic": first.diagnostic if first else "",
        },
        ensure_ascii=False,
    )


def failed_letter(row: Row, outbox: Outbox) -> LetterFailed:
    """The event of a letter that the courier could not deliver."""
    told = json.loads(row["content"])
    letter = outbox.get(told["letter"])
    written = from_text(letter["written_at"]) if letter else None
    status = _STATUS.search(told["diagnostic"])
    return LetterFailed(
        recipient=told["recipient"],
        status=status[1] if status else "",
        permanent=told["permanent"],
        diagnostic=told["diagnostic"],
        because=told["message_id"],
        author=told["author"],
        words=json.loads(letter["content"])["text"] if letter else "",
        written_at=written,
        gives_up_at=written + PATIENCE if written and not told["permanent"] else None,
    )
