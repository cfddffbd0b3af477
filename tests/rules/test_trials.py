"""Tests that admins write: run as mail would be, and told with the rule that did it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from made_up import NOON, manners, people

from postdesk import rules
from postdesk.rules.book import Book
from postdesk.rules.outcome import EXPECTED
from postdesk.rules.people import Customer
from postdesk.rules.trial import RuleTest, TestMail
from postdesk.rules.trial_event import Stage
from postdesk.rules.trials import failures, run

STAGE = Stage(NOON, letters=("en", "it"))
RULES = """
[[rule]]
name = "billing"
on = "ticket.created"
when.subject.any_word = ["invoice", "Rechnung"]
then.team = "billing"
then.tag = "money"

[[rule]]
name = "vip"
on = "ticket.created"
when.customer.vip = true
then.urgency = 5
then.assign = "anna"
then.notify = "max@example.com"

[[rule]]
name = "alerts"
on = "ticket.created"
when.from.starts_with = "cron@"
then.drop = true

[[rule]]
name = "a machine's mail is looked at"
on = "ticket.created"
when.automatic = true
when.not.from.starts_with = "cron@"
then.hold = true

[[rule]]
name = "files"
on = "message.received"
when.attachment.ends_with = ".pdf"
when.status = "in-progress"
then.category = "papers"
then.note = "There is a file."

[[rule]]
name = "answered"
on = "reply.sent"
when.text.contains = "refund"
then.tag = "refund"

[[rule]]
name = "idle"
on = "ticket.idle"
when.idle.above = "2d"
when.assignee = "anna"
then.escalate = true

