"""A mail's whole life: written, received, told, answered, heard, answered again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stories.town import Town
from stories.town import town as a_town


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, more='[identity]\nreply = "token"') as place:
        yield place


def test_a_customers_mail_is_answered_and_the_answer_finds_home(town: Town) -> None:
    petra = town.person("petra@kunde.example", "Petra Kunde")
    anna, bob = town.person("anna@example.com"), town.person("bob@example.com")

    petra.writes("Invoice 4711 is wrong", "The sum on page two is wrong.\n\nPetra")
    receipt = petra.hears(subject="[#1] We have your message")
    assert "Invoice" not in receipt.text and receipt.mail["Auto-Submitted"] == "auto-replied"

    told = anna.hears("The sum on page two is wrong.", subject="[#1] Invoice 4711 is wrong")
    assert told.text.startswith("Reply → Petra Kunde")
    bob.hears("The sum on page two is wrong.")

    anna.replies("You are right, a new invoice is on its way.")
    answer = petra.hears("You are right, a new invoice is on its way.")
    assert "anna@example.com" not in answer.mail.as_string()
    assert answer.mail["From"].addresses[0].display_name == "Anna at Example Support"
    assert answer.mail["In-Reply-To"] == petra.sent[0]["Message-ID"]

    ticket = town.ticket(1)
    assert (ticket["status"], ticket["assignee"]) == ("responded", "anna")

    petra.replies("Thank you, I have it.", to=answer)
    anna.hears("Thank you, I have it.")
    bob.hears_nothing()  # it is Anna's now
    assert town.ticket(1)["status"] == "in-progress"
    assert [m["kind"] for m in town.ticket(1)["messages"]] == ["in", "out", "in"]
    assert town.tickets() == 1
