"""Rules out of their tables, in the order in which they run."""

from collections.abc import Iterable, Iterator

from postdesk.rules.condition import tests_of
from postdesk.rules.defined import Defined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.rule import Rule, compile_rule
from postdesk.rules.textmatch import plain
from postdesk.rules.toml import did_you_mean


def read_rules(draft: Draft, defined: Defined) -> tuple[Rule, ...]:
    """All rules; what is wrong with them is noted in the draft."""
    rules = tuple(rule for entry in draft.of("rule") if (rule := _rule(entry, defined)))
    draft.notes.warnings += _categories(rules)
    return rules


def _rule(entry: Entry, defined: Defined) -> Rule | None:
    found = compile_rule(entry.table, entry.where, defined)
    if isinstance(found, Rule):
        return found
    for flaw in found:
        entry.flawed(flaw.what, flaw.path, at_key=flaw.at_key)
    return None


def _categories(rules: Iterable[Rule]) -> Iterator[str]:
    """Nothing defines categories: one that no rule sets, but nearly, is probably mistyped."""
    rules = tuple(rules)
    known = {str(a.value) for rule in rules for a in rule.then if a.kind == "category"}
    folded = {plain(name) for name in known}
    for rule in rules:
        asked = (test.wanted for test in tests_of(rule.when) if test.key == "category")
        for name in (str(one) for wanted in asked for one in wanted if one):
            guess = did_you_mean(name, known)
            if guess and plain(name) not in folded:
                what = f'no rule sets the category "{name}"{guess}'
                yield f'{rule.where}: rule "{rule.name}": {what}'
