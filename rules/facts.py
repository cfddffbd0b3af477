"""What conditions can ask: the names of DESIGN 4, looked up in ticket, event and book."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from postdesk.rules.around import NOTHING_AROUND, Around
from postdesk.rules.assign import Roster
from postdesk.rules.book import Book
from postdesk.rules.calendar import Calendar, is_open
from postdesk.rules.customer_words import is_thanks
from postdesk.rules.elapsed import Elapsed
from postdesk.rules.event import AgentWrote, AnsweredByHand, Event, LetterFailed, MailCame
from postdesk.rules.known import WEEKDAYS
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket

TICKET = frozenset(
    {"number", "title", "status", "status_kind", "urgency", "category", "team", "assignee"}
    | {"created_by", "resolved_by", "closed_by", "channel", "address", "tags", "solution"}
    | {"opened_at", "updated_at", "first_response_at", "responded_at", "resolved_at", "closed_at"}
    | {"due_at", "respond_by", "resolve_by", "escalation_level", "minutes_spent", "requester"}
    | {"sla", "reopened", "participants", "rating"}
)
Facts = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a rule can look at: one event on one ticket, at one moment."""

    ticket: Ticket
    event: Event
    book: Book
    now: datetime
    around: Around = NOTHING_AROUND
    target: str = ""  # which promise the event is about
    deadline: datetime | None = None  # of that promise
    why: str = ""  # what a deadline means, as a key of the letters' words

    def elapsed(self, since: datetime | None, calendar: str) -> Elapsed | None:
        """How long ago that was, in the open time of a rule's calendar where it names one."""
        if since is None:
            return None
        return Elapsed(since, self.now, self.book.calendars.get(calendar))

    @property
    def roster(self) -> Roster:
        """Who is there for this ticket."""
        return self.around.roster(self.ticket, self.book.people, self.now)

    @property
    def local(self) -> datetime:
        """Now, in the desk's zone."""
        return self.now.astimezone(ZoneInfo(self.around.zone))


def facts(scene: Scene, calendar: str = "") -> Facts:
    """A function from a condition's key to its value now; None for what is not there.

    ``calendar`` is the rule's own: its durations are then open time.
    """
    ticket, event, people = scene.ticket, scene.event, scene.book.people

    def look(name: str) -> object:
        table, _, key = name.partition(".")
        if name in TICKET:
            return _ticket(ticket, name)
        if table in _TIMES:
            return _time(scene, table, key, calendar)
        match table:
            case "field":
                return dict(ticket.fields).get(key, "")
            case "customer" | "organisation":
                return _person(ticket, event, people, table, key)
            case "internal":
                return bool(_person(ticket, event, people, "organisation", "internal"))
            case "absent":
                return ticket.assignee in scene.roster.away
            case "replies":
                return ticket.answers
            case "language" if not isinstance(event, MailCame):
                return ticket.language
            case "sender_open":
                return scene.around.sender_open(_writer(ticket, event))
        return _of_event(scene, name, table, key)

    return look


_TIMES = frozenset({"now", "weekday", "calendar", "idle", "waiting", "overdue", "target"})


def _time(scene: Scene, name: str, key: str, calendar: str) -> object:
    ticket = scene.ticket
    match name:
        case "now":
            return scene.local
        case "weekday":
            return WEEKDAYS[scene.local.weekday()]
        case "calendar":
            found: Calendar | None = scene.book.calendars.get(key)
            return found is not None and is_open(found, scene.now)
        case "idle":
            return scene.elapsed(ticket.touched_at, calendar)
        case "waiting":
            return scene.elapsed(ticket.waiting_since, calendar)
        case "overdue":
            return scene.elapsed(scene.deadline, calendar)
    return scene.target


def _of_event(scene: Scene, name: str, table: str, key: str) -> object:
    ticket, event = scene.ticket, scene.event
    match event:
        case MailCame():
            return _mail(event, ticket, table, key)
        case AgentWrote(text=text, agent=agent):
            return {"text": text, "author": agent, "subject": ticket.title}.get(name)
        case AnsweredByHand(mail=mail, agent=agent):
            return {"text": mail.new, "author": agent, "subject": mail.subject}.get(name)
        case LetterFailed():
            return event.author if name == "author" else None
    return ticket.title if name == "subject" else None


def _writer(ticket: Ticket, event: Event) -> str:
    """Whose matter it is: of a ticket that is not opened yet, the mail's sender's."""
    if ticket.requester:
        return ticket.requester.address
    return event.mail.sender.addr if isinstance(event, MailCame) else ""


def _ticket(ticket: Ticket, name: str) -> object:
    if name == "requester":
        return ticket.requester.address if ticket.requester else ""
    if name == "participants":
        return tuple(participant.address for participant in ticket.participants)
    if name == "rating":
        return ticket.rating.score if ticket.rating else ""
    value = getattr(ticket, name)
    return "" if value is None else value


def _person(ticket: Ticket, event: Event, people: People, table: str, key: str) -> object:
    address = _writer(ticket, event)
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
            return ticket.language if event.opens else event.language
        case "auth":
            return "pass" if event.proven else "none"
        case "proven":
            return event.proven
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
            return is_thanks(mail.new)
    return None


AGED = "it has waited in its mailbox for over a day"
