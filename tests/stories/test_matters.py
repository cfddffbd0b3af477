"""Mail about one thing is on one ticket; what a rule drops or holds is none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stories.town import PEOPLE, Person, Town
from stories.town import town as a_town

from postdesk.daemon.cli import main
from postdesk.mailbox.spool import Item

RULES = """
[[rule]]
name = "one ticket for each service"
on = "ticket.created"
when.from = "nagios@monitor.example"
when.subject.matches = '(PROBLEM|FLAPPING).* (?P<host>\\S+)/(?P<service>\\S+)'
then.link = "{host}/{service}"
then.category = "monitoring"

[[rule]]
name = "what recovers"
on = "ticket.created"
when.from = "nagios@monitor.example"
when.subject.matches = 'RECOVERY.* (?P<host>\\S+)/(?P<service>\\S+)'
then.link = "{host}/{service}"
then.drop = "no ticket is open about it"

[[rule]]
name = "is solved"
on = "message.received"
when.from = "nagios@monitor.example"
when.subject.contains = "RECOVERY"
then.status = "resolved"

[[rule]]
name = "chasers"
on = "ticket.created"
when.subject.any_word = "parcel"
then.link = "subject"

[[rule]]
name = "an order"
on = "ticket.created"
when.subject.matches = 'order (?P<order>[0-9]+)'
then.link = "order/{order}"

[[rule]]
name = "noise"
on = "ticket.created"
when.subject.starts_with = "Your backup succeeded"
then.drop = "backups that succeed are no news"

[[rule]]
name = "noise on a ticket"
on = "message.received"
when.text.contains = "unsubscribe me"
then.drop = true

