"""A rule: on which event, under which condition, what is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from postdesk.rules.action import ACTIONS, SET, Action, Around, read_action, read_set
from postdesk.rules.condition import Condition, group_names
from postdesk.rules.defined import ANYTHING, Defined, NotDefined
from postdesk.rules.misplaced import RULE_KEYS, hint
from postdesk.rules.read_condition import Flaw, compile_condition
from postdesk.rules.timing import mistimed
from postdesk.rules.toml import did_you_mean

EVENTS = (
    *("ticket.created", "message.received", "reply.sent", "status.changed", "ticket.idle"),
    *("sla.warning", "sla.breached", "ticket.closed", "delivery.failed"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What admins write as ``[[rule]]``. ``where`` is its file and line."""

    name: str
    on: str
    when: Condition
    then: tuple[Action, ...]
    stop: bool
    where: str
    calendar: str = ""  # whose open time its spans are; "" = clock time

    @property
    def fills(self) -> bool:
        """Does an action use what a pattern finds: ``{order}``?"""
        return any(action.fills for action in self.then)


def compile_rule(
    table: Mapping[str, object], where: str, defined: Defined = ANYTHING
) -> Rule | list[Flaw]:
    """Compile one ``[[rule]]``; all its flaws at once, with paths inside the table."""
    flaws = [*_unknown_keys(table), *_heading(table)]
    calendar = _calendar(table, defined, flaws)
    when = _when(table, defined, flaws)
    flaws += _timing(table, when)
    then = _then(table, Around(defined, None if when is None else group_names(when)), flaws)
    if flaws or when is None:
        return flaws
    stop = table.get("stop") is True
    return Rule(str(table["name"]), str(table["on"]), when, then, stop, where, calendar)


def _unknown_keys(table: Mapping[str, object]) -> list[Flaw]:
    return [
        Flaw((key,), _unknown(key, table[key]), at_key=True)
        for key in table
        if key not in RULE_KEYS
    ]


def _unknown(key: str, value: object) -> str:
    return hint("rule", key, value) or f'unknown key "{key}"{did_you_mean(key, RULE_KEYS)}'


def _heading(table: Mapping[str, object]) -> list[Flaw]:
    flaws: list[Flaw] = []
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        flaws.append(Flaw(("name",), "a rule needs a name, which explanations will show"))
    flaws += _on(table.get("on"))
    if not isinstance(table.get("stop", False), bool):
        flaws.append(Flaw(("stop",), "stop is true or false"))
    return flaws


def _on(event: object) -> list[Flaw]:
    if isinstance(event, str) and event in EVENTS:
        return []
    if isinstance(event, str):
        guess = did_you_mean(event, EVENTS) or f"; there are {', '.join(EVENTS)}"
        return [Flaw(("on",), f'unknown event "{event}"{guess}')]
    return [Flaw(("on",), f"on names one event, in quotes; there are {', '.join(EVENTS)}")]


def _calendar(table: Mapping[str, object], defined: Defined, flaws: list[Flaw]) -> str:
    name = table.get("calendar", "")
    try:
        if not isinstance(name, str):
            raise NotDefined("calendar wants the name of one, in quotes")
        return defined.spelled("calendar", name, besides=("",))
    except NotDefined as wrong:
        flaws.append(Flaw(("calendar",), str(wrong)))
        return ""


def _when(table: Mapping[str, object], defined: Defined, flaws: list[Flaw]) -> Condition | None:
    when = table.get("when", {})
    if not isinstance(when, Mapping):
        flaws.append(
            Flaw(("when",), "when is a table of conditions: when.subject.any_word = [...]")
        )
        return None
    found = compile_condition(when, defined)
    if isinstance(found, list):
        flaws += found
        return None
    return found


def _timing(table: Mapping[str, object], when: Condition | None) -> list[Flaw]:
    on = table.get("on")
    if when is None or not isinstance(on, str):
        return []
    return [Flaw(("on",), what) for what in mistimed(on, when)]


def _then(table: Mapping[str, object], around: Around, flaws: list[Flaw]) -> tuple[Action, ...]:
    then = table.get("then", {})
    if not isinstance(then, Mapping):
        flaws.append(Flaw(("then",), 'then is a table of actions: then.team = "billing"'))
        return ()
    if not then and table.get("stop") is not True and table.keys() <= set(RULE_KEYS):
        flaws.append(Flaw(("then",), "this rule does nothing: then is missing"))
    return tuple(
        found for kind, value in then.items() for found in _act(kind, value, around, flaws)
    )


def _act(kind: str, value: object, around: Around, flaws: list[Flaw]) -> list[Action]:
    if kind == SET:
        return _set(value, around, flaws)
    if kind not in ACTIONS:
        guess = did_you_mean(kind, (*ACTIONS, SET))
        told = hint("then", kind, value) or f'unknown action "{kind}"{guess}'
        flaws.append(Flaw(("then", kind), told, at_key=True))
        return []
    try:
        return [read_action(kind, value, around)]
    except NotDefined as error:
        flaws.append(Flaw(("then", kind, *error.below), str(error)))
    except ValueError as error:
        flaws.append(Flaw(("then", kind), f"{kind} {error}"))
    return []


def _set(fields: object, around: Around, flaws: list[Flaw]) -> list[Action]:
    if not isinstance(fields, Mapping) or not fields:
        flaws.append(Flaw(("then", SET), "set wants a field behind it: set.FIELD"))
        return []
    actions = []
    for field, value in fields.items():
        try:
            actions.append(read_set(field, value, around))
        except NotDefined as error:
            flaws.append(Flaw(("then", SET, field), str(error)))
        except ValueError as error:
            flaws.append(Flaw(("then", SET, field), f"{SET}.{field} {error}"))
    return actions
