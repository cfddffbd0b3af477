"""Views: what each holds for whom, in which order, and what of it SQL can tell."""

from datetime import UTC, datetime, timedelta

import pytest

from postdesk.daemon.queries import Queries
from postdesk.daemon.store import Rows, Tickets
from postdesk.daemon.views import VIEWS, Looker, possible_kinds, view_of
from postdesk.rules.book import Book
from postdesk.rules.condition import ALWAYS, All, AnyOf, Condition, Not, Test
from postdesk.rules.own import OwnView
from postdesk.rules.people import Agent, Customer, People, Team
from postdesk.rules.ticket import Participant, Ticket
from postdesk.rules.view_words import VIEWS as WORDS

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA = Agent("anna", "Anna", ("anna@example.com",))
BOOK = Book(
    people=People(
        {"anna": ANNA},
        {"billing": Team("billing", ("anna",)), "led": Team("led", lead="anna")},
        {"vip@kunde.example": Customer("vip@kunde.example", coordinator="anna")},
    ),
    views={
        "fires": OwnView("fires", Test("title", "any_word", ("fire",)), sort=("-number",)),
        "closed": OwnView("closed", Test("status", "is", ("closed",)), label="Gone"),
    },
)


def looker(agent: Agent | None = ANNA) -> Looker:
    return Looker(agent, BOOK, NOON)


def ticket(number: int, requester: str = "petra@kunde.example", **facts: object) -> Ticket:
    who = Participant(requester, "", "requester")
    known = {"title": "", "opened_at": NOON, "updated_at": NOON} | facts
    if str(known.get("status", "new")) in ("closed", "resolved"):
        known["status_kind"] = "done"
    return Ticket(number, requester=who, participants=(who,), **known)  # type: ignore[arg-type]


TICKETS = [
    ticket(1, title="A fire", assignee="anna", urgency=2),
    ticket(2, assignee="bob", urgency=4, due_at=NOON + 30 * HOUR),
    ticket(3, assignee="bob", requester="vip@kunde.example", due_at=NOON - HOUR),
    ticket(4, team="billing", due_at=NOON + HOUR, first_response_at=NOON),
    ticket(5, team="led", respond_by=NOON - HOUR, due_at=NOON + HOUR),
    ticket(6, status="pending", status_kind="waiting", created_by="anna"),
    ticket(7, title="Fire!", status="closed", closed_by="anna", updated_at=NOON - HOUR),
    ticket(8, status="resolved", assignee="bob", updated_at=NOON),
    ticket(9, status="closed", merged_into=1, assignee="anna"),
    ticket(10, spam=True, urgency=5),
    ticket(11, escalation_level=2, urgency=3, due_at=NOON + 48 * HOUR),
]


@pytest.fixture
def queries(rows: Rows) -> Queries:
    with rows.transaction():
        for one in TICKETS:
            Tickets(rows).save(one)
        rows.run(
            "INSERT INTO hold (key, agent, ticket, towards, reasons, offered, path, asked_at,"
            " expires_at, state) VALUES ('k', 'anna', 4, 'team', '[]', '[]', '', 'a', 'b',"
            " 'waiting')"
        )
    return Queries(rows, "UTC")


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("open", [2, 3, 4, 5, 11, 6, 1]),  # urgent first, then due first, then as they came
        ("incoming", [2, 3, 5, 11, 1]),
        ("mine", [3, 1]),
        ("assigned", [1]),
        ("created", [6]),
        ("team", [4, 5]),
        ("unassigned", [4, 5, 11, 6]),
        ("waiting", [6]),
        ("urgent", [2]),
        ("escalated", [11]),
        ("overdue", [3, 5]),
        ("due", [4]),
        ("held", [4]),
        ("my-closed", [7]),
        ("spam", [10]),
        ("all", [2, 3, 4, 5, 11, 6, 1, 8, 7]),  # what is done comes last, the latest first
        ("fires", [7, 1]),
        ("closed", [7]),  # the desk's own of this name
    ],
)
def test_a_view_holds_its_tickets_in_order(
    queries: Queries, rows: Rows, name: str, numbers: list[int]
) -> None:
    view = view_of(name, looker())
    assert view is not None
    with rows.reading():
        found = queries.view(view, looker(), 50)
        page = queries.page(view, looker(), 50)
    assert [one.number for one in found.tickets] == numbers
    assert found.total == len(numbers)
    assert sorted(row["number"] for row in page) == sorted(numbers)


def test_a_view_is_counted_whole_where_only_some_is_shown(queries: Queries, rows: Rows) -> None:
    view = view_of("all", looker())
    assert view is not None
    with rows.reading():
        found = queries.view(view, looker(), 2)
    assert [one.number for one in found.tickets] == [2, 3]
    assert found.counts == (("new", 6), ("pending", 1), ("resolved", 1), ("closed", 1))


@pytest.mark.parametrize("name", ["all", "fires"])
def test_pages_of_a_view_follow_each_other(queries: Queries, rows: Rows, name: str) -> None:
    view = view_of(name, looker())
    assert view is not None
    with rows.reading():
        whole = [row["number"] for row in queries.page(view, looker(), 50)]
        first = [row["number"] for row in queries.page(view, looker(), 1)]
        rest = [row["number"] for row in queries.page(view, looker(), 50, first[-1])]
    assert first + rest == whole


def test_who_is_nobody_has_no_tickets_of_her_own(queries: Queries, rows: Rows) -> None:
    for name in ("mine", "team", "created", "my-closed"):
        view = view_of(name, looker(None))
        assert view is not None and VIEWS[name].personal
        with rows.reading():
            assert queries.view(view, looker(None), 50).tickets == ()


@pytest.mark.parametrize(
    ("condition", "kinds"),
    [
        (ALWAYS, ("open", "waiting", "done")),
        (Test("urgency", "is", (5,)), ("open", "waiting", "done")),
        (Test("status_kind", "is", ("open",)), ("open",)),
        (Test("status", "is", ("pending", "closed")), ("waiting", "done")),
        (Not(Test("status_kind", "is", ("done",))), ("open", "waiting")),
        (Not(Test("status", "is", ("closed",))), ("open", "waiting", "done")),
        (
            All((Test("status_kind", "is", ("open",)), Test("team", "is", ("billing",)))),
            ("open",),
        ),
        (
            AnyOf((Test("status_kind", "is", ("open",)), Test("status", "is", ("closed",)))),
            ("open", "done"),
        ),
        (
            AnyOf((Test("status_kind", "is", ("open",)), Test("title", "is", ("x",)))),
            ("open", "waiting", "done"),
        ),
    ],
)
def test_sql_leaves_out_what_cannot_hold(condition: Condition, kinds: tuple[str, ...]) -> None:
    assert possible_kinds(condition, BOOK) == kinds


def test_every_view_has_words_and_the_other_way_round() -> None:
    assert set(VIEWS) == set(WORDS)
