"""Matters: mails about one thing belong on one ticket, by a key or by their subject."""

from postdesk.daemon.store import Rows, Tickets
from postdesk.rules.effect import Join
from postdesk.rules.event import MailCame
from postdesk.rules.matter import bare
from postdesk.rules.ticket import Ticket


class Matters:
    """Callers bring the transaction."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)

    def open_ticket(self, join: Join, event: MailCame) -> Ticket | None:
        """The open ticket that a mail joins, locked; None where there is none."""
        number = join.number
        if join.key:
            number = self._rows.value("SELECT ticket FROM matter WHERE key = ?", join.key)
        elif join.subject:
            number = self._of_subject(event)
        ticket = self._tickets.get(number, lock=True) if number else None
        while ticket and ticket.merged_into:
            ticket = self._tickets.get(ticket.merged_into, lock=True)
        return ticket if ticket and ticket.status_kind != "done" else None

    def keep(self, key: str, number: int) -> None:
        """This ticket is about the matter from now on."""
        self._rows.run(
            "INSERT INTO matter (key, ticket) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET ticket = excluded.ticket",
            key,
            number,
        )

    def _of_subject(self, event: MailCame) -> int | None:
        wanted = bare(event.mail.subject)
        _, found = self._tickets.of_requester(event.mail.sender.addr)
        return next((row["number"] for row in found if bare(row["title"]) == wanted), None)
