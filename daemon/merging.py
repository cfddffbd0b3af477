"""Merge, unmerge and split: what is done to two tickets at once, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.filing import Filing
from postdesk.daemon.store import Row, Rows, Tickets
from postdesk.rules.book import Book
from postdesk.rules.event import Absorbed, GaveAway, Merged, SplitOff
from postdesk.rules.joining import HAS
from postdesk.rules.ticket import Participant, Ticket


class CannotJoinError(Exception):
    """These tickets cannot be made one, or taken apart; the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class By:
    """Who wants it, and in which mail."""

    actor: str
    because: str


class Merging:
    """Callers bring the transaction. Raises CannotJoinError before anything is written."""

    def __init__(self, rows: Rows, filing: Filing, book: Callable[[], Book]) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._filing = filing
        self._book = book

    def merge(self, source: int, target: int, by: By, now: datetime) -> int:
        """One ticket becomes a part of the other; the number it is found under from now on."""
        first, second = self._both(source, target)
        if first.merged_into:
            raise CannotJoinError(f"#{source} is a part of #{first.merged_into} already")
        if first.number == second.number:
            raise CannotJoinError(f"#{source} cannot become a part of itself")
        book = self._book()
        self._filing.carry_out(first, Merged(second.number, by.actor, by.because), book, now)
        joined = Absorbed(first.number, first.participants, by.actor, by.because)
        self._filing.carry_out(second, joined, book, now)
        return second.number

    def unmerge(self, number: int, source: int | None, by: By, now: datetime) -> int:
        """Take a merge back: of that part of the ticket, or of the latest; the part's number."""
        ticket = self._tickets.get(number, lock=True)
        parts = [link.number for link in ticket.links if link.kind == HAS] if ticket else []
        if ticket and ticket.merged_into and source is None:
            number, source = ticket.merged_into, ticket.number
            ticket = self._tickets.get(number, lock=True)
        elif source is None and parts:
            source = parts[-1]
        part = self._tickets.get(source, lock=True) if source else None
        if ticket is None or part is None or part.merged_into != ticket.number:
            named = f"#{source} is" if source else "nothing is"
            raise CannotJoinError(f"{named} no part of #{number}")
        book = self._book()
        self._filing.carry_out(part, Merged(None, by.actor, by.because), book, now)
        apart = Absorbed(part.number, (), by.actor, by.because, gone=True)
        self._filing.carry_out(ticket, apart, book, now)
        return part.number

    def split(self, number: int, message: int, by: By, now: datetime) -> int:
        """A message, counted from 1 as `show` does, begins a ticket; the new one's number."""
        ticket = self._tickets.get(number, lock=True)
        found = self._tickets.messages(number)
        if ticket is None or not 1 <= message <= len(found):
            raise CannotJoinError(f"#{number} has {len(found)} messages, counted from 1")
        if len(found) == 1:
            raise CannotJoinError(f"#{number} has one message only: nothing would be left")
        row = found[message - 1]
        if row["kind"] != "in":
            raise CannotJoinError("only what a customer wrote can begin a ticket")
        new = self._filing.begin(_off(ticket, row, by), self._book(), now)
        self._move(row, new.number)
        told = GaveAway(new.number, by.actor, by.because)
        self._filing.carry_out(ticket, told, self._book(), now)
        return new.number

    def _both(self, source: int, target: int) -> tuple[Ticket, Ticket]:
        """Both, locked in the order of their numbers, so that no two agents wait for each other."""
        found = {n: self._tickets.get(n, lock=True) for n in sorted({source, target})}
        first, second = found[source], found[target]
        seen = {target}
        while second and second.merged_into and second.merged_into not in seen:
            seen.add(second.merged_into)
            second = self._tickets.get(second.merged_into, lock=True)
        if first is None or second is None:
            raise CannotJoinError(f"there is no ticket #{source if first is None else target}")
        return first, second

    def _move(self, row: Row, number: int) -> None:
        """The message, and the replies to it, belong to the new ticket."""
        self._rows.run("UPDATE message SET ticket = ? WHERE id = ?", number, row["id"])
        self._rows.run("UPDATE words SET ticket = ? WHERE rowid = ?", number, row["id"])
        if row["message_id"]:
            self._rows.run("UPDATE known_id SET ticket = ? WHERE id = ?", number, row["message_id"])


def _off(ticket: Ticket, row: Row, by: By) -> SplitOff:
    return SplitOff(
        origin=ticket.number,
        title=row["subject"] or ticket.title,
        requester=Participant(row["sender"], row["sender_name"], "requester"),
        language=ticket.language,
        address=ticket.address,
        team=ticket.team,
        actor=by.actor,
        because=by.because,
    )
