"""What an agent's mail asks for, carried out: all of it in the caller's transaction, or nothing."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from postdesk.daemon.errands import Errands
from postdesk.daemon.filing import Filing
from postdesk.daemon.job import Asked, Job, RefusedError
from postdesk.daemon.merging import By, CannotJoinError, Merging
from postdesk.daemon.outbox import Draft
from postdesk.daemon.roster import Rosters
from postdesk.daemon.saying import Saying
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.undoing import Act, CannotUndoError, Undoing
from postdesk.rules import order_look as look
from postdesk.rules import order_people as folk
from postdesk.rules.book import Book
from postdesk.rules.event import AgentWrote, Ordered
from postdesk.rules.mentions import mentions, rich_without_mentions, without_mentions
from postdesk.rules.order import Order
from postdesk.rules.people import People
from postdesk.rules.refusal import refusals
from postdesk.rules.ticket import Ticket

# What is answered by a letter to whoever gave the order.
TOLD = (
    folk.Preview, look.Show, look.ShowHistory, look.Find, look.FindReply, look.ListTickets,
    look.ReportOn, look.HelpWith,
)  # fmt: skip
# What is not an act on the ticket itself, and is done here.
ELSEWHERE = (
    *TOLD, folk.KeepInside, folk.UseReply, folk.SendVia, folk.SendLater, folk.OfferSolution,
    folk.Undo, look.MergeInto, look.Unmerge, look.Split, look.GoAway, look.ComeBack,
)  # fmt: skip
# Who reads the answer: done before it is said.
READERS = (folk.OnBehalf, folk.ChangeCc)


class _TakenBack(Exception):
    """What was done is to be undone; it was only to be seen."""


class Work:
    """Callers bring the transaction, and a savepoint around each job. Raises RefusedError."""

    def __init__(
        self,
        rows: Rows,
        filing: Filing,
        rosters: Rosters,
        saying: Saying,
        errands: Errands,
        book: Callable[[], Book],
    ) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._filing = filing
        self._rosters = rosters
        self._saying = saying
        self._errands = errands
        self._book = book
        self._merging = Merging(rows, filing, book)
        self.undoing = Undoing(rows, filing, book)

    def carry_out(self, job: Job, now: datetime) -> Ticket:
        """First who reads it, then what is said, then what is done: an answer that closes leaves
        it closed."""
        try:
            return self._carried_out(job, now)
        except (CannotJoinError, CannotUndoError) as error:
            raise RefusedError(str(error)) from None

    def _carried_out(self, job: Job, now: datetime) -> Ticket:
        orders, ticket = job.run.orders, job.ticket
        if why := refusals(orders, ticket, job.agent, self._book()):
            raise RefusedError(why)
        if any(isinstance(order, folk.Undo) for order in orders):
            return self.undoing.undo(ticket.number, job.agent.handle, job.because, now)
        if any(isinstance(order, folk.Preview) for order in orders):
            return self._previewed(job, now)
        self._must_exist(orders)
        letter = self.undoing.mark()
        before = self._does(job, ticket, now, lambda order: isinstance(order, READERS))
        after = self._says(replace(job, ticket=before), now)
        noted = job.inside and after is not before
        done = (*READERS, folk.Mention) if noted else READERS
        after = self._does(job, after, now, lambda order: not isinstance(order, done))
        if after != ticket:
            later = any(isinstance(order, folk.SendLater) for order in orders)
            act = Act(job.agent.handle, job.key, letter, later)
            self.undoing.remember(ticket, after, act)
        for order in orders:
            if isinstance(order, ELSEWHERE):
                after = self._elsewhere(job, order, after, now)
        return after

    def about_none(
        self, order: Order, asked: Asked, now: datetime, ticket: Ticket | None = None
    ) -> None:
        """What is about whoever gave the order, or is answered by a letter to her."""
        match order:
            case look.GoAway(until):
                self._rosters.away(asked.agent.handle, until.at if until else None, now)
            case look.ComeBack():
                self._rosters.back(asked.agent.handle)
            case _:
                self._errands.answer(order, asked, now, ticket)

    def _previewed(self, job: Job, now: datetime) -> Ticket:
        """Do it all, look at what came of it, and take it back."""
        orders = tuple(o for o in job.run.orders if not isinstance(o, folk.Preview))
        since = self._errands.mark()
        letter: list[Draft] = []
        with suppress(_TakenBack), self._rows.savepoint():
            self._carried_out(replace(job, run=replace(job.run, orders=orders)), now)
            letter.append(self._errands.preview(job, since, now))
            raise _TakenBack
        self._errands.send(letter)
        return job.ticket

    def _says(self, job: Job, now: datetime) -> Ticket:
        """File the words, and send them where they are for the customer."""
        words = self._saying.words(job)
        if not words.text and not job.mail.attachments:
            return job.ticket
        people = self._book().people
        if not (job.inside or any("@" in p.address for p in job.ticket.participants)):
            raise RefusedError("nobody is known whom it could reach; #for names the customer")
        if not job.inside:
            text = without_mentions(words.text, people)
            words = replace(words, text=text, rich=rich_without_mentions(words.rich, people))
        wrote = AgentWrote(
            agent=job.agent.handle,
            to="team" if job.inside else "customer",
            key=job.key,
            because=job.because,
            message_id=job.mail.message_id,
            sender=job.mail.sender,
            text=words.text,
            full_text=job.mail.text,
            rich=words.rich,
            mail=job.mail,
            solves=any(isinstance(order, folk.OfferSolution) for order in job.run.orders),
            not_before=words.not_before,
            calls=_called(job, words.text, people) if job.inside else (),
        )
        return self._filing.carry_out(job.ticket, wrote, self._book(), now)

    def _must_exist(self, orders: Sequence[Order]) -> None:
        """A ticket that is tied to another one: that one is there. Raises RefusedError."""
        for order in orders:
            named = order.tickets if isinstance(order, look.LinkTo) else ()
            named = (order.ticket,) if isinstance(order, look.DuplicateOf) else named
            for number in named:
                if self._tickets.get(number) is None:
                    raise RefusedError(f"#{order.verb}: there is no ticket #{number}")

    def _does(
        self, job: Job, ticket: Ticket, now: datetime, which: Callable[[Order], bool]
    ) -> Ticket:
        """Those of the orders on the ticket itself, in the order they were given."""
        on_ticket = (order for order in job.run.orders if not isinstance(order, ELSEWHERE))
        orders = tuple(order for order in on_ticket if which(order))
        if not orders:
            return ticket
        note = self._saying.words(job).text if job.inside else ""
        event = Ordered(job.agent.handle, orders, job.because, note)
        return self._filing.carry_out(ticket, event, self._book(), now)

    def _elsewhere(self, job: Job, order: Order, ticket: Ticket, now: datetime) -> Ticket:
        by = By(job.agent.handle, job.because)
        match order:
            case look.MergeInto(number):
                into = self._merging.merge(ticket.number, number, by, now)
                return self._tickets.get(into) or ticket
            case look.Unmerge(number):
                self._merging.unmerge(ticket.number, number, by, now)
            case look.Split(message):
                self._merging.split(ticket.number, message, by, now)
            case _:
                self.about_none(order, job.asked, now, ticket)
                return ticket
        return self._tickets.get(ticket.number) or ticket


def _called(job: Job, note: str, people: People) -> tuple[str, ...]:
    """The colleagues whom a note is meant for: by `#mention`, or named in its words."""
    ordered = (h for o in job.run.orders if isinstance(o, folk.Mention) for h in o.agents)
    return tuple(dict.fromkeys((*ordered, *mentions(note, people))))
