"""Rule files: read whole, or refused with every mistake of every file."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_files import shipped, spoken

from postdesk.rules.book import Book, digest_of
from postdesk.rules.draft import SHAPES
from postdesk.rules.read import read

SHIPPED = shipped()["10-people.toml"]


def book(texts: Mapping[str, str]) -> Book:
    found = read(texts)
    assert isinstance(found, Book), "\n".join(map(str, found))
    return found


def mistakes(*texts: str) -> list[str]:
    """What is told of files 1.toml, 2.toml, ... without the lines they show."""
    found = read({f"{nth}.toml": text for nth, text in enumerate(texts, start=1)})
    assert not isinstance(found, Book)
    return [str(mistake).partition("\n")[0] for mistake in found]


def agent(name: str, *lines: str) -> str:
    address = f'addresses = ["{name}@example.com"]'
    return "\n".join([f"[agent.{name}]", address, *lines, ""])


def test_no_agents_are_fine_and_told() -> None:
    for texts in ({}, {"10-people.toml": SHIPPED}):
        assert book(texts).warnings == (
            "no agents: customers get tickets and receipts, nobody is told",
        )
    assert book({"1.toml": agent("anna")}).warnings == ()


def test_the_shipped_examples_are_good_rules_once_spoken() -> None:
    others = '[agent.bob]\naddresses = ["bob@example.com"]\n[agent.max]\n'
    others += 'addresses = ["max@example.com"]\n[calendar.office]\n'
    others += 'timezone = "UTC"\nhours = { mon = ["09:00-17:00"] }\n[sla.gold]'
    people = book({"1.toml": spoken(SHIPPED), "2.toml": others}).people
    assert people.team_at("billing@example.com") == people.team("billing")
    assert people.organisation_of("kunde.example")


def test_names_may_be_used_before_and_beside_the_file_that_defines_them() -> None:
    team, agent = '[team.a]\nmembers = ["anna"]', '[agent.anna]\naddresses = ["a@example.com"]'
    for texts in ({"1.toml": team, "2.toml": agent}, {"2.toml": team, "1.toml": agent}):
        assert book(texts).people.teams["a"].members == ("anna",)


def test_the_digest_is_of_names_and_texts_and_of_nothing_else() -> None:
    texts = {"1.toml": "# one", "2.toml": ""}
    assert book(texts).digest == digest_of(dict(reversed(texts.items())))
    assert len({digest_of(t) for t in (texts, {"1.toml": "# one2.toml"}, {"1.toml": ""}, {})}) == 4
    assert book(texts).texts == texts


MISTAKES = [
    ("[agnet.anna]", 'agnet: unknown table, did you mean "agent"?', "1:2"),
    ("[zebra]", "zebra: unknown table", "1:2"),
    ("name = 1", "name: unknown key; everything stands in a table like [agent.NAME]", "1:1"),
    ("[agent]\nname = 1", "agent.name: belongs into a table with a name: [agent.NAME]", "2:1"),
    ("[[agent]]", "agent: must be written as [agent.NAME]", "1:3"),
    ("[rule]", "rule: must be written as [[rule]]", "1:2"),
    ("rule = [1]", "rule: must be written as [[rule]]", "1:1"),
    ("[[workflow]]", "workflow: must be written as [workflow]", "1:3"),
    ("agent = 3", "agent: must be written as [agent.NAME]", "1:1"),
    ("[agent.anna]", 'agent "anna": addresses are missing', "1:8"),
    ("[agent.a]\naddresses = []", 'agent "a": must name one address at least', "2:13"),
    (
        '[agent.a]\nadresses = ["a@example.com"]\naddresses = ["a@example.com"]',
        'agent "a": unknown key "adresses", did you mean "addresses"?',
        "2:1",
    ),
    (
        '[agent.a]\naddresses = "a@example.com"',
        'agent "a": addresses must be a list: ["...", "..."]',
        "2:13",
    ),
    (
        '[agent.a]\naddresses = ["a@example.com", "x y"]',
        'agent "a": "x y" is no mail address',
        "2:31",
    ),
    (
        '[agent.a]\naddresses = ["a@example.com", 3]',
        'agent "a": addresses must hold texts in quotes',
        "2:31",
    ),
    (
        '[agent.take]\naddresses = ["a@example.com"]',
        'agent "take": an agent cannot be called so: it is a command',
        "1:8",
    ),
    (
        '[agent.Round-Robin]\naddresses = ["a@example.com"]',
        'agent "Round-Robin": an agent cannot be called so: it is a way to assign',
        "1:8",
    ),
    (
        '[agent."a b"]\naddresses = ["a@example.com"]',
        'agent "a b": an agent\'s name begins with a letter and goes on with letters, digits,',
        "1:8",
    ),
    ("[team.a]\nmembers = 1", 'team "a": members must be a list: ["...", "..."]', "2:11"),
    ('[team.a]\nmembers = ["x"]', 'team "a": no agent is called "x"', "2:12"),
    ('[team.a]\nlead = "x"', 'team "a": no agent is called "x"', "2:8"),
    (
        "[team.a]\nnotify = 1",
        'team "a": notify must be true, false, "all", "available", "lead" or addresses',
        "2:10",
    ),
    ('[team."a\\tb"]', 'team "a\tb": a team\'s name holds letters, digits, spaces and', "1:7"),
    (
        '[customer.petra]\nname = "P"',
        'customer "petra": "petra" is no mail address; write [customer."petra@kunde.example"]',
        "1:11",
    ),
    ("[customer.petra@kunde]", "a ] is missing here, or quotes around a name with @", "1:16"),
    (
        '[customer."p@example.com"]\ncoordinator = "x"',
        'customer "p@example.com": no agent is called "x"',
        "2:15",
    ),
    (
        '[customer."p@example.com"]\nlanguage = "german"',
        'customer "p@example.com": language must be a language tag like "de"',
        "2:12",
    ),
    (
        "[organisation.kunde.example]\nvip = true",
        'organisation "kunde": must be a mail domain in quotes: [organisation."kunde.example"]',
        "1:15",
    ),
    (
        '[organisation."a b"]',
        'organisation "a b": must be a mail domain in quotes: [organisation."kunde.example"]',
        "1:15",
    ),
]


@pytest.mark.parametrize(("text", "told", "place"), MISTAKES)
def test_a_mistake_is_told_with_its_place(text: str, told: str, place: str) -> None:
    (mistake,) = mistakes(text)
    assert mistake.startswith(f"1.toml:{place}: {told}")


def test_rules_run_in_the_order_of_files_and_lines() -> None:
    rule = '[[rule]]\nname = "{}"\non = "ticket.created"\nthen.tag = "x"\n'
    found = book({"2.toml": rule.format("c"), "1.toml": rule.format("a") + rule.format("b")})
    assert [(r.name, r.where) for r in found.rules] == [
        ("a", "1.toml:1"),
        ("b", "1.toml:5"),
        ("c", "2.toml:1"),
    ]


def test_a_flaw_of_a_rule_is_told_with_its_place() -> None:
    (told,) = mistakes('[[rule]]\nname = "x"\non = "ticket.creatd"\nthen.tag = "x"')
    assert told.startswith("1.toml:3:")
    assert 'did you mean "ticket.created"?' in told


def test_the_caret_stands_under_what_is_wrong() -> None:
    """A wrong key, a wrong value, a wrong name in a list."""
    text = """
