"""All kept mail once more: by the same rules the same comes of it, and by others it is told."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from stories.town import PEOPLE, Town
from stories.town import town as a_town

from postdesk.daemon.cli import main
from postdesk.daemon.elsewhere import thrown_away
from postdesk.daemon.house import House
from postdesk.daemon.replaying import Replay, Replaying
from postdesk.daemon.workers import InlineWorkers

RULES = """
[team.billing]
members = ["anna", "bob"]

[calendar.always]
timezone = "UTC"
hours = { mon-sun = ["00:00-24:00"] }

[sla.default]
calendar = "always"
medium = { first_response = "4h", resolution = "100h" }

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
then.team = "billing"
then.assign = "round-robin"

[[rule]]
name = "late"
on = "sla.breached"
then.tag = "late"
then.escalate = true
"""
PETRA = "petra@kunde.example"
FILE = "rules/10-people.toml"


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=PEOPLE + RULES) as place:
        yield place


@contextmanager
def elsewhere(town: Town, folder: Path) -> Iterator[Replaying]:
    house = House(thrown_away(town.house.config, folder), InlineWorkers)
    house.rulebook.peek(town.time, town.house.rows)
    yield Replaying(house, town.house.rows)
    house.close()


def replay(town: Town, folder: Path) -> Replay:
    (folder / "away").mkdir(exist_ok=True)
    (folder / "away" / "postdesk.db").unlink(missing_ok=True)
    with elsewhere(town, folder / "away") as again:
        return again.run(town.time)


def a_month(town: Town) -> None:
    """Answers that are confirmed, an alert and its repeat, noise, a breach, the shell."""
    petra, anna = town.person(PETRA), town.person("anna@example.com")
    for n in range(3):
        petra.writes(f"An invoice {n}", f"It is wrong, {n} times.")
        town.passes(minutes=10)
    [first, *_] = town.letters_to("anna@example.com")
    anna.replies("You are right.", to=first)
    town.passes(minutes=1)
    anna.replies("ok", to=town.letters_to("anna@example.com")[-1], quote=False)
    town.passes(hours=1)
    petra.replies("Thank you, and now?", to=town.letters_to(PETRA)[-1])
    town.person("cron@web.example").writes("The cron", "Nothing to do.")
    for n in range(2):
        town.person("web@web.example").writes(f"alert: disk {n}", f"It is {n} % free.")
    town.passes(days=2)
    assert town.tickets() == 4
    assert town.ticket(2)["tags"] == ["late"]


def test_by_the_same_rules_the_same_comes_of_every_mail(town: Town, tmp_path: Path) -> None:
    a_month(town)
    found = replay(town, tmp_path)
    assert (found.mails, found.missing, found.tickets) == (9, 0, 4)
    assert (found.elsewhere, found.otherwise) == ([], [])


def test_what_other_rules_make_of_it_is_told(town: Town, tmp_path: Path) -> None:
    a_month(town)
    text = (town.folder / FILE).read_text()
    text = text.replace('then.link = "web1"', 'then.category = "alert"')
    (town.folder / FILE).write_text(text.replace('then.drop = "noise"', 'then.tag = "noise"'))
    found = replay(town, tmp_path)
    assert [(one.subject, one.was, one.would) for one in found.elsewhere] == [
        ("The cron", "on no ticket", "on ticket 5"),
        ("alert: disk 1", "on ticket 4", "on ticket 6"),
    ], "what there never was has a number of its own"
    changed = {one.ticket: one.differences for one in found.otherwise}
    assert set(changed) == {4, 5, 6}
    assert changed[4]["category"] == (None, "alert") and changed[4]["in"] == (2, 1)
    assert changed[5]["tags"][0] is None and changed[5]["tags"][1] == ["noise", "late"]


def test_acts_of_the_shell_are_done_again(town: Town, tmp_path: Path) -> None:
    config = ["--config", str(town.folder / "config.toml")]
    main([*config, "new", "--from", PETRA, "--subject", "By phone", "--text", "She called."])
    main([*config, "do", "1", "close"])
    town.daemon.settle()
    town.time = town.house.spool.items(None, 1)[0].received_at
    town.passes(minutes=1)
    assert town.ticket(1)["status"] == "closed"
    found = replay(town, tmp_path)
    assert (found.mails, found.elsewhere, found.otherwise) == (1, [], [])


def test_with_a_bad_edit_the_last_good_rules_are_used(town: Town, tmp_path: Path) -> None:
    a_month(town)
    (town.folder / FILE).write_text("[agent.")
    found = replay(town, tmp_path)
    assert (found.elsewhere, found.otherwise) == ([], [])


def test_mail_that_fails_or_is_gone_keeps_none_out(town: Town, tmp_path: Path) -> None:
    a_month(town)
    with closing(sqlite3.connect(town.folder / "var/spool.db", isolation_level=None)) as link:
        link.execute("DELETE FROM raw WHERE id = 1")
    with elsewhere(town, tmp_path) as again:
        desk = again.house.desk
        consider = desk.consider

        def fail(item, *rest):  # type: ignore[no-untyped-def]
            if item.subject == "An invoice 2":
                raise ValueError("a mistake of today's code")
            return consider(item, *rest)

        desk.consider = fail  # type: ignore[method-assign]
        found = again.run(town.time)
    assert (found.mails, found.missing) == (8, 1)
    assert found.elsewhere[0].would == "fails: ValueError: a mistake of today's code"


def test_nothing_of_the_desk_is_changed(town: Town, tmp_path: Path) -> None:
    a_month(town)
    rows = town.house.rows
    tables = ("ticket", "message", "history", "letter", "rule_set", "setting", "intake")
    with rows.reading():
        before = {name: rows.value(f"SELECT count(*) FROM {name}") for name in tables}
    spool = town.house.spool.items(None, 100)
    letters = len(town.letters())
    replay(town, tmp_path)
    town.daemon.settle()
    with rows.reading():
        assert {name: rows.value(f"SELECT count(*) FROM {name}") for name in tables} == before
    assert town.house.spool.items(None, 100) == spool
    assert len(town.letters()) == letters
