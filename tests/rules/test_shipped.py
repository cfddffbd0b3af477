"""The files that a new desk gets can be used as they are, and so can all that they propose."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from made_up import manners, people
from rule_files import shipped, spoken

from postdesk.rules.book import Book
from postdesk.rules.draft import SHAPES
from postdesk.rules.people import Customer
from postdesk.rules.read import read
from postdesk.rules.toml import read_toml
from postdesk.rules.trial import RuleTest, TestMail
from postdesk.rules.trial_event import Stage
from postdesk.rules.trials import failures

MORE = """
[agent]
bob = { addresses = ["bob@example.com"] }
max = { addresses = ["max@example.com"], role = "manager" }
[[test]]
name = "an order"
mail = { from = "petra@x.example", subject = "Order #4711 has not come" }
expect = { field = { order = "4711" } }
[[test]]
name = "an alert"
mail = { from = "monitoring@example.com", subject = "web1 http is DOWN" }
expect = { joined = "web1/http" }
[[test]]
name = "billing"
mail = { from = "petra@x.example", subject = "My invoice" }
expect = { team = "billing", category = "billing" }
[[test]]
name = "a VIP"
mail = { from = "petra@kunde.example", subject = "Hello" }
expect = { urgency = 4 }
[[test]]
name = "it came back twice"
mail = { from = "petra@kunde.example" }
on = "message.received"
ticket = { reopened = 2, status = "closed", assignee = "anna" }
expect = { approvers = ["max"] }
[[test]]
name = "a customer waits"
on = "ticket.idle"
ticket = { waiting = "5d", team = "billing" }
expect = { escalation_level = 2 }
"""
STAGE = Stage(datetime(2026, 11, 23, 12, tzinfo=UTC))


def book(texts: dict[str, str]) -> Book:
    found = read(texts, ["receipt"])
    assert isinstance(found, Book), "\n".join(map(str, found))
    return found


def test_they_are_good_rules() -> None:
    found = book(shipped())
    assert not found.people.agents
    assert found.warnings == ("no agents: customers get tickets and receipts, nobody is told",)
    assert len(found.rules) >= 7 and len(found.tests) >= 4 and found.replies


def test_what_they_propose_is_good_too_and_does_what_it_says() -> None:
    texts = {name: spoken(text) for name, text in shipped().items()}
    found = book({**texts, "99-more.toml": MORE})
    assert {kind for text in texts.values() for kind in tables(text)} == SHAPES.keys()
    told = [failure for test in found.tests for failure in failures(test, found, STAGE)]
    assert told == [], "\n".join(map(str, told))


def tables(text: str) -> set[str]:
    found = read_toml("x", text)
    return set(found.value) if hasattr(found, "value") else set()


STARS = [
    ("Printer on fire", 3),
    ("Re: not so urgent", 4),  # whoever writes the word gets them
    ("URGENT!!!", 4),
    ("Urgência no servidor", 4),
    ("Problème: URGENCE", 4),
    ("緊急です", 4),
    ("عاجل جدا", 4),
    ("Die Insurgenten", 3),
    ("Our site is down", 5),
    ("Dringend: Serverausfall", 5),
    ("Robert Down writes", 3),
]


@pytest.mark.parametrize(("subject", "stars"), STARS)
def test_the_stars_of_a_new_ticket(subject: str, stars: int) -> None:
    vip = Customer("petra@kunde.example", vip=True)
    rules = book(shipped()).rules
    found = replace(manners(), rules=rules, people=replace(people(), customers={vip.address: vip}))
    for sender, least in (("max@x.example", 1), ("petra@kunde.example", 4)):
        mail = TestMail(sender=sender, subject=subject)
        test = RuleTest("stars", mail, expect={"urgency": max(stars, least)}, where="x:1")
        assert failures(test, found, STAGE) == []
