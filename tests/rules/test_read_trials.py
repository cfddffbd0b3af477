"""The tests that admins write, out of rule files."""

from datetime import UTC, date, datetime

import pytest

from postdesk.rules import trial_event
from postdesk.rules.book import Book
from postdesk.rules.outcome import EXPECTED as CAN_COME
from postdesk.rules.read import read
from postdesk.rules.trial import RuleTest, TestMail
from postdesk.rules.trial_value import BEFORE, EXPECTED

NAMES = """
[agent]
anna.addresses = ["anna@example.com"]
[team.Billing]
[sla.gold]
[field.order]
[reply.refund]
text = "x"
"""
MAIL = 'mail = { from = "petra@kunde.example" }\n'
EXPECT = 'expect = { team = "billing" }\n'


def trials(text: str) -> tuple[RuleTest, ...]:
    found = read({"10-people.toml": NAMES, "50-routing.toml": text})
    assert isinstance(found, Book), found
    return found.tests


def one(text: str) -> RuleTest:
    (found,) = trials(f'[[test]]\nname = "x"\n{text}')
    return found


def mistakes(text: str) -> list[str]:
    found = read({"10-people.toml": NAMES, "50-routing.toml": text}, ["receipt"])
    assert not isinstance(found, Book)
    return [str(mistake).partition("\n")[0] for mistake in found]


def test_a_test_as_admins_write_it() -> None:
    text = """
[[test]]
name = "a VIP's refund"
at = 2026-12-24T18:00:00
mail.from = "Petra Kunde <petra@kunde.example>"
mail.to = "billing@example.com"
mail.cc = ["Max <max@kunde.example>", "eve@kunde.example"]
mail.subject = "Rechnung doppelt"
mail.text = "Bitte sehen Sie nach."
mail.headers = { X-Shop = "north" }
mail.attachments = ["invoice.pdf"]
mail.language = "DE"
mail.auth = "fail"
expect.team = "billing"
expect.urgency = "critical"
expect.tags = ["vip"]
expect.reply = false
expect.due_at = 2026-12-25
"""
    assert trials(text) == (
        RuleTest(
            "a VIP's refund",
            TestMail(
                "Petra Kunde <petra@kunde.example>",
                ("billing@example.com",),
                ("Max <max@kunde.example>", "eve@kunde.example"),
                "Rechnung doppelt",
                "Bitte sehen Sie nach.",
                {"X-Shop": "north"},
                ("invoice.pdf",),
                "de",
                "fail",
            ),
            at=datetime(2026, 12, 24, 18),
            expect={
                "team": "Billing",
                "urgency": 5,
                "tags": ("vip",),
                "reply": "",
                "due_at": date(2026, 12, 25),
            },
            where="50-routing.toml:2",
        ),
    )


def test_a_test_may_begin_with_a_ticket() -> None:
    test = one(
        'on = "ticket.idle"\n'
        'ticket = { status = "pending", idle = "2bd", field.order = 4711, assignee = "Anna" }\n'
        'expect = { assignee = "", notified = ["anna", "boss@example.com"] }\n'
    )
    assert (test.mail, test.on) == (None, "ticket.idle")
    assert test.ticket == {
        "status": "pending",
        "idle": "2bd",
        "field": {"order": "4711"},
        "assignee": "anna",
    }
    assert test.expect == {
        "assignee": "",
        "notified": ("anna", "boss@example.com"),
    }


def test_tests_keep_the_order_of_files_and_lines() -> None:
    text = "".join(f'[[test]]\nname = "{name}"\n{MAIL}{EXPECT}' for name in "bca")
    assert [test.name for test in trials(text)] == ["b", "c", "a"]


@pytest.mark.parametrize(
    "expected",
    [
        'reply = "refund"',
        'reply = ""',
        "dropped = true",
        'held = "smells"',
        "joined = 7",
        'joined = "web1/http"',
        'due_at = ""',
        "due_at = 2026-11-23T09:00:00Z",
        'participants = ["petra@kunde.example"]',
        'tags = "vip"',
        'rules = ["any name"]',
        'sla = "GOLD"',
        'status_kind = "done"',
        "withheld = false",
    ],
)
def test_these_can_be_expected(expected: str) -> None:
    assert one(f"{MAIL}expect = {{ {expected} }}").expect


def test_what_is_read_is_what_is_played() -> None:
    assert BEFORE.keys() == trial_event.BEFORE
    assert EXPECTED.keys() == CAN_COME


