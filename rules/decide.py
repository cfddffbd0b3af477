"""The judgement: what happens on a ticket when something has happened. Pure, and the only place."""

from datetime import datetime
from typing import assert_never

from postdesk.mailbox.mail import Address
from postdesk.rules.act import crowded
from postdesk.rules.book import Book
from postdesk.rules.course import Course
from postdesk.rules.effect import (
    Answer,
    Append,
    Include,
    Move,
    Notify,
    Open,
    Record,
    SetTeam,
    Step,
    Tie,
)
from postdesk.rules.event import (
    AgentWrote,
    AnsweredByHand,
    CommandGiven,
    Event,
    HoldSettled,
    LetterFailed,
    MailCame,
    MailHeld,
    ReactionCame,
    TwinCame,
)
from postdesk.rules.facts import AGED
from postdesk.rules.people import People, Team
from postdesk.rules.ticket import Participant, Ticket
from postdesk.rules.workflow import DEFAULT

MOST_PARTICIPANTS = 20
ALSO = "also written to your team"


def decide(ticket: Ticket, event: Event, book: Book, now: datetime) -> list[Step]:
    """What to do, in order, each step with who and what asked for it.

    ``ticket`` is a blank one (only its number) when the event opens it. Nothing is read but the
    arguments; the same serves the daemon, ``explain`` and the tests of rules.
    """
    course = Course(ticket, event, book, now)
    match event:
        case MailCame():
            _mail(course, event)
            _tell_teams(course, event, book.people)
        case TwinCame():
            _tell_teams(course, event, book.people, event.told)
        case AgentWrote():
            _agent(course, event)
        case AnsweredByHand():
            _by_hand(course, event)
        case ReactionCame(kind, words, who, because):
            course.do(Record(kind, {"words": words, "from": who}), because, who)
        case CommandGiven():
            _command(course, event)
        case LetterFailed():
            _failed(course, event)
        case MailHeld():
            detail: dict[str, object] = {"reasons": list(event.reasons)}
            course.do(Record("held", detail), event.because, event.agent)
        case HoldSettled():
            course.do(Record(event.outcome, {"mail": event.held}), event.because, event.agent)
        case _:
            assert_never(event)
    return course.steps


def _mail(course: Course, event: MailCame) -> None:
    who = event.by or event.mail.sender.addr or "unknown"
    if event.opens:
        _open(course, event, who)
    if event.role == "participant":
        _include(course, event, who)
    course.do(_words(event), event.because, who)
    course.rules("ticket.created" if event.opens else "message.received")


def _tell_teams(
    course: Course, event: MailCame | TwinCame, people: People, told: tuple[str, ...] = ()
) -> None:
    """The first team owns the ticket; the others are told of the mail, each member once."""
    if event.mail.spam or event.withheld == AGED:
        return
    known = {*told, *(agent for step in course.steps for agent in _told_by(step))}
    others = (found for name in event.teams if (found := people.team(name)))
    agents = dict.fromkeys(
        agent.handle
        for team in others
        if team.notify and not _owns(team, course.ticket)
        for agent in people.responsible(team)
    )
    if fresh := tuple(agent for agent in agents if agent not in known):
        course.do(Notify(fresh, ALSO, crowded(event, fresh)), event.because)


def _told_by(step: Step) -> tuple[str, ...]:
    return step.effect.agents if isinstance(step.effect, Notify) else ()


def _owns(team: Team, ticket: Ticket) -> bool:
    """Its work is the ticket now, or was when it began: then the rules say who is told."""
    return team.name == ticket.team or ticket.address in team.addresses


def _include(course: Course, event: MailCame, who: str) -> None:
    for other in event.others:
        known = course.ticket.participants
        if len(known) < MOST_PARTICIPANTS and not course.ticket.has_participant(other.address):
            course.do(Include(other), event.because, who)


def _open(course: Course, event: MailCame, who: str) -> None:
    mail = event.mail
    requester = Participant(mail.sender.addr or "unknown", mail.sender.name, "requester")
    title = mail.subject or "(no subject)"
    course.do(
        Open(title, requester, who, event.language, "mail", event.address), event.because, who
    )
    if event.team:
        course.do(SetTeam(event.team), event.because)
    for link in event.links:
        course.do(Tie(link), event.because, who)


def _words(event: MailCame) -> Append:
    mail = event.mail
    return Append(
        "in",
        mail.message_id,
        mail.sender,
        (*mail.to, *mail.cc),
        mail.subject,
        mail.new,
        mail.text,
        mail.rich,
        mail.attachments,
        event.key,
        machine=mail.machine,
        bystander=event.role == "bystander",
    )


def _agent(course: Course, event: AgentWrote) -> None:
    to = course.ticket.participants if event.to == "customer" else ()
    words = Append(
        "out" if event.to == "customer" else "note",
        event.message_id,
        event.sender,
        tuple(Address(p.name, p.address) for p in to),
        course.ticket.title,
        event.text,
        event.full_text,
        event.rich,
        event.mail.attachments,
        event.key,
        agent=event.agent,
    )
    course.do(words, event.because, event.agent)
    if event.to == "customer":
        course.do(Answer(event.agent, to), event.because, event.agent)
        course.rules("reply.sent", event.agent)
    elif course.ticket.assignee not in (None, event.agent):
        course.do(Notify((str(course.ticket.assignee),), "a note for the team"), event.because)


def _by_hand(course: Course, event: AnsweredByHand) -> None:
    mail = event.mail
    who = event.agent or mail.sender.addr
    words = Append(
        "out",
        mail.message_id,
        mail.sender,
        (*mail.to, *mail.cc),
        mail.subject,
        mail.new,
        mail.text,
        mail.rich,
        mail.attachments,
        event.key,
        agent=event.agent,
    )
    course.do(words, event.because, who)
    course.rules("reply.sent", event.agent)


def _command(course: Course, event: CommandGiven) -> None:
    move = DEFAULT.moves.get(event.verb)
    if move is None or course.ticket.status == move.to:
        return
    course.do(Move(move.to, DEFAULT.kind(move.to)), event.because, event.actor)
    course.rules("status.changed", event.actor)
    if move.to == "closed":
        course.rules("ticket.closed", event.actor)


def _failed(course: Course, event: LetterFailed) -> None:
    detail: dict[str, object] = {
        "recipient": event.recipient,
        "status": event.status,
        "permanent": event.permanent,
        "diagnostic": event.diagnostic,
    }
    course.do(Record("bounced", detail), event.because)
    course.rules("delivery.failed", event.author)
