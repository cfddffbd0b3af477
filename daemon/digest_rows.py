"""What stands in an agent's digest: her tickets, what is new, overdue, held, or taken by others."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.deeds import OF_WORDS
from postdesk.daemon.history_words import Teller
from postdesk.daemon.listing import Reader, is_overdue
from postdesk.daemon.queries import Queries, in_order, urgent_first
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.store_digests import Last
from postdesk.daemon.times import from_text
from postdesk.daemon.views import Looker, view_of
from postdesk.rules.book import Book
from postdesk.rules.people import Agent
from postdesk.rules.telling import NOTICE
from postdesk.rules.ticket import Ticket
from postdesk.templates.views import SectionName
from postdesk.templates.words import say, when

MOST = 1000  # open tickets of an agent and her teams that are looked at
MOST_DONE = 30  # lines of what her commands did
# Held comes first, because nothing of it goes on by itself; a ticket stands in one section only.
ORDER: tuple[SectionName, ...] = ("held", "overdue", "new", "mine", "unassigned", "taken")
# What of history is no act of a person who is told what her commands did.
_BESIDE = OF_WORDS | {"opened", "held", "released", "cancelled", "still held"}


@dataclass(frozen=True, slots=True)
class Morning:
    """All that is told: tickets by section, what is to be said of some, what commands did."""

    sections: tuple[tuple[SectionName, tuple[Ticket, ...]], ...]
    notes: dict[int, str]
    new: int
    overdue: int
    done: tuple[str, ...]
    counts: tuple[tuple[str, int], ...] = ()  # of what is open, by status

    @property
    def numbers(self) -> list[int]:
        """Of all tickets that are told."""
        return [ticket.number for _, tickets in self.sections for ticket in tickets]

    @property
    def empty(self) -> bool:
        """Is there nothing to tell?"""
        return not self.done and not any(tickets for _, tickets in self.sections)


class DigestRows:
    """Reads within the caller's transaction."""

    def __init__(self, rows: Rows, queries: Queries) -> None:
        self._rows = rows
        self._queries = queries

    def morning(
        self, agent: Agent, since: Last, book: Book, reader: Reader, teller: Teller
    ) -> Morning:
        """What has come since the last digest, and what is still there."""
        now = reader.now
        found = self._tickets(agent, book, now)
        held = self._held(agent)
        taken = self._taken(agent, since)
        mine = [t for t in found if t.assignee == agent.handle]
        free = [t for t in found if t.assignee is None]
        late = [t for t in found if is_overdue(t, now)]
        new = [t for t in (*mine, *free) if t.opened_at and t.opened_at >= since.at]
        sections: dict[SectionName, Sequence[Ticket]] = {
            "held": self._queries.of_numbers(list(held)),
            "overdue": late,
            "new": new,
            "mine": mine,
            "unassigned": free,
            "taken": taken,
        }
        asked = {
            number: say("digest.held", reader.language, when=_when(at, teller))
            for number, at in held.items()
        }
        others = {t.number: self._taker(t, reader) for t in taken}
        done = self._done(agent, since, teller)
        counts = in_order(Counter(ticket.status for ticket in found), book)
        return Morning(_apart(sections), others | asked, len(new), len(late), done, counts)

    def _tickets(self, agent: Agent, book: Book, now: datetime) -> list[Ticket]:
        """What is open and hers, or nobody's and her teams', or in no team; and all of the teams
        that she leads."""
        looker = Looker(agent, book, now)
        wanted: dict[int, Ticket] = {}
        for name in ("mine", "team", "unassigned"):
            view = view_of(name, looker)
            assert view is not None
            for ticket in self._queries.view(view, looker, MOST).tickets:
                if _concerns(ticket, agent, book):
                    wanted[ticket.number] = ticket
        return sorted(wanted.values(), key=urgent_first)

    def _held(self, agent: Agent) -> dict[int, datetime | None]:
        """The tickets on which a mail of hers waits for a word, and since when."""
        found = self._rows.all(
            "SELECT ticket, min(asked_at) AS at FROM hold WHERE state = 'waiting' AND agent = ?"
            " AND ticket IS NOT NULL GROUP BY ticket ORDER BY ticket",
            agent.handle,
        )
        return {int(row["ticket"]): from_text(row["at"]) for row in found}

    def _taken(self, agent: Agent, since: Last) -> list[Ticket]:
        """Those that she was told of, and that others have now."""
        told = {
            int(row["ticket"])
            for row in self._lines("notified", since)
            if _told_of_new(json.loads(row["detail"]), agent)
        }
        found = self._queries.of_numbers(sorted(told))
        return [t for t in found if t.assignee not in (None, agent.handle)]

    def _lines(self, act: str, since: Last) -> list[Row]:
        return self._rows.all(
            "SELECT ticket, detail FROM history WHERE id > ? AND act = ?", since.history, act
        )

    def _taker(self, ticket: Ticket, reader: Reader) -> str:
        name = reader.names.get(ticket.assignee or "", ticket.assignee or "")
        return say("digest.taken", reader.language, name=name)

    def _done(self, agent: Agent, since: Last, teller: Teller) -> tuple[str, ...]:
        """What her commands did, the latest last."""
        found = self._rows.all(
            "SELECT ticket, act, detail FROM history WHERE id > ? AND actor = ? ORDER BY id DESC"
            " LIMIT ?",
            since.history,
            agent.handle,
            MOST_DONE * 10,
        )
        lines = [row for row in found if row["act"] not in _BESIDE][:MOST_DONE]
        told = ({**row, "detail": json.loads(row["detail"])} for row in reversed(lines))
        return tuple(f"#{row['ticket']} {teller.sentence(row)}" for row in told)


def _concerns(ticket: Ticket, agent: Agent, book: Book) -> bool:
    """Is it hers, or might she take it, or does she lead the team that has it?"""
    if ticket.assignee == agent.handle:
        return True
    team = book.people.team(ticket.team or "")
    if team is None:
        return ticket.assignee is None and agent.role in ("agent", "lead")
    if team.lead == agent.handle:
        return True
    return ticket.assignee is None and agent.handle in team.members


def _told_of_new(detail: dict[str, object], agent: Agent) -> bool:
    agents = detail.get("agents")
    new = NOTICE.get(str(detail.get("why"))) == "new"
    return new and isinstance(agents, list) and agent.handle in agents


def _when(at: datetime | None, teller: Teller) -> str:
    return when(at, teller.timezone, teller.language) if at else ""


def _apart(
    sections: dict[SectionName, Sequence[Ticket]],
) -> tuple[tuple[SectionName, tuple[Ticket, ...]], ...]:
    """Each ticket in the first of the sections that has it."""
    seen: set[int] = set()
    found = []
    for name in ORDER:
        own = tuple(t for t in sections[name] if t.number not in seen)
        seen |= {ticket.number for ticket in own}
        found.append((name, own))
    return tuple(found)