HEAD = '[[test]]\nname = "x"\n'
MISTAKES = [
    (f"[[test]]\n{MAIL}{EXPECT}", "1:3: test 1: a test needs a name"),
    (f"[[test]]\nname = 3\n{MAIL}{EXPECT}", "2:8: test 1: name must be a text in quotes"),
    (f"{HEAD}{EXPECT}", '1:3: test "x": mail is missing: mail = {'),
    (f"{HEAD}{MAIL}", '1:3: test "x": expects nothing: expect = {'),
    (f"{HEAD}{MAIL}expect = {{}}", '1:3: test "x": expects nothing: expect = {'),
    (f"{HEAD}{MAIL}expect = 3", '4:10: test "x": expect must be a table: expect.KEY = ...'),
    (f'{HEAD}mail = "x"\n{EXPECT}', '3:8: test "x": mail must be a table: mail.KEY = ...'),
    (f'{HEAD}{MAIL}{EXPECT}on = "x"', '5:6: test "x": on must be one of "ticket.created", '),
    (f'{HEAD}{MAIL}{EXPECT}at = "now"', '5:6: test "x": at must be a date with a time, without'),
    (f"{HEAD}{MAIL}{EXPECT}at = 2026-11-23", '5:6: test "x": at must be a date with a time'),
    (
        f"{HEAD}{MAIL}{EXPECT}exect = 1",
        '5:1: test "x": unknown key "exect", did you mean "expect"?',
    ),
    (
        f'{HEAD}{MAIL}{EXPECT}on = "ticket.created"\nticket = {{ status = "new" }}',
        '6:10: test "x": a ticket that is only created now has nothing before',
    ),
    (
        f'{HEAD}mail = {{ frm = "a@b.example" }}\n{EXPECT}',
        '3:10: test "x": mail: unknown key "frm", did you mean "from"?',
    ),
    (f'{HEAD}mail = {{ from = "petra" }}\n{EXPECT}', '3:17: test "x": mail: "petra" is no mail ad'),
    (f"{HEAD}mail = {{ to = [3] }}\n{EXPECT}", '3:16: test "x": mail: to must hold texts in quot'),
    (f'{HEAD}mail = {{ cc = "x" }}\n{EXPECT}', '3:15: test "x": mail: "x" is no mail address'),
    (
        f'{HEAD}mail = {{ auth = "no" }}\n{EXPECT}',
        '3:17: test "x": mail: auth must be one of "pass", "fail", "none"',
    ),
    (
        f"{HEAD}mail = {{ headers = {{ X-A = 1 }} }}\n{EXPECT}",
        '3:28: test "x": mail: headers: X-A must be a text in quotes',
    ),
    (
        f'{HEAD}{MAIL}expect = {{ teem = "x" }}',
        '4:12: test "x": expect: unknown key "teem", did you mean "team"?',
    ),
    (
        f'{HEAD}{MAIL}expect = {{ team = "biling" }}',
        '4:19: test "x": expect: no team is called "biling", did you mean "Billing"?',
    ),
    (f"{HEAD}{MAIL}expect.urgency = 6", '4:18: test "x": expect: urgency must be 1 to 5, or one'),
    (f"{HEAD}{MAIL}expect.tags = [1]", '4:15: test "x": expect: tags must be a text in quotes, or'),
    (f'{HEAD}{MAIL}expect.status = "nwe"', '4:17: test "x": expect: no status is called "nwe", di'),
    (f'{HEAD}{MAIL}expect.reply = "recept"', '4:16: test "x": expect: no letter or canned reply'),
    (f'{HEAD}{MAIL}expect.field.ordr = "1"', '4:14: test "x": expect: no field is called "ordr"'),
    (f"{HEAD}{MAIL}expect.fields = 3", '4:17: test "x": expect: fields must be a table of fields'),
    (f'{HEAD}{MAIL}expect.notified = "zoe"', '4:19: test "x": expect: no agent is called "zoe"'),
    (f'{HEAD}{MAIL}expect.due_at = "soon"', '4:17: test "x": expect: due_at must be a date or a'),
    (
        f'{HEAD}{MAIL}{EXPECT}on = "message.received"\nticket = {{ sttus = "new" }}',
        '6:12: test "x": ticket: unknown key "sttus", did you mean "status"?',
    ),
    (
        f'{HEAD}{MAIL}{EXPECT}on = "message.received"\nticket.idle = "soon"',
        '6:15: test "x": ticket: idle must be a duration',
    ),
    (
        f'{HEAD}{EXPECT}on = "sla.warning"\nticket.target = "response"',
        '5:17: test "x": ticket: target must be one of first_response, next_response, resolution,',
    ),
    (
        f'{HEAD}{EXPECT}on = "sla.warning"\nticket.due_at = "soon"',
        '5:17: test "x": ticket: due_at must be a date with a time',
    ),
    (
        f"{HEAD}{EXPECT}on = 'sla.warning'\nticket.replies = -1",
        '5:18: test "x": ticket: replies must be a whole number',
    ),
]


@pytest.mark.parametrize(("text", "told"), MISTAKES)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"50-routing.toml:{told}")


def test_a_time_may_have_a_zone() -> None:
    assert one(f"at = 2026-11-23T09:00:00Z\n{MAIL}{EXPECT}").at == datetime(
        2026, 11, 23, 9, tzinfo=UTC
    )
