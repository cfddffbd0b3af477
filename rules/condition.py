"""Conditions: the ``when`` of a rule as a value, asked of every event."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from postdesk.rules.compare import OPERATORS
from postdesk.rules.pattern import found_by, names_in

Facts = Callable[[str], object]

GLIMPSE = 100  # characters of a long fact that a trace keeps


@dataclass(frozen=True, slots=True)
class Test:
    """One question: does this fact compare so to one of these values?"""

    __test__ = False  # pytest: this is none of yours

    key: str
    operator: str
    wanted: tuple[object, ...]
    ready: tuple[object, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ready = OPERATORS[self.operator].ready
        object.__setattr__(self, "ready", tuple(ready(wanted) for wanted in self.wanted))


@dataclass(frozen=True, slots=True)
class All:
    """Holds when every part holds; with no parts, always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part does."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: "Condition"


Condition = Test | All | AnyOf | Not
ALWAYS = All(())


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of an explanation: what was asked, what was seen, whether it held."""

    key: str
    operator: str
    wanted: tuple[object, ...]
    saw: object
    held: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a condition held, and every test in the order of the file."""

    held: bool
    trace: tuple[Seen, ...]


def holds(condition: Condition, facts: Facts) -> bool:
    """Does it hold? Stops asking as soon as that is clear."""
    match condition:
        case Test():
            return _test(condition, facts(condition.key))
        case All(parts):
            for part in parts:  # noqa: SIM110 - all() of a generator takes twice as long
                if not holds(part, facts):
                    return False
            return True
        case AnyOf(parts):
            return any(holds(part, facts) for part in parts)
        case Not(part):
            return not holds(part, facts)


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every test of a condition, in the order of the file."""
    match condition:
        case Test():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_of(part)
        case Not(part):
            yield from tests_of(part)


def evaluate(condition: Condition, facts: Facts) -> Outcome:
    """Does it hold, and why: every test is asked, also where the answer is clear already."""
    trace: list[Seen] = []
    held = _explain(condition, facts, trace)
    return Outcome(held, tuple(trace))


def group_names(condition: Condition) -> frozenset[str]:
    """The named groups that its patterns can fill, in the order of nothing."""
    patterns = (str(wanted) for test in _positive(condition) for wanted in test.wanted)
    return frozenset(name for pattern in patterns for name in names_in(pattern))


def captured(condition: Condition, facts: Facts) -> dict[str, str]:
    """What the named groups of its patterns hold; of two groups of a name, the first found.

    Patterns inside of ``not`` hold nothing. The words are NFKC, as patterns see them.
    """
    found: dict[str, str] = {}
    for test in _positive(condition):
        saw = facts(test.key)
        texts = saw if isinstance(saw, tuple) else (saw,)
        for wanted in test.wanted:
            for text in texts:
                if text:
                    found = {**found_by(str(wanted), str(text)), **found}
    return found


def _positive(condition: Condition) -> Iterator[Test]:
    """The tests by pattern that may be why the whole holds."""
    match condition:
        case Test(operator="matches"):
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _positive(part)


def _explain(condition: Condition, facts: Facts, trace: list[Seen]) -> bool:
    match condition:
        case Test(key, operator, wanted):
            saw = facts(key)
            held = _test(condition, saw)
            trace.append(Seen(key, operator, wanted, _glimpse(saw), held))
            return held
        case All(parts):
            return all([_explain(part, facts, trace) for part in parts])
        case AnyOf(parts):
            return any([_explain(part, facts, trace) for part in parts])
        case Not(part):
            return not _explain(part, facts, trace)


def _test(test: Test, saw: object) -> bool:
    compares = OPERATORS[test.operator].holds
    for ready in test.ready:  # noqa: SIM110 - any() of a generator takes twice as long
        if compares(saw, ready):
            return True
    return False


def _glimpse(saw: object) -> object:
    if isinstance(saw, str) and len(saw) > GLIMPSE:
        return saw[:GLIMPSE] + "…"
    return saw
