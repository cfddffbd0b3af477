"""Words written inside a quoted mail are found in every style, and nothing else is."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.inside import (
    ANSWERS_LIMIT,
    WORDS_LIMIT,
    cut_part,
    known_lines,
    quote_of,
    written_inside,
)

REPLIES = Path(__file__).with_name("replies")
SENT = """\
Reply → Petra Kunde (customer)

Hello Anna,

the pump in hall two has stopped, and the lamp on it is red. Is there a spare part in the house?
When can somebody come? It\u2019s urgent.
See https://kunde.example/pump for a picture.

Kind regards
Petra

Ticket
  Title      Pump in hall two
  Assigned   nobody yet
"""

HEADER = "From: Support <support@example.com>\nSent: Monday, 23 November 2026 10:00\nTo: Anna\n"
HEADER += "Subject: [#1] Pump\n\n"
WROTE = "On Mon, 23 Nov 2026 at 10:00, Support wrote:\n"


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def answered(text: str = SENT) -> str:
    """With two answers between the lines, as one types them in colour."""
    text = text.replace("in the house?\n", "in the house?\nYes, two of them lie in store B.\n")
    return text.replace("somebody come?", "somebody come? Tomorrow at nine.")


BOTH = ("Yes, two of them lie in store B.", "Tomorrow at nine.")
STYLES = {
    "outlook": HEADER + answered(),
    "gmail": WROTE + marked(answered()),
    "apple": "> " + WROTE + ">\n" + marked(answered()),
    "marked by one sign only": WROTE + marked(answered()).replace("> ", ">"),
    "wrapped anew": WROTE + marked(answered().replace("and the lamp", "and\nthe lamp")),
    "rules": "-----Original Message-----\n" + HEADER + answered(),
    "hard blanks": HEADER + answered().replace(" ", "\xa0"),
    "other quotation marks": HEADER + answered().replace("\u2019", "'"),
    "links written out": HEADER
    + answered().replace("kunde.example/pump", "kunde.example/pump <https://kunde.example/pump>"),
    "pictures named": HEADER + "[cid:image001.png@01DA]\n" + answered(),
    "as a table": HEADER + answered().replace("  Title      Pump", "Title | Pump"),
}  # fmt: skip


@pytest.mark.parametrize("cut", STYLES.values(), ids=STYLES.keys())
def test_answers_are_found_in_every_style(cut: str) -> None:
    assert written_inside(cut, SENT) == BOTH


@pytest.mark.parametrize(
    "cut",
    [
        HEADER + SENT,
        WROTE + marked(SENT),
        WROTE + marked(SENT.replace(" and the", "\nand the")),
        HEADER + SENT.replace("Hello Anna,", "Hello Anna <mailto:anna@example.com>,"),
        HEADER + SENT.upper(),
        HEADER + "CAUTION: This mail originated from outside of your organization.\n\n" + SENT,
        HEADER + "You don't often get email from support@example.com. Learn why\n" + SENT,
        HEADER + SENT + "\nThis mail is confidential and intended solely for its addressee.\n",
        WROTE + marked(SENT) + "\n-- \nAnna Berg\nExample Support, Hall 3\n",
        HEADER + SENT + "\n\nSent from my iPhone",
        HEADER + SENT.replace("  Assigned   nobody yet\n", "").replace("Ticket\n", "Ticket\n\n"),
        "",
    ],
)
def test_a_quote_alone_has_nothing_inside(cut: str) -> None:
    assert written_inside(cut, SENT) == ()


@pytest.mark.parametrize(
    ("there", "answer"),
    [
        ("in the house? Ja!", "Ja!"),
        ("in the house? NO", "NO"),
        ("in the house? はい、あります。", "はい、あります。"),
        ("in the house? 42", "42"),
        ("in the house?\n*Anna:* see hall three", "Anna:* see hall three"),
    ],
)
def test_short_answers_are_found(there: str, answer: str) -> None:
    assert written_inside(HEADER + SENT.replace("in the house?", there), SENT) == (answer,)


@pytest.mark.parametrize("language", sorted(path.stem for path in REPLIES.glob("*.toml")))
def test_every_language_introduces_its_quote(language: str) -> None:
    """With and without a second answer between the lines of the letter."""
    told = tomllib.loads((REPLIES / f"{language}.toml").read_text(encoding="utf-8"))
    letter, second = told["letter"].strip(), told["second"].strip()
    lines = letter.split("\n")
    answered = "\n".join([*lines[:2], second, *lines[2:]])
    introduced = [(intro, True) for intro in told["marked"]]
    introduced += [(intro, False) for intro in told["unmarked"]]
    for intro, is_marked in introduced:
        for body, count in ((letter, 0), (answered, 1)):
            reply = f"{told['answer'].strip()}\n\n{intro.strip()}\n"
            reply += f"{marked(body) if is_marked else body}\n"
            assert len(written_inside(quote_of(reply).text, letter)) == count, intro


def test_an_answer_over_two_lines_is_one() -> None:
    cut = SENT.replace("in the house?\n", "in the house?\nTwo lie in store B,\none with Bob.\n")
    assert written_inside(HEADER + cut, SENT) == ("Two lie in store B,\none with Bob.",)


@pytest.mark.parametrize(
    ("text", "quote", "alone"),
    [
        ("Yes.\n\n" + WROTE + "> Shall we?", WROTE + "> Shall we?", False),
        (WROTE + "> Shall we?", WROTE + "> Shall we?", True),
        (HEADER + "Shall we?", HEADER + "Shall we?", True),
        ("On Mon, 23 Nov 2026 at 10:00,\nSupport wrote:\n> Shall we?", "", True),
        (WROTE + "> Shall we?\n\nYes.\n", "", False),
        ("Hello,\nshall we?", "", False),
        ("", "", False),
    ],
)
def test_a_quote_is_told_from_the_words_above_it(text: str, quote: str, alone: bool) -> None:
    found = quote_of(text)
    assert found.alone is alone
    assert found.text.strip() == quote.strip() or not quote


def test_quoted_lines_are_known_by_their_words() -> None:
    lines = [
        "Yes.",
        ">",
        "> Is there a  spare",
        ">",
        ">",
        "> 1 secret",
        ">> part in the house?",
        ">",
    ]
    assert known_lines(lines, SENT) == [True, False, True, True, False, False, True, True]


def test_the_cut_part_is_what_was_not_kept() -> None:
    assert cut_part("new\n> old\n\nnew too", (0, 3)) == "> old\n"


def test_an_answer_below_an_unmarked_quote_is_found() -> None:
    assert written_inside(HEADER + SENT + "\nYes, two of them.\n", SENT) == ("Yes, two of them.",)


def test_what_is_too_long_is_not_compared() -> None:
    assert written_inside(HEADER + answered(), SENT + "x " * WORDS_LIMIT) == ()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("cut", "sent"),
    [
        ("a " * 500_000, "a " * 500_000),
        ("a b " * 250_000, "b a " * 250_000),
        ("From: x\nSent: y\nTo: z\n" * 20_000, SENT),
        ("<" * 300_000, "[cid:" * 100_000),
        ("".join(f"{n} x " for n in range(100_000)), "".join(f"x {n} " for n in range(100_000))),
        ("\n".join(f"> {n} y z w" for n in range(30_000)), "y z w " * 100_000),
    ],
)
def test_long_mails_take_linear_time(cut: str, sent: str) -> None:
    assert len(written_inside(cut, sent)) <= ANSWERS_LIMIT
    assert len(known_lines(cut.split("\n"), sent)) == cut.count("\n") + 1


SOME = [*SENT.split("\n"), "> x", "Yes", "--", "a b c d"]
LINES = st.lists(st.sampled_from(SOME), max_size=30)


@given(LINES, LINES)
@settings(max_examples=100, deadline=None)
def test_nothing_that_was_sent_is_ever_found(lines: list[str], more: list[str]) -> None:
    sent = "\n".join(lines)
    assert written_inside(sent, sent) == ()
    written_inside("\n".join(more), sent)


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_two_texts_can_be_compared(cut: str, sent: str) -> None:
    written_inside(cut, sent)
