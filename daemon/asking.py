"""Agents' mail: carried out whole, or held whole while its author is asked."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from postdesk.daemon.familiar import Familiar
from postdesk.daemon.filing import Filing
from postdesk.daemon.forwarding import Forwarding, PassedOn
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.outbox import Draft
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.store_holds import Hold, Holds
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.forward import Forwarded
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.authority import Doubts, Level, Works
from postdesk.rules.book import Book
from postdesk.rules.event import AgentWrote, HoldSettled, MailHeld
from postdesk.rules.hold import CANCEL, OK, SEND, Cause, causes_of, leak_of, offered, word_of
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

FORWARD = "forward"  # towards what: a mail that is passed on
LATE = "answered after 24 hours; asked again"
MISREAD = "no word that we offered; asked again"
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
        forwarding: Forwarding,
        familiar: Familiar,
        parse: Callable[[Sequence[str]], list[Parsed]],
        book: Callable[[], Book],
    ) -> None:
        self._proof = proof
        self._tickets = Tickets(rows)
        self._holds = Holds(rows)
        self._outbox = Outbox(rows)
        self._filing = filing
        self._letters = letters
        self._forwarding = forwarding
        self._familiar = familiar
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
        own = self._familiar.agents(mail, ticket, where.to)
        mail = own.mail
        causes = causes_of(
            mail.new,
            where.level,
            self._proof.reply,
            self._proof.sigils,
            doubt,
            files=bool(mail.attachments),
        )
        causes += own.causes
        if where.to == "customer" and (leak := leak_of(mail.new, self._private(ticket))):
            causes += (leak,)
        if not causes:
            self._carry_out(agent, item.key, mail, where.to, ticket, now)
            return Outcome(ticket.number)
        return self._hold(item, mail, agent, where.to, causes, ticket, path, now)

    def _private(self, ticket: Ticket) -> list[str]:
        """The agents' addresses, but those that this customer wrote to or gets answers with."""
        agents = self._book().people.agents.values()
        return [a for agent in agents for a in agent.addresses if not ticket.has_participant(a)]

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

    def forward(
        self, item: Item, mail: Mail, original: Forwarded, path: str, now: datetime
    ) -> Outcome:
        """A customer's mail that an agent passes on: it has no mark of hers, so she is asked."""
        agent = self._book().people.agent_of(mail.sender.addr)
        assert agent is not None
        if self._proof.command <= Level.CLAIMED:
            passed = PassedOn(agent, item.key, mail, original)
            return Outcome(self._forwarding.carry_out(passed, now))
        causes = (Cause("unconfirmed"),)
        return self._hold(item, mail, agent, FORWARD, causes, None, path, now)

    def _hold(
        self,
        item: Item,
        mail: Mail,
        agent: Agent,
        towards: str,
        causes: tuple[Cause, ...],
        ticket: Ticket | None,
        path: str,
        now: datetime,
    ) -> Outcome:
        number = ticket.number if ticket else None
        hold = Hold(
            number=0,
            key=item.key,
            agent=agent.handle,
            ticket=number,
            towards=towards,
            reasons=causes,
            offered=offered(causes),
            path=path,
            expires_at=now + PATIENCE,
            state="waiting",
        )
        hold = replace(hold, number=self._holds.add(hold, now))
        self._outbox.add([self._letters.question(hold, agent, mail, ticket, now)])
        if ticket:
            reasons = tuple(cause.line or cause.cause for cause in causes)
            held = MailHeld(agent.handle, mail.message_id or item.key, reasons)
            self._filing.carry_out(ticket, held, self._book(), now)
        log.info("mail %s: held, %s is asked", item.key, agent.handle)
        return Outcome(number, f"waits for an answer of {agent.handle}", held=True)

    # --- the answer ------------------------------------------------------------------------------

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
        if hold.towards != FORWARD:
            held = replace(held, mail=self._familiar.agents(held.mail, ticket, hold.towards).mail)
        asked = _Asked(hold, agent, held, ticket, item.key)
        if hold.state != "waiting":
            self._outbox.add([self._told_before(asked, now)])
            return Outcome(hold.ticket, f"the mail it is about was {hold.state} before")
        return self._answered(asked, word_of(mail.new), now)

    def _told_before(self, asked: "_Asked", now: datetime) -> Draft:
        """Silence would look like a yes."""
        hold, mail = asked.hold, asked.held.mail
        return self._letters.outcome(
            hold, asked.agent, mail, asked.ticket, now, hold.state, asked.answer
        )

    def _answered(self, asked: "_Asked", word: str, now: datetime) -> Outcome:
        hold = asked.hold
        if now >= hold.expires_at:
            self._holds.renew(hold.number, now + PATIENCE)
            return self._ask_again(asked, LATE, now)
        if word == CANCEL:
            self._settled(asked, "cancelled", now)
            return Outcome(hold.ticket, released=hold.key)
        if word in hold.offered or (word == SEND and OK in hold.offered):
            return self._release(asked, now)
        return self._ask_again(asked, MISREAD, now)

    def _ask_again(self, asked: "_Asked", why: str, now: datetime) -> Outcome:
        hold, mail = asked.hold, asked.held.mail
        by = (hold, asked.agent, mail, asked.ticket, now, asked.answer)
        self._outbox.add([self._letters.question(*by, misread=why == MISREAD)])
        return Outcome(hold.ticket, why)

    def _release(self, asked: "_Asked", now: datetime) -> Outcome:
        hold, mail = asked.hold, asked.held.mail
        if any(cause.cause == "unconfirmed" for cause in hold.reasons):
            self._holds.remember(hold.agent, hold.path, now + self._proof.remember)
        number = hold.ticket
        if hold.towards == FORWARD:
            number = self._pass_on(asked, now)
        self._settled(replace(asked, ticket=self._tickets.get(number or 0)), "released", now)
        ticket = self._tickets.get(number or 0)
        if ticket and hold.towards != FORWARD:
            self._carry_out(asked.agent, hold.key, mail, hold.towards, ticket, now)
        log.info("mail %s: released by %s", hold.key, hold.agent)
        return Outcome(number, released=hold.key)

    def _pass_on(self, asked: "_Asked", now: datetime) -> int | None:
        original = self._forwarding.customers(asked.held.asides.forwarded)
        if original is None:
            return None
        passed = PassedOn(asked.agent, asked.hold.key, asked.held.mail, original)
        return self._forwarding.carry_out(passed, now)

    def _settled(self, asked: "_Asked", outcome: str, now: datetime) -> None:
        hold, mail, ticket = asked.hold, asked.held.mail, asked.ticket
        self._holds.settle(hold.number, outcome, asked.answer, now)
        self._outbox.add([self._letters.outcome(hold, asked.agent, mail, ticket, now, outcome)])
        if ticket:
            because = mail.message_id or hold.key
            settled = HoldSettled(hold.agent, asked.answer, outcome, because)
            self._filing.carry_out(ticket, settled, self._book(), now)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was answered: what it was about, and the intake key of the answer."""

    hold: Hold
    agent: Agent
    held: Parsed
    ticket: Ticket | None
    answer: str
