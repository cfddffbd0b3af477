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
class Asked:
    """Who asked for something, in which mail."""

    agent: Agent
    key: str  # the intake key of that mail
    message_id: str = ""
    subject: str = ""


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
    def asked(self) -> Asked:
        """Whom its answers go to, and what they answer."""
        return Asked(self.agent, self.key, self.mail.message_id, self.mail.subject)

    @property
    def inside(self) -> bool:
        """Does nothing of it reach the customer?"""
        return self.to == "team" or self.run.inside
