"""The roster as the database has it: who is away, who has how much, and whose turn was when.

Only the absences are read at once; the rest is read when a choice looks at it, because it is costly
and most tickets only ask who is there to be told. A choice holds until its transaction ends: from
its first look at loads or turns no other node chooses.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Rows
from postdesk.daemon.times import from_text, utc_text
from postdesk.rules.assign import Roster, reach
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket

RECENT = 20  # tickets of a customer in which those who know her are looked for

T = TypeVar("T")


class Rosters:
    """Reads and keeps the roster. Callers bring the transaction."""

    def __init__(self, rows: Rows, first_number: int) -> None:
        self._rows = rows
        self._first_number = first_number

    def of(self, ticket: Ticket, people: People, now: datetime) -> Roster:
        """What a choice for this ticket may ask; good for this transaction."""
        return Roster(
            away=self.absent(now),
            open=Later(lambda: self._open(_may_get(ticket, people))),
            turns=Later(lambda: self._turns(_line(ticket, people))),
            knew=Later(lambda: self._knew(_addresses(ticket, people))),
        )

    def everybody(self, people: People, now: datetime) -> Roster:
        """Who of all agents is away, and what those have who have a capacity; for no ticket."""
        limited = [a.handle for a in people.agents.values() if a.capacity is not None]
        return Roster(away=self.absent(now), open=Later(lambda: self._count(limited)))

    def given(self, ticket: Ticket, people: People, handle: str) -> None:
        """A way to assign has given her this ticket: her turn in its team is over."""
        self.alone()
        line = _line(ticket, people)
        others = [other for other in self._order(line) if other != handle]
        self._rows.run(
            "INSERT INTO rotation (team, handles) VALUES (?, ?)"
            " ON CONFLICT (team) DO UPDATE SET handles = excluded.handles",
            line,
            dumps([*others, handle]),
        )

    def away(self, handle: str, until: datetime | None, now: datetime, note: str = "") -> None:
        """She is away from now on; ``until`` None: until she is back."""
        self._rows.run(
            "INSERT INTO absence (agent, since, until, note) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (agent) DO UPDATE SET"
            " since = excluded.since, until = excluded.until, note = excluded.note",
            handle,
            utc_text(now),
            utc_text(until) if until else None,
            note,
        )

    def back(self, handle: str) -> None:
        """She is there again."""
        self._rows.run("DELETE FROM absence WHERE agent = ?", handle)

    def absent(self, now: datetime) -> frozenset[str]:
        """The handles of who is away now."""
        moment = utc_text(now)
        found = self._rows.all(
            "SELECT agent FROM absence WHERE since <= ? AND (until IS NULL OR until > ?)",
            moment,
            moment,
        )
        return frozenset(row["agent"] for row in found)

    def alone(self) -> None:
        """Until the transaction ends no other node chooses an agent.

        The lock is that of the ticket counter, because who opens a ticket takes it as well: of two
        nodes with two locks, each might wait for the other's. SQLite has one writer anyway.
        """
        if self._rows.sqlite:
            return
        ask = f"SELECT 1 FROM counter WHERE name = 'ticket'{self._rows.lock()}"
        if self._rows.value(ask) is None:
            self._rows.run(
                "INSERT INTO counter (name, value) VALUES ('ticket', ?) ON CONFLICT DO NOTHING",
                self._first_number - 1,
            )
            self._rows.value(ask)

    def _open(self, handles: Collection[str]) -> dict[str, int]:
        self.alone()
        return self._count(handles)

    def _count(self, handles: Collection[str]) -> dict[str, int]:
        if not handles:
            return {}
        found = self._rows.all(
            "SELECT assignee, count(*) AS many FROM ticket"
            f" WHERE assignee IN ({_marks(handles)}) AND status_kind = 'open' GROUP BY assignee",
            *handles,
        )
        return {row["assignee"]: int(row["many"]) for row in found}

    def _turns(self, line: str) -> dict[str, int]:
        self.alone()
        return {handle: place for place, handle in enumerate(self._order(line))}

    def _order(self, line: str) -> list[str]:
        found = self._rows.value("SELECT handles FROM rotation WHERE team = ?", line)
        return list(json.loads(found)) if found else []

    def _knew(self, addresses: Collection[str]) -> dict[str, datetime]:
        if not addresses:
            return {}
        found = self._rows.all(
            "SELECT agent, max(at) AS at FROM message WHERE kind = 'out' AND agent IS NOT NULL"
            f" AND ticket IN (SELECT number FROM ticket WHERE requester IN ({_marks(addresses)})"
            " ORDER BY number DESC LIMIT ?) GROUP BY agent",
            *addresses,
            RECENT,
        )
        return {row["agent"]: at for row in found if (at := from_text(row["at"]))}


class Later(Mapping[str, T]):
    """A mapping that is fetched when it is first looked into."""

    def __init__(self, fetch: Callable[[], dict[str, T]]) -> None:
        self._fetch = fetch
        self._found: dict[str, T] | None = None

    def _all(self) -> dict[str, T]:
        # No cached_property: before Python 3.12 one lock serves all threads of the process, and
        # would be held while the database makes one of them wait for another.
        if self._found is None:
            self._found = self._fetch()
        return self._found

    def __getitem__(self, key: str) -> T:
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _may_get(ticket: Ticket, people: People) -> list[str]:
    agents = reach("coordinator", ticket, people)
    return list(dict.fromkeys(agent.handle for agent in agents))


def _line(ticket: Ticket, people: People) -> str:
    """The name of the team whose agents take turns; ``""`` for all agents of the desk."""
    team = people.team(ticket.team or "")
    return team.name if team else ""


def _addresses(ticket: Ticket, people: People) -> tuple[str, ...]:
    """All addresses that the ticket's customer is known to have."""
    if ticket.requester is None:
        return ()
    known = people.customer_of(ticket.requester.address)
    return (known.address, *known.addresses) if known else (ticket.requester.address,)


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))
