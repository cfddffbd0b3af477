"""The course of one event: the steps so far, and the ticket as it will be after them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from postdesk.rules.act import Wishes
from postdesk.rules.apply import apply
from postdesk.rules.book import Book
from postdesk.rules.condition import holds
from postdesk.rules.effect import Effect, Move, Step
from postdesk.rules.event import Event
from postdesk.rules.facts import facts
from postdesk.rules.ticket import Ticket

DESK = "postdesk"


class Course:
    """Collects the steps of one event; each rule sees what the ones above it did."""

    def __init__(self, ticket: Ticket, event: Event, book: Book, now: datetime) -> None:
        self.ticket = ticket
        self.steps: list[Step] = []
        self._event = event
        self._book = book
        self._now = now

    def do(self, effect: Effect, because: str, actor: str = DESK) -> None:
        """One more step."""
        self.steps.append(Step(effect, actor, because))
        self.ticket = apply(self.ticket, effect, self._now, actor=actor)

    def rules(self, on: str, author: str | None = None) -> None:
        """Run the rules of this event; what they wish is applied once, when all have run."""
        before = self.ticket.status
        self._round(on, author)
        if self.ticket.status != before and on != "status.changed":
            self._round("status.changed", author)

    def _round(self, on: str, author: str | None) -> None:
        wishes = Wishes(self._book.people, self._event, author)
        seen = self.ticket
        for rule in self._book.rules:
            if rule.on != on or not holds(rule.when, self._facts(seen)):
                continue
            for action in rule.then:
                seen = wishes.take(action, seen, self._now, f'{rule.where} "{rule.name}"')
            if rule.stop:
                break
        for effect, because in _telling(wishes.effects(seen), self.ticket):
            self.do(effect, because)

    def _facts(self, ticket: Ticket) -> Callable[[str], object]:
        return facts(ticket, self._event, self._book.people)


def _telling(wished: Iterable[tuple[Effect, str]], ticket: Ticket) -> Iterable[tuple[Effect, str]]:
    """A move to where the ticket is already is no step."""
    return (
        (effect, because)
        for effect, because in wished
        if not (isinstance(effect, Move) and effect.status == ticket.status)
    )
