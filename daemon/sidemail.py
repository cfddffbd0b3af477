"""Mail that is nobody's word on a ticket: bounces, complaints, reactions, copies by hand."""

import logging
from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.bounces import Bounces, detail_of
from postdesk.daemon.ending import End
from postdesk.daemon.filing import Filing
from postdesk.daemon.reading import bounced_mark
from postdesk.daemon.store import Rows
from postdesk.mailbox.asides import Asides
from postdesk.mailbox.automatic import BOUNCE
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.marks import Mark, Marks
from postdesk.mailbox.spool import Item
from postdesk.rules.book import Book
from postdesk.rules.event import AnsweredByHand, ReactionCame
from postdesk.rules.match import Match
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

SENT = "sent"  # the source of mails from a sent folder

Meant = Callable[[int | None], Ticket | None]


class SideMail:
    """Takes what never opens a ticket, nor speaks on one. Works inside the desk's transaction."""

    def __init__(
        self, rows: Rows, marks: Marks, filing: Filing, book: Callable[[], Book], meant: Meant
    ) -> None:
        self._marks = marks
        self._bounces = Bounces(rows, marks)
        self._filing = filing
        self._book = book
        self._meant = meant

    def taken(
        self, item: Item, mail: Mail, asides: Asides, found: Match, now: datetime
    ) -> End | None:
        """What became of it; None for mail that somebody wrote to us."""
        bounced = bounced_mark(item, mail, self._marks)
        if item.source != SENT and self._marks.read_text(mail.message_id):
            return End(item.key, found.number, "a letter of ours that came back to us")
        if asides.failures or (bounced and mail.machine == BOUNCE):
            return self._bounce(item, mail, asides, bounced, now)
        if asides.complaint:
            number = self._bounces_number(asides.complaint.original_message_id)
            words = f"called spam by a reader ({asides.complaint.kind})"
            return self._noted(item, mail, "complaint", words, number, now)
        if asides.reaction:
            of = self._bounces_number(asides.reaction.of) or found.number
            return self._noted(item, mail, asides.reaction.kind, asides.reaction.words, of, now)
        if item.source == SENT:
            return self._by_hand(item, mail, found, now)
        return None

    def is_dead(self, address: str) -> bool:
        """Does mail to this address come back?"""
        return self._bounces.is_dead(address)

    def _bounces_number(self, message_id: str) -> int | None:
        mark = self._marks.read_text(message_id)
        return mark.ticket if mark else None

    def _bounce(
        self, item: Item, mail: Mail, asides: Asides, envelope: Mark | None, now: datetime
    ) -> End:
        ticket = self._meant(self._bounces.number(envelope, asides.failures))
        if ticket is None:
            return End(item.key, None, detail_of(asides.failures))
        book = self._book()
        events = self._bounces.events(envelope, asides.failures, mail, ticket, book, now)
        for event in events:
            ticket = self._filing.carry_out(ticket, event, book, now)
            log.info("mail %s: a letter to %s came back", item.key, event.recipient)
        return End(item.key, ticket.number)

    def _noted(
        self, item: Item, mail: Mail, kind: str, words: str, number: int | None, now: datetime
    ) -> End:
        """A line of history: never an answer, never a reopening."""
        ticket = self._meant(number)
        if ticket is None:
            return End(item.key, None, f"{kind}: {words}")
        who = mail.sender.addr or "unknown"
        event = ReactionCame(kind, words, who, mail.message_id or item.key)
        self._filing.carry_out(ticket, event, self._book(), now)
        return End(item.key, ticket.number)

    def _by_hand(self, item: Item, mail: Mail, found: Match, now: datetime) -> End:
        """A mail of the shared mailbox's sent folder: filed where it answers, sent to nobody."""
        if self._marks.read_text(mail.message_id):
            return End(item.key, found.number, "a letter of ours")
        ticket = self._meant(found.number)
        if ticket is None:
            return End(item.key, None, "written by hand, and answers no ticket")
        agent = self._book().people.agent_of(mail.sender.addr)
        because = mail.message_id or item.key
        event = AnsweredByHand(mail, item.key, because, agent.handle if agent else None)
        self._filing.carry_out(ticket, event, self._book(), now)
        return End(item.key, ticket.number)
