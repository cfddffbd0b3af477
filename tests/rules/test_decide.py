"""The judgement: what happens on a ticket when something has happened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import KEY, MAX, NOON, PETRA, book, came, mail, manners, ticket, wrote

from postdesk.mailbox.mail import NOBODY
from postdesk.rules.apply import apply_all
from postdesk.rules.book import without_version
from postdesk.rules.decide import ALSO, decide
from postdesk.rules.effect import (
    Answer,
    Append,
    Assign,
    Include,
    Move,
    Notify,
    Open,
    Record,
    Reply,
    SetCategory,
    SetTeam,
    SetUrgency,
    Step,
    Tag,
    Tie,
)
from postdesk.rules.event import (
    AnsweredByHand,
    Event,
    HoldSettled,
    LetterFailed,
    MailHeld,
    Ordered,
    ReactionCame,
    TwinCame,
)
from postdesk.rules.facts import AGED
from postdesk.rules.joining import MOST_PARTICIPANTS
from postdesk.rules.order import Order
from postdesk.rules.order_work import Close, Reopen, Resolve, Start, Wait
from postdesk.rules.people import People
from postdesk.rules.ticket import Link, Participant, Ticket
from postdesk.rules.workflow import DEFAULT

E = TypeVar("E")

BY_HAND = AnsweredByHand(mail("Call us."), KEY, "<9@example.com>", "bob")
FAILED = LetterFailed("petra@kunde.example", "5.1.1", True, "no such user", "<3@x>", "anna")
EVENTS: tuple[Event, ...] = (
    came(),
    came(opens=False),
    came(mail(machine="auto-submitted"), withheld="it is the mail of a machine"),
    came(others=(MAX,), links=(Link("mentions", 4),), team="billing"),
    TwinCame(mail(), KEY, "<1@kunde.example>", ("billing",)),
    wrote(),
    wrote("bob", "team"),
    BY_HAND,
    ReactionCame("reaction", "thumbs up", "petra@kunde.example", "<4@x>"),
    *(Ordered("anna", (order,), "shell") for order in (Close(), Resolve(), Reopen())),
    FAILED,
    MailHeld("anna", "<5@x>", ("unconfirmed",)),
    HoldSettled("anna", "<6@x>", "cancelled", "<5@x>"),
)
TICKETS = tuple(
    ticket(assignee=agent, status=status)
    for agent in (None, "anna", "gone")
    for status in DEFAULT.statuses
)
NOISY = """
[[rule]]
name = "tickets that move, move on"
on = "status.changed"
then.status = "pending"
[[rule]]
name = "tickets that are closed, too"
on = "ticket.closed"
then.tag = "done"
"""


def effects(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [step.effect for step in steps if isinstance(step.effect, kind)]


def only(steps: Sequence[Step], kind: type[E]) -> E:
    [found] = effects(steps, kind)
    return found


@given(st.sampled_from(EVENTS), st.sampled_from(TICKETS), st.sampled_from(["", NOISY]))
def test_the_same_question_has_the_same_answer(event: Event, now: Ticket, more: str) -> None:
    steps = decide(now, event, manners(more), NOON)
    assert steps == decide(now, event, manners(more), NOON)
    assert all(step.because for step in steps), "every act can be explained"
    after = apply_all(now, steps, NOON)
    assert (after.number, after.opened) == (now.number, True)


def test_a_mail_that_begins_a_ticket() -> None:
    event = came(links=(Link("mentions", 4),), team="billing", others=(MAX,), address="b@x.example")
    steps = decide(Ticket(9), event, book(), NOON)
    kinds = [type(step.effect) for step in steps]
    assert kinds == [Open, SetTeam, Tie, Include, Append]
    after = apply_all(Ticket(9), steps, NOON)
    assert (after.title, after.team, after.address) == ("Printer", "billing", "b@x.example")
    assert after.participants == (PETRA, MAX)
    assert after.created_by == "petra@kunde.example"


def test_a_mail_without_subject_or_sender_is_a_ticket_all_the_same() -> None:
    bare = replace(mail(subject="", message_id=""), sender=NOBODY)
    after = apply_all(Ticket(9), decide(Ticket(9), came(bare), book(), NOON), NOON)
    assert after.title == "(no subject)"
    assert after.requester == Participant("unknown", "", "requester")


def test_a_customers_words_are_filed_with_their_mail() -> None:
    words = only(decide(ticket(), came(opens=False), book(), NOON), Append)
    assert (words.kind, words.message_id, words.key) == ("in", "<1@kunde.example>", KEY)
    assert words.text == "It is on fire." and words.agent is None


def test_a_stranger_brings_nobody_along() -> None:
    event = came(opens=False, role="bystander", others=(MAX,))
    steps = decide(ticket(), event, book(), NOON)
    assert not effects(steps, Include)
    assert only(steps, Append).bystander


def test_no_more_than_twenty_get_the_answers() -> None:
    crowd = tuple(Participant(f"c{n}@kunde.example", "", "cc") for n in range(30))
    after = apply_all(Ticket(9), decide(Ticket(9), came(others=crowd), book(), NOON), NOON)
    assert len(after.participants) == MOST_PARTICIPANTS
    full = replace(ticket(), participants=after.participants[:-1])
    again = (*after.participants[:5], MAX)
    more = apply_all(full, decide(full, came(opens=False, others=again), book(), NOON), NOON)
    assert MAX in more.participants, "who is there already takes no room"


def test_an_answer_goes_to_every_participant() -> None:
    both = replace(ticket(), participants=(PETRA, MAX))
    steps = decide(both, wrote(), book(), NOON)
    assert only(steps, Answer) == Answer("anna", (PETRA, MAX))
    words = only(steps, Append)
    assert (words.kind, [a.addr for a in words.to]) == ("out", [PETRA.address, MAX.address])
    assert (words.subject, words.agent) == ("Printer", "anna")


def test_a_note_goes_to_nobody_outside() -> None:
    steps = decide(ticket(assignee="bob"), wrote(to="team"), manners(), NOON)
    assert not effects(steps, Answer) and not effects(steps, Reply) and not effects(steps, Move)
    words = only(steps, Append)
    assert (words.kind, words.to) == ("note", ())
    assert only(steps, Notify).agents == ("bob",)


@pytest.mark.parametrize("owner", [None, "anna"])
def test_nobody_is_told_of_ones_own_note(owner: str | None) -> None:
    assert not effects(decide(ticket(assignee=owner), wrote(to="team"), book(), NOON), Notify)


def test_an_answer_written_by_hand_is_filed_and_sent_to_nobody() -> None:
    steps = decide(ticket(), BY_HAND, manners(), NOON)
    assert only(steps, Append).kind == "out"
    assert not effects(steps, Answer)
    after = apply_all(ticket(), steps, NOON)
    assert (after.status, after.assignee) == ("responded", "bob")


@pytest.mark.parametrize(
    ("order", "before", "after"),
    [
        (Close(), "new", "closed"),
        (Close(), "resolved", "closed"),
        (Resolve(), "in-progress", "resolved"),
        (Reopen(), "closed", "reopened"),
        (Start(), "new", "in-progress"),
        (Wait(), "new", "pending"),
    ],
)
def test_commands_move_the_ticket(order: Order, before: str, after: str) -> None:
    given_ = Ordered("anna", (order,), "shell")
    steps = decide(ticket(status=before), given_, book(), NOON)
    assert apply_all(ticket(status=before), steps, NOON).status == after
    assert all(step.actor == "anna" for step in steps)


def test_a_ticket_that_is_closed_already_is_left_alone() -> None:
    command = Ordered("anna", (Close(),), "shell")
    assert decide(ticket(status="closed"), command, manners(NOISY), NOON) == []


def test_a_failure_is_a_line_of_history_with_the_servers_words() -> None:
    steps = decide(ticket(), FAILED, manners(), NOON)
    assert only(steps, Record) == Record(
        "bounced",
        {
            "recipient": "petra@kunde.example",
            "status": "5.1.1",
            "permanent": True,
            "diagnostic": "no such user",
        },
    )
    assert only(steps, Notify).agents == ("anna",)


def test_a_hold_changes_nothing() -> None:
    for event in EVENTS[-2:]:
        steps = decide(ticket(), event, manners(), NOON)
        assert apply_all(ticket(), steps, NOON) == ticket()
        assert only(steps, Record).act in ("held", "cancelled")


# --- rules -------------------------------------------------------------------------------------

LAST_WINS = """
[[rule]]
name = "first"
on = "ticket.created"
when.subject.any_word = "printer"
then.urgency = 2
then.category = "hardware"
then.tag = "paper"
then.notify = "bob"
[[rule]]
name = "second"
on = "ticket.created"
when.category = "hardware"
then.urgency = 5
then.tag = ["fire", "paper"]
then.assign = "anna"
[[rule]]
name = "third"
on = "ticket.created"
when.urgency.above = 4
then.untag = "paper"
then.notify = "responsible"
stop = true
[[rule]]
name = "fourth"
on = "ticket.created"
then.urgency = 1
"""


def test_the_last_value_of_a_field_wins_and_is_applied_once() -> None:
    steps = decide(Ticket(1), came(), book(LAST_WINS), NOON)
    assert only(steps, SetUrgency) == SetUrgency(5)
    assert only(steps, SetCategory) == SetCategory("hardware")
    [urgent] = [step for step in steps if isinstance(step.effect, SetUrgency)]
    assert without_version(urgent.because) == '50-test.toml:10 "second"'
    assert urgent.actor == "postdesk"


def test_each_rule_sees_what_those_above_it_did_and_stop_ends_them() -> None:
    after = apply_all(Ticket(1), decide(Ticket(1), came(), book(LAST_WINS), NOON), NOON)
    assert (after.urgency, after.assignee, after.tags) == (5, "anna", ("fire",))


def test_notifications_add_up_and_each_agent_is_told_once() -> None:
    steps = decide(Ticket(1), came(), book(LAST_WINS), NOON)
    told = [agent for notify in effects(steps, Notify) for agent in notify.agents]
    assert sorted(told) == ["anna", "bob"]


def test_the_author_of_an_act_is_never_told_of_it() -> None:
    rule = '[[rule]]\nname = "all"\non = "reply.sent"\nthen.notify = ["anna", "bob"]\n'
    steps = decide(ticket(), wrote("anna"), book(rule), NOON)
    assert only(steps, Notify).agents == ("bob",)


def test_an_owner_who_is_nobody_here_is_no_owner() -> None:
    rule = '[[rule]]\nname = "x"\non = "ticket.created"\nthen.assign = "bob"\n'
    steps = decide(Ticket(1), came(), replace(book(rule), people=People()), NOON)
    assert not effects(steps, Assign)


def test_of_two_replies_one_is_sent() -> None:
    rule = '[[rule]]\nname = "own"\non = "ticket.created"\nthen.reply = "receipt"\n'
    steps = decide(Ticket(1), came(), manners(rule), NOON)
    assert only(steps, Reply) == Reply("receipt", "petra@kunde.example")


def test_no_rule_makes_us_answer_a_machine() -> None:
    rule = '[[rule]]\nname = "own"\non = "ticket.created"\nthen.reply = "receipt"\n'
    event = came(withheld="it is the mail of a machine")
    steps = decide(Ticket(1), event, manners(rule), NOON)
    assert not effects(steps, Reply)
    assert only(steps, Record).act == "withheld"


def test_what_rules_do_raises_a_change_of_status_once() -> None:
    steps = decide(ticket(), wrote(), manners(NOISY), NOON)
    assert [move.status for move in effects(steps, Move)] == ["responded", "pending"]


def test_a_move_to_where_it_is_already_is_no_step() -> None:
    steps = decide(ticket(status="pending"), Ordered("a", (Close(),), "x"), book(NOISY), NOON)
    assert [move.status for move in effects(steps, Move)] == ["closed", "pending"]
    rule = '[[rule]]\nname = "x"\non = "ticket.created"\nthen.status = "new"\n'
    assert not effects(decide(Ticket(1), came(), book(rule), NOON), Move)


def test_closing_is_an_event_for_rules() -> None:
    steps = decide(ticket(), Ordered("anna", (Close(),), "shell"), book(NOISY), NOON)
    assert only(steps, Tag) == Tag(("done",))


def test_a_copy_by_another_team_tells_those_of_it_who_do_not_know() -> None:
    twin = TwinCame(mail(), KEY, "<1@kunde.example>", ("billing",), told=("anna",))
    steps = decide(ticket(), twin, manners(), NOON)
    assert [step.effect for step in steps] == [Notify(("bob",), ALSO)]
    assert steps[0].because == "<1@kunde.example>"
    assert decide(ticket(), replace(twin, told=("bob",)), manners(), NOON) == []


@pytest.mark.parametrize(
    ("change", "owner"),
    [
        ({"withheld": AGED}, ticket()),
        ({"mail": mail(spam=True)}, ticket()),
        ({"teams": ("gone",)}, ticket()),
        ({}, replace(ticket(), team="billing")),
        ({}, replace(ticket(), team="sales", address="billing@example.com")),
    ],
)
def test_a_copy_is_no_news_to(change: dict[str, object], owner: Ticket) -> None:
    twin = TwinCame(mail(), KEY, "<1@kunde.example>", ("billing",))
    assert decide(owner, replace(twin, **change), manners(), NOON) == []  # type: ignore[arg-type]
