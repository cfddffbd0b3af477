"""Answers by a word: a customer's to what our letter offered, an approver's yes or no."""

from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.ending import End
from postdesk.daemon.filing import Filing
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.approval import waiting
from postdesk.rules.authority import Approves, Joins
from postdesk.rules.book import Book
from postdesk.rules.customer_words import customer_word, first_word
from postdesk.rules.event import AgentWrote, ApprovalGiven, CustomerSaid
from postdesk.rules.offers import NO, YES
from postdesk.rules.ticket import Ticket


class Answering:
    """Works inside the desk's transaction."""

    def __init__(self, filing: Filing, book: Callable[[], Book]) -> None:
        self._filing = filing
        self._book = book

    def customer(
        self, item: Item, mail: Mail, where: Joins, ticket: Ticket, now: datetime
    ) -> End | None:
        """The end of a mail that is nothing but an offered word; None for words of her own."""
        if not where.offered or mail.machine or mail.attachments:
            return None
        found = customer_word(mail.new, where.offered, ticket.language)
        if found is None:
            return None
        because = mail.message_id or item.key
        event = CustomerSaid(found.word, found.comment, mail.sender.addr, because)
        self._filing.carry_out(ticket, event, self._book(), now)
        return End(item.key, ticket.number, f"answered by a word: {found.word}")

    def approver(
        self, item: Item, mail: Mail, where: Approves, ticket: Ticket, now: datetime
    ) -> End:
        """A yes or a no to what is still asked; other words are a note for whoever asked."""
        because = mail.message_id or item.key
        found = first_word(mail.new, (YES, NO), ticket.language)
        if mail.machine:
            return End(item.key, ticket.number, f"an automatic mail: {mail.machine}")
        if found and waiting(ticket.approvals, where.approver):
            event = ApprovalGiven(where.approver, found.word == YES, found.comment, because)
            self._filing.carry_out(ticket, event, self._book(), now)
            return End(item.key, ticket.number, f"answered by a word: {found.word}")
        note = AgentWrote(
            agent=where.approver,
            to="team",
            key=item.key,
            because=because,
            message_id=mail.message_id,
            sender=mail.sender,
            text=mail.new,
            full_text=mail.text,
            rich=(),
            mail=mail,
        )
        self._filing.carry_out(ticket, note, self._book(), now)
        return End(item.key, ticket.number)
