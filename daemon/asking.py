"""Agents' mail: carried out whole, or held whole while its author is asked."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from postdesk.daemon.familiar import Familiar
from postdesk.daemon.forwarding import Forwarding, PassedOn
from postdesk.daemon.holding import Doubtful, Holding, Outcome, Question
from postdesk.daemon.job import Job, RefusedError
from postdesk.daemon.staleness import Staleness
from postdesk.daemon.store import Rows
from postdesk.daemon.transcripts import Transcripts
from postdesk.daemon.work import Work
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.forward import Forwarded
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.agent_mail import Held, Run, read_agent_mail
from postdesk.rules.authority import Doubts, Level, Works
from postdesk.rules.book import Book
from postdesk.rules.context import Context, timezone_of
from postdesk.rules.hold import OK, Cause, leak_of, offered
from postdesk.rules.mentions import without_mentions
from postdesk.rules.order_people import Preview
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

log = logging.getLogger(__name__)

FORWARD = "forward"  # towards what: a mail that is passed on
FIRST = "the customer wrote first"


@dataclass(frozen=True, slots=True)
class Proof:
    """[identity]: how much proof an agent's mail needs; and how the desk reads commands."""

    reply: Level
    command: Level
    sigils: str
    timezone: tzinfo = UTC
    language: str = "en"


class Asking:
    """Carries out what is clear and asks about the rest. Works inside the desk's transaction."""

    def __init__(
        self,
        proof: Proof,
        rows: Rows,
        holding: Holding,
        forwarding: Forwarding,
        familiar: Familiar,
        work: Work,
        stale: Staleness,
        transcripts: Transcripts,
        parse: Callable[[Sequence[str]], list[Parsed]],
        book: Callable[[], Book],
    ) -> None:
        self._proof = proof
        self._holding = holding
        self._forwarding = forwarding
        self._familiar = familiar
        self._work = work
        self._stale = stale
        self._transcripts = transcripts
        self._rows = rows
        self._parse = parse
        self._book = book
        holding.released_by("customer", self._release)
        holding.released_by("team", self._release)
        holding.released_by(FORWARD, self._pass_on)

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
            causes += self._late(mail, read, where.to, ticket, agent, now)
        if isinstance(read, Run) and not causes:
            job = self._job(agent, item.key, mail, read, where.to, ticket, now)
            since = self._transcripts.deeds.mark()
            if not (refused := self._tried(job, now)):
                self._transcripts.of_job(job, since, now)
                return Outcome(ticket.number)
            causes = (Cause("other", refused),)
        guessed = isinstance(read, Held) and bool(read.guessed)
        doubtful = Doubtful(item.key, mail, agent, where.to, ticket, path)
        return self._holding.hold(doubtful, causes, offered(causes, guessed=guessed), now)

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
            doubtful = Doubtful(act.key, mail, agent, "customer", ticket)
            self._holding.hold(doubtful, causes, offered(causes), now)
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

    def _late(
        self, mail: Mail, run: Run, to: str, ticket: Ticket, agent: Agent, now: datetime
    ) -> tuple[Cause, ...]:
        """What happened on the ticket since its author saw it; a preview sends nothing."""
        if any(isinstance(order, Preview) for order in run.orders):
            return ()
        says = to == "customer" and not run.inside and bool(run.text or mail.attachments)
        by = (mail, run.orders, ticket, agent, self._book(), now)
        return self._stale.causes(*by, says=says)

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
        doubtful = Doubtful(item.key, mail, agent, FORWARD, path=path)
        return self._holding.hold(doubtful, causes, offered(causes), now)

    def _release(self, asked: Question, word: str, now: datetime) -> int:
        """The held mail as its author wants it: as guessed, or every line of it as text."""
        hold, mail, ticket = asked.hold, asked.held.mail, asked.ticket
        if ticket is None:
            raise RefusedError("its ticket is gone")
        read = self._read(asked.agent, mail, hold.towards, ticket, now)
        if isinstance(read, Held) and word == OK and read.guessed:
            mail = replace(mail, new=read.guessed, rich=())
            read = self._read(asked.agent, mail, hold.towards, ticket, now)
        if isinstance(read, Held):
            lines = tuple(range(len(mail.new.splitlines())))
            read = Run((), mail.new, lines, inside=hold.towards == "team")
        job = self._job(asked.agent, hold.key, mail, read, hold.towards, ticket, now)
        self._work.carry_out(job, now)
        return ticket.number

    def _pass_on(self, asked: Question, word: str, now: datetime) -> int | None:
        original = self._forwarding.customers(asked.held.asides.forwarded)
        if original is None:
            return None
        passed = PassedOn(asked.agent, asked.hold.key, asked.held.mail, original)
        return self._forwarding.carry_out(passed, now)


def _doubt(where: Works | Doubts) -> tuple[Cause, ...]:
    return (Cause(where.cause, where.why),) if isinstance(where, Doubts) else ()
