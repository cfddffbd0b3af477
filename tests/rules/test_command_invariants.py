# ruff: noqa: RUF001 - signs that look alike are the subject
"""What holds for every mail an agent can write, whatever phones and programs make of it."""

from time import perf_counter

import pytest
from command_desk import KNOWN, PEOPLE, context
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.agent_mail import Held, Run, read_agent_mail
from postdesk.rules.command import classify, text_of
from postdesk.rules.mentions import without_mentions

CANARY = "canary4711"
signs = st.sampled_from(["#", "/", "!", "＃", "@", ".", "\\", "# ", "##", "1. #", "* #", "*#", ""])
words = st.sampled_from(sorted(KNOWN))
endings = st.sampled_from(["", ".", "!", ":", "*", "?", " ", f" {CANARY}", f": {CANARY}"])
commands = st.builds(lambda *parts: "".join(parts), signs, words, endings)
slips = st.builds(
    lambda sign, word, place, letter: f"{sign}{word[:place]}{letter}{word[place + 1 :]}",
    st.sampled_from("#/!"),
    words,
    st.integers(0, 5),
    st.sampled_from("abcdefghijklmnopqrstuvwxyz"),
)
TALK = """Dear Petra,|it works.|Please type:|```|```sh|#1042|#hashtag|yes|# heading|close|@bob
|#include <stdio.h>|-- |> #close|* one|\u200b|—||"""
prose = st.sampled_from(TALK.replace("\n", "").split("|"))
lines = st.one_of(commands, slips, prose, st.text(max_size=30))
mails = st.lists(lines, max_size=10).map("\n".join) | st.text()


@given(mails, st.sampled_from(["#/!", "#", "/", ""]), st.booleans())
def test_every_mail_is_done_or_held(text: str, sigils: str, files: bool) -> None:
    found = read_agent_mail(text, context(), sigils=sigils, files=files)
    if isinstance(found, Held):
        assert found.causes
    else:
        assert found.orders or found.text or files


@given(mails)
def test_what_is_sent_holds_no_command_and_nothing_that_looks_like_one(text: str) -> None:
    found = read_agent_mail(text, context())
    if isinstance(found, Run):
        again = classify(found.text.splitlines(), known=KNOWN)
        assert not (again.commands or again.doubts or again.cut)


@given(mails)
def test_what_is_sent_was_written_line_by_line(text: str) -> None:
    found = read_agent_mail(text, context())
    if not isinstance(found, Run):
        return
    written = text.splitlines()
    assert [written[n] for n in found.kept] == found.text.splitlines()
    assert list(found.kept) == sorted(set(found.kept))


@given(mails)
def test_nothing_is_cut_but_commands_and_what_is_below_the_end(text: str) -> None:
    written = text.splitlines()
    reading = classify(written, known=KNOWN)
    gone = {n for n, *_ in (*reading.commands, *reading.doubts)} | set(reading.cut)
    sent = text_of(written, reading)
    for n, line in enumerate(written):
        assert n in gone or not line.strip() or line in sent


@given(st.lists(lines, max_size=6), words, st.integers(0, 6))
def test_a_command_is_never_sent_wherever_it_stands(
    others: list[str], word: str, place: int
) -> None:
    mail = "\n".join([*others[:place], f"#{word} {CANARY}", *others[place:]])
    found = read_agent_mail(mail, context())
    if isinstance(found, Run) and "```" not in mail and word != "end":
        assert f"#{word} {CANARY}" not in found.text


@given(mails)
def test_what_a_held_mail_was_meant_as_can_be_done(text: str) -> None:
    found = read_agent_mail(text, context())
    if isinstance(found, Held):
        assert all(cause.line in text for cause in found.causes if cause.cause == "command")
        assert not found.guessed or isinstance(read_agent_mail(found.guessed, context()), Run)


@given(mails, st.sampled_from(["\ufeff", "\u200b", "\u00ad", " ", "\u00a0"]))
def test_what_nobody_sees_changes_nothing(text: str, invisible: str) -> None:
    seen = classify(text.splitlines(), known=KNOWN)
    marked = [invisible + line if line.strip() else line for line in text.splitlines()]
    if "`" in text or any(not line.isprintable() for line in text.splitlines()):
        return
    assert classify(marked, known=KNOWN) == seen


HUGE = {
    "one line": "#" * 300_000,
    "one word": "#" + "a" * 300_000,
    "one long command": "#close " + "x " * 150_000,
    "stars": "#" + "★" * 100_000,
    "emphasis": "*" * 300_000 + "#close" + "*" * 300_000,
    "bold words": "*a*" * 100_000,
    "many commands": "#close\n" * 5_000,
    "many slips": "\n".join(f"/cl{n}se" for n in range(20_000)),
    "many ends": "text\n" + "#end\n" * 20_000,
    "fences": "```\n" * 20_001,
    "names": "#assign " + "bob " * 20_000,
    "approvers": "#approve " + "bob " * 5_000,
    "tags": "#tag " + "+a" * 50_000 + " +b" * 20_000,
    "dates": "#wait " + "3d " * 50_000,
    "pairs": "#set " + "order=1 " * 20_000,
    "quotes": '#task bob "' + "'\" =" * 50_000,
    "mentions": "@" + "bob" * 100_000 + " @bob" * 20_000,
    "copies": "#cc " + "+x@y.example " * 5_000,
}


@pytest.mark.parametrize("kind", HUGE)
def test_no_mail_takes_long(kind: str) -> None:
    start = perf_counter()
    read_agent_mail(HUGE[kind], context())
    without_mentions(HUGE[kind], PEOPLE)
    assert perf_counter() - start < 5
