"""One event's effects, all in the caller's transaction: ticket, words, history, letters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from postdesk.daemon.bundles import Bundles
from postdesk.daemon.chronicle import entry
from postdesk.daemon.letters import Case, Writer, written
from postdesk.daemon.outbox import Draft
from postdesk.daemon.search import Search
from postdesk.daemon.store import Tickets
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.apply import apply_all
from postdesk.rules.book import Book
from postdesk.rules.decide import decide
from postdesk.rules.effect import Append, Notify, Step
from postdesk.rules.event import Event
from postdesk.rules.ticket import Ticket


class Filing:
    """Decides an event and writes down what was decided."""

    def __init__(
        self,
        tickets: Tickets,
        outbox: Outbox,
        search: Search,
        writers: Sequence[Writer],
        bundles: Bundles,
    ) -> None:
        self._tickets = tickets
        self._outbox = outbox
        self._search = search
        self._writers = writers
        self._bundles = bundles

    def carry_out(self, ticket: Ticket, event: Event, book: Book, now: datetime) -> Ticket:
        """Decide, apply, write: the ticket as it is afterwards."""
        steps = decide(ticket, event, book, now)
        if not steps:
            return ticket
        after = apply_all(ticket, steps, now)
        self._tickets.save(after)  # before the letters: a card counts this ticket, too
        drafts = written(self._writers, steps, Case(after, event, book, now))
        steps = _with_ids(steps, drafts)
        self._write(after, steps, now)
        self._outbox.add(drafts)
        return after

    def _write(self, ticket: Ticket, steps: Sequence[Step], now: datetime) -> None:
        for step in steps:
            if isinstance(step.effect, Notify) and step.effect.bundled:
                self._bundles.add(step.effect.agents, ticket.number, step.effect.why, now)
            if isinstance(step.effect, Append):
                words = step.effect
                row = self._tickets.add_message(ticket.number, words, now)
                self._search.add(row, ticket, words)
                if words.message_id:
                    self._tickets.know(ticket.number, [words.message_id])
        self._tickets.add_history(ticket.number, [entry(step) for step in steps], now)


def _with_ids(steps: list[Step], drafts: Sequence[Draft]) -> list[Step]:
    """An answer is filed under the Message-ID of the first letter that carries it."""
    answer = next((d for d in drafts if d.kind == "answer"), None)
    if answer is None:
        return steps
    return [
        replace(step, effect=replace(step.effect, message_id=answer.message_id))
        if isinstance(step.effect, Append) and step.effect.kind == "out"
        else step
        for step in steps
    ]
