"""Colleagues are found in a text however mail programs write them, and customers see none."""

import pytest
from command_desk import PEOPLE
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.mail import Line
from postdesk.rules.mentions import mentions, rich_without_mentions, without_mentions

MENTIONS = [
    ("@bob", ("bob",), ""),
    ("@BOB", ("bob",), ""),
    ("@bob please look", ("bob",), "please look"),
    ("@bob: please look", ("bob",), "please look"),
    ("@Bob Stone please look", ("bob",), "please look"),
    ("@Bob Stone<mailto:bob@example.com> can you?", ("bob",), "can you?"),
    ("@Bob Stone <bob@example.com>, can you?", ("bob",), "can you?"),
    ("@bob@example.com look", ("bob",), "look"),
    ("@bob, @anna: look", ("bob", "anna"), "look"),
    ("@bob @bob", ("bob",), ""),
    ("Please look, @Bob Stone.", ("bob",), "Please look."),
    ("Thanks @anna!", ("anna",), "Thanks Anna!"),
    ("Please look, @bob", ("bob",), "Please look"),
    ("Dear Petra, @anna will call.", ("anna",), "Dear Petra, Anna will call."),
    ("I will ask @bob.", ("bob",), "I will ask Support."),
    ("I have asked @Bob Stone to look.", ("bob",), "I have asked Support to look."),
    ("It is with @eve.ops now.", ("eve.ops",), "It is with Max Lang now."),
    ("This is @anna's ticket.", ("anna",), "This is Anna's ticket."),
    ("Ask @Mia O'Neil or @mia o\u2019neil", ("mia",), "Ask Support or Support"),
    ("- @bob: check the fuse", ("bob",), "- check the fuse"),
    ("@Anna Berg @Bob Stone\n\nDear Petra,", ("anna", "bob"), "Dear Petra,"),
    ("Dear Petra,\nit works.\n@bob", ("bob",), "Dear Petra,\nit works."),
    ("(@bob)\nHello", ("bob",), "Hello"),
    ("write to bob@example.com", (), "write to bob@example.com"),
    ("@petra look", (), "@petra look"),
    ("@bobby", (), "@bobby"),
    ("@Max Lang", (), "@Max Lang"),  # two are called so
    ("me@bob.example", (), "me@bob.example"),
    ("@ bob", (), "@ bob"),
    ("git@bob:repo", (), "git@bob:repo"),
    ("", (), ""),
    ("\n\n- one\n\n", (), "\n\n- one\n\n"),
]


@pytest.mark.parametrize(("text", "handles", "bare"), MENTIONS)
def test_mentions_are_found_and_taken_out(text: str, handles: tuple[str, ...], bare: str) -> None:
    assert mentions(text, PEOPLE) == handles
    assert without_mentions(text, PEOPLE) == bare


def test_formatting_goes_with_the_mention_and_stays_elsewhere() -> None:
    link = '<a href="mailto:bob@example.com">@Bob Stone</a>'
    lines = (
        Line("@Bob Stone", link),
        Line("@Bob Stone look & see", f"{link} <b>look</b> &amp; see", ("ul:1", "li:1")),
        Line("It works.", "It <b>works</b>."),
        Line("", ""),
    )
    assert rich_without_mentions(lines, PEOPLE) == (
        Line("look & see", "look &amp; see", ("ul:1", "li:1")),
        Line("It works.", "It <b>works</b>."),
        Line("", ""),
    )


names = st.sampled_from(["@", "bob", "Bob Stone", "<", ">", ".", "'s", " ", "\n", "x", "(", ","])


@given(st.lists(names, max_size=20).map("".join) | st.text())
def test_what_is_left_mentions_nobody(text: str) -> None:
    assert mentions(without_mentions(text, PEOPLE), PEOPLE) == ()


@given(st.text(st.characters(exclude_characters="@")))
def test_a_text_without_mentions_stays_as_it_is(text: str) -> None:
    assert without_mentions(text, PEOPLE) == text


def test_many_mentions_take_time_in_proportion() -> None:
    assert mentions("@nobody at all " * 20_000 + "@" * 200_000 + " @bob", PEOPLE) == ("bob",)
