"""A rule: on which event, under which condition, what is to be done."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from postdesk.rules.compare import URGENCIES, duration
from postdesk.rules.condition import ALWAYS, KNOWN, Condition, Flaw, compile_condition
from postdesk.rules.toml import did_you_mean

EVENTS = frozenset(
    {"ticket.created", "message.received", "reply.sent", "status.changed", "ticket.idle"}
    | {"sla.warning", "sla.breached", "ticket.closed", "delivery.failed"}
)
KEYS = ("name", "on", "when", "then", "stop")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a rule does. ``value`` by kind:

    a text: team, category, assign, status, sla, reply, note, language; 1 to 5: urgency;
    texts: tag, untag, notify, approve; (field, text): set; a timedelta or a date: due;
    True or a text: escalate, hold; True: drop; a ticket's number: link.
    """

    kind: str
    value: object


@dataclass(frozen=True, slots=True)
class Rule:
    """What admins write as ``[[rule]]``. ``where`` is its file and line."""

    name: str
    on: str
    when: Condition
    then: tuple[Action, ...]
    stop: bool
    where: str
    calendar: str = ""  # the durations of the rule are its open time; "" = clock time

    @property
    def fills(self) -> bool:
        """Does an action use what a pattern finds: ``{order}``?"""
        return any("{" in str(action.value) for action in self.then)


def compile_rule(
    table: Mapping[str, object], where: str, known: Collection[str] = KNOWN
) -> Rule | list[Flaw]:
    """Compile one ``[[rule]]``; all its flaws at once, with paths inside the table.

    Names of teams, agents, statuses and templates are not checked here: a rule does not know
    them.
    """
    flaws = [*_unknown_keys(table), *_heading(table)]
    when = _when(table, known)
    if isinstance(when, list):
        flaws += when
        when = ALWAYS
    then = _then(table, flaws)
    if flaws:
        return flaws
    stop = table.get("stop") is True
    return Rule(str(table["name"]), str(table["on"]), when, then, stop, where)


def _unknown_keys(table: Mapping[str, object]) -> list[Flaw]:
    return [
        ((key,), f"{key}: a rule has no such key{did_you_mean(key, KEYS)}")
        for key in table
        if key not in KEYS
    ]


def _heading(table: Mapping[str, object]) -> list[Flaw]:
    flaws: list[Flaw] = []
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        flaws.append((("name",), "a rule needs a name, which explanations will show"))
    flaws += _on(table.get("on"))
    if not isinstance(table.get("stop", False), bool):
        flaws.append((("stop",), "stop is true or false"))
    return flaws


def _on(event: object) -> list[Flaw]:
    if isinstance(event, str) and event in EVENTS:
        return []
    if isinstance(event, str):
        what = f"{event}: there is no such event{did_you_mean(event, EVENTS)}"
        return [(("on",), what if "did you mean" in what else f"{what}; there are {_listed()}")]
    return [(("on",), f"on names one event, in quotes; there are {_listed()}")]


def _listed() -> str:
    return ", ".join(sorted(EVENTS))


def _when(table: Mapping[str, object], known: Collection[str]) -> Condition | list[Flaw]:
    when = table.get("when", {})
    if not isinstance(when, Mapping):
        return [(("when",), "when is a table of conditions: when.subject.any_word = [...]")]
    return compile_condition(when, known)


def _then(table: Mapping[str, object], flaws: list[Flaw]) -> tuple[Action, ...]:
    then = table.get("then", {})
    if not isinstance(then, Mapping):
        flaws.append((("then",), 'then is a table of actions: then.team = "billing"'))
        return ()
    if not then and table.get("stop") is not True:
        flaws.append((("then",), "this rule does nothing: then is missing"))
    return tuple(action for kind, value in then.items() for action in _act(kind, value, flaws))


def _act(kind: str, value: object, flaws: list[Flaw]) -> list[Action]:
    if kind == "set":
        return _set(value, flaws)
    if kind not in ACTIONS:
        guess = did_you_mean(kind, (*ACTIONS, "set"))
        flaws.append((("then", kind), f"{kind}: there is no such action{guess}"))
        return []
    try:
        return [Action(kind, ACTIONS[kind](value))]
    except ValueError as error:
        flaws.append((("then", kind), f"{kind} {error}"))
        return []


def _set(fields: object, flaws: list[Flaw]) -> list[Action]:
    if not isinstance(fields, Mapping) or not fields:
        flaws.append((("then", "set"), "set wants a field behind it: set.FIELD"))
        return []
    actions = []
    for field, value in fields.items():
        if isinstance(value, Mapping | list):
            flaws.append((("then", "set", field), "a field holds one text or number"))
        else:
            actions.append(Action("set", (field, _plain_value(value))))
    return actions


def _plain_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("wants a text in quotes")
    return value


def _texts(value: object) -> tuple[str, ...]:
    try:
        words = tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)
    except ValueError:
        raise ValueError("wants a text in quotes, or a list of them") from None
    if not words:
        raise ValueError("wants at least one text")
    return words


def _urgency(value: object) -> int:
    if isinstance(value, str) and value in URGENCIES:
        return URGENCIES[value]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
        return value
    raise ValueError(f"is 1 to 5, or one of {', '.join(URGENCIES)}")


def _due(value: object) -> object:
    if isinstance(value, date):
        return value
    length = duration(value) if isinstance(value, str) else None
    if length is None:
        raise ValueError('wants a duration such as "3d", or a date without quotes')
    return length


def _yes(value: object) -> bool:
    if value is not True:
        raise ValueError("can only be true; leave it out otherwise")
    return True


def _yes_or_text(value: object) -> object:
    if value is True:
        return True
    try:
        return _text(value)
    except ValueError:
        raise ValueError("wants true, or a text in quotes that says why") from None


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("wants the number of a ticket")
    return value


ACTIONS: Mapping[str, Callable[[object], object]] = {
    "team": _text,
    "category": _text,
    "assign": _text,
    "urgency": _urgency,
    "status": _text,
    "tag": _texts,
    "untag": _texts,
    "due": _due,
    "sla": _text,
    "reply": _text,
    "notify": _texts,
    "note": _text,
    "escalate": _yes_or_text,
    "approve": _texts,
    "hold": _yes_or_text,
    "drop": _yes,
    "link": _number,
    "language": _text,
}
