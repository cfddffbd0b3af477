"""Pydantic's complaints in plain words, each with its place in the file or the environment."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import ErrorDetails

from postdesk.daemon.config_model import Imap, Table, Tables
from postdesk.daemon.config_values import without_password
from postdesk.rules.toml import Document, Mistake, did_you_mean
from postdesk.rules.toml_places import Path

_PLAIN = {
    "missing": "is missing",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "string_type": "must be a text in quotes",
    "tuple_type": 'must be a list: ["...", "..."]',
    "dict_type": "must be a table",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
_FOLLOWS_FROM_ANOTHER = "default_factory_not_called"

# The value of a key that names a secret itself, and not the way to one.
_SECRET = re.compile(
    r"""
    (\b\w*(?:password|passwd|secret|token)
    (?!_(?:file|command|env|url)\b)\w*["']?\s*=\s*)
    \S.*
    """,
    re.VERBOSE | re.IGNORECASE,
)


def told(
    complaints: Iterable[ErrorDetails], document: Document, overrides: Mapping[Path, str]
) -> list[Mistake]:
    """The mistakes in the order of the file, those of the environment last."""
    mistakes = [
        _mistake(complaint, document, overrides)
        for complaint in complaints
        if complaint["type"] != _FOLLOWS_FROM_ANOTHER
    ]
    return sorted(mistakes, key=lambda m: (not m.line, m.line, m.column, m.file))


def without_secrets(mistake: Mistake) -> Mistake:
    """The same mistake; a secret in the line that it shows is blanked."""
    shown = without_password(_SECRET.sub(r"\1...", mistake.source))
    return replace(mistake, source=shown)


def path_of(complaint: ErrorDetails) -> Path:
    """The key in the file that a complaint is about."""
    key = complaint.get("ctx", {}).get("key")
    return (*complaint["loc"][:-1], key) if key else complaint["loc"]


def _mistake(complaint: ErrorDetails, document: Document, overrides: Mapping[Path, str]) -> Mistake:
    path = path_of(complaint)
    words = _words(complaint, path)
    what = f"{_dotted(path)}: {words}"
    if named := variable_of(path, document, overrides):
        name, exactly = named
        return Mistake(f"environment {name}", 0, 0, words if exactly else what)
    if complaint["type"] in ("extra_forbidden", "missing"):
        return without_secrets(document.mistake(path, what))
    return without_secrets(document.value_mistake(path, what))


def variable_of(
    path: Path, document: Document, overrides: Mapping[Path, str]
) -> tuple[str, bool] | None:
    """The variable that set this key, or made the table around it; and is it this very key?"""
    for end in range(len(path), 0, -1):
        if name := overrides.get(path[:end]):
            return name, end == len(path)
    table = path[:-1] or path
    if document.holds(table):
        return None
    return next(
        ((name, False) for key, name in overrides.items() if key[: len(table)] == table), None
    )


def _words(complaint: ErrorDetails, path: Path) -> str:
    context = complaint.get("ctx", {})
    match complaint["type"]:
        case "extra_forbidden":
            return _unknown(path, complaint["input"])
        case "model_type":
            return _no_table(path, complaint["input"])
        case "literal_error":
            return _not_among(context["expected"], complaint["input"])
        case "missing" if path in (("desk",), ("desk", "address")):
            return "is missing; [desk] address is where customers write to"
        case kind if kind in _PLAIN:
            return _PLAIN[kind].format(**context)
        case "value_error":
            return str(context["error"])
        case _:
            return complaint["msg"]


def _unknown(path: Path, value: object) -> str:
    key = str(path[-1])
    known = _model_at(path[:-1]).known_keys()
    if len(path) == 1 and isinstance(value, dict | list):
        return f"unknown table{did_you_mean(key, known)}"
    if homes := [name for name, model in _homes().items() if key in model.known_keys()]:
        return f"unknown key here; it belongs into a {' or '.join(homes)} table"
    return f"unknown key{did_you_mean(key, known)}"


def _no_table(path: Path, value: object) -> str:
    name = _dotted(path)
    if path[0] == "imap" and str(path[-1]) in Imap.known_keys():
        return "belongs into a table with a name: [imap.NAME]"
    if isinstance(value, list):
        return f"must be one table: write [{name}], not [[{name}]]"
    return f"must be a table: [{name}]"


def _not_among(expected: str, value: object) -> str:
    allowed = re.findall(r"'([^']*)'", expected)
    guess = did_you_mean(value, allowed) if isinstance(value, str) else ""
    listed = ", ".join(f'"{word}"' for word in allowed)
    return f"must be one of {listed}{guess}"


def _homes() -> dict[str, type[Table]]:
    """Each table as an admin writes its header."""
    tables = {f"[{name}]": _table(field.annotation) for name, field in Tables.model_fields.items()}
    homes = {name: model for name, model in tables.items() if model is not None}
    return {**homes, "[imap.NAME]": Imap}


def _model_at(path: Path) -> type[Table]:
    if not path:
        return Tables
    if path[0] == "imap":
        return Imap
    return _table(Tables.model_fields[str(path[0])].annotation) or Tables


def _table(annotation: Any) -> type[Table] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Table) else None


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
