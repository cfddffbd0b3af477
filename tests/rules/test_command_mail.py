# ruff: noqa: RUF001 - signs that look alike are the subject
"""A whole mail of an agent is done or held: its commands, its text, and never something of both."""

from dataclasses import replace

import pytest
from command_desk import KNOWN, PEOPLE, context

from postdesk.rules.agent_mail import BELOW_OURS, Held, Run, kept_alike, read_agent_mail
from postdesk.rules.command import ALL_BELOW_END, BELOW_END, ENDS_TWICE, INSIDE, LONE
from postdesk.rules.hold import EMPTY, Cause
from postdesk.rules.line import CROWDED, NEAR, NUMBERED, OTHER_SIGN, SPACED, UNKNOWN
from postdesk.rules.order import Order
from postdesk.rules.order_look import DuplicateOf, HelpWith, Show
from postdesk.rules.order_people import KeepInside, OfferSolution, OnBehalf, SendLater, UseReply
from postdesk.rules.order_work import AssignTo, ChangeTags, Close, GiveStars, Take, Wait

TEXT = "Dear Petra,\n\nit works again."
FENCED = "Run this:\n```\n#close\n#end\n```\nThen call us."
DONE: list[tuple[str, list[Order], str]] = [
    (TEXT, [], TEXT),
    (f"#close\n{TEXT}", [Close()], TEXT),
    (f"#close\n\n\n{TEXT}\n\n", [Close()], TEXT),
    (f"{TEXT}\n#close", [Close()], TEXT),
    (f"\n{TEXT}\n\n#close\n\n", [Close()], TEXT),
    (
        f"#take\n#p4\n{TEXT}\n\n#tag +a\n#close",
        [Take(), GiveStars(4), ChangeTags(("a",)), Close()],
        TEXT,
    ),
    (f"＃close\n{TEXT}", [Close()], TEXT),
    (f"• #close\n• /take\n{TEXT}", [Close(), Take()], TEXT),
    (f"**#close**\n{TEXT}", [Close()], TEXT),
    (f"*#close* by phone\n{TEXT}", [Close("by phone")], TEXT),
    (f"**_#close_**\n{TEXT}", [Close()], TEXT),
    (f"*__#close by phone__*\n{TEXT}", [Close("by phone")], TEXT),
    (f"#🌟🌟\n{TEXT}", [GiveStars(2)], TEXT),
    ("Here:\n#end of list\nBye", [], "Here:\n#end of list\nBye"),
    ("#note " + "word " * 1000, [KeepInside(("word " * 1000).strip())], ""),
    (f"#close.\n{TEXT}", [Close()], TEXT),
    (f"#schließen\n{TEXT}", [Close()], TEXT),
    (f"#dringend\n{TEXT}", [GiveStars(5)], TEXT),
    (f"#refund\n{TEXT}", [UseReply("refund")], TEXT),
    ("/refund", [UseReply("refund")], ""),
    (f"#★★★★☆\n{TEXT}", [GiveStars(4)], TEXT),
    ("#close", [Close()], ""),
    ("#close\n\n#take", [Close(), Take()], ""),
    ("#note\nShe is angry.", [KeepInside()], "She is angry."),
    ("She is angry.\n#note", [KeepInside()], "She is angry."),
    ("#note she is angry", [KeepInside("she is angry")], ""),
    (f"#solution\n{TEXT}", [OfferSolution()], TEXT),
    ("!help", [HelpWith()], ""),
    ("#show\n#close", [Show(), Close()], ""),
    (f"{TEXT}\n#close\n#end\nAnna Berg\nExample Support", [Close()], TEXT),
    (f"{TEXT}\n#end\nAnna Berg", [], TEXT),
    (f"{TEXT}\n\n/END.\n\n#wearehiring", [], TEXT),
    ("#close\n#end", [Close()], ""),
    (f"#dup 1240\n{TEXT}", [DuplicateOf(1240)], TEXT),
    (
        "Run this:\n```\n#close\n#end\n```\nThen call us.",
        [],
        "Run this:\n```\n#close\n#end\n```\nThen call us.",
    ),
    ("Do:\n\n    #include <stdio.h>\n\nBye", [], "Do:\n\n    #include <stdio.h>\n\nBye"),
    ("Yes.", [], "Yes."),
    ("Done.", [], "Done."),
    (f"{TEXT}\n\n-- \nAnna", [], f"{TEXT}\n\n-- \nAnna"),
    ("#close\n-- \nAnna", [Close()], ""),
    (f"{TEXT}\n\nSent from my iPhone\n\n#close", [Close()], TEXT),
    ("Sent from my iPhone\n#close", [Close()], ""),
    (f"{TEXT}\nSay it:\n`#close`\nBye", [], f"{TEXT}\nSay it:\n`#close`\nBye"),
    (f"(#1042)\n{TEXT}", [], f"(#1042)\n{TEXT}"),
]


