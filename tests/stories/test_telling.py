"""Who is told: by each word of a rule, within her hours, and by whoever stands in for her."""

from collections.abc import Iterator
from contextlib import contextmanager
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
manager = "max"

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]

[agent.carol]
name = "Carol Day"
addresses = ["carol@example.com"]

[agent.lea]
name = "Lea Lead"
addresses = ["lea@example.com"]
role = "lead"

[agent.max]
name = "Max Chief"
addresses = ["max@example.com"]
role = "manager"

[agent.eve]
name = "Eve Admin"
addresses = ["eve@example.com"]
role = "admin"

[team.support]
members = ["anna", "bob"]
lead = "lea"

[team.web]
members = ["carol"]

[[rule]]
name = "all to Anna"
on = "ticket.created"
then.team = "support"
then.assign = "anna"
"""
EVERYBODY = ("anna", "bob", "carol", "lea", "max", "eve")
TOLD = """
[[rule]]
name = "tell them"
on = "ticket.created"
when.subject.starts_with = "Fire"
then.notify = {whom}
"""
HOURS = """
[calendar.office]
timezone = "UTC"
hours = { mon-fri = ["08:00-16:00"] }
"""
BELIEVING = '[identity]\nreply = "token"\ncommand = "token"'


@contextmanager
def a_desk(folder: Path, database: str, more: str = "", people: str = PEOPLE) -> Iterator[Town]:
    with a_town(folder, database, people=people + more, more=BELIEVING) as town:
        yield town


def told(town: Town) -> set[str]:
    """The handles of those who got a letter since the last look."""
    return {name for name in EVERYBODY if town.fresh_letters_to(f"{name}@example.com")}


WORDS = [
    ('"assignee"', {"anna"}),
    ('"responsible"', {"anna"}),
    ('"team"', {"anna", "bob"}),
    ('"team:web"', {"anna", "carol"}),
    ('"lead"', {"anna", "lea"}),
    ('"manager"', {"anna", "max"}),
    ('"admins"', {"anna", "eve"}),
    ('"bob"', {"anna", "bob"}),
    ('["lead", "manager", "lea@example.com"]', {"anna", "lea", "max"}),
]


@pytest.mark.parametrize(("whom", "agents"), WORDS, ids=[whom for whom, _ in WORDS])
def test_by_each_word_of_notify(
    tmp_path: Path, database_url: str, whom: str, agents: set[str]
) -> None:
    with a_desk(tmp_path, database_url, TOLD.replace("{whom}", whom)) as town:
        town.person("petra@kunde.example").writes("Fire", "It is on fire.")
        assert told(town) == agents  # Anna as the one who has it
        town.person("petra@kunde.example").writes("Water", "It is wet.")
        assert told(town) == {"anna"}


def test_an_address_outside_is_told_and_can_do_nothing(tmp_path: Path, database_url: str) -> None:
    outside = TOLD.replace("{whom}", '"cfo@other.example"')
    with a_desk(tmp_path, database_url, outside) as town:
        petra, cfo = town.person("petra@kunde.example"), town.person("cfo@other.example")
        petra.writes("Fire", "It is on fire.")
        petra.hears()
        letter = cfo.hears("It is on fire.")
        assert "mailto:" not in letter.html and "Reply →" not in letter.text
        cfo.replies("#close\nGo away.", to=letter)
        petra.hears_nothing()
        assert town.ticket(1)["status"] == "new"
        heard = [letter.text for letter in town.fresh_letters_to("anna@example.com")]
        assert any("Somebody who was not part of" in text and "Go away." in text for text in heard)


# --- her hours -----------------------------------------------------------------------------------


def test_outside_her_hours_she_is_told_when_they_begin(tmp_path: Path, database_url: str) -> None:
    people = PEOPLE.replace("[agent.anna]", '[agent.anna]\nhours = "office"')
    with a_desk(tmp_path, database_url, HOURS, people) as town:
        anna = town.person("anna@example.com")
        town.time = town.time.replace(hour=20)  # on a Monday
        town.person("petra@kunde.example").writes("Printer", "It is on fire.")
        anna.hears_nothing()
        town.passes(hours=11, minutes=59)
        anna.hears_nothing()
        town.passes(minutes=1)
        anna.hears("It is on fire.")


def test_an_escalation_does_not_wait_for_her_hours(tmp_path: Path, database_url: str) -> None:
    rule = '[[rule]]\nname = "up"\non = "ticket.created"\nthen.escalate = "agent"\n'
    people = PEOPLE.replace("[agent.anna]", '[agent.anna]\nhours = "office"')
    with a_desk(tmp_path, database_url, HOURS + rule, people) as town:
        town.time = town.time.replace(hour=20)
        town.person("petra@kunde.example").writes("Printer", "It is on fire.")
        town.person("anna@example.com").hears("It is on fire.")


def test_a_team_that_is_all_at_home_is_told_by_its_lead(tmp_path: Path, database_url: str) -> None:
    people = PEOPLE.replace('then.assign = "anna"\n', "")
    for name in ("anna", "bob"):
        people = people.replace(f"[agent.{name}]", f'[agent.{name}]\nhours = "office"')
    with a_desk(tmp_path, database_url, HOURS, people) as town:
        town.time = town.time.replace(hour=20)
        town.person("petra@kunde.example").writes("Printer", "It is on fire.")
        assert told(town) == {"lea"}
        town.time = town.time.replace(hour=10)
        town.person("petra@kunde.example").writes("Printer", "It is on fire again.")
        assert told(town) == {"anna", "bob"}


# --- away ----------------------------------------------------------------------------------------


def test_the_deputy_hears_of_what_waits_for_somebody_away(
    tmp_path: Path, database_url: str
) -> None:
    with a_desk(tmp_path, database_url) as town:
        petra = town.person("petra@kunde.example")
        petra.writes("Printer", "It is on fire.")
        receipt = petra.hears()
        assert told(town) == {"anna"}
        with town.house.rows.transaction():
            town.house.rosters.away("anna", town.time + timedelta(days=2), town.time)
        petra.replies("Hello?", to=receipt)
        assert told(town) == {"anna", "bob"}
        assert town.ticket(1)["assignee"] == "anna"
        town.passes(days=2)
        petra.replies("Hello??", to=receipt)
        assert told(town) == {"anna"}


# --- whose ticket --------------------------------------------------------------------------------

NOTIFY = [
    ("true", {"anna", "bob"}),
    ('"all"', {"anna", "bob"}),
    ('"available"', {"anna", "bob"}),
    ('"lead"', {"lea"}),
    ("false", set()),
    ('["bob@example.com"]', {"bob"}),
]


@pytest.mark.parametrize(("value", "agents"), NOTIFY, ids=[value for value, _ in NOTIFY])
def test_a_team_says_who_hears_of_what_nobody_has(
    tmp_path: Path, database_url: str, value: str, agents: set[str]
) -> None:
    people = PEOPLE.replace('then.assign = "anna"\n', "")
    people = people.replace("[team.support]", f"[team.support]\nnotify = {value}")
    with a_desk(tmp_path, database_url, people=people) as town:
        town.person("petra@kunde.example").writes("Printer", "It is on fire.")
        assert told(town) == agents


def test_a_note_of_a_rule_stays_inside(tmp_path: Path, database_url: str) -> None:
    rule = (
        '[[rule]]\nname = "look"\non = "ticket.created"\n'
        "when.subject.matches = 'order (?P<order>[0-9]+)'\n"
        'then.note = "The shop says: order {order} was refunded."\nthen.set.order = "{order}"\n'
    )
    with a_desk(tmp_path, database_url, rule) as town:
        petra = town.person("petra@kunde.example")
        petra.writes("My order 4711", "Where is it?")
        petra.hears()
        ticket = town.ticket(1)
        notes = [m for m in ticket["messages"] if m["kind"] == "note"]
        assert [note["text"] for note in notes] == ["The shop says: order 4711 was refunded."]
        assert ticket["fields"] == {"order": "4711"}
        anna = town.person("anna@example.com")
        anna.hears()
        anna.replies("On its way.")
        assert "refunded" not in petra.hears("On its way.").text