[[rule]]
name = "moved"
on = "status.changed"
when.status = "closed"
then.tag = "over"
"""
PETRA = TestMail(sender="Petra Kunde <petra@kunde.example>", subject="Rechnung doppelt")


def own_book() -> Book:
    found = manners(RULES)
    vip = Customer("petra@kunde.example", "Petra", vip=True, language="de")
    return replace(found, people=replace(people(), customers={vip.address: vip}))


BOOK = own_book()


def a_test(expect: Mapping[str, object], mail: TestMail | None = PETRA, **more: object) -> RuleTest:
    test = RuleTest("it is so", mail, expect=expect, where="50-own.toml:7")
    return replace(test, **more)  # type: ignore[arg-type]


ITALIAN = "Buongiorno, da ieri non riesco più ad accedere al mio account."
MAIL = TestMail(subject="Hello", text="Where is my parcel?")
HOLDS: list[tuple[str, RuleTest]] = [
    ("a part", a_test({"team": "billing"})),
    ("more of it", a_test({"team": "billing", "urgency": 5, "tags": ["money"]})),
    ("an urgency by its word", a_test({"urgency": "critical"})),
    ("what is not there", a_test({"team": "", "category": "", "dropped": False}, MAIL)),
    ("the letter that goes out", a_test({"reply": "receipt"})),
    ("none to a machine", a_test({"reply": ""}, replace(MAIL, headers={"Precedence": "bulk"}))),
    ("a machine by its headers", a_test({"held": True}, replace(MAIL, headers={"X-Loop": "1"}))),
    ("without proof", a_test({"reply": "receipt-unproven"}, replace(PETRA, auth="none"))),
    ("who is told", a_test({"notified": ["anna", "max"]})),
    ("a language that is known", a_test({"language": "de"})),
    ("a language that is said", a_test({"language": "fr"}, replace(PETRA, language="fr"))),
    ("a language that is read", a_test({"language": "it"}, replace(MAIL, text=ITALIAN))),
    ("a dropped mail", a_test({"dropped": True}, replace(MAIL, sender="cron@web.example"))),
    ("to a team", a_test({"team": "billing"}, replace(MAIL, to=("billing@example.com",)))),
    ("others are told", a_test({"participants": ["petra@kunde.example", "max@kunde.example"]},
                               replace(PETRA, cc=("Max <max@kunde.example>",)))),
    ("the rules by name", a_test({"rules": ["billing", "vip", "receipt to somebody proven",
                                            "tell who is responsible of a new ticket"]})),
    ("a reply", a_test({"category": "papers", "status": "in-progress", "notes": "There is a file."},
                       replace(MAIL, attachments=("invoice.pdf",)), ticket={"status": "pending"})),
    ("a field of before", a_test({"field": {"order": "77"}}, ticket={"field": {"order": 77}})),
    ("an answer", a_test({"tags": ["refund"], "status": "responded"},
                         TestMail(sender="anna@example.com", text="A refund is on its way."),
                         ticket={"status": "new"}, on="reply.sent")),
    ("a ticket that nobody touched", a_test({"escalation_level": 1}, None, on="ticket.idle",
                                            ticket={"idle": "3d", "assignee": "anna"})),
    ("a status", a_test({"tags": ["old", "over"]}, None, on="status.changed",
                        ticket={"status": "closed", "tags": ["old"]})),
    ("a letter that came back", a_test({"notified": ["anna"]}, None, on="delivery.failed",
                                       ticket={"assignee": "anna"})),
    ("everything else that can be asked", a_test(
        {"joined": "", "approvers": [], "withheld": "", "sla": "", "wanted": "", "status": "new",
         "status_kind": "open", "assignee": "anna", "title": "Rechnung doppelt",
         "requester": "petra@kunde.example", "due_at": "", "respond_by": "", "resolve_by": "",
         "fields": {}})),
]  # fmt: skip


@pytest.mark.parametrize(("what", "test"), HOLDS, ids=[what for what, _ in HOLDS])
def test_what_comes_can_be_expected(what: str, test: RuleTest) -> None:
    assert [str(failure) for failure in failures(test, BOOK, STAGE)] == []


def test_everything_that_can_be_expected_is_tried_here() -> None:
    asked = {name for _, test in HOLDS for name in test.expect}
    assert asked == EXPECTED


FAILS = [
    (
        a_test({"team": "senior"}),
        '50-own.toml:7: test "it is so": team should be "senior", and is "billing",'
        ' by 50-test.toml:2 "billing"',
    ),
    (
        a_test({"tags": ["money"]}, MAIL),
        '50-own.toml:7: test "it is so": tags should be ["money"], and is nothing;'
        ' 50-test.toml:2 "billing" did not fire:'
        ' subject any_word ["invoice", "Rechnung"]: it is "Hello"',
    ),
    (
        a_test({"held": True}, replace(MAIL, sender="cron@x.example", headers={"X-Loop": "1"})),
        'held should be true, and is nothing; 50-test.toml:23 "a machine\'s mail is looked at"'
        ' did not fire: not (from starts_with "cron@"): it is "cron@x.example"',
    ),
    (
        a_test({"rules": ["alerts"]}, MAIL),
        '50-test.toml:17 "alerts" did not fire: from starts_with "cron@":'
        ' it is "somebody@customer.example"',
    ),
    (a_test({"urgency": "low"}), 'urgency should be "low", and is 5, by 50-test.toml:9 "vip"'),
    (a_test({"dropped": False}, replace(MAIL, sender="cron@x.example")), "dropped should be false"),
    (a_test({"field": {"order": "9"}}), 'field should be {order: "9"}, and is nothing'),
    (a_test({"notified": ["max"]}), 'notified should be ["max"], and is ["anna", "max"]'),
]


@pytest.mark.parametrize(("test", "told"), FAILS, ids=[told[:40] for _, told in FAILS])
def test_a_failure_tells_what_came_and_which_rule_did_it(test: RuleTest, told: str) -> None:
    [failure] = failures(test, BOOK, STAGE)
    assert told in str(failure)


def test_a_failure_is_a_mistake_at_the_place_of_its_test() -> None:
    [failure] = failures(a_test({"team": "senior"}), BOOK, STAGE)
    mistake = failure.mistake()
    assert (mistake.file, mistake.line) == ("50-own.toml", 7)
    assert str(failure) == f"50-own.toml:7: {mistake.what}"


def test_all_tests_of_a_book_are_run_and_every_failure_is_told() -> None:
    tests = (
        a_test({"team": "billing"}),
        a_test({"team": "x", "urgency": 1}),
        a_test({"team": "y"}),
    )
    book = replace(BOOK, tests=tests)
    assert [failure.wanted for failure in run(book, STAGE)] == ["x", 1, "y"]
    assert [failure.wanted for failure in run(book, STAGE, tests[2:])] == ["y"]


def test_the_time_of_a_test_is_meant_in_the_zone_of_the_desk() -> None:
    text = '[[rule]]\nname = "late"\non = "ticket.created"\nwhen.now.after = 2026-12-24T17:30:00Z\n'
    book, berlin = manners(text + 'then.tag = "late"\n'), ZoneInfo("Europe/Berlin")
    test = replace(a_test({"tags": ["late"]}, MAIL), at=datetime(2026, 12, 24, 18))
    assert not failures(test, book, STAGE)
    assert failures(test, book, replace(STAGE, zone=berlin))
    assert not failures(replace(test, at=datetime(2026, 12, 24, 19)), book, STAGE)
    assert failures(replace(test, at=None), book, STAGE), "else it is played now"


def test_a_moment_is_expected_to_the_second_or_by_its_day() -> None:
    text = '[[rule]]\nname = "d"\non = "ticket.created"\nthen.due = 2026-11-25T00:00:00Z\n'
    book, due = manners(text), NOON + timedelta(hours=36)
    assert not failures(a_test({"due_at": due}), book, STAGE)
    assert not failures(a_test({"due_at": due.date()}), book, STAGE)
    assert failures(a_test({"due_at": due + timedelta(seconds=1)}), book, STAGE)
    assert failures(a_test({"due_at": NOON.date()}), book, STAGE)


def test_what_rules_answer_does_not_depend_on_being_watched() -> None:
    """A test that asks for names of rules traces them; one that does not, does not."""
    for _, test in HOLDS:
        traced = replace(test, expect={**test.expect, "rules": ["no such rule"]})
        assert [failure.name for failure in failures(traced, BOOK, STAGE)] == ["rules"]


def test_the_shipped_tests_pass() -> None:
    from postdesk.rules.read import read

    folder = Path(next(iter(rules.__path__)))
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("[0-9]*.toml")}
    book = read({**texts, "manners.toml": (folder / "manners.toml").read_text("utf-8")})
    assert isinstance(book, Book)
    assert run(book, Stage(datetime(2026, 11, 23, 12, tzinfo=UTC))) == []
