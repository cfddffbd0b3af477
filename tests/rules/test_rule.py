"""A rule is compiled whole, or every flaw of it is told with its place."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from postdesk.rules import rule as rule_module
from postdesk.rules.action import Action
from postdesk.rules.condition import ALWAYS, Test
from postdesk.rules.defined import Defined, named
from postdesk.rules.rule import Rule, compile_rule
from postdesk.rules.span import Span

WHERE = "50-routing.toml:3"
HEAD = 'name = "billing"\non = "ticket.created"\n'


def compiled(text: str) -> Rule:
    rule = compile_rule(tomllib.loads(text), WHERE)
    assert isinstance(rule, Rule), rule
    return rule


def flaws(text: str) -> list[tuple[tuple[str | int, ...], str]]:
    found = compile_rule(tomllib.loads(text), WHERE)
    assert isinstance(found, list)
    return [(flaw.path, flaw.what) for flaw in found]


def test_a_rule_as_admins_write_it() -> None:
    rule = compiled(
        HEAD
        + 'when.subject.any_word = ["invoice", "Rechnung"]\n'
        + 'then.team = "billing"\nthen.assign = "round-robin"\nstop = true\n'
    )
    assert rule == Rule(
        "billing",
        "ticket.created",
        Test("subject", "any_word", ("invoice", "Rechnung")),
        (Action("team", "billing"), Action("assign", "round-robin")),
        True,
        WHERE,
    )


def test_a_rule_without_when_always_holds() -> None:
    rule = compiled(HEAD + 'then.tag = "new"\n')
    assert rule.when == ALWAYS
    assert rule.stop is False


def test_a_rule_may_do_nothing_but_stop() -> None:
    assert compiled(HEAD + "stop = true\n").then == ()


ACTIONS = [
    ('team = "billing"', Action("team", "billing")),
    ('category = "refund"', Action("category", "refund")),
    ('assign = "least-loaded"', Action("assign", "least-loaded")),
    ("urgency = 5", Action("urgency", 5)),
    ('urgency = "critical"', Action("urgency", 5)),
    ('urgency = "urgent"', Action("urgency", 5)),
    ('urgency = "very-low"', Action("urgency", 1)),
    ('status = "in-progress"', Action("status", "in-progress")),
    ('tag = "vip"', Action("tag", ("vip",))),
    ('tag = ["vip", "eu"]', Action("tag", ("vip", "eu"))),
    ('untag = "vip"', Action("untag", ("vip",))),
    ('set.floor = "3"', Action("set", ("floor", "3"))),
    ("set.floor = 3", Action("set", ("floor", "3"))),
    ("set.paid = true", Action("set", ("paid", "true"))),
    ('due = "3d"', Action("due", Span(timedelta(days=3)))),
    ('due = "2bd"', Action("due", Span(business_days=2))),
    ("due = 2026-12-24", Action("due", date(2026, 12, 24))),
    ("due = 2026-12-24T12:00:00Z", Action("due", datetime(2026, 12, 24, 12, tzinfo=UTC))),
    ('sla = "gold"', Action("sla", "gold")),
    ('reply = "receipt"', Action("reply", "receipt")),
    ('notify = ["anna", "team"]', Action("notify", ("anna", "team"))),
    ('notify = "team: billing"', Action("notify", ("team:billing",))),
    ('notify = "Boss@Example.com"', Action("notify", ("boss@example.com",))),
    ('note = "look at this"', Action("note", "look at this")),
    ("escalate = true", Action("escalate", True)),
    ('escalate = "manager"', Action("escalate", "manager")),
    ('approve = ["max", "lead"]', Action("approve", ("max", "lead"))),
    ("hold = true", Action("hold", True)),
    ('hold = "smells"', Action("hold", "smells")),
    ("drop = true", Action("drop", True)),
    ('drop = "an old newsletter"', Action("drop", "an old newsletter")),
    ("link = 7", Action("link", 7)),
    ('link = "subject"', Action("link", "subject")),
    ('link = "nightly backup"', Action("link", "nightly backup")),
    ('language = "PT-br"', Action("language", "pt-BR")),
]


@pytest.mark.parametrize(("text", "action"), ACTIONS)
def test_every_action_of_the_contract(text: str, action: Action) -> None:
    assert compiled(f"{HEAD}then.{text}\n").then == (action,)


def test_actions_keep_the_order_of_the_file() -> None:
    rule = compiled(HEAD + 'then = { tag = "b", set = { y = "1", x = "2" }, urgency = 1 }\n')
    assert [action.kind for action in rule.then] == ["tag", "set", "set", "urgency"]


FLAWED = [
    ('on = "ticket.created"\nthen.tag = "a"', ("name",), "needs a name"),
    ('name = " "\non = "ticket.created"\nthen.tag = "a"', ("name",), "needs a name"),
    ('name = "a"\nthen.tag = "a"', ("on",), "ticket.created"),
    ('name = "a"\non = "ticket.create"\nthen.tag = "a"', ("on",), "ticket.created"),
    ('name = "a"\non = "sunrise"\nthen.tag = "a"', ("on",), "there are ticket.created, message"),
    ('name = "a"\non = ["reply.sent"]\nthen.tag = "a"', ("on",), "one event"),
    (HEAD, ("then",), "does nothing"),
    (HEAD + 'then = "close"', ("then",), "table of actions"),
    (HEAD + 'then.tag = "a"\nstop = "yes"', ("stop",), "true or false"),
    (HEAD + 'then.tag = "a"\nwhen = "always"', ("when",), "table of conditions"),
    (HEAD + 'then.tag = "a"\nif.vip = true', ("if",), 'unknown key "if"'),
    (HEAD + 'then.tag = "a"\nwhenn.vip = true', ("whenn",), '"when"'),
    (HEAD + 'then.tag = "a"\nwhen.subjekt = "x"', ("when", "subjekt"), '"subject"'),
    (HEAD + 'then.asign = "a"', ("then", "asign"), 'unknown action "asign", did you mean "assign"'),
    (HEAD + "then.team = 3", ("then", "team"), "text in quotes"),
    (HEAD + 'then.team = ""', ("then", "team"), "text in quotes"),
    (HEAD + "then.urgency = 6", ("then", "urgency"), "1 to 5"),
    (HEAD + "then.urgency = true", ("then", "urgency"), "1 to 5"),
    (HEAD + 'then.urgency = "5"', ("then", "urgency"), "1 to 5"),
    (HEAD + "then.tag = []", ("then", "tag"), "at least one"),
    (HEAD + "then.tag = [1]", ("then", "tag"), "list of them"),
    (HEAD + 'then.set = "x"', ("then", "set"), "set.FIELD"),
    (HEAD + "then.set.x = [1]", ("then", "set", "x"), "one text or number"),
    (HEAD + 'then.due = "soon"', ("then", "due"), "duration"),
    (HEAD + "then.due = 3", ("then", "due"), "duration"),
    (HEAD + "then.drop = false", ("then", "drop"), "says why"),
    (HEAD + "then.hold = 1", ("then", "hold"), "says why"),
    (HEAD + 'then.escalate = "boss"', ("then", "escalate"), '"agent", "lead", "manager"'),
    (HEAD + "then.link = true", ("then", "link"), "a ticket's number"),
    (HEAD + "then.link = 0", ("then", "link"), "a ticket's number"),
    (HEAD + 'then.language = "german"', ("then", "language"), "no language tag"),
    (HEAD + 'then.notify = ["team", "a@"]', ("then", "notify", 1), "no mail address"),
    (HEAD + 'then.tag = "a"\ncalendar = 3', ("calendar",), "the name of one"),
]


@pytest.mark.parametrize(("text", "path", "words"), FLAWED)
def test_a_flaw_is_told_with_its_place(text: str, path: tuple[str | int, ...], words: str) -> None:
    [(found, what)] = flaws(text)
    assert found == path
    assert words in what


# What stands in the wrong table, and what is to be written instead.
MISPLACED = [
    ('team = "x"', ("team",), "write then.team to set it, when.team to ask for it"),
    ('assign = "x"', ("assign",), "assign is an action: write then.assign"),
    ('subject.any_word = "x"', ("subject",), "subject is something to ask for: write when.subject"),
    ('status.in = ["new"]', ("status",), "status is something to ask for: write when.status"),
    ('any_word = ["x"]', ("any_word",), "write when.subject.any_word = ..."),
    ("any = [{ spam = true }]", ("any",), "write when.any = [...]"),
    ('when.any_word = ["x"]', ("when", "any_word"), "write when.subject.any_word = ..."),
    ('when.assign = "x"', ("when", "assign"), "assign is an action: write then.assign"),
    ('when.then.tag = "x"', ("when", "then"), "then stands in when here; it belongs to the rule"),
    ("when.stop = true", ("when", "stop"), "write it above the line [rule.when]"),
    ("then.stop = true", ("then", "stop"), "write it above the line [rule.then]"),
    ('then.on = "x"', ("then", "on"), "on stands in then here; it belongs to the rule itself"),
    ("then.subject = 'x'", ("then", "subject"), "write when.subject"),
]


@pytest.mark.parametrize(("line", "path", "words"), MISPLACED)
def test_a_key_in_the_wrong_table_is_told_as_such(
    line: str, path: tuple[str | int, ...], words: str
) -> None:
    text = HEAD + line + ("" if line.startswith("then") else '\nthen.tag = "a"')
    [(found, what)] = flaws(text)
    assert found == path
    assert words in what


NAMES = Defined(
    {
        "agent": named(["anna", "bob"]),
        "team": named(["Billing"]),
        "status": named(["new", "pending"]),
        "calendar": named(["office"]),
        "sla": named(["gold"]),
        "reply": named(["receipt", "refund"]),
        "field": named(["order"]),
    },
    {"parked": "pending"},
)

NAMED = [
    ('then.team = "billing"', "team", "Billing"),
    ('then.assign = "ANNA"', "assign", "anna"),
    ('then.assign = "sticky"', "assign", "sticky"),
    ('then.assign = "author"', "assign", "author"),
    ('then.status = "Pending"', "status", "pending"),
    ('then.sla = "gold"', "sla", "gold"),
    ('then.reply = "Refund"', "reply", "refund"),
    (
        'then.notify = ["Bob", "team:billing", "admins"]',
        "notify",
        ("bob", "team:Billing", "admins"),
    ),
    ('then.approve = ["manager", "BOB"]', "approve", ("manager", "bob")),
    ('then.set.ORDER = "1"', "set", ("order", "1")),
]


@pytest.mark.parametrize(("line", "kind", "value"), NAMED)
def test_names_are_spelled_as_they_are_defined(line: str, kind: str, value: object) -> None:
    rule = compile_rule(tomllib.loads(HEAD + line), WHERE, NAMES)
    assert isinstance(rule, Rule), rule
    assert rule.then == (Action(kind, value),)


UNDEFINED = [
    (
        'then.team = "biling"',
        ("then", "team"),
        'no team is called "biling", did you mean "Billing"?',
    ),
    ('then.assign = "ana"', ("then", "assign"), 'no agent is called "ana", did you mean "anna"?'),
    ('then.assign = "stiky"', ("then", "assign"), 'did you mean "sticky"?'),
    ('then.status = "pendin"', ("then", "status"), 'no status is called "pendin", did you mean'),
    ('then.status = "parked"', ("then", "status"), 'the status "parked" is called "pending" now'),
    ('then.sla = "silver"', ("then", "sla"), 'no sla is called "silver"'),
    ('then.reply = "refnd"', ("then", "reply"), 'no letter or canned reply is called "refnd"'),
    ('then.notify = ["bob", "zoe"]', ("then", "notify", 1), 'no agent is called "zoe"'),
    ('then.notify = "team:sales"', ("then", "notify"), 'no team is called "sales"'),
    ('then.approve = "zoe"', ("then", "approve"), 'no agent is called "zoe"'),
    ('then.set.ordr = "1"', ("then", "set", "ordr"), 'no field is called "ordr", did you mean'),
    ('then.tag = "a"\ncalendar = "ofice"', ("calendar",), 'no calendar is called "ofice", did you'),
    ('then.tag = "a"\nwhen.team = "sales"', ("when", "team"), 'no team is called "sales"'),
]


@pytest.mark.parametrize(("line", "path", "words"), UNDEFINED)
def test_a_name_that_nothing_bears_is_told_where_it_is_used(
    line: str, path: tuple[str | int, ...], words: str
) -> None:
    found = compile_rule(tomllib.loads(HEAD + line), WHERE, NAMES)
    assert isinstance(found, list)
    [flaw] = found
    assert flaw.path == path
    assert words in flaw.what


ORDER = "when.subject.matches = 'order (?P<order>\\pN+)'\n"


@pytest.mark.parametrize(
    "line",
    [
        'then.set.order = "{order}"',
        'then.note = "Order {order}, {{as it says}}"',
        'then.link = "shop/{order}"',
        'then.note = "no braces"',
        'then.tag = "{order}"',  # a tag is a tag
    ],
)
def test_what_a_pattern_found_can_be_used(line: str) -> None:
    assert compiled(HEAD + ORDER + line)


UNFILLED = [
    (ORDER + 'then.set.order = "{ordr}"', ("then", "set", "order"), 'did you mean "order"?'),
    (ORDER + 'then.note = "{}"', ("then", "note"), "{{ for a brace"),
    ('then.link = "{host}"', ("then", "link"), 'no pattern of this rule has a group "host"'),
    ("when.not.subject.matches = '(?P<a>b)'\nthen.note = '{a}'", ("then", "note"), '"a"'),
]


@pytest.mark.parametrize(("text", "path", "words"), UNFILLED)
def test_what_no_pattern_can_find_cannot_be_used(
    text: str, path: tuple[str | int, ...], words: str
) -> None:
    [(found, what)] = flaws(HEAD + text)
    assert found == path
    assert words in what


def test_of_a_rule_whose_condition_is_wrong_no_group_is_missed() -> None:
    [(path, _)] = flaws(HEAD + "when.subject.matches = '('\nthen.note = '{a}'")
    assert path == ("when", "subject", "matches")


IDLE = 'name = "x"\non = "ticket.idle"\nthen.tag = "x"\n'
NEVER = [
    (IDLE, "ticket.idle wants to know how long: when.idle.above or when.waiting.above"),
    (IDLE + 'when.any = [{ idle.above = "1d" }]', "ticket.idle wants to know how long"),
    (IDLE + 'when.idle.below = "1d"', "ticket.idle wants to know how long"),
    (HEAD + 'then.tag = "x"\nwhen.not.target = "resolution"', "sla.breached and sla.warning only"),
    (
        HEAD + 'then.tag = "x"\nwhen.overdue.above = "1h"',
        "overdue can be asked for on sla.breached",
    ),
]


@pytest.mark.parametrize(("text", "words"), NEVER)
def test_a_rule_that_time_would_never_bring_about_is_told(text: str, words: str) -> None:
    [(path, what)] = flaws(text)
    assert path == ("on",)
    assert words in what


@pytest.mark.parametrize("asked", ['when.waiting.above = "2bd"', 'when.idle.above = ["1d", "2d"]'])
def test_a_rule_that_waits_is_a_rule(asked: str) -> None:
    assert compiled(IDLE + asked + "\nwhen.automatic = false")


def test_a_rule_may_count_in_the_hours_of_a_calendar() -> None:
    assert compiled(HEAD + 'then.due = "4h"\ncalendar = "office"').calendar == "office"


def test_all_flaws_are_told_at_once() -> None:
    places = [path for path, _ in flaws('on = "x"\nwhen.foo = 1\nthen.bar = 1\nbaz = 1\n')]
    assert places == [("baz",), ("name",), ("on",), ("when", "foo"), ("then", "bar")]


def test_the_shipped_manners_compile() -> None:
    text = Path(rule_module.__file__).with_name("manners.toml").read_text()
    for table in tomllib.loads(text)["rule"]:
        assert isinstance(compile_rule(table, "manners.toml:1"), Rule), table["name"]
