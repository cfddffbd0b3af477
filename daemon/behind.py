"""Why a notice is written, in the words of whoever caused it."""

from collections.abc import Iterator

from postdesk.rules.event import ApprovalGiven, CustomerSaid, Event, Ordered
from postdesk.rules.order_people import AddTask
from postdesk.rules.order_work import EscalateIt
from postdesk.rules.people import Agent, People
from postdesk.templates.words import named


def words_behind(event: Event, reader: Agent, people: People, language: str) -> str:
    """What was said along with the act: the task, the reason, a customer's word, a note that
    stood in the same mail; "" for acts that say it all."""
    match event:
        case Ordered():
            return "\n".join(_of_orders(event, reader))
        case CustomerSaid(word, comment):
            return f"{named(word, 'customer_word', language)}\n{comment}".strip()
        case ApprovalGiven(approver, _, comment):
            agent = people.agent(approver)
            who = agent.name if agent else approver
            return f"{who}: {comment}" if comment else who
    return ""


def _of_orders(event: Ordered, reader: Agent) -> Iterator[str]:
    for order in event.orders:
        match order:
            case AddTask(what, agent) if agent == reader.handle:
                yield what
            case EscalateIt(why) if why:
                yield why
    if event.note:
        yield event.note
