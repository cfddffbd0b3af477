"""A ticket that is written down and read again is the same ticket, on both databases."""

from dataclasses import fields, replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import (
    MAX,
    MAYBE,
    MOMENT,
    NAME,
    NOON,
    OPENING,
    PETRA,
    STEP,
    TEXT,
    WORDS,
    ticket,
)

from postdesk.daemon.rows import COLUMNS, MOMENTS, REST, ROW, ticket_of, ticket_row
from postdesk.daemon.store import Rows, Tickets
from postdesk.rules.apply import apply_all
from postdesk.rules.effect import Step
from postdesk.rules.ticket import Link, Participant, Rating, Ticket

JSON = st.dictionaries(TEXT, st.none() | st.booleans() | st.integers(-9, 9) | TEXT, max_size=2)
WHEN = st.none() | MOMENT
ANY_TICKET = st.builds(
    Ticket,
    number=st.integers(1, 2**62),
    title=TEXT,
    category=MAYBE,
    team=MAYBE,
    requester=st.just(PETRA),
    participants=st.just((PETRA, MAX)),
    created_by=MAYBE,
    tags=WORDS,
    fields=st.dictionaries(NAME, NAME, max_size=3).map(lambda d: tuple(d.items())),
    opened_at=MOMENT,
    updated_at=MOMENT,
    closed_at=WHEN,
    due_at=WHEN,
    next_deadline=WHEN,
    merged_into=st.none() | st.integers(1, 2**62),
    links=st.lists(st.builds(Link, NAME, st.integers(1, 99)), max_size=2).map(tuple),
    solution=MAYBE,
    rating=st.none() | st.builds(Rating, st.integers(1, 5), TEXT),
    tasks=st.lists(JSON, max_size=2).map(tuple),
    approvals=st.lists(JSON, max_size=2).map(tuple),
)


@given(ANY_TICKET)
def test_a_row_tells_the_whole_ticket(before: Ticket) -> None:
    assert ticket_of(dict(zip(ROW, ticket_row(before), strict=True))) == before


@given(OPENING, st.lists(STEP, max_size=10), MOMENT)
def test_whatever_happened_to_it(opening: Step, steps: list[Step], moment: datetime) -> None:
    before = apply_all(Ticket(1), [opening, *steps], moment)
    assert ticket_of(dict(zip(ROW, ticket_row(before), strict=True))) == before


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(ANY_TICKET, min_size=1, max_size=8, unique_by=lambda t: t.number))
def test_the_database_keeps_it_as_it_is(rows: Rows, before: list[Ticket]) -> None:
    tickets = Tickets(rows)
    with rows.transaction():
        for one in before:
            tickets.save(one)
        for one in before:
            assert tickets.get(one.number) == one
            changed = replace(one, urgency=5, closed_at=NOON)
            tickets.save(changed)
            assert tickets.get(one.number) == changed


def test_every_field_has_a_place() -> None:
    named = {field.name for field in fields(Ticket)}
    assert named == {*COLUMNS, *REST, "requester"}
    times = {f.name for f in fields(Ticket) if "datetime" in str(f.type)}
    assert times == MOMENTS


def test_a_requester_who_is_no_participant_any_more_keeps_his_name() -> None:
    alone = replace(ticket(), participants=(MAX,))
    row = dict(zip(ROW, ticket_row(alone), strict=True))
    assert ticket_of(row).requester == Participant(PETRA.address, PETRA.name, "requester")


def test_a_ticket_of_nobody_has_no_requester() -> None:
    row = dict(zip(ROW, ticket_row(replace(ticket(), requester=None)), strict=True))
    assert ticket_of(row).requester is None
