"""May an automatic letter go to an address? The last word before one is written."""

from collections.abc import Callable
from datetime import datetime, timedelta

from postdesk.daemon.bounces import Bounces
from postdesk.daemon.store import Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.ticket import Ticket

HOUR = timedelta(hours=1)
AN_HOUR = 5  # answers to a customer's words, on one ticket


class Automatic:
    """Reads within the caller's transaction."""

    def __init__(self, rows: Rows, bounces: Bounces, is_ours: Callable[[str], bool]) -> None:
        self._rows = rows
        self._outbox = Outbox(rows)
        self._bounces = bounces
        self._is_ours = is_ours

    def withheld(self, ticket: Ticket, address: str) -> str:
        """Why this address gets none about the ticket; ``""`` when it may get one."""
        if ticket.spam:
            return "it is marked as spam"
        if address in ticket.muted:
            return "its reader has asked for no more"
        if self._is_ours(address):
            return "it is an address of ours"
        if self._bounces.is_dead(address):
            return "letters to this address come back"
        return self._machine(ticket.number, address)

    def enough(self, ticket: Ticket, address: str, now: datetime) -> bool:
        """Did so many letters answer its words within the hour that it may be a machine?"""
        return self._outbox.automatic_since(address, now - HOUR, ticket.number) > AN_HOUR

    def _machine(self, number: int, address: str) -> str:
        """What wrote last from there was a machine: nobody reads what it gets."""
        found = self._rows.value(
            "SELECT machine FROM message WHERE ticket = ? AND kind = 'in' AND sender = ?"
            " ORDER BY id DESC LIMIT 1",
            number,
            address,
        )
        return f"it is the address of a machine: {found}" if found else ""
