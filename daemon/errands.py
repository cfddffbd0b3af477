"""What an agent's commands ask to be mailed: letters that only she gets."""

from datetime import datetime

from postdesk.daemon.job import Job, RefusedError
from postdesk.rules import order_people as folk
from postdesk.rules.order import Order


class Errands:
    """Callers bring the transaction. Raises RefusedError."""

    def preview(self, job: Job, now: datetime) -> None:
        """Mail the agent what would go out."""
        raise RefusedError("#preview cannot be answered by mail yet")

    def answer(self, order: Order, job: Job, now: datetime) -> None:
        """Mail the agent what she asked for; nothing for what is done elsewhere."""
        said = folk.KeepInside | folk.SendLater | folk.OfferSolution | folk.SendVia | folk.UseReply
        if not isinstance(order, said):
            raise RefusedError(f"#{order.verb} cannot be answered by mail yet")
