"""Keys that stand in the wrong table: TOML puts them there without a word, so we have one."""

from collections.abc import Mapping

from postdesk.rules.action import ACTIONS, SET
from postdesk.rules.compare import OPERATORS
from postdesk.rules.known import FACTS, groups

RULE_KEYS = ("name", "on", "calendar", "when", "then", "stop")
NESTING = ("any", "all", "not")

_ASKED = frozenset(FACTS) | groups(FACTS)
_DONE = frozenset(ACTIONS) | {SET}


def outside(key: str, value: object) -> str:
    """Where a key belongs that stands in no table at all, if it looks like a part of a rule."""
    if key in ("when", "then"):
        return f"{key}: belongs to a rule: write it below a line [[rule]]"
    return ""


def hint(table: str, key: str, value: object) -> str:
    """Where a key of a rule belongs that stands in its "rule", "when" or "then"; ``""``: nowhere.

    A sentence with what to write instead.
    """
    if table != "rule" and key in RULE_KEYS:
        return (
            f"{key} stands in {table} here; it belongs to the rule itself:"
            f" write it above the line [rule.{table}], or {table} with dots: {table}.KEY = ..."
        )
    if key in OPERATORS or (table != "when" and key in NESTING):
        wanted = f"when.{key} = [...]" if key in NESTING else f"when.subject.{key} = ..."
        return f"{key} is a comparison of something asked for: write {wanted}"
    asked, done = key in _ASKED and table != "when", key in _DONE and table != "then"
    if asked and done and not isinstance(value, Mapping):
        return f"{key} stands beside then: write then.{key} to set it, when.{key} to ask for it"
    if asked:
        return f"{key} is something to ask for: write when.{key}"
    if done:
        return f"{key} is an action: write then.{key}"
    return ""
