"""Agents' mail: carried out whole, or held whole while its author is asked."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from postdesk.daemon.filing import Filing
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.store_holds import Hold, Holds
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.authority import Doubts, Level, Works
from postdesk.rules.book import Book
from postdesk.rules.event import AgentWrote, HoldSettled, MailHeld
from postdesk.rules.hold import CANCEL, OK, SEND, Cause, causes_of, offered, word_of
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

PATIENCE = timedelta(hours=24)  # how long the single-use reply address of a question is good


@dataclass(frozen=True, slots=True)
class Proof:
    """[identity]: how much proof an agent's mail needs."""

    reply: Level
    command: Level
    remember: timedelta
    sigils: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an agent's mail."""

    ticket: int | None
    reason: str = ""
    held: bool = False
    released: str = ""  # the intake key of the held mail that this one settled


class Asking:
    """Carries out what is clear and asks about the rest. Works inside the desk's transaction."""

    def __init__(
        self,
        proof: Proof,
        rows: Rows,
        filing: Filing,
        letters: HoldLetters,
        parse: Callable[[Sequence[str]], list[Parsed]],
        book: Callable[[], Book],
    ) -> None:
        self._proof = proof
        self._tickets = Tickets(rows)
        self._holds = Holds(rows)
        self._outbox = Outbox(rows)
        self._filing = filing
        self._letters = letters
        self._parse = parse
        self._book = book

    def agent(
        self,
        item: Item,
        mail: Mail,
        where: Works | Doubts,
        ticket: Ticket,
        path: str,
        now: datetime,
    ) -> Outcome:
        """An agent's answer or note: done now, or held with a question to its author."""
        agent = self._book().people.agent_of(mail.sender.addr)
        assert agent is not None  # only an agent's mail is placed here
        doubt = Cause(where.cause, where.why) if isinstance(where, Doubts) else None
        causes = causes_of(
            mail.new,
            where.level,
            self._proof.reply,
            self._proof.sigils,
            doubt,
            files=bool(mail.attachments),
        )
        if not causes:
            self._carry_out(agent, item.key, mail, where.to, ticket, now)
            return Outcome(ticket.number)
        return self._hold(item, mail, agent, where, causes, ticket, path, now)

    def _carry_out(
        self, agent: Agent, key: str, mail: Mail, to: str, ticket: Ticket, now: datetime
    ) -> None:
        wrote = AgentWrote(
            agent=agent.handle,
            to="team" if to == "team" else "customer",
            key=key,
            because=mail.message_id or key,
            message_id=mail.message_id,
            sender=mail.sender,
            text=mail.new,
            full_text=mail.text,
            rich=mail.rich,
            mail=mail,
        )
        self._filing.carry_out(ticket, wrote, self._book(), now)

    def _hold(
        self,
        item: Item,
        mail: Mail,
        agent: Agent,
        where: Works | Doubts,
        causes: tuple[Cause, ...],
        ticket: Ticket,
        path: str,
        now: datetime,
    ) -> Outcome:
        hold = Hold(
            number=0,
            key=item.key,
            agent=agent.handle,
            ticket=ticket.number,
            towards=where.to,
            reasons=causes,
            offered=offered(causes),
            path=path,
            expires_at=now + PATIENCE,
            state="waiting",
        )
        number = self._holds.add(hold, now)
        question = self._letters.question(number, hold, agent, mail, ticket, now)
        self._outbox.add([question])
        reasons = tuple(cause.line or cause.cause for cause in causes)
        held = MailHeld(agent.handle, mail.message_id or item.key, reasons)
        self._filing.carry_out(ticket, held, self._book(), now)
        log.info("mail %s: held, %s is asked", item.key, agent.handle)
        return Outcome(ticket.number, f"waits for an answer of {agent.handle}", held=True)

    # --- the answer ------------------------------------------------------------------------------

    def settle(self, number: int, item: Item, mail: Mail, now: datetime) -> Outcome:
        """An agent answered our question: release, cancel, or ask again."""
        hold = self._holds.get(number)
        if hold is None or mail.machine:
            return Outcome(None, "an answer to a question that is not there")
        agent = self._book().people.agent(hold.agent)
        ticket = self._tickets.get(hold.ticket, lock=True) if hold.ticket else None
        if agent is None or ticket is None:
            return Outcome(hold.ticket, "an answer about an agent or a ticket that is gone")
        [held] = self._parse([hold.key])
        word = word_of(mail.new)
        if hold.state != "waiting" or now >= hold.expires_at:
            return self._too_late(hold, agent, held.mail, ticket, item, now)
        if word == CANCEL:
            return self._cancel(hold, agent, held.mail, ticket, item, now)
        if word == SEND or (word == OK and OK in hold.offered):
            return self._release(hold, agent, held.mail, ticket, item, now)
        again = self._letters.question(number, hold, agent, held.mail, ticket, now, item.key)
        self._outbox.add([again])
        return Outcome(ticket.number, "no word that we offered; asked again")

    def _release(
        self, hold: Hold, agent: Agent, mail: Mail, ticket: Ticket, item: Item, now: datetime
    ) -> Outcome:
        self._holds.settle(hold.number, "released", item.key, now)
        if any(cause.cause == "unconfirmed" for cause in hold.reasons):
            self._holds.remember(agent.handle, hold.path, now + self._proof.remember)
        self._tell(hold, agent, mail, ticket, item, now, "released")
        after = self._tickets.get(ticket.number) or ticket
        self._carry_out(agent, hold.key, mail, hold.towards, after, now)
        log.info("mail %s: released by %s", hold.key, agent.handle)
        return Outcome(ticket.number, released=hold.key)

    def _cancel(
        self, hold: Hold, agent: Agent, mail: Mail, ticket: Ticket, item: Item, now: datetime
    ) -> Outcome:
        self._holds.settle(hold.number, "cancelled", item.key, now)
        self._tell(hold, agent, mail, ticket, item, now, "cancelled")
        return Outcome(ticket.number, released=hold.key)

    def _too_late(
        self, hold: Hold, agent: Agent, mail: Mail, ticket: Ticket, item: Item, now: datetime
    ) -> Outcome:
        """The address was used before, or a day is over: a fresh question where it still waits."""
        if hold.state != "waiting":
            return Outcome(ticket.number, f"the mail it is about was {hold.state} before")
        self._holds.renew(hold.number, now + PATIENCE)
        again = self._letters.question(hold.number, hold, agent, mail, ticket, now, item.key)
        self._outbox.add([again])
        return Outcome(ticket.number, "answered after 24 hours; asked again")

    def _tell(
        self,
        hold: Hold,
        agent: Agent,
        mail: Mail,
        ticket: Ticket,
        item: Item,
        now: datetime,
        outcome: str,
    ) -> None:
        self._outbox.add([self._letters.outcome(hold, agent, mail, ticket, now, outcome)])
        settled = HoldSettled(agent.handle, item.key, outcome, mail.message_id or hold.key)
        self._filing.carry_out(ticket, settled, self._book(), now)
