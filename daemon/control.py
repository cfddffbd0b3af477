"""Mail to the control address, and answers to views and digests: lines of commands about several
tickets, all of them carried out or none, with a transcript as answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial

from postdesk.daemon.correspondence import Correspondence
from postdesk.daemon.holding import Doubtful, Holding, Outcome, Question
from postdesk.daemon.job import Asked, Job, RefusedError
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.work import TOLD, Work
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.agent_mail import Run, words_at
from postdesk.rules.authority import Controls, Level
from postdesk.rules.book import Book
from postdesk.rules.context import Context, timezone_of
from postdesk.rules.control import Controlled, read_control
from postdesk.rules.hold import CANCEL, OK, Cause
from postdesk.rules.order import Order
from postdesk.rules.order_look import HelpWith, Unmerge
from postdesk.rules.orders import Problems
from postdesk.rules.people import Agent
from postdesk.rules.rights import needs_proof
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.words import say

LINES, ROWS = "control", "digest"  # towards what: of which tickets its numbers tell
SHOWN = 200  # characters of a line that a transcript repeats


@dataclass(frozen=True, slots=True)
class Manner:
    """How much proof lines need, and by which clock and in which language they are read."""

    level: Level
    timezone: tzinfo
    language: str


@dataclass(frozen=True, slots=True)
class _Lines:
    """A mail of lines, and who wrote it."""

    agent: Agent
    key: str
    mail: Mail
    towards: str

    @property
    def asked(self) -> Asked:
        return Asked(self.agent, self.key, self.mail.message_id, self.mail.subject)


class Control:
    """Works inside the desk's transaction."""

    def __init__(
        self,
        manner: Manner,
        rows: Rows,
        holding: Holding,
        work: Work,
        letters: Correspondence,
        book: Callable[[], Book],
    ) -> None:
        self._manner = manner
        self._rows = rows
        self._tickets = Tickets(rows)
        self._holding = holding
        self._work = work
        self._digests = letters.digests
        self._transcripts = letters.transcripts
        self._book = book
        for towards in (LINES, ROWS):
            holding.released_by(towards, self._release)

    def lines(self, item: Item, mail: Mail, where: Controls, path: str, now: datetime) -> Outcome:
        """Done now, or held with a question to their author; or nothing, and why, line by line."""
        agent = self._book().people.agent_of(mail.sender.addr)
        assert agent is not None  # only an agent's mail is placed here
        lines = _Lines(agent, item.key, mail, ROWS if where.rows else LINES)
        read = self._read(lines, now)
        guess = self._guessed(lines, read, now) if isinstance(read, Problems) else ""
        if isinstance(read, Problems) and not guess:
            self._transcripts.of_lines(lines.asked, _wrong(mail, read), now)
            return Outcome(None, "nothing was done: a line of it is no command")
        causes = self._causes(lines, read, where.level)
        if causes or isinstance(read, Problems):
            doubtful = Doubtful(item.key, mail, agent, lines.towards, path=path)
            return self._holding.hold(doubtful, causes, (OK, CANCEL), now)
        refused = self._carry_out(lines, read, now)
        return Outcome(None, "nothing was done: a ticket does not allow it" if refused else "")

    def _read(self, lines: _Lines, now: datetime) -> tuple[Controlled, ...] | Problems:
        """Every line as an order, or all that is wrong with them."""
        agent, mail = lines.agent, lines.mail
        context = self._context(agent, None, now)
        rows = self._digests.of(agent, mail) if lines.towards == ROWS else None
        return read_control(mail.new.splitlines(), context, words_at(context), rows)

    def _context(self, agent: Agent, ticket: Ticket | None, now: datetime) -> Context:
        manner, book = self._manner, self._book()
        return Context(
            now=now,
            agent=agent,
            book=book,
            ticket=ticket.number if ticket else None,
            timezone=timezone_of(agent, book, manner.timezone),
            language=agent.language or manner.language,
            inside=True,
        )

    def _guessed(self, lines: _Lines, problems: Problems, now: datetime) -> str:
        """The mail as it may have been meant, where every wrong line looks like a right one."""
        meant = {n: problem.guess for n, problem in problems.found}
        if not all(meant.values()):
            return ""
        written = lines.mail.new.splitlines()
        guess = "\n".join(meant.get(n, line) for n, line in enumerate(written))
        again = replace(lines, mail=replace(lines.mail, new=guess))
        return "" if isinstance(self._read(again, now), Problems) else guess

    def _causes(
        self, lines: _Lines, read: tuple[Controlled, ...] | Problems, level: Level
    ) -> tuple[Cause, ...]:
        needed, causes = self._manner.level, list[Cause]()
        if isinstance(read, Problems):
            written = lines.mail.new.splitlines()
            for n, problem in read.found:
                causes.append(Cause("command", written[n].strip(), problem.guess, problem.why))
        elif any(needs_proof(one.order) for one in read):
            needed = max(needed, Level.CONFIRMED)
        return (*([Cause("unconfirmed")] if level < needed else []), *causes)

    def _release(self, question: Question, word: str, now: datetime) -> None:
        """The held lines as their author wants them: as guessed, where they were in doubt."""
        hold = question.hold
        lines = _Lines(question.agent, hold.key, question.held.mail, hold.towards)
        read = self._read(lines, now)
        if isinstance(read, Problems) and (guess := self._guessed(lines, read, now)):
            lines = replace(lines, mail=replace(lines.mail, new=guess))
            read = self._read(lines, now)
        if isinstance(read, Problems):
            raise RefusedError("; ".join(f"it {problem.why}" for _, problem in read.found))
        if refused := self._carry_out(lines, read, now, told=False):
            raise RefusedError("; ".join(refused))

    # --- carried out -----------------------------------------------------------------------------

    def _carry_out(
        self,
        lines: _Lines,
        orders: Sequence[Controlled],
        now: datetime,
        *,
        told: bool = True,
    ) -> list[str]:
        """All of them, or nothing and why; its author is told, unless somebody else tells her."""
        orders = orders or (Controlled((), HelpWith()),)  # nothing was written: tell what could be
        done: list[views.Carried] = []
        try:
            with self._rows.savepoint():
                for one in orders:
                    done += self._done(one, lines, now)
                if refused := [line for line in done if line.outcome == "refused"]:
                    raise RefusedError(refused[0].said)
        except RefusedError:
            done = [_left(line) for line in done]
        refused = [line for line in done if line.outcome == "refused"]
        only_letters = all(isinstance(one.order, TOLD) for one in orders)
        if told if refused else not only_letters:
            self._transcripts.of_lines(lines.asked, done, now)
        return [_sentence(line) for line in refused]

    def _done(self, one: Controlled, lines: _Lines, now: datetime) -> list[views.Carried]:
        shown = one.line[:SHOWN]
        if not one.tickets:
            return [self._tried(shown, 0, partial(self._about_none, one.order, lines, now))]
        return [
            self._tried(shown, number, partial(self._on, number, one.order, lines, now))
            for number in one.tickets
        ]

    def _tried(self, line: str, number: int, act: Callable[[], str]) -> views.Carried:
        """One act, in a savepoint of its own: what the others do is tried all the same."""
        try:
            with self._rows.savepoint():
                return views.Carried(line, "done", act(), number)
        except RefusedError as error:
            return views.Carried(line, "refused", str(error), number)

    def _about_none(self, order: Order, lines: _Lines, now: datetime) -> str:
        self._work.about_none(order, lines.asked, now)
        return self._mailed(order, lines)

    def _on(self, number: int, order: Order, lines: _Lines, now: datetime) -> str:
        """One order on one ticket; what it did, in words."""
        ticket = self._meant(number, order)
        if ticket is None:
            raise RefusedError(f"there is no ticket #{number}")
        since = self._transcripts.deeds.mark()
        run = Run((order,), "", inside=True, commands=((order.verb, ""),))
        quiet = replace(lines.mail, new="", rich=(), attachments=())
        context = self._context(lines.agent, ticket, now)
        self._work.carry_out(Job(lines.agent, lines.key, quiet, run, "team", ticket, context), now)
        return self._mailed(order, lines) or self._transcripts.told(
            ticket.number, since, lines.asked
        )

    def _mailed(self, order: Order, lines: _Lines) -> str:
        if not isinstance(order, TOLD):
            return ""
        return say("transcript.mailed", lines.agent.language or self._manner.language)

    def _meant(self, number: int, order: Order) -> Ticket | None:
        """The ticket, locked; a merged one leads to its target, unless it is to come back."""
        ticket = self._tickets.get(number, lock=True)
        seen = {number}
        while ticket and ticket.merged_into not in (None, *seen) and not isinstance(order, Unmerge):
            seen.add(int(ticket.merged_into or 0))
            ticket = self._tickets.get(int(ticket.merged_into or 0), lock=True)
        return ticket


def _wrong(mail: Mail, problems: Problems) -> list[views.Carried]:
    """Every line that was written, and what is wrong with those that are no commands."""
    found = dict(problems.found)
    return [
        views.Carried(line.strip()[:SHOWN], "refused", found[n].why)
        if n in found
        else views.Carried(line.strip()[:SHOWN], "left")
        for n, line in enumerate(mail.new.splitlines())
        if line.strip()
    ]


def _left(line: views.Carried) -> views.Carried:
    return line if line.outcome == "refused" else replace(line, outcome="left", said="")


def _sentence(line: views.Carried) -> str:
    return f"#{line.number}: {line.said}" if line.number else line.said
