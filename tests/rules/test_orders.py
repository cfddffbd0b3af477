"""The commands of one mail are done all or not at all."""

from dataclasses import replace

import pytest
from command_desk import KNOWN, PEOPLE, WORKFLOW, context

from postdesk.mailbox.mail import Address
from postdesk.rules.accord import is_note
from postdesk.rules.command import classify
from postdesk.rules.order import Order
from postdesk.rules.order_look import MergeInto, Show
from postdesk.rules.order_people import AskApproval, ChangeCc, KeepInside, OnBehalf, Preview
from postdesk.rules.order_work import Close, GiveStars, Take
from postdesk.rules.orders import Problems, read_orders
from postdesk.rules.people import Role
from postdesk.rules.rights import may, needs_proof
from postdesk.rules.verbs import BY_NAME, VERBS

ANA = Address("", "ana@x.example")


def orders(*lines: str, words: bool = True, **changed: object) -> tuple[Order, ...] | Problems:
    reading = classify(lines, known=KNOWN)
    assert not reading.doubts
    here = replace(context(), **changed)  # type: ignore[arg-type]
    return read_orders(reading.commands, here, words=words)


def whys(*lines: str, words: bool = True, **changed: object) -> list[tuple[int, str]]:
    found = orders(*lines, words=words, **changed)
    return [(line, p.why) for line, p in found.found] if isinstance(found, Problems) else []


def test_orders_come_in_the_order_of_their_lines() -> None:
    assert orders("#take", "#p4", "#close") == (Take(), GiveStars(4), Close())
    assert orders() == ()


def test_one_wrong_command_holds_all_and_every_wrong_one_is_told() -> None:
    found = orders("#take", "#urgency 7", "#close", "#assign bbo")
    assert isinstance(found, Problems)
    assert [(line, p.guess) for line, p in found.found] == [(1, ""), (3, "#assign bob")]


def test_twenty_commands_in_one_mail_are_fine() -> None:
    lines = [f"#tag +t{n}" for n in range(14)]
    lines += ["#take", "#p4", "#due fri", "#set order=1", "#time 5m", "#close by phone"]
    found = orders(*lines)
    assert not isinstance(found, Problems) and len(found) == 20


def test_a_mail_has_a_limit_of_commands() -> None:
    assert not isinstance(orders(*["#take"] * 200), Problems)
    assert whys(*["#take"] * 201) == [(200, "more than 200 commands")]


CONTRADICTIONS = [
    ("#close", "#reopen"),
    ("#close", "#resolve"),
    ("#wait 3d", "#close"),
    ("#wait 3d", "#wait 4d"),
    ("#start", "#schedule mon 11:00"),
    ("#solution", "#close"),
    ("#status pending", "#start"),
    ("#ship", "#close"),
    ("#merge 7", "#close"),
    ("#merge 7", "#merge 8"),
    ("#merge 7", "#dup 7"),
    ("#dup 7", "#dup 8"),
    ("#spam", "#resolve"),
    ("#respond", "#reopen"),
    ("#assign bob", "#assign mia"),
    ("#assign bob", "#take"),
    ("#assign bob", "#unassign"),
    ("#assign bob", "#assign team:billing"),
    ("#p4", "#urgency 5"),
    ("#due fri", "#due none"),
    ("#category a", "#category b"),
    ("#sla gold", "#sla default"),
    ("#set order=1", "#set order=2"),
    ("#tag +a", "#tag -a"),
    ("#cc +a@x.example", "#cc -a@x.example"),
    ("#for a@x.example", "#for b@x.example"),
    ("#watch", "#mute"),
    ("#away", "#back"),
    ("#via sms", "#via mail"),
    ("#later fri", "#later mon"),
    ("#refund", "#use second-mail"),
    ("#unmerge 7", "#merge 8"),
]


@pytest.mark.parametrize(("first", "second"), CONTRADICTIONS)
def test_two_that_contradict_each_other_hold_the_mail(first: str, second: str) -> None:
    for lines in ((first, second), (second, first)):
        [(line, why)] = whys(*lines, words="#spam" not in lines)
        assert line == 1 and why.startswith("contradicts #")


