"""Which rules a mail can fire at all: found by its words, so that a thousand rules cost little.

A rule is filed under the words or values that its condition cannot do without, where those are of
the mail and not of the ticket, which the rules above it may change. All others are always asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from postdesk.rules.compare import SEARCHED
from postdesk.rules.condition import All, AnyOf, Condition, Facts, Test
from postdesk.rules.rule import Rule
from postdesk.rules.textmatch import first_token, plain, tokens

FIXED = frozenset({"subject", "text", "from", "to", "attachment"})  # of a mail; and its header
Key = tuple[str, str, str]  # fact, "word" or "value", the word or value itself


@dataclass(frozen=True, slots=True)
class _Asked:
    """A fact that rules are filed under, and in which form."""

    fact: str
    form: str

    def keys(self, look: Facts) -> Iterable[Key]:
        """All keys under which this mail finds rules."""
        found: set[str] = set()
        for one in _each(look(self.fact)):
            found |= _FORMS[self.form](str(one)[:SEARCHED])
        return ((self.fact, self.form, word) for word in found)


class Index:
    """The rules of one event, in the order they run."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._always: list[int] = []
        self._filed: dict[Key, list[int]] = {}
        for place, rule in enumerate(rules):
            keys = _needed(rule.when)
            if keys is None:
                self._always.append(place)
            for key in dict.fromkeys(keys or ()):
                self._filed.setdefault(key, []).append(place)
        self._asked = tuple(dict.fromkeys(_Asked(fact, form) for fact, form, _ in self._filed))

    def possible(self, look: Facts) -> Iterable[Rule]:
        """The rules whose condition may hold for these facts, in the order they run."""
        if not self._filed:
            return self._rules
        found = set(self._always)
        for asked in self._asked:
            for key in asked.keys(look):
                found.update(self._filed.get(key, ()))
        return (self._rules[place] for place in sorted(found))


def _needed(condition: Condition) -> list[Key] | None:
    """Keys of which a mail must have one for the condition to hold; None: it may hold anyway."""
    match condition:
        case Test():
            return _of_test(condition)
        case All(parts):
            known = [keys for part in parts if (keys := _needed(part)) is not None]
            return min(known, key=len, default=None)
        case AnyOf(parts):
            some = [_needed(part) for part in parts]
            return None if None in some else [key for keys in some for key in keys or ()]
    return None


def _of_test(test: Test) -> list[Key] | None:
    if test.key not in FIXED and not test.key.startswith("header."):
        return None
    match test.operator:
        case "any_word":
            words = [first_token(one) if isinstance(one, str) else "" for one in test.wanted]
            form = "word"
        case "is" | "in":
            words = [plain(one) if isinstance(one, str) else "" for one in test.wanted]
            form = "value"
        case _:
            return None
    return [(test.key, form, word) for word in words] if all(words) else None


_FORMS: Mapping[str, Callable[[str], set[str]]] = {
    "word": tokens,
    "value": lambda text: {plain(text)},
}


def _each(saw: object) -> tuple[object, ...]:
    if saw is None or saw == "":
        return ()
    return tuple(saw) if isinstance(saw, tuple | list) else (saw,)
