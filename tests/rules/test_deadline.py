"""What time does to a ticket: promises, warnings, breaches, idle ones; each moment comes once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import DAY, HOUR, MINUTE, NOON, book, came, mail, wrote

from postdesk.rules.apply import apply_all
from postdesk.rules.book import Book
from postdesk.rules.deadline import reckoned
from postdesk.rules.decide import decide
from postdesk.rules.effect import Effect, Escalate, Move, Notify, Record, Reply, Step, Tag
from postdesk.rules.event import DeadlinePassed, Event, Merged, Ordered, Undone
from postdesk.rules.moment import moments
from postdesk.rules.order import Order
from postdesk.rules.order_work import ChooseSla, Close, GiveStars, Reopen, Resolve, Wait
from postdesk.rules.span import Span
from postdesk.rules.ticket import Ticket

E = TypeVar("E", bound=Effect)

SLAS = """
[sla.default]
high = { first_response = "2h", resolution = "8h" }
medium = { first_response = "8h", next_response = "4h", resolution = "24h" }

[sla.gold]
medium = { first_response = "4h", resolution = "6h" }
"""
LEVELS = """
[[rule]]
name = "warned"
on = "sla.warning"
then.tag = "warned"
[[rule]]
name = "at once"
on = "sla.breached"
when.target = "first_response"
then.escalate = "lead"
[[rule]]
name = "later"
on = "sla.breached"
when.target = "first_response"
when.overdue.above = "2h"
then.escalate = "manager"
"""
IDLE = """
[[rule]]
name = "nobody touches it"
on = "ticket.idle"
when.idle.above = "3d"
then.tag = "idle"
[[rule]]
name = "the customer waits"
on = "ticket.idle"
when.waiting.above = "5h"
then.tag = "waits"
"""


def desk(rules: str = LEVELS) -> Book:
    return book(SLAS + rules)


def effects(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [step.effect for step in steps if isinstance(step.effect, kind)]


def after(now: Ticket, event: Event, rules: Book, at: datetime) -> tuple[Ticket, list[Step]]:
    """The ticket after an event, and the steps to there."""
    steps = decide(now, event, rules, at)
    return apply_all(now, steps, at), steps


def opened(rules: Book, at: datetime = NOON) -> Ticket:
    """Petra's ticket, just opened."""
    return after(Ticket(1), came(), rules, at)[0]


def looked_at(now: Ticket, rules: Book, *times: datetime) -> tuple[Ticket, list[Step]]:
    """The clock looks at the ticket at each of these times; all that was done."""
    done: list[Step] = []
    for at in times:
        now, steps = after(now, DeadlinePassed(), rules, at)
        done += steps
    return now, done


def ordered(now: Ticket, order: Order, rules: Book, at: datetime) -> Ticket:
    return after(now, Ordered("anna", (order,), "shell"), rules, at)[0]


def levels(steps: Sequence[Step]) -> list[int]:
    return [escalated.level for escalated in effects(steps, Escalate)]


# --- promises ------------------------------------------------------------------------------------


def test_a_new_ticket_is_promised_an_answer_and_a_solution() -> None:
    now = opened(desk())
    assert (now.respond_by, now.resolve_by) == (NOON + 8 * HOUR, NOON + 24 * HOUR)
    assert now.due_at == now.resolve_by
    assert now.next_deadline == NOON + 6 * HOUR, "a quarter before the answer it warns"


def test_more_stars_keep_the_time_that_is_used() -> None:
    now = ordered(opened(desk()), GiveStars(4), desk(), NOON + HOUR)
    assert (now.respond_by, now.resolve_by) == (NOON + 2 * HOUR, NOON + 8 * HOUR)
    back = ordered(now, GiveStars(3), desk(), NOON + 90 * MINUTE)
    assert (back.respond_by, back.resolve_by) == (NOON + 8 * HOUR, NOON + 24 * HOUR)


