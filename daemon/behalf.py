"""A colleague opens a ticket in a customer's name: her new mail to the desk says `#for`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.asking import Proof
from postdesk.daemon.control import Control
from postdesk.daemon.filing import Filing
from postdesk.daemon.holding import Doubtful, Holding, Outcome, Question
from postdesk.daemon.job import Job, RefusedError
from postdesk.daemon.reading import Addresses
from postdesk.daemon.store import Rows
from postdesk.daemon.work import Work
from postdesk.mailbox.mail import Address, Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.agent_mail import Held, Run, read_agent_mail
from postdesk.rules.authority import Controls, Level
from postdesk.rules.book import Book
from postdesk.rules.context import Context, timezone_of
from postdesk.rules.control import ABOUT_TEXT
from postdesk.rules.event import MailCame
from postdesk.rules.hold import CANCEL, OK, SEND, Cause
from postdesk.rules.order_people import KeepInside, OnBehalf
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

BEHALF = "behalf"  # towards what: a ticket in somebody else's name
NO_TICKET = "has no ticket that it could be done on: #for names the customer of a new one"
OF_ANSWERS = "is about an answer, and this mail opens a ticket"


@dataclass(frozen=True, slots=True)
class _Written:
    """A new mail of an agent."""

    agent: Agent
    key: str
    mail: Mail

    @property
    def because(self) -> str:
        """What history names as the reason."""
        return self.mail.message_id or self.key


class Behalf:
    """Works inside the desk's transaction."""

    def __init__(
        self,
        proof: Proof,
        rows: Rows,
        ours: Addresses,
        filing: Filing,
        holding: Holding,
        control: Control,
        work: Work,
        book: Callable[[], Book],
    ) -> None:
        self._proof = proof
        self._rows = rows
        self._ours = ours
        self._filing = filing
        self._holding = holding
        self._control = control
        self._work = work
        self._book = book
        holding.released_by(BEHALF, self._release)

    def taken(self, item: Item, mail: Mail, path: str, now: datetime) -> Outcome | None:
        """What became of an agent's mail; None where it orders nothing: a matter of her own.

        It has no mark of hers, so she is asked whether it is from her.
        """
        agent = self._book().people.agent_of(mail.sender.addr)
        assert agent is not None  # only an agent's mail is brought here
        written = _Written(agent, item.key, mail)
        read = self._read(written, now)
        if isinstance(read, Run) and not read.text and not mail.attachments:
            return self._control.lines(item, mail, Controls(Level.CLAIMED), path, now)
        causes = _doubts(read)
        if causes is None:
            return None
        if self._proof.command > Level.CLAIMED:
            causes = (Cause("unconfirmed"), *causes)
        if isinstance(read, Run) and not causes:
            try:
                with self._rows.savepoint():
                    return Outcome(self._opened(written, read, now).number)
            except RefusedError as error:
                causes = (Cause("other", str(error)),)
        doubtful = Doubtful(item.key, mail, agent, BEHALF, path=path)
        return self._holding.hold(doubtful, causes, _words(read, causes), now)

    def _read(self, written: _Written, now: datetime) -> Run | Held:
        """What the mail orders and says, where there is no ticket yet."""
        return read_agent_mail(
            written.mail.new,
            self._context(written.agent, None, now),
            sigils=self._proof.sigils,
            files=bool(written.mail.attachments),
        )

    def _context(self, agent: Agent, ticket: Ticket | None, now: datetime) -> Context:
        book = self._book()
        return Context(
            now=now,
            agent=agent,
            book=book,
            ticket=ticket.number if ticket else None,
            timezone=timezone_of(agent, book, self._proof.timezone),
            language=agent.language or self._proof.language,
        )

    def _release(self, asked: Question, word: str, now: datetime) -> int:
        """As it may have been meant; or, word for word, a matter of her own."""
        written = _Written(asked.agent, asked.hold.key, asked.held.mail)
        if word == SEND:
            return self._filed(written, written.mail, "", now).number
        read = self._read(written, now)
        if isinstance(read, Held) and read.guessed:
            written = replace(written, mail=replace(written.mail, new=read.guessed))
            read = self._read(written, now)
        if isinstance(read, Held) or _doubts(read):
            raise RefusedError("its commands have changed their meaning since then")
        return self._opened(written, read, now).number

    # --- opened ----------------------------------------------------------------------------------

    def _opened(self, written: _Written, run: Run, now: datetime) -> Ticket:
        """The ticket, and all that is ordered besides, done on it. Raises RefusedError."""
        [whose] = {order.customer for order in run.orders if isinstance(order, OnBehalf)}
        theirs = _theirs(written.mail, run, whose)
        ticket = self._filed(written, theirs, written.agent.handle, now)
        rest = tuple(o for o in run.orders if not isinstance(o, OnBehalf | KeepInside))
        if not rest:
            return ticket
        quiet = replace(written.mail, new="", rich=(), attachments=())
        context = self._context(written.agent, ticket, now)
        orders = Run(rest, "", inside=True)
        job = Job(written.agent, written.key, quiet, orders, "team", ticket, context)
        return self._work.carry_out(job, now)

    def _filed(self, written: _Written, mail: Mail, by: str, now: datetime) -> Ticket:
        customer = self._book().people.customer_of(mail.sender.addr)
        address, team = self._written_to(mail)
        event = MailCame(
            mail=mail,
            key=written.key,
            because=written.because,
            opens=True,
            by=by,
            address=address,
            team=team,
            language=(customer.language if customer else "") or self._proof.language,
            withheld="a colleague wrote it down" if by else "",
        )
        ticket = self._filing.open(event, self._book(), now).ticket
        if ticket is None:
            raise RefusedError("a rule keeps such mail from opening a ticket")
        return ticket

    def _written_to(self, mail: Mail) -> tuple[str, str | None]:
        """The address of ours that the mail names, and the team whose it is."""
        people = self._book().people
        found = ((a.addr, people.team_at(a.addr)) for a in (*mail.to, *mail.cc))
        teams = ((address, team.name) for address, team in found if team)
        return next(teams, (self._ours.desk, None))


def _doubts(read: Run | Held) -> tuple[Cause, ...] | None:
    """Why it is not carried out as it stands; None where it orders nothing at all."""
    if isinstance(read, Held):
        commands = any(cause.cause == "command" for cause in read.causes)
        return read.causes if commands else None
    if not read.orders:
        return None
    if not any(isinstance(order, OnBehalf) for order in read.orders):
        return (Cause("command", _line_of(read.commands[0]), why=NO_TICKET),)
    return tuple(
        Cause("command", _line_of(command), why=OF_ANSWERS)
        for command in read.commands
        if command[0] in ABOUT_TEXT - {"for"}
    )


def _words(read: Run | Held, causes: tuple[Cause, ...]) -> tuple[str, ...]:
    """The words that answer: ``send`` opens, as it is written, a ticket of the agent's own."""
    if isinstance(read, Held):
        return (OK, SEND, CANCEL) if read.guessed else (SEND, CANCEL)
    clear = all(cause.cause == "unconfirmed" for cause in causes)
    return (OK, CANCEL) if clear else (SEND, CANCEL)


def _line_of(command: tuple[str, str]) -> str:
    return f"#{' '.join(command)}".strip()


def _theirs(mail: Mail, run: Run, customer: Address) -> Mail:
    """The mail as if the customer had written it: the agent's own words about it are gone."""
    beside = [o.words for o in run.orders if isinstance(o, KeepInside) and o.words]
    text = "\n".join((*beside, run.text)).strip()
    return replace(mail, sender=customer, text=text, new=text, rich=(), cc=())
