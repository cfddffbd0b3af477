"""The rulebook: all that the rule files say, as one frozen value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from hashlib import sha256

from postdesk.rules.calendar import Calendar
from postdesk.rules.index import Index
from postdesk.rules.own import CannedReply, Field, OwnView
from postdesk.rules.people import People
from postdesk.rules.rule import Rule
from postdesk.rules.sla import Sla
from postdesk.rules.span import Span
from postdesk.rules.timing import threshold
from postdesk.rules.trial import RuleTest
from postdesk.rules.workflow import DEFAULT, Workflow

IN_SET = "rules "  # what the version in a history line begins with
VERSION = 8  # digits of a digest: enough to tell the sets of one desk apart


@dataclass(frozen=True)
class Book:
    """What is in force. A changed file makes a new book; this one never changes."""

    people: People = field(default_factory=People)
    rules: tuple[Rule, ...] = ()  # in the order they run
    workflow: Workflow = DEFAULT
    fields: Mapping[str, Field] = field(default_factory=dict)
    replies: Mapping[str, CannedReply] = field(default_factory=dict)
    views: Mapping[str, OwnView] = field(default_factory=dict)
    tests: tuple[RuleTest, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)  # word, folded, to verb
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    slas: Mapping[str, Sla] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)  # what it was read from, by file name
    digest: str = ""  # 64 hex digits over the texts
    warnings: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The first digits of the digest: what people and history lines call this set."""
        return self.digest[:VERSION]

    def because(self, where: str, name: str) -> str:
        """As history lines name what asked for something: file, line, name, version of the set."""
        version = f" ({IN_SET}{self.version})" if self.digest else ""
        return f'{where} "{name}"{version}'.lstrip()

    def index(self, event: str) -> Index:
        """Finds those of ``rules_on`` that a mail can fire at all."""
        found = self._indexes.get(event)
        if found is None:
            found = self._indexes[event] = Index(self.rules_on(event))
        return found

    def rules_on(self, event: str) -> tuple[Rule, ...]:
        """The rules of one event, in the order they run."""
        return self._by_event.get(event, ())

    def lasting(self, on: str, fact: str) -> Sequence[Sequence[tuple[Span, Rule]]]:
        """The rules of an event that wait for a fact to last so long.

        Of each calendar, and of its business days, a list: there whose time is shorter comes first.
        """
        found = self._lasting.get((on, fact))
        if found is None:
            by_calendar: dict[tuple[str, bool], list[tuple[Span, Rule]]] = {}
            for rule in self.rules_on(on):
                if span := threshold(rule.when, frozenset({fact})):
                    key = (rule.calendar, span.business_days > 0)
                    by_calendar.setdefault(key, []).append((span, rule))
            ordered = (sorted(rules, key=_length) for rules in by_calendar.values())
            found = self._lasting[on, fact] = tuple(map(tuple, ordered))
        return found

    @cached_property
    def _lasting(self) -> dict[tuple[str, str], Sequence[Sequence[tuple[Span, Rule]]]]:
        return {}

    @cached_property
    def _indexes(self) -> dict[str, Index]:
        return {}

    @cached_property
    def _by_event(self) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.on, []).append(rule)
        return {event: tuple(rules) for event, rules in found.items()}


def without_version(because: str) -> str:
    """``50-routing.toml:12 "billing"``, whichever set it stood in."""
    return because.partition(f" ({IN_SET}")[0]


def _length(lasting: tuple[Span, Rule]) -> tuple[int, timedelta]:
    span, _ = lasting
    return span.business_days, span.clock


def digest_of(texts: Mapping[str, str]) -> str:
    """SHA-256 over names and texts: equal for the same files, whatever their order."""
    digest = sha256()
    for name in sorted(texts):
        for part in (name, texts[name]):
            raw = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(raw) + raw)
    return digest.hexdigest()