def test_another_sla_keeps_the_time_that_is_used() -> None:
    now = ordered(opened(desk()), ChooseSla("gold"), desk(), NOON + HOUR)
    assert (now.respond_by, now.resolve_by) == (NOON + 4 * HOUR, NOON + 6 * HOUR)
    assert {clock.used for clock in now.clocks} == {HOUR}


def test_the_clock_stands_still_while_the_customer_is_asked() -> None:
    rules = desk()
    now = ordered(opened(rules), Wait(), rules, NOON + HOUR)
    assert (now.respond_by, now.resolve_by, now.next_deadline) == (None, None, None)
    up = ordered(now, Reopen(), rules, NOON + DAY)
    assert up.respond_by == NOON + DAY + 7 * HOUR, "one of eight hours was used"


def test_an_answer_ends_the_first_promise_and_a_reply_begins_the_next() -> None:
    rules = desk()
    answered = after(opened(rules), wrote(), rules, NOON + HOUR)[0]
    assert answered.respond_by is None and answered.resolve_by == NOON + 24 * HOUR
    asked = after(answered, came(opens=False), rules, NOON + 3 * HOUR)[0]
    assert asked.respond_by == NOON + 7 * HOUR
    more = after(asked, came(opens=False), rules, NOON + 5 * HOUR)[0]
    assert more.respond_by == asked.respond_by, "who asks twice waits since the first time"


def test_thanks_and_machines_wait_for_no_answer() -> None:
    rules = desk()
    answered = after(opened(rules), wrote(), rules, NOON + HOUR)[0]
    for words in (mail("Thank you!"), mail("I am away.", machine="auto-replied")):
        now = after(answered, came(words, opens=False), rules, NOON + 2 * HOUR)[0]
        assert now.respond_by is None, words.text


def test_what_is_done_merged_or_spam_is_promised_nothing() -> None:
    rules = desk()
    closed = ordered(opened(rules), Close(), rules, NOON + HOUR)
    merged = after(opened(rules), Merged(2, "anna", "shell"), rules, NOON + HOUR)[0]
    spam = after(Ticket(1), came(mail(spam=True)), rules, NOON)[0]
    for now in (closed, merged, spam):
        assert (now.respond_by, now.resolve_by, now.due_at, now.next_deadline) == (None,) * 4


def test_who_sets_a_date_keeps_it() -> None:
    rules = book(SLAS + '[[rule]]\nname = "d"\non = "ticket.created"\nthen.due = "2d"\n')
    now = opened(rules)
    assert (now.due_at, now.resolve_by) == (NOON + 2 * DAY, NOON + 24 * HOUR)
    assert ordered(now, GiveStars(4), rules, NOON + HOUR).due_at == NOON + 2 * DAY


# --- levels --------------------------------------------------------------------------------------

LOOKS = {
    "looked at often": [NOON + n * HOUR for n in range(1, 30)],
    "after a week": [NOON + 7 * DAY],
    "twice at the same time": [NOON + 9 * HOUR, NOON + 9 * HOUR, NOON + 11 * HOUR],
    "the clock jumps back": [NOON + 11 * HOUR, NOON + 9 * HOUR, NOON + 30 * HOUR],
}


@pytest.mark.parametrize("times", LOOKS.values(), ids=LOOKS)
def test_each_level_comes_once(times: list[datetime]) -> None:
    rules = desk()
    _, steps = looked_at(opened(rules), rules, *times)
    assert levels(steps) == [2, 3]


def test_the_levels_have_their_own_delays() -> None:
    rules = desk()
    now, first = looked_at(opened(rules), rules, NOON + 8 * HOUR)
    assert levels(first) == [2] and now.next_deadline == NOON + 10 * HOUR
    _, second = looked_at(now, rules, NOON + 10 * HOUR)
    assert levels(second) == [3]


def test_a_warning_comes_before_and_never_after() -> None:
    rules = desk()
    now, steps = looked_at(opened(rules), rules, NOON + 6 * HOUR)
    assert now.tags == ("warned",)
    assert [record.act for record in effects(steps, Record)] == ["sla warning"]
    late, steps = looked_at(opened(rules), rules, NOON + 9 * HOUR)
    assert late.tags == ()
    assert [record.act for record in effects(steps, Record)] == ["sla breached"]


