"""A slip of the fingers is told from another word."""

import string

import pytest

from postdesk.rules.command import classify
from postdesk.rules.line import TOO_MANY
from postdesk.rules.slips import Guesser, distance
from postdesk.rules.verbs import KNOWN, STOP, known_words

DISTANCES = [
    ("close", "close", 0),
    ("clsoe", "close", 1),
    ("cloes", "close", 1),
    ("clos", "close", 1),
    ("cclose", "close", 1),
    ("clase", "close", 1),
    ("", "abc", 3),
    ("abc", "", 3),
    ("ca", "abc", 3),
    ("kitten", "sitting", 3),
]


@pytest.mark.parametrize(("one", "other", "slips"), DISTANCES)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == distance(other, one) == slips


GUESSES = [
    ("clsoe", "close"),
    ("snoze", "snooze"),
    ("asing", "assign"),
    ("lcose", "close"),
    ("tak", "take"),
    ("usr", "use"),
    ("match", "watch"),
    ("usepam", None),  # two slips from "spam", which is too short for two
    ("undef", None),
    ("banner", None),  # two slips from "canned", with another first letter
    ("endif", None),
    ("en", None),  # "end" is never guessed: it would take the rest of the mail away
    ("p6", None),
    ("banana", None),
]


@pytest.mark.parametrize(("word", "meant"), GUESSES)
def test_one_slip_is_forgiven_and_two_in_a_long_word(word: str, meant: str | None) -> None:
    assert Guesser(known for known in KNOWN if known != STOP).guess(word) == meant


def test_a_desk_has_words_of_its_own() -> None:
    known = known_words(
        {"Schließen": "#close", "dringend": "urgency 5", "abfall": "müll"},
        ["refund", "Note", "second mail"],
        ["ship", "close"],
    )
    assert known["schliessen"] == ("close", "")
    assert known["dringend"] == ("urgency", "5")
    assert known["abfall"] == ("müll", "")  # a verb there is not: every use of it is refused
    assert known["refund"] == ("use", "refund")
    assert known["ship"] == ("ship", "")


def test_no_word_of_a_desk_takes_a_verbs_name_away() -> None:
    known = known_words({"close": "reopen"}, ["note", "p4"], ["take"])
    assert known == KNOWN


def test_an_alias_may_stand_for_an_alias_or_for_stars() -> None:
    known = known_words({"fertig": "done", "brennt": "p5", "mail": "refund"}, ["refund"])
    assert known["fertig"] == ("close", "")
    assert known["brennt"] == ("urgency", "5")
    assert known["mail"] == ("use", "refund")


def test_so_many_slips_that_nobody_could_check_them_are_all_in_doubt() -> None:
    words = [a + b + c + "zq" for a in "qxz" for b in string.ascii_lowercase for c in "qxzjk"]
    reading = classify(["Hello", *(f"/{word}" for word in words), "Bye"])
    assert len(words) > 300
    assert reading.doubts[-1] == (len(words), TOO_MANY, "")
