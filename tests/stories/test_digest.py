"""Each agent's morning: what is new, overdue, held or taken, in one letter that can be answered."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from stories.town import Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.marks import CONTROL, Purpose

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
notices = ["digest"]

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
language = "de"
hours = "late"
notices = ["digest", "new", "assigned"]

[agent.max]
name = "Max Lang"
addresses = ["max@example.com"]
notices = []

[team.billing]
members = ["anna", "bob"]
addresses = ["billing@example.com"]

[calendar.late]
timezone = "Europe/Berlin"
hours = { mon-fri = ["11:00-19:00"] }
"""
TRUST = '[identity]\nreply = "token"\ncommand = "token"'


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    """A desk in its second week: on Monday at nine there was nothing to tell."""
    with a_town(tmp_path, database_url, people=PEOPLE, more=TRUST) as place:
        place.mornings = True
        yield place


@pytest.fixture
def anna(town: Town) -> Person:
    return town.person("anna@example.com")


def write(town: Town, subject: str, to: str = "support@example.com") -> None:
    town.person("petra@kunde.example", "Petra Kunde").writes(subject, "Please.", to=to)


def order(town: Town, agent: Person, *lines: str) -> None:
    """Lines of commands to the control address that is this agent's."""
    handle = agent.address.partition("@")[0]
    address = town.house.marks.address(CONTROL, Purpose.NOTE, f"agent:{handle}")
    agent.writes("", "\n".join(lines), to=address)
    town.fresh_letters_to(agent.address)


def wait_until(town: Town, day: int, hour: int, minute: int = 0) -> None:
    """Until then, of that November, in UTC."""
    there = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
    town.passes(seconds=(there - town.time).total_seconds())


def rows(letter: Heard) -> dict[int, int]:
    """The tickets of a digest by their rows."""
    heads = [line.partition(". [#") for line in letter.text.splitlines() if ". [#" in line]
    return {int(place): int(rest.partition("]")[0]) for place, _, rest in heads if place.isdigit()}


def test_it_comes_at_eight_with_counts_in_its_subject(town: Town, anna: Person) -> None:
    write(town, "Printer")
    write(town, "Invoice", to="billing@example.com")
    wait_until(town, 24, 7, 59)
    anna.hears_nothing()
    wait_until(town, 24, 8)
    letter = anna.hears("Good morning, Anna Berg", subject="2 new, 0 overdue")
    assert sorted(rows(letter).values()) == [1, 2]
    town.passes(hours=3)
    anna.hears_nothing()


def test_it_comes_when_her_hours_begin_in_her_language(town: Town) -> None:
    bob = town.person("bob@example.com")
    write(town, "Printer")
    town.fresh_letters_to(bob.address)
    wait_until(town, 23, 9, 59)
    bob.hears_nothing()
    wait_until(town, 23, 10)
    bob.hears("Guten Morgen, Bob Stone", subject="1 neues, 0 überfällige")


def test_once_a_day_also_after_a_restart_and_beside_another_daemon(
    town: Town, anna: Person
) -> None:
    write(town, "Printer")
    wait_until(town, 24, 8)
    letter = anna.hears()
    write(town, "Fresh")
    order(town, town.person("max@example.com"), "2 urgency 5")
    town.restart()
    other = town.another_daemon().house
    other.rulebook.start(town.time)
    other.rounds.step(town.time)
    other.close()
    town.passes(minutes=5)
    anna.hears_nothing()
    anna.replies("1 close", to=letter)  # its rows are those that she read
    anna.hears(subject="Done:")
    assert [town.ticket(number)["status"] for number in (1, 2)] == ["closed", "new"]
    wait_until(town, 25, 8)
    anna.hears(subject="1 new, 0 overdue")


def test_nothing_to_tell_is_no_letter_and_who_wants_none_gets_none(
    town: Town, anna: Person
) -> None:
    wait_until(town, 24, 9)
    anna.hears_nothing()
    write(town, "Printer")
    wait_until(town, 25, 9)
    anna.hears()
    town.person("max@example.com").hears_nothing()


def test_not_at_the_weekend_nor_while_she_is_away(town: Town, anna: Person) -> None:
    write(town, "Printer")
    order(town, anna, "away until 2026-11-26 12:00")
    wait_until(town, 26, 9)
    anna.hears_nothing()
    wait_until(town, 27, 9)
    anna.hears()
    wait_until(town, 29, 9)
    anna.hears_nothing()
    wait_until(town, 30, 9)
    anna.hears()


def test_a_morning_that_is_long_over_is_left_out(town: Town, anna: Person) -> None:
    write(town, "Printer")
    town.daemon.stop()
    town.time = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    town.daemon = town.another_daemon()
    town.daemon.start()
    town.passes(seconds=1)
    anna.hears_nothing()
    wait_until(town, 25, 8)
    anna.hears()


