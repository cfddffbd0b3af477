"""Letters from steps: whom an event makes us write to; one draft to one recipient."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from postdesk.daemon.outbox import Draft
from postdesk.mailbox.mail import Address
from postdesk.rules.book import Book
from postdesk.rules.effect import Escalate, Step
from postdesk.rules.event import Event
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.render import Rendered

Render = Callable[[str, str, Mapping[str, object]], Rendered]

RECEIPT = (
    ("Auto-Submitted", "auto-replied"),  # RFC 3834
    ("X-Auto-Response-Suppress", "All"),
    ("X-Postdesk-Desk", "receipt"),
)
NOTICE = (
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Postdesk-Desk", "notification"),
)
MORNING = (*NOTICE[:2], ("X-Postdesk-Desk", "digest"))


@dataclass(frozen=True, slots=True)
class Voice:
    """The desk's own settings that letters need."""

    name: str
    address: str
    from_name: str
    language: str
    timezone: str
    send_delay: timedelta

    def desk(self, ticket: Ticket | None = None) -> views.Desk:
        """The desk as the reader of a letter knows it: by the address the customer wrote to."""
        address = (ticket.address if ticket else "") or self.address
        return views.Desk(self.name, address, self.timezone)

    def sender(self, ticket: Ticket | None, name: str = "") -> Address:
        """Who a letter is from."""
        return Address(name or self.name, self.desk(ticket).address)

    def language_of(self, agent: Agent) -> str:
        """The language of what this agent is shown."""
        return agent.language or self.language


@dataclass(frozen=True, slots=True)
class Case:
    """One event with all that letters about it need."""

    ticket: Ticket  # as it is after the steps
    event: Event
    book: Book
    now: datetime


class Writer(Protocol):
    """Writes the drafts for one kind of reader."""

    def drafts(self, step: Step, case: Case) -> list[Draft]:
        """The letters that this step asks for; none where it asks for none of this kind."""


def written(writers: Sequence[Writer], steps: Sequence[Step], case: Case) -> list[Draft]:
    """All letters of an event, in the order of its steps; one notification to a person at most.

    That of an escalation goes before others: it says the most.
    """
    drafts: list[Draft] = []
    told: set[str] = set()
    for step in sorted(steps, key=lambda step: not isinstance(step.effect, Escalate)):
        for draft in (draft for writer in writers for draft in writer.drafts(step, case)):
            notice = draft.to.addr if draft.kind == "notification" else ""
            if notice not in told:
                drafts.append(draft)
            told |= {notice} - {""}
    return drafts
