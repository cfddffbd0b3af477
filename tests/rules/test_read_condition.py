"""What is wrong with a condition is told with its place, and with what was probably meant."""

import tomllib

import pytest

from postdesk.rules.condition import Test
from postdesk.rules.defined import ANYTHING, Defined, named
from postdesk.rules.known import Fact
from postdesk.rules.read_condition import DEEPEST, Flaw, compile_condition
from postdesk.rules.toml_places import Path


def flaws(text: str, defined: Defined = ANYTHING) -> list[tuple[Path, str]]:
    found = compile_condition(tomllib.loads(text), defined)
    assert isinstance(found, list)
    return [(flaw.path, flaw.what) for flaw in found]


FLAWED = [
    (
        'subjekt = "x"',
        ("when", "subjekt"),
        'no rule can ask for "subjekt", did you mean "subject"?',
    ),
    ('subject.any_wrd = "x"', ("when", "subject", "any_wrd"), '"any_word"'),
    ("costumer.vip = true", ("when", "costumer"), '"customer"'),
    ("customer = true", ("when", "customer"), "wants a name behind it: customer.address or "),
    ("header = {}", ("when", "header"), "header wants a name behind it: header.NAME"),
    ("customer.vpi = true", ("when", "customer", "vpi"), 'did you mean "vip"?'),
    ("customer.zodiac = 3", ("when", "customer", "zodiac"), "customer has address, coordinator,"),
    ("customer.internal = true", ("when", "customer", "internal"), "customer has address"),
    ("header.x-a.b = 1", ("when", "header", "x-a", "b"), 'unknown comparison "b"; write is, in'),
    ("subject = {}", ("when", "subject"), "not compared"),
    ("subject = []", ("when", "subject"), "never hold"),
    ("subject.any_word = []", ("when", "subject", "any_word"), "never hold"),
    ('subject.any_word = ["a", 3]', ("when", "subject", "any_word", 1), "text in quotes"),
    ('subject.contains = ""', ("when", "subject", "contains"), "not empty"),
    ('subject.starts_with = "  "', ("when", "subject", "starts_with"), "not empty"),
    ('status.in = "new"', ("when", "status", "in"), "wants a list"),
    ("subject = [{ a = 1 }]", ("when", "subject", 0), "wants a text"),
    ('urgency.above = "many"', ("when", "urgency", "above"), "urgency.above wants a number"),
    ('urgency.above = "2d"', ("when", "urgency", "above"), "urgency.above wants a number"),
    ("idle.above = 2", ("when", "idle", "above"), "wants a duration"),
    ("urgency.above = true", ("when", "urgency", "above"), "number"),
    ('opened_at.before = "2026-12-24"', ("when", "opened_at", "before"), "without quotes"),
    ("any = []", ("when", "any"), "list of tables"),
    ("any = { a = 1 }", ("when", "any"), "list of tables"),
    ("any = [1]", ("when", "any", 0), "table of conditions"),
    ("not = true", ("when", "not"), "table of conditions"),
    ("not = {}", ("when", "not"), "empty"),
    ("anny = [{}]", ("when", "anny"), '"any"'),
    ("subject.above = 3", ("when", "subject", "above"), "is a text: above cannot compare it"),
    ('urgency.any_word = "x"', ("when", "urgency", "any_word"), "is a number: any_word cannot"),
    ("status.above = 3", ("when", "status", "above"), "write is, in, any_word, contains"),
    ("automatic.below = 3", ("when", "automatic", "below"), "is true or false: below cannot"),
    ("assignee.before = 2026-12-24", ("when", "assignee", "before"), "before cannot compare it"),
    ('idle = "2d"', ("when", "idle"), "a length of time: is cannot compare it; write above, below"),
    ('due_at.contains = "24"', ("when", "due_at", "contains"), "is a time: contains cannot"),
    ('urgency = "4 stars"', ("when", "urgency"), "urgency wants a number"),
    ("urgency = true", ("when", "urgency"), "urgency wants a number"),
    ('automatic = "yes"', ("when", "automatic"), "automatic wants true or false"),
    ('opened_at = "2026-12-24"', ("when", "opened_at"), "a time without quotes"),
    ("subject = 3", ("when", "subject"), "subject wants a text in quotes"),
    ('tags = ["a", 3]', ("when", "tags", 1), "tags wants a text in quotes"),
    ('weekday = "monday"', ("when", "weekday"), 'weekday is never "monday", did you mean "mon"?'),
    ('auth = "maybe"', ("when", "auth"), 'auth is never "maybe"; it is pass, fail, none'),
    ('target = "responce"', ("when", "target"), 'target is never "responce", did you mean'),
    ('status_kind.in = ["opn"]', ("when", "status_kind", "in", 0), 'did you mean "open"?'),
    ('language = "german"', ("when", "language"), '"german" is no language tag'),
    ('customer.language = "d"', ("when", "customer", "language"), '"d" is no language tag'),
    (r"subject.matches = '\bfoo\b'", ("when", "subject", "matches"), r"\pL"),
    (r"subject.matches = '\w+'", ("when", "subject", "matches"), r"[\pL\pN_]"),
    (r"subject.matches = '[\d]'", ("when", "subject", "matches"), r"\pN"),
    (r"subject.matches = '\\\d'", ("when", "subject", "matches"), r"\pN"),
    (r"subject.matches = '[[:alpha:]]+'", ("when", "subject", "matches"), r"write \pL"),
    (r"subject.matches = '[[:^word:]]'", ("when", "subject", "matches"), r"[:word:] knows only"),
    ("subject.matches = 3", ("when", "subject", "matches"), "text in quotes"),
]


