"""Lines of commands about several tickets: all of them are carried out, or none, and told."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from stories.town import Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.marks import CONTROL, Purpose

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
notices = []

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
notices = []
"""
TRUST = '[identity]\nreply = "token"\ncommand = "token"'
DESK = "support+desk@example.com"
DONE, REFUSED, LEFT = "✔", "✘", "\u2013"


@dataclass
class Desk:
    """A desk with three tickets of Petra's, and two agents who hear of nothing."""

    town: Town
    anna: Person
    bob: Person
    petra: Person

    def hers(self, agent: Person) -> str:
        """The control address with the mark of this agent."""
        handle = agent.address.partition("@")[0]
        return self.town.house.marks.address(CONTROL, Purpose.NOTE, f"agent:{handle}")

    def types(self, agent: Person, *lines: str) -> None:
        """Lines to the control address that is hers."""
        agent.writes("", "\n".join(lines), to=self.hers(agent))

    def statuses(self) -> list[str]:
        """Of all tickets."""
        count = self.town.tickets()
        return [self.town.ticket(number)["status"] for number in range(1, count + 1)]


def a_desk(town: Town) -> Desk:
    petra = town.person("petra@kunde.example", "Petra Kunde")
    for subject in ("Printer", "Scanner", "Coffee"):
        petra.writes(subject, "It is broken.")
    town.fresh_letters_to(petra.address)
    return Desk(town, town.person("anna@example.com"), town.person("bob@example.com"), petra)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with a_town(tmp_path, database_url, people=PEOPLE, more=TRUST) as town:
        yield a_desk(town)


@pytest.fixture
def careful_desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with a_town(tmp_path, database_url, people=PEOPLE) as town:
        yield a_desk(town)


def told(letter: Heard) -> list[str]:
    """What a transcript says of each line."""
    return [line.strip() for line in letter.text.splitlines() if line[:1] in (DONE, REFUSED, LEFT)]


def test_several_tickets_on_one_line(desk: Desk) -> None:
    desk.types(desk.anna, "1 2 close", "#3 assign bob")
    letter = desk.anna.hears("status: closed", subject="Done:")
    assert told(letter) == [
        f"{DONE} #1 “1 2 close”",
        f"{DONE} #2 “1 2 close”",
        f"{DONE} #3 “#3 assign bob”",
    ]
    assert "assigned: Bob Stone" in letter.text
    assert desk.statuses() == ["closed", "closed", "new"]
    assert desk.town.ticket(3)["assignee"] == "bob"


def test_one_wrong_line_and_nothing_is_done(desk: Desk) -> None:
    desk.types(desk.anna, "1 close", "Please hurry.")
    letter = desk.anna.hears("is no line like", subject="Not done:")
    assert told(letter) == [f"{LEFT} “1 close”", f"{REFUSED} “Please hurry.”"]
    assert desk.statuses() == ["new", "new", "new"]


def test_one_refusal_and_nothing_is_done_and_every_refusal_is_told(desk: Desk) -> None:
    desk.types(desk.bob, "1 take")
    desk.bob.hears()
    desk.types(desk.anna, "2 close", "1 take", "99 close")
    letter = desk.anna.hears("Bob Stone has it already", subject="Not done:")
    assert "there is no ticket #99" in letter.text
    assert told(letter) == [
        f"{LEFT} #2 “2 close”",
        f"{REFUSED} #1 “1 take”",
        f"{REFUSED} #99 “99 close”",
    ]
    assert desk.statuses() == ["new", "new", "new"]


def test_a_slip_is_asked_about_and_ok_does_what_was_meant(desk: Desk) -> None:
    desk.types(desk.anna, "1 2 clsoe", "3 assign bbo")
    question = desk.anna.hears("1 2 close", subject="Not sent:")
    assert "3 assign bob" in question.text and "send " not in question.text
    assert desk.statuses() == ["new", "new", "new"]
    desk.anna.replies("ok", to=question)
    assert desk.statuses() == ["closed", "closed", "new"]
    assert desk.town.ticket(3)["assignee"] == "bob"
    heard = desk.town.fresh_letters_to("anna@example.com")
    assert any("assigned: Bob Stone" in letter.text for letter in heard)


def test_the_address_without_a_mark_is_asked_about(desk: Desk) -> None:
    desk.anna.writes("", "1 close", to=DESK)
    assert desk.statuses()[0] == "new"
    desk.anna.replies("ok", to=desk.anna.hears(subject="Not sent:"))
    assert desk.statuses()[0] == "closed"


def test_it_is_asked_about_each_time(careful_desk: Desk) -> None:
    desk = careful_desk
    for line, status in (("1 close", "closed"), ("1 reopen", "reopened")):
        desk.anna.writes("", line, to=DESK)
        question = next(
            letter
            for letter in desk.town.fresh_letters_to("anna@example.com")
            if letter.subject.startswith("Not sent:")
        )
        desk.anna.replies("ok", to=question)
        assert desk.statuses()[0] == status


