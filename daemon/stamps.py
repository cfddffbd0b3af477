"""The marks on our letters: reply address, Message-ID, References, and a line where it must be."""

import base64
import hashlib
from collections.abc import Callable
from urllib.parse import quote

from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.people import Agent


def person_of(agent: Agent) -> str:
    """How a mark names an agent: by handle, so that it holds for all of her addresses."""
    return f"agent:{agent.handle}"


class Stamps:
    """Writes marks for one target (a ticket's number, or a hold's) and one person."""

    def __init__(self, marks: Marks, target: str, purpose: Purpose, person: str) -> None:
        self._marks = marks
        self._mark = (target, purpose, person)

    @property
    def address(self) -> str:
        """The reply address."""
        return self._marks.address(*self._mark)

    def reply_to(self, name: str) -> Address:
        """The reply address, named for where an answer goes."""
        return Address(name, self.address)

    def link(self, number: int) -> Callable[[str], str] | None:
        """Makes the ``mailto:`` link that answers with a text; None where one address is all."""
        if self._marks.plain:
            return None
        head = f"mailto:{self.address}?subject=%5B%23{number}%5D&body="
        return lambda text: head + quote(text, safe="")

    def message_id(self, *unique: str) -> str:
        """A Message-ID that is the same each time the same letter is written."""
        seed = hashlib.sha256("\0".join((self._mark[2], *unique)).encode()).digest()[:8]
        tail = base64.b32encode(seed).decode().lower().rstrip("=")
        return self._marks.message_id(*self._mark, tail)

    def references(self, answered: str = "") -> tuple[str, ...]:
        """Root, the mark as an id of its own (some relays replace Message-ID), what it answers."""
        mark = self._marks.message_id(*self._mark)
        number = self._mark[0]
        root = (self._marks.root(int(number)),) if number.isdigit() else ()
        return (*root, mark, *((answered,) if answered else ()))

    @property
    def line(self) -> str:
        """The line of text that carries the mark where the reply address is plain; else ""."""
        return f"##- {self._marks.token(*self._mark)} -##" if self._marks.plain else ""

    def on(self, text: str) -> str:
        """The text, with the mark's line at its end where one is needed."""
        return f"{text.rstrip()}\n\n{self.line}\n" if self.line else text

    def envelope(self, number: int, recipient: str) -> str:
        """Where a failure of this letter comes back to."""
        return self._marks.address(str(number), Purpose.BOUNCE, recipient)

    @property
    def plain(self) -> bool:
        """Is there but one address for everything?"""
        return self._marks.plain