@pytest.mark.parametrize(("text", "path", "words"), FLAWED)
def test_a_flaw_is_told_with_its_place(text: str, path: tuple[str | int, ...], words: str) -> None:
    [(found, what)] = flaws(text)
    assert found == path
    assert words in what


def test_all_flaws_are_told_at_once() -> None:
    found = flaws('a = 1\nany = [{ b = 1 }, { subject.is = "c", subject.was = "d" }]')
    assert [path for path, _ in found] == [
        ("when", "a"),
        ("when", "any", 0, "b"),
        ("when", "any", 1, "subject", "was"),
    ]


def test_the_path_of_the_table_leads_every_path() -> None:
    assert compile_condition({"zz": 1}, path=("rule", 3, "when")) == [
        Flaw(("rule", 3, "when", "zz"), 'no rule can ask for "zz"', at_key=True)
    ]


def test_only_known_names_can_be_asked_for() -> None:
    known = {"shoe.size": Fact("number"), "hat": Fact("text")}
    assert compile_condition({"hat": "x"}, known=known) == Test("hat", "is", ("x",))
    assert compile_condition({"shoe": {"size": 1}}, known=known) == Test("shoe.size", "is", (1,))
    assert isinstance(compile_condition({"shoe": {"colour": 1}}, known=known), list)
    assert isinstance(compile_condition({"subject": "x"}, known=known), list)


NAMES = Defined(
    {
        "agent": named(["anna"]),
        "team": named(["Billing"]),
        "status": named(["new", "pending"]),
        "calendar": named(["office"]),
        "sla": named(["gold"]),
        "field": named(["order"]),
    }
)
UNDEFINED = [
    ('team = "biling"', ("when", "team"), 'no team is called "biling", did you mean "Billing"?'),
    ('status.in = ["new", "nwe"]', ("when", "status", "in", 1), 'no status is called "nwe"'),
    ('assignee = "zoe"', ("when", "assignee"), 'no agent is called "zoe"'),
    ('not.author = "zoe"', ("when", "not", "author"), 'no agent is called "zoe"'),
    ('customer.coordinator = "z"', ("when", "customer", "coordinator"), 'no agent is called "z"'),
    ("calendar.ofice = true", ("when", "calendar", "ofice"), 'did you mean "office"?'),
    ('sla = "gld"', ("when", "sla"), 'did you mean "gold"?'),
    ('field.ordr = "1"', ("when", "field", "ordr"), 'did you mean "order"?'),
]


@pytest.mark.parametrize(("text", "path", "words"), UNDEFINED)
def test_a_name_that_nothing_bears_is_told_where_it_is_asked_for(
    text: str, path: tuple[str | int, ...], words: str
) -> None:
    [(found, what)] = flaws(text, NAMES)
    assert found == path
    assert words in what


@pytest.mark.parametrize(
    "text",
    [
        'team = "billing"',
        'team = ""',
        'assignee = ["ANNA", ""]',
        "assignee = false",
        'status.starts_with = "ne"',  # part of a name
        "calendar.office = false",
        'field.order.contains = "1"',
    ],
)
def test_names_that_are_borne_may_be_asked_for(text: str) -> None:
    assert not isinstance(compile_condition(tomllib.loads(text), NAMES), list)


def test_a_word_may_stand_for_a_name() -> None:
    table = {"assignee": "me"}
    assert isinstance(compile_condition(table, NAMES), list)
    assert compile_condition(table, NAMES, besides=("me",)) == Test("assignee", "is", ("me",))


def test_conditions_may_not_be_nested_without_end() -> None:
    assert "deep" in flaws("not." * (DEEPEST + 1) + "urgency = 1")[0][1]
    assert "deep" in flaws("not." * 5000 + "urgency = 1")[0][1]
    deep = compile_condition(tomllib.loads("not." * (DEEPEST - 2) + 'status = "new"'))
    assert not isinstance(deep, list)
