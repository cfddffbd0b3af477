"""The course of one event: the steps so far, and the ticket as it will be after them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from postdesk.rules.act import Wished, Wishes
from postdesk.rules.apply import DESK, apply
from postdesk.rules.condition import Outcome, captured, evaluate, holds
from postdesk.rules.effect import Drop, Effect, Join, Keep, Move, Notify, Step
from postdesk.rules.facts import Facts, Scene, facts
from postdesk.rules.rule import Rule
from postdesk.rules.telling import wanted
from postdesk.rules.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Looked:
    """One rule that was looked at: whether it fired, and each of its conditions."""

    rule: Rule
    outcome: Outcome


class Course:
    """Collects the steps of one event; each rule sees what the ones above it did."""

    def __init__(self, scene: Scene, trace: list[Looked] | None = None) -> None:
        """``trace`` takes every rule that is looked at, with what it saw; None: nobody asks."""
        self.scene = scene
        self.steps: list[Step] = []
        self.verdict: Step | None = None  # a rule drops or holds the mail: then nothing else counts
        self._trace = trace

    @property
    def ticket(self) -> Ticket:
        """As it is after the steps so far."""
        return self.scene.ticket

    def do(self, effect: Effect, because: str, actor: str = DESK) -> None:
        """One more step; a notice that nobody wants to have is none."""
        if isinstance(effect, Notify):
            agents = wanted(self.scene, effect.agents, effect.why)
            if not agents and not effect.addresses:
                return
            effect = replace(effect, agents=agents)
        self.steps.append(Step(effect, actor, because))
        ticket = apply(self.ticket, effect, self.scene.now, actor=actor)
        self.scene = replace(self.scene, ticket=ticket)

    def rules(self, on: str, author: str | None = None, only: Collection[Rule] = ()) -> None:
        """Run the rules of this event; what they wish is applied once, when all have run.

        ``only`` these, where not all of the event are meant.
        """
        before = self.ticket.status
        self._round(on, author, only)
        if self.ticket.status != before and on != "status.changed":
            self._round("status.changed", author)

    def _round(self, on: str, author: str | None, only: Collection[Rule] = ()) -> None:
        wishes = Wishes(self.scene, author)
        seen = self.scene
        by_clock = facts(seen)
        for rule in only or self._asked(on):
            look = facts(seen, rule.calendar) if rule.calendar else by_clock
            if not self._holds(rule, look):
                continue
            found = _groups(rule, look)
            for action in rule.then:
                seen = replace(seen, ticket=wishes.take(rule, action, seen.ticket, found))
            by_clock = facts(seen)
            if rule.stop:
                break
        if wishes.verdict:
            self._judge(*wishes.verdict)
        for effect, because in _telling(wishes.effects(seen.ticket), self.ticket):
            self.do(effect, because)

    def _asked(self, on: str) -> Iterable[Rule]:
        """The rules of an event that may fire; all of them where somebody wants to see why not."""
        if self._trace is not None:
            return self.scene.book.rules_on(on)
        return self.scene.book.index(on).possible(facts(self.scene))

    def _holds(self, rule: Rule, look: Facts) -> bool:
        if self._trace is None:
            return holds(rule.when, look)
        outcome = evaluate(rule.when, look)
        self._trace.append(Looked(rule, outcome))
        return outcome.held

    def _judge(self, effect: Drop | Keep | Join, because: str) -> None:
        if isinstance(effect, Join):
            self.do(effect, because)
        else:
            self.verdict = Step(effect, DESK, because)


def _groups(rule: Rule, look: Facts) -> dict[str, str]:
    """What the named groups of a rule's patterns found; only asked where an action uses them."""
    return captured(rule.when, look) if rule.fills else {}


def _telling(wished: Wished, ticket: Ticket) -> Iterable[tuple[Effect, str]]:
    """A move to where the ticket is already is no step."""
    return (
        (effect, because)
        for effect, because in wished
        if not (isinstance(effect, Move) and effect.status == ticket.status)
    )
