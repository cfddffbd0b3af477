"""Tickets that become one, and ones that come apart again."""

from postdesk.rules.course import Course
from postdesk.rules.effect import (
    Include,
    MergeAway,
    Move,
    Notify,
    Open,
    Record,
    Reply,
    SetTeam,
    Tie,
    Untie,
)
from postdesk.rules.event import Absorbed, GaveAway, Merged, SplitOff
from postdesk.rules.ticket import Link, Participant

HAS, FROM = "merged", "split from"  # kinds of links
JOINED = "merged"  # why the owner of the other ticket is told, and the letter to the customer
MOST_PARTICIPANTS = 20


def merged(course: Course, event: Merged) -> None:
    """It is over here, and goes on there: the customer is told; taken back, it is open again."""
    status = "closed" if event.into else "reopened"
    course.do(MergeAway(event.into), event.because, event.actor)
    kind = course.scene.book.workflow.kind(status)
    course.do(Move(status, kind), event.because, event.actor)
    if event.into and course.ticket.requester:
        _tell(course, course.ticket.requester.address, event)


def _tell(course: Course, customer: str, event: Merged) -> None:
    if why := course.scene.around.withheld(course.ticket, customer):
        course.do(Record("withheld", {"letter": JOINED, "why": why}), event.because)
    else:
        course.do(Reply(JOINED, customer), event.because)


def absorbed(course: Course, event: Absorbed) -> None:
    """Whoever got answers there gets them here; the owner hears of it."""
    link = Link(HAS, event.number)
    if event.gone:
        course.do(Untie(link), event.because, event.actor)
        return
    course.do(Tie(link), event.because, event.actor)
    for person in event.people:
        known = course.ticket.participants
        if len(known) < MOST_PARTICIPANTS and not course.ticket.has_participant(person.address):
            added = Participant(person.address, person.name, "cc")
            course.do(Include(added), event.because, event.actor)
    owner = course.ticket.assignee
    if owner and owner != event.actor:
        course.do(Notify((owner,), JOINED), event.because, event.actor)


def split_off(course: Course, event: SplitOff) -> None:
    """A ticket of its own, for whoever wrote that message."""
    because, actor = event.because, event.actor
    who = event.requester
    course.do(Open(event.title, who, actor, event.language, "mail", event.address), because, actor)
    if event.team:
        course.do(SetTeam(event.team), because, actor)
    course.do(Tie(Link(FROM, event.origin)), because, actor)


def gave_away(course: Course, event: GaveAway) -> None:
    """A line of history says where the message went."""
    course.do(Record("split", {"number": event.number}), event.because, event.actor)
