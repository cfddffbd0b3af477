"""The JSON Schema of rule files says what the readers say, as far as a schema can."""

import json
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rule_files import FOLDER, spoken

from postdesk.rules.book import Book
from postdesk.rules.draft import SHAPES
from postdesk.rules.read import read
from postdesk.rules.schema import schema, schema_text
from postdesk.rules.toml import Mistake, read_toml


@cache
def validator() -> Any:
    return jsonschema.Draft202012Validator(schema())


def wrong(text: str) -> list[str]:
    """What the schema says of a rule file; dates are texts, as editors hand them over."""
    document = read_toml("x.toml", text)
    assert not isinstance(document, Mistake), document
    return [error.message for error in validator().iter_errors(_plain(document.value))]


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case date() | datetime() | time():
            return value.isoformat()
    return value


def test_the_shipped_schema_is_that_of_the_readers() -> None:
    same = (FOLDER / "schema.json").read_text("utf-8") == schema_text()
    assert same, "write it anew: postdesk rules schema > rules/schema.json"
    assert json.loads(schema_text()) == schema()


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert list(schema()["properties"]) == list(SHAPES)


FILES = [*FOLDER.glob("*.toml"), *FOLDER.glob("examples/*.toml")]


@pytest.mark.parametrize("path", sorted(FILES), ids=lambda path: path.name)
def test_every_shipped_file_is_valid(path: Path) -> None:
    text = path.read_text("utf-8")
    assert wrong(text) == []
    assert wrong(spoken(text)) == []


RULE = '[[rule]]\nname = "x"\non = "ticket.created"\n'
THEN = 'then.tag = "x"\n'
TEST = '[[test]]\nname = "x"\nmail = { from = "a@b.example" }\n'
AGENT = '[agent.anna]\naddresses = ["anna@example.com"]\n'
CALENDAR = '[calendar.office]\ntimezone = "UTC"\nhours = { mon = ["09:00-17:00"] }\n'

