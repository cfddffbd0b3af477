"""Mail to several teams: the first one owns the ticket, the others hear of it once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from stories.town import PEOPLE, Town
from stories.town import town as a_town

TEAMS = """
[agent.carol]
name = "Carol"
addresses = ["carol@example.com"]

[team.billing]
members = ["anna"]
addresses = ["billing@example.com"]

[team.sales]
members = ["bob", "carol"]
addresses = ["sales@example.com"]

[team.quiet]
members = ["anna", "bob", "carol"]
addresses = ["quiet@example.com"]
notify = false
"""
BOTH = "billing@example.com, sales@example.com"
HIDDEN = "undisclosed-recipients:;"


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    more = '[identity]\nreply = "token"'
    with a_town(tmp_path, database_url, people=PEOPLE + TEAMS, more=more) as place:
        yield place


def mail(to: str, *, name: str = "1", more: str = "") -> bytes:
    return (
        f"From: Petra <petra@kunde.example>\nTo: {to}\nSubject: Printer\n{more}"
        f"Date: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <{name}@kunde.example>\n"
        f"\nIt is on fire.\n"
    ).encode()


def send(town: Town, raw: bytes, *teams: str) -> None:
    town.deliver("petra@kunde.example", [f"{team}@example.com" for team in teams], raw)


def told(town: Town) -> dict[str, int]:
    names = ("anna", "bob", "carol")
    return {name: len(town.fresh_letters_to(f"{name}@example.com")) for name in names}


def test_one_mail_to_two_teams_is_one_ticket_of_the_first(town: Town) -> None:
    send(town, mail(BOTH), "billing", "sales")
    assert town.tickets() == 1
    assert town.ticket(1)["team"] == "billing"
    assert told(town) == {"anna": 1, "bob": 1, "carol": 1}
    because = [h["because"] for h in town.ticket(1)["history"] if h["act"] == "notified"]
    assert because[1] == "<1@kunde.example>"


@pytest.mark.parametrize("to", [BOTH, HIDDEN])
def test_two_copies_to_two_teams_are_one_ticket_and_each_agent_hears_once(
    town: Town, to: str
) -> None:
    send(town, mail(to), "billing")
    send(town, mail(to), "sales")
    send(town, mail(to), "sales")
    assert town.tickets() == 1
    assert len(town.ticket(1)["messages"]) == 1
    assert told(town) == {"anna": 1, "bob": 1, "carol": 1}


def test_the_second_team_hears_when_the_second_copy_comes(town: Town) -> None:
    send(town, mail(HIDDEN), "billing")
    assert told(town) == {"anna": 1, "bob": 0, "carol": 0}
    send(town, mail(HIDDEN), "sales")
    letter = town.person("bob@example.com").hears("It is on fire.")
    assert "Also written to your team" in letter.text
    assert told(town) == {"anna": 0, "bob": 0, "carol": 1}
    assert town.ticket(1)["team"] == "billing"


def test_a_copy_out_of_the_second_teams_mailbox_tells_that_team(town: Town) -> None:
    send(town, mail(HIDDEN), "billing")
    copy = b"Delivered-To: sales@example.com\n" + mail(HIDDEN)
    town.house.spool.keep(copy, source="imap", arrived=town.time)
    town.daemon.settle()
    assert town.tickets() == 1
    assert told(town) == {"anna": 1, "bob": 1, "carol": 1}


def test_a_copy_that_lay_in_its_mailbox_for_days_tells_nobody(town: Town) -> None:
    send(town, mail(HIDDEN), "billing")
    copy = b"Delivered-To: sales@example.com\n" + mail(HIDDEN)
    town.house.spool.keep(copy, source="imap", arrived=town.time - timedelta(days=2))
    town.daemon.settle()
    assert told(town) == {"anna": 1, "bob": 0, "carol": 0}


def test_the_second_team_may_answer(town: Town) -> None:
    send(town, mail(HIDDEN), "billing")
    send(town, mail(HIDDEN), "sales")
    petra, bob = town.person("petra@kunde.example"), town.person("bob@example.com")
    petra.hears()
    bob.hears()
    bob.replies("Run!")
    petra.hears("Run!")


def test_a_reply_with_another_team_in_copy_is_told_to_it(town: Town) -> None:
    petra = town.person("petra@kunde.example")
    petra.writes("Printer", "It is on fire.", to="billing@example.com")
    petra.hears()
    assert told(town) == {"anna": 1, "bob": 0, "carol": 0}
    petra.replies("Please, somebody?", cc="sales@example.com")
    assert told(town) == {"anna": 1, "bob": 1, "carol": 1}


def test_a_team_that_looks_at_its_list_is_not_told(town: Town) -> None:
    send(town, mail(HIDDEN), "billing")
    send(town, mail(HIDDEN), "quiet")
    assert told(town) == {"anna": 1, "bob": 0, "carol": 0}


def test_nobody_is_told_of_spam_twice(town: Town) -> None:
    spam = mail(BOTH, more="X-Spam-Flag: YES\n")
    send(town, spam, "billing")
    send(town, spam, "sales")
    assert told(town) == {"anna": 0, "bob": 0, "carol": 0}


def test_an_agents_answer_that_comes_twice_is_told_to_no_other_team(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.", to="billing@example.com")
    anna.hears()
    answer = anna.replies("Run!")
    town.deliver(anna.address, ["sales@example.com"], answer.as_bytes())
    assert town.tickets() == 1
    assert told(town) == {"anna": 0, "bob": 0, "carol": 0}