@pytest.mark.parametrize(("words", "orders", "text"), DONE)
def test_a_clear_mail_is_done(words: str, orders: list[Order], text: str) -> None:
    found = read_agent_mail(words, context())
    assert isinstance(found, Run)
    assert (list(found.orders), found.text) == (orders, text)
    assert "\n".join(words.splitlines()[n] for n in found.kept) == text


HELD = [
    (f"#clsoe\n{TEXT}", [("#clsoe", NEAR, "#close")]),
    (f"{TEXT}\n#clsoe\n#tkae", [("#clsoe", NEAR, "#close"), ("#tkae", NEAR, "#take")]),
    (f"#banana\n{TEXT}", [("#banana", UNKNOWN, "")]),
    (f"# close\n{TEXT}", [("# close", SPACED, "#close")]),
    (f"@assign bob\n{TEXT}", [("@assign bob", OTHER_SIGN, "#assign bob")]),
    (f".close\n{TEXT}", [(".close", OTHER_SIGN, "#close")]),
    (f"\\#close\n{TEXT}", [("\\#close", OTHER_SIGN, "#close")]),
    (f"♯close\n{TEXT}", [("♯close", OTHER_SIGN, "#close")]),
    (f"[#note]\n{TEXT}", [("[#note]", OTHER_SIGN, "#note")]),
    (f"{TEXT}\n(#note he lies)", [("(#note he lies)", OTHER_SIGN, "#note he lies")]),
    (f"`#close`\n{TEXT}", [("`#close`", OTHER_SIGN, "#close")]),
    (f'{TEXT}\n"#close"', [('"#close"', OTHER_SIGN, "#close")]),
    (
        f"1. #take\n2. #close\n{TEXT}",
        [("1. #take", NUMBERED, "#take"), ("2. #close", NUMBERED, "#close")],
    ),
    ("Hello\n#close\nBye", [("#close", INSIDE, "#close")]),
    ("Hello,\n#close\n\nKind regards", [("#close", INSIDE, "#close")]),
    (f"#close #take\n{TEXT}", [("#close #take", CROWDED, "")]),
    (f"{TEXT}\n/p4 !close", [("/p4 !close", CROWDED, "")]),
    ("close", [("close", LONE, "#close")]),
    ("Close please!", [("Close please!", LONE, "#close please")]),
    ("#take\nclose", [("close", LONE, "#close")]),
    ("refund", [("refund", LONE, "#use refund")]),
    (f"#★★★★★★\n{TEXT}", [("#★★★★★★", UNKNOWN, "")]),
    (f"#close?\n{TEXT}", [("#close?", NEAR, "#close")]),
    (
        f"#clsoe because she told us by phone that it works again\n{TEXT}",
        [
            (
                "#clsoe because she told us by phone that it works again",
                NEAR,
                "#close because she told us by phone that it works again",
            )
        ],
    ),
    (
        f"{TEXT}\n/clsoe because she told us by phone that it works again",
        [
            (
                "/clsoe because she told us by phone that it works again",
                NEAR,
                "#close because she told us by phone that it works again",
            )
        ],
    ),
    (f"#end\n{TEXT}", [("#end", ALL_BELOW_END, "")]),
    (f"#close\n#end\n{TEXT}", [("#end", ALL_BELOW_END, "")]),
    (f"{TEXT}\n#end\n#close", [("#close", BELOW_END, "")]),
    (f"{TEXT}\n#end\nAnna\n#end", [("#end", ENDS_TWICE, "")]),
    (f"#end of list\n{TEXT}", [("#end of list", UNKNOWN, "")]),
    (f"{TEXT}\n#banana\n#end\nAnna", [("#banana", UNKNOWN, "")]),
    ("#assign " + "b" * 1001, [("#assign " + "b" * 1001, "more than 1000 characters", "")]),
    (f"#urgency 7\n{TEXT}", [("#urgency 7", "urgency is 1 to 5", "")]),
    (f"#assign bbo\n{TEXT}", [("#assign bbo", "nobody is called b", "#assign bob")]),
    (f"#close\n#reopen\n{TEXT}", [("#reopen", "contradicts #close", "")]),
    (f"#undo\n{TEXT}", [("#undo", "stands alone", "")]),
    ("#note", [("#note", "has no words", "")]),
    (f"#clsoe\n#urgency 7\n{TEXT}", [("#clsoe", NEAR, "#close"), ("#urgency 7", "1 to 5", "")]),
]