AGREEING = [
    ("#close", "#close"),
    ("#close", "#status closed"),
    ("#assign bob", "#assign Bob Stone"),
    ("#p4", "#★★★★"),
    ("#tag +a", "#tag +a -b"),
    ("#resolve", "#solution"),
    ("#wait", "#pending"),
    ("#note", "#close"),
    ("#link 7", "#link 8"),
    ('#task "a"', '#task "b"'),
    ("#preview", "#later fri"),
    ("#watch", "#mute off"),
]


@pytest.mark.parametrize(("first", "second"), AGREEING)
def test_saying_a_thing_twice_or_two_things_is_no_contradiction(first: str, second: str) -> None:
    assert whys(first, second) == []


def test_undo_stands_alone() -> None:
    assert whys("#undo", words=False) == []
    assert "stands alone" in whys("#undo")[0][1]
    assert "stands alone" in whys("#undo", "#take", words=False)[0][1]


@pytest.mark.parametrize("line", ["#solution", "#later fri", "#via sms", "#preview"])
def test_what_is_about_a_letter_needs_a_text_or_a_canned_reply(line: str) -> None:
    assert whys(line, words=False) == [(0, "needs a text below it")]
    assert whys(line) == []
    assert whys(line, "#refund", words=False) == []


@pytest.mark.parametrize("line", ["#solution", "#later fri", "#via sms", "#refund"])
def test_a_note_has_no_letter(line: str) -> None:
    [(place, why)] = whys("#note", line)
    assert place == 1 and "a note stays in the team" in why
    [(_, why)] = whys(line, inside=True)
    assert "a note stays in the team" in why


def test_a_note_needs_words_on_its_line_or_below_it() -> None:
    assert "has no words" in whys("#note", words=False)[0][1]
    assert whys("#note she called", words=False) == []
    assert whys("#note") == []


def test_a_note_makes_the_whole_mail_internal_wherever_it_stands() -> None:
    assert is_note([Close(), KeepInside()])
    assert not is_note([Close(), Take()])


def test_spam_is_not_answered() -> None:
    assert whys("#spam", words=False) == []
    assert "would be answered" in whys("#spam")[0][1]
    assert whys("#spam", "#note") == []


def test_a_mail_for_a_customer_begins_a_ticket_only_with_a_text() -> None:
    assert whys("#for ana@x.example", words=False, ticket=None) == [(0, "needs a text below it")]
    assert whys("#for ana@x.example", words=False) == []


@pytest.mark.parametrize("verb", ["sla", "report"])
def test_some_verbs_are_for_leads_and_those_above(verb: str) -> None:
    assert may("agent", verb) == "only a lead may do that, or somebody above"
    assert [may(role, verb) for role in ("lead", "manager", "admin")] == ["", "", ""]


def test_every_other_verb_is_for_everybody() -> None:
    assert {verb.name for verb in VERBS if may("agent", verb.name)} == {"sla", "report"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("agent", False), ("lead", True), ("manager", False), ("admin", True)],
)
def test_a_move_of_the_desk_is_for_whom_it_says(role: Role, allowed: bool) -> None:
    assert (may(role, "ship", WORKFLOW) == "") is allowed


def test_what_an_agent_may_not_do_holds_the_mail_with_the_reason() -> None:
    agent = replace(context(), agent=PEOPLE.agents["bob"])
    found = read_orders(classify(["#sla gold"], known=KNOWN).commands, agent)
    assert isinstance(found, Problems)
    assert found.found[0][1].why == "only a lead may do that, or somebody above"
    shell = replace(context(), agent=None)
    assert read_orders(classify(["#sla gold"], known=KNOWN).commands, shell)


@pytest.mark.parametrize(
    ("order", "proof"),
    [
        (MergeInto(7), True),
        (OnBehalf(ANA), True),
        (ChangeCc((ANA,)), True),
        (ChangeCc((), (ANA,)), False),
        (AskApproval(("bob",)), False),
        (AskApproval((), (ANA,)), True),
        (Close(), False),
        (Show((7,)), False),
        (Preview(), False),
    ],
)
def test_what_shows_a_ticket_to_somebody_new_needs_proof(order: Order, proof: bool) -> None:
    assert needs_proof(order) is proof


def test_every_verb_names_a_role_that_there_is() -> None:
    assert {verb.least for verb in BY_NAME.values()} <= {"agent", "lead", "manager", "admin"}
