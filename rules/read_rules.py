"""Rules out of their tables, in the order in which they run."""

from postdesk.rules.defined import Defined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.rule import Rule, compile_rule


def read_rules(draft: Draft, defined: Defined) -> tuple[Rule, ...]:
    """All rules; what is wrong with them is noted in the draft."""
    return tuple(rule for entry in draft.of("rule") if (rule := _rule(entry, defined)))


def _rule(entry: Entry, defined: Defined) -> Rule | None:
    found = compile_rule(entry.table, entry.where, defined)
    if isinstance(found, Rule):
        return found
    for flaw in found:
        entry.flawed(flaw.what, flaw.path, at_key=flaw.at_key)
    return None
