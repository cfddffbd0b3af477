"""Service levels: what is promised to whom, and the stopwatch that counts it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.rules.calendar import Calendar, between
from postdesk.rules.people import Customer, Organisation, People, Team
from postdesk.rules.sla import Sla, Stopwatch, deadline, elapsed, paused, running, sla_of
from postdesk.rules.ticket import Participant, Target, Ticket

HOUR = timedelta(hours=1)
OFFICE = Calendar("office", "UTC", (*(((540, 1020),),) * 5, (), ()))  # 09:00-17:00
FRIDAY = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


# --- what is promised ----------------------------------------------------------------------------

GOLD = Sla(
    "gold",
    promises={
        5: {"first_response": HOUR / 2, "resolution": 2 * HOUR},
        4: {"first_response": HOUR, "next_response": 3 * HOUR},
        3: {"resolution": 8 * HOUR},
    },
)


@pytest.mark.parametrize(
    ("urgency", "target", "expected"),
    [
        (5, "first_response", HOUR / 2),
        (5, "next_response", HOUR / 2),  # as the first
        (5, "resolution", 2 * HOUR),
        (4, "next_response", 3 * HOUR),
        (4, "resolution", None),
        (3, "next_response", None),
        (1, "first_response", None),
    ],
)
def test_what_a_target_may_take(urgency: int, target: Target, expected: timedelta | None) -> None:
    assert GOLD.allowed(urgency, target) == expected


@pytest.mark.parametrize(
    ("warn", "expected"),
    [(25, HOUR), (0, 0 * HOUR), (100, 4 * HOUR), (HOUR / 2, HOUR / 2), (9 * HOUR, 4 * HOUR)],
)
def test_a_warning_comes_before_the_end(warn: int | timedelta, expected: timedelta) -> None:
    assert Sla("x", warn=warn).warned_before(4 * HOUR) == expected


PETRA, EVE = "petra@kunde.example", "eve@other.example"
SLAS = {name: Sla(name) for name in ("own", "customer", "organisation", "team", "default")}


def people(*said: str) -> People:
    """Those who name an SLA of theirs."""
    return People(
        teams={"billing": Team("billing", sla="team" if "team" in said else "")},
        customers={PETRA: Customer(PETRA, sla="customer" if "customer" in said else "")},
        organisations={
            "kunde.example": Organisation(
                "kunde.example", sla="organisation" if "organisation" in said else ""
            )
        },
    )


@pytest.mark.parametrize(
    ("own", "said", "expected"),
    [
        ("own", ("customer", "organisation", "team"), "own"),
        (None, ("customer", "organisation", "team"), "customer"),
        (None, ("organisation", "team"), "organisation"),
        (None, ("team",), "team"),
        (None, (), "default"),
        ("own", (), "own"),
        ("no longer defined", ("team",), "team"),
    ],
)
def test_the_service_level_of_a_ticket(
    own: str | None, said: tuple[str, ...], expected: str
) -> None:
    ticket = Ticket(1, sla=own, team="billing", requester=Participant(PETRA, "", "requester"))
    assert sla_of(ticket, people(*said), SLAS) == SLAS[expected]


def test_a_stranger_without_a_team_has_the_default_or_nothing() -> None:
    ticket = Ticket(1, requester=Participant(EVE, "", "requester"))
    known = people("customer", "organisation", "team")
    assert sla_of(ticket, known, SLAS) == SLAS["default"]
    assert sla_of(ticket, known, {"team": SLAS["team"]}) is None
    assert sla_of(Ticket(1), known, SLAS) == SLAS["default"]


# --- the stopwatch -------------------------------------------------------------------------------


def test_a_stopwatch_counts_open_time_while_it_runs() -> None:
    watch = running(Stopwatch(), FRIDAY)
    assert elapsed(watch, MONDAY + HOUR, OFFICE) == 3 * HOUR
    assert elapsed(watch, MONDAY + HOUR, None) == MONDAY + HOUR - FRIDAY
    assert deadline(watch, 4 * HOUR, OFFICE) == MONDAY + 2 * HOUR
    assert deadline(watch, 4 * HOUR, None) == FRIDAY + 4 * HOUR


def test_it_stands_still_and_goes_on() -> None:
    watch = paused(running(Stopwatch(), FRIDAY), FRIDAY + HOUR, OFFICE)
    assert watch == Stopwatch(HOUR)
    assert deadline(watch, 4 * HOUR, OFFICE) is None
    assert elapsed(watch, MONDAY + 5 * HOUR, OFFICE) == HOUR
    again = running(watch, MONDAY)
    assert deadline(again, 4 * HOUR, OFFICE) == MONDAY + 3 * HOUR


def test_what_runs_runs_on_and_what_stands_still_stays() -> None:
    watch = running(Stopwatch(), FRIDAY)
    assert running(watch, MONDAY) == watch
    still = paused(watch, MONDAY, OFFICE)
    assert paused(still, MONDAY + HOUR, OFFICE) == still


def test_another_calendar_keeps_the_time_that_is_used() -> None:
    watch = running(Stopwatch(), FRIDAY)
    changed = running(paused(watch, MONDAY, OFFICE), MONDAY)
    assert elapsed(changed, MONDAY + HOUR, None) == 3 * HOUR
    assert deadline(changed, 24 * HOUR, None) == MONDAY + 22 * HOUR


def test_what_was_overrun_before_is_due_since_it_runs() -> None:
    watch = Stopwatch(3 * HOUR, MONDAY)
    assert deadline(watch, 2 * HOUR, OFFICE) == MONDAY
    assert deadline(watch, 2 * HOUR, None) == MONDAY


def test_a_clock_that_is_set_back_uses_no_time() -> None:
    watch = Stopwatch(HOUR, MONDAY)
    for calendar in (OFFICE, None):
        assert elapsed(watch, FRIDAY, calendar) == HOUR


GAPS = st.lists(st.integers(0, 5000).map(lambda minutes: timedelta(minutes=minutes)), max_size=8)


@given(GAPS, st.sampled_from([OFFICE, None]))
def test_only_the_time_between_start_and_pause_is_used(
    gaps: list[timedelta], calendar: Calendar | None
) -> None:
    watch, now, expected = Stopwatch(), FRIDAY, timedelta()
    for nth, gap in enumerate(gaps):
        if nth % 2:
            watch, now = paused(watch, now, calendar), now + gap
        else:
            watch = running(watch, now)
            expected += between(calendar, now, now + gap) if calendar else gap
            now += gap
    assert elapsed(watch, now, calendar) == expected


@given(GAPS, st.integers(1, 6000).map(lambda minutes: timedelta(minutes=minutes)))
def test_at_the_deadline_what_is_allowed_is_used(gaps: list[timedelta], left: timedelta) -> None:
    watch = Stopwatch(sum(gaps, timedelta()), FRIDAY)
    allowed = watch.used + left
    end = deadline(watch, allowed, OFFICE)
    assert end and elapsed(watch, end, OFFICE) == allowed
    assert elapsed(watch, end - timedelta.resolution, OFFICE) < allowed
