"""What a rule may ask of the rest of the desk. Fetched when it is asked for, and not before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from postdesk.rules.assign import Roster
from postdesk.rules.people import People
from postdesk.rules.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Around:
    """The desk around one ticket, as ``decide`` is handed it; in tests, plain values."""

    roster: Callable[[Ticket, People, datetime], Roster] = lambda *_: Roster()
    sender_open: Callable[[str], int] = lambda _: 0  # open tickets of this address
    # Why an address gets no automatic letter about a ticket; "" where it may get one.
    withheld: Callable[[Ticket, str], str] = lambda _ticket, _address: ""
    # Has an address got its fill of answers to its words on a ticket?
    enough: Callable[[Ticket, str, datetime], bool] = lambda _ticket, _address, _now: False
    zone: str = "UTC"  # the desk's time zone


NOTHING_AROUND = Around()