[[rule]]
name = "billing"
on = "ticket.created"
when.subject.any_wrd = ["invoice"]
then.asign = "round-robin"
then.urgency = 9
then.notify = ["team", "zoe"]
"""
    assert mistakes(text) == [
        '1.toml:5:14: rule "billing": unknown comparison "any_wrd", did you mean "any_word"?',
        '1.toml:6:6: rule "billing": unknown action "asign", did you mean "assign"?',
        '1.toml:7:16: rule "billing": urgency is 1 to 5, or one of very-low, low, medium, high,'
        " critical, urgent",
        '1.toml:8:24: rule "billing": no agent is called "zoe"',
    ]


def test_a_name_is_defined_only_once_over_all_files() -> None:
    assert mistakes(agent("anna"), "#\n" + agent("Anna")) == [
        '2.toml:2:8: agent "Anna": defined twice, first in 1.toml:1'
    ]
    assert mistakes('[workflow]\nreopen = "14d"', '[workflow]\nreopen = "3d"') == [
        "2.toml:2:1: [workflow]: reopen: defined twice, first in 1.toml:2"
    ]


def test_all_mistakes_of_all_files_are_told_in_order() -> None:
    told = mistakes("[team.a]\nlead = 1\nmembrs = []", "[x]\n[agent.anna]", "[agent.bob\n")
    assert told == [
        '1.toml:2:8: team "a": lead must be a text in quotes',
        '1.toml:3:1: team "a": unknown key "membrs", did you mean "members"?',
        "2.toml:1:2: x: unknown table",
        '2.toml:2:8: agent "anna": addresses are missing',
        "3.toml:1:11: a ] is missing here, or quotes around a name with @ or other signs",
    ]


def test_a_broken_file_may_define_what_the_others_miss() -> None:
    assert mistakes('[team.a]\nmembers = ["anna"]', "[agent.anna\n") == [
        "2.toml:1:12: a ] is missing here, or quotes around a name with @ or other signs"
    ]


STRAYS = [
    (
        "[team.a]\ncapacity = 3",
        'team "a": unknown key "capacity"; [agent.NAME] may have one: a key belongs to the [table]',
    ),
    ("[team.a]\ncolour = 1", "[status.NAME] may have one"),
    (
        "[[test]]\nname = 'x'\nmail = { from = 'a@b.example', expect = 1 }\nexpect.team = ''",
        'test "x": mail: unknown key "expect"; it belongs to the test itself',
    ),
    ("[[rule]]\nname = 'x'\non = 'reply.sent'\nteam = 'a'", 'rule "x": team stands beside then'),
    ("when.spam = true", "when: belongs to a rule: write it below a line [[rule]]"),
    ("[then]\nteam = 'x'", "then: belongs to a rule: write it below a line [[rule]]"),
]


@pytest.mark.parametrize(("text", "told"), STRAYS)
def test_a_key_in_the_wrong_table_is_told_with_the_right_one(text: str, told: str) -> None:
    assert told in mistakes(text)[0]


def test_a_rule_and_a_test_have_names_of_their_own() -> None:
    rule = '[[rule]]\nname = "{}"\non = "ticket.created"\nthen.tag = "x"\n'
    assert mistakes(rule.format("a"), rule.format("b") + rule.format("A")) == [
        '2.toml:6:1: rule "A": defined twice, first in 1.toml:2'
    ]


def test_a_category_that_no_rule_sets_is_warned_of_where_one_is_near() -> None:
    rule = '[[rule]]\nname = "{0}"\non = "reply.sent"\nwhen.category = "{0}"\n{1}'
    text = rule.format("biling", 'then.category = "billing"\n')
    text += rule.format("zebra", 'then.tag = "x"\n') + rule.format("Billing", "stop = true\n")
    warnings = book({"1.toml": agent("anna") + text}).warnings
    assert warnings == (
        '1.toml:3: rule "biling": no rule sets the category "biling", did you mean "billing"?',
    )


def test_letters_and_canned_replies_may_be_sent() -> None:
    rule = '[[rule]]\nname = "a"\non = "ticket.created"\nthen.reply = "{}"\n'
    canned = '[reply.refund]\ntext = "You will have it back."\n'
    for name in ("receipt", "refund"):
        assert isinstance(read({"1.toml": canned + rule.format(name)}, ["receipt"]), Book)
    told = read({"1.toml": canned + rule.format("recept")}, ["receipt"])
    assert not isinstance(told, Book)
    assert 'no letter or canned reply is called "recept", did you mean' in str(told[0])
    assert book({"1.toml": rule.format("recept")})  # nobody can tell


def test_the_source_line_stands_under_the_mistake() -> None:
    found = read({"10-people.toml": '[team.a]\nlead = "x"  # who?'})
    assert not isinstance(found, Book)
    assert str(found[0]).splitlines()[1:] == ['    lead = "x"  # who?', "           ^"]


VALUES = st.recursive(
    st.sampled_from(["1", "true", '"anna"', '"a@example.com"', '""', "[]", "{}", "1.5"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: "[" + ",".join(items) + "]"),
    max_leaves=4,
)
KEYS = st.sampled_from(
    ["name", "addresses", "members", "lead", "role", "vip", "tags", "hours", "x"]
)
TABLES = st.tuples(
    st.sampled_from([*SHAPES, "zebra"]),
    st.sampled_from(["", ".anna", ".b", '."a@example.com"', '.""']),
    st.booleans(),
    st.dictionaries(KEYS, VALUES, max_size=4),
)


@given(st.lists(TABLES, max_size=5), st.text(max_size=5))
def test_whatever_stands_in_the_files_is_a_book_or_mistakes_in_place(
    tables: list[tuple[str, str, bool, dict[str, str]]], noise: str
) -> None:
    text = noise
    for kind, name, array, keys in tables:
        text += f"\n[[{kind}{name}]]\n" if array else f"\n[{kind}{name}]\n"
        text += "\n".join(f"{key} = {value}" for key, value in keys.items())
    found = read({"1.toml": text, "2.toml": "\n".join(text.splitlines()[1:])})
    if isinstance(found, Book):
        return
    assert found
    for mistake in found:
        assert str(mistake)
        assert mistake.file in ("1.toml", "2.toml")
        assert 1 <= mistake.line <= text.count("\n") + 1
