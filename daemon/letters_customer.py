"""What customers are written: receipts, and the answers of agents."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from postdesk.daemon.canned import CannedError, canned_text
from postdesk.daemon.cards import ticket_view
from postdesk.daemon.letters import RECEIPT, Case, Render, Voice
from postdesk.daemon.letters_words import WordLetters, closes_at
from postdesk.daemon.outbox import Draft, Enclosed
from postdesk.daemon.store import Tickets
from postdesk.daemon.times import utc_text
from postdesk.mailbox.html import as_html, plain_lines
from postdesk.mailbox.mail import Address, Mail
from postdesk.mailbox.marks import Purpose
from postdesk.rules.book import Book
from postdesk.rules.effect import Answer, Reply, Step
from postdesk.rules.event import AgentWrote, MailCame
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Participant, Ticket
from postdesk.templates import views

log = logging.getLogger(__name__)

RECEIPTS = frozenset({"receipt", "receipt-unproven"})
UNPROVEN = "receipt-unproven"  # carries nothing of the mail: it may go to a stranger


class CustomerLetters:
    """Each in the ticket's language, from the address the customer wrote to."""

    def __init__(self, voice: Voice, render: Render, tickets: Tickets, words: WordLetters) -> None:
        """``words`` knows the marks of letters to customers, and the words that they offer."""
        self._voice = voice
        self._words = words
        self._render = render
        self._tickets = tickets

    def drafts(self, step: Step, case: Case) -> list[Draft]:
        """The letters to customers that this step asks for."""
        match step.effect, case.event:
            case Reply(template, to), MailCame() as came if template in RECEIPTS:
                return [self._receipt(template, to, case, came)]
            case Reply(name, to), _ if name in case.book.replies:
                return self._canned(name, to, case)
            case Answer(agent, people), AgentWrote() as wrote:
                author = case.book.people.agent(agent)
                return [self._answer(person, author, case, wrote) for person in people]
        return []

    def _receipt(self, template: str, to: str, case: Case, came: MailCame) -> Draft:
        ticket, mail = case.ticket, came.mail
        view: views.View = views.UnprovenReceipt(self._voice.desk(ticket), ticket.number)
        name = ""
        if template != UNPROVEN:
            name = mail.sender.name
            shown = ticket_view(ticket, ticket.language, case.book.people)
            offered = self._words.acts(ticket, Purpose.WORDS, to)
            desk = self._voice.desk(ticket)
            view = views.Receipt(desk, shown, name, ticket.respond_by, offered)
        words = self._render(template, ticket.language, views.values(view))
        purpose = Purpose.CUSTOMER if template == UNPROVEN else Purpose.WORDS
        stamps = self._words.stamps(ticket, purpose, to)
        return Draft(
            kind="receipt",
            ticket=ticket.number,
            message_id=stamps.message_id(came.key, "receipt"),
            sender=self._voice.sender(ticket),
            to=Address(name, to),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=case.now,
            in_reply_to=mail.message_id,
            references=stamps.references(mail.message_id),
            headers=RECEIPT,
            mail_from="",  # RFC 3834 3.3: what answers by itself must never be answered
        )

    def _answer(
        self, to: Participant, author: Agent | None, case: Case, wrote: AgentWrote
    ) -> Draft:
        ticket = case.ticket
        answered = self._answered(ticket, to)
        purpose = Purpose.SOLVED if wrote.solves else Purpose.CUSTOMER
        stamps = self._words.stamps(ticket, purpose, to.address)
        said = _Said(
            wrote.text,
            views.SafeHtml(as_html(wrote.rich or tuple(plain_lines(wrote.text)))),
            _signature(author, ticket, case.book),
            stamps.line,
        )
        if wrote.solves:
            view: views.View = self._solution(said, to.address, case)
        else:
            view = _plain_answer(said, ticket)
        template = "solution" if wrote.solves else "answer"
        words = self._render(template, ticket.language, views.values(view))
        return Draft(
            kind="answer",
            ticket=ticket.number,
            message_id=stamps.message_id(wrote.key, "answer"),
            sender=self._voice.sender(ticket, self._public(author)),
            to=Address(to.name, to.address),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=words.text,
            html=words.html if wrote.rich or wrote.solves else "",
            written_at=case.now,
            in_reply_to=answered,
            references=stamps.references(answered),
            enclosed=_files(wrote.key, wrote.mail),
            mail_from=stamps.envelope(ticket.number, to.address),
            author=wrote.agent,
            not_before=wrote.not_before or case.now + self._delay(author),
        )

    def _delay(self, author: Agent | None) -> timedelta:
        """How long an answer waits, so that it can be taken back."""
        own = author.send_delay if author else None
        return self._voice.send_delay if own is None else own

    def _answered(self, ticket: Ticket, to: Participant) -> str:
        """Their own last mail; of somebody who never wrote, the last that came."""
        number = ticket.number
        last = self._tickets.last_in(number, to.address) or self._tickets.last_in(number)
        return str(last["message_id"]) if last else ""

    def _public(self, author: Agent | None) -> str:
        name = (author.public_name or author.name) if author else self._voice.name
        shown = self._voice.from_name.replace("{agent.public_name}", name)
        return shown.replace("{desk.name}", self._voice.name)

    def _solution(self, said: "_Said", to: str, case: Case) -> views.View:
        return views.Solution(
            desk=self._voice.desk(case.ticket),
            ticket_number=case.ticket.number,
            title=case.ticket.title,
            words_text=said.text,
            words_html=said.html,
            offers=self._words.acts(case.ticket, Purpose.SOLVED, to),
            signature=said.signature,
            mark_line=said.line,
            closes_at=closes_at(case.now, case.book),
        )

    def _canned(self, name: str, to: str, case: Case) -> list[Draft]:
        """A canned reply that a rule sends: nobody's words but the desk's."""
        ticket, desk = case.ticket, self._voice.desk(case.ticket)
        stamps = self._words.stamps(ticket, Purpose.CUSTOMER, to)
        by = (name, ticket.language, ticket, None, case.book, (desk.name, desk.address))
        try:
            text = canned_text(*by)
        except CannedError as error:
            log.error("ticket %d: reply %s cannot be written: %s", ticket.number, name, error)
            return []
        said = _Said(text, views.SafeHtml(as_html(tuple(plain_lines(text)))), "", stamps.line)
        view = _plain_answer(said, ticket)
        words = self._render("answer", ticket.language, views.values(view))
        answered = self._answered(ticket, Participant(to, "", "requester"))
        draft = Draft(
            kind="receipt",
            ticket=ticket.number,
            message_id=stamps.message_id(name, utc_text(case.now)),
            sender=self._voice.sender(ticket),
            to=Address("", to),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=words.text,
            html=words.html,
            written_at=case.now,
            in_reply_to=answered,
            references=stamps.references(answered),
            headers=RECEIPT,
            mail_from="",
        )
        return [draft]


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    html: views.SafeHtml
    signature: str
    line: str


def _plain_answer(said: _Said, ticket: Ticket) -> views.Answer:
    return views.Answer(
        ticket.number, ticket.title, said.text, said.html, said.signature, said.line
    )


def _signature(author: Agent | None, ticket: Ticket, book: Book) -> str:
    team = book.people.team(ticket.team or "")
    return (author.signature if author else "") or (team.signature if team else "")


def _files(key: str, mail: Mail) -> tuple[Enclosed, ...]:
    """What goes along: files, and pictures where the words show them."""
    return tuple(
        Enclosed(key, a.part, a.name, a.type, a.cid if a.inline else "") for a in mail.attachments
    )
