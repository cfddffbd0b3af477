"""Conditions: the ``when`` of a rule, compiled once, asked of every event."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from postdesk.rules.compare import OPERATORS, URGENCIES
from postdesk.rules.toml import did_you_mean
from postdesk.rules.toml_places import Path

Facts = Callable[[str], object]
Flaw = tuple[Path, str]  # where in the table, and a sentence about it

DEEPEST = 20  # levels of any, all and not: nobody reads more
GLIMPSE = 100  # characters of a long fact that a trace keeps

# What a rule can ask (DESIGN 4). ``x.*``: whatever stands behind the dot.
KNOWN = frozenset(
    {"subject", "text", "from", "to", "header.*", "attachment", "language", "auth", "automatic"}
    | {"number", "title", "status", "status_kind", "urgency", "category", "team", "assignee"}
    | {"requester", "created_by", "resolved_by", "closed_by", "channel", "address", "tags"}
    | {"opened_at", "updated_at", "first_response_at", "responded_at", "resolved_at", "closed_at"}
    | {"due_at", "respond_by", "resolve_by", "escalation_level", "minutes_spent", "field.*"}
    | {"customer.*", "organisation.*", "calendar.*", "replies", "idle", "sender_open"}
    | {"spam", "withheld", "receipts_today", "aged", "thanks", "author"}
)


@dataclass(frozen=True, slots=True)
class Test:
    """One question: does this fact compare so to one of these values?"""

    __test__ = False  # pytest: this is none of yours

    key: str
    operator: str
    wanted: tuple[object, ...]


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
            return all(holds(part, facts) for part in parts)
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
    return any(compares(saw, wanted) for wanted in test.wanted)


def _glimpse(saw: object) -> object:
    if isinstance(saw, str) and len(saw) > GLIMPSE:
        return saw[:GLIMPSE] + "…"
    return saw


def compile_condition(
    table: Mapping[str, object], known: Collection[str] = KNOWN, path: Path = ("when",)
) -> Condition | list[Flaw]:
    """Compile a ``when`` table; all its flaws at once when it has any.

    ``known`` are the names that can be asked for: ``"subject"``, ``"header.*"``. ``path`` is
    where the table stands in its file: flaws are placed below it.
    """
    compiler = _Compiler(known)
    condition = compiler.table(table, path)
    return compiler.flaws or condition


class _Compiler:
    """Collects flaws on the way; what it returns is good only when there are none."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self.flaws: list[Flaw] = []
        self._depth = 0

    def table(self, table: object, path: Path) -> Condition:
        """All keys of a table together."""
        if not isinstance(table, Mapping):
            return self._flaw(path, "a table of conditions is wanted here")
        if self._depth >= DEEPEST:
            return self._flaw(path, f"is nested more than {DEEPEST} deep")
        self._depth += 1
        parts = tuple(self._entry(key, value, (*path, key)) for key, value in table.items())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else All(parts)

    def _entry(self, key: str, value: object, path: Path) -> Condition:
        match key:
            case "any":
                return AnyOf(self._tables(key, value, path))
            case "all":
                return All(self._tables(key, value, path))
            case "not":
                if value == {}:
                    return self._flaw(path, "not is empty")
                return Not(self.table(value, path))
        return self._fact(key, value, path)

    def _tables(self, key: str, value: object, path: Path) -> tuple[Condition, ...]:
        if not isinstance(value, list) or not value:
            self._flaw(path, f"{key} wants a list of tables: {key} = [{{ ... }}, {{ ... }}]")
            return ()
        return tuple(self.table(table, (*path, n)) for n, table in enumerate(value))

    def _fact(self, name: str, value: object, path: Path) -> Condition:
        if self._is_known(name):
            return self._tests(_spelled(name), value, path)
        if not self._is_group(name):
            return self._unknown(name, path)
        if not isinstance(value, Mapping) or not value:
            return self._flaw(path, f"{name} wants a name behind it: {name}.NAME")
        parts = [self._fact(f"{name}.{key}", part, (*path, key)) for key, part in value.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _is_known(self, name: str) -> bool:
        group, dot, _ = name.partition(".")
        return name in self._known or (dot != "" and f"{group}.*" in self._known)

    def _is_group(self, name: str) -> bool:
        return any(known.startswith(f"{name}.") for known in self._known)

    def _unknown(self, name: str, path: Path) -> Condition:
        names = {known.removesuffix(".*") for known in self._known}
        guess = did_you_mean(name, (names | {"any", "all", "not"}) if "." not in name else names)
        return self._flaw(path, f"{name}: no rule can ask for this{guess}")

    def _tests(self, name: str, value: object, path: Path) -> Condition:
        if not isinstance(value, Mapping):
            return self._compare(name, "is", value, path)
        if not value:
            return self._flaw(path, f"{name} is asked for, but not compared with anything")
        parts = [self._operator(name, key, part, (*path, key)) for key, part in value.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _operator(self, name: str, operator: str, value: object, path: Path) -> Condition:
        if operator not in OPERATORS:
            guess = did_you_mean(operator, OPERATORS)
            return self._flaw(path, f"{operator}: there is no such comparison{guess}")
        if operator == "in" and not isinstance(value, list):
            return self._flaw(path, "in wants a list: in = [..., ...]")
        return self._compare(name, operator, value, path)

    def _compare(self, name: str, operator: str, value: object, path: Path) -> Condition:
        if not isinstance(value, list):
            return Test(name, operator, (self._value(name, operator, value, path),))
        if not value:
            return self._flaw(path, "this list is empty, so that it would never hold")
        wanted = [self._value(name, operator, v, (*path, n)) for n, v in enumerate(value)]
        return Test(name, operator, tuple(wanted))

    def _value(self, name: str, operator: str, value: object, path: Path) -> object:
        if name == "urgency" and isinstance(value, str) and value in URGENCIES:
            value = URGENCIES[value]
        try:
            return OPERATORS[operator].reads(value)
        except ValueError as error:
            self._flaw(path, f"{operator} {error}")
            return None

    def _flaw(self, path: Path, what: str) -> Condition:
        self.flaws.append((path, what))
        return ALWAYS


def _spelled(name: str) -> str:
    """Names of header lines have no case."""
    return name.lower() if name.startswith("header.") else name
