"""The manners of every desk: who gets a receipt, who is told, and what a reply does."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest
from made_up import NOON, came, mail, manners, people, ticket, wrote

from postdesk.rules.apply import apply_all
from postdesk.rules.book import Book
from postdesk.rules.decide import decide
from postdesk.rules.effect import Effect, Notify, Reply, Step
from postdesk.rules.event import LetterFailed, MailCame
from postdesk.rules.facts import AGED, Scene
from postdesk.rules.people import Agent, People, Team
from postdesk.rules.telling import CROWD, FLOOD, responsible
from postdesk.rules.ticket import Ticket

E = TypeVar("E", bound=Effect)
MACHINE = mail(machine="auto-submitted")
NO = "it is the mail of a machine"


def effects(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [step.effect for step in steps if isinstance(step.effect, kind)]


def told(steps: Sequence[Step]) -> list[str]:
    return sorted(agent for notify in effects(steps, Notify) for agent in notify.agents)


@pytest.mark.parametrize(
    ("case", "event", "receipt"),
    [
        ("somebody unproven", came(), "receipt-unproven"),
        ("somebody proven", came(proven=True), "receipt"),
        ("the fifth today", came(receipts_today=4), "receipt-unproven"),
        ("the sixth today", came(receipts_today=5), None),
        ("a machine", came(MACHINE, withheld=NO), None),
        ("spam", came(mail(spam=True), withheld="it is marked as spam"), None),
        ("mail that waited for days", came(withheld=AGED), None),
        ("a later mail", came(opens=False), None),
        ("somebody proven, a later mail", came(opens=False, proven=True), None),
    ],
)
def test_receipts(case: str, event: MailCame, receipt: str | None) -> None:
    before = Ticket(1) if event.opens else ticket()
    replies = effects(decide(before, event, manners(), NOON), Reply)
    assert [r.template for r in replies] == ([receipt] if receipt else []), case


@pytest.mark.parametrize("opens", [True, False])
@pytest.mark.parametrize(
    ("case", "words", "withheld", "agents"),
    [
        ("a customer", mail(), "", ["anna", "bob"]),
        ("a machine", MACHINE, NO, ["anna", "bob"]),
        ("spam", mail(spam=True), "it is marked as spam", []),
        ("mail that waited for days", mail(), AGED, []),
    ],
)
def test_who_is_told_of_a_mail(
    case: str, words: object, withheld: str, agents: list[str], opens: bool
) -> None:
    event = came(words, opens=opens, withheld=withheld)  # type: ignore[arg-type]
    steps = decide(Ticket(1) if opens else ticket(), event, manners(), NOON)
    assert told(steps) == agents, case


def test_the_owner_alone_is_told_of_a_reply() -> None:
    steps = decide(ticket(assignee="bob"), came(opens=False), manners(), NOON)
    assert told(steps) == ["bob"]


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("new", "And the scanner.", "new"),
        ("in-progress", "And the scanner.", "in-progress"),
        ("scheduled", "And the scanner.", "scheduled"),
        ("responded", "And the scanner.", "in-progress"),
        ("pending", "And the scanner.", "in-progress"),
        ("resolved", "It burns again.", "reopened"),
        ("closed", "It burns again.", "reopened"),
        ("closed", "Thank you very much!", "closed"),
        ("resolved", "Vielen Dank.", "resolved"),
        ("responded", "Thanks", "responded"),
        ("closed", "Thanks, but it burns again.", "reopened"),
    ],
)
def test_what_a_customers_reply_does(before: str, words: str, after: str) -> None:
    now = ticket(status=before, assignee="anna")
    steps = decide(now, came(mail(words), opens=False), manners(), NOON)
    assert apply_all(now, steps, NOON).status == after


@pytest.mark.parametrize("before", ["responded", "pending", "resolved", "closed"])
def test_a_machine_moves_nothing(before: str) -> None:
    now = ticket(status=before, assignee="anna")
    steps = decide(now, came(MACHINE, opens=False, withheld=NO), manners(), NOON)
    assert apply_all(now, steps, NOON).status == before


def test_the_first_agent_to_answer_owns_the_ticket() -> None:
    after = apply_all(ticket(), decide(ticket(), wrote("bob"), manners(), NOON), NOON)
    assert (after.assignee, after.status) == ("bob", "responded")
    again = apply_all(after, decide(after, wrote("anna"), manners(), NOON), NOON)
    assert again.assignee == "bob"


def test_a_late_word_to_a_closed_ticket_does_not_open_it() -> None:
    closed = ticket(status="closed", assignee="anna")
    assert apply_all(closed, decide(closed, wrote(), manners(), NOON), NOON).status == "closed"


def test_the_owner_hears_of_a_colleagues_answer_and_never_of_her_own() -> None:
    owned = ticket(assignee="anna")
    assert told(decide(owned, wrote("bob"), manners(), NOON)) == ["anna"]
    assert told(decide(owned, wrote("anna"), manners(), NOON)) == []


def test_the_author_hears_of_a_letter_that_did_not_arrive() -> None:
    failed = LetterFailed("petra@kunde.example", "", True, "550 no", "<3@x>", "bob")
    assert told(decide(ticket(assignee="anna"), failed, manners(), NOON)) == ["bob"]
    receipt = replace(failed, author=None)
    assert told(decide(ticket(assignee="anna"), receipt, manners(), NOON)) == []


def agents(count: int, role: str = "agent") -> dict[str, Agent]:
    names = [f"a{n}" for n in range(count)]
    return {n: Agent(n, n, (f"{n}@example.com",), role) for n in names}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readers", "mails", "bundled"),
    [(CROWD, 0, False), (CROWD + 1, 0, True), (2, FLOOD - 1, False), (2, FLOOD, True)],
)
def test_crowds_and_floods_are_told_in_bundles(readers: int, mails: int, bundled: bool) -> None:
    crowd = replace(manners(), people=People(agents=agents(readers)))
    [notify] = effects(decide(Ticket(1), came(mails_this_hour=mails), crowd, NOON), Notify)
    assert (len(notify.agents), notify.bundled) == (readers, bundled)


def test_a_desk_without_agents_makes_tickets_and_receipts() -> None:
    steps = decide(Ticket(1), came(), replace(manners(), people=People()), NOON)
    assert effects(steps, Reply) and not effects(steps, Notify)


def test_an_own_rule_comes_after_the_manners_and_overwrites_them() -> None:
    rule = '[[rule]]\nname = "quiet"\non = "message.received"\nthen.status = "pending"\n'
    now = ticket(status="closed", assignee="anna")
    steps = decide(now, came(mail("Again!"), opens=False), manners(rule), NOON)
    assert apply_all(now, steps, NOON).status == "pending"


NO_TEAM = people()
ADMINS = People(agents=agents(2, "admin"))
EMPTY_TEAM = replace(NO_TEAM, teams={"billing": Team("billing", (), "max")})
LEADERLESS = replace(NO_TEAM, teams={"billing": Team("billing")})


@pytest.mark.parametrize(
    ("case", "found", "assignee", "team", "expected"),
    [
        ("the assignee", NO_TEAM, "bob", "billing", ("bob",)),
        ("the team", NO_TEAM, None, "billing", ("bob",)),
        ("all agents and leads", NO_TEAM, None, None, ("anna", "bob")),
        ("an assignee who left", NO_TEAM, "gone", None, ("anna", "bob")),
        ("a team that is gone", NO_TEAM, None, "gone", ("anna", "bob")),
        ("nobody in the team: its lead", EMPTY_TEAM, None, "billing", ("max",)),
        ("not even a lead: the admins", LEADERLESS, None, "billing", ("max",)),
        ("no agents: the admins", ADMINS, None, None, ("a0", "a1")),
        ("nobody at all", People(), None, None, ()),
    ],
)
def test_who_is_responsible(
    case: str, found: People, assignee: str | None, team: str | None, expected: tuple[str, ...]
) -> None:
    now = replace(ticket(assignee=assignee), team=team)
    assert responsible(Scene(now, came(), Book(people=found), NOON)) == expected, case
