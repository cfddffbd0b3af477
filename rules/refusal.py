"""What a ticket does not allow now, although the command was written well and by the right role."""

from collections.abc import Sequence

from postdesk.rules import order_look as look
from postdesk.rules import order_people as folk
from postdesk.rules import order_work as work
from postdesk.rules.book import Book
from postdesk.rules.order import Order
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket


def refusals(orders: Sequence[Order], ticket: Ticket, agent: Agent, book: Book) -> str:
    """Why these orders cannot be done on this ticket, in one text; ``""`` when they can."""
    found = (_refusal(order, ticket, agent, book) for order in orders)
    return "; ".join(dict.fromkeys(why for why in found if why))


def _refusal(order: Order, ticket: Ticket, agent: Agent, book: Book) -> str:
    match order:
        case work.Take() if ticket.assignee not in (None, agent.handle):
            owner = book.people.agent(str(ticket.assignee))
            name = owner.name if owner else ticket.assignee
            return f"{name} has it already; #assign me takes it over" if owner else ""
        case work.OwnMove(verb):
            return _not_from_here(verb, ticket, book)
        case work.Wait() | work.Schedule() | work.Start() if ticket.status_kind == "done":
            return f"#{order.verb}: the ticket is {_label(ticket, book)}; #reopen it first"
        case look.MergeInto(number) | look.DuplicateOf(number) if number == ticket.number:
            return f"#{order.verb}: that is this very ticket"
        case folk.ChangeCc(remove=gone) if _of_requester(ticket) in {one.addr for one in gone}:
            return "#cc: the requester gets every answer; #for names another one"
        case folk.SendVia(channel) if channel != "mail":
            return f"#via: {channel} is not set up at this desk"
    return ""


def _not_from_here(verb: str, ticket: Ticket, book: Book) -> str:
    move = book.workflow.move(verb)
    if move is None or move.to == ticket.status or move.starts_at(ticket.status):
        return ""
    allowed = " or ".join(book.workflow.label(name) for name in move.origins)
    return f"#{verb}: the ticket is {_label(ticket, book)}, and this begins at {allowed}"


def _label(ticket: Ticket, book: Book) -> str:
    return book.workflow.label(ticket.status).lower()


def _of_requester(ticket: Ticket) -> str:
    return ticket.requester.address if ticket.requester else ""
