"""What a customer's word does: it was offered, so it needs no more proof than the letter's mark."""

from postdesk.mailbox.mail import Address
from postdesk.rules import offers
from postdesk.rules.course import Course
from postdesk.rules.effect import Append, Move, Mute, Notify, Rate, Record, Reply
from postdesk.rules.event import CustomerSaid
from postdesk.rules.telling import responsible

CLOSED, REOPENED = "closed", "reopened"
UNHAPPY = 2  # stars: of fewer or so many, whoever is responsible hears
ANSWERS = {  # words that are answered by a letter
    offers.STATUS: "status",
    offers.TICKETS: "my-tickets",
    offers.HELP: "customer-help",
}


def customer_said(course: Course, event: CustomerSaid) -> None:
    """Do what the word says; where the ticket is there already, one polite line says so."""
    match event.word:
        case offers.STATUS | offers.TICKETS | offers.HELP:
            _note(course, event)
            _answer(course, event, ANSWERS[event.word])
        case offers.YES | offers.CLOSE:
            _go(course, event, CLOSED)
        case offers.NO | offers.REOPEN:
            _go(course, event, REOPENED)
        case offers.STOP:
            _note(course, event)
            course.do(Mute(event.who), event.because, event.who)
        case score:
            _rate(course, event, int(score))


def _go(course: Course, event: CustomerSaid, status: str) -> None:
    workflow = course.scene.book.workflow
    before = course.ticket.status_kind
    _note(course, event)
    if before == workflow.kind(status) and course.ticket.status != "resolved":
        _answer(course, event, ANSWERS[offers.STATUS])
        return
    course.do(Move(status, workflow.kind(status)), event.because, event.who)
    course.rules("status.changed")
    if status == CLOSED:
        course.rules("ticket.closed")
    elif agents := responsible(course.scene):
        course.do(Notify(agents, REOPENED), event.because)


def _answer(course: Course, event: CustomerSaid, letter: str) -> None:
    """One letter for a word; somebody who asks all the time is a machine, or knows already."""
    if not course.scene.around.enough(course.ticket, event.who, course.scene.now):
        course.do(Reply(letter, event.who), event.because)


def _rate(course: Course, event: CustomerSaid, score: int) -> None:
    course.do(Rate(score, event.comment), event.because, event.who)
    if event.comment:
        words = Append(
            "in", "", Address("", event.who), (), course.ticket.title, event.comment,
            event.comment, asks=False,
        )  # fmt: skip
        course.do(words, event.because, event.who)
    if score <= UNHAPPY and (agents := responsible(course.scene)):
        course.do(Notify(agents, "unhappy"), event.because)


def _note(course: Course, event: CustomerSaid) -> None:
    course.do(Record("answered by a word", {"word": event.word}), event.because, event.who)
