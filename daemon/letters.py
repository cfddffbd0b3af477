"""Letters from steps: what a customer and each agent is written, with the marks that lead back."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from postdesk.daemon.cards import card_of, flags_of, ticket_view
from postdesk.daemon.outbox import Draft, Enclosed
from postdesk.daemon.store import Tickets
from postdesk.mailbox.html import as_html, plain_lines
from postdesk.mailbox.mail import Address, Attachment, Mail
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.book import Book
from postdesk.rules.effect import Answer, Notify, Reply, Step
from postdesk.rules.event import AgentWrote, Event, LetterFailed, MailCame
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Participant, Ticket
from postdesk.templates import views
from postdesk.templates.render import Rendered

Render = Callable[[str, str, Mapping[str, object]], Rendered]

AUTOMATIC = (
    ("Auto-Submitted", "auto-replied"),  # RFC 3834
    ("X-Auto-Response-Suppress", "All"),
    ("X-Postdesk-Desk", "receipt"),
)
GENERATED = (
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Postdesk-Desk", "notification"),
)
ENCLOSED = 25_000_000  # bytes of a customer's files that go along with a notification


@dataclass(frozen=True, slots=True)
class Voice:
    """The desk's own settings that letters need."""

    name: str
    address: str
    from_name: str
    language: str
    timezone: str
    send_delay: timedelta


