"""What becomes of tickets when the files name somebody or something no longer."""

from postdesk.rules.assign import deputies
from postdesk.rules.course import Course
from postdesk.rules.effect import Assign, Await, Notify
from postdesk.rules.event import AgentGone
from postdesk.rules.people import People
from postdesk.rules.telling import lead_of
from postdesk.rules.ticket import Ticket

ASSIGNED = "assigned"
NO_HEIR = "least-loaded"  # how a ticket is given away that nobody inherits


def heir_of(handle: str, ticket: Ticket, before: People, people: People) -> str | None:
    """The handle of who takes over a ticket of an agent who is gone; None where nobody does.

    ``before`` are the people while the agent was there. Whoever has one of the agent's addresses
    is the agent under another name; then come the deputies, and the lead of the ticket's team.
    """
    gone = before.agent(handle)
    renamed = (people.agent_of(address) for address in (gone.addresses if gone else ()))
    line = [agent.handle for agent in renamed if agent]
    line += [agent.handle for agent in deputies(gone, before)] if gone else []
    there = (agent.handle for one in line if (agent := people.agent(one)))
    return next(there, None) or next(iter(lead_of(people, ticket)), None)


def inherit(course: Course, event: AgentGone) -> None:
    """The ticket goes to the heir, who is told; without one, to the first who has room."""
    if event.heir:
        course.do(Assign(event.heir), event.because)
        course.do(Notify((event.heir,), ASSIGNED, event.many), event.because)
    else:
        course.do(Assign(None), event.because)
        course.do(Await(NO_HEIR), event.because)