@pytest.mark.parametrize(("words", "expected"), HELD)
def test_a_doubtful_mail_is_held_and_every_doubt_is_told(
    words: str, expected: list[tuple[str, str, str]]
) -> None:
    found = read_agent_mail(words, context())
    assert isinstance(found, Held)
    for cause, (line, why, guess) in zip(found.causes, expected, strict=True):
        assert (cause.cause, cause.line, cause.guess) == ("command", line, guess)
        assert why in cause.why


MARK = "1042.ar" + "b2c3d4e5" * 3
QUOTED = [
    "Reply \u2192 Petra Kunde (customer)",
    "##- Please write your reply above this line -##",
    f"On Monday support+{MARK}@example.com wrote:",
    f"<{MARK}@example.com>".upper(),
]


@pytest.mark.parametrize("line", QUOTED)
def test_a_command_below_a_line_of_our_letter_may_be_a_quoted_one(line: str) -> None:
    held = read_agent_mail(f"#take\nIt works.\n{line}\nPetra wrote that.\n#close", context())
    assert isinstance(held, Held)
    assert held.causes == (Cause("command", "#close", "#close", BELOW_OURS),)
    found = read_agent_mail(f"#take\nIt works.\n{line}\nPetra wrote that.", context())
    assert isinstance(found, Run)  # whether that may leave is not asked here


GUESSED: list[tuple[str, list[Order], str]] = [
    (f"#clsoe\n{TEXT}", [Close()], TEXT),
    ("Hello\n#close\nBye", [Close()], "Hello\nBye"),
    (f"#take\n{TEXT}\n#clsoe", [Take(), Close()], TEXT),
    ("close", [Close()], ""),
    (f"#assign bbo\n{TEXT}\n#colse", [AssignTo(agent="bob"), Close()], TEXT),
    (f"#wait until\n#tkae\n{TEXT}", [], ""),
    (f"@assign Bob Stone\n{TEXT}", [AssignTo(agent="bob")], TEXT),
    ("#note fuse\nclose", [KeepInside("fuse"), Close()], ""),
    (f"#banana\n{TEXT}", [], ""),
    (f"#urgency 7\n{TEXT}", [], ""),
    (f"#clsoe\n#reopen\n{TEXT}", [], ""),
]


