"""What is asked for: each effect is one thing that happens to a ticket or leaves the desk."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from postdesk.mailbox.mail import Address, Attachment, Line
from postdesk.rules.ticket import Clock, Kind, Link, Participant


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
class Assign:
    """The ticket gets an owner, or none."""

    agent: str | None


@dataclass(frozen=True, slots=True)
class SetTeam:
    """The ticket goes to a team."""

    team: str | None


@dataclass(frozen=True, slots=True)
class SetCategory:
    """The ticket is sorted."""

    category: str | None


@dataclass(frozen=True, slots=True)
class SetUrgency:
    """1 to 5 stars."""

    urgency: int


@dataclass(frozen=True, slots=True)
class Move:
    """The ticket's status changes; ``kind`` is the new status's."""

    status: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Tag:
    """Tags come and go."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetField:
    """A field of the desk's own gets a value; an empty one takes it away."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """The language of letters to the customer."""

    language: str


@dataclass(frozen=True, slots=True)
class Include:
    """Somebody outside gets the answers from now on."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class Tie:
    """The ticket is tied to another."""

    link: Link


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
class Await:
    """Nobody is available: assigned in this way as soon as somebody is. None: no longer."""

    strategy: str | None


@dataclass(frozen=True, slots=True)
class SetSla:
    """Other promises hold; None: those of customer, organisation or team."""

    sla: str | None


@dataclass(frozen=True, slots=True)
class SetDue:
    """By when it is due, set by a person or a rule; None: with the promise again."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class MarkSpam:
    """It is spam, or is not."""

    spam: bool


@dataclass(frozen=True, slots=True)
class Escalate:
    """Somebody higher must know: 1 the agent, 2 the lead, 3 the manager."""

    level: int
    to: tuple[str, ...]  # handles


@dataclass(frozen=True, slots=True)
class AskApproval:
    """These agents are asked for their yes."""

    approvers: tuple[str, ...]  # handles
    reason: str
    level: int = 0  # to which the ticket escalates at the last yes; 0: to none


@dataclass(frozen=True, slots=True)
class Approve:
    """An approver said yes or no."""

    approver: str
    yes: bool
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Reckon:
    """What is promised, and when to look at the ticket next, as it stands now."""

    clocks: tuple[Clock, ...]
    respond_by: datetime | None
    resolve_by: datetime | None
    due_at: datetime | None
    next_deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Fire:
    """These moments came; they never come again."""

    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wake:
    """What was put off comes back then; None: it is not put off."""

    at: datetime | None


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
    the same subject. ``number``: that ticket, while it is open.
    """

    key: str = ""
    subject: bool = False
    number: int | None = None


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


Effect = (
    Open
    | Append
    | Assign
    | SetTeam
    | SetCategory
    | SetUrgency
    | Move
    | Tag
    | SetField
    | SetLanguage
    | Include
    | Tie
    | Await
    | SetSla
    | SetDue
    | MarkSpam
    | Escalate
    | AskApproval
    | Approve
    | Reckon
    | Fire
    | Wake
    | Join
    | Keep
    | Drop
    | Reply
    | Notify
    | Answer
    | Record
)


@dataclass(frozen=True, slots=True)
class Step:
    """An effect, who is behind it, and which rule or mail asked for it."""

    effect: Effect
    actor: str  # an agent's handle, an address, or "postdesk"
    because: str  # "manners.toml:12 rule receipt", or the Message-ID of the mail
