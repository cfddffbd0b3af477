"""A colleague passes a customer's mail on: its ticket opens in the customer's name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.filing import Filing
from postdesk.daemon.reading import Addresses
from postdesk.daemon.store import Rows, Tickets
from postdesk.mailbox.forward import Forwarded, forwarded_text
from postdesk.mailbox.mail import Mail
from postdesk.rules.book import Book
from postdesk.rules.event import AgentWrote, MailCame
from postdesk.rules.language import language_of
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.templates.catalogue import LANGUAGES


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A forward that may be carried out: what is passed on, and by whom."""

    agent: Agent
    key: str
    mail: Mail  # the forward
    original: Forwarded


class Forwarding:
    """Opens the ticket of a forwarded mail, or adds to the one it has. Within a transaction."""

    def __init__(
        self,
        rows: Rows,
        ours: Addresses,
        filing: Filing,
        book: Callable[[], Book],
        language: str,
    ) -> None:
        self._tickets = Tickets(rows)
        self._ours = ours
        self._filing = filing
        self._book = book
        self._language = language

    def customers(self, found: Forwarded | None) -> Forwarded | None:
        """The customer's mail in a forward, also where a colleague passed it on before; None
        when nobody outside wrote what is passed on."""
        people = self._book().people
        for _ in range(3):
            if found is None or not found.sender.addr:
                return None
            addr = found.sender.addr
            if not people.agent_of(addr):
                return None if self._ours.is_ours(addr, people) else found
            found = forwarded_text(found.text, found.subject)
        return None

    def carry_out(self, passed: PassedOn, now: datetime) -> int:
        """The ticket's number. The words above the forwarded mail are a note of the agent."""
        ids = self._ids(passed)
        known = self._tickets.known(ids)
        ticket = self._tickets.get(known[0], lock=True) if known else None
        if ticket is None:
            ticket = self._opened(passed, now)
        elif not passed.original.note:
            passed = replace(passed, original=replace(passed.original, note=passed.mail.new))
        if passed.original.note:
            ticket = self._filing.carry_out(ticket, _note(passed), self._book(), now)
        # The customer's later replies to the agent's private thread belong here, too.
        self._tickets.know(ticket.number, ids)
        return ticket.number

    def _opened(self, passed: PassedOn, now: datetime) -> Ticket:
        original, mail = passed.original, passed.mail
        people = self._book().people
        theirs = replace(
            mail,
            sender=original.sender,
            subject=original.subject or mail.subject,
            text=original.text,
            new=original.text,
            rich=(),
            message_id=original.message_id or mail.message_id,
            to=original.to,
            cc=(),
        )
        undeclared = replace(theirs, headers=())  # they tell of her own mail program
        event = MailCame(
            mail=theirs,
            key=passed.key,
            because=mail.message_id or passed.key,
            opens=True,
            by=passed.agent.handle,
            address=self._ours.desk,
            language=language_of(undeclared, people, self._language, LANGUAGES),
            withheld="a colleague passed it on",
        )
        ticket = self._filing.open(event, self._book(), now).ticket
        assert ticket is not None  # no rule drops what a colleague passes on
        return ticket

    def _ids(self, passed: PassedOn) -> list[str]:
        mail = passed.mail
        ids = (passed.original.message_id, *mail.in_reply_to, *mail.references, mail.message_id)
        return [one for one in ids if one and not self._ours.marks.read_text(one)]


def _note(passed: PassedOn) -> AgentWrote:
    mail = passed.mail
    return AgentWrote(
        agent=passed.agent.handle,
        to="team",
        key=passed.key,
        because=mail.message_id or passed.key,
        message_id=mail.message_id,
        sender=mail.sender,
        text=passed.original.note,
        full_text=mail.text,
        rich=(),
        mail=replace(mail, attachments=()),
    )
