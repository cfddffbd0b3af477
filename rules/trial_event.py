"""The tables of a `[[test]]` as a ticket and an event: a desk on which nothing else happens."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from mimetypes import guess_type
from typing import Any, TypeGuard

from postdesk.mailbox.address import parse_addresses
from postdesk.mailbox.automatic import machine, spam
from postdesk.mailbox.mail import NOBODY, Address, Attachment, Mail
from postdesk.rules.around import Around
from postdesk.rules.book import Book
from postdesk.rules.compare import URGENCIES
from postdesk.rules.event import (
    AgentWrote,
    DeadlinePassed,
    Event,
    LetterFailed,
    MailCame,
    Ordered,
)
from postdesk.rules.facts import Scene
from postdesk.rules.language import language_of
from postdesk.rules.people import People
from postdesk.rules.span import read_span
from postdesk.rules.ticket import Participant, Ticket
from postdesk.rules.trial import RuleTest, TestMail
from postdesk.rules.withheld import withheld

OPENED, REPLIED = "ticket.created", "message.received"
SOMEBODY = "somebody@customer.example"  # who writes where a test does not say
ADDRESS = "support@example.com"
KEY = "test"

# What a test may say of the ticket before: names of conditions, and as what a ticket keeps them.
_TEXTS = ("title", "category", "team", "assignee", "created_by", "solution", "sla", "language")
_AS_IT_IS = (*_TEXTS, "address", "number", "escalation_level", "minutes_spent", "reopened")
_MOMENTS = ("first_response_at", "responded_at", "resolved_at", "closed_at", "due_at", "opened_at")
_SPANS = {"idle": "touched_at", "waiting": "waiting_since"}
BEFORE = frozenset(
    {*_AS_IT_IS, *_MOMENTS, *_SPANS, "status", "urgency", "replies", "requester"}
    | {"tags", "participants", "field", "fields", "overdue", "target"}
)


@dataclass(frozen=True, slots=True)
class Stage:
    """The desk that tests are played on: what time it is, its address, language and zone."""

    now: datetime
    address: str = ADDRESS
    language: str = "en"
    zone: tzinfo = UTC
    letters: Collection[str] = ()  # languages that letters are written in

    def at(self, test: RuleTest) -> datetime:
        """The time of a test; one without a zone is meant in the desk's."""
        return self.moment(test.at) if test.at else self.now

    def moment(self, at: datetime) -> datetime:
        """With the desk's zone, where it has none."""
        return at if at.tzinfo else at.replace(tzinfo=self.zone)


def event_name(test: RuleTest) -> str:
    """Which rules a test asks."""
    return test.on or (REPLIED if test.ticket else OPENED)


# --- the ticket ----------------------------------------------------------------------------------


def ticket_before(test: RuleTest, book: Book, stage: Stage) -> Ticket:
    """The ticket that a test begins with; a blank one where its mail opens it."""
    if event_name(test) == OPENED:
        return Ticket(0)
    table, now = test.ticket, stage.at(test)
    status = str(table.get("status", "new"))
    begun: dict[str, Any] = {"number": 1, "opened_at": now, "touched_at": now, "updated_at": now}
    begun |= {"language": stage.language, "address": stage.address}
    begun |= {name: table[name] for name in _AS_IT_IS if name in table}
    begun |= {name: stage.moment(at) for name in _MOMENTS if _is_time(at := table.get(name))}
    begun |= {_SPANS[name]: now - _length(table[name]) for name in _SPANS if name in table}
    who = Participant(_requester(test), "", "requester")
    return Ticket(
        **begun,
        status=status,
        status_kind=book.workflow.kind(status),
        urgency=_stars(table.get("urgency", 3)),
        answers=int(str(table.get("replies", 0))),
        requester=who,
        participants=(who, *(Participant(one, "", "cc") for one in _list(table, "participants"))),
        tags=_list(table, "tags"),
        fields=tuple((name, str(value)) for name, value in _fields(table).items()),
    )


def _requester(test: RuleTest) -> str:
    if found := test.ticket.get("requester"):
        return _address(str(found)).addr
    return _address(test.mail.sender).addr if test.mail else SOMEBODY


def _is_time(value: object) -> TypeGuard[datetime]:
    return isinstance(value, datetime)


def _length(value: object) -> timedelta:
    span = read_span(value) if isinstance(value, str) else None
    return span.clock + timedelta(days=span.business_days) if span else timedelta()


def _stars(value: object) -> int:
    return URGENCIES[value] if isinstance(value, str) else int(str(value))


