"""Agents' mail: carried out whole, or held whole while its author is asked."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from postdesk.daemon.familiar import Familiar
from postdesk.daemon.filing import Filing
from postdesk.daemon.forwarding import Forwarding, PassedOn
from postdesk.daemon.job import Job, RefusedError
from postdesk.daemon.letters_hold import HoldLetters
from postdesk.daemon.outbox import Draft
from postdesk.daemon.staleness import Staleness
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.store_holds import Hold, Holds
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.work import Work
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.forward import Forwarded
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.agent_mail import Held, Run, read_agent_mail
from postdesk.rules.authority import Doubts, Level, Works
from postdesk.rules.book import Book
from postdesk.rules.context import Context, timezone_of
from postdesk.rules.event import HoldSettled, MailHeld
from postdesk.rules.hold import CANCEL, OK, SEND, Cause, leak_of, offered, word_of
from postdesk.rules.mentions import without_mentions
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

FORWARD = "forward"  # towards what: a mail that is passed on
FIRST = "the customer wrote first"
LATE = "answered after 24 hours; asked again"
MISREAD = "no word that we offered; asked again"
PATIENCE = timedelta(hours=24)  # how long the single-use reply address of a question is good


@dataclass(frozen=True, slots=True)
class Proof:
    """[identity]: how much proof an agent's mail needs; and how the desk reads commands."""

    reply: Level
    command: Level
    remember: timedelta
    sigils: str
    timezone: tzinfo = UTC
    language: str = "en"


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
        work: Work,
        stale: Staleness,
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
        self._work = work
        self._stale = stale
        self._rows = rows
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
        """An agent's answer, note or commands: done now, or held with a question to its author."""
        agent = self._book().people.agent_of(mail.sender.addr)
        assert agent is not None  # only an agent's mail is placed here
        own = self._familiar.agents(mail, ticket, where.to)
        mail = own.mail
        read = self._read(agent, mail, where.to, ticket, now)
        causes = (*_doubt(where), *self._unproven(read, where.level), *own.causes)
        if isinstance(read, Held):
            causes += read.causes
        else:
            causes += self._leaks(read, where.to, ticket)
            causes += self._stale.causes(mail, read.orders, ticket, agent, self._book(), now)
        if isinstance(read, Run) and not causes:
            job = self._job(agent, item.key, mail, read, where.to, ticket, now)
            if not (refused := self._tried(job, now)):
                return Outcome(ticket.number)
            causes = (Cause("other", refused),)
        guessed = isinstance(read, Held) and bool(read.guessed)
        return self._hold(
            item.key, mail, agent, where.to, causes, ticket, path, now, guessed=guessed
        )

    def overtaken(self, ticket: Ticket, who: str, now: datetime) -> Ticket:
        """The customer writes while answers wait: those that would end it, or were to leave much
        later, are taken back whole and asked about. The ticket as it is then."""
        for act in self._work.undoing.waiting(ticket, now):
            agent = self._book().people.agent(act.agent)
            if agent is None or not (act.late or self._stale.when == "hold"):
                continue
            [held] = self._parse([act.key])
            mail = self._familiar.agents(held.mail, ticket, "customer").mail
            ticket = self._work.undoing.undo(ticket.number, act.agent, FIRST, now)
            causes = (Cause("other", f"{who} wrote before it left"),)
            self._hold(act.key, mail, agent, "customer", causes, ticket, "", now)
        return ticket

    def _read(self, agent: Agent, mail: Mail, to: str, ticket: Ticket, now: datetime) -> Run | Held:
        """What the mail orders and says, or why that is not clear."""
        context = self._context(agent, ticket, to, now)
        files = bool(mail.attachments)
        return read_agent_mail(mail.new, context, sigils=self._proof.sigils, files=files)

    def _context(self, agent: Agent, ticket: Ticket | None, to: str, now: datetime) -> Context:
        return Context(
            now=now,
            agent=agent,
            book=self._book(),
            ticket=ticket.number if ticket else None,
            timezone=timezone_of(agent, self._book(), self._proof.timezone),
            language=agent.language or self._proof.language,
            inside=to == "team",
        )

    def _unproven(self, read: Run | Held, level: Level) -> tuple[Cause, ...]:
        """An agent who is not proven enough for what the mail does."""
        needed = self._proof.reply
        if isinstance(read, Run) and read.orders:
            needed = self._proof.command if not read.text else max(needed, self._proof.command)
            needed = max(needed, Level.CONFIRMED) if read.needs_proof else needed
        return (Cause("unconfirmed"),) if level < needed else ()

    def _leaks(self, run: Run, to: str, ticket: Ticket) -> tuple[Cause, ...]:
        if to != "customer" or run.inside:
            return ()
        text = without_mentions(run.text, self._book().people)
        leak = leak_of(text, self._private(ticket))
        return (leak,) if leak else ()

    def _private(self, ticket: Ticket) -> list[str]:
        """The agents' addresses, but those that this customer wrote to or gets answers with."""
        agents = self._book().people.agents.values()
        return [a for agent in agents for a in agent.addresses if not ticket.has_participant(a)]

    def _job(
        self, agent: Agent, key: str, mail: Mail, run: Run, to: str, ticket: Ticket, now: datetime
    ) -> Job:
        context = self._context(agent, ticket, to, now)
        return Job(agent, key, mail, run, "team" if to == "team" else "customer", ticket, context)

    def _tried(self, job: Job, now: datetime) -> str:
        """Carry a job out whole; or nothing of it, and why."""
        try:
            with self._rows.savepoint():
                self._work.carry_out(job, now)
        except RefusedError as error:
            return str(error)
        return ""

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
        return self._hold(item.key, mail, agent, FORWARD, causes, None, path, now)

    def _hold(
        self,
        key: str,
        mail: Mail,
        agent: Agent,
        towards: str,
        causes: tuple[Cause, ...],
        ticket: Ticket | None,
        path: str,
        now: datetime,
        *,
        guessed: bool = False,
    ) -> Outcome:
        number = ticket.number if ticket else None
        hold = Hold(
            number=0,
            key=key,
            agent=agent.handle,
            ticket=number,
            towards=towards,
            reasons=causes,
            offered=offered(causes, guessed=guessed),
            path=path,
            expires_at=now + PATIENCE,
            state="waiting",
        )
        hold = replace(hold, number=self._holds.add(hold, now))
        self._outbox.add([self._letters.question(hold, agent, mail, ticket, now)])
        if ticket:
            reasons = tuple(cause.line or cause.cause for cause in causes)
            held = MailHeld(agent.handle, mail.message_id or key, reasons)
            self._filing.carry_out(ticket, held, self._book(), now)
        log.info("mail %s: held, %s is asked", key, agent.handle)
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
            return self._release(asked, word, now)
        return self._ask_again(asked, MISREAD, now)

    def _ask_again(self, asked: "_Asked", why: str, now: datetime) -> Outcome:
        hold, mail = asked.hold, asked.held.mail
        by = (hold, asked.agent, mail, asked.ticket, now, asked.answer)
        self._outbox.add([self._letters.question(*by, misread=why == MISREAD)])
        return Outcome(hold.ticket, why)

    def _release(self, asked: "_Asked", word: str, now: datetime) -> Outcome:
        """Confirmed, or to be sent all the same; what the ticket refuses is asked about anew."""
        hold = asked.hold
        if any(cause.cause == "unconfirmed" for cause in hold.reasons):
            self._holds.remember(hold.agent, hold.path, now + self._proof.remember)
        number = hold.ticket
        if hold.towards == FORWARD:
            number = self._pass_on(asked, now)
        elif asked.ticket and (refused := self._tried(self._released(asked, word, now), now)):
            causes = (Cause("other", refused),)
            by = (hold.key, asked.held.mail, asked.agent, hold.towards, causes)
            self._hold(*by, asked.ticket, hold.path, now)
            return Outcome(hold.ticket, f"the ticket does not allow it: {refused}")
        self._settled(replace(asked, ticket=self._tickets.get(number or 0)), "released", now)
        log.info("mail %s: released by %s", hold.key, hold.agent)
        return Outcome(number, released=hold.key)

    def _released(self, asked: "_Asked", word: str, now: datetime) -> Job:
        """The held mail as its author wants it: as guessed, or every line of it as text."""
        hold, mail, ticket = asked.hold, asked.held.mail, asked.ticket
        assert ticket is not None
        read = self._read(asked.agent, mail, hold.towards, ticket, now)
        if isinstance(read, Held) and word == OK and read.guessed:
            mail = replace(mail, new=read.guessed, rich=())
            read = self._read(asked.agent, mail, hold.towards, ticket, now)
        if isinstance(read, Held):
            lines = tuple(range(len(mail.new.splitlines())))
            read = Run((), mail.new, lines, inside=hold.towards == "team")
        return self._job(asked.agent, hold.key, mail, read, hold.towards, ticket, now)

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


def _doubt(where: Works | Doubts) -> tuple[Cause, ...]:
    return (Cause(where.cause, where.why),) if isinstance(where, Doubts) else ()
