"""All kept mail once more, by today's code and rules, in a database that is thrown away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from postdesk.daemon.ending import End
from postdesk.daemon.happened import Happened, Line
from postdesk.daemon.house import House
from postdesk.daemon.read_ahead import read_ahead
from postdesk.daemon.rows import ticket_of
from postdesk.daemon.shown import in_short
from postdesk.daemon.store import Rows
from postdesk.daemon.times import from_text
from postdesk.daemon.workers import GONE, Parsed
from postdesk.mailbox.spool import Item
from postdesk.rules.apply import apply
from postdesk.rules.effect import Move
from postdesk.rules.event import Ordered
from postdesk.rules.order_work import SetStatus

SHELL = "shell"  # the `because` of acts that no mail asked for
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)  # between two looks at what time brings
COMPARED = (
    *("title", "status", "urgency", "category", "team", "assignee", "requester", "participants"),
    *("language", "tags", "fields", "links", "merged_into", "escalation_level", "solution"),
    *("rating", "in", "out", "note"),
)
_HOLD = ("key", "agent", "towards", "reasons", "offered", "path", "asked_at", "expires_at", "state")

Told = Callable[[int], None]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A mail that would end elsewhere than it did."""

    mail: str  # the intake key
    subject: str
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A ticket of which something would be otherwise: what was, and what would be."""

    ticket: int
    title: str
    differences: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Replay:
    """How many mails were taken in again, and what came of it."""

    mails: int
    missing: int  # that are not kept any more
    tickets: int
    elsewhere: Sequence[Elsewhere]
    otherwise: Sequence[Otherwise]


class Replaying:
    """``real`` are the tables of the desk, which are only read; ``house`` has empty ones."""

    def __init__(self, house: House, real: Rows) -> None:
        self.house = house
        self._real = real
        self._happened = Happened(real, house.book().workflow)
        self._time = BEGINNING
        self._holds: dict[str, int] = {}
        self._spare = 0  # the next number for a ticket that there never was

    def run(self, until: datetime, told: Told = lambda _: None) -> Replay:
        """Raises SpoolError, StoreTrouble, CannotStartError."""
        items = [item for item in self.house.spool.since(BEGINNING) if item.state != "new"]
        ends: dict[str, End] = {}
        missing = 0
        with self._real.reading(), self.house.rows.reading():
            self.house.rows.run("PRAGMA synchronous = OFF")  # it is thrown away
            self._spare = int(self._real.value("SELECT max(number) FROM ticket") or 0)
            openings = self._happened.openings()
            holds = self._real.all("SELECT key, number FROM hold")
            self._holds = {row["key"]: int(row["number"]) for row in holds}
            acts = [line for line in self._happened.lines(BEGINNING) if line.because == SHELL]
            read = read_ahead(self.house.workers, [item.key for item in items])
            for item, parsed in zip(items, read, strict=True):
                if parsed.failure == GONE:
                    missing += 1
                    continue
                acts = self._acts_until(item.received_at, acts)
                ends |= self._again(item, parsed, openings)
                told(len(ends))
            self._acts_until(until, acts)
            self._passes(until)
            found = list(self._otherwise())
            tickets = len(self._tickets(self._real))
        elsewhere = [one for item in items if (one := _elsewhere(item, ends.get(item.key)))]
        return Replay(len(items) - missing, missing, tickets, elsewhere, found)

    # --- again -----------------------------------------------------------------------------------

    def _again(
        self, item: Item, parsed: Parsed, openings: Mapping[str, list[int]]
    ) -> dict[str, End]:
        """Where a mail ends, and the held one that it settles."""
        self._passes(item.received_at)
        began = openings.get(parsed.mail.message_id) or openings.get(item.key)
        if item.source == SHELL and item.ticket:
            began = [item.ticket]
        rows = self.house.rows
        try:
            with rows.transaction():
                self._next_number(min(began) if began else self._spare + 1)
                self._next_hold(self._holds.get(item.key))
                end = self.house.desk.consider(item, parsed, self._time)
                last = rows.value("SELECT value FROM counter WHERE name = 'ticket'")
        except Exception as error:
            return {item.key: End(item.key, None, f"fails: {type(error).__name__}: {error}")}
        self._spare = max(self._spare, int(last))
        settled = {end.released: End(end.released, end.ticket)} if end.released else {}
        return {item.key: end, **settled}

    def _next_number(self, number: int) -> None:
        """A ticket that is opened now has the number it had."""
        self.house.rows.run(
            "INSERT INTO counter (name, value) VALUES ('ticket', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            number - 1,
        )

    def _next_hold(self, number: int | None) -> None:
        """A mail that is held now has the number it had: the answer to the question names it."""
        rows = self.house.rows
        rows.run("DELETE FROM hold WHERE key = ''")
        if number and number > int(rows.value("SELECT max(number) FROM hold") or 0) + 1:
            nothing = {name: "" for name in _HOLD} | {"number": number - 1}
            rows.insert("hold", tuple(nothing), [tuple(nothing.values())])

    def _acts_until(self, moment: datetime, acts: list[Line]) -> list[Line]:
        """Do what was done from the shell until then; what is left of it."""
        due = [line for line in acts if line.at <= moment]
        for line in due:
            self._passes(line.at)
            self._act(line)
        return acts[len(due) :]

    def _act(self, line: Line) -> None:
        house, now, effect = self.house, self._time, line.effect
        with house.rows.transaction():
            ticket = house.tickets.get(line.ticket, lock=True)
            if ticket is None or effect is None:
                return
            if isinstance(effect, Move):
                order = Ordered(line.actor, (SetStatus(effect.status),), SHELL)
                house.filing.carry_out(ticket, order, house.book(), now)
            else:
                house.tickets.save(apply(ticket, effect, now, actor=line.actor))

    def _passes(self, until: datetime) -> None:
        """What comes due until then is done when it is due."""
        rows = self.house.rows
        while due := from_text(rows.value("SELECT min(next_deadline) FROM ticket")):
            if due > until or due <= self._time:
                break
            self._time = due
            self.house.by_clock(due)
        if until - self._time >= MINUTE:
            self.house.by_clock(until)
        self._time = max(self._time, until)

    # --- compared --------------------------------------------------------------------------------

    def _otherwise(self) -> Iterator[Otherwise]:
        was, would = self._tickets(self._real), self._tickets(self.house.rows)
        for number in sorted({*was, *would}):
            before, after = was.get(number, {}), would.get(number, {})
            differences = {
                name: (before.get(name), after.get(name))
                for name in COMPARED
                if before.get(name) != after.get(name)
            }
            if differences:
                title = str((before or after)["title"])
                yield Otherwise(number, title, differences)

    def _tickets(self, rows: Rows) -> dict[int, Facts]:
        """All tickets as JSON has them, with how many words of each kind they have."""
        found = {
            int(row["number"]): in_short(ticket_of(row))
            for row in rows.all("SELECT * FROM ticket ORDER BY number")
        }
        for row in rows.all(
            "SELECT ticket, kind, count(*) AS many FROM message GROUP BY ticket, kind"
        ):
            if row["ticket"] in found:
                found[row["ticket"]][row["kind"]] = int(row["many"])
        return found


def _elsewhere(item: Item, end: End | None) -> Elsewhere | None:
    if end is None:
        return None
    was = _place(item.ticket, held=item.state == "held")
    would = end.reason if end.reason.startswith("fails: ") else _place(end.ticket, held=end.held)
    return Elsewhere(item.key, item.subject, was, would) if was != would else None


def _place(ticket: int | None, *, held: bool) -> str:
    where = f"on ticket {ticket}" if ticket else "on no ticket"
    return f"held, {where}" if held else where
