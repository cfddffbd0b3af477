"""Approvals: a yes or a no of everybody who was asked, and what it is for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import pytest
from made_up import DAY, NOON, people, ticket

from postdesk.rules.apply import apply_all
from postdesk.rules.book import Book
from postdesk.rules.decide import decide
from postdesk.rules.effect import Approve, AskApproval, Effect, Escalate, Notify, Step
from postdesk.rules.event import ApprovalGiven
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

E = TypeVar("E", bound=Effect)

MAX = Agent("max", "Max", ("max@example.com",), role="manager")
LEA = Agent("lea", "Lea", ("lea@example.com",), role="lead")
BOOK = Book(people=replace(people(), agents={**people().agents, "max": MAX, "lea": LEA}))


def effects(steps: Sequence[Step], kind: type[E]) -> list[E]:
    return [step.effect for step in steps if isinstance(step.effect, kind)]


def asked(*approvers: str, level: int = 3, now: Ticket | None = None) -> Ticket:
    """A ticket about which these are asked for a yes."""
    steps = [Step(AskApproval(approvers, "it", level), "postdesk", "a rule")]
    return apply_all(now or ticket(assignee="anna"), steps, NOON)


def says(now: Ticket, who: str, *, yes: bool = True) -> tuple[Ticket, list[Step]]:
    """The ticket after an answer to the question, and what was done."""
    steps = decide(now, ApprovalGiven(who, yes, "fine", "<8@x>"), BOOK, NOON + DAY)
    return apply_all(now, steps, NOON + DAY), steps


def test_with_the_last_yes_it_goes_higher() -> None:
    now, steps = says(asked("lea", "max"), "lea")
    assert effects(steps, Approve) == [Approve("lea", True, "fine")]
    assert not effects(steps, Escalate)
    now, steps = says(now, "max")
    assert effects(steps, Escalate) == [Escalate(3, ("max",))]
    assert now.escalation_level == 3


def test_a_no_keeps_it_where_it_is() -> None:
    now, _ = says(asked("lea", "max"), "lea", yes=False)
    now, steps = says(now, "max")
    assert not effects(steps, Escalate) and now.escalation_level == 0


def test_a_no_of_another_day_does_not_count() -> None:
    refused, _ = says(asked("lea"), "lea", yes=False)
    later = [Step(AskApproval(("max",), "again", 3), "postdesk", "a rule")]
    _, steps = says(apply_all(refused, later, NOON + 2 * DAY), "max")
    assert effects(steps, Escalate) == [Escalate(3, ("max",))]


def test_who_is_asked_already_says_yes_to_the_higher_level() -> None:
    now = asked("max", level=3, now=asked("max", level=0))
    assert len(now.approvals) == 1
    _, steps = says(now, "max")
    assert effects(steps, Escalate) == [Escalate(3, ("max",))]


def test_an_answer_to_what_nobody_asked_does_nothing() -> None:
    assert says(ticket(), "max") == (ticket(), [])


@pytest.mark.parametrize(("by", "told"), [("anna", "anna"), ("postdesk", "bob")])
def test_who_asked_hears_the_answer_and_of_a_rules_question_the_owner(by: str, told: str) -> None:
    steps = [Step(AskApproval(("max",), "over the limit"), by, "<7@x>")]
    _, done = says(apply_all(ticket(assignee="bob"), steps, NOON), "max", yes=False)
    assert effects(done, Notify) == [Notify((told,), "refused")]
