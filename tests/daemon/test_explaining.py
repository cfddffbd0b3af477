"""What would happen to a mail: as the daemon would do it, and nothing of it is there afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_up import DAY, NOON
from stories.town import PEOPLE, Town
from stories.town import town as a_town

from postdesk.daemon.explained import explained
from postdesk.daemon.explaining import Envelope, Explaining, Explanation
from postdesk.daemon.house import House
from postdesk.daemon.workers import InlineWorkers

RULES = (
    PEOPLE
    + """
[[rule]]
name = "spam of ours"
on = "ticket.created"
when.subject.contains = "casino"
then.drop = true

[[rule]]
name = "lawyers"
on = "ticket.created"
when.subject.contains = "lawyer"
then.hold = "read it first"

[[rule]]
name = "vip"
on = "ticket.created"
when.customer.vip = true
then.urgency = 5
stop = true

[[rule]]
name = "alert"
on = "ticket.created"
when.any = [{ subject.starts_with = "alert" }, { subject.starts_with = "alarm" }]
when.not.customer.vip = true
then.link = "web1"
"""
)
TABLES = ("ticket", "message", "history", "letter", "intake", "known_id", "matter", "hold")


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Town]:
    with a_town(tmp_path, database_url, people=RULES) as place:
        yield place


@contextmanager
def looking(town: Town) -> Iterator[Explaining]:
    """Somebody who looks beside the daemon."""
    house = House(town.house.config, InlineWorkers)
    house.rulebook.peek(town.time)
    yield Explaining(house)
    house.close()


def mail(subject: str, sender: str = "petra@kunde.example", number: int = 1) -> bytes:
    head = f"From: {sender}\nTo: support@example.com\nMessage-ID: <{number}@x.example>\n"
    return f"{head}Subject: {subject}\n\nHello\n".encode()


def explain(town: Town, raw: bytes, *, as_new: bool = False) -> Explanation:
    envelope = Envelope("petra@kunde.example", ("support@example.com",))
    with looking(town) as eyes:
        return eyes.explain(raw, envelope, town.time, as_new=as_new)


def tables(town: Town) -> dict[str, list[tuple[object, ...]]]:
    rows = town.house.rows
    with rows.reading():
        return {name: rows.run(f"SELECT * FROM {name}").fetchall() for name in TABLES}


def test_nothing_is_there_afterwards(town: Town) -> None:
    town.person("petra@kunde.example").writes("Alert: disk", "It is full.")
    before = tables(town)
    for number, subject in enumerate(
        ("Hello", "casino", "lawyer", "alarm", "Re: [#1] Alert: disk")
    ):
        explain(town, mail(subject, number=number))
    assert tables(town) == before
    assert town.house.spool.counts() == {"new": 0, "held": 0, "done": 1}
    with town.house.rows.reading():
        assert town.house.rows.value("SELECT value FROM counter WHERE name = 'ticket'") == 1


CAME = [
    ("Hello", "opened", 1),
    ("The casino", "dropped", None),
    ("A lawyer writes", "held", None),
]


@pytest.mark.parametrize(("subject", "came", "number"), CAME)
def test_what_comes_of_a_mail_is_one_word(
    town: Town, subject: str, came: str, number: int | None
) -> None:
    told = explained(explain(town, mail(subject)), town.house.book())
    assert (told["came"], told["ticket"]) == (came, number)


def test_an_alert_would_join_the_open_ticket_of_its_matter(town: Town) -> None:
    town.person("petra@kunde.example").writes("Alert: disk", "It is full.")
    told = explained(explain(town, mail("alarm again")), town.house.book())
    assert (told["came"], told["ticket"]) == ("filed", 1)
    assert [entry["act"] for entry in told["history"]] == ["received", "notified"]
    assert [rule["on"] for rule in told["rules"]][-1] == "message.received"


def rules_of(town: Town, raw: bytes) -> dict[str, tuple[bool, str | None]]:
    told = explained(explain(town, raw), town.house.book())
    return {rule["name"]: (rule["fired"], rule["failed"]) for rule in told["rules"]}


def test_each_rule_fired_or_tells_its_first_condition_that_failed(town: Town) -> None:
    rules = rules_of(town, mail("alert: web1"))
    assert rules["alert"] == (True, None)
    assert rules["spam of ours"] == (False, 'subject contains "casino": it is "alert: web1"')
    assert rules["vip"] == (False, "customer.vip is true: it is nothing")
    vip = rules_of(town, mail("alert: web1", "vip@kunde.example"))
    assert vip["vip"] == (True, None)
    fired, why = vip["alert"]
    assert not fired and why and "says stop" in why
    assert rules_of(town, mail("Hello"))["alert"][1] == (
        'subject starts_with "alert": it is "Hello"'
    )


def test_a_mail_that_is_here_already_is_explained_as_it_is_and_as_if_it_were_new(
    town: Town,
) -> None:
    sent = town.person("petra@kunde.example").writes("Hello", "It is me.")
    raw = sent.as_bytes()
    found = explain(town, raw)
    assert found.twin and found.twin["ticket"] == 1
    assert found.end.ticket == 1 and not found.history and not found.letters
    new = explain(town, raw, as_new=True)
    assert new.end.ticket == 2 and new.ticket and new.ticket.title == "Hello"


def test_time_is_what_is_said(town: Town) -> None:
    with looking(town) as eyes:
        found = eyes.explain(mail("Hello"), Envelope("", (), arrived=NOON), NOON + 2 * DAY)
    assert found.ticket and found.ticket.opened_at == NOON + 2 * DAY
    assert not found.letters, "it has waited in its mailbox for over a day"
