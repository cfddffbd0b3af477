"""Effects on words: what is filed on a ticket, and what leaves the desk."""

from dataclasses import dataclass, field
from typing import Literal

from postdesk.mailbox.mail import Address, Attachment, Line
from postdesk.rules.ticket import Participant


@dataclass(frozen=True, slots=True)
class Open:
    """A ticket begins."""

    title: str
    requester: Participant
    created_by: str
    language: str
    channel: str
    address: str  # of ours, where the customer wrote


@dataclass(frozen=True, slots=True)
class Append:
    """Words are filed: a customer's ("in"), an agent's answer ("out"), or a note."""

    kind: Literal["in", "out", "note"]
    message_id: str
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str  # the new words
    full_text: str
    rich: tuple[Line, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    key: str = ""  # the intake key of the mail, whose bytes hold the attachments
    agent: str | None = None  # the author's handle, when one of ours
    machine: str = ""
    bystander: bool = False  # its writer is no participant
    asks: bool = True  # somebody waits for an answer to it: not so for machines, and mere thanks


@dataclass(frozen=True, slots=True)
class Reply:
    """A letter from a template goes to the customer."""

    template: str
    to: str


@dataclass(frozen=True, slots=True)
class Notify:
    """Agents are told, each by a letter of their own; in a crowd, by a bundle of many tickets."""

    agents: tuple[str, ...]
    why: str
    bundled: bool = False
    addresses: tuple[str, ...] = ()  # of others who are told and cannot act


@dataclass(frozen=True, slots=True)
class Drop:
    """The mail is dropped: no ticket, no letter; its bytes are kept, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Keep:
    """The mail is held for a person to look at: no ticket yet, no letter."""

    reason: str


@dataclass(frozen=True, slots=True)
class Join:
    """The mail belongs to the open ticket of the same matter, where there is one.

    ``key``: of the matter, kept with a new ticket. ``subject``: the requester's open ticket of
    the same subject. ``number``: that ticket, while it is open. ``otherwise``: what becomes of the
    mail where there is none; None: it opens a ticket.
    """

    key: str = ""
    subject: bool = False
    number: int | None = None
    otherwise: Drop | Keep | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The agent's words just filed go to every participant."""

    agent: str
    to: tuple[Participant, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A line of history about something that changes nothing."""

    act: str
    detail: dict[str, object] = field(default_factory=dict)
