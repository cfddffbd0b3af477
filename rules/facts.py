"""What conditions can ask: the names of DESIGN 4, looked up in ticket, event and book."""

from collections.abc import Callable

from postdesk.rules.event import AgentWrote, AnsweredByHand, Event, LetterFailed, MailCame
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket

TICKET = frozenset(
    {"number", "title", "status", "status_kind", "urgency", "category", "team", "assignee"}
    | {"created_by", "resolved_by", "closed_by", "channel", "address", "tags", "solution"}
    | {"opened_at", "updated_at", "first_response_at", "responded_at", "resolved_at", "closed_at"}
    | {"due_at", "respond_by", "resolve_by", "escalation_level", "minutes_spent", "requester"}
)
MAIL = frozenset(
    {"subject", "text", "from", "to", "header.*", "attachment", "language", "auth", "automatic"}
    | {"spam", "withheld", "receipts_today", "aged", "thanks"}
)
KNOWN = TICKET | MAIL | {"author", "field.*", "customer.*", "organisation.*"}


def facts(ticket: Ticket, event: Event, people: People) -> Callable[[str], object]:
    """A function from a condition's key to its value now; None for what is not there."""

    def look(name: str) -> object:
        table, _, key = name.partition(".")
        if name in TICKET:
            return _ticket(ticket, name)
        if table == "field":
            return dict(ticket.fields).get(key, "")
        if table in ("customer", "organisation"):
            return _person(ticket, people, table, key)
        match event:
            case MailCame():
                return _mail(event, ticket, table, key)
            case AgentWrote(text=text, agent=agent):
                return {"text": text, "author": agent, "subject": ticket.title}.get(name)
            case AnsweredByHand(mail=mail, agent=agent):
                return {"text": mail.new, "author": agent, "subject": mail.subject}.get(name)
            case LetterFailed():
                return event.author if name == "author" else None
        return None

    return look


def _ticket(ticket: Ticket, name: str) -> object:
    if name == "requester":
        return ticket.requester.address if ticket.requester else ""
    value = getattr(ticket, name)
    return "" if value is None else value


def _person(ticket: Ticket, people: People, table: str, key: str) -> object:
    address = ticket.requester.address if ticket.requester else ""
    found = people.customer_of(address) if table == "customer" else people.organisation_of(address)
    return getattr(found, key, None) if found else None


def _mail(event: MailCame, ticket: Ticket, name: str, key: str) -> object:
    mail = event.mail
    match name:
        case "subject":
            return mail.subject
        case "text":
            return mail.new
        case "from":
            return mail.sender.addr
        case "to":
            return tuple(a.addr for a in (*mail.to, *mail.cc))
        case "header":
            return mail.header(key.lower())
        case "attachment":
            return tuple(a.name for a in mail.attachments)
        case "language":
            return event.language
        case "auth":
            return "pass" if event.proven else "none"
        case "automatic":
            return bool(mail.machine)
        case "spam":
            return mail.spam
        case "withheld":
            return event.withheld
        case "aged":
            return event.withheld == AGED
        case "receipts_today":
            return event.receipts_today
        case "thanks":
            return thanks(mail.new)
    return None


AGED = "it has waited in its mailbox for over a day"
_THANKS = frozenset(
    {"thanks", "thank you", "many thanks", "thx", "danke", "vielen dank", "merci", "gracias"}
    | {"danke schön", "merci beaucoup", "muchas gracias", "thanks a lot", "thank you very much"}
)


def thanks(words: str) -> bool:
    """Is this nothing but thanks? Such a reply does not reopen what is done."""
    plain = " ".join(words.casefold().replace("!", " ").replace(".", " ").replace(",", " ").split())
    return plain in _THANKS
