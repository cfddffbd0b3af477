"""A customer wrote to an agent herself; the agent passes the mail on to the desk."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from stories.town import Person, Town

INLINE = """{note}
---------- Forwarded message ---------
From: Petra Kunde <petra@kunde.example>
Date: Mon, 23 Nov 2026 at 08:12
Subject: Printer
To: <anna@example.com>


Dear Anna,

it is on fire.
"""


def forward(anna: Person, note: str = "", **more: str) -> EmailMessage:
    return anna.writes("Fwd: Printer", INLINE.format(note=note), headers=more or None)


def confirmed(anna: Person) -> None:
    """Anna is asked whether it was her, and says so."""
    anna.replies("ok", to=anna.hears(subject="Not sent:"))
    anna.town.fresh_letters_to(anna.address)


def test_a_forward_opens_the_ticket_in_the_customers_name(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    forward(anna, "Bob, can you look at this? She is angry.\n")
    assert town.tickets() == 0  # nobody can tell yet that it was Anna
    confirmed(anna)
    ticket = town.ticket(1)
    assert ticket["requester"] == {"address": "petra@kunde.example", "name": "Petra Kunde"}
    assert (ticket["title"], ticket["created_by"]) == ("Printer", "anna")
    assert [(m["kind"], m["from"]) for m in ticket["messages"]] == [
        ("in", "petra@kunde.example"),
        ("note", "anna@example.com"),
    ]
    assert "it is on fire." in ticket["messages"][0]["text"]
    assert ticket["messages"][1]["text"].startswith("Bob, can you look at this?")
    petra.hears_nothing()  # she did not write to the desk: no receipt

    bob = town.person("bob@example.com")
    bob.last = town.letters_to("bob@example.com")[0]
    bob.replies("I am on my way.")
    heard = petra.hears("I am on my way.")
    assert "angry" not in heard.mail.as_string()


def test_a_forward_as_attachment_does_the_same(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    original = (
        b"From: Petra Kunde <petra@kunde.example>\nTo: anna@example.com\nSubject: Printer\n"
        b"Message-ID: <private1@kunde.example>\n\nIt is on fire.\n"
    )

    def attach(mail: EmailMessage) -> None:
        mail.add_attachment(BytesParser(policy=default).parsebytes(original))

    anna.writes("Fwd: Printer", "See below.", change=attach)
    confirmed(anna)
    ticket = town.ticket(1)
    assert ticket["requester"]["address"] == petra.address
    assert "It is on fire." in ticket["messages"][0]["text"]

    # Petra goes on in Anna's private thread, with the desk in copy: it joins.
    petra.writes(
        "Re: Printer",
        "It still burns.",
        headers={
            "In-Reply-To": "<private1@kunde.example>",
            "References": "<private1@kunde.example>",
        },
    )
    assert town.tickets() == 1
    assert town.ticket(1)["messages"][-1]["text"] == "It still burns."


def test_a_forward_of_a_mail_we_know_joins_its_ticket(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    mail = petra.writes("Printer", "It is on fire.", cc="anna@example.com")
    petra.hears()
    anna.hears()
    known = str(mail["Message-ID"])
    forward(anna, "Is this ours?\n", **{"In-Reply-To": known, "References": known})
    confirmed(anna)
    assert town.tickets() == 1
    assert town.ticket(1)["messages"][-1]["kind"] == "note"
    petra.hears_nothing()


def test_a_cancelled_forward_opens_nothing(town: Town) -> None:
    anna = town.person("anna@example.com")
    forward(anna)
    anna.replies("cancel", to=anna.hears(subject="Not sent:"))
    assert town.tickets() == 0
    assert town.house.spool.counts() == {"new": 0, "held": 0, "done": 2}


@pytest.mark.parametrize("address", ["eve@evil.example", "petra@kunde.example"])
def test_a_customers_forward_is_a_mail_of_her_own(town: Town, address: str) -> None:
    eve = town.person(address)
    forward(eve, "Look at this.\n")
    assert town.tickets() == 1
    assert town.ticket(1)["requester"]["address"] == address
