"""What an agent is told of a mail stands there once, and only where there is something to tell."""

from stories.town import Town


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