def test_what_a_rule_has_closed_is_escalated_no_further() -> None:
    closes = '[[rule]]\nname = "over"\non = "sla.breached"\nthen.status = "closed"\n'
    rules = desk(closes + LEVELS)
    now, steps = looked_at(opened(rules), rules, NOON + 7 * DAY)
    assert now.status == "closed" and levels(steps) == [2]
    assert moments(now, rules, NOON + 7 * DAY) == []


def test_what_is_reopened_is_promised_a_solution_anew() -> None:
    rules = desk('[[rule]]\nname = "r"\non = "sla.breached"\nthen.tag = "late"\n')
    now, _ = looked_at(opened(rules), rules, NOON + 25 * HOUR)
    done = ordered(now, Resolve(), rules, NOON + 26 * HOUR)
    again = ordered(done, Reopen(), rules, NOON + 27 * HOUR)
    _, steps = looked_at(again, rules, NOON + 28 * HOUR, NOON + 29 * HOUR)
    told = [r.detail["target"] for r in effects(steps, Record) if r.act == "sla breached"]
    assert "resolution" in told and len(told) == len(set(told))


def test_an_act_that_is_taken_back_brings_no_level_back() -> None:
    rules = desk()
    before, _ = looked_at(opened(rules), rules, NOON + 7 * HOUR)
    late, _ = looked_at(before, rules, NOON + 8 * HOUR)
    back = after(late, Undone(before, "anna", "<9@x>"), rules, NOON + 9 * HOUR)[0]
    now, steps = looked_at(back, rules, NOON + 9 * HOUR)
    assert now.escalation_level == 2 and not effects(steps, Record)


# --- idle ----------------------------------------------------------------------------------------


def test_an_idle_rule_comes_once_until_somebody_touches_it() -> None:
    rules = book(IDLE)
    now, steps = looked_at(opened(rules), rules, NOON + 3 * DAY, NOON + 6 * DAY, NOON + 9 * DAY)
    assert [t.add for t in effects(steps, Tag)] == [("waits",), ("idle",)]
    touched = after(now, wrote("bob", "team"), rules, NOON + 10 * DAY)[0]
    _, steps = looked_at(touched, rules, NOON + 12 * DAY, NOON + 13 * DAY, NOON + 30 * DAY)
    assert [t.add for t in effects(steps, Tag)] == [("idle",)]


def test_who_writes_again_has_not_waited_since_the_answer() -> None:
    rules = book(IDLE)
    now, _ = looked_at(opened(rules), rules, NOON + 5 * HOUR)
    answered = after(now, wrote(), rules, NOON + 6 * HOUR)[0]
    asked = after(answered, came(opens=False), rules, NOON + 20 * HOUR)[0]
    _, steps = looked_at(asked, rules, NOON + 24 * HOUR)
    assert not effects(steps, Tag)
    _, steps = looked_at(asked, rules, NOON + 25 * HOUR)
    assert [t.add for t in effects(steps, Tag)] == [("waits",)]


def test_both_of_one_rule_may_have_to_last() -> None:
    rules = book(
        '[[rule]]\nname = "both"\non = "ticket.idle"\nwhen.idle.above = "1h"\n'
        'when.waiting.above = "2h"\nthen.tag = "both"\n'
    )
    now, steps = looked_at(opened(rules), rules, NOON + HOUR)
    assert not effects(steps, Tag)
    _, steps = looked_at(now, rules, NOON + 2 * HOUR)
    assert [t.add for t in effects(steps, Tag)] == [("both",)]


def test_a_mail_of_a_machine_is_no_touch() -> None:
    rules = book(IDLE)
    beep = came(mail(machine="auto-submitted"), opens=False)
    beeped = after(opened(rules), beep, rules, NOON + 2 * DAY)[0]
    _, steps = looked_at(beeped, rules, NOON + 3 * DAY)
    assert ("idle",) in [t.add for t in effects(steps, Tag)]


