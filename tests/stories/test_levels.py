"""What rises: idle tickets, customers who wait, levels that need a yes; each once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
deputy = "bob"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]

[agent.lea]
name = "Lea Lead"
addresses = ["lea@example.com"]
role = "lead"
manager = "max"

[agent.max]
name = "Max Chief"
addresses = ["max@example.com"]
role = "manager"

[team.support]
members = ["anna", "bob"]
lead = "lea"

[[rule]]
name = "all to Anna"
on = "ticket.created"
then.team = "support"
then.assign = "anna"

[[rule]]
name = "an answer waits for two days: the agent"
on = "ticket.idle"
when.idle.above = "2d"
when.status = "responded"
then.escalate = "agent"

[[rule]]
name = "the customer waits for four hours: the team"
on = "ticket.idle"
when.waiting.above = "4h"
then.notify = "team"

[[rule]]
name = "and for a day: the manager says whether it is hers"
on = "ticket.idle"
when.waiting.above = "1d"
then.approve = "lead"
then.escalate = "manager"

[[rule]]
name = "whoever is away has it for two hours: the lead"
on = "ticket.idle"
when.idle.above = "2h"
when.absent = true
then.escalate = "lead"

[[rule]]
name = "reopened twice"
on = "status.changed"
when.status = "reopened"
when.reopened.above = 1
then.notify = "lead"
then.tag = "again and again"
"""
BELIEVING = '[identity]\nreply = "token"\ncommand = "token"'


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=PEOPLE, more=BELIEVING) as town:
        yield town


def burns(desk: Town) -> None:
    """Petra writes, and Anna has it."""
    desk.person("petra@kunde.example").writes("Printer", "It is on fire.")


def levels(desk: Town) -> list[int]:
    """Of a ticket's escalations, in their order."""
    history = desk.ticket(1)["history"]
    return [line["detail"]["level"] for line in history if line["act"] == "escalated"]


def test_an_idle_rule_comes_once_and_again_after_a_touch(desk: Town) -> None:
    anna, petra = desk.person("anna@example.com"), desk.person("petra@kunde.example")
    burns(desk)
    petra.hears()
    anna.replies("Is it out?", to=anna.hears())
    answered = petra.hears()
    desk.passes(days=1, hours=23)
    anna.hears_nothing()
    desk.passes(hours=2)
    assert "Escalated" in anna.hears("It is on fire.").text
    desk.passes(days=10)
    anna.hears_nothing()
    assert levels(desk) == [1]
    petra.replies("Yes.", to=answered)
    anna.replies("Fine.", to=anna.hears("Yes."))
    desk.passes(days=2, hours=1)
    assert levels(desk) == [1], "it has that level already"
    desk.restart()
    desk.passes(days=9)
    anna.hears_nothing()


def test_a_customer_who_waits_is_told_to_the_team_once(desk: Town) -> None:
    anna, bob = desk.person("anna@example.com"), desk.person("bob@example.com")
    burns(desk)
    anna.hears()
    desk.passes(hours=4)
    anna.hears("It is on fire.")
    bob.hears("It is on fire.")
    desk.passes(hours=5)
    anna.hears_nothing()
    bob.hears_nothing()


def test_with_a_yes_by_mail_it_goes_higher(desk: Town) -> None:
    anna, lea, max_ = (desk.person(f"{who}@example.com") for who in ("anna", "lea", "max"))
    burns(desk)
    desk.passes(days=1)
    asked = lea.hears("It is on fire.")
    assert "says whether it is hers" in asked.text
    max_.hears_nothing()
    desk.fresh_letters_to(anna.address)
    lea.replies("yes\nHe knows about fire.", to=asked)
    max_.hears("It is on fire.")
    ticket = desk.ticket(1)
    assert ticket["escalation_level"] == 3
    [approval] = ticket["approvals"]
    assert (approval["approver"], approval["state"]) == ("lea", "yes")
    assert approval["comment"] == "He knows about fire."
    anna.hears("It is on fire.")  # who owns it hears that it was agreed to
    lea.replies("yes", to=asked)
    desk.passes(days=3)
    max_.hears_nothing()
    assert levels(desk) == [3]


def test_with_a_no_it_stays(desk: Town) -> None:
    anna, lea, max_ = (desk.person(f"{who}@example.com") for who in ("anna", "lea", "max"))
    burns(desk)
    desk.passes(days=1)
    desk.fresh_letters_to(anna.address)
    lea.replies("No", to=lea.hears())
    assert "Not approved" in anna.hears().text
    desk.passes(days=3)
    max_.hears_nothing()
    assert desk.ticket(1)["escalation_level"] == 0
    assert desk.ticket(1)["approvals"][0]["state"] == "no"


def test_nobody_else_says_yes(desk: Town) -> None:
    lea, max_ = desk.person("lea@example.com"), desk.person("max@example.com")
    burns(desk)
    desk.passes(days=1)
    asked = lea.hears()
    desk.person("eve@evil.example").replies("yes", to=asked)
    desk.person("bob@example.com").replies("yes", to=asked)
    max_.hears_nothing()
    assert desk.ticket(1)["approvals"][0]["state"] == "waiting"


def test_what_waits_for_somebody_away_goes_to_the_lead(desk: Town) -> None:
    lea = desk.person("lea@example.com")
    burns(desk)
    desk.passes(hours=1)
    lea.hears_nothing()
    with desk.house.rows.transaction():
        desk.house.rosters.away("anna", desk.time + timedelta(days=3), desk.time)
    desk.passes(hours=1)
    lea.hears("It is on fire.")
    assert levels(desk) == [2]


def test_reopened_for_the_second_time_the_lead_hears(desk: Town) -> None:
    anna, petra, lea = (
        desk.person("anna@example.com"),
        desk.person("petra@kunde.example"),
        desk.person("lea@example.com"),
    )
    burns(desk)
    receipt = petra.hears()
    for n in (1, 2):
        anna.replies("#close", to=anna.hears())
        desk.passes(minutes=10)
        lea.hears_nothing()
        petra.replies(f"It burns again, {n}.", to=receipt)
    lea.hears()
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["tags"]) == ("reopened", ["again and again"])


def test_what_is_put_off_comes_back_and_was_not_idle(desk: Town) -> None:
    anna, bob = desk.person("anna@example.com"), desk.person("bob@example.com")
    burns(desk)
    anna.replies("#wait 3d", to=anna.hears())
    assert desk.ticket(1)["status"] == "pending"
    desk.passes(days=2, hours=23)
    anna.hears_nothing()
    desk.passes(hours=1)
    assert desk.ticket(1)["status"] == "in-progress"
    back = desk.fresh_letters_to(anna.address)
    assert any("time to go on" in letter.text for letter in back)
    bob.hears("It is on fire.")  # the customer has waited for over four hours
    desk.passes(days=5)
    assert [letter.text for letter in desk.fresh_letters_to(anna.address)] == []


def test_who_writes_takes_it_up_again(desk: Town) -> None:
    anna, petra = desk.person("anna@example.com"), desk.person("petra@kunde.example")
    burns(desk)
    receipt = petra.hears()
    anna.replies("#wait 3d", to=anna.hears())
    petra.replies("Now!", to=receipt)
    assert desk.ticket(1)["status"] == "in-progress"
    anna.hears("Now!")
    desk.passes(days=3)
    letters = desk.fresh_letters_to(anna.address)
    assert not any("time to go on" in letter.text for letter in letters)
