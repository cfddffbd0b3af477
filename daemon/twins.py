"""The same mail once more, by another way: known by its content, told to whom it is news."""

import json
from datetime import datetime

from postdesk.daemon.reading import Addresses, reason_withheld
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.store_holds import Intake
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spool import Item
from postdesk.rules.event import TwinCame
from postdesk.rules.people import People

FETCHED = "imap"  # the source of mails from a mailbox that is read


class Twins:
    """Callers bring the transaction."""

    def __init__(self, rows: Rows, ours: Addresses) -> None:
        self._rows = rows
        self._intake = Intake(rows)
        self._ours = ours

    def of(self, item: Item, mail: Mail) -> Row | None:
        """What was taken in before of the same content: its `key` and `ticket`.

        Two mails without a Message-ID may be alike and still be two; but a mailbox that is read
        again gives each mail again, and there a sender's own Date is name enough.
        """
        if mail.message_id or (item.source == FETCHED and mail.date):
            return self._intake.twin(mail.digest, item.key)
        return None

    def event(
        self, item: Item, mail: Mail, twin: Row, people: People, now: datetime
    ) -> TwinCame | None:
        """What the ticket that has its twin is to hear of this copy; None when nothing is new."""
        ticket = twin["ticket"]
        teams = self._ours.teams(item, mail, people)
        first = self._first_came(ticket, mail) if teams else None
        if first is None:
            return None
        return TwinCame(
            mail=mail,
            key=item.key,
            because=mail.message_id or item.key,
            teams=teams,
            withheld=reason_withheld(item, mail, now),
            told=self._told_since(ticket, first),
        )

    def _first_came(self, ticket: int, mail: Mail) -> datetime | None:
        """When it was filed as somebody's words to us; None for an agent's own, or one held."""
        found = self._rows.value(
            "SELECT min(i.at) FROM message m JOIN intake i ON i.key = m.intake"
            " WHERE m.ticket = ? AND m.kind = 'in' AND i.digest = ?",
            ticket,
            mail.digest,
        )
        return from_text(found)

    def _told_since(self, number: int, since: datetime) -> tuple[str, ...]:
        """The handles of the agents who were told of anything on a ticket since then."""
        found = self._rows.all(
            "SELECT detail FROM history WHERE ticket = ? AND act = 'notified' AND at >= ?",
            number,
            utc_text(since),
        )
        agents = (agent for row in found for agent in json.loads(row["detail"])["agents"])
        return tuple(dict.fromkeys(agents))