GOOD = [
    AGENT,
    AGENT + 'receipts = "all"\nnotices = ["reply"]\nsend_delay = "1m 30s"\nlanguages = ["de"]\n',
    "[team.a]\nnotify = false\n",
    '[team.a]\nnotify = ["boss@example.com"]\n',
    '[customer."petra@kunde.example"]\nvip = true\n',
    CALENDAR + "holidays.extra = [2026-12-24]\n",
    CALENDAR + '[sla.gold]\ncalendar = "office"\nhigh = { first_response = "2h" }\nwarn = "25%"\n',
    '[status.a]\nkind = "open"\ncolour = "#00ff00"\nwas = ["b"]\n',
    '[move.fit]\nto = "new"\nwho = ["lead"]\n',
    '[workflow]\nreopen = "14d"\nclose_after = "5bd"\n',
    '[field.order]\nlink = "https://shop.example/{value}"\n',
    '[reply.refund]\ntext.de = "Hallo"\n',
    '[alias]\n"schließen" = "close"\n',
    '[view.a]\nwhen.assignee = "me"\nsort = ["-urgency"]\n',
    RULE + THEN + "stop = true\n",
    RULE + "stop = true\n",
    RULE + THEN + 'when.subject.any_word = ["a", "b"]\nwhen.customer.vip = true\n',
    RULE + THEN + 'when.any = [{ urgency.above = "medium" }, { not.weekday = ["sat", "sun"] }]\n',
    RULE + THEN + 'when.header.x-spam.above = 3.5\nwhen.field.order.is = 7\nwhen.auth = ["pass"]\n',
    RULE
    + THEN
    + "when.now.after = 2026-12-24\nwhen.closed_at = false\nwhen.due_at.is = 2026-12-24\n",
    RULE + THEN + 'when.idle.above = "2bd"\nwhen.status.in = ["new"]\nwhen.team = ""\n',
    RULE + THEN + "when.subject.matches = '\\pN+'\nwhen.attachment = true\n",
    RULE + 'then = { urgency = "critical", set.order = "1", set.paid = true, link = 7 }\n',
    RULE + 'then = { due = 2026-12-24, escalate = true, hold = "why", drop = true }\n',
    RULE + 'then = { due = "2bd", escalate = "lead", notify = "author", language = "pt-BR" }\n',
    TEST + 'expect = { tags = ["vip"], urgency = 5, reply = false, due_at = 2026-12-24 }\n',
    TEST
    + 'on = "message.received"\nticket = { status = "new", idle = "3d" }\nexpect.held = true\n',
    TEST + "at = 2026-12-24T10:00:00Z\nexpect.joined = 7\nexpect.field.order = '1'\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_read_is_valid(text: str) -> None:
    assert isinstance(read({"1.toml": text}), Book), read({"1.toml": text})
    assert wrong(text) == []


BAD = [
    "[agnet.anna]\n",
    "[[agent]]\n",
    "[rule]\n",
    "[agent.anna]\n",
    "[agent.anna]\naddresses = 'anna@example.com'\n",
    "[agent.anna]\naddresses = ['anna']\n",
    AGENT + "role = 'boss'\n",
    AGENT + "capacity = -1\n",
    AGENT + "nmae = 'Anna'\n",
    AGENT + "language = 'german'\n",
    AGENT + "send_delay = '2bd'\n",
    AGENT + "notices = ['rply']\n",
    "[team.a]\nnotify = 'some'\n",
    "[customer.'a@b.example']\nvip = 'yes'\n",
    "[calendar.office]\n",
    CALENDAR + "hollidays = {}\n",
    CALENDAR + "holidays.contry = 'DE'\n",
    "[sla.gold]\nhigh = { response = '2h' }\n",
    "[sla.gold]\nhigh = { resolution = 'soon' }\n",
    "[status.a]\nkind = 'opened'\n",
    "[status.new]\ncolour = 'red'\n",
    "[move.fit]\nto = 'new'\nwho = ['boss']\n",
    "[workflow]\nreopen = 14\n",
    "[workflow]\nreopn = '14d'\n",
    "[reply.a]\n",
    "[reply.a]\ntext = 3\n",
    "[reply.a]\ntext.de = 3\n",
    "[alias]\nzu = 3\n",
    "[view.a]\nwhen.subject = 'x'\n",
    "[view.a]\nsort = 'urgency'\n",
    "[[rule]]\non = 'ticket.created'\n" + THEN,
    "[[rule]]\nname = 'x'\n" + THEN,
    "[[rule]]\nname = 'x'\non = 'ticket.creatd'\n" + THEN,
    RULE + "then.asign = 'anna'\n",
    RULE + "then.urgency = 6\n",
    RULE + "then.tag = []\n",
    RULE + "then.team = ''\n",
    RULE + "then.due = 'soon'\n",
    RULE + "then.escalate = 'boss'\n",
    RULE + "then.drop = false\n",
    RULE + "then.set = {}\n",
    RULE + "then.set.a = ['b']\n",
    RULE + "team = 'x'\n",
    RULE + THEN + "stop = 'yes'\n",
    RULE + THEN + "when.subjekt = 'x'\n",
    RULE + THEN + "when.subject.any_wrd = 'x'\n",
    RULE + THEN + "when.subject.any_word = []\n",
    RULE + THEN + "when.subject.above = 3\n",
    RULE + THEN + "when.subject = 3\n",
    RULE + THEN + "when.subject = {}\n",
    RULE + THEN + "when.urgency.any_word = 'x'\n",
    RULE + THEN + "when.urgency = 'many'\n",
    RULE + THEN + "when.automatic = 'yes'\n",
    RULE + THEN + "when.idle = '2d'\n",
    RULE + THEN + "when.idle.above = 2\n",
    RULE + THEN + "when.status.in = 'new'\n",
    RULE + THEN + "when.weekday = 'monday'\n",
    RULE + THEN + "when.customer = true\n",
    RULE + THEN + "when.customer.vpi = true\n",
    RULE + THEN + "when.any = { spam = true }\n",
    RULE + THEN + "when.not = {}\n",
    RULE + THEN + "when.opened_at.before = 'soon'\n",
    "[[test]]\nname = 'x'\nmail = { from = 'a@b.example' }\n",
    TEST + "expect = { teem = 'x' }\n",
    TEST + "expect = { urgency = 6 }\n",
    TEST + "expect.team = 'x'\non = 'sunrise'\n",
    TEST.replace("from", "frm") + "expect.team = ''\n",
    TEST + "expect.status_kind = 'opn'\n",
]


@pytest.mark.parametrize("text", BAD)
def test_what_is_refused_is_invalid(text: str) -> None:
    assert not isinstance(read({"1.toml": text}), Book)
    assert wrong(text) != []
