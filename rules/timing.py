"""Rules that time alone brings about: what they must ask, or they would never fire."""

from collections.abc import Iterator, Mapping

from postdesk.rules.condition import All, Condition, Test, tests_of
from postdesk.rules.span import Span

GROWING = frozenset({"idle", "waiting"})  # what a rule on ticket.idle waits for
# Facts that only some events know of.
ONLY_ON: Mapping[str, frozenset[str]] = {
    "target": frozenset({"sla.warning", "sla.breached"}),
    "overdue": frozenset({"sla.breached"}),
}


def threshold(condition: Condition, names: frozenset[str]) -> Span | None:
    """How long one of these facts must have lasted for a condition to hold; None if it may not."""
    match condition:
        case Test(key, "above", wanted) if key in names:
            return next((span for span in wanted if isinstance(span, Span)), None)
        case All(parts):
            return next((s for part in parts if (s := threshold(part, names))), None)
    return None


def mistimed(on: str, condition: Condition) -> Iterator[str]:
    """Why a rule on this event would never fire, each as a sentence."""
    if on == "ticket.idle" and threshold(condition, GROWING) is None:
        yield "ticket.idle wants to know how long: when.idle.above or when.waiting.above"
    asked = {test.key for test in tests_of(condition)}
    for name, events in ONLY_ON.items():
        if name in asked and on not in events:
            yield f"{name} can be asked for on {' and '.join(sorted(events))} only"
