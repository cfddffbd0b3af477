"""What people ask to see: the tickets of a view, those with some words, and what is unread."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from postdesk.daemon.rows import ticket_of
from postdesk.daemon.store import MANY, Row, Rows, Tickets
from postdesk.daemon.times import utc_text
from postdesk.daemon.views import Looker, View
from postdesk.rules.around import Around
from postdesk.rules.book import Book
from postdesk.rules.condition import holds
from postdesk.rules.elapsed import Elapsed
from postdesk.rules.event import DeadlinePassed
from postdesk.rules.facts import Facts, Scene, facts
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

MOST_ASKED = 20_000  # tickets, the last that changed, that a view of the desk's own looks through
PAGE = 500  # of them at a time
LAST = datetime.max.replace(tzinfo=UTC)

# What is open comes first: the urgent, then what is due first. What is done: the latest.
URGENT_FIRST = (
    "CASE WHEN status_kind = 'done' THEN 0 ELSE -urgency END,"
    " CASE WHEN status_kind = 'done' THEN '' ELSE coalesce(due_at, '9') END,"
    " CASE WHEN status_kind = 'done' THEN updated_at ELSE '' END DESC, number"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Tickets of a view in its order, as many as were asked for; all are counted by status."""

    tickets: tuple[Ticket, ...]
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """With those that are not shown."""
        return sum(count for _, count in self.counts)


class Queries:
    """Reads within the caller's connection; only ``looked`` writes, in the caller's transaction."""

    def __init__(self, rows: Rows, zone: str) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._zone = zone  # the desk's, for what a view asks of the time of day

    def view(self, view: View, looker: Looker, limit: int) -> Found:
        """The first tickets of a view: the most urgent, then what is due first."""
        if view.when:
            return self._sifted(view, looker, limit)
        counted = self._rows.all(
            f"SELECT status, count(*) AS many FROM ticket WHERE {view.where} GROUP BY status",
            *view.values,
        )
        found = self._rows.all(
            f"SELECT * FROM ticket WHERE {view.where} ORDER BY {URGENT_FIRST} LIMIT ?",
            *view.values,
            limit,
        )
        counts = {row["status"]: int(row["many"]) for row in counted}
        return Found(tuple(map(ticket_of, found)), in_order(counts, looker.book))

    def page(self, view: View, looker: Looker, limit: int, before: int | None = None) -> list[Row]:
        """Rows of a view, newest activity first; ``before``: those that follow this ticket."""
        if view.when is None:
            return self._tickets.listed(view.where, view.values, limit, before)
        asks = self._asks(view, looker)
        return list(islice((r for r in self._pages(view, before) if asks(ticket_of(r))), limit))

    def of_numbers(self, numbers: Sequence[int]) -> tuple[Ticket, ...]:
        """These tickets, in this order; those that are not there are left out."""
        found: dict[int, Ticket] = {}
        for start in range(0, len(numbers), MANY):
            some = numbers[start : start + MANY]
            marks = ", ".join("?" * len(some))
            for row in self._rows.all(f"SELECT * FROM ticket WHERE number IN ({marks})", *some):
                found[int(row["number"])] = ticket_of(row)
        return tuple(found[number] for number in numbers if number in found)

    def unread(self, numbers: Collection[int], agent: Agent) -> dict[int, int]:
        """How many messages of others came on each of these since the agent acted or looked."""
        some = list(numbers)[:MANY]
        if not some:
            return {}
        marks, hers = (", ".join("?" * len(many)) for many in (some, agent.addresses))
        found = self._rows.all(
            "SELECT m.ticket, count(*) AS many FROM message m"
            " LEFT JOIN look l ON l.ticket = m.ticket AND l.agent = ?"
            f" WHERE m.ticket IN ({marks}) AND coalesce(m.agent, '') <> ?"
            f" AND m.sender NOT IN ({hers or '?'})"
            " AND m.at > coalesce(l.at, '') AND m.at > coalesce((SELECT max(h.at) FROM history h"
            " WHERE h.ticket = m.ticket AND h.actor = ?), '') GROUP BY m.ticket",
            agent.handle,
            *some,
            agent.handle,
            *(agent.addresses or ("",)),
            agent.handle,
        )
        return {int(row["ticket"]): int(row["many"]) for row in found}

    def looked(self, agent: Agent, number: int, now: datetime) -> None:
        """The agent has seen all there is on this ticket now."""
        self._rows.run(
            "INSERT INTO look (agent, ticket, at) VALUES (?, ?, ?)"
            " ON CONFLICT (agent, ticket) DO UPDATE SET at = excluded.at",
            agent.handle,
            number,
            utc_text(now),
        )

    # --- views of the desk's own -----------------------------------------------------------------

    def _sifted(self, view: View, looker: Looker, limit: int) -> Found:
        asks = self._asks(view, looker)
        tickets = [t for row in self._pages(view) if asks(t := ticket_of(row))]
        counts = Counter(ticket.status for ticket in tickets)
        ordered = self._sorted(tickets, view, looker)
        return Found(tuple(ordered[:limit]), in_order(counts, looker.book))

    def _asks(self, view: View, looker: Looker) -> Callable[[Ticket], bool]:
        condition = view.when
        assert condition is not None
        return lambda ticket: holds(condition, self._facts(ticket, looker))

    def _facts(self, ticket: Ticket, looker: Looker) -> Facts:
        around = Around(sender_open=self._tickets.open_of, zone=self._zone)
        return facts(Scene(ticket, DeadlinePassed(), looker.book, looker.now, around))

    def _pages(self, view: View, before: int | None = None) -> Iterator[Row]:
        """The rows that SQL finds, newest activity first."""
        for _ in range(MOST_ASKED // PAGE):
            found = self._tickets.listed(view.where, view.values, PAGE, before)
            yield from found
            if len(found) < PAGE:
                return
            before = int(found[-1]["number"])

    def _sorted(self, tickets: list[Ticket], view: View, looker: Looker) -> list[Ticket]:
        ordered = sorted(tickets, key=urgent_first)
        for fact in reversed(view.sort):
            name, down = fact.removeprefix("-"), fact.startswith("-")
            told = {t.number: self._facts(t, looker)(name) for t in ordered}
            known = [t for t in ordered if told[t.number] not in (None, "")]
            known.sort(key=lambda t: _comparable(told[t.number]), reverse=down)
            ordered = known + [t for t in ordered if told[t.number] in (None, "")]
        return ordered


def urgent_first(ticket: Ticket) -> tuple[bool, float, datetime, int]:
    """The order of URGENT_FIRST, for tickets that are here already."""
    if ticket.status_kind == "done":
        since = ticket.updated_at.timestamp() if ticket.updated_at else 0.0
        return True, -since, LAST, ticket.number
    return False, -ticket.urgency, ticket.due_at or LAST, ticket.number


def _comparable(value: Any) -> tuple[bool, Any]:
    """Numbers and texts of one fact do not compare with each other: texts come last."""
    if isinstance(value, Elapsed):
        return False, value.now - value.since
    return isinstance(value, str), value


def in_order(counts: Mapping[str, int], book: Book) -> tuple[tuple[str, int], ...]:
    """By status, in the order in which the workflow names them."""
    places = {name: place for place, name in enumerate(book.workflow.statuses)}
    return tuple(sorted(counts.items(), key=lambda one: (places.get(one[0], len(places)), one[0])))
