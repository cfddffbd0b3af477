"""The judgement: what happens on a ticket when something has happened. Pure, and the only place."""

from datetime import datetime
from typing import assert_never

from postdesk.mailbox.mail import Address
from postdesk.rules.act import raised_to
from postdesk.rules.approval import agreed, waiting
from postdesk.rules.around import NOTHING_AROUND, Around
from postdesk.rules.assign import choose
from postdesk.rules.book import Book
from postdesk.rules.course import Course, Looked
from postdesk.rules.customer_words import is_thanks
from postdesk.rules.customers import customer_said
from postdesk.rules.deadline import deadline_passed, reckon
from postdesk.rules.effect import (
    Answer,
    Append,
    Approve,
    Assign,
    Escalate,
    Include,
    MarkSpam,
    Move,
    Notify,
    Open,
    Record,
    Restore,
    SetTeam,
    Solve,
    Step,
    Tie,
)
from postdesk.rules.event import (
    Absorbed,
    AgentFree,
    AgentGone,
    AgentWrote,
    AnsweredByHand,
    ApprovalGiven,
    CustomerSaid,
    DeadlinePassed,
    Event,
    GaveAway,
    HoldSettled,
    HoldWaits,
    LetterFailed,
    MailCame,
    MailHeld,
    Merged,
    Ordered,
    ReactionCame,
    SplitOff,
    TwinCame,
    Undone,
)
from postdesk.rules.facts import AGED, Scene
from postdesk.rules.heirs import inherit
from postdesk.rules.joining import MOST_PARTICIPANTS, absorbed, gave_away, merged, split_off
from postdesk.rules.ordered import call, ordered
from postdesk.rules.people import Team
from postdesk.rules.telling import crowded, lead_of, of_team
from postdesk.rules.ticket import Participant, Ticket

ALSO = "also written to your team"
ASSIGNED = "assigned"
STILL_HELD = "an answer is held"
APPROVED, REFUSED = "approved", "refused"


def decide(
    ticket: Ticket,
    event: Event,
    book: Book,
    now: datetime,
    around: Around = NOTHING_AROUND,
    trace: list[Looked] | None = None,
) -> list[Step]:
    """What to do, in order, each step with who and what asked for it.

    ``ticket`` is a blank one when the event opens it. Nothing is read but the arguments; the same
    serves the daemon, ``explain`` and the tests of rules. ``trace`` takes the rules that were
    looked at. A mail that a rule drops or holds is one step, ``Drop`` or ``Keep``.
    """
    course = Course(Scene(ticket, event, book, now, around), trace)
    _take(course, event)
    if course.verdict and not _by_a_person(event):
        return [course.verdict]
    reckon(course)
    return course.steps


def _by_a_person(event: Event) -> bool:
    """Somebody has decided already that this mail is to be taken in."""
    return not isinstance(event, MailCame) or event.let_through or bool(event.by)


def _take(course: Course, event: Event) -> None:
    match event:
        case MailCame():
            _mail(course, event)
            _tell_teams(course, event)
        case TwinCame():
            _tell_teams(course, event, event.told)
        case AgentWrote():
            _agent(course, event)
        case AnsweredByHand():
            _by_hand(course, event)
        case ReactionCame(kind, words, who, because):
            course.do(Record(kind, {"words": words, "from": who}), because, who)
        case Ordered():
            ordered(course, event)
        case CustomerSaid():
            customer_said(course, event)
        case Merged():
            merged(course, event)
        case Absorbed():
            absorbed(course, event)
        case SplitOff():
            split_off(course, event)
        case GaveAway():
            gave_away(course, event)
        case Undone(before, actor, because):
            course.do(Restore(before), because, actor)
        case LetterFailed():
            _failed(course, event)
        case MailHeld():
            detail: dict[str, object] = {"reasons": list(event.reasons)}
            course.do(Record("held", detail), event.because, event.agent)
        case HoldWaits(agent, reasons, because):
            course.do(Record("still held", {"agent": agent, "reasons": list(reasons)}), because)
            leads = lead_of(course.scene.book.people, course.ticket)
            course.do(Notify(tuple(h for h in leads if h != agent), STILL_HELD), because)
        case HoldSettled():
            course.do(Record(event.outcome, {"mail": event.held}), event.because, event.agent)
        case DeadlinePassed():
            deadline_passed(course)
        case AgentFree():
            _assign(course, event)
        case ApprovalGiven():
            _approved(course, event)
        case AgentGone():
            inherit(course, event)
        case _:
            assert_never(event)


