"""Every verb that agents write, carried out by a mail: the lines, and the ticket afterwards.

What a verb can be written like is told in tests/rules; here it is what comes of it.
"""

from collections.abc import Mapping
from typing import Any

from stories.town import Person
from stories.verb_desk import Desk

Seen = Mapping[str, Any]
Case = tuple[str, Seen]  # the lines of one mail, or of several with "--" between; then the ticket

WORK: list[Case] = [
    ("#take", {"assignee": "anna", "status": "new"}),
    ("#pickup", {"assignee": "anna"}),
    ("#mine", {"assignee": "anna"}),
    ("#assign bob", {"assignee": "bob"}),
    ("#assign @Bob Stone", {"assignee": "bob"}),
    ("#assign bob@home.example", {"assignee": "bob"}),
    ("#assign me", {"assignee": "anna"}),
    ("#assign bob\n--\n#assign me", {"assignee": "anna"}),
    ("#assign team:billing", {"team": "billing", "assignee": None}),
    ("#take\n--\n#assign team:billing", {"team": "billing", "assignee": None}),
    ("#take\n--\n#unassign", {"assignee": None}),
    ("#start", {"status": "in-progress", "status_kind": "open"}),
    ("#wait 2d", {"status": "pending", "status_kind": "waiting"}),
    ("#snooze until fri 9:00", {"status": "pending"}),
    ("#pending", {"status": "pending"}),
    ("#schedule mon 10:00", {"status": "scheduled", "status_kind": "waiting"}),
    ("#respond", {"status": "responded", "responded_at": "2026-11-23T09:00:00.000000Z"}),
    ("#resolve by phone", {"status": "resolved", "resolved_by": "anna"}),
    ("#close", {"status": "closed", "closed_by": "anna"}),
    ("#erledigt", {"status": "closed"}),
    ("/close", {"status": "closed"}),
    ("!done", {"status": "closed"}),
    ("#close\n--\n#reopen", {"status": "reopened", "closed_by": None}),
    ("#status responded", {"status": "responded"}),
    ("#escalate no spare parts", {"escalation_level": 1}),
    ("#escalate\n--\n#escalate", {"escalation_level": 2}),
    ("#spam", {"status": "closed"}),
]
FACTS: list[Case] = [
    ("#urgency 5", {"urgency": 5}),
    ("#prio 1", {"urgency": 1}),
    ("#p4", {"urgency": 4}),
    ("#★★★★", {"urgency": 4}),
    ("#★★☆☆☆", {"urgency": 2}),
    ("#due fri 17:00", {"due_at": "2026-11-27T17:00:00.000000Z"}),
    ("#due 2026-12-01", {"due_at": "2026-12-01T17:00:00.000000Z"}),
    ("#due fri\n--\n#due none", {"due_at": None}),
    ("#category billing", {"category": "billing"}),
    ("#tag +refund +new", {"tags": ["new", "refund"]}),
    ("#tag +refund +new\n--\n#tag -new", {"tags": ["refund"]}),
    ("#tag +refund +new\n--\n#tag =late", {"tags": ["late"]}),
    ('#set order=4711 floor="2 left"', {"fields": {"order": "4711", "floor": "2 left"}}),
    ("#time 25m on the phone", {"minutes_spent": 25}),
    ("#time 1h 30m\n--\n#time 15m", {"minutes_spent": 105}),
]


def carried_out(desk: Desk, cases: list[Case], agent: Person) -> None:
    """Each case on a ticket of its own; all that differ are told at once."""
    wrong = {}
    for lines, expected in cases:
        number = desk.opened()
        for mail in lines.split("\n--\n"):
            desk.asks(agent, number, mail)
        ticket = desk.town.ticket(number)
        ticket["tags"] = sorted(ticket["tags"])
        if (seen := {name: ticket[name] for name in expected}) != expected:
            wrong[lines] = seen
    assert wrong == {}


def test_who_works_on_it_and_how_far_it_is(desk: Desk) -> None:
    carried_out(desk, WORK, desk.anna)


def test_what_is_known_about_it(desk: Desk) -> None:
    carried_out(desk, FACTS, desk.anna)