def _list(table: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = table.get(name, ())
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def _fields(table: Mapping[str, object]) -> Mapping[str, object]:
    found = table.get("field") or table.get("fields")
    return found if isinstance(found, Mapping) else {}


# --- the event -----------------------------------------------------------------------------------


def scene_of(test: RuleTest, book: Book, stage: Stage) -> Scene:
    """All that the rules of a test can look at. Nothing else happens on this desk."""
    ticket, now = ticket_before(test, book, stage), stage.at(test)
    overdue = test.ticket.get("overdue")
    return Scene(
        ticket,
        event_of(test, ticket, book, stage),
        book,
        now,
        Around(zone=str(stage.zone)),
        target=str(test.ticket.get("target", "resolution")) if _by_time(test) else "",
        deadline=now - _length(overdue) if overdue else None,
        why=event_name(test).partition(".")[2] if _by_time(test) else "",
    )


def _by_time(test: RuleTest) -> bool:
    return event_name(test) in ("sla.warning", "sla.breached", "ticket.idle")


def event_of(test: RuleTest, ticket: Ticket, book: Book, stage: Stage) -> Event:
    """What happens in a test."""
    mail = _mail(test.mail or TestMail(), test, stage)
    match event_name(test):
        case name if name in (OPENED, REPLIED):
            return _came(mail, test, book, stage, opens=name == OPENED)
        case "reply.sent":
            return _wrote(mail, ticket, book.people)
        case "delivery.failed":
            who = ticket.requester.address if ticket.requester else SOMEBODY
            why = mail.new or "there is no such mailbox"
            return LetterFailed(who, "5.1.1", True, why, KEY, ticket.assignee)
        case "status.changed" | "ticket.closed":
            return Ordered(ticket.assignee or KEY, (), KEY)
    return DeadlinePassed(KEY)


def _came(mail: Mail, test: RuleTest, book: Book, stage: Stage, *, opens: bool) -> MailCame:
    people = book.people
    seen = [address.addr for address in (*mail.to, *mail.cc)]
    teams = tuple(dict.fromkeys((addr, t.name) for addr in seen if (t := people.team_at(addr))))
    address, team = teams[0] if teams else (stage.address, None)
    told = test.mail or TestMail()
    return MailCame(
        mail=mail,
        key=KEY,
        because=KEY,
        opens=opens,
        address=address,
        team=team,
        teams=tuple(dict.fromkeys(name for _, name in teams)),
        language=told.language or language_of(mail, people, stage.language, stage.letters),
        others=tuple(_others(mail, people, stage)),
        withheld=withheld(mail),
        proven=told.auth == "pass",
    )


def _others(mail: Mail, people: People, stage: Stage) -> Iterator[Participant]:
    ours = people.addresses_of_desk(stage.address)
    for one in (*mail.to, *mail.cc):
        if one.addr != mail.sender.addr and one.addr not in ours and not people.agent_of(one.addr):
            yield Participant(one.addr, one.name, "cc")


def _wrote(mail: Mail, ticket: Ticket, people: People) -> AgentWrote:
    """The agent whom the test names as sender, else the assignee, else the first there is."""
    author = people.agent_of(mail.sender.addr) or people.agent(ticket.assignee or "")
    author = author or next(iter(people.agents.values()), None)
    return AgentWrote(
        agent=author.handle if author else KEY,
        to="customer",
        key=KEY,
        because=KEY,
        message_id="",
        sender=Address(author.name, author.address) if author else mail.sender,
        text=mail.new,
        full_text=mail.text,
        rich=(),
        mail=mail,
    )


# --- the mail ------------------------------------------------------------------------------------


def _mail(table: TestMail, test: RuleTest, stage: Stage) -> Mail:
    sender = _address(table.sender) if table.sender else Address("", SOMEBODY)
    to = parse_addresses(table.to) or (Address("", stage.address),)
    headers = tuple(_headers(table, sender, to))
    first = dict(reversed(headers))
    return Mail(
        message_id="<test@customer.example>",
        in_reply_to=(),
        references=(),
        subject=table.subject,
        sender=sender,
        sender_doubt="" if sender.addr else "no address",
        reply_to=(),
        to=to,
        cc=parse_addresses(table.cc),
        date=None,
        headers=headers,
        text=table.text,
        new=table.text,
        rich=(),
        attachments=tuple(_files(table)),
        machine=machine(headers, first.get("return-path"), first.get("content-type", "")),
        spam=spam(headers),
        defects=(),
        digest=sha256(f"{test.where} {test.name}".encode("utf-8", "replace")).hexdigest(),
    )


def _headers(
    table: TestMail, sender: Address, to: tuple[Address, ...]
) -> Iterator[tuple[str, str]]:
    own = {name.lower(): value for name, value in table.headers.items()}
    usual = {"from": sender.addr, "to": ", ".join(one.addr for one in to)}
    if table.cc:
        usual["cc"] = ", ".join(table.cc)
    yield from ({**usual, "subject": table.subject} | own).items()


def _files(table: TestMail) -> Iterator[Attachment]:
    for part, name in enumerate(table.attachments, 1):
        kind = guess_type(name)[0] or "application/octet-stream"
        yield Attachment(part, name, kind, 0)


def _address(text: str) -> Address:
    return next(iter(parse_addresses([text])), NOBODY)
