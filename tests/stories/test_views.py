"""Agents ask by mail, and are answered by mail: views, what has some words, tickets, help."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from stories.town import Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.marks import Purpose

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
notices = []

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
language = "de"
notices = []

[agent.max]
name = "Max Lang"
addresses = ["max@example.com"]
role = "lead"
notices = []

[team.billing]
members = ["anna"]
addresses = ["billing@example.com"]

[customer."vip@kunde.example"]
name = "Viola Kunde"
coordinator = "bob"

[view.fires]
label = "What burns"
when.title.any_word = "fire"

[reply.refund]
text = "Dear customer, your money is on its way."
category = "billing"

[reply.hours]
text = "We are there from nine to five."
"""
TRUST = '[identity]\nreply = "token"\ncommand = "token"'


@dataclass
class Desk:
    """A desk with three tickets: 1 is on fire, 2 waits for billing, 3 is Viola's."""

    town: Town
    anna: Person
    bob: Person
    max: Person
    petra: Person

    def asks(self, agent: Person, *lines: str, about: int = 1) -> None:
        """Commands to a ticket, as a mail of its own to the address that is hers."""
        agent.writes(f"[#{about}]", "\n".join(lines), to=self.address(agent, about))

    def address(self, agent: Person, number: int) -> str:
        """Where this agent's answers to a ticket go."""
        handle = agent.address.partition("@")[0]
        return self.town.house.marks.address(str(number), Purpose.REPLY, f"agent:{handle}")


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with a_town(tmp_path, database_url, people=PEOPLE, more=TRUST) as town:
        petra = town.person("petra@kunde.example", "Petra Kunde")
        petra.writes("Printer on fire", "It burns. The toner smells of paper jam, I fear.")
        petra.writes("Invoice", "Twice.", to="billing@example.com")
        town.person("vip@kunde.example").writes("A chair", "Too low.")
        anna, bob = town.person("anna@example.com"), town.person("bob@example.com")
        yield Desk(town, anna, bob, town.person("max@example.com"), petra)


def numbers(letter: Heard) -> list[int]:
    """The tickets of a listing, in their order."""
    lines = letter.text.splitlines()
    return [int(line[2:].partition("]")[0]) for line in lines if line.startswith("[#")]


def links(letter: Heard) -> list[str]:
    """All links to write a mail that a page has, in their order."""
    pieces = letter.html.split('href="mailto:')[1:]
    return ["mailto:" + piece.partition('"')[0].replace("&amp;", "&") for piece in pieces]


def follow(agent: Person, link: str) -> None:
    """What a mail client does with a link that is clicked."""
    parts = urlsplit(link)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    agent.writes(asked.get("subject", ""), asked.get("body", ""), to=unquote(parts.path))


def test_a_view_comes_most_urgent_first_and_then_by_due_date(desk: Desk) -> None:
    desk.asks(desk.anna, "#urgency 5", about=3)
    desk.asks(desk.anna, "#due 2026-12-01 12:00", about=2)
    desk.asks(desk.anna, "#list all")
    letter = desk.anna.hears(subject="All tickets: 3")
    assert numbers(letter) == [3, 2, 1]
    assert "new: 3" in letter.text
    assert "★★★★★ critical" in letter.text and "★★★★★ critical" in letter.html
    assert "due Tue 1 Dec 2026, 12:00 UTC" in letter.text


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("mine", [2]),
        ("", [2]),
        ("Assigned to me", [2]),
        ("unassigned", [3]),
        ("incoming", [2, 3]),
        ("my team", [2]),
        ("overdue", []),
        ("urgent", [3]),
        ("closed", [1]),
        ("my closed", [1]),
        ("What burns", [1]),
        ("fires", [1]),
        ("all", [3, 2, 1]),
    ],
)
def test_every_view_holds_its_tickets(desk: Desk, name: str, found: list[int]) -> None:
    desk.asks(desk.anna, "#take", "#close", about=1)
    desk.asks(desk.anna, "#take", about=2)
    desk.asks(desk.bob, "#urgency 4", about=3)
    desk.town.fresh_letters_to("anna@example.com")
    desk.asks(desk.anna, f"#list {name}")
    assert sorted(numbers(desk.anna.hears())) == sorted(found)


def test_mine_holds_what_i_coordinate_in_my_language(desk: Desk) -> None:
    desk.asks(desk.bob, "#list meine")
    letter = desk.bob.hears(subject="Meine offenen Tickets: 1")
    assert numbers(letter) == [3]
    assert "mittel" in letter.text and "Übernehmen" in letter.html


def test_an_unknown_view_is_asked_about(desk: Desk) -> None:
    desk.asks(desk.anna, "#list overdu")
    desk.anna.hears("#list overdue", subject="Not sent:")


def test_a_row_has_its_acts_as_links_and_they_work(desk: Desk) -> None:
    desk.asks(desk.anna, "#list unassigned")
    letter = desk.anna.hears()
    first = numbers(letter)[0]
    take, answer, close, note = links(letter)[:4]
    follow(desk.anna, take)
    assert desk.town.ticket(first)["assignee"] == "anna"
    assert "body" not in answer and "body" not in note and answer != note
    follow(desk.anna, close)
    assert desk.town.ticket(first)["status"] == "closed"


def test_no_line_of_a_view_is_a_command(desk: Desk) -> None:
    desk.petra.writes("#close", "Ha.")
    desk.asks(desk.anna, "#list all")
    letter = desk.anna.hears()
    assert not [line for line in letter.text.splitlines() if line.strip().startswith("#close")]


