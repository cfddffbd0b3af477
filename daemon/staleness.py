"""Answers written on an old state: what happened since the letter that an agent answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from postdesk.daemon.store import Row, Rows
from postdesk.daemon.times import from_text
from postdesk.mailbox.mail import Mail
from postdesk.rules.book import Book
from postdesk.rules.hold import Cause
from postdesk.rules.order import Order
from postdesk.rules.order_people import OfferSolution
from postdesk.rules.order_work import Close, Resolve
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket

ENDS = (Close, Resolve, OfferSolution)
SHOWN = 120  # characters of what was written since
MOST_ANSWERED = 20  # letters of one thread that are looked at


@dataclass(frozen=True, slots=True)
class Staleness:
    """Reads tickets and letters within the caller's transaction. ``when``: `[desk] stale`."""

    rows: Rows
    when: Literal["warn", "hold"]

    def causes(
        self,
        mail: Mail,
        orders: Sequence[Order],
        ticket: Ticket,
        agent: Agent,
        book: Book,
        now: datetime,
        *,
        says: bool,
    ) -> tuple[Cause, ...]:
        """Why an answer had better wait: a colleague was faster, or it ends what goes on.

        ``says``: words of it go to the customer; a note is never too late.

        Where the customer merely wrote on it leaves; her mail is told to its author anyway.
        """
        seen = self._seen(mail)
        if seen is None:
            return ()
        for row in self._since(ticket.number, seen):
            if says and row["kind"] == "out" and row["agent"] != agent.handle:
                return (self._cause(_name(row, book), "answered", row, now),)
            if row["kind"] == "in" and (_ends(orders) or (says and self.when == "hold")):
                who = row["sender_name"] or row["sender"]
                return (self._cause(who, "wrote", row, now),)
        return ()

    def _seen(self, mail: Mail) -> str | None:
        """When the letter was written that this mail answers; the latest of them."""
        ids = list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))[:MOST_ANSWERED]
        if not ids:
            return None
        marks = ", ".join("?" * len(ids))
        found = self.rows.value(
            f"SELECT max(written_at) FROM letter WHERE message_id IN ({marks})", *ids
        )
        return str(found) if found else None

    def _since(self, number: int, seen: str) -> list[Row]:
        return self.rows.all(
            "SELECT kind, agent, sender, sender_name, at, text FROM message"
            " WHERE ticket = ? AND at > ? AND kind IN ('in', 'out') AND machine = '' ORDER BY id",
            number,
            seen,
        )

    def _cause(self, who: str, did: str, row: Row, now: datetime) -> Cause:
        at = from_text(row["at"]) or now
        words = " ".join(str(row["text"]).split())[:SHOWN]
        return Cause("other", f'{who} {did} {_ago(at, now)}: "{words}"')


def _ends(orders: Sequence[Order]) -> bool:
    return any(isinstance(order, ENDS) for order in orders)


def _name(row: Row, book: Book) -> str:
    agent = book.people.agent(row["agent"] or "")
    return agent.name if agent else row["sender_name"] or row["sender"]


def _ago(at: datetime, now: datetime) -> str:
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    return f"{minutes // 60} hours ago"
