"""What conditions can ask of a ticket and of what happened."""

from dataclasses import replace

import pytest
from made_up import KEY, NOON, came, mail, people, ticket, wrote

from postdesk.mailbox.mail import Attachment
from postdesk.rules.book import Book
from postdesk.rules.event import AnsweredByHand, Event, LetterFailed, Ordered
from postdesk.rules.facts import AGED, TICKET, Scene, facts
from postdesk.rules.known import FACTS
from postdesk.rules.order_work import Close
from postdesk.rules.people import Customer, Organisation
from postdesk.rules.ticket import Ticket

HEADERS = (("x-shop", "north"), ("list-id", "<l.example>"))
FILE = Attachment(1, "bill.pdf", "application/pdf", 9)
MAIL = mail(cc=("bob@example.com",), attachments=(FILE,), headers=HEADERS)
TICKET_NOW = replace(ticket(assignee="anna"), fields=(("site", "Berlin"),), tags=("vip",))
BY_HAND = AnsweredByHand(mail("Call us.", subject="Re: x"), KEY, "<9@x>", "bob")
FAILED = LetterFailed("petra@kunde.example", "", True, "no", "<3@x>", "anna")
COMMAND = Ordered("anna", (Close(),), "shell")
PEOPLE = replace(
    people(),
    customers={"petra@kunde.example": Customer("petra@kunde.example", "Petra", vip=True)},
    organisations={"kunde.example": Organisation("kunde.example", "Kunde AG")},
)
BOOK = Book(people=PEOPLE)


def ask(name: str, event: Event) -> object:
    return facts(scene(event))(name)


def scene(event: Event, now: Ticket = TICKET_NOW) -> Scene:
    return Scene(now, event, BOOK, NOON)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 1),
        ("status", "new"),
        ("status_kind", "open"),
        ("assignee", "anna"),
        ("team", ""),
        ("requester", "petra@kunde.example"),
        ("tags", ("vip",)),
        ("opened_at", TICKET_NOW.opened_at),
        ("closed_at", ""),
        ("field.site", "Berlin"),
        ("field.floor", ""),
        ("customer.vip", True),
        ("customer.name", "Petra"),
        ("customer.shoe_size", None),
        ("organisation.name", "Kunde AG"),
    ],
)
def test_of_a_ticket_everything_may_be_asked_at_any_event(name: str, value: object) -> None:
    for event in (came(MAIL), wrote(), BY_HAND, FAILED, COMMAND):
        assert ask(name, event) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "Printer"),
        ("text", "It is on fire."),
        ("from", "petra@kunde.example"),
        ("to", ("support@example.com", "bob@example.com")),
        ("header.X-Shop", "north"),
        ("header.none", ""),
        ("attachment", ("bill.pdf",)),
        ("language", "en"),
        ("auth", "none"),
        ("automatic", False),
        ("spam", False),
        ("withheld", ""),
        ("aged", False),
        ("receipts_today", 0),
        ("thanks", False),
    ],
)
def test_of_a_mail(name: str, value: object) -> None:
    assert ask(name, came(MAIL)) == value


def test_of_a_mail_that_is_not_answered() -> None:
    event = came(mail(machine="list", spam=True), withheld=AGED, proven=True, receipts_today=3)
    asked = ("automatic", "spam", "aged", "withheld", "auth", "receipts_today")
    assert [ask(name, event) for name in asked] == [True, True, True, AGED, "pass", 3]


@pytest.mark.parametrize(
    ("event", "author", "text"),
    [
        (wrote("bob"), "bob", "Run!"),
        (BY_HAND, "bob", "Call us."),
        (FAILED, "anna", None),
        (COMMAND, None, None),
    ],
)
def test_of_an_answer(event: Event, author: str | None, text: str | None) -> None:
    assert (ask("author", event), ask("text", event)) == (author, text)


def test_somebody_who_is_no_customer_has_no_facts_and_no_ticket_has_all() -> None:
    nobody = replace(TICKET_NOW, requester=None)
    assert facts(scene(COMMAND, nobody))("customer.vip") is None
    assert facts(scene(COMMAND, nobody))("requester") == ""


def test_every_field_of_a_ticket_that_is_known_is_there() -> None:
    for name in TICKET:
        assert ask(name, came(MAIL)) is not None, name
    assert FACTS.keys() > TICKET
