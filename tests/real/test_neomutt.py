"""Answers written in neomutt, with its own quoting, reach whom they are meant for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from real.audit import Mailbag
from real.neomutt import Reader
from stories.town import Town
from stories.town import town as a_town

BELIEVED = '[identity]\nreply = "token"'


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with a_town(tmp_path, f"sqlite:///{tmp_path}/postdesk.db", more=BELIEVED) as place:
        yield place


@pytest.fixture
def careful_town(tmp_path: Path) -> Iterator[Town]:
    with a_town(tmp_path, f"sqlite:///{tmp_path}/postdesk.db") as place:
        yield place


def anna_in(town: Town, more: str = "") -> Reader:
    return _reader(town, "anna@example.com", "Anna Berg", more)


def petra_in(town: Town, more: str = "") -> Reader:
    return _reader(town, "petra@kunde.example", "Petra Kunde", more)


def _reader(town: Town, address: str, name: str, more: str) -> Reader:
    """This person opens the outbox itself as a mail folder."""
    home = town.folder / address.partition("@")[0]
    return Reader(address, name, home, town.folder / "var" / "outbox", town.daemon.port, more)


def opened(town: Town, text: str = "I have changed the bulb.") -> None:
    """A ticket of Petra's."""
    town.person("petra@kunde.example", "Petra Kunde").writes("The lamp stays dark", text)
    town.passes(minutes=5)


def said(town: Town) -> list[tuple[str, str, str]]:
    """The whole conversation of the one ticket, in new words only."""
    assert town.tickets() == 1
    return [(m["kind"], m["from"], m["text"]) for m in town.ticket(1)["messages"]]


def test_an_answer_and_what_it_is_answered_find_their_ticket(town: Town) -> None:
    anna, petra = anna_in(town), petra_in(town)
    opened(town)
    question = anna.hears("I have changed the bulb.")
    anna.replies("Please check the fuse.\n\nAnna")
    town.passes(minutes=5)

    answer = petra.hears("Please check the fuse.\n\nAnna")
    for hidden in ("I have changed", "Reply →", "wrote:", "anna@example.com", "laptop.example"):
        assert hidden not in answer.mail.as_string()
    assert not any(line.startswith(">") for line in answer.text.splitlines())
    assert question.reply_to not in answer.mail.as_string()  # Anna's mark is nobody else's
    assert (town.ticket(1)["status"], town.ticket(1)["assignee"]) == ("responded", "anna")

    petra.replies("The fuse was it.")
    town.passes(minutes=5)
    anna.hears("The fuse was it.")
    anna.replies("Good.")
    town.passes(minutes=5)
    last = petra.hears("Good.")

    assert last.subject == answer.subject
    root = str(answer.mail["References"]).split()[0]  # one for all letters of a ticket
    assert root in str(last.mail["References"])
    assert last.mail["In-Reply-To"] == town.ticket(1)["messages"][2]["id"]  # her own last mail
    assert said(town) == [
        ("in", "petra@kunde.example", "I have changed the bulb."),
        ("out", "anna@example.com", "Please check the fuse.\n\nAnna"),
        ("in", "petra@kunde.example", "The fuse was it."),
        ("out", "anna@example.com", "Good."),
    ]
    # Read letters were moved by neomutt; none was written a second time.
    assert Mailbag.of_maildir(anna.mailbox).doubles == 0


@pytest.mark.parametrize(
    "more",
    [
        "set text_flowed=yes",
        'set indent_string="| "',
        'set attribution="%n schrieb am %d:"',
        'set attribution="%n <%a> wrote:" date_format="!%a, %d %b %Y"',
        'set forward_format="Fwd: %s" send_charset="us-ascii:iso-8859-1:utf-8"',
    ],
)
def test_the_habits_of_its_users_are_understood(town: Town, more: str) -> None:
    opened(town, "Größe 42, bitte. Grüße, Petra")
    anna_in(town, more).replies("Größe 42 gibt es nicht mehr.\n\nAnna")
    town.passes(minutes=5)
    answer = petra_in(town).hears("Größe 42 gibt es nicht mehr.\n\nAnna")
    assert "Größe 42, bitte" not in answer.text
    assert said(town)[-1] == ("out", "anna@example.com", "Größe 42 gibt es nicht mehr.\n\nAnna")


def test_an_answer_to_all_goes_where_the_answer_goes(town: Town) -> None:
    opened(town)
    anna_in(town).replies("Please check the fuse.", verb="group-reply")
    town.passes(minutes=5)
    petra_in(town).hears("Please check the fuse.")
    assert [kind for kind, *_ in said(town)] == ["in", "out"]


def test_the_question_who_wrote_is_answered_in_neomutt_too(careful_town: Town) -> None:
    town, anna, petra = careful_town, anna_in(careful_town), petra_in(careful_town)
    opened(town)
    anna.replies("Please check the fuse.")
    town.passes(minutes=5)
    assert town.ticket(1)["status"] == "new"
    assert anna.hears("Please check the fuse.").subject.startswith("Not sent:")
    anna.replies("ok")
    town.passes(minutes=5)
    petra.hears("Please check the fuse.")
    assert said(town)[-1] == ("out", "anna@example.com", "Please check the fuse.")
