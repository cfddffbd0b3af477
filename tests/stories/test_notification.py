"""What an agent is told of a mail stands there once, and only where there is something to tell."""

import pytest
from stories.town import Heard, Town
from stories.verb_desk import Desk, followed, links


def test_a_customer_without_a_name_is_told_by_the_address(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("The lamp stays dark", "I have changed the bulb.")
    told = anna.hears()
    assert told.text.splitlines()[0] == "Reply → petra@kunde.example (customer)"
    assert told.mail["Reply-To"].addresses[0].display_name == "petra@kunde.example (customer)"
    assert "goes to petra@kunde.example." in told.text
    assert "Address    petra@kunde.example" not in told.text  # it stands there as the name


def test_acts_that_are_only_links_leave_no_heading_in_the_text(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example", "Petra Kunde"), town.person("anna@example.com")
    petra.writes("The lamp stays dark", "I have changed the bulb.")
    told = anna.hears()
    assert "mailto:" in told.html
    assert "Or put one of these" not in told.text


def told(desk: Desk, number: int, words: str = "Hello?") -> Heard:
    """What Anna is told when the customer writes again."""
    petra = desk.customer(number)
    desk.quiet()
    petra.replies(words, to=desk.town.letters_to(petra.address)[0])
    return desk.anna.hears(words)


STATES = [
    ((), ["#take", "#wait 1d", "#close"]),
    (("#take",), ["#wait 1d", "#close"]),
    (("#watch", "#assign bob"), ["#assign me", "#wait 1d", "#close"]),
]


@pytest.mark.parametrize(("lines", "likely"), STATES)
def test_a_notification_offers_what_is_likely_in_that_state(
    desk: Desk, lines: tuple[str, ...], likely: list[str]
) -> None:
    number = desk.opened()
    for line in lines:
        desk.asks(desk.anna, number, line)
    letter = told(desk, number)
    bodies = [body for _, _, body in links(letter)]
    assert bodies == [*likely, "", "#mute"]  # nothing to begin with: a note for the team
    for line in likely:
        assert f"“{line}”" in letter.text and line in letter.html


def test_what_has_ended_or_waits_has_other_acts(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#assign bob", "#close")
    desk.asks(desk.bob, number, "#mention anna")
    letter = desk.anna.hears("A colleague mentioned you")
    assert [body for _, _, body in links(letter)] == ["#assign me", "#reopen", "", "#mute"]
    desk.asks(desk.bob, number, "#status responded")
    desk.town.passes(minutes=1)
    desk.asks(desk.bob, number, "#mention anna")
    letter = desk.anna.hears("A colleague mentioned you")
    bodies = [body for _, _, body in links(letter)]
    assert bodies == ["#assign me", "#start", "#close", "", "#mute"]


def test_each_link_does_what_it_says_once_its_mail_is_sent(desk: Desk) -> None:
    number = desk.opened()
    take, _, close, note, mute = links(told(desk, number))
    followed(desk.anna, take)
    assert desk.town.ticket(number)["assignee"] == "anna"
    followed(desk.anna, close)
    assert desk.town.ticket(number)["status"] == "closed"
    followed(desk.anna, (note[0], note[1], "He is lying."))
    assert desk.town.ticket(number)["messages"][-1]["kind"] == "note"
    followed(desk.anna, mute)
    assert "muted" in desk.acts(number)
    petra = desk.customer(number)
    assert all("lying" not in letter.text for letter in desk.town.letters_to(petra.address))


def test_a_notification_says_why_it_came_and_how_to_hear_no_more(desk: Desk) -> None:
    number = desk.opened()
    letter = told(desk, number)
    for form in (" ".join(letter.text.split()), letter.html):
        assert "The customer replied" in form
        assert "To hear no more of this ticket, answer with “#mute” as the first line." in form
        assert "“notices”" in form
    desk.asks(desk.anna, number, "#mute")
    desk.asks(desk.bob, number, "#assign anna")
    assert "#mute" not in desk.anna.hears("Assigned to you").text  # it is silent already


def test_a_note_is_told_with_acts_that_are_no_note(desk: Desk) -> None:
    number = desk.opened()
    desk.asks(desk.anna, number, "#take")
    desk.asks(desk.bob, number, "#note", "He is lying.")
    letter = desk.anna.hears("He is lying.")
    assert [body for _, _, body in links(letter)] == ["#wait 1d", "#close", "#mute"]
    desk.anna.replies("#close\nSo what?")
    assert desk.town.ticket(number)["status"] == "closed"
    assert desk.town.ticket(number)["messages"][-1]["kind"] == "note"


def test_an_agent_is_written_in_her_language(town: Town) -> None:
    people = (
        (town.folder / "rules/10-people.toml")
        .read_text()
        .replace("[agent.anna]", '[agent.anna]\nlanguage = "de"')
    )
    town.edits("rules/10-people.toml", people)
    petra, anna = town.person("petra@kunde.example", "Petra Kunde"), town.person("anna@example.com")
    petra.writes("Drucker", "Er brennt.")
    told = anna.hears("Er brennt.")
    assert told.mail["From"].addresses[0].display_name == "Petra Kunde über Example Support"
    assert told.mail["Reply-To"].addresses[0].display_name == "Petra Kunde (Kunde)"
    assert "Übernehmen: “#take”" in told.text
    anna.replies("#clsoe", to=told)
    asked = anna.hears("Genau so senden, an Petra Kunde")
    assert "Mit der Korrektur ausführen" in asked.text
