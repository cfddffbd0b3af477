"""What each action of a rule does to a ticket, and what leaves the desk because of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from made_up import DAY, NOON, PETRA, came, mail, ticket

from postdesk.rules.action import ACTIONS, SET
from postdesk.rules.around import NOTHING_AROUND, Around
from postdesk.rules.assign import Roster
from postdesk.rules.book import Book
from postdesk.rules.decide import decide
from postdesk.rules.effect import (
    Append,
    AskApproval,
    Assign,
    Await,
    Drop,
    Effect,
    Escalate,
    Join,
    Keep,
    MarkSpam,
    Move,
    Notify,
    Record,
    Reply,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetSla,
    SetTeam,
    SetUrgency,
    Step,
    Tag,
)
from postdesk.rules.event import LetterFailed, MailCame
from postdesk.rules.people import Agent, People, Team
from postdesk.rules.read import read
from postdesk.rules.ticket import Ticket

E = TypeVar("E", bound=Effect)

PEOPLE = People(
    agents={
        "anna": Agent("anna", "Anna", ("anna@example.com",), manager="max"),
        "bob": Agent("bob", "Bob", ("bob@example.com",)),
        "lea": Agent("lea", "Lea", ("lea@example.com",), role="lead"),
        "max": Agent("max", "Max", ("max@example.com",), role="manager"),
        "eve": Agent("eve", "Eve", ("eve@example.com",), role="admin"),
    },
    teams={
        "billing": Team("billing", ("anna", "bob"), "lea"),
        "web": Team("web", ("bob",)),
    },
)
RULE = '[[rule]]\nname = "it"\non = "{on}"\n{more}'
BY = '50-test.toml:1 "it"'
SUBJECT = 'when.subject.matches = "order (?P<order>[0-9]+)"\n'
CALENDAR = '[calendar.office]\ntimezone = "UTC"\nhours = { mon-fri = ["09:00-17:00"] }\n'
CLOSED = datetime(2026, 11, 28, 12, tzinfo=UTC)  # a Saturday


def desk(text: str) -> Book:
    names = "".join(f'[agent.{a}]\naddresses = ["{a}@example.com"]\n' for a in PEOPLE.agents)
    names += "[team.billing]\n[team.web]\n[sla.gold]\n"
    found = read({"10-people.toml": names, "50-test.toml": text})
    assert isinstance(found, Book), found
    return replace(found, people=PEOPLE, digest="")  # history lines without a version


def steps_of(
    then: str,
    *,
    on: str = "message.received",
    event: MailCame | LetterFailed | None = None,
    now: Ticket | None = None,
    around: Around = NOTHING_AROUND,
    at: datetime = NOON,
) -> list[Step]:
    """What a rule with these lines does when Petra writes again on her ticket with Anna."""
    happened = event or came(mail(subject="My order 4711"), opens=on == "ticket.created")
    before = now or (Ticket(1) if on == "ticket.created" else ticket(assignee="anna"))
    before = replace(before, team=before.team or "billing")
    return decide(before, happened, desk(RULE.format(on=on, more=then)), at, around)


def by_rule(steps: Sequence[Step]) -> list[Effect]:
    return [step.effect for step in steps if step.because == BY]


def effects(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [step.effect for step in steps if isinstance(step.effect, kind)]


def told(*agents: str, addresses: tuple[str, ...] = ()) -> Notify:
    return Notify(agents, "customer replied", addresses=addresses)


# --- each action ---------------------------------------------------------------------------------

DOES: list[tuple[str, str, list[Effect]]] = [
    ("team", 'then.team = "web"', [SetTeam("web")]),
    ("category", 'then.category = "invoice"', [SetCategory("invoice")]),
    ("assign", 'then.assign = "bob"', [Assign("bob")]),
    ("assign", 'then.assign = "round-robin"', [
        Assign("anna", "longest without a ticket in billing")]),
    ("assign", 'then.assign = "least-loaded"', [Assign("anna", "fewest open tickets in billing")]),
    ("assign", 'then.assign = "author"', []),  # a customer is no agent
    ("urgency", "then.urgency = 5", [SetUrgency(5)]),
    ("urgency", 'then.urgency = "low"', [SetUrgency(2)]),
    ("status", 'then.status = "pending"', [Move("pending", "waiting")]),
    ("status", 'then.status = "resolved"', [Move("resolved", "done")]),
    ("status", 'then.status = "new"', []),  # it is already
    ("tag", 'then.tag = ["vip", "shop"]', [Tag(("vip", "shop"))]),
    ("untag", 'then.untag = "vip"', [Tag(remove=("vip",))]),
    ("set", 'then.set.site = "Berlin"', [SetField("site", "Berlin")]),
    ("set", SUBJECT + 'then.set.order = "No {order}"', [SetField("order", "No 4711")]),
    ("set", 'then.set.site = ""', [SetField("site", "")]),
    ("due", 'then.due = "3d"', [SetDue(NOON + 3 * DAY)]),
    ("due", 'then.due = "2bd"', [SetDue(NOON + 2 * DAY)]),
    ("due", "then.due = 2026-12-24", [SetDue(datetime(2026, 12, 24, 23, 59, tzinfo=UTC))]),
    ("due", "then.due = 2026-12-24T12:00:00Z", [SetDue(datetime(2026, 12, 24, 12, tzinfo=UTC))]),
    ("sla", 'then.sla = "gold"', [SetSla("gold")]),
    ("reply", 'then.reply = "status"', [Reply("status", PETRA.address)]),
    ("notify", 'then.notify = "assignee"', [told("anna")]),
    ("notify", 'then.notify = "team"', [told("anna", "bob")]),
    ("notify", 'then.notify = "team:web"', [told("bob")]),
    ("notify", 'then.notify = "lead"', [told("lea")]),
    ("notify", 'then.notify = "manager"', [told("max")]),
    ("notify", 'then.notify = "admins"', [told("eve")]),
    ("notify", 'then.notify = "bob"', [told("bob")]),
    ("notify", 'then.notify = "bob@example.com"', [told("bob")]),
    ("notify", 'then.notify = "cfo@other.example"', [told(addresses=("cfo@other.example",))]),
    ("notify", 'then.notify = ["assignee", "team", "anna"]', [told("anna", "bob")]),
    ("note", SUBJECT + 'then.note = "Order {order}."', [
        Append("note", "", mail(sender="").sender, (), "", "Order 4711.", "Order 4711.")]),
    ("escalate", "then.escalate = true", [Escalate(1, ("anna",))]),
    ("escalate", 'then.escalate = "lead"', [Escalate(2, ("lea",))]),
    ("escalate", 'then.escalate = "manager"', [Escalate(3, ("max",))]),
    ("approve", 'then.approve = "manager"', [AskApproval(("max",), "it")]),
    ("approve", 'then.approve = ["bob", "lead"]', [AskApproval(("bob", "lea"), "it")]),
    ("approve", 'then.approve = "manager"\nthen.escalate = "manager"', [
        AskApproval(("max",), "it", 3)]),
    ("hold", 'then.hold = "look at it"', [Keep("look at it")]),
    ("hold", "then.hold = true", [Keep(BY)]),
    ("drop", 'then.drop = "noise"', [Drop("noise")]),
    ("link", SUBJECT + 'then.link = "shop/{order}"', [Join("shop/4711")]),
    ("link", 'then.link = "subject"', [Join(subject=True)]),
    ("link", "then.link = 12", [Join(number=12)]),
    ("link", 'then.link = "a"\nthen.drop = "nobody knows it"', [
        Join("a", otherwise=Drop("nobody knows it"))]),
    ("link", 'then.hold = "who?"\nthen.link = "a"', [Join("a", otherwise=Keep("who?"))]),
    ("language", 'then.language = "de"', [SetLanguage("de")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "then", "done"), DOES, ids=[f"{then}" for _, then, _ in DOES])
def test_what_an_action_does(kind: str, then: str, done: list[Effect]) -> None:
    assert by_rule(steps_of(then)) == done


def test_every_action_is_tried_here() -> None:
    assert {kind for kind, _, _ in DOES} == {*ACTIONS, SET}


def test_every_step_names_the_rule_with_file_and_line() -> None:
    for _, then, done in DOES:
        assert sum(step.because == BY for step in steps_of(then)) == len(done)


# --- together ------------------------------------------------------------------------------------


def rules(*then: str, on: str = "message.received") -> list[Step]:
    text = "".join(f'[[rule]]\nname = "r{n}"\non = "{on}"\n{t}\n' for n, t in enumerate(then))
    return decide(ticket(assignee="anna"), came(opens=False), desk(text), NOON)


def test_the_last_value_of_a_field_wins_and_is_set_once() -> None:
    steps = rules('then.team = "web"\nthen.urgency = 4', 'then.team = "billing"\nthen.set.a = "1"')
    assert [s.effect for s in steps if isinstance(s.effect, SetTeam)] == [SetTeam("billing")]
    assert effects(steps, SetUrgency) == [SetUrgency(4)]
    assert [s.because for s in steps if isinstance(s.effect, SetTeam)] == ['50-test.toml:6 "r1"']


def test_one_assignment_at_the_end_when_the_team_is_clear() -> None:
    steps = rules('then.assign = "round-robin"', 'then.team = "web"')
    assert effects(steps, Assign) == [Assign("bob", "longest without a ticket in web")]


def test_tags_notes_and_notices_add_up_and_each_hears_once() -> None:
    steps = rules(
        'then.tag = "a"\nthen.note = "one"\nthen.notify = "team:web"',
        'then.tag = "b"\nthen.note = "two"\nthen.notify = ["bob", "lead"]',
    )
    assert [tag.add for tag in effects(steps, Tag)] == [("a",), ("b",)]
    assert [n.text for n in effects(steps, Append) if n.kind == "note"] == ["one", "two"]
    assert [n.agents for n in effects(steps, Notify)] == [("bob",), ("lea",)]


def test_one_reply_at_most() -> None:
    steps = rules('then.reply = "status"', 'then.reply = "customer-help"')
    assert effects(steps, Reply) == [Reply("customer-help", PETRA.address)]


def test_of_drop_hold_and_link_of_several_rules_the_last_wins() -> None:
    [dropped] = rules('then.link = "a"', "then.drop = true")
    assert dropped.effect == Drop('50-test.toml:5 "r1"')
    assert effects(rules("then.drop = true", 'then.link = "a"'), Join) == [Join("a")]


def test_a_dropped_mail_does_nothing_else() -> None:
    assert len(rules('then.tag = "a"\nthen.notify = "team"', 'then.drop = "noise"')) == 1


def test_a_rule_sees_what_those_above_it_did() -> None:
    steps = rules('then.team = "web"', 'when.team = "web"\nthen.tag = "seen"')
    assert effects(steps, Tag) == [Tag(("seen",))]


def test_stop_ends_it() -> None:
    steps = rules('then.tag = "a"\nstop = true', 'then.tag = "b"')
    assert effects(steps, Tag) == [Tag(("a",))]


def test_a_move_raises_status_changed_once() -> None:
    text = RULE.format(on="message.received", more='then.status = "pending"\n') + (
        '[[rule]]\nname = "m"\non = "status.changed"\nthen.status = "in-progress"\n'
        'then.tag = "moved"\n'
    )
    steps = decide(ticket(), came(opens=False), desk(text), NOON)
    assert [move.status for move in effects(steps, Move)] == ["pending", "in-progress"]
    assert effects(steps, Tag) == [Tag(("moved",))]


# --- assignment, and nobody there ----------------------------------------------------------------


def test_with_nobody_there_the_lead_is_told_and_the_ticket_waits() -> None:
    gone = Around(roster=lambda *_: Roster(away=frozenset({"anna", "bob"})))
    steps = steps_of('then.assign = "round-robin"', now=ticket(), around=gone)
    assert by_rule(steps) == [Await("round-robin"), Notify(("lea",), "nobody is available")]


def test_who_is_given_a_ticket_by_a_rule_is_told_as_its_assignee() -> None:
    then = 'then.assign = "bob"\nthen.notify = "responsible"'
    assert effects(steps_of(then, on="ticket.created"), Notify) == [
        Notify(("bob",), "new ticket"),
    ]


# --- due -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "due"),
    [
        ('then.due = "4h"', CLOSED + timedelta(hours=4)),
        ('calendar = "office"\nthen.due = "4h"', datetime(2026, 11, 30, 13, tzinfo=UTC)),
        ('calendar = "office"\nthen.due = "1bd"', datetime(2026, 11, 30, 12, tzinfo=UTC)),
    ],
)
def test_a_span_is_clock_time_unless_the_rule_names_a_calendar(then: str, due: datetime) -> None:
    text = CALENDAR + RULE.format(on="message.received", more=then)
    assert effects(decide(ticket(), came(opens=False), desk(text), CLOSED), SetDue)[0].at == due


def test_a_day_ends_in_the_zone_of_the_desk() -> None:
    steps = steps_of("then.due = 2026-12-24", around=Around(zone="America/New_York"))
    [due] = effects(steps, SetDue)
    assert due.at and due.at.astimezone(UTC) == datetime(2026, 12, 25, 4, 59, tzinfo=UTC)
    assert due.at.date() == date(2026, 12, 24)


# --- escalation and approval ---------------------------------------------------------------------


def test_a_level_that_is_reached_is_not_reached_again() -> None:
    high = replace(ticket(assignee="anna"), escalation_level=2)
    assert by_rule(steps_of('then.escalate = "lead"', now=high)) == []
    assert by_rule(steps_of("then.escalate = true", now=high)) == [Escalate(3, ("max",))]
    asks = 'then.approve = "bob"\nthen.escalate = "lead"'
    assert by_rule(steps_of(asks, now=high)) == []


def test_where_nobody_can_say_yes_it_goes_higher_without() -> None:
    lonely = replace(ticket(), team="billing")
    text = RULE.format(on="message.received", more='then.approve = "lead"\nthen.escalate = "lead"')
    people = replace(PEOPLE, teams={"billing": Team("billing", ("anna",))})
    people = replace(people, agents={h: a for h, a in people.agents.items() if a.role != "lead"})
    steps = decide(lonely, came(opens=False), replace(desk(text), people=people), NOON)
    assert by_rule(steps) == [Escalate(2, ("max",))]


# --- letters -------------------------------------------------------------------------------------


def test_no_letter_answers_what_no_letter_may_answer() -> None:
    machine = came(mail(machine="list"), opens=False, withheld="it is the mail of a machine")
    steps = steps_of('then.reply = "status"', event=machine)
    assert by_rule(steps) == [
        Record("withheld", {"letter": "status", "why": "it is the mail of a machine"})
    ]


def test_the_author_hears_of_a_letter_that_did_not_arrive() -> None:
    failed = LetterFailed(PETRA.address, "5.1.1", True, "no such user", "<3@x>", "bob")
    steps = steps_of('then.notify = "author"', on="delivery.failed", event=failed)
    assert by_rule(steps) == [Notify(("bob",), "delivery failed")]


# --- spam ----------------------------------------------------------------------------------------

LOUD = (
    'then.team = "web"\nthen.tag = "new"\nthen.assign = "round-robin"\nthen.reply = "status"\n'
    'then.notify = "team"\nthen.escalate = true\nthen.approve = "lead"'
)


def test_spam_is_sorted_and_nobody_hears_of_it() -> None:
    steps = steps_of(LOUD, on="ticket.created", event=came(mail(spam=True)))
    assert MarkSpam(True) in [step.effect for step in steps]
    assert by_rule(steps) == [SetTeam("web"), Tag(("new",))]


def test_spam_may_be_dropped() -> None:
    steps = steps_of(
        "when.spam = true\nthen.drop = true", on="ticket.created", event=came(mail(spam=True))
    )
    assert [type(step.effect) for step in steps] == [Drop]


def test_who_writes_again_unmarked_was_no_spam() -> None:
    marked = replace(ticket(), spam=True)
    steps = steps_of('then.notify = "team"', now=marked)
    assert effects(steps, MarkSpam) == [MarkSpam(False)]
    assert effects(steps, Notify) == [told("anna", "bob")]
    judged = replace(marked, status="closed", status_kind="done")
    assert not effects(steps_of('then.notify = "team"', now=judged), MarkSpam), "an agent said so"