class Letters:
    """Writes the letters of one event. Reads tickets, writes nothing."""

    def __init__(self, voice: Voice, marks: Marks, render: Render, tickets: Tickets) -> None:
        self._voice = voice
        self._marks = marks
        self._render = render
        self._tickets = tickets

    def written(
        self, ticket: Ticket, steps: Sequence[Step], event: Event, book: Book, now: datetime
    ) -> list[Draft]:
        """One draft for each letter that the steps ask for, each to one recipient."""
        drafts: list[Draft] = []
        for step in steps:
            match step.effect:
                case Reply(template, to) if isinstance(event, MailCame):
                    drafts.append(self._receipt(template, to, ticket, event, now))
                case Notify(agents, why):
                    drafts += self._notices(agents, why, ticket, event, book, now)
                case Answer(agent, to) if isinstance(event, AgentWrote):
                    author = book.people.agent(agent)
                    drafts += [self._answer(p, author, ticket, event, book, now) for p in to]
        return drafts

    # --- to the customer -------------------------------------------------------------------------

    def _receipt(
        self, template: str, to: str, ticket: Ticket, event: MailCame, now: datetime
    ) -> Draft:
        desk = self._desk(ticket)
        view: views.View = views.UnprovenReceipt(desk, ticket.number)
        if template != "receipt-unproven":
            view = views.Receipt(desk, ticket_view(ticket, ticket.language), event.mail.sender.name)
        words = self._render(template, ticket.language, views.values(view))
        named = template != "receipt-unproven"
        return replace(
            self._to_customer(Address(event.mail.sender.name if named else "", to), ticket, now),
            kind="receipt",
            message_id=self._id(ticket, Purpose.CUSTOMER, to, event.key, "receipt"),
            sender=Address(self._voice.name, ticket.address or self._voice.address),
            subject=words.subject,
            text=self._marked(words.text, ticket, Purpose.CUSTOMER, to),
            html=words.html,
            in_reply_to=event.mail.message_id,
            references=self._thread(ticket, event.mail.message_id, Purpose.CUSTOMER, to),
            headers=AUTOMATIC,
            mail_from="",  # RFC 3834 3.3: what answers automatic mail must never be answered
        )

    def _answer(
        self,
        to: Participant,
        author: Agent | None,
        ticket: Ticket,
        event: AgentWrote,
        book: Book,
        now: datetime,
    ) -> Draft:
        person = Address(to.name, to.address)
        last = self._tickets.last_in(ticket.number, to.address) or self._tickets.last_in(
            ticket.number
        )
        answered = str(last["message_id"]) if last else ""
        view = views.Answer(
            ticket_number=ticket.number,
            title=ticket.title,
            words_text=event.text,
            words_html=views.SafeHtml(as_html(event.rich or tuple(plain_lines(event.text)))),
            signature=_signature(author, ticket, book),
            mark_line=self._mark_line(ticket, Purpose.CUSTOMER, to.address),
        )
        words = self._render("answer", ticket.language, views.values(view))
        return replace(
            self._to_customer(person, ticket, now),
            kind="answer",
            message_id=self._id(ticket, Purpose.CUSTOMER, to.address, event.key, "answer"),
            sender=self._from(author, ticket),
            subject=words.subject,
            text=words.text,
            html=words.html if event.rich else "",
            in_reply_to=answered,
            references=self._thread(ticket, answered, Purpose.CUSTOMER, to.address),
            enclosed=tuple(_enclosed(event.key, a) for a in event.mail.attachments),
            author=event.agent,
            not_before=now + self._voice.send_delay,
        )

    def _to_customer(self, to: Address, ticket: Ticket, now: datetime) -> Draft:
        number = str(ticket.number)
        address = self._marks.address(number, Purpose.CUSTOMER, to.addr)
        return Draft(
            kind="",
            ticket=ticket.number,
            message_id="",
            sender=Address("", ""),
            to=to,
            subject="",
            text="",
            written_at=now,
            reply_to=Address(self._voice.name, address),
            mail_from=self._marks.address(number, Purpose.BOUNCE, to.addr),
        )

    def _from(self, author: Agent | None, ticket: Ticket) -> Address:
        public = (author.public_name or author.name) if author else self._voice.name
        name = self._voice.from_name.replace("{agent.public_name}", public)
        name = name.replace("{desk.name}", self._voice.name)
        return Address(name, ticket.address or self._voice.address)

    # --- to agents -------------------------------------------------------------------------------

    def _notices(
        self,
        agents: tuple[str, ...],
        why: str,
        ticket: Ticket,
        event: Event,
        book: Book,
        now: datetime,
    ) -> list[Draft]:
        found = (book.people.agent(handle) for handle in agents)
        known = [agent for agent in found if agent and agent.addresses]
        match event:
            case MailCame():
                return [self._mail_notice(a, why, ticket, event, book, now) for a in known]
            case AgentWrote():
                return [self._colleague_notice(a, why, ticket, event, book, now) for a in known]
            case LetterFailed():
                return [self._failure(a, ticket, event, now) for a in known]
        return []

    def _mail_notice(
        self, agent: Agent, why: str, ticket: Ticket, event: MailCame, book: Book, now: datetime
    ) -> Draft:
        mail = event.mail
        files, left_out = _fitting(event.key, mail)
        message = views.MessageView(
            sender=mail.sender.name or mail.sender.addr or "somebody unknown",
            address=mail.sender.addr,
            at=now,
            text=mail.new,
            attachments=tuple(views.FileView(a.name, a.size) for a in mail.attachments),
            left_out=left_out,
        )
        customer = _named(ticket.requester)
        view = views.Notification(
            desk=self._desk(ticket),
            agent=views.Agent(agent.name, agent.addresses[0]),
            ticket=ticket_view(ticket, self._language(agent)),
            why=why,
            reply_to=f"{customer} (customer)",
            message=message,
            card=card_of(ticket, book, self._tickets),
            flags=flags_of(mail, ticket, self._tickets),
            acts=self._acts(agent, ticket),
            others=tuple(f"{p.name} <{p.address}>".strip() for p in ticket.participants[1:]),
            unanswered=tuple(a.addr for a in mail.cc if not ticket.has_participant(a.addr)),
        )
        words = self._render("notification", self._language(agent), views.values(view))
        return replace(
            self._to_agent(agent, Purpose.REPLY, ticket, words, event.key, why, now),
            sender=Address(
                f"{message.sender} via {self._voice.name}", ticket.address or self._voice.address
            ),
            reply_to=Address(
                f"{customer} (customer)", self._address(ticket, Purpose.REPLY, _person(agent))
            ),
            enclosed=files,
        )

    def _colleague_notice(
        self, agent: Agent, why: str, ticket: Ticket, event: AgentWrote, book: Book, now: datetime
    ) -> Draft:
        author = book.people.agent(event.agent)
        name = author.name if author else event.agent
        view = views.Notification(
            desk=self._desk(ticket),
            agent=views.Agent(agent.name, agent.addresses[0]),
            ticket=ticket_view(ticket, self._language(agent)),
            why=why,
            reply_to="",
            message=views.MessageView(name, "", now, event.text),
            acts=(),
        )
        words = self._render("notification", self._language(agent), views.values(view))
        return replace(
            self._to_agent(agent, Purpose.NOTE, ticket, words, event.key, why, now),
            sender=Address(f"{name} via {self._voice.name}", self._voice.address),
            reply_to=Address("Team only", self._address(ticket, Purpose.NOTE, _person(agent))),
        )

    def _failure(self, agent: Agent, ticket: Ticket, event: LetterFailed, now: datetime) -> Draft:
        name = "delivery-failed" if event.permanent else "delivery-delayed"
        view = views.Delivery(
            desk=self._desk(ticket),
            agent=views.Agent(agent.name, agent.addresses[0]),
            ticket_number=ticket.number,
            title=ticket.title,
            recipient=event.recipient,
            server_words=event.diagnostic,
            written_at=event.written_at or now,
            words=event.words,
            gives_up_at=event.gives_up_at,
        )
        words = self._render(name, self._language(agent), views.values(view))
        unique = f"{event.because}{event.recipient}{name}"
        draft = self._to_agent(agent, Purpose.NOTE, ticket, words, unique, name, now)
        return replace(
            draft,
            sender=Address(self._voice.name, self._voice.address),
            reply_to=Address("Team only", self._address(ticket, Purpose.NOTE, _person(agent))),
        )

    def _to_agent(
        self,
        agent: Agent,
        purpose: Purpose,
        ticket: Ticket,
        words: Rendered,
        unique: str,
        why: str,
        now: datetime,
    ) -> Draft:
        person = _person(agent)
        return Draft(
            kind="notification",
            ticket=ticket.number,
            message_id=self._id(ticket, purpose, person, unique, why),
            sender=Address("", ""),
            to=Address(agent.name, agent.addresses[0]),
            subject=words.subject,
            text=self._marked(words.text, ticket, purpose, person),
            html=words.html,
            written_at=now,
            in_reply_to=self._marks.root(ticket.number),
            references=self._thread(ticket, "", purpose, person),
            headers=GENERATED,
            mail_from=self._marks.address(str(ticket.number), Purpose.BOUNCE, agent.addresses[0]),
        )

    def _acts(self, agent: Agent, ticket: Ticket) -> tuple[views.Act, ...]:
        if self._marks.plain:
            return ()
        note = self._address(ticket, Purpose.NOTE, _person(agent))
        subject = f"[%23{ticket.number}]"
        return (views.Act("Note to the team", mailto=f"mailto:{note}?subject={subject}"),)

    # --- marks -----------------------------------------------------------------------------------

    def _desk(self, ticket: Ticket) -> views.Desk:
        return views.Desk(
            self._voice.name, ticket.address or self._voice.address, self._voice.timezone
        )

    def _language(self, agent: Agent) -> str:
        return agent.language or self._voice.language

    def _address(self, ticket: Ticket, purpose: Purpose, person: str) -> str:
        return self._marks.address(str(ticket.number), purpose, person)

    def _id(self, ticket: Ticket, purpose: Purpose, person: str, *unique: str) -> str:
        """A Message-ID that is the same each time the same letter is written."""
        seed = hashlib.sha256("\0".join((person, *unique)).encode()).digest()[:8]
        tail = base64.b32encode(seed).decode().lower().rstrip("=")
        return self._marks.message_id(str(ticket.number), purpose, person, tail)

    def _thread(
        self, ticket: Ticket, answered: str, purpose: Purpose, person: str
    ) -> tuple[str, ...]:
        mark = self._marks.message_id(str(ticket.number), purpose, person)
        ids = (self._marks.root(ticket.number), mark, answered)
        return tuple(one for one in ids if one)

    def _mark_line(self, ticket: Ticket, purpose: Purpose, person: str) -> str:
        if not self._marks.plain:
            return ""
        return f"##- {self._marks.token(str(ticket.number), purpose, person)} -##"

    def _marked(self, text: str, ticket: Ticket, purpose: Purpose, person: str) -> str:
        line = self._mark_line(ticket, purpose, person)
        return f"{text.rstrip()}\n\n{line}\n" if line else text


def _person(agent: Agent) -> str:
    return f"agent:{agent.handle}"


def _named(customer: Participant | None) -> str:
    if customer is None:
        return "nobody"
    return customer.name or customer.address


def _signature(author: Agent | None, ticket: Ticket, book: Book) -> str:
    if author and author.signature:
        return author.signature
    team = book.people.team(ticket.team or "")
    return (getattr(team, "signature", "") or "") if team else ""


def _enclosed(key: str, file: Attachment) -> Enclosed:
    return Enclosed(key, file.part, file.name, file.type, file.cid if file.inline else "")


def _fitting(key: str, mail: Mail) -> tuple[tuple[Enclosed, ...], int]:
    """The files that go along with a notification, and how many bytes stay behind."""
    room, files, left_out = ENCLOSED, [], 0
    for file in mail.attachments:
        if file.size > room:
            left_out += file.size
            continue
        room -= file.size
        files.append(Enclosed(key, file.part, file.name, file.type))
    return tuple(files), left_out