def test_a_hundred_idle_rules_come_once_each() -> None:
    many = "".join(
        f'[[rule]]\nname = "r{n}"\non = "ticket.idle"\nwhen.idle.above = "{n + 1}m"\n'
        f'then.tag = "t{n}"\n'
        for n in range(100)
    )
    rules = desk(many + LEVELS)
    now, steps = looked_at(opened(rules), rules, NOON + DAY, NOON + 2 * DAY, NOON + 3 * DAY)
    assert len(effects(steps, Tag)) == 100 and levels(steps) == [2, 3]
    assert len(now.fired) < 110, "and are not remembered for ever"
    touched = after(now, wrote(), rules, NOON + 4 * DAY)[0]
    later, _ = looked_at(touched, rules, NOON + 5 * DAY)
    assert len(later.fired) < 110


# --- put off, and silence ------------------------------------------------------------------------


def put_off(rules: Book, until: datetime) -> Ticket:
    now = replace(opened(rules), assignee="anna", wakes_at=until)
    pending = replace(now, status="pending", status_kind="waiting")
    found = reckoned(pending, rules, NOON)
    return replace(pending, clocks=found.clocks, next_deadline=found.next_deadline)


def test_what_was_put_off_comes_back_once() -> None:
    rules = desk()
    now = put_off(rules, NOON + 5 * DAY)
    assert now.next_deadline == NOON + 5 * DAY
    back, steps = looked_at(now, rules, NOON + 5 * DAY, NOON + 5 * DAY)
    assert (back.status, back.wakes_at) == ("in-progress", None)
    assert [n.why for n in effects(steps, Notify)] == ["time to go on"]
    assert back.respond_by == NOON + 5 * DAY + 8 * HOUR


def test_what_was_put_off_is_not_idle_and_begins_to_be_when_it_is_back() -> None:
    rules = book(IDLE)
    now = put_off(rules, NOON + 5 * DAY)
    back, steps = looked_at(now, rules, NOON + 4 * DAY, NOON + 5 * DAY)
    assert [t.add for t in effects(steps, Tag)] == [("waits",)], "the customer waited all along"
    _, steps = looked_at(back, rules, NOON + 7 * DAY, NOON + 8 * DAY)
    assert [t.add for t in effects(steps, Tag)] == [("idle",)]


def silent(rules: Book) -> tuple[Book, Ticket]:
    limits = replace(rules.workflow, close_after=Span(5 * DAY), remind_after=Span(3 * DAY))
    rules = replace(rules, workflow=limits)
    return rules, ordered(opened(rules), Resolve(), rules, NOON)


def test_a_solution_is_reminded_of_once_and_then_agreed_to() -> None:
    rules, now = silent(book())
    days = [NOON + n * DAY for n in range(1, 9)]
    closed, steps = looked_at(now, rules, *days)
    assert [reply.template for reply in effects(steps, Reply)] == ["solution-reminder"]
    assert effects(steps, Move) == [Move("closed", "done")]
    assert closed.closed_at == NOON + 5 * DAY


def test_after_a_week_nobody_is_reminded_of_what_is_over() -> None:
    rules, now = silent(book())
    closed, steps = looked_at(now, rules, NOON + 7 * DAY)
    assert closed.status == "closed" and not effects(steps, Reply)


# --- always --------------------------------------------------------------------------------------

SPANS = st.timedeltas(timedelta(), 5 * DAY)


@given(st.lists(SPANS, min_size=1, max_size=12))
def test_however_often_it_is_looked_at_no_moment_comes_twice(waits: list[timedelta]) -> None:
    rules = desk(LEVELS + IDLE)
    times = [NOON + sum(waits[: n + 1], timedelta()) for n in range(len(waits))]
    now, steps = looked_at(opened(rules), rules, *times)
    assert levels(steps) in ([], [2], [2, 3])
    tags = [tag for change in effects(steps, Tag) for tag in change.add]
    assert len(tags) == len(set(tags)) or tags.count("warned") == 2
    assert now.next_deadline is None or now.next_deadline > times[-1]
