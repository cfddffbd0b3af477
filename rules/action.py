"""Actions: what the ``then`` of a rule may say, and the values it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from postdesk.mailbox.address import normalise
from postdesk.rules import shape
from postdesk.rules.compare import URGENCIES
from postdesk.rules.defined import Defined, NotDefined
from postdesk.rules.people import STRATEGIES
from postdesk.rules.placeholder import names_wanted
from postdesk.rules.shape import Shape
from postdesk.rules.span import read_span
from postdesk.rules.toml import did_you_mean

# Words of `notify` that stand for somebody; besides an agent's handle, team:NAME, an address.
TOLD = ("responsible", "assignee", "team", "lead", "manager", "author", "admins")
APPROVERS = ("lead", "manager")
LEVELS = ("agent", "lead", "manager")
TEAM = "team:"
FILLED = ("set", "note", "link")
SUBJECT = "subject"  # of `link`: the open ticket of the same requester and subject


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a rule does. ``value`` by kind:

    a text: team, category, assign (an agent's handle, a strategy or "author"), status, sla,
    reply, note, language; 1 to 5: urgency; texts: tag, untag, notify, approve; (field, text):
    set; a Span, date or datetime: due; True or a level: escalate; True or a reason: hold, drop;
    a ticket's number, "subject" or a key: link. The texts of set, note and link may hold
    ``{name}``: see ``placeholder.fill``.
    """

    kind: str
    value: object

    @property
    def fills(self) -> bool:
        """Is there a ``{name}`` or a doubled brace in its text?"""
        text = self.value[-1] if isinstance(self.value, tuple) else self.value
        return self.kind in FILLED and isinstance(text, str) and "{" in text


@dataclass(frozen=True, slots=True)
class Around:
    """What a value is read against: the names of the files, the groups of the rule's patterns."""

    defined: Defined
    groups: frozenset[str] | None  # None when nobody can tell

    def spelled(self, kind: str, name: str, *besides: str) -> str:
        """As it is written where it is defined; raises NotDefined."""
        return self.defined.spelled(kind, name, besides=besides)

    def fillable(self, text: str) -> str:
        """The text, if every name in its braces is that of a group; raises NotDefined."""
        if self.groups is None:
            return text
        for name in names_wanted(text):
            if name not in self.groups:
                guess = did_you_mean(name, self.groups)
                raise NotDefined(
                    f'no pattern of this rule has a group "{name}"{guess or _HOW_GROUPS}'
                )
        return text


_HOW_GROUPS = "; write (?P<name>...) in a matches, or {{ for a brace"

Reads = Callable[[object, Around], object]


def _text(value: object, around: Around) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("wants a text in quotes")
    return value


def _name_of(kind: str, *besides: str) -> Reads:
    return lambda value, around: around.spelled(kind, _text(value, around), *besides)


def _texts(value: object, around: Around) -> tuple[str, ...]:
    try:
        words = [_text(one, around) for one in (value if isinstance(value, list) else [value])]
    except ValueError:
        raise ValueError("wants a text in quotes, or a list of them") from None
    if not words:
        raise ValueError("wants at least one text")
    return tuple(dict.fromkeys(words))


def _each(value: object, around: Around, read: Callable[[str, Around], str]) -> tuple[str, ...]:
    """Every name of a list read by itself; the place of a wrong one is told."""
    found = []
    for name in _texts(value, around):
        try:
            found.append(read(name, around))
        except NotDefined as wrong:
            below = (value.index(name),) if isinstance(value, list) else ()
            raise NotDefined(str(wrong), below) from None
    return tuple(dict.fromkeys(found))


def _told(value: object, around: Around) -> tuple[str, ...]:
    return _each(value, around, _one_told)


def _one_told(word: str, around: Around) -> str:
    if word.startswith(TEAM):
        return TEAM + around.spelled("team", word.removeprefix(TEAM).strip())
    if "@" not in word:
        return around.spelled("agent", word, *TOLD)
    if not (address := normalise(word)):
        raise NotDefined(f'"{word}" is no mail address')
    return address


def _approvers(value: object, around: Around) -> tuple[str, ...]:
    return _each(value, around, lambda who, around: around.spelled("agent", who, *APPROVERS))


def _urgency(value: object, around: Around) -> int:
    if isinstance(value, str) and value in URGENCIES:
        return URGENCIES[value]
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
        return value
    raise ValueError(f"is 1 to 5, or one of {', '.join(URGENCIES)}")


def _due(value: object, around: Around) -> object:
    if isinstance(value, date):
        return value
    span = read_span(value) if isinstance(value, str) else None
    if span is None:
        raise ValueError('wants a duration such as "3d" or "2bd", or a date without quotes')
    return span


def _fillable(value: object, around: Around) -> str:
    return around.fillable(_text(value, around))


def _reason(value: object, around: Around) -> object:
    if value is True or (isinstance(value, str) and value.strip()):
        return value
    raise ValueError("wants true, or a text in quotes that says why")


def _level(value: object, around: Around) -> object:
    if value is True or value in LEVELS:
        return value
    listed = ", ".join(f'"{level}"' for level in LEVELS)
    raise ValueError(f"wants true (one level higher), or one of {listed}")


def _link(value: object, around: Around) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if isinstance(value, str) and value.strip():
        return around.fillable(value)
    raise ValueError(f'wants a ticket\'s number, "{SUBJECT}", or a key such as "{{host}}"')


@dataclass(frozen=True, slots=True)
class ActionKind:
    """How the value of an action is read, and its shape for editors."""

    reads: Reads  # raises ValueError, the rest of a sentence; NotDefined, a whole one
    shape: Shape


def _named(kind: str, *besides: str) -> ActionKind:
    return ActionKind(_name_of(kind, *besides), shape.WORDS)


_WORDS = shape.one_or_more(shape.WORDS)
_REASON = shape.either({"const": True}, shape.WORDS)

ACTIONS: Mapping[str, ActionKind] = {
    "team": _named("team"),
    "category": ActionKind(_text, shape.WORDS),
    "assign": _named("agent", *sorted(STRATEGIES), "author"),
    "urgency": ActionKind(_urgency, shape.one_of([1, 2, 3, 4, 5, *URGENCIES])),
    "status": _named("status"),
    "tag": ActionKind(_texts, _WORDS),
    "untag": ActionKind(_texts, _WORDS),
    "due": ActionKind(_due, shape.either(shape.SPAN, shape.MOMENT)),
    "sla": _named("sla"),
    "reply": _named("reply"),
    "notify": ActionKind(_told, _WORDS),
    "note": ActionKind(_fillable, shape.WORDS),
    "escalate": ActionKind(_level, shape.one_of([True, *LEVELS])),
    "approve": ActionKind(_approvers, _WORDS),
    "hold": ActionKind(_reason, _REASON),
    "drop": ActionKind(_reason, _REASON),
    "link": ActionKind(_link, shape.either(shape.whole(1), shape.WORDS)),
    "language": ActionKind(_name_of("language"), shape.LANGUAGE),
}
SET = "set"  # which wants a field behind it
FIELD_VALUE = {"type": ["string", "number", "boolean"]}


def read_action(kind: str, value: object, around: Around) -> Action:
    """One action but ``set``; raises ValueError, the rest of a sentence that begins with it."""
    return Action(kind, ACTIONS[kind].reads(value, around))


def read_set(field: str, value: object, around: Around) -> Action:
    """``set.FIELD``; raises ValueError likewise."""
    if not isinstance(value, str | int | float | date):
        raise ValueError("wants one text or number")
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    return Action(SET, (around.spelled("field", field), around.fillable(plain)))
