"""Orders carried out: what an agent's commands do to the ticket they were given on.

What reaches over the ticket (merge, split, mail me a view, I am away) is not done here.
"""

from datetime import datetime

from postdesk.mailbox.mail import Address
from postdesk.rules import effect_state as do
from postdesk.rules import order_look as look
from postdesk.rules import order_people as folk
from postdesk.rules import order_work as work
from postdesk.rules.act import raised_to
from postdesk.rules.course import Course
from postdesk.rules.effect import Append, Notify
from postdesk.rules.event import Ordered
from postdesk.rules.order import Order
from postdesk.rules.telling import of_team
from postdesk.rules.ticket import Link, Participant

HIGHEST = 3  # level of escalation
RESCUES = (work.Take, work.AssignTo, work.Start, work.Reopen)  # who does so means: it is no spam
ASSIGNED, MENTIONED, TASK = "assigned", "mentioned", "a task for you"


def ordered(course: Course, event: Ordered) -> None:
    """Do them in the order they were given; then the rules hear of a new status, once."""
    before = course.ticket.status
    for order in event.orders:
        _work(course, order, event)
    after = course.ticket.status
    if after != before:
        course.rules("status.changed", event.actor)
    junk = any(isinstance(order, work.MarkSpam) for order in event.orders)
    if after != before and after == "closed" and not junk:
        course.rules("ticket.closed", event.actor)


def _work(course: Course, order: Order, event: Ordered) -> None:
    """Orders about who does it, and how far it is."""
    because, actor = event.because, event.actor
    if course.ticket.spam and isinstance(order, RESCUES):
        course.do(do.MarkSpam(False), because, actor)
    match order:
        case work.Take() if course.ticket.assignee != actor:
            course.do(do.Assign(actor), because, actor)
        case work.AssignTo(agent, team):
            _assign(course, agent, team, event)
        case work.Unassign():
            course.do(do.Assign(None), because, actor)
        case work.Start():
            _move(course, "in-progress", event)
        case work.Wait(until):
            _put_off(course, "pending", event, until.at if until else None)
        case work.Schedule(at):
            _put_off(course, "scheduled", event, at.at)
        case work.Respond():
            course.do(do.Responded(), because, actor)
            _move(course, "responded", event)
        case work.Resolve(reason):
            _move(course, "resolved", event, reason)
        case work.Close(reason):
            _move(course, "closed", event, reason)
        case work.Reopen(reason):
            _move(course, "reopened", event, reason)
        case work.SetStatus(status):
            _move(course, status, event)
        case work.OwnMove(verb, reason):
            if move := course.scene.book.workflow.move(verb):
                _move(course, move.to, event, reason)
        case work.EscalateIt(why):
            _escalate(course, why, event)
        case work.MarkSpam():
            course.do(do.MarkSpam(True), because, actor)
            _move(course, "closed", event)
        case _:
            _facts(course, order, event)


def _facts(course: Course, order: Order, event: Ordered) -> None:
    """Orders about what is known of it."""
    because, actor = event.because, event.actor
    match order:
        case work.GiveStars(stars):
            course.do(do.SetUrgency(stars), because, actor)
        case work.SetDue(at):
            course.do(do.SetDue(at.at if at else None), because, actor)
        case work.Categorise(category):
            course.do(do.SetCategory(category or None), because, actor)
        case work.ChangeTags(add, remove, exactly):
            gone = tuple(t for t in course.ticket.tags if t not in add) if exactly else remove
            course.do(do.Tag(add, gone), because, actor)
        case work.FillFields(values):
            for name, value in values:
                course.do(do.SetField(name, value), because, actor)
        case work.ChooseSla(sla):
            course.do(do.SetSla(sla), because, actor)
        case work.SpendTime(minutes, on):
            course.do(do.Spend(minutes, on), because, actor)
        case _:
            _people(course, order, event)


def _people(course: Course, order: Order, event: Ordered) -> None:
    """Orders about people, and about other tickets that are merely named."""
    because, actor = event.because, event.actor
    match order:
        case folk.OnBehalf(customer):
            who = Participant(customer.addr, customer.name, "requester")
            course.do(do.SetRequester(who), because, actor)
        case folk.ChangeCc(add, remove):
            for one in add:
                course.do(do.Include(Participant(one.addr, one.name, "cc")), because, actor)
            for one in remove:
                course.do(do.Exclude(one.addr), because, actor)
        case folk.Mention(agents):
            call(course, agents, actor, because)
        case folk.AskApproval(agents, others, reason):
            asked = (*agents, *(one.addr for one in others))
            course.do(do.AskApproval(asked, reason), because, actor)
        case folk.AddTask(what, agent, team, due):
            course.do(do.AddTask(what, agent, team, due.at if due else None), because, actor)
            if agent and agent != actor:
                course.do(Notify((agent,), TASK), because, actor)
        case folk.Watch(on):
            course.do(do.Watch(actor, on), because, actor)
        case folk.Mute(on):
            course.do(do.Mute(actor, on), because, actor)
        case look.LinkTo(tickets):
            for number in tickets:
                course.do(do.Tie(Link("related", number)), because, actor)
        case look.DuplicateOf(number):
            course.do(do.Tie(Link("duplicate of", number)), because, actor)
            _move(course, "duplicate", event)


def _move(course: Course, status: str, event: Ordered, reason: str = "") -> None:
    if reason:
        _note(course, reason, event)
    kind = course.scene.book.workflow.kind(status)
    if course.ticket.status != status:
        course.do(do.Move(status, kind), event.because, event.actor)


def _put_off(course: Course, status: str, event: Ordered, until: datetime | None) -> None:
    _move(course, status, event)
    if until:
        course.do(do.Wake(until), event.because, event.actor)


def _assign(course: Course, agent: str | None, team: str | None, event: Ordered) -> None:
    because, actor = event.because, event.actor
    if team:
        course.do(do.SetTeam(team), because, actor)
        course.do(do.Assign(None), because, actor)
        found = course.scene.book.people.team(team)
        told = of_team(course.scene, found) if found else ()
    else:
        course.do(do.Assign(agent), because, actor)
        told = (agent,) if agent else ()
    if fresh := tuple(handle for handle in told if handle != actor):
        course.do(Notify(fresh, ASSIGNED), because, actor)


def _escalate(course: Course, why: str, event: Ordered) -> None:
    """To the next level at which there is somebody else."""
    if why:
        _note(course, why, event)
    nearest = min(HIGHEST, course.ticket.escalation_level + 1)
    heard = ((n, _others(course, n, event.actor)) for n in range(nearest, HIGHEST + 1))
    level, to = next((one for one in heard if one[1]), (nearest, ()))
    course.do(do.Escalate(level, to), event.because, event.actor)


def _others(course: Course, level: int, actor: str) -> tuple[str, ...]:
    return tuple(handle for handle in raised_to(course.scene, level) if handle != actor)


def call(course: Course, agents: tuple[str, ...], actor: str, because: str) -> None:
    """Colleagues who are mentioned are told, and watch the ticket from then on."""
    for agent in agents:
        course.do(do.Watch(agent), because, actor)
    if told := tuple(agent for agent in agents if agent != actor):
        course.do(Notify(told, MENTIONED), because, actor)


def _note(course: Course, words: str, event: Ordered) -> None:
    agent = course.scene.book.people.agent(event.actor)
    sender = Address(agent.name, agent.address) if agent else Address(event.actor, "")
    note = Append("note", "", sender, (), course.ticket.title, words, words, agent=event.actor)
    course.do(note, event.because, event.actor)
