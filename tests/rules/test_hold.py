"""The doubts that hold an agent's mail, and the words that answer them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.authority import Level
from postdesk.rules.hold import Cause, causes_of, offered, word_of

TARGET = Cause("target", "it does not say whether it is for the customer")
UNCONFIRMED = Cause("unconfirmed")


def held(words: str, level: Level = Level.CONFIRMED, *, files: bool = False) -> tuple[Cause, ...]:
    return causes_of(words, level, Level.CONFIRMED, "#/!", None, files=files)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("needed", list(Level))
def test_too_little_proof_holds_the_mail(level: Level, needed: Level) -> None:
    causes = causes_of("Run!", level, needed, "#/!", None, files=False)
    assert causes == (() if level >= needed else (UNCONFIRMED,))


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("Run!", []),
        ("Ticket #4711 is the same matter.", []),
        ("#close\nDone.", ["#close"]),
        ("Done.\n\n/close", ["/close"]),
        ("!urgent\nDone.", ["!urgent"]),
        ("#close #tag paid\nDone.", ["#close #tag paid"]),
        ("#close", ["#close"]),
    ],
)
def test_a_line_that_is_a_command_holds_the_mail(words: str, lines: list[str]) -> None:
    assert [c.line for c in held(words) if c.cause == "command"] == lines


def test_a_line_that_nearly_is_one_holds_it_too_and_says_what_was_meant() -> None:
    [cause] = held("#clsoe\nAll done.")
    assert (cause.cause, cause.line) == ("command", "#clsoe")
    assert "close" in cause.guess


def test_nothing_written_holds_the_mail_unless_a_file_says_it() -> None:
    assert [c.cause for c in held(" \n")] == ["other"]
    assert held(" \n", files=True) == ()


def test_every_doubt_is_told() -> None:
    causes = causes_of("#close", Level.CLAIMED, Level.TOKEN, "#/!", TARGET, files=False)
    assert [c.cause for c in causes] == ["target", "unconfirmed", "command"]


def test_other_signs_are_text_where_the_desk_says_so() -> None:
    for words, sigils, holds in (("/close", "#/!", True), ("/close", "#", False)):
        causes = causes_of(words, Level.TOKEN, Level.TOKEN, sigils, None, files=False)
        assert bool(causes) is holds


@given(st.text(max_size=200), st.sampled_from(list(Level)), st.sampled_from([None, TARGET]))
def test_a_mail_is_carried_out_or_held(words: str, level: Level, doubt: Cause | None) -> None:
    causes = causes_of(words, level, Level.CONFIRMED, "#/!", doubt, files=False)
    assert bool(causes) or (level >= Level.CONFIRMED and doubt is None and words.strip())
    if causes:
        assert "cancel" in offered(causes)
        assert ("ok" in offered(causes)) == all(c.cause == "unconfirmed" for c in causes)


@pytest.mark.parametrize(
    ("causes", "words"),
    [
        ([UNCONFIRMED], ("ok", "cancel")),
        ([UNCONFIRMED, TARGET], ("send", "cancel")),
        ([TARGET], ("send", "cancel")),
        ([Cause("command", "#close")], ("send", "cancel")),
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