def test_unread_are_messages_of_others_since_i_acted_or_looked(desk: Desk) -> None:
    def seen(agent: Person) -> str:
        desk.asks(agent, "#list fires")
        return agent.hears().text

    assert "1 unread message" in seen(desk.anna) and "1 unread message" in seen(desk.max)
    desk.town.passes(minutes=1)
    desk.asks(desk.anna, "#show")
    desk.anna.hears("It burns.")
    assert "unread" not in seen(desk.anna) and "1 unread message" in seen(desk.max)
    desk.town.passes(minutes=1)
    receipts = desk.town.letters_to("petra@kunde.example")
    desk.petra.replies("Still.", to=next(one for one in receipts if "[#1]" in one.subject))
    assert "1 unread message" in seen(desk.anna) and "2 unread messages" in seen(desk.max)
    desk.town.passes(minutes=1)
    desk.asks(desk.max, "#start")
    assert "unread" not in seen(desk.max)


def test_find_tells_the_sentence_with_the_words(desk: Desk) -> None:
    desk.town.passes(minutes=1)
    desk.petra.writes("More paper", "We need paper.")
    desk.asks(desk.anna, "#find paper jam")
    letter = desk.anna.hears(subject="Tickets with “paper jam”: 1")
    assert numbers(letter) == [1]
    assert "The toner smells of paper jam, I fear." in letter.text
    desk.asks(desk.anna, "#find paper")
    assert numbers(desk.anna.hears()) == [4, 1]
    desk.asks(desk.anna, "#find unicorn")
    desk.anna.hears("There is no such ticket.")


def test_find_knows_the_names_of_files(desk: Desk) -> None:
    def with_file(mail: object) -> None:
        mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="bill-2026.pdf")  # type: ignore[attr-defined]

    desk.petra.writes("Here", "See there.", change=with_file)
    desk.asks(desk.anna, "#find bill-2026")
    letter = desk.anna.hears("In the file bill-2026.pdf.")
    assert numbers(letter) == [4]


def test_show_has_everything_and_its_answer_goes_to_the_customer(desk: Desk) -> None:
    desk.asks(desk.anna, "#note", "He is lying.")
    desk.town.passes(minutes=1)
    desk.asks(desk.anna, "#show")
    letter = desk.anna.hears("1. from outside, Petra Kunde", subject="[#1] Printer on fire")
    assert "2. note for the team, Anna Berg" in letter.text and "He is lying." in letter.text
    assert "History" in letter.text and "opened" in letter.text
    desk.town.fresh_letters_to("petra@kunde.example")
    desk.anna.replies("We come.", to=letter)
    desk.petra.hears("We come.")


def test_history_alone_and_of_several(desk: Desk) -> None:
    desk.asks(desk.anna, "#history 1 2")
    first, second = desk.town.fresh_letters_to("anna@example.com")
    assert "It burns." not in first.text and "History" in first.text
    assert {first.subject, second.subject} == {"[#1] Printer on fire", "[#2] Invoice"}
    desk.asks(desk.anna, "#show 99")
    desk.anna.hears("there is no ticket #99", subject="Not sent:")


def test_help_lists_what_this_agent_may(desk: Desk) -> None:
    desk.asks(desk.anna, "#help")
    helped = desk.anna.hears("“#close [REASON]”").text
    assert "#sla" not in helped and "“#refund”" in helped
    desk.asks(desk.max, "#help")
    assert "#sla" in desk.max.hears().text
    desk.asks(desk.bob, "#help close")
    one = desk.bob.hears("“#close [").text
    assert "#take" not in one and "beendet" in one


def test_canned_replies_are_found_by_name_and_words(desk: Desk) -> None:
    desk.asks(desk.anna, "#canned money")
    found = desk.anna.hears("your money is on its way.")
    assert "#refund" in found.text and "#hours" not in found.text
    desk.asks(desk.anna, "#canned")
    assert "#hours" in desk.anna.hears().text
    desk.asks(desk.anna, "#canned refnd")
    desk.anna.hears("Perhaps you mean refund.")


def test_a_preview_goes_to_the_agent_alone_and_changes_nothing(desk: Desk) -> None:
    desk.town.fresh_letters_to("petra@kunde.example")
    before = desk.town.ticket(1)
    desk.asks(desk.anna, "#preview", "#close", "Water will do.")
    letter = desk.anna.hears("Water will do.", subject="Preview: [#1] Printer on fire")
    assert "Petra Kunde <petra@kunde.example>" in letter.text
    assert "status: closed" in letter.text and "#close" not in letter.text
    desk.petra.hears_nothing()
    assert desk.town.ticket(1) == before
    desk.anna.replies("#note\nThen so.", to=letter)
    desk.petra.hears_nothing()


def test_a_long_view_is_cut_below_what_clients_show(desk: Desk) -> None:
    desk.town.time = desk.town.time.replace(hour=10)
    for n in range(60):
        desk.petra.writes(f"{n} " + "very long title " * 12, "x")
    desk.asks(desk.anna, "#list all")
    letter = desk.anna.hears("more are not shown", subject="All tickets: 63")
    assert len(letter.html.encode()) < 90_000
    assert len(numbers(letter)) >= 30


def test_there_are_no_reports_yet(desk: Desk) -> None:
    desk.asks(desk.max, "#report june")
    desk.max.hears("there are no reports at this desk yet", subject="Not sent:")
