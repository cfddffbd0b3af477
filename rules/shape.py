"""Shapes of values as JSON Schema says them: what an editor can check while somebody types."""

from collections.abc import Collection, Mapping
from typing import Any

Shape = Mapping[str, Any]

TEXT: Shape = {"type": "string"}
WORDS: Shape = {"type": "string", "pattern": r"\S"}  # not empty
FLAG: Shape = {"type": "boolean"}
NUMBER: Shape = {"type": "number"}
# TOML's dates and times have no twin in JSON; editors hand them over as texts.
MOMENT: Shape = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}"}
DURATION: Shape = {"type": "string", "pattern": r"^\s*(\d{1,6}[smhdw]\s*)+$"}
SPAN: Shape = {"type": "string", "pattern": r"^\s*((\d{1,6}[smhdw]\s*)+|\d{1,4}bd\s*)$"}
LANGUAGE: Shape = {
    "type": "string",
    "pattern": r"^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?$",
}
ADDRESS: Shape = {"type": "string", "pattern": "@"}
COLOUR: Shape = {"type": "string", "pattern": "^#[0-9A-Fa-f]{6}$"}


def whole(least: int) -> Shape:
    """A whole number of at least this."""
    return {"type": "integer", "minimum": least}


def one_of(words: Collection[Any]) -> Shape:
    """One of these values."""
    return {"enum": list(words)}


def listed(item: Shape, *, least: int = 0) -> Shape:
    """A list of such values."""
    return {"type": "array", "items": item} | ({"minItems": least} if least else {})


def either(*shapes: Shape) -> Shape:
    """Any of these shapes."""
    return {"anyOf": list(shapes)}


def one_or_more(item: Shape) -> Shape:
    """Such a value, or a list of at least one."""
    return either(item, listed(item, least=1))


def table(keys: Mapping[str, Shape], *, required: Collection[str] = ()) -> Shape:
    """A table of these keys and no others."""
    shape: dict[str, Any] = {
        "type": "object",
        "properties": dict(keys),
        "additionalProperties": False,
    }
    return shape | ({"required": list(required)} if required else {})


def named(value: Shape) -> Shape:
    """A table of any names, each with such a value."""
    return {"type": "object", "additionalProperties": value}


def ref(name: str) -> Shape:
    """A shape that is defined once for the whole schema, under this name."""
    return {"$ref": f"#/$defs/{name}"}
