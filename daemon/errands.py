"""What an agent's commands ask to be mailed: letters that only she gets."""

from collections.abc import Sequence
from datetime import datetime

from postdesk.daemon.deeds import Mark
from postdesk.daemon.job import Asked, Job
from postdesk.daemon.lookups import Lookups
from postdesk.daemon.outbox import Draft
from postdesk.daemon.previews import Previews
from postdesk.daemon.store_outbox import Outbox
from postdesk.rules.order import Order
from postdesk.rules.ticket import Ticket


class Errands:
    """Callers bring the transaction. Raises RefusedError."""

    def __init__(self, outbox: Outbox, lookups: Lookups, previews: Previews) -> None:
        self._outbox = outbox
        self._lookups = lookups
        self._previews = previews

    def answer(
        self, order: Order, asked: Asked, now: datetime, ticket: Ticket | None = None
    ) -> None:
        """Mail the agent what she asked for; nothing for what is done elsewhere.

        ``ticket``: on which she asked, where it was on one.
        """
        self._outbox.add(self._lookups.drafts(order, asked, now, ticket))

    def mark(self) -> Mark:
        """How far things have come, to be asked before a job is tried for its preview."""
        return self._previews.deeds.mark()

    def preview(self, job: Job, since: Mark, now: datetime) -> Draft:
        """What would go out, as the job has just done it, as a letter to the agent."""
        return self._previews.draft(job, since, now)

    def send(self, drafts: Sequence[Draft]) -> None:
        """Write these letters."""
        self._outbox.add(drafts)
