# ruff: noqa: RUF001 - letters of other scripts
"""A customer's answer in a word counts where it was offered, in ten languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.customer_table import TABLE, THANKS
from postdesk.rules.customer_words import Word, customer_word, first_word, is_thanks
from postdesk.rules.date_words import folded
from postdesk.rules.offers import OFFERS, SCORES

WORDS = frozenset(word for words in OFFERS.values() for word in words) - {*SCORES}
ALL = WORDS | {*SCORES}

EVERY = [
    (language, name, word)
    for language, table in TABLE.items()
    for name, words in table.items()
    for word in words.split("|")
]


@pytest.mark.parametrize(("language", "name", "word"), EVERY)
def test_every_word_of_every_language_is_understood(language: str, name: str, word: str) -> None:
    assert len(word.split()) <= 3 or "'" in word
    for text in (word, f" {word.capitalize()}!\n\n", f"„{word.upper()}.“", f"{word} 😀"):
        assert customer_word(text, ALL, language) == Word(name)


@pytest.mark.parametrize("language", TABLE)
def test_every_language_has_every_word(language: str) -> None:
    assert set(TABLE[language]) == WORDS


def test_no_word_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for _, name, word in EVERY:
        meanings.setdefault(folded(word), set()).add(name)
    assert [word for word, names in meanings.items() if len(names) > 1] == []


OFFERED = [
    ("yes", {"yes"}, "en", Word("yes")),
    ("Yes, thank you!", {"yes"}, "en", Word("yes")),
    ("Yes.\n\nThanks", {"yes"}, "en", Word("yes")),
    ("*yes*", {"yes"}, "en", Word("yes")),
    ("“Yes”", {"yes"}, "en", Word("yes")),
    ("ＹＥＳ", {"yes"}, "en", Word("yes")),
    ("yes 👍", {"yes"}, "en", Word("yes")),
    ("👍", {"yes", "no"}, "en", Word("yes")),
    ("👍🏽👍🏽", {"yes", "no"}, "en", Word("yes")),
    ("👎", {"yes", "no"}, "en", Word("no")),
    ("Ja", {"yes"}, "en", Word("yes")),
    ("はい", {"yes"}, "de", Word("yes")),
    ("نَعَم", {"yes"}, "en", Word("yes")),
    ("Sí", {"yes"}, "en", Word("yes")),
    ("no", {"no"}, "de", Word("no")),
    ("MY  TICKETS", {"my tickets"}, "en", Word("my tickets")),
    ("Wieder öffnen.", {"reopen"}, "de", Word("reopen")),
]


@pytest.mark.parametrize(("text", "offered", "language", "word"), OFFERED)
def test_a_word_that_was_offered_counts(
    text: str, offered: set[str], language: str, word: Word
) -> None:
    assert customer_word(text, offered, language) == word


TEXT = [
    ("yes", {"no"}, "en"),
    ("yes", set[str](), "en"),
    ("5", {"yes", "no"}, "en"),
    ("👍", {"close"}, "en"),
    ("👎", {"5", "no "}, "en"),
    ("yes but it smokes", ALL, "en"),
    ("yes\nbut it smokes", ALL, "en"),
    ("Yes\n\nPetra Kunde\nKunde GmbH\nMusterweg 1", ALL, "en"),
    ("no 👍", WORDS, "en"),
    ("👍👎", ALL, "en"),
    ("#close", ALL - {"close"}, "en"),
    ("yesterday", ALL, "en"),
    ("no", ALL, "pl"),  # a Pole may mean yes by it
    ("6", ALL, "en"),
    ("0", ALL, "en"),
    ("10", ALL, "en"),
    ("4711", ALL, "en"),
    ("5 printers", ALL, "en"),
    ("3 days later it burnt", ALL, "en"),
    ("★★★★★★", ALL, "en"),
    ("☆", ALL, "en"),
    ("4/6", ALL, "en"),
    ("", ALL, "en"),
    ("\n \n", ALL, "en"),
    ("!!!", ALL, "en"),
    ("yes " * 100, ALL, "en"),
]


@pytest.mark.parametrize(("text", "offered", "language"), TEXT)
def test_everything_else_is_a_message(text: str, offered: set[str], language: str) -> None:
    assert customer_word(text, offered, language) is None


RATINGS = [
    ("4", 4, ""),
    (" 4. ", 4, ""),
    ("4/5", 4, ""),
    ("4 / 5", 4, ""),
    ("4 stars", 4, ""),
    ("4 Sterne", 4, ""),
    ("4 étoiles!", 4, ""),
    ("5 gwiazdek", 5, ""),
    ("3 ★", 3, ""),
    ("★★★★", 4, ""),
    ("★ ★ ★ ★ ☆", 4, ""),
    ("⭐⭐", 2, ""),
    ("⭐️⭐️⭐️", 3, ""),
    ("5️⃣", 5, ""),
    ("٤", 4, ""),
    ("５", 5, ""),
    ("👍", 5, ""),
    ("👎🏿", 1, ""),
    ("2\nIt took too long.\n\nPetra", 2, "It took too long.\n\nPetra"),
    ("\n\n5\n\nVery good!", 5, "Very good!"),
    ("★\n#close", 1, "#close"),
]


@pytest.mark.parametrize(("text", "score", "comment"), RATINGS)
def test_a_score_may_have_a_comment_below_it(text: str, score: int, comment: str) -> None:
    assert customer_word(text, SCORES) == Word(str(score), comment)


def test_an_approver_may_say_why() -> None:
    assert first_word("No.\n\nToo dear.\n", {"yes", "no"}) == Word("no", "Too dear.")
    assert first_word("Nein\nzu teuer", {"yes", "no"}, "de") == Word("no", "zu teuer")
    assert first_word("I would say no\nbut", {"yes", "no"}) is None


def test_a_comment_has_a_limit() -> None:
    word = customer_word("1\n" + "x" * 50_000, SCORES)
    assert word is not None and len(word.comment) == 10_000


@given(st.text(), st.sets(st.sampled_from(sorted(ALL))), st.sampled_from(["", "xx", *TABLE]))
def test_any_text_is_a_word_that_was_offered_or_none(
    text: str, offered: set[str], language: str
) -> None:
    word = customer_word(text, offered, language)
    assert word is None or word.word in offered
    assert word is None or not word.comment or word.word in SCORES


@pytest.mark.parametrize("words", THANKS.split("|"))
def test_thanks_in_every_language_are_thanks(words: str) -> None:
    for text in (words, f"{words.upper()}!", f"\n {words}.\n", f"{words} 👍 😀"):
        assert is_thanks(text)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Vielen  Dank,\n", True),
        ("merci\nbeaucoup", True),
        ("Thanks, Petra", False),
        ("Thanks, but it still burns", False),
        ("No thanks", False),
        ("Thanks?\nFor what", False),
        ("", False),
        ("!!!", False),
        ("👍", False),
    ],
)
def test_nothing_but_thanks(words: str, expected: bool) -> None:
    assert is_thanks(words) is expected
