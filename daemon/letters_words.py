"""Letters that customers get without an agent's words: what is so, what was offered, what ended."""

from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.cards import status_label
from postdesk.daemon.letters import RECEIPT, Case, Render, Voice
from postdesk.daemon.outbox import Draft
from postdesk.daemon.stamps import Stamps
from postdesk.daemon.store import Row, Tickets
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.book import Book
from postdesk.rules.effect import Reply, Step
from postdesk.rules.event import DeadlinePassed
from postdesk.rules.offers import OFFERS, SCORES
from postdesk.rules.span import after
from postdesk.rules.ticket import Kind, Ticket
from postdesk.templates import views
from postdesk.templates.offers import offers

MOST_TICKETS = 20  # of one customer in a letter


class WordLetters:
    """Each in the ticket's language; an answer by one of the words it offers finds home."""

    def __init__(
        self, voice: Voice, marks: Marks, render: Render, tickets: Tickets, outbox: Outbox
    ) -> None:
        self._outbox = outbox
        self._voice = voice
        self._marks = marks
        self._render = render
        self._tickets = tickets
        self._writers: dict[str, tuple[Purpose, Callable[[str, Case], views.View]]] = {
            "status": (Purpose.WORDS, self._status),
            "my-tickets": (Purpose.WORDS, self._my_tickets),
            "customer-help": (Purpose.WORDS, self._help),
            "closed": (Purpose.RATE, self._closed),
            "solution-reminder": (Purpose.SOLVED, self._reminder),
            "merged": (Purpose.CUSTOMER, self._merged),
        }

    def drafts(self, step: Step, case: Case) -> list[Draft]:
        """The letter that this step asks for, where it is one of these."""
        match step.effect:
            case Reply(template, to) if template in self._writers:
                return [self._draft(template, to, case)]
        return []

    def _draft(self, template: str, to: str, case: Case) -> Draft:
        ticket = case.ticket
        purpose, write = self._writers[template]
        stamps = self.stamps(ticket, purpose, to)
        words = self._render(template, ticket.language, views.values(write(to, case)))
        answered = self._tickets.last_in(ticket.number, to)
        last = str(answered["message_id"]) if answered else ""
        closing = template == "closed"
        return Draft(
            kind=template if closing else "receipt",
            ticket=ticket.number,
            message_id=stamps.message_id(template, utc_text(case.now)),
            sender=self._voice.sender(ticket),
            to=Address(_name(ticket, to), to),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=case.now,
            in_reply_to=last,
            references=stamps.references(last),
            headers=RECEIPT,
            mail_from="",  # RFC 3834 3.3: what answers by itself must never be answered
            not_before=self._leaves(case) if closing else None,
        )

    def _leaves(self, case: Case) -> datetime:
        """Not before the answer that ended it, and late enough to be taken back with it."""
        soonest = case.now + self._voice.send_delay
        return max(soonest, self._outbox.answer_leaves(case.ticket.number) or soonest)

    def stamps(self, ticket: Ticket, purpose: Purpose, to: str) -> Stamps:
        """The marks of a letter whose answer may be one of the words offered."""
        return Stamps(self._marks, str(ticket.number), purpose, to)

    def acts(self, ticket: Ticket, purpose: Purpose, to: str) -> tuple[views.Act, ...]:
        """The words that a letter of this purpose offers, each with its link."""
        names = [name for name in OFFERS[purpose.value] if name not in SCORES]
        return offers(names, ticket.language, self._link(ticket, purpose, to))

    def _link(self, ticket: Ticket, purpose: Purpose, to: str) -> Callable[[str], str] | None:
        return self.stamps(ticket, purpose, to).link(ticket.number)

    # --- what they say ---------------------------------------------------------------------------

    def _status(self, to: str, case: Case) -> views.View:
        ticket = case.ticket
        return views.Status(
            desk=self._voice.desk(ticket),
            ticket=_own(ticket.number, ticket.title, ticket.status, ticket.status_kind, case),
            name=_name(ticket, to),
            opened_at=ticket.opened_at,
            answer_by=ticket.respond_by,
            offers=self.acts(ticket, Purpose.WORDS, to),
        )

    def _my_tickets(self, to: str, case: Case) -> views.View:
        found = self._tickets.listed("requester = ?", [to], MOST_TICKETS + 1)
        rows, more = views.shown([_of_row(row, case) for row in found], MOST_TICKETS)
        return views.MyTickets(
            desk=self._voice.desk(case.ticket),
            tickets=rows,
            name=_name(case.ticket, to),
            more=more,
            offers=self.acts(case.ticket, Purpose.WORDS, to),
        )

    def _help(self, to: str, case: Case) -> views.View:
        return views.CustomerHelp(
            desk=self._voice.desk(case.ticket),
            ticket_number=case.ticket.number,
            title=case.ticket.title,
            offers=self.acts(case.ticket, Purpose.WORDS, to),
            name=_name(case.ticket, to),
        )

    def _closed(self, to: str, case: Case) -> views.View:
        ticket = case.ticket
        link = self._link(ticket, Purpose.RATE, to)
        return views.Closed(
            desk=self._voice.desk(ticket),
            ticket_number=ticket.number,
            title=ticket.title,
            scores=offers(SCORES, ticket.language, link),
            offers=self.acts(ticket, Purpose.RATE, to),
            name=_name(ticket, to),
            by_silence=isinstance(case.event, DeadlinePassed),
            reopen_until=case.now + case.book.workflow.reopen.clock,
        )

    def _merged(self, to: str, case: Case) -> views.View:
        ticket = case.ticket
        assert ticket.merged_into is not None
        return views.Merged(
            desk=self._voice.desk(ticket),
            ticket_number=ticket.number,
            title=ticket.title,
            into_number=ticket.merged_into,
            name=_name(ticket, to),
        )

    def _reminder(self, to: str, case: Case) -> views.View:
        ticket = case.ticket
        return views.SolutionReminder(
            desk=self._voice.desk(ticket),
            ticket_number=ticket.number,
            title=ticket.title,
            offers=self.acts(ticket, Purpose.SOLVED, to),
            name=_name(ticket, to),
            words=ticket.solution or "",
            closes_at=closes_at(ticket.resolved_at, case.book),
        )


def closes_at(solved: datetime | None, book: Book) -> datetime | None:
    """When silence after a solution closes the ticket; None: never."""
    workflow = book.workflow
    if solved is None or workflow.close_after is None:
        return None
    return after(solved, workflow.close_after, book.calendars.get(workflow.calendar))


def _name(ticket: Ticket, address: str) -> str:
    return next((p.name for p in ticket.participants if p.address == address), "")


def _own(number: int, title: str, status: str, kind: Kind, case: Case) -> views.OwnTicket:
    label = status_label(status, case.ticket.language)
    return views.OwnTicket(number, title, label, kind, case.ticket.updated_at)


def _of_row(row: Row, case: Case) -> views.OwnTicket:
    label = status_label(row["status"], case.ticket.language)
    changed = from_text(row["updated_at"])
    return views.OwnTicket(row["number"], row["title"], label, row["status_kind"], changed)