[[rule]]
name = "who is that?"
on = "ticket.created"
when.subject.any_word = "lawyer"
then.hold = "the manager looks at these first"
"""


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    more = '[identity]\nreply = "token"'
    with a_town(tmp_path, database_url, people=PEOPLE + RULES, more=more) as place:
        yield place


@pytest.fixture
def nagios(town: Town) -> Person:
    return town.person("nagios@monitor.example", "Nagios")


def beeps(nagios: Person, subject: str) -> None:
    """A mail such as a monitoring system sends."""
    nagios.writes(subject, "See the console.", headers={"Auto-Submitted": "auto-generated"})


def mails(town: Town, number: int) -> list[str]:
    """The subjects of what came on a ticket."""
    return [m["subject"] for m in town.ticket(number)["messages"] if m["kind"] == "in"]


def spooled(town: Town) -> Item:
    """The latest mail."""
    return town.house.spool.items(None, 1)[0]


def types(town: Town, *words: str) -> None:
    """Somebody types ``postdesk WORDS`` at a shell beside the daemon."""
    assert main(["--config", str(town.folder / "config.toml"), *words]) == 0
    town.daemon.settle()


# --- monitoring ----------------------------------------------------------------------------------


def test_repeats_of_an_alert_are_on_its_ticket_and_the_recovery_resolves_it(
    town: Town, nagios: Person
) -> None:
    anna = town.person("anna@example.com")
    beeps(nagios, "** PROBLEM: CRITICAL web1/http")
    anna.hears("See the console.")
    beeps(nagios, "** FLAPPING: CRITICAL web1/http")
    beeps(nagios, "** PROBLEM: CRITICAL web2/http")
    assert town.tickets() == 2
    assert (len(mails(town, 1)), len(mails(town, 2))) == (2, 1)
    beeps(nagios, "** RECOVERY: OK web1/http")
    assert [town.ticket(n)["status"] for n in (1, 2)] == ["resolved", "new"]
    assert len(mails(town, 1)) == 3
    [moved] = [line for line in town.ticket(1)["history"] if line["act"] == "status"]
    assert '"is solved"' in moved["because"]
    nagios.hears_nothing()


def test_a_new_alert_after_the_recovery_is_a_new_ticket(town: Town, nagios: Person) -> None:
    for subject in ("** PROBLEM: web1/http", "** RECOVERY: web1/http", "** PROBLEM: web1/http"):
        beeps(nagios, subject)
    assert [town.ticket(n)["status"] for n in (1, 2)] == ["resolved", "new"]
    beeps(nagios, "** RECOVERY: web1/http")
    assert town.ticket(2)["status"] == "resolved" and town.tickets() == 2


def test_a_recovery_of_what_nobody_knows_is_dropped(town: Town, nagios: Person) -> None:
    beeps(nagios, "** RECOVERY: web9/http")
    assert town.tickets() == 0
    assert (spooled(town).state, spooled(town).ticket) == ("done", None)
    assert "no ticket is open about it" in spooled(town).reason


def test_an_alert_of_a_ticket_that_was_merged_is_on_its_target(town: Town, nagios: Person) -> None:
    beeps(nagios, "** PROBLEM: web1/http")
    beeps(nagios, "** PROBLEM: web1/disk")
    types(town, "do", "2", "merge", "1")
    beeps(nagios, "** FLAPPING: web1/disk")
    assert town.tickets() == 2
    assert mails(town, 1)[-1] == "** FLAPPING: web1/disk"


def test_two_machines_open_one_ticket_for_one_matter(tmp_path: Path, postgres_url: str) -> None:
    homes = [tmp_path / name for name in ("one", "two")]
    for home in homes:
        home.mkdir()
    with (
        a_town(homes[0], postgres_url, people=PEOPLE + RULES) as one,
        a_town(homes[1], postgres_url, people=PEOPLE + RULES) as two,
    ):
        for number in range(5):
            with ThreadPoolExecutor(2) as threads:
                for done in [threads.submit(alarm, town, number) for town in (one, two)]:
                    done.result()
        assert one.tickets() == 5
        assert [len(mails(one, number)) for number in range(1, 6)] == [6] * 5


def alarm(town: Town, number: int) -> None:
    """Three mails of one matter at once."""
    for nth in range(3):
        raw = (
            f"From: nagios@monitor.example\nTo: support@example.com\n"
            f"Subject: ** PROBLEM: CRITICAL web{number}/http\n"
            f"Date: {town.time:%a, %d %b %Y %H:%M:%S} +0000\n"
            f"Message-ID: <{id(town)}.{number}.{nth}@monitor.example>\n\nSee the console, {nth}.\n"
        )
        town.house.spool.put(
            raw.encode(), mail_from="nagios@monitor.example", rcpts=["support@example.com"]
        ).result()
    town.daemon.settle()


# --- people --------------------------------------------------------------------------------------


def test_a_chaser_joins_the_open_ticket_of_its_sender_and_subject(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example", "Petra"), town.person("anna@example.com")
    petra.writes("Where is my parcel?", "It has not come.")
    petra.hears()
    anna.hears()
    petra.writes("RE: where is my parcel?", "Hello? Anybody?")
    assert town.tickets() == 1
    anna.hears("Hello? Anybody?")
    petra.hears_nothing()  # one receipt a ticket
    assert [p["address"] for p in town.ticket(1)["participants"]] == ["petra@kunde.example"]


def test_somebody_elses_mail_of_that_subject_is_a_ticket_of_its_own(town: Town) -> None:
    town.person("petra@kunde.example").writes("Where is my parcel?", "It has not come.")
    town.person("eve@evil.example").writes("Where is my parcel?", "It has not come.")
    assert town.tickets() == 2


def test_a_matter_that_is_closed_begins_anew(town: Town) -> None:
    petra = town.person("petra@kunde.example")
    petra.writes("Where is my parcel?", "It has not come.")
    types(town, "do", "1", "close")
    petra.writes("Where is my parcel?", "Another one.")
    assert town.tickets() == 2


def test_who_joins_by_a_key_is_a_stranger_there_and_gets_no_answers(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    eve = town.person("eve@other.example", "Eve")
    petra.writes("My order 4711", "Where is it?")
    anna.hears()
    eve.writes("order 4711", "I ordered it with her.", cc="dan@other.example")
    assert town.tickets() == 1
    told = anna.hears("I ordered it with her.")
    assert "Somebody who was not part of" in told.text
    anna.replies("It is on its way.")
    assert town.fresh_letters_to(eve.address) == []
    assert town.fresh_letters_to("dan@other.example") == []
    assert [p["address"] for p in town.ticket(1)["participants"]] == ["petra@kunde.example"]


# --- dropped and held ----------------------------------------------------------------------------


def test_what_a_rule_drops_is_no_ticket_and_uses_up_no_number(town: Town) -> None:
    backup = town.person("backup@monitor.example")
    backup.writes("Your backup succeeded", "All of it.")
    item = spooled(town)
    assert (item.state, item.ticket, town.tickets()) == ("done", None, 0)
    assert item.reason.startswith("dropped by 10-people.toml:")
    assert '"noise"' in item.reason and "no news" in item.reason
    assert b"All of it." in town.house.spool.raw(item.key)
    assert town.letters() == []
    town.person("petra@kunde.example").writes("Hello", "It is the first one.")
    assert town.ticket(1)["title"] == "Hello"


def test_what_a_rule_drops_on_a_ticket_changes_nothing_there(town: Town) -> None:
    petra = town.person("petra@kunde.example")
    petra.writes("Hello", "It is the first one.")
    before = town.ticket(1)
    petra.replies("Please unsubscribe me.")
    assert town.ticket(1) == before
    assert '"noise on a ticket"' in spooled(town).reason


def test_what_a_rule_holds_waits_for_a_person_who_lets_it_through(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("My lawyer", "You will hear of him.")
    item = spooled(town)
    assert (item.state, item.ticket, town.tickets()) == ("held", None, 0)
    assert '"who is that?"' in item.reason and "the manager looks" in item.reason
    assert town.letters() == []
    town.restart()
    town.passes(days=1)
    assert spooled(town).state == "held"
    types(town, "spool", "retry", item.key)
    assert town.ticket(1)["title"] == "My lawyer"
    assert (spooled(town).state, spooled(town).ticket) == ("done", 1)
    anna.hears("You will hear of him.")
    petra.hears()