def _mail(course: Course, event: MailCame) -> None:
    who = event.by or event.mail.sender.addr or "unknown"
    if event.opens:
        _open(course, event, who)
    if event.role == "participant":
        _include(course, event, who)
    _spam(course, event)
    course.do(_words(event), event.because, who)
    if course.ticket.spam and course.ticket.status_kind == "done":
        return  # somebody has judged it: what comes later is filed, and that is all
    course.rules("ticket.created" if event.opens else "message.received")


def _spam(course: Course, event: MailCame) -> None:
    """What a filter in front of us marked is spam, until the same sender writes unmarked."""
    ticket, marked = course.ticket, event.mail.spam
    if event.opens and marked and not event.by:
        course.do(MarkSpam(True), event.because)
    elif ticket.spam and not marked and ticket.status_kind != "done":
        course.do(MarkSpam(False), event.because)


def _tell_teams(course: Course, event: MailCame | TwinCame, told: tuple[str, ...] = ()) -> None:
    """The first team owns the ticket; the others are told of the mail, each member once."""
    if not event.teams or event.mail.spam or event.withheld == AGED:
        return
    known = {*told, *(agent for step in course.steps for agent in _told_by(step))}
    people = course.scene.book.people
    others = (found for name in event.teams if (found := people.team(name)))
    agents = dict.fromkeys(
        agent
        for team in others
        if team.notify and not _owns(team, course.ticket)
        for agent in of_team(course.scene, team)
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
        asks=not is_thanks(mail.new),
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
        if course.ticket.spam:
            course.do(MarkSpam(False), event.because, event.agent)
        course.do(Answer(event.agent, to), event.because, event.agent)
        if event.solves:
            course.do(Solve(event.text, event.agent), event.because, event.agent)
            course.do(Move("resolved", "done"), event.because, event.agent)
        course.rules("reply.sent", event.agent)
    else:
        _tell_colleagues(course, event)


def _tell_colleagues(course: Course, event: AgentWrote) -> None:
    """Who is called by a note reads it, and watches from then on; its owner hears of it anyway."""
    call(course, event.calls, event.agent, event.because)
    told = tuple(h for h in _concerned(course, event) if h not in (event.agent, *event.calls))
    if told:
        course.do(Notify(told, "a note for the team"), event.because)


def _concerned(course: Course, event: AgentWrote) -> dict[str, None]:
    """The owner, and who asked the writer for a yes and got other words."""
    asked = (str(a["asked_by"]) for a in course.ticket.approvals if a["approver"] == event.agent)
    found = (course.ticket.assignee or "", *asked)
    return dict.fromkeys(h for h in found if course.scene.book.people.agent(h))


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


def _failed(course: Course, event: LetterFailed) -> None:
    detail: dict[str, object] = {
        "recipient": event.recipient,
        "status": event.status,
        "permanent": event.permanent,
        "diagnostic": event.diagnostic,
    }
    course.do(Record("bounced", detail), event.because)
    course.rules("delivery.failed", event.author)


def _assign(course: Course, event: AgentFree) -> None:
    """The ticket waited for an agent; whoever is available now gets it."""
    ticket, scene = course.ticket, course.scene
    if ticket.assignee or not ticket.wanted:
        return
    choice = choose(ticket.wanted, ticket, scene.book, scene.roster, scene.now)
    if choice.agent:
        course.do(Assign(choice.agent, choice.why), event.because)
        course.do(Notify((choice.agent,), ASSIGNED), event.because)


def _approved(course: Course, event: ApprovalGiven) -> None:
    """A yes or a no; with the last yes the ticket goes where the question was about."""
    asked = waiting(course.ticket.approvals, event.approver)
    if asked is None:
        return
    course.do(Approve(event.approver, event.yes, event.comment), event.because, event.approver)
    level = agreed(course.ticket.approvals, asked)
    if level > course.ticket.escalation_level:
        course.do(Escalate(level, raised_to(course.scene, level)), event.because)
    people = course.scene.book.people
    asker = people.agent(str(asked["asked_by"])) or people.agent(course.ticket.assignee or "")
    if asker and asker.handle != event.approver:
        course.do(Notify((asker.handle,), APPROVED if event.yes else REFUSED), event.because)
