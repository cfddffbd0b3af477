"""What would happen to a mail: decided as any mail, looked at, and undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.ending import End
from postdesk.daemon.filing import Decided
from postdesk.daemon.house import House
from postdesk.daemon.reading import Addresses, clues_of, writer_of
from postdesk.daemon.store import Row
from postdesk.daemon.twins import Twins
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.asides import asides_of
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.parse import parse
from postdesk.mailbox.spool import Item, new_key
from postdesk.rules.authority import Writer
from postdesk.rules.match import Match, match
from postdesk.rules.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail's own bytes do not tell."""

    mail_from: str
    rcpts: tuple[str, ...]
    peer: str = ""
    source: str = "smtp"
    arrived: datetime | None = None  # in its mailbox; None: just now


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that would come of one mail, and why."""

    mail: Mail
    writer: Writer
    found: Match
    end: End
    decided: Sequence[Decided]  # events in their order, with the rules that were looked at
    history: Sequence[Row]  # lines that would be written
    letters: Sequence[Row]  # that would leave
    ticket: Ticket | None  # as it would be afterwards
    twin: Row | None = None  # the same mail is here already: its `key` and `ticket`


class _Undo(Exception):
    """Whatever was written is to be forgotten."""


class Explaining:
    """Asks a house of its own, which no daemon works in. Nothing is changed by it."""

    def __init__(self, house: House) -> None:
        self._house = house

    def explain(
        self, raw: bytes, envelope: Envelope, now: datetime, *, as_new: bool = False
    ) -> Explanation:
        """``as_new``: as if the desk had never had this mail.

        Raises what deciding it raises, LookupError while no rules are in force, StoreTrouble.
        """
        mail = parse(raw)
        item = _item(raw, envelope, now)
        parsed = Parsed(item.key, mail, asides=asides_of(mail, raw))
        found: Explanation | None = None
        try:
            with self._house.rows.transaction():
                found = self._look(item, parsed, now, as_new=as_new)
                raise _Undo
        except _Undo:
            assert found is not None
            return found

    def _look(self, item: Item, parsed: Parsed, now: datetime, *, as_new: bool) -> Explanation:
        house, mail = self._house, parsed.mail
        people = house.book().people
        ours = Addresses(house.config.desk.address, house.marks)
        twin = Twins(house.rows, ours).of(item, mail)
        if as_new:
            house.rows.run("DELETE FROM intake WHERE digest = ?", mail.digest)
        clues = match(clues_of(item, mail, house.marks, house.tickets))
        before = self._last("history"), self._last("letter")
        decided: list[Decided] = []
        house.filing.witness = decided.append
        try:
            end = house.desk.consider(item, parsed, now)
        finally:
            house.filing.witness = None
        return Explanation(
            mail,
            writer_of(mail, clues.mark, house.marks, people),
            clues,
            end,
            decided,
            self._since("history", before[0]),
            self._since("letter", before[1]),
            house.tickets.get(end.ticket) if end.ticket else None,
            twin,
        )

    def _last(self, table: str) -> int:
        return int(self._house.rows.value(f"SELECT max(id) FROM {table}") or 0)

    def _since(self, table: str, before: int) -> list[Row]:
        found = self._house.rows.all(f"SELECT * FROM {table} WHERE id > ? ORDER BY id", before)
        return found


def _item(raw: bytes, envelope: Envelope, now: datetime) -> Item:
    return Item(
        key=new_key(),
        state="new",
        source=envelope.source,
        mail_from=envelope.mail_from,
        rcpts=envelope.rcpts,
        peer=envelope.peer,
        received_at=now,
        arrived_at=envelope.arrived or now,
        sender="",
        to="",
        subject="",
        size=len(raw),
        tries=0,
        reason="",
        ticket=None,
    )