def test_its_sections_tell_what_is_whose(town: Town, anna: Person) -> None:
    for subject in ("Mine", "Late", "Old", "Taken"):
        write(town, subject)
    order(town, anna, "1 2 take", "2 due 2026-11-24 12:00")
    wait_until(town, 24, 8)
    anna.hears()
    order(town, town.person("max@example.com"), "4 take")
    write(town, "Fresh")
    wait_until(town, 25, 8)
    letter = anna.hears(subject="1 new, 1 overdue")
    parts = letter.text.split("\n\n")
    heads = [part.strip() for part in parts if part.strip() in _HEADS]
    assert heads == ["Overdue", "New", "Yours", "In your teams, without an agent"]
    assert list(rows(letter).values()) == [2, 5, 1, 3]
    assert "new: 4" in letter.text


_HEADS = {"Overdue", "New", "Yours", "In your teams, without an agent"}


def test_who_was_told_reads_who_took_it(town: Town) -> None:
    bob, max_ = town.person("bob@example.com"), town.person("max@example.com")
    wait_until(town, 23, 11)
    write(town, "Invoice", to="billing@example.com")
    bob.hears("Please.")
    order(town, max_, "1 take")
    wait_until(town, 24, 10)
    letter = bob.hears("Max Lang hat es.")
    assert "Davon hatten Sie gehört" in letter.text and rows(letter) == {1: 1}
    wait_until(town, 25, 10)
    bob.hears_nothing()


def test_what_she_had_and_gave_away_was_not_taken_from_her(town: Town) -> None:
    bob, max_ = town.person("bob@example.com"), town.person("max@example.com")
    wait_until(town, 23, 11)
    town.person("petra@kunde.example").writes("Printer", "Please.")
    town.fresh_letters_to(bob.address)
    wait_until(town, 24, 10)
    bob.hears()
    order(town, max_, "1 assign bob")
    bob.hears("Please.")
    order(town, bob, "1 assign max")
    wait_until(town, 25, 10)
    assert rows(bob.hears("zugewiesen: Max Lang")) == {}


def test_it_tells_what_her_commands_did_and_what_waits_for_her_word(
    town: Town, anna: Person
) -> None:
    write(town, "Printer")
    write(town, "Scanner")
    order(town, anna, "1 assign max", "1 due 2026-12-01 12:00")
    address = town.house.marks.address("2", Purpose.REPLY, "agent:anna")
    anna.writes("[#2]", "#clsoe\nIt is done.", to=address)
    anna.hears(subject="Not sent:")
    wait_until(town, 24, 8)
    letter = next(h for h in town.fresh_letters_to(anna.address) if "overdue" in h.subject)
    assert "#1 assigned: Max Lang" in letter.text
    assert "#1 due: Tue 1 Dec 2026, 12:00 UTC" in letter.text
    assert "Held" in letter.text and "Asked Mon 23 Nov 2026, 09:00 UTC" in letter.text
    assert rows(letter) == {1: 2}


def test_its_rows_can_be_answered(town: Town, anna: Person) -> None:
    for n in range(4):
        write(town, f"Ticket {n + 1}")
    order(town, anna, "3 urgency 5")
    wait_until(town, 24, 8)
    letter = anna.hears("3")
    assert rows(letter) == {1: 3, 2: 1, 3: 2, 4: 4}
    anna.replies("2 4 assign max\n#2 take")
    anna.hears("assigned: Max Lang", subject="Done:")
    assigned = [town.ticket(number)["assignee"] for number in (1, 2, 3, 4)]
    assert assigned == ["max", "anna", None, "max"]


def test_a_row_keeps_its_meaning_in_the_next_days(town: Town, anna: Person) -> None:
    write(town, "One")
    write(town, "Two")
    wait_until(town, 24, 8)
    first = anna.hears()
    order(town, anna, "1 close")
    wait_until(town, 25, 8)
    second = anna.hears()
    assert (rows(first), rows(second)) == ({1: 1, 2: 2}, {1: 2})
    anna.replies("2 take", to=first)
    anna.hears(subject="Done:")
    assert town.ticket(2)["assignee"] == "anna"


def test_an_answer_finds_its_digest_where_a_relay_gave_it_another_id(
    town: Town, anna: Person
) -> None:
    write(town, "One")
    wait_until(town, 24, 8)
    letter = anna.hears()

    def as_the_relay_left_it(mail: EmailMessage) -> None:
        del mail["In-Reply-To"], mail["References"]
        mail["In-Reply-To"] = "<0102@relay.example>"
        mail["References"] = f"{letter.mail['References']} <0102@relay.example>"

    anna.replies("1 take", change=as_the_relay_left_it)
    assert town.ticket(1)["assignee"] == "anna"


def test_rows_of_no_digest_are_not_guessed(town: Town, anna: Person) -> None:
    write(town, "One")
    wait_until(town, 24, 8)
    letter = anna.hears()
    anna.writes("No thread", "1 take", to=letter.reply_to)
    anna.hears("That cannot be told", subject="Not done:")
    assert town.ticket(1)["assignee"] is None
    anna.writes("No thread", "#1 take", to=letter.reply_to)
    assert town.ticket(1)["assignee"] == "anna"


def test_a_long_morning_is_cut_below_what_clients_show(town: Town, anna: Person) -> None:
    for n in range(70):
        write(town, f"{n} " + "a very long title of a ticket " * 6)
    wait_until(town, 24, 8)
    letter = anna.hears("more are not shown", subject="70 new")
    assert len(letter.html.encode()) < 90_000 and len(rows(letter)) >= 30