@pytest.mark.parametrize(("words", "orders", "text"), GUESSED)
def test_a_guess_is_a_whole_mail_that_can_be_done(
    words: str, orders: list[Order], text: str
) -> None:
    held = read_agent_mail(words, context())
    assert isinstance(held, Held)
    if not orders:
        assert held.guessed == ""
        return
    run = read_agent_mail(held.guessed, context())
    assert isinstance(run, Run)
    assert (list(run.orders), run.text) == (orders, text)


@pytest.mark.parametrize("words", ["", " \n\n", "-- \nAnna Berg"])
def test_nothing_at_all_is_held_unless_a_file_says_it(words: str) -> None:
    assert read_agent_mail(words, context()) == Held((EMPTY,))
    assert isinstance(read_agent_mail(words, context(), files=True), Run)


def test_a_file_is_as_good_as_words() -> None:
    assert isinstance(read_agent_mail("#solution", context(), files=True), Run)
    assert isinstance(read_agent_mail("#solution", context()), Held)


def test_a_note_stays_inside_and_so_does_an_answer_to_one() -> None:
    for words, inside in (("#note\nx", True), ("x", False), ("x\n#close", False)):
        found = read_agent_mail(words, context())
        assert isinstance(found, Run) and found.inside is inside
    found = read_agent_mail("x", replace(context(), inside=True))
    assert isinstance(found, Run) and found.inside


def test_a_mail_says_when_it_needs_proof() -> None:
    for words, proof in ((f"#for ana@x.example\n{TEXT}", True), (f"#close\n{TEXT}", False)):
        found = read_agent_mail(words, replace(context(), ticket=None))
        assert isinstance(found, Run) and found.needs_proof is proof
    found = read_agent_mail(f"#for Petra Kunde\n{TEXT}", replace(context(), ticket=None))
    assert isinstance(found, Run) and isinstance(found.orders[0], OnBehalf)


def test_what_the_role_may_not_do_holds_the_mail() -> None:
    found = read_agent_mail(f"#sla gold\n{TEXT}", context(role="agent"))
    assert isinstance(found, Held)
    assert "only a lead" in found.causes[0].why


def test_signs_that_are_not_in_force_are_text() -> None:
    found = read_agent_mail(f"/close\n!take\n{TEXT}", context(), sigils="#")
    assert isinstance(found, Run) and found.orders == ()


def test_dates_are_read_in_the_agents_language_and_zone() -> None:
    found = read_agent_mail("#later morgen um 17 Uhr\nHallo", context(language="de"))
    assert isinstance(found, Run)
    [later] = found.orders
    assert isinstance(later, SendLater) and later.at.at.isoformat() == "2026-11-24T16:00:00+00:00"
    assert isinstance(read_agent_mail("#wait until fri", context()), Run)
    [wait] = read_agent_mail("#wait", context()).orders  # type: ignore[union-attr]
    assert wait == Wait()


def test_the_same_words_in_html_lose_the_same_lines() -> None:
    run = read_agent_mail(f"#close\n{TEXT}", context())
    assert isinstance(run, Run)
    assert kept_alike(run, ["#close", "", "Dear Petra, it works again."], "#/!", KNOWN) == (2,)
    assert kept_alike(run, ["", "#close ", "", "It works.", ""], "#/!", KNOWN) == (3,)


@pytest.mark.parametrize(
    "lines",
    [["It works."], ["#close", "#take", "It works."], ["Dear", "#close", "It works."], []],
)
def test_html_that_says_something_else_is_not_sent(lines: list[str]) -> None:
    run = read_agent_mail(f"#close\n{TEXT}", context())
    assert isinstance(run, Run)
    assert kept_alike(run, lines, "#/!", KNOWN) is None


def test_all_people_of_the_desk_can_be_meant() -> None:
    for handle in PEOPLE.agents:
        found = read_agent_mail(f"#assign @{handle}", context())
        assert isinstance(found, Run) and found.orders == (AssignTo(agent=handle),)
