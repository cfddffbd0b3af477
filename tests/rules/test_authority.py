"""What a sender may do with the ticket that is meant: one table of cases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from postdesk.mailbox.marks import Mark, Purpose
from postdesk.rules.authority import (
    Doubts,
    Joins,
    Level,
    NotYours,
    Opens,
    Place,
    Settles,
    Works,
    Writer,
    place,
)
from postdesk.rules.match import Match
from postdesk.rules.ticket import Link, Participant, Ticket

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REOPEN = timedelta(days=14)
PETRA = Participant("petra@kunde.example", "Petra Kunde", "requester")
TICKET = Ticket(7, requester=PETRA, participants=(PETRA,), opened_at=NOW)


def by(kind: str, purpose: str = "", *, reply: bool = True, target: str = "7") -> Match:
    mark = Mark(target, Purpose(purpose), "w") if purpose else None
    number = int(target) if target.isdigit() else None
    return Match(number, kind, mark, reply)  # type: ignore[arg-type]


def customer(address: str = "petra@kunde.example", *, own: bool = False) -> Writer:
    return Writer(address, None, clear=True, own_mark=own)


def agent(*, own: bool = True, remembered: bool = False, clear: bool = True) -> Writer:
    return Writer("anna@example.com", "anna", clear, own, remembered)


MENTIONS = Opens((Link("mentions", 7),))
FOLLOWS = Opens((Link("follows", 7),))
MEMBER, STRANGER = Joins(7, "participant"), Joins(7, "bystander")
BRINGS = Joins(7, "participant", brings=True)
MAX = Participant("max@kunde.example", "Max", "cc")


@pytest.mark.parametrize(
    ("case", "found", "writer", "expected"),
    [
        ("nothing is meant", Match(), customer(), Opens()),
        ("her own mark", by("address", "c"), customer(own=True), BRINGS),
        ("her own mark in an id", by("id", "c"), customer(own=True), BRINGS),
        ("somebody else's mark", by("address", "c"), customer(), MEMBER),
        ("her number only", by("subject"), customer(), MEMBER),
        ("a known id", by("known"), customer(), MEMBER),
        ("a stranger with the number", by("subject"), customer("eve@evil.example"), MENTIONS),
        ("a stranger with a known id", by("known"), customer("eve@evil.example"), MENTIONS),
        ("a stranger with a mark of hers", by("id", "c"), customer("eve@evil.example"), STRANGER),
        ("a stranger with the root", by("id", "o"), customer("eve@evil.example"), STRANGER),
        ("a customer with an agent's mark", by("address", "r"), customer(), MEMBER),
        ("a stranger with an agent's mark", by("id", "r"), customer("eve@evil.example"), MENTIONS),
        ("out of her address book", by("address", "c", reply=False), customer(own=True), FOLLOWS),
        ("a stranger answers a hold", by("address", "h", target="h3"), customer("e@x.y"), Opens()),
        ("agent, own mark", by("address", "r"), agent(), Works(7, "customer", Level.TOKEN)),
        ("agent, note", by("address", "n"), agent(), Works(7, "team", Level.TOKEN)),
        (
            "agent, remembered path",
            by("id", "r"),
            agent(remembered=True),
            Works(7, "customer", Level.CONFIRMED),
        ),
        ("agent answers a hold", by("address", "h", target="h3"), agent(), Settles(3)),
        ("a hold of another agent", by("address", "h", target="h3"), agent(own=False), NotYours()),
        ("agent, nothing meant", Match(), agent(own=False), Opens()),
    ],
)
def test_place(case: str, found: Match, writer: Writer, expected: Place) -> None:
    ticket = TICKET if found.number == 7 else None
    assert place(found, writer, ticket, NOW, REOPEN) == expected


@pytest.mark.parametrize(
    ("found", "writer", "cause", "level"),
    [
        (by("address", "r", reply=False), agent(), "addressbook", Level.TOKEN),
        (by("address", "n", reply=False), agent(), "addressbook", Level.TOKEN),
        (replace(by("address", "r"), torn=True), agent(), "target", Level.TOKEN),
        (by("subject"), agent(own=False), "target", Level.CLAIMED),
        (by("id", "r"), agent(own=False), "target", Level.CLAIMED),
        (by("id", "c"), agent(own=False), "target", Level.CLAIMED),
    ],
)
def test_an_agents_doubt_is_held(found: Match, writer: Writer, cause: str, level: Level) -> None:
    held = place(found, writer, TICKET, NOW, REOPEN)
    assert isinstance(held, Doubts)
    assert (held.cause, held.level) == (cause, level)


def test_a_from_that_is_not_clear_has_no_agents_rights() -> None:
    assert place(by("id", "r"), agent(clear=False), TICKET, NOW, REOPEN) == MENTIONS


def test_an_agent_in_a_matter_of_her_own_is_its_customer() -> None:
    anna = Participant("anna@example.com", "Anna", "requester")
    ticket = replace(TICKET, requester=anna, participants=(anna,))
    assert place(by("address", "c"), agent(), ticket, NOW, REOPEN) == BRINGS


def test_only_the_requester_brings_others_along() -> None:
    ticket = replace(TICKET, participants=(PETRA, MAX))
    writer = customer("max@kunde.example", own=True)
    assert place(by("address", "c"), writer, ticket, NOW, REOPEN) == MEMBER
    unclear = replace(customer(own=True), clear=False)
    assert place(by("address", "c"), unclear, TICKET, NOW, REOPEN) == MEMBER


@pytest.mark.parametrize(("days", "expected"), [(13, BRINGS), (15, FOLLOWS)])
def test_a_reply_long_after_the_end_is_another_matter(days: int, expected: Place) -> None:
    closed = NOW - timedelta(days=days)
    ticket = replace(TICKET, status="closed", status_kind="done", closed_at=closed)
    assert place(by("id", "c"), customer(own=True), ticket, NOW, REOPEN) == expected
