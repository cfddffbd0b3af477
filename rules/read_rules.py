"""Rules out of their tables, in the order in which they run."""

from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.facts import KNOWN
from postdesk.rules.people import STRATEGIES
from postdesk.rules.rule import Rule, compile_rule

# What `then` may say and the desk carries out today; the rest is told when the files are read.
CARRIED_OUT = frozenset(
    {"team", "category", "urgency", "status", "assign", "tag", "untag", "reply", "notify"}
)


def read_rules(draft: Draft) -> tuple[Rule, ...]:
    """All rules; what is wrong with them is noted in the draft."""
    rules = [rule for entry in draft.of("rule") if (rule := _rule(entry))]
    for rule in rules:
        for action in rule.then:
            strategy = action.kind == "assign" and action.value in STRATEGIES
            if action.kind not in CARRIED_OUT or strategy:
                draft.warnings.append(
                    f'{rule.where}: rule "{rule.name}": {action.kind} {action.value} is read, '
                    "but not carried out by this version"
                )
    return tuple(rules)


def _rule(entry: Entry) -> Rule | None:
    found = compile_rule(entry.table, entry.where, KNOWN)
    if isinstance(found, Rule):
        return found
    name = entry.table.get("name", "without a name")
    for path, what in found:
        entry.wrong(f'rule "{name}": {what}', *path)
    return None
