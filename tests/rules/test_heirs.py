"""Who takes over when the files name an agent no longer."""

from dataclasses import replace

import pytest
from made_up import NOON, book, people, ticket

from postdesk.rules.decide import decide
from postdesk.rules.effect import Assign, Await, Notify
from postdesk.rules.event import AgentGone
from postdesk.rules.heirs import heir_of
from postdesk.rules.people import Agent, People, Team

CAROL = Agent("carol", "Carol", ("carol@example.com", "c@home.example"), deputy="dora")
DORA = Agent("dora", "Dora", ("dora@example.com",), deputy="anna")
BEFORE = replace(people(), agents={**people().agents, "carol": CAROL, "dora": DORA})
ANNA, BOB, MAX = (people().agents[name] for name in ("anna", "bob", "max"))
CAROLINE = Agent("caroline", "Carol", ("new@example.com", "c@home.example"))


def after(*agents: Agent, lead: str = "") -> People:
    team = Team("billing", ("bob",), lead)
    return People({agent.handle: agent for agent in agents}, {"billing": team})


CASES = [
    ("who has her address is she", after(DORA, ANNA, CAROLINE, lead="anna"), "caroline"),
    ("her deputy", after(DORA, ANNA, BOB, lead="bob"), "dora"),
    ("her deputy's deputy", after(ANNA, BOB, lead="bob"), "anna"),
    ("the lead of the team", after(BOB, MAX, lead="bob"), "bob"),
    ("any lead", after(replace(BOB, role="lead"), MAX), "bob"),
    ("nobody", after(MAX), None),
]


@pytest.mark.parametrize(("what", "people", "heir"), CASES, ids=[case[0] for case in CASES])
def test_tickets_go_to(what: str, people: People, heir: str | None) -> None:
    hers = replace(ticket(assignee="carol"), team="billing")
    assert heir_of("carol", hers, BEFORE, people) == heir


def test_an_agent_of_whom_nothing_is_known_leaves_her_tickets_to_the_lead() -> None:
    hers = replace(ticket(assignee="ghost"), team="billing")
    assert heir_of("ghost", hers, BEFORE, after(ANNA, lead="anna")) == "anna"


def test_deputies_in_a_circle_end() -> None:
    circle = replace(people(), agents={"a": replace(ANNA, handle="a", deputy="b"),
                                       "b": replace(BOB, handle="b", deputy="a")})  # fmt: skip
    assert heir_of("a", ticket(), circle, after(MAX)) is None


def test_the_heir_is_told_and_what_nobody_inherits_waits_for_whoever_has_room() -> None:
    steps = decide(ticket(assignee="carol"), AgentGone("anna", "10-people.toml"), book(), NOON)
    assert [step.effect for step in steps[:2]] == [Assign("anna"), Notify(("anna",), "assigned")]
    assert steps[0].because == "10-people.toml"
    steps = decide(ticket(assignee="carol"), AgentGone(None, "gone"), book(), NOON)
    assert [step.effect for step in steps[:2]] == [Assign(None), Await("least-loaded")]
    many = decide(ticket(assignee="carol"), AgentGone("anna", "gone", many=True), book(), NOON)
    assert isinstance(many[1].effect, Notify) and many[1].effect.bundled
