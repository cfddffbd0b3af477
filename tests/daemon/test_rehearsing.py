"""Edited rules over mail that is kept: what each ticket would have come to."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from stories.town import PEOPLE, Town
from stories.town import town as a_town

from postdesk.daemon.edit import read_edit
from postdesk.daemon.house import House
from postdesk.daemon.rehearsing import Rehearsal, Rehearsing
from postdesk.daemon.workers import InlineWorkers

RULES = """
[team.billing]
members = ["bob"]

[[rule]]
name = "noise"
on = "ticket.created"
when.from.starts_with = "cron@"
then.drop = "noise"

[[rule]]
name = "alerts"
on = "ticket.created"
when.subject.starts_with = "alert"
then.link = "web1"

[[rule]]
name = "invoices"
on = "ticket.created"
when.subject.any_word = "invoice"
then.category = "money"
"""
PETRA = "petra@kunde.example"


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    more = '[identity]\nreply = "token"\ncommand = "token"'
    with a_town(tmp_path, database_url, people=PEOPLE + RULES, more=more) as place:
        yield place


def rehearse(town: Town, old: str = "", new: str = "", *, days: int = 30) -> Rehearsal:
    """What would differ with ``new`` in the place of ``old``; the daemon goes on meanwhile."""
    config = town.house.config
    file = town.folder / "rules" / "10-people.toml"
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new))
    edit = read_edit(town.house.rulebook.sources, town.time)
    file.write_text(before)
    assert edit.book, edit.mistakes
    house = House(config, InlineWorkers)
    eyes = Rehearsing(house, town.house.book(), edit.book)
    found = eyes.run(town.time - timedelta(days=days), town.time)
    house.close()
    return found


def told(found: Rehearsal) -> dict[object, dict[str, tuple[object, object]]]:
    return {
        one.ticket or one.title: {d.name: (d.was, d.would) for d in one.differences}
        for one in found.changed
    }


def a_month(town: Town) -> None:
    """An invoice that is answered and closed, a question, noise, and two alerts."""
    petra, anna = town.person(PETRA), town.person("anna@example.com")
    petra.writes("An invoice", "It is wrong.")
    anna.hears("It is wrong.")
    anna.replies("You are right.")
    town.passes(hours=1)
    petra.replies("Thank you, and now?", to=town.letters_to(PETRA)[-1])
    anna.replies("#close\nNothing.", to=town.letters_to("anna@example.com")[-1])
    town.passes(days=1)
    petra.writes("A question", "Which?")
    town.person("cron@web.example").writes("The cron", "Nothing to do.")
    for n in range(2):
        town.person("web@web.example").writes(f"alert: disk {n}", f"It is {n} % free.")
    assert town.tickets() == 3


def test_the_same_rules_change_nothing(town: Town) -> None:
    a_month(town)
    found = rehearse(town)
    assert (found.mails, found.missing, found.changed) == (6, 0, [])
    assert town.ticket(1)["status"] == "closed", "it is a month that was told"


def test_what_rules_would_do_otherwise_is_told_of_each_ticket(town: Town) -> None:
    a_month(town)
    found = rehearse(
        town, 'then.category = "money"', 'then.category = "paper"\nthen.team = "billing"'
    )
    assert told(found) == {
        1: {
            "category": ("money", "paper"),
            "team": (None, "billing"),
            "notified": (("anna", "bob"), ("bob", "anna")),
        }
    }
    [ticket] = found.changed
    assert ticket.title == "An invoice" and len(ticket.mail) == 32
    assert 'toml:32 "invoices" (rules ' in ticket.differences[0].because


def test_mail_that_was_dropped_would_open_a_ticket(town: Town) -> None:
    a_month(town)
    found = told(rehearse(town, 'then.drop = "noise"', 'then.tag = "noise"'))
    assert list(found) == ["The cron"]
    assert found["The cron"]["dropped"] == ("noise", "")
    assert found["The cron"]["tags"] == ((), ("noise",))


def test_mail_that_joined_by_a_rule_would_open_a_ticket_of_its_own(town: Town) -> None:
    a_month(town)
    found = told(rehearse(town, 'then.link = "web1"', 'then.tag = "alert"'))
    assert found[3]["joined"] == ("web1", "")
    assert found["alert: disk 1"]["joined"] == (3, "")


def test_a_mail_that_would_join_another_that_opened_no_ticket_names_it(town: Town) -> None:
    a_month(town)
    noise = 'when.from.starts_with = "cron@"\nthen.drop = "noise"'
    found = told(rehearse(town, noise, 'when.from.ends_with = "@web.example"\nthen.link = "web1"'))
    assert found[3]["joined"] == ("web1", "The cron")


def test_only_what_came_since_is_asked(town: Town) -> None:
    a_month(town)
    change = (
        'when.subject.any_word = "invoice"',
        'when.subject.any_word = ["invoice", "question"]',
    )
    assert list(told(rehearse(town, *change))) == [2]
    town.passes(days=40)
    assert rehearse(town, *change).mails == 0


def test_a_ticket_of_before_goes_on_from_where_it_was(town: Town) -> None:
    a_month(town)
    town.passes(days=9)
    town.person(PETRA).replies("Once more: which?", to=town.letters_to(PETRA)[-1])
    rule = '[[rule]]\nname = "late"\non = "message.received"\nthen.tag = "late"\n\n[team.billing]'
    found = rehearse(town, "[team.billing]", rule, days=5)
    assert found.mails == 1
    assert {one["tags"] for one in told(found).values()} == {((), ("late",))}


def test_mail_that_is_kept_no_more_is_counted(town: Town) -> None:
    a_month(town)
    [one, *_] = town.house.spool.items("done", 1)
    gone = "DELETE FROM raw WHERE id = (SELECT id FROM item WHERE key = ?)"
    with closing(sqlite3.connect(town.folder / "var/spool.db", isolation_level=None)) as link:
        link.execute(gone, (one.key,))
    found = rehearse(town)
    assert (found.mails, found.missing) == (5, 1)


def test_nothing_is_written(town: Town) -> None:
    a_month(town)
    rows = town.house.rows
    tables = ("ticket", "message", "history", "letter", "rule_set", "setting", "matter")
    with rows.reading():
        before = {name: rows.value(f"SELECT count(*) FROM {name}") for name in tables}
    rehearse(town, 'then.category = "money"', 'then.category = "paper"')
    with rows.reading():
        assert {name: rows.value(f"SELECT count(*) FROM {name}") for name in tables} == before
