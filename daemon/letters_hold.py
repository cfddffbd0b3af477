"""The letters about a held mail: the question to its author, and what became of it."""

from datetime import datetime
from typing import Literal, cast

from postdesk.daemon.letters import NOTICE, Render, Voice
from postdesk.daemon.outbox import Draft
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store_holds import Hold
from postdesk.mailbox.mail import Address, Mail
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.hold import OK, SEND, Cause
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.render import Rendered
from postdesk.templates.words import say


class HoldLetters:
    """Goes to the agent's registered address, never to the From of the mail."""

    def __init__(self, voice: Voice, marks: Marks, render: Render) -> None:
        self._voice = voice
        self._marks = marks
        self._render = render

    def question(
        self,
        hold: Hold,
        agent: Agent,
        mail: Mail,
        ticket: Ticket | None,
        now: datetime,
        again: str = "",
        *,
        misread: bool = False,
        reminder: bool = False,
    ) -> Draft:
        """What was not sent, why, and the words that answer. ``again`` sets a repeat apart;
        ``misread``: the answer was no word that was offered; ``reminder``: there was none."""
        language = self._voice.language_of(agent)
        address = Stamps(self._marks, f"h{hold.number}", Purpose.HOLD, person_of(agent)).address
        view = views.Hold(
            desk=self._voice.desk(),
            agent=views.Agent(agent.name, agent.address),
            subject=_bare(mail.subject, ticket),
            words=mail.new,
            commands=(),
            reasons=tuple(self._reason(hold, cause, mail, now) for cause in hold.reasons),
            options=tuple(
                self._option(word, address, hold, ticket, language) for word in hold.offered
            ),
            ticket_number=hold.ticket,
            note=hold.towards == "team",
            again=misread,
            reminder=reminder,
        )
        words = self._render("hold", language, views.values(view))
        return self._draft(hold, agent, words, now, hold.key + again)

    def outcome(
        self,
        hold: Hold,
        agent: Agent,
        mail: Mail,
        ticket: Ticket | None,
        now: datetime,
        what: str,
        again: str = "",
    ) -> Draft:
        """A held mail was released or cancelled."""
        view = views.HoldDone(
            desk=self._voice.desk(),
            agent=views.Agent(agent.name, agent.address),
            subject=_bare(mail.subject, ticket),
            outcome=cast(Literal["released", "cancelled"], what),
            words=mail.new,
            ticket_number=hold.ticket,
            note=hold.towards == "team",
        )
        words = self._render("hold-done", self._voice.language_of(agent), views.values(view))
        return self._draft(hold, agent, words, now, hold.key + what + again)

    def _draft(
        self, hold: Hold, agent: Agent, words: Rendered, now: datetime, unique: str
    ) -> Draft:
        stamps = Stamps(self._marks, f"h{hold.number}", Purpose.HOLD, person_of(agent))
        return Draft(
            kind="hold",
            ticket=hold.ticket,
            message_id=stamps.message_id(unique),
            sender=self._voice.sender(None),
            to=Address(agent.name, agent.address),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=now,
            references=stamps.references(),
            headers=NOTICE,
            mail_from=stamps.envelope(hold.ticket or 0, agent.address),
        )

    def _reason(self, hold: Hold, cause: Cause, mail: Mail, now: datetime) -> views.Reason:
        if cause.cause != "unconfirmed":
            return views.Reason(cause.cause, line=cause.line, guess=cause.guess, why=cause.why)
        return views.Reason("unconfirmed", sender=mail.sender.addr, path=hold.path, at=now)

    def _option(
        self, word: str, address: str, hold: Hold, ticket: Ticket | None, language: str
    ) -> views.Act:
        link = "" if self._marks.plain else f"mailto:{address}?subject={word}&body={word}"
        to = _towards(hold, ticket, language)
        label = say(f"hold_word.{_sense(word, hold)}", language, to=to)
        return views.Act(label, words=word, mailto=link)


def _sense(word: str, hold: Hold) -> str:
    """What the word does here. A mail that can be read is carried out, commands and all: only one
    that cannot is sent as it is written."""
    if word == OK and any(cause.guess for cause in hold.reasons):
        return "meant"
    readable = {cause.cause for cause in hold.reasons} <= {"unconfirmed", "other"}
    if word == SEND and readable and hold.towards in ("customer", "team"):
        return "anyway"
    return word


def _bare(subject: str, ticket: Ticket | None) -> str:
    """The subject without our number: the letter's own subject has it."""
    number = f"[#{ticket.number}]" if ticket else "\0"
    return " ".join(subject.replace(number, " ").split())


def _towards(hold: Hold, ticket: Ticket | None, language: str) -> str:
    """Whom a released mail goes to, in words."""
    if hold.towards != "customer" or ticket is None or ticket.requester is None:
        return say("person.the_team", language)
    return ticket.requester.name or ticket.requester.address
