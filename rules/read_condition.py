"""A ``when`` table to a condition, or all that is wrong with it, each with its place."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import NamedTuple

from postdesk.rules.compare import OPERATORS, URGENCIES, fitting
from postdesk.rules.condition import ALWAYS, All, AnyOf, Condition, Not, Test
from postdesk.rules.defined import ANYTHING, Defined, NotDefined
from postdesk.rules.known import FACTS, Fact, fact, groups
from postdesk.rules.misplaced import NESTING, hint
from postdesk.rules.toml import did_you_mean
from postdesk.rules.toml_places import Path


class Flaw(NamedTuple):
    """Where in the table, and a sentence about it."""

    path: Path
    what: str
    at_key: bool = False  # the key is wrong, not its value


DEEPEST = 20  # levels of any, all and not: nobody reads more
A = {
    "text": "a text",
    "texts": "a list of texts",
    "number": "a number",
    "moment": "a time",
    "span": "a length of time",
    "flag": "true or false",
    "value": "a text",
}


def compile_condition(
    table: Mapping[str, object],
    defined: Defined = ANYTHING,
    known: Mapping[str, Fact] = FACTS,
    path: Path = ("when",),
    besides: Collection[str] = (),
) -> Condition | list[Flaw]:
    """Compile a ``when`` table; all its flaws at once when it has any.

    ``path`` is where the table stands in its file: flaws are placed below it. ``besides`` are
    words that may stand for a name, such as ``me`` in a view.
    """
    compiler = _Compiler(defined, known, besides)
    condition = compiler.table(table, path)
    return compiler.flaws or condition


class _Question:
    """What is asked for: the name of a fact, spelled as it is looked up, and what it can be."""

    def __init__(self, name: str, found: Fact) -> None:
        self.name = name.lower() if name.startswith("header.") else name  # they have no case
        self.kind = found.kind
        self._found = found

    @property
    def fitting(self) -> str:
        """The comparisons that can be made."""
        return ", ".join(fitting(self.kind))

    def can_be(self, value: str, defined: Defined, besides: Collection[str]) -> None:
        """Raises NotDefined where the fact can never be this."""
        among, table = self._found.among, self._found.table
        if among and value not in among:
            guess = did_you_mean(value, among) or f"; it is {', '.join(among)}"
            raise NotDefined(f'{self.name} is never "{value}"{guess}')
        if table:
            defined.spelled(table, value, besides=besides)


class _Compiler:
    """Collects flaws on the way; what it returns is good only when there are none."""

    def __init__(
        self, defined: Defined, known: Mapping[str, Fact], besides: Collection[str]
    ) -> None:
        self._defined = defined
        self._known = known
        self._besides = besides
        self._groups = groups(known)
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
        if found := fact(name, self._known):
            return self._tests(_Question(name, found), value, path)
        if name not in self._groups:
            return self._unknown(name, value, path)
        if not isinstance(value, Mapping) or not value:
            return self._flaw(path, f"{name} wants a name behind it: {self._example(name)}")
        parts = [self._fact(f"{name}.{key}", part, (*path, key)) for key, part in value.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _example(self, group: str) -> str:
        names = sorted(name for name in self._known if name.startswith(f"{group}."))
        return f"{group}.NAME" if f"{group}.*" in names else " or ".join(names)

    def _unknown(self, name: str, value: object, path: Path) -> Condition:
        group, dot, below = name.partition(".")
        if dot:
            keys = sorted(k.partition(".")[2] for k in self._known if k.startswith(f"{group}."))
            guess = did_you_mean(below, keys) or f"; {group} has {', '.join(keys)}"
        elif told := hint("when", name, value):
            return self._flaw(path, told, at_key=True)
        else:
            guess = did_you_mean(name, {*self._known, *self._groups, *NESTING})
        return self._flaw(path, f'no rule can ask for "{name}"{guess}', at_key=True)

    def _tests(self, asked: _Question, value: object, path: Path) -> Condition:
        group, _, name = asked.name.partition(".")
        if group in ("calendar", "field"):
            self._check(lambda: self._defined.spelled(group, name), path, at_key=True)
        if not isinstance(value, Mapping):
            return self._operator(asked, "is", value, path)
        if not value:
            return self._flaw(path, f"{asked.name} is asked for, but not compared with anything")
        parts = [self._operator(asked, key, part, (*path, key)) for key, part in value.items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _operator(self, asked: _Question, operator: str, value: object, path: Path) -> Condition:
        if operator not in OPERATORS:
            guess = did_you_mean(operator, OPERATORS) or f"; write {asked.fitting}"
            return self._flaw(path, f'unknown comparison "{operator}"{guess}', at_key=True)
        if asked.kind not in OPERATORS[operator].shapes:
            what = f"{asked.name} is {A[asked.kind]}: {operator} cannot compare it"
            at_key = path[-1] == operator
            return self._flaw(path, f"{what}; write {asked.fitting}", at_key=at_key)
        if operator == "in" and not isinstance(value, list):
            return self._flaw(path, "in wants a list: in = [..., ...]")
        if value == []:
            return self._flaw(path, "this list is empty, so that it would never hold")
        values = value if isinstance(value, list) else [value]
        places = [(*path, n) for n in range(len(values))] if isinstance(value, list) else [path]
        wanted = tuple(
            self._check(partial(self._value, asked, operator, one), place)
            for one, place in zip(values, places, strict=True)
        )
        return ALWAYS if self.flaws else Test(asked.name, operator, wanted)

    def _value(self, asked: _Question, operator: str, value: object) -> object:
        """The value as it is compared; raises ValueError."""
        if asked.name == "urgency" and isinstance(value, str):
            value = URGENCIES.get(value, value)
        try:
            wanted = OPERATORS[operator].reads(value, asked.kind)
        except ValueError as wrong:
            said = asked.name if operator == "is" else f"{asked.name}.{operator}"
            raise ValueError(f"{said} {wrong}") from None
        if operator in ("is", "in") and isinstance(wanted, str) and wanted:
            asked.can_be(wanted, self._defined, self._besides)
        return wanted

    def _check(self, read: Callable[[], object], path: Path, *, at_key: bool = False) -> object:
        try:
            return read()
        except ValueError as wrong:
            self._flaw(path, str(wrong), at_key=at_key)
            return None

    def _flaw(self, path: Path, what: str, *, at_key: bool = False) -> Condition:
        self.flaws.append(Flaw(path, what, at_key))
        return ALWAYS
