"""An agent's mail that is clear, on its way to be carried out."""

from dataclasses import dataclass
from typing import Literal

from postdesk.mailbox.mail import Mail
from postdesk.rules.agent_mail import Run
from postdesk.rules.context import Context
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket


class RefusedError(Exception):
    """The ticket does not allow it; the text says why, for its author. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Job:
    """Who wrote what, about which ticket, and for whom; and against what it was read."""

    agent: Agent
    key: str  # of the mail
    mail: Mail
    run: Run
    to: Literal["customer", "team"]
    ticket: Ticket
    context: Context

    @property
    def because(self) -> str:
        """What history names as the reason."""
        return self.mail.message_id or self.key

    @property
    def inside(self) -> bool:
        """Does nothing of it reach the customer?"""
        return self.to == "team" or self.run.inside
