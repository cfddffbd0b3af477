"""Mails that are held: their authors are asked, and a word of theirs settles it."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from postdesk.daemon.familiar import Familiar
from postdesk.daemon.filing import Filing
from postdesk.daemon.job import RefusedError
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.outbox import Draft
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.store_holds import Hold, Holds
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.book import Book
from postdesk.rules.event import HoldSettled, MailHeld
from postdesk.rules.hold import CANCEL, OK, SEND, Cause, offered, word_of
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

LATE = "answered after 24 hours; asked again"
MISREAD = "no word that we offered; asked again"
PATIENCE = timedelta(hours=24)  # how long the single-use reply address of a question is good


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an agent's mail."""

    ticket: int | None
    reason: str = ""
    held: bool = False
    released: str = ""  # the intake key of the held mail that this one settled


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A mail that is not carried out as it stands: whose it is, and what it is about."""

    key: str  # of its intake
    mail: Mail
    agent: Agent
    towards: str  # whom it was for: "customer", "team", or what else it was to do
    ticket: Ticket | None = None
    path: str = ""  # by which way it came


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was answered: what it was about, and the intake key of the answer."""

    hold: Hold
    agent: Agent
    held: Parsed
    ticket: Ticket | None
    answer: str


# Carries a held mail out as the word says: the number of its ticket. Raises RefusedError.
Release = Callable[[Question, str, datetime], "int | None"]


class Holding:
    """Works inside the desk's transaction."""

    def __init__(
        self,
        remember: timedelta,
        rows: Rows,
        filing: Filing,
        letters: HoldLetters,
        familiar: Familiar,
        parse: Callable[[Sequence[str]], list[Parsed]],
        book: Callable[[], Book],
    ) -> None:
        self._remember = remember
        self._rows = rows
        self._tickets = Tickets(rows)
        self._holds = Holds(rows)
        self._outbox = Outbox(rows)
        self._filing = filing
        self._letters = letters
        self._familiar = familiar
        self._parse = parse
        self._book = book
        self._releases: dict[str, Release] = {}

    def released_by(self, towards: str, release: Release) -> None:
        """Who carries out what is released of mails of this kind."""
        self._releases[towards] = release

    def hold(
        self, doubtful: Doubtful, causes: tuple[Cause, ...], offered: tuple[str, ...], now: datetime
    ) -> Outcome:
        """Keep the mail, and ask its author by these words."""
        ticket, agent, mail = doubtful.ticket, doubtful.agent, doubtful.mail
        hold = Hold(
            number=0,
            key=doubtful.key,
            agent=agent.handle,
            ticket=ticket.number if ticket else None,
            towards=doubtful.towards,
            reasons=causes,
            offered=offered,
            path=doubtful.path,
            expires_at=now + PATIENCE,
            state="waiting",
        )
        hold = replace(hold, number=self._holds.add(hold, now))
        self._outbox.add([self._letters.question(hold, agent, mail, ticket, now)])
        if ticket:
            reasons = tuple(cause.line or cause.cause for cause in causes)
            held = MailHeld(agent.handle, mail.message_id or doubtful.key, reasons)
            self._filing.carry_out(ticket, held, self._book(), now)
        log.info("mail %s: held, %s is asked", doubtful.key, agent.handle)
        return Outcome(hold.ticket, f"waits for an answer of {agent.handle}", held=True)

    def settle(self, number: int, item: Item, mail: Mail, now: datetime) -> Outcome:
        """An agent answered our question: release, cancel, or ask again."""
        hold = self._holds.get(number)
        if hold is None or mail.machine:
            return Outcome(None, "an answer to a question that is not there")
        agent = self._book().people.agent(hold.agent)
        ticket = self._tickets.get(hold.ticket, lock=True) if hold.ticket else None
        if agent is None or (hold.ticket and ticket is None):
            return Outcome(hold.ticket, "an answer about an agent or a ticket that is gone")
        [held] = self._parse([hold.key])
        if ticket:
            held = replace(held, mail=self._familiar.agents(held.mail, ticket, hold.towards).mail)
        asked = Question(hold, agent, held, ticket, item.key)
        if hold.state != "waiting":
            self._outbox.add([self._told_before(asked, now)])
            return Outcome(hold.ticket, f"the mail it is about was {hold.state} before")
        return self._answered(asked, word_of(mail.new), now)

    def _told_before(self, asked: Question, now: datetime) -> Draft:
        """Silence would look like a yes."""
        hold, mail = asked.hold, asked.held.mail
        return self._letters.outcome(
            hold, asked.agent, mail, asked.ticket, now, hold.state, asked.answer
        )

    def _answered(self, asked: Question, word: str, now: datetime) -> Outcome:
        hold = asked.hold
        if now >= hold.expires_at:
            self._holds.renew(hold.number, now + PATIENCE)
            return self._ask_again(asked, LATE, now)
        if word == CANCEL:
            self._settled(asked, "cancelled", now)
            return Outcome(hold.ticket, released=hold.key)
        if word in hold.offered or (word == SEND and OK in hold.offered):
            return self._release(asked, word, now)
        return self._ask_again(asked, MISREAD, now)

    def _ask_again(self, asked: Question, why: str, now: datetime) -> Outcome:
        hold, mail = asked.hold, asked.held.mail
        by = (hold, asked.agent, mail, asked.ticket, now, asked.answer)
        self._outbox.add([self._letters.question(*by, misread=why == MISREAD)])
        return Outcome(hold.ticket, why)

    def _release(self, asked: Question, word: str, now: datetime) -> Outcome:
        """Confirmed, or to be sent all the same; what the ticket refuses is asked about anew."""
        hold = asked.hold
        if any(cause.cause == "unconfirmed" for cause in hold.reasons):
            self._holds.remember(hold.agent, hold.path, now + self._remember)
        try:
            with self._rows.savepoint():
                number = self._releases[hold.towards](asked, word, now)
        except RefusedError as error:
            return self._refused(asked, str(error), now)
        self._settled(replace(asked, ticket=self._tickets.get(number or 0)), "released", now)
        log.info("mail %s: released by %s", hold.key, hold.agent)
        return Outcome(number, released=hold.key)

    def _refused(self, asked: Question, why: str, now: datetime) -> Outcome:
        hold, mail = asked.hold, asked.held.mail
        by = Doubtful(hold.key, mail, asked.agent, hold.towards, asked.ticket, hold.path)
        causes = (Cause("other", why),)
        words = offered(causes) if asked.ticket else (CANCEL,)
        self.hold(by, causes, words, now)
        return Outcome(hold.ticket, f"the ticket does not allow it: {why}")

    def _settled(self, asked: Question, outcome: str, now: datetime) -> None:
        hold, mail, ticket = asked.hold, asked.held.mail, asked.ticket
        self._holds.settle(hold.number, outcome, asked.answer, now)
        self._outbox.add([self._letters.outcome(hold, asked.agent, mail, ticket, now, outcome)])
        if ticket:
            because = mail.message_id or hold.key
            settled = HoldSettled(hold.agent, asked.answer, outcome, because)
            self._filing.carry_out(ticket, settled, self._book(), now)
