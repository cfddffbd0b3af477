"""What agents are written: what came, where an answer goes, and what did not arrive."""

from dataclasses import dataclass, replace
from datetime import datetime

from postdesk.daemon.behind import words_behind
from postdesk.daemon.cards import card_of, flags_of, ticket_view
from postdesk.daemon.letters import NOTICE, Case, Render, Voice
from postdesk.daemon.likely import Likely
from postdesk.daemon.outbox import Draft, Enclosed
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store import Row, Tickets
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Address, Mail
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.calendar import is_open, next_opening
from postdesk.rules.effect import AskApproval, Escalate, Notify, Step
from postdesk.rules.event import AgentWrote, LetterFailed, MailCame, TwinCame
from postdesk.rules.offers import NO, YES
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Participant
from postdesk.templates import views
from postdesk.templates.offers import offers
from postdesk.templates.words import say

ENCLOSED = 25_000_000  # bytes of a customer's files that go along with a notification
ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class _Notice:
    """What sets one notice apart from another."""

    template: str
    view: views.View
    purpose: Purpose
    sender: str  # a name
    reply_to: str  # a name: where an answer goes
    unique: tuple[str, ...]
    enclosed: tuple[Enclosed, ...] = ()


class AgentLetters:
    """Each agent gets a letter of her own, with marks of her own, in her language."""

    def __init__(self, voice: Voice, marks: Marks, render: Render, tickets: Tickets) -> None:
        self._voice = voice
        self._marks = marks
        self._render = render
        self._tickets = tickets
        self._likely = Likely(marks)

    def drafts(self, step: Step, case: Case) -> list[Draft]:
        """The letters to agents that this step asks for."""
        match step.effect:
            case Notify(handles, why, bundled, others):
                told = [] if bundled else self._told(handles, why, case)
                return told + [self._outside(address, why, case) for address in others]
            case AskApproval(approvers, reason, level):
                asked = [self._asked(who, reason, level, step.actor, case) for who in approvers]
                return [draft for draft in asked if draft]
            case Escalate(_, handles):
                return self._told(handles, ESCALATED, case)
        return []

    def _told(self, handles: tuple[str, ...], why: str, case: Case) -> list[Draft]:
        """An agent outside her hours reads it when they begin, but for an escalation."""
        found = (case.book.people.agent(handle) for handle in handles)
        return [
            replace(
                self._draft(agent, notice, case),
                not_before=None if why == ESCALATED else _at_work(agent, case),
            )
            for agent in found
            if agent and agent.address and (notice := self._notice(agent, why, case))
        ]

    def _asked(self, who: str, reason: str, level: int, by: str, case: Case) -> Draft | None:
        """A question for a yes or a no, to an agent or to an address outside."""
        people = case.book.people
        agent = people.agent(who) or Agent(who, who, (who,))
        if not agent.address:
            return None
        ticket, language = case.ticket, self._voice.language_of(agent)
        person = person_of(agent) if people.agent(who) else who
        stamps = Stamps(self._marks, str(ticket.number), Purpose.APPROVE, person)
        asker = people.agent(by)
        view = views.Approval(
            desk=self._voice.desk(ticket),
            agent=views.Agent(agent.name, agent.address),
            ticket=ticket_view(ticket, language, people),
            asked_by=asker.name if asker else self._voice.name,
            options=offers((YES, NO), language, stamps.link(ticket.number), "approval"),
            reason=reason,
            message=_words_of(self._tickets.last_in(ticket.number), case),
            level=level,
        )
        words = self._render("approval", language, views.values(view))
        return Draft(
            kind="approval",
            ticket=ticket.number,
            message_id=stamps.message_id("approval", utc_text(case.now)),
            sender=self._voice.sender(ticket),
            to=Address(agent.name, agent.address),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=case.now,
            references=stamps.references(),
            headers=NOTICE,
            mail_from=stamps.envelope(ticket.number, agent.address),
        )

    def _outside(self, address: str, why: str, case: Case) -> Draft:
        """Somebody who is told and is no agent: what she answers is a stranger's mail."""
        reader = Agent(address, address, (address,))
        if isinstance(case.event, MailCame):
            notice = self._of_mail(reader, why, case, case.event)
        else:
            notice = self._of_ticket(reader, why, case)
        assert isinstance(notice.view, views.Notification)
        plain = replace(notice.view, reply_to="", acts=(), stop=None, outside=True)
        words = self._render("notification", self._voice.language, views.values(plain))
        number = str(case.ticket.number)
        stamps = Stamps(self._marks, number, Purpose.ROOT, address)
        return Draft(
            kind="notification",
            ticket=case.ticket.number,
            message_id=stamps.message_id(*notice.unique),
            sender=self._voice.sender(case.ticket),
            to=Address("", address),
            subject=words.subject,
            text=words.text,
            html=words.html,
            written_at=case.now,
            headers=NOTICE,
            enclosed=notice.enclosed,
            mail_from=stamps.envelope(case.ticket.number, address),
        )

    def _notice(self, agent: Agent, why: str, case: Case) -> _Notice | None:
        match case.event:
            case MailCame() | TwinCame() as came:
                return self._of_mail(agent, why, case, came)
            case AgentWrote() as wrote:
                return self._of_colleague(agent, why, case, wrote)
            case LetterFailed() as failed:
                return self._of_failure(agent, case, failed)
        return self._of_ticket(agent, why, case)

    def _of_ticket(self, agent: Agent, why: str, case: Case) -> _Notice:
        """Nobody wrote just now: the customer's last words, and why they matter again."""
        ticket, language = case.ticket, self._voice.language_of(agent)
        customer = _named(ticket.requester, language)
        last = self._tickets.last_in(ticket.number)
        view = views.Notification(
            desk=self._voice.desk(ticket),
            agent=views.Agent(agent.name, agent.address),
            ticket=ticket_view(ticket, language, case.book.people),
            why=why,
            reply_to=customer,
            message=_words_of(last, case),
            said=words_behind(case.event, agent, case.book.people, language),
            card=card_of(ticket, case.book, self._tickets),
            acts=self._likely.on_ticket(ticket, agent, language),
            stop=self._likely.silence(ticket, agent, language),
        )
        unique = (why, utc_text(case.now))
        goes_to = say("person.customer", language, name=customer)
        return _Notice("notification", view, Purpose.REPLY, self._voice.name, goes_to, unique)

    def _of_mail(self, agent: Agent, why: str, case: Case, came: MailCame | TwinCame) -> _Notice:
        ticket, mail, language = case.ticket, came.mail, self._voice.language_of(agent)
        files, left_out = _fitting(came.key, mail)
        who = mail.sender.name or mail.sender.addr or say("person.nobody", language)
        customer = _named(ticket.requester, language)
        message = views.MessageView(
            sender=who,
            address=mail.sender.addr,
            at=case.now,
            text=mail.new,
            attachments=tuple(views.FileView(a.name, a.size) for a in mail.attachments),
            left_out=left_out,
        )
        view = views.Notification(
            desk=self._voice.desk(ticket),
            agent=views.Agent(agent.name, agent.address),
            ticket=ticket_view(ticket, language, case.book.people),
            why=why,
            reply_to=customer,
            message=message,
            card=card_of(ticket, case.book, self._tickets),
            flags=flags_of(mail, self._tickets),
            acts=self._likely.on_ticket(ticket, agent, language),
            stop=self._likely.silence(ticket, agent, language),
            others=tuple(f"{p.name} <{p.address}>".strip() for p in ticket.participants[1:]),
            unanswered=tuple(a.addr for a in mail.cc if not ticket.has_participant(a.addr)),
        )
        name = say("person.via", language, name=who, desk=self._voice.name)
        unique = (came.key, why)
        goes_to = say("person.customer", language, name=customer)
        return _Notice("notification", view, Purpose.REPLY, name, goes_to, unique, files)

    def _of_colleague(self, agent: Agent, why: str, case: Case, wrote: AgentWrote) -> _Notice:
        author = case.book.people.agent(wrote.agent)
        name = author.name if author else wrote.agent
        ticket, language = case.ticket, self._voice.language_of(agent)
        view = views.Notification(
            desk=self._voice.desk(ticket),
            agent=views.Agent(agent.name, agent.address),
            ticket=ticket_view(ticket, language, case.book.people),
            why=why,
            reply_to="",
            message=views.MessageView(name, "", case.now, wrote.text),
            acts=self._likely.by_words(ticket, agent, language),
            stop=self._likely.silence(ticket, agent, language),
        )
        sender = say("person.via", language, name=name, desk=self._voice.name)
        goes_to, unique = say("person.team", language), (wrote.key, why)
        files, _ = _fitting(wrote.key, wrote.mail)
        return _Notice("notification", view, Purpose.NOTE, sender, goes_to, unique, files)

    def _of_failure(self, agent: Agent, case: Case, failed: LetterFailed) -> _Notice:
        template = "delivery-failed" if failed.permanent else "delivery-delayed"
        view = views.Delivery(
            desk=self._voice.desk(case.ticket),
            agent=views.Agent(agent.name, agent.address),
            ticket_number=case.ticket.number,
            title=case.ticket.title,
            recipient=failed.recipient,
            server_words=failed.diagnostic,
            written_at=failed.written_at or case.now,
            words=failed.words,
            gives_up_at=failed.gives_up_at,
        )
        unique = (failed.because, failed.recipient, template)
        goes_to = say("person.team", self._voice.language_of(agent))
        return _Notice(template, view, Purpose.NOTE, self._voice.name, goes_to, unique)

    def _draft(self, agent: Agent, notice: _Notice, case: Case) -> Draft:
        ticket = case.ticket
        language = self._voice.language_of(agent)
        words = self._render(notice.template, language, views.values(notice.view))
        stamps = Stamps(self._marks, str(ticket.number), notice.purpose, person_of(agent))
        return Draft(
            kind="notification",
            ticket=ticket.number,
            message_id=stamps.message_id(*notice.unique),
            sender=self._voice.sender(ticket, notice.sender),
            to=Address(agent.name, agent.address),
            reply_to=stamps.reply_to(notice.reply_to),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=case.now,
            in_reply_to=self._marks.root(ticket.number),
            references=stamps.references(),
            headers=NOTICE,
            enclosed=notice.enclosed,
            mail_from=stamps.envelope(ticket.number, agent.address),
        )


def _at_work(agent: Agent, case: Case) -> datetime | None:
    """When the agent's hours begin; None where they have begun, or she has none."""
    hours = case.book.calendars.get(agent.hours)
    if hours is None or is_open(hours, case.now):
        return None
    return next_opening(hours, case.now)


def _words_of(row: Row | None, case: Case) -> views.MessageView:
    if row is None:
        return views.MessageView("", "", case.now, "")
    at = from_text(row["at"]) or case.now
    return views.MessageView(row["sender_name"] or row["sender"], row["sender"], at, row["text"])


def _named(customer: Participant | None, language: str) -> str:
    return (customer.name or customer.address) if customer else say("person.nobody", language)


def _fitting(key: str, mail: Mail) -> tuple[tuple[Enclosed, ...], int]:
    """The files that go along, and how many bytes stay behind."""
    room, files, left_out = ENCLOSED, [], 0
    for file in mail.attachments:
        if file.size > room:
            left_out += file.size
            continue
        room -= file.size
        files.append(Enclosed(key, file.part, file.name, file.type))
    return tuple(files), left_out
