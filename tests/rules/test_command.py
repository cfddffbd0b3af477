# ruff: noqa: RUF001 - signs that look alike are the subject
"""What an agent writes as a command is one; what others write as text stays text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.command import ASKED, INSIDE, LONE, classify
from postdesk.rules.line import CHAT, NEAR, OTHER_SIGN, SPACED, TWICE, UNKNOWN, normalise
from postdesk.rules.verbs import KNOWN, STOP, VERBS

COMMANDS = [
    ("#close", "close", ""),
    ("/close", "close", ""),
    ("!close", "close", ""),
    ("＃close", "close", ""),
    ("／close", "close", ""),
    ("！close", "close", ""),
    ("\ufeff#close", "close", ""),
    ("#\u200bclose", "close", ""),
    ("#clo\u00adse", "close", ""),
    ("  #close  ", "close", ""),
    ("\t#close", "close", ""),
    ("\u00a0#close", "close", ""),
    ("#Close", "close", ""),
    ("#CLOSE", "close", ""),
    ("#clôse", "close", ""),
    ("#close.", "close", ""),
    ("#close!", "close", ""),
    ("#close;", "close", ""),
    ("#close,", "close", ""),
    ("#close:", "close", ""),
    ("* #close", "close", ""),
    ("- #close", "close", ""),
    ("• #close", "close", ""),
    ("*#close*", "close", ""),
    ("**#close**", "close", ""),
    ("_#close_", "close", ""),
    ("*#close*.", "close", ""),
    ("#closed", "close", ""),
    ("#done", "close", ""),
    ("#mine", "take", ""),
    ("#pickup", "take", ""),
    ("#close spam from a shop", "close", "spam from a shop"),
    ("#close: solved by phone", "close", "solved by phone"),
    ("#close :solved", "close", "solved"),
    ("#assign bob", "assign", "bob"),
    ("#assign team:billing", "assign", "team:billing"),
    ("#wait until fri 9:00", "wait", "until fri 9:00"),
    ("#snooze 3d", "wait", "3d"),
    ("#urgency 4", "urgency", "4"),
    ("#prio 4", "urgency", "4"),
    ("#p4", "urgency", "4"),
    ("#P1", "urgency", "1"),
    ("#★★★★", "urgency", "4"),
    ("#⭐⭐", "urgency", "2"),
    ("#⭐\ufe0f⭐\ufe0f", "urgency", "2"),
    ("#tag +a -b", "tag", "+a -b"),
    ("#tag +a –b", "tag", "+a -b"),
    ("#approve boss cfo “too dear”", "approve", 'boss cfo "too dear"'),
    ("#set floor=3", "set", "floor=3"),
    ("#for ana@x.example", "for", "ana@x.example"),
    ("#note", "note", ""),
    ("#help close", "help", "close"),
    ("!help", "help", ""),
]


@pytest.mark.parametrize(("line", "verb", "args"), COMMANDS)
def test_these_lines_are_commands(line: str, verb: str, args: str) -> None:
    reading = classify([line, "", "Dear Petra,", "it works again."])
    assert reading.commands == ((0, verb, args),)
    assert reading.doubts == ()
    assert reading.text == (1, 2, 3)


ALL_WORDS = [(word, verb.name) for verb in VERBS for word in (verb.name, *verb.aliases)]
WORDS = [(word, name) for word, name in ALL_WORDS if word != STOP]


@pytest.mark.parametrize(("word", "verb"), WORDS)
def test_every_verb_and_alias_is_understood_at_head_and_tail(word: str, verb: str) -> None:
    assert classify([f"#{word}", "Hello"]).commands == ((0, verb, ""),)
    assert classify(["Hello", f"!{word} x"]).commands == ((1, verb, "x"),)


def test_a_verb_has_one_meaning() -> None:
    assert len({word for word, _ in ALL_WORDS}) == len(ALL_WORDS)
    assert all(word.isascii() and len(word) <= 9 for word, _ in ALL_WORDS)


DOUBTS = [
    (["#clsoe", "Hello"], 0, NEAR, "#close"),
    (["Hello", "#clsoe"], 1, NEAR, "#close"),
    (["Hello", "#clsoe", "Bye"], 1, NEAR, "#close"),
    (["Hello", "/clsoe", "Bye"], 1, NEAR, "#close"),
    (["Hello", "!cloes now", "Bye"], 1, NEAR, "#close now"),
    (["Hello", "#tak", "Bye"], 1, NEAR, "#take"),
    (["Hello", "#noet", "Bye"], 1, NEAR, "#note"),
    (["Hello", "#asign bob", "Bye"], 1, NEAR, "#assign bob"),
    (["Hello", "#usr", "Bye"], 1, NEAR, "#use"),
    (["#banana", "Hello"], 0, UNKNOWN, ""),
    (["Hello", "#banana"], 1, UNKNOWN, ""),
    (["", "#banana", "", "Hello"], 1, UNKNOWN, ""),
    (["#banana_split now", "Hello"], 0, UNKNOWN, ""),
    (["#include <stdio.h>", "Hello"], 0, UNKNOWN, ""),
    (["#close", "#banana", "Hello"], 1, UNKNOWN, ""),
    (["#close", "", "#banana", "Hello"], 2, UNKNOWN, ""),
    (["# close", "Hello"], 0, SPACED, "#close"),
    (["Hello", "# Solution", "Press the button."], 1, SPACED, "#solution"),
    (["Run this:", "# show version", "Bye"], 1, SPACED, "#show version"),
    (["Hello", "! note this", "Bye"], 1, SPACED, "#note this"),
    (["Hello", "# P4", "Bye"], 1, SPACED, "#urgency 4"),
    (["##close", "Hello"], 0, TWICE, "#close"),
    (["!#close", "Hello"], 0, TWICE, "#close"),
    (["@close", "Hello"], 0, OTHER_SIGN, "#close"),
    (["Hello", ".close", "Bye"], 1, OTHER_SIGN, "#close"),
    (["Hello", "\\close", "Bye"], 1, OTHER_SIGN, "#close"),
    (["\\#close", "Hello"], 0, OTHER_SIGN, "#close"),
    (["@assign bob", "Hello"], 0, OTHER_SIGN, "#assign bob"),
    (["/help", "Hello"], 0, CHAT, "#help"),
    (["Please type:", "#close"], 1, ASKED, "#close"),
    (["Please type:", "", "/status", ""], 2, ASKED, "#status"),
    (["Hello", "#close", "Bye"], 1, INSIDE, "#close"),
    (["Hello", "", "   #close it", "", "Bye"], 2, INSIDE, "#close it"),
    (["close"], 0, LONE, "#close"),
    (["Close."], 0, LONE, "#close"),
    (["", "close please", ""], 1, LONE, "#close please"),
    (["closed"], 0, LONE, "#close"),
    (["note"], 0, LONE, "#note"),
    (["```", "#close", "Bye"], 1, INSIDE, "#close"),  # never closed: no fence
    (["```c```", "#close", "Bye"], 1, INSIDE, "#close"),
]


@pytest.mark.parametrize(("lines", "index", "reason", "guess"), DOUBTS)
def test_these_lines_are_in_doubt(lines: list[str], index: int, reason: str, guess: str) -> None:
    assert classify(lines).doubts == ((index, reason, guess),)


WHOLE = ["done", "Done.", "Done!", "thanks", "Hello", "close the door please", "yes", "", " "]


@pytest.mark.parametrize("text", WHOLE)
def test_short_answers_are_text(text: str) -> None:
    assert classify([text]).text == (0,)


def test_commands_stand_at_the_head_and_at_the_tail() -> None:
    lines = ["", "#take", "", "/p4", "Dear Petra,", "", "it works.", "", "#tag +a", "#close", ""]
    reading = classify(lines)
    assert reading.commands == (
        (1, "take", ""),
        (3, "urgency", "4"),
        (8, "tag", "+a"),
        (9, "close", ""),
    )
    assert reading.doubts == ()


def test_a_mail_of_commands_only_has_no_text_to_send() -> None:
    reading = classify(["#take", "", "#close"])
    assert [verb for _, verb, _ in reading.commands] == ["take", "close"]
    assert reading.text == (1,)


def test_a_doubt_does_not_turn_commands_around_it_into_text() -> None:
    reading = classify(["#clsoe", "#take", "Hello"])
    assert reading.doubts == ((0, NEAR, "#close"),)
    assert reading.commands == ((1, "take", ""),)


def test_a_command_may_stand_under_a_command_that_ends_in_a_colon() -> None:
    assert len(classify(["#note:", "#close", "Hello"]).commands) == 2


def test_a_fence_makes_text_of_what_it_holds() -> None:
    lines = ["Do this", "```sh", "#close", "# show version", "#clsoe", "```", "", "#take"]
    reading = classify(lines)
    assert reading.commands == ((7, "take", ""),)
    assert reading.doubts == ()


def test_only_signs_in_force_make_commands() -> None:
    assert classify(["/close", "Hello"], sigils="#").text == (0, 1)
    assert classify(["!close", "Hello"], sigils="#/").text == (0, 1)
    assert classify(["#close", "Hello"], sigils="!").text == (0, 1)


def test_a_desk_can_add_words_of_its_own_language() -> None:
    known = {**KNOWN, "schliessen": ("close", "")}
    assert classify(["#schließen", "Hallo"], known=known).commands == ((0, "close", ""),)
    assert classify(["Hallo", "#schlissen", "Gruß"], known=known).doubts[0][1] == NEAR


NORMAL = [
    ("  ＃Close … ", "#Close"),
    ("• „so“ – ‚so‘", "\"so\" - 'so'"),
    ("*bold*", "bold"),
    ("* *bold*", "bold"),
    ("*not bold", "*not bold"),
    ("- item.", "item"),
    ("-5", "-5"),
    ("a\u200bb\u00ad", "ab"),
    ("...", ""),
]


@pytest.mark.parametrize(("line", "bare"), NORMAL)
def test_lines_are_made_plain(line: str, bare: str) -> None:
    assert normalise(line) == bare


signs = st.sampled_from(
    ["#", "/", "!", "@", "\\", ".", "*", "`", "```", ":", " ", "-", "★", "\u200b"]
)
pieces = st.one_of(signs, st.sampled_from(sorted(KNOWN)), st.text(max_size=5))
some_lines = st.lists(st.one_of(st.text(), st.lists(pieces, max_size=6).map("".join)), max_size=12)


@given(some_lines, st.sampled_from(["#/!", "#", "", "!", "/#"]))
def test_every_line_is_in_exactly_one_class(lines: list[str], sigils: str) -> None:
    reading = classify(lines, sigils)
    indices = [n for n, *_ in reading.commands] + [n for n, *_ in reading.doubts]
    assert sorted([*indices, *reading.text]) == list(range(len(lines)))


@given(some_lines)
def test_a_line_that_is_surely_a_command_is_never_text(lines: list[str]) -> None:
    for n in range(len(lines) + 1):
        marked = [*lines[:n], "#close", *lines[n:]]
        if "```" not in "".join(lines):
            assert n not in classify(marked).text


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    letters = string.ascii_lowercase
    words = [f"#{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in "abcde"]
    assert classify(words).doubts
    assert classify(["#" * 500_000, "*" * 500_000, "`" * 500_000, "#a" * 200_000]).text
