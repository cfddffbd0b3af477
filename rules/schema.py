"""The JSON Schema of rule files, for editors: made of what the readers of the tables ask for."""

import json
from collections.abc import Mapping
from typing import Any, get_args

from postdesk.rules import shape
from postdesk.rules.action import ACTIONS, FIELD_VALUE, SET
from postdesk.rules.compare import OPERATORS, URGENCIES, fitting
from postdesk.rules.draft import SHAPES
from postdesk.rules.keys import shapes_of
from postdesk.rules.known import FACTS, Fact, Kind, groups
from postdesk.rules.read_own import ASKED
from postdesk.rules.rule import EVENTS
from postdesk.rules.shape import Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# What editors show of a table.
_ABOUT = {
    "agent": "Somebody who answers; the name is the handle in commands: #assign anna",
    "team": "Agents who share work, and the addresses it comes by",
    "customer": "Somebody who writes; the name is the mail address, in quotes",
    "organisation": "Whoever writes from a mail domain or one below it; the name is the domain",
    "calendar": "When the desk is open",
    "sla": "How soon a customer is answered and helped, by urgency",
    "status": "A place in the workflow",
    "move": "A verb that moves a ticket to a status",
    "field": "Something the desk keeps of a ticket",
    "reply": "A canned reply: words that many answers share",
    "rule": "On an event, under conditions: what is to be done",
    "test": "A mail, and what is expected of it",
    "view": "The tickets for which a condition holds",
    "workflow": "What time does to tickets that are done",
    "alias": "Other words for commands",
}
_REQUIRED = {
    "agent": ("addresses",),
    "calendar": ("timezone", "hours"),
    "reply": ("text",),
    "rule": ("name", "on"),
    "test": ("name", "expect"),
}


def schema_text() -> str:
    """The schema as the file that is shipped."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The whole of it, draft 2020-12; dates and times of TOML are texts in it."""
    return {
        "$schema": DIALECT,
        "title": "postdesk rule file",
        "type": "object",
        "additionalProperties": False,
        "properties": {kind: _tables(kind) for kind in SHAPES},
        "$defs": {
            **{f"of_{kind}": _question(kind) for kind in get_args(Kind)},
            "urgency": _question("number", _URGENCY, _URGENCY),
            "when": _when(FACTS, "when"),
            "when_of_view": _when(ASKED, "when_of_view"),
        },
    }


def _tables(kind: str) -> Shape:
    about = {"description": _ABOUT[kind]}
    match SHAPES[kind]:
        case "list":
            return {**about, **shape.listed(_table(kind))}
        case "plain":
            return {**about, **(_table(kind) if kind != "alias" else shape.named(shape.WORDS))}
    return {**about, **shape.named(_table(kind))}


def _table(kind: str) -> Shape:
    keys = _RULE if kind == "rule" else shapes_of(kind)
    return shape.table(keys, required=_REQUIRED.get(kind, ()))


# --- rules ---------------------------------------------------------------------------------------

_THEN = shape.table(
    {kind: action.shape for kind, action in ACTIONS.items()}
    | {SET: {**shape.named(FIELD_VALUE), "minProperties": 1}}
)
_RULE: Mapping[str, Shape] = {
    "name": shape.WORDS,
    "on": shape.one_of(EVENTS),
    "calendar": shape.TEXT,
    "when": shape.ref("when"),
    "then": _THEN,
    "stop": shape.FLAG,
}


def _when(known: Mapping[str, Fact], name: str) -> Shape:
    """Facts, groups of facts by their names, and ``any``, ``all`` and ``not`` around them."""
    below = shape.ref(name)
    some = shape.listed(below, least=1)
    nesting = {"any": some, "all": some, "not": {**below, "minProperties": 1}}
    alone = {name: _of(name, fact) for name, fact in known.items() if "." not in name}
    grouped = {group: _group(group, known) for group in sorted(groups(known))}
    return shape.table({**alone, **grouped, **nesting})


def _group(group: str, known: Mapping[str, Fact]) -> Shape:
    if any_name := known.get(f"{group}.*"):
        return shape.named(_of(group, any_name))
    keys = {name: fact for name, fact in known.items() if name.startswith(f"{group}.")}
    return shape.table({name.partition(".")[2]: _of(name, fact) for name, fact in keys.items()})


def _of(name: str, fact: Fact) -> Shape:
    if fact.among:
        return _question(fact.kind, shape.either(shape.one_of(fact.among), _NONE))
    return shape.ref("urgency" if name == "urgency" else f"of_{fact.kind}")


_NONE = shape.either(shape.FLAG, {"const": ""})
_URGENCY = shape.either(shape.NUMBER, shape.one_of(URGENCIES))
_COMPARING_SAME = ("is", "in")


def _question(kind: Kind, same: Shape | None = None, amount: Shape | None = None) -> Shape:
    """A value that the fact must be, or a table of comparisons that fit its kind.

    ``same`` and ``amount`` say more of what it can be equal to, or above and below.
    """
    shapes = {name: OPERATORS[name].shapes[kind] for name in fitting(kind)}
    shapes |= {name: same for name in _COMPARING_SAME if same and name in shapes}
    shapes |= {name: amount for name in ("above", "below") if amount and name in shapes}
    asked = {name: shape.one_or_more(one) for name, one in shapes.items()}
    if "in" in shapes:
        asked["in"] = shape.listed(shapes["in"], least=1)
    compared = {**shape.table(asked), "minProperties": 1}
    return shape.either(asked["is"], compared) if "is" in asked else compared
