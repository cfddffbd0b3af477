"""Time passes: promises hold over weekends and holidays, and each level hears once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town

RULES = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
manager = "max"

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
members = ["anna"]
lead = "lea"

[calendar.office]
timezone = "UTC"
hours = { mon-fri = ["09:00-17:00"] }
holidays = { extra = ["2026-11-30"] }

[sla.default]
calendar = "office"
medium = { first_response = "8h", next_response = "2h", resolution = "24h" }

[[rule]]
name = "all to support"
on = "ticket.created"
then.team = "support"

[[rule]]
name = "time is running out"
on = "sla.warning"
when.target = "first_response"
then.notify = "team"

[[rule]]
name = "no answer: the lead"
on = "sla.breached"
when.target = "first_response"
then.escalate = "lead"

[[rule]]
name = "still no answer: the manager"
on = "sla.breached"
calendar = "office"
when.target = "first_response"
when.overdue.above = "4h"
then.escalate = "manager"
"""
BELIEVING = '[identity]\nreply = "token"'
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=RULES, more=BELIEVING) as town:
        town.time = FRIDAY
        yield town


def until(town: Town, day: int, hour: int, minute: int = 0) -> None:
    """Time goes by until that moment of December 2026."""
    then = datetime(2026, 12, day, hour, minute, tzinfo=UTC)
    town.passes(seconds=(then - town.time).total_seconds())


def escalations(town: Town, number: int = 1) -> list[int]:
    """The levels of a ticket's escalations, in their order."""
    history = town.ticket(number)["history"]
    return [line["detail"]["level"] for line in history if line["act"] == "escalated"]


def test_an_answer_is_promised_in_open_hours(desk: Town) -> None:
    desk.person("petra@kunde.example").writes("Printer", "It is on fire.")
    ticket = desk.ticket(1)
    # Two hours on Friday, none on Monday (a holiday), six on Tuesday.
    assert ticket["respond_by"] == "2026-12-01T15:00:00.000000Z"
    assert ticket["resolve_by"] == ticket["due_at"] == "2026-12-03T15:00:00.000000Z"


def test_each_level_hears_once_while_the_desk_is_up(desk: Town) -> None:
    lea, max_ = desk.person("lea@example.com"), desk.person("max@example.com")
    desk.person("petra@kunde.example").writes("Printer", "It is on fire.")
    desk.person("anna@example.com").hears()
    until(desk, 1, 12, 59)
    lea.hears_nothing()
    until(desk, 1, 15, 1)
    lea.hears("It is on fire.")
    max_.hears_nothing()
    until(desk, 2, 10, 59)
    max_.hears_nothing()
    until(desk, 2, 11, 1)
    max_.hears("It is on fire.")
    until(desk, 20, 12)
    lea.hears_nothing()
    max_.hears_nothing()
    assert escalations(desk) == [2, 3]
    assert desk.ticket(1)["escalation_level"] == 3


def test_each_level_hears_once_after_the_desk_was_down(desk: Town) -> None:
    lea, max_ = desk.person("lea@example.com"), desk.person("max@example.com")
    desk.person("petra@kunde.example").writes("Printer", "It is on fire.")
    desk.stop()
    desk.time = datetime(2026, 12, 9, 12, 0, tzinfo=UTC)
    desk.daemon = desk.another_daemon()
    desk.daemon.start()
    desk.daemon.settle()
    assert escalations(desk) == [2, 3]
    lea.hears("It is on fire.")
    max_.hears("It is on fire.")
    desk.restart()
    desk.passes(days=7)
    lea.hears_nothing()
    max_.hears_nothing()


def test_the_team_is_warned_before_and_not_after(desk: Town) -> None:
    anna = desk.person("anna@example.com")
    desk.person("petra@kunde.example").writes("Printer", "It is on fire.")
    anna.hears()
    until(desk, 1, 13, 1)  # a quarter of eight hours before
    warned = anna.hears("It is on fire.")
    assert "Time is running out" in warned.text
    until(desk, 1, 16)
    anna.hears_nothing()


def test_an_answer_in_time_ends_it(desk: Town) -> None:
    anna, petra = desk.person("anna@example.com"), desk.person("petra@kunde.example")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    petra.hears("Run!")
    until(desk, 9, 12)
    assert escalations(desk) == []
    ticket = desk.ticket(1)
    assert ticket["respond_by"] is None  # it waits for the customer: the clock stands still
    assert ticket["resolve_by"] is None


def test_who_writes_again_is_answered_in_time_again(desk: Town) -> None:
    anna, petra = desk.person("anna@example.com"), desk.person("petra@kunde.example")
    petra.writes("Printer", "It is on fire.")
    petra.hears()
    anna.hears()
    anna.replies("Run!")
    until(desk, 1, 10)
    petra.replies("I ran. It still burns.", to=petra.hears("Run!"))
    ticket = desk.ticket(1)
    assert ticket["respond_by"] == "2026-12-01T12:00:00.000000Z"
    # Nothing of the solution's time was used on Friday, where the answer came at once.
    assert ticket["resolve_by"] == "2026-12-04T10:00:00.000000Z"


def test_two_machines_tell_each_level_once(tmp_path: Path, postgres_url: str) -> None:
    homes = [tmp_path / name for name in ("one", "two")]
    for home in homes:
        home.mkdir()
    with (
        a_town(homes[0], postgres_url, people=RULES, more=BELIEVING) as one,
        a_town(homes[1], postgres_url, people=RULES, more=BELIEVING) as two,
    ):
        one.time = two.time = FRIDAY
        for number in range(20):
            one.person(f"petra{number}@kunde.example").writes("Printer", "It is on fire.")
        late = (datetime(2026, 12, 9, 12, tzinfo=UTC) - FRIDAY).total_seconds()
        with ThreadPoolExecutor(2) as threads:
            for done in [threads.submit(town.passes, seconds=late) for town in (one, two)]:
                done.result()
        assert [escalations(one, number) for number in range(1, 21)] == [[2, 3]] * 20
        letters = [*one.letters(), *two.letters()]
        told = [str(letter.mail["Delivered-To"]) for letter in letters]
        assert (told.count("lea@example.com"), told.count("max@example.com")) == (20, 20)
