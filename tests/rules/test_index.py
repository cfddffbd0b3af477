"""The index finds every rule that may fire, and leaves out most that cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import NOON, book, came, mail, ticket

from postdesk.rules.condition import ALWAYS, All, AnyOf, Condition, Not, Test, holds
from postdesk.rules.facts import Facts, Scene, facts
from postdesk.rules.index import Index
from postdesk.rules.rule import Rule

WORDS = [
    "invoice",
    "Rechnung",
    "größe",
    "GROSSE",
    "请求",
    "zwei worte",
    "re-use",
    "a",
    "!",
    "कि",
    "x́y",
]
FACTS = ["subject", "text", "from", "to", "header.x-shop", "team", "tags"]
TEST = st.builds(
    Test,
    st.sampled_from(FACTS),
    st.sampled_from(["any_word", "is", "in", "contains", "starts_with", "ends_with"]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(tuple),
)
CONDITION: st.SearchStrategy[Condition] = st.recursive(
    TEST,
    lambda part: st.one_of(
        st.lists(part, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(part, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.builds(Not, part),
    ),
    max_leaves=6,
)
SAID = st.lists(st.sampled_from([*WORDS, "the", "Größe", "x", ",", "_"]), max_size=6).map(" ".join)


def rule(when: Condition, number: int = 0) -> Rule:
    return Rule(f"rule {number}", "ticket.created", when, (), stop=False, where=f"a.toml:{number}")


def asked(subject: str, text: str = "", shop: str = "") -> Facts:
    words = mail(text, subject=subject, headers=(("x-shop", shop),))
    return facts(Scene(ticket(), came(words), book(), NOON))


@given(st.lists(CONDITION, max_size=8), SAID, SAID, st.sampled_from(WORDS))
def test_no_rule_that_holds_is_left_out(
    whens: list[Condition], subject: str, text: str, shop: str
) -> None:
    rules = [rule(when, number) for number, when in enumerate(whens)]
    look = asked(subject, text, shop)
    found = list(Index(rules).possible(look))
    assert found == [one for one in rules if one in found]  # in the order they run
    assert [one for one in rules if holds(one.when, look)] == [
        one for one in found if holds(one.when, look)
    ]


@pytest.mark.parametrize(
    ("when", "possible"),
    [
        (Test("subject", "any_word", ("invoice", "refund")), True),
        (Test("subject", "any_word", ("refund",)), False),
        (Test("text", "any_word", ("invoice",)), False),
        (Test("header.x-shop", "is", ("North",)), True),
        (Test("header.x-shop", "is", ("south",)), False),
        (All((Test("team", "is", ("x",)), Test("subject", "any_word", ("refund",)))), False),
        (AnyOf((Test("team", "is", ("x",)), Test("subject", "any_word", ("refund",)))), True),
        (Not(Test("subject", "any_word", ("invoice",))), True),
        (Test("subject", "contains", ("refund",)), False),
        (Test("subject", "contains", ("voice 47",)), True),
        (Test("subject", "starts_with", ("your",)), True),
        (Test("from", "ends_with", ("@other.example",)), False),
        (Test("subject", "any_word", ("請求",)), False),
        (Test("subject", "matches", (r"refund\pN*",)), False),
        (Test("subject", "matches", ("Voice [0-9]",)), True),
        (Test("subject", "matches", ("refund|credit",)), True),  # found only by looking
        (ALWAYS, True),
    ],
)
def test_what_is_asked_at_all(when: Condition, possible: bool) -> None:
    look = asked("Your invoice 4711", "It burns.", "north")
    assert bool(list(Index([rule(when)]).possible(look))) is possible


def test_a_thousand_rules_of_one_word_each_are_looked_up_by_that_word() -> None:
    rules = [rule(Test("subject", "any_word", (f"word{n}",)), n) for n in range(1000)]
    found = list(Index(rules).possible(asked("about word7 and Word990")))
    assert [one.name for one in found] == ["rule 7", "rule 990"]
