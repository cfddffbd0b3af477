"""What an agent is shown of a ticket and its customer, as the views that templates know."""

from postdesk.daemon.store import Tickets
from postdesk.mailbox.address import ascii_addr
from postdesk.mailbox.mail import Mail
from postdesk.rules.book import Book
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket
from postdesk.rules.workflow import DEFAULT
from postdesk.templates import views
from postdesk.templates.words import labels


def ticket_view(ticket: Ticket, language: str, people: People) -> views.TicketView:
    """A ticket in the words of this language."""
    owner = people.agent(ticket.assignee or "")
    return views.TicketView(
        number=ticket.number,
        title=ticket.title,
        status=status_label(ticket.status, language),
        urgency=ticket.urgency,
        opened_at=ticket.opened_at,
        team=ticket.team or "",
        assignee=owner.name if owner else "",
        tags=ticket.tags,
        respond_by=ticket.respond_by,
        resolve_by=ticket.resolve_by,
        escalation_level=ticket.escalation_level,
    )


def status_label(status: str, language: str) -> str:
    """The words for a status in this language, else the workflow's own."""
    return labels(language).status.get(status, DEFAULT.label(status))


def card_of(ticket: Ticket, book: Book, tickets: Tickets) -> views.Card | None:
    """Who the customer is: organisation, VIP, tickets so far and which are open."""
    who = ticket.requester
    if who is None:
        return None
    customer = book.people.customer_of(who.address)
    organisation = book.people.organisation_of(who.address)
    count, found = tickets.of_requester(who.address)
    return views.Card(
        name=(customer.name if customer else "") or who.name,
        address=who.address,
        organisation=(organisation.name or organisation.domain) if organisation else "",
        phone=customer.phone if customer else "",
        vip=bool((customer and customer.vip) or (organisation and organisation.vip)),
        tickets=count,
        open=tuple(
            views.OtherTicket(row["number"], row["title"], row["status"])
            for row in found
            if row["number"] != ticket.number
        ),
    )


def flags_of(mail: Mail, tickets: Tickets) -> views.Flags:
    """What makes this sender worth a second look."""
    sender = mail.sender.addr
    elsewhere = next((a.addr for a in mail.reply_to if a.addr != sender), "")
    return views.Flags(
        first_contact=tickets.mails_of(sender) == 0,
        odd_address="" if sender.isascii() else ascii_addr(sender) or sender,
        reply_to=elsewhere,
        doubt=mail.sender_doubt,
    )
