"""The doubts that hold an agent's mail, and the words that answer them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.hold import Cause, leak_of, offered, word_of

TARGET = Cause("target", "it does not say whether it is for the customer")
UNCONFIRMED = Cause("unconfirmed")


@pytest.mark.parametrize(
    ("causes", "words"),
    [
        ([UNCONFIRMED], ("ok", "cancel")),
        ([UNCONFIRMED, TARGET], ("send", "cancel")),
        ([TARGET], ("send", "cancel")),
        ([Cause("command", "#clsoe")], ("send", "cancel")),
    ],
)
def test_ok_is_offered_only_where_the_sender_alone_is_in_doubt(
    causes: list[Cause], words: tuple[str, ...]
) -> None:
    assert offered(causes) == words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ok", "ok"),
        ("OK.", "ok"),
        ("\n\n  Ok!  \n\nSent from my phone", "ok"),
        ("okay", "ok"),
        ("O.K.", "ok"),
        ("Yes", "ok"),
        ("#ok", "ok"),
        ("*send*", "send"),
        ("SEND", "send"),
        ('"cancel"', "cancel"),
        ("“send”", "send"),
        ("cancel", "cancel"),
        ("«ok»", "ok"),
        ("cancel please", ""),
        ("oklahoma", ""),
        ("ok, but not before noon", ""),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_the_word_of_an_answer(text: str, word: str) -> None:
    assert word_of(text) == word


@given(st.text(max_size=100))
def test_any_answer_is_a_word_of_ours_or_none(text: str) -> None:
    assert word_of(text) in ("", "ok", "send", "cancel")


def test_ok_is_offered_where_the_whole_mail_can_be_guessed() -> None:
    mistyped = Cause("command", "#clsoe", "#close")
    assert offered([mistyped], guessed=True) == ("ok", "send", "cancel")
    assert offered([mistyped, UNCONFIRMED], guessed=True) == ("ok", "send", "cancel")
    assert offered([mistyped, TARGET], guessed=True) == ("send", "cancel")


MARK = "1042.ar" + "b2c3d4e5" * 3


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("It works.", ""),
        ("Reply to Petra", ""),
        ("Version 1042.1 is out", ""),
        ("Hello\nReply \u2192 Petra Kunde (customer)", "a line of our letter to you"),
        ("> Antwort \u2192 nur Team", "a line of our letter to you"),
        ("> \u0631\u062f \u2190 \u0641\u0642\u0637", "a line of our letter to you"),
        ("##- write above this line -##", "a line of our letter to you"),
        (f"write to support+{MARK}@example.com", "a line of our letter to you"),
        (f"write to SUPPORT+{MARK.upper()}@example.com", "a line of our letter to you"),
        ("ask Bob@Example.com", "it holds bob@example.com"),
    ],
)
def test_what_customers_are_never_shown_holds_the_mail(words: str, why: str) -> None:
    leak = leak_of(words, ["bob@example.com"])
    assert (leak is None) is (why == "")
    assert leak is None or leak.line.startswith(why)
