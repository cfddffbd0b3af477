"""The sentence in which words were found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.daemon.excerpts import ROOM, has_any, sentence_with
from postdesk.daemon.search import asked_by

TEXT = "Hello.\n\nThe printer burns! Is it the paper?\nPaper jam again, I fear.\nBest wishes"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("printer", "The printer burns!"),
        ("paper", "Is it the paper?"),
        ("paper jam", "Paper jam again, I fear."),  # the one with both, not the first with one
        ("PRINT", "The printer burns!"),  # words that begin so
        ("paper-jam", "Paper jam again, I fear."),  # beside each other
        ("unicorn", ""),
    ],
)
def test_the_sentence_with_the_most_of_the_words(question: str, sentence: str) -> None:
    assert sentence_with(TEXT, asked_by(question)) == sentence


def test_scripts_without_spaces() -> None:
    text = "\u7d19\u304c\u8a70\u307e\u308a\u307e\u3057\u305f\u3002\u52a9\u3051\u3066\u3002"
    assert sentence_with(text, asked_by("\u8a70\u307e")) == text[:9]


def test_a_long_sentence_is_cut_around_the_word() -> None:
    found = sentence_with("word " * 200 + "needle " + "word " * 200, asked_by("needle"))
    assert len(found) <= ROOM and "needle" in found
    assert found.startswith("…word") and found.endswith("…")


@given(st.text(max_size=500), st.text(max_size=20))
def test_any_text_is_bearable(text: str, question: str) -> None:
    asked = asked_by(question)
    found = sentence_with(text, asked)
    assert len(found) <= ROOM
    assert not found or not asked or has_any(text, asked)