def test_another_agents_mark_proves_nothing(desk: Desk) -> None:
    desk.bob.writes("", "1 close", to=desk.hers(desk.anna))
    desk.bob.hears(subject="Not sent:")
    desk.anna.hears_nothing()
    assert desk.statuses()[0] == "new"


def test_two_tickets_become_one_once_it_is_confirmed(desk: Desk) -> None:
    desk.types(desk.anna, "2 1 merge")
    assert desk.town.ticket(2)["merged_into"] is None
    desk.anna.replies("ok", to=desk.anna.hears(subject="Not sent:"))
    assert desk.town.ticket(2)["merged_into"] == 1
    desk.town.fresh_letters_to("anna@example.com")
    desk.types(desk.anna, "2 close")
    assert desk.statuses()[0] == "closed"


def test_a_customers_lines_are_text(desk: Desk) -> None:
    desk.petra.writes("", "1 close", to=DESK)
    desk.petra.writes("", "2 close", to=desk.hers(desk.anna))
    assert desk.statuses()[:3] == ["new", "new", "new"]
    assert desk.town.ticket(4)["messages"][0]["text"].strip() == "1 close"


def test_views_and_tickets_can_be_asked_for(desk: Desk) -> None:
    desk.types(desk.anna, "list all")
    view = desk.anna.hears(subject="All tickets: 3")
    desk.anna.replies("1 close\n2 note She called", to=view)
    desk.anna.hears(subject="Done:")
    assert desk.statuses() == ["closed", "new", "new"]
    assert desk.town.ticket(2)["messages"][-1]["kind"] == "note"
    desk.types(desk.anna, "show 2")
    desk.anna.hears("She called", subject="[#2]")
    desk.types(desk.anna, "help close", "3 take")
    helped, done = sorted(
        desk.town.fresh_letters_to("anna@example.com"), key=lambda letter: "Done" in letter.subject
    )
    assert "#close" in helped.text and "mailed to you" in done.text


def test_an_empty_mail_is_answered_with_help(desk: Desk) -> None:
    desk.types(desk.anna, "#end")
    desk.anna.hears("“#close [REASON]”")


def test_nothing_that_belongs_into_an_answer(desk: Desk) -> None:
    desk.types(desk.anna, "1 preview")
    desk.anna.hears("reply to the ticket's own mail", subject="Not done:")


def test_an_agents_machine_is_not_obeyed(desk: Desk) -> None:
    desk.anna.writes("", "1 close", to=DESK, headers={"Auto-Submitted": "auto-replied"})
    desk.anna.hears_nothing()
    assert desk.statuses()[0] == "new"


@pytest.mark.parametrize(
    ("receipts", "heard"),
    [("hold", []), ("commands", ["Done: [#1] Printer"]), ("all", ["Done: [#1] Printer"] * 2)],
)
def test_receipts_are_for_those_who_want_them(
    tmp_path: Path, database_url: str, receipts: str, heard: list[str]
) -> None:
    people = PEOPLE.replace("notices = []", f'notices = []\nreceipts = "{receipts}"', 1)
    with a_town(tmp_path, database_url, people=people, more=TRUST) as town:
        desk = a_desk(town)
        address = town.house.marks.address("1", Purpose.REPLY, "agent:anna")
        desk.anna.writes("[#1] Printer", "#urgency 5\n#tag +fire\n#close\nIt is out.", to=address)
        town.passes(minutes=1)
        desk.anna.writes("[#1] Printer", "Really.", to=address)
        letters = town.fresh_letters_to("anna@example.com")
        assert [letter.subject for letter in letters] == heard
        if heard:
            assert told(letters[0]) == [
                f"{DONE} “#urgency 5”",
                f"{DONE} “#tag +fire”",
                f"{DONE} “#close”",
            ]
            assert "done: urgency: ★★★★★ critical" in letters[0].text
            assert "done: status: closed" in letters[0].text and "It is out." in letters[0].text


def test_where_the_host_knows_no_plus_addresses_an_answer_to_a_view_does(
    tmp_path: Path, database_url: str
) -> None:
    plain = 'reply = "support@example.com"'
    with a_town(tmp_path, database_url, people=PEOPLE, desk=plain, more=TRUST) as town:
        desk = a_desk(town)
        mark = town.house.marks.token("1", Purpose.REPLY, "agent:anna")
        desk.anna.writes("[#1]", f"#list all\n\n##- {mark} -##")
        view = desk.anna.hears(subject="All tickets: 3")
        desk.anna.replies("1 2 close", to=view)
        desk.anna.hears(subject="Done:")
        assert desk.statuses() == ["closed", "closed", "new"]
