"""A customer's mail as the event that rules decide on: what it says, and what the desk knows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from postdesk.daemon.reading import Addresses, others_of, reason_withheld
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.store_outbox import Outbox
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import LET_THROUGH, Item
from postdesk.rules.book import Book
from postdesk.rules.change import replace
from postdesk.rules.event import MailCame
from postdesk.rules.language import language_of
from postdesk.rules.people import People
from postdesk.templates.catalogue import LANGUAGES

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AN_HOUR = 5000  # automatic letters of the whole desk
FAR = 100  # while so many are left of them, they are counted once in so many mails


class Coming:
    """Builds the event. Reads within the caller's transaction, writes nothing."""

    def __init__(
        self,
        rows: Rows,
        ours: Addresses,
        language: str,
        book: Callable[[], Book],
        is_dead: Callable[[str], bool],
    ) -> None:
        self._tickets = Tickets(rows)
        self._outbox = Outbox(rows)
        self._ours = ours
        self._language = language
        self._book = book
        self._is_dead = is_dead
        self._uncounted = 0  # mails that surely stay below the bound

    def event(self, item: Item, mail: Mail, number: int | None, now: datetime) -> MailCame:
        """What came, from whom, to which address of ours, and what may answer it.

        ``number`` is the ticket it joins; None when it opens one.
        """
        event = self.alone(item, mail, number, now)
        sender = mail.sender.addr
        return replace(
            event,
            withheld=event.withheld or self._withheld(sender, number, now),
            receipts_today=self._outbox.automatic_since(sender, now - DAY),
            mails_this_hour=self._tickets.mails_since(sender, now - HOUR),
        )

    def alone(self, item: Item, mail: Mail, number: int | None, now: datetime) -> MailCame:
        """What the mail itself says, whatever else came and went. Asks no database."""
        people = self._book().people
        address, team = self._ours.written_to(item, mail, people)
        return MailCame(
            mail=mail,
            key=item.key,
            because=mail.message_id or item.key,
            opens=number is None,
            address=address,
            team=team,
            teams=self._ours.teams(item, mail, people),
            language=language_of(mail, people, self._language, LANGUAGES),
            others=() if mail.sender_doubt else others_of(mail, self._ours, people),
            withheld=reason_withheld(item, mail, now) or self._in_our_name(mail, people),
            let_through=item.reason == LET_THROUGH,
        )

    def _in_our_name(self, mail: Mail, people: People) -> str:
        ours = self._ours.is_ours(mail.sender.addr, people)
        return "it is written in our own name" if ours else ""

    def _withheld(self, sender: str, number: int | None, now: datetime) -> str:
        """Why no automatic letter may go there, by what came and went before."""
        if self._is_dead(sender):
            return "letters to this address come back"
        return self._enough(sender, number, now)

    def _enough(self, sender: str, number: int | None, now: datetime) -> str:
        """The last line against machines that answer each other and do not say what they are."""
        hour = now - HOUR
        if number is not None and self._outbox.automatic_since(sender, hour, number):
            return "an automatic letter went to this address on this ticket within the hour"
        if self._too_many_since(hour):
            return f"{AN_HOUR} automatic letters went out within the hour"
        return ""

    def _too_many_since(self, hour: datetime) -> bool:
        if self._uncounted > 0:
            self._uncounted -= 1
            return False
        if not self._outbox.many_automatic(hour, AN_HOUR - FAR):
            self._uncounted = FAR - 1
            return False
        return self._outbox.many_automatic(hour, AN_HOUR)
