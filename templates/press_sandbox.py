"""The sandbox for templates of a desk's own: no way to code, and no one-liner that eats memory."""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from postdesk.templates.shelf import did_you_mean
from postdesk.templates.views import FIELDS

OUTPUT_LIMIT = 256 * 1024  # characters a template may add to the texts it is given
LONGEST_RANGE = 1_000
LARGEST_NUMBER = 10**15

TEXT_METHODS = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "isalpha", "isdigit", "islower",
    "isnumeric", "isupper", "lower", "lstrip", "partition", "removeprefix", "removesuffix",
    "rpartition", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper",
})  # fmt: skip
DICT_METHODS = frozenset({"get", "items", "keys", "values"})
METHODS: Mapping[type, frozenset[str]] = {str: TEXT_METHODS, dict: DICT_METHODS}
SIZED = (str, bytes, dict, tuple, list, set, frozenset)


class Undefined(StrictUndefined):
    """Says which field is missing, and which was probably meant."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[Any] = UndefinedError,
    ) -> None:
        if hint is None and obj is not missing and obj is not None:
            fields = [word for word in dir(obj) if not word.startswith("_")]
            hint = f"{type(obj).__name__} has no {str(name)!r}{did_you_mean(str(name), fields)}"
        super().__init__(hint, obj, name, exc)


class Sandbox(ImmutableSandboxedEnvironment):
    """Lets templates at the fields of views, harmless methods, and sums of bounded size."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Fields yes; methods only the harmless ones of text and tables."""
        if (fields := FIELDS.get(type(obj))) is not None:
            return attr in fields
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if not callable(value) or type(obj).__module__.startswith("jinja2."):
            return True
        return attr in METHODS.get(type(obj), frozenset())

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """``str.format`` pads to any width: it is refused like the other methods."""
        return None

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Sums and products of bounded size; ``%`` is for numbers, ``**`` for nobody."""
        if operator == "**" or (operator == "%" and not isinstance(left, int)):
            raise SecurityError(f"the operator {operator}")
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        limit = LARGEST_NUMBER if numbers else OUTPUT_LIMIT
        if operator == "*" and _weight(left) * _weight(right) > limit:
            raise SecurityError("a value as large as this")
        if operator == "+" and _weight(left) + _weight(right) > limit:
            raise SecurityError("a value as large as this")
        return super().call_binop(context, operator, left, right)


def short_range(*bounds: int) -> range:
    """``range`` of a bounded length. Raises SecurityError."""
    numbers = range(*bounds)
    if len(numbers) > LONGEST_RANGE:
        raise SecurityError(f"a range of more than {LONGEST_RANGE:,}")
    return numbers


def _weight(value: object) -> float:
    if isinstance(value, int | float):
        return abs(value)
    return len(value) if isinstance(value, SIZED) else 1
