"""What is asked for: each effect is one thing that happens to a ticket or leaves the desk."""

from dataclasses import dataclass, field
from typing import Literal

from postdesk.mailbox.mail import Address, Attachment, Line
from postdesk.rules.ticket import Kind, Link, Participant


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
