"""A rule is compiled whole, or every flaw of it is told with its place."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest

from postdesk.rules import rule as rule_module
from postdesk.rules.condition import ALWAYS, Test
from postdesk.rules.rule import Action, Rule, compile_rule

WHERE = "50-routing.toml:3"
HEAD = 'name = "billing"\non = "ticket.created"\n'


def compiled(text: str) -> Rule:
    rule = compile_rule(tomllib.loads(text), WHERE)
    assert isinstance(rule, Rule), rule
    return rule


def flaws(text: str) -> list[tuple[tuple[str | int, ...], str]]:
    found = compile_rule(tomllib.loads(text), WHERE)
    assert isinstance(found, list)
    return found


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
    ('due = "3d"', Action("due", timedelta(days=3))),
    ("due = 2026-12-24", Action("due", date(2026, 12, 24))),
    ('sla = "gold"', Action("sla", "gold")),
    ('reply = "receipt"', Action("reply", "receipt")),
    ('notify = ["anna", "team"]', Action("notify", ("anna", "team"))),
    ('note = "look at this"', Action("note", "look at this")),
    ("escalate = true", Action("escalate", True)),
    ('escalate = "VIP waits"', Action("escalate", "VIP waits")),
    ('approve = "max"', Action("approve", ("max",))),
    ('hold = "smells"', Action("hold", "smells")),
    ("drop = true", Action("drop", True)),
    ("link = 7", Action("link", 7)),
    ('language = "de"', Action("language", "de")),
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
    ('name = "a"\non = "sunrise"\nthen.tag = "a"', ("on",), "there are delivery.failed"),
    ('name = "a"\non = ["reply.sent"]\nthen.tag = "a"', ("on",), "one event"),
    (HEAD, ("then",), "does nothing"),
    (HEAD + 'then = "close"', ("then",), "table of actions"),
    (HEAD + 'then.tag = "a"\nstop = "yes"', ("stop",), "true or false"),
    (HEAD + 'then.tag = "a"\nwhen = "always"', ("when",), "table of conditions"),
    (HEAD + 'then.tag = "a"\nif.vip = true', ("if",), "no such key"),
    (HEAD + 'then.tag = "a"\nwhenn.vip = true', ("whenn",), '"when"'),
    (HEAD + 'then.tag = "a"\nwhen.subjekt = "x"', ("when", "subjekt"), '"subject"'),
    (HEAD + 'then.asign = "anna"', ("then", "asign"), '"assign"'),
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
    (HEAD + "then.drop = false", ("then", "drop"), "only be true"),
    (HEAD + "then.hold = 1", ("then", "hold"), "says why"),
    (HEAD + "then.link = true", ("then", "link"), "number of a ticket"),
    (HEAD + "then.link = 0", ("then", "link"), "number of a ticket"),
]


@pytest.mark.parametrize(("text", "path", "words"), FLAWED)
def test_a_flaw_is_told_with_its_place(text: str, path: tuple[str | int, ...], words: str) -> None:
    [(found, what)] = flaws(text)
    assert found == path
    assert words in what


def test_all_flaws_are_told_at_once() -> None:
    places = [path for path, _ in flaws('on = "x"\nwhen.foo = 1\nthen.bar = 1\nbaz = 1\n')]
    assert places == [("baz",), ("name",), ("on",), ("when", "foo"), ("then", "bar")]


def test_the_shipped_manners_compile() -> None:
    text = Path(rule_module.__file__).with_name("manners.toml").read_text()
    for table in tomllib.loads(text)["rule"]:
        assert isinstance(compile_rule(table, "manners.toml:1"), Rule), table["name"]
