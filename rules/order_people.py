"""Orders about people and about the mail they stand in."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from postdesk.mailbox.mail import Address
from postdesk.rules.dates import When

Channel = Literal["mail", "whatsapp", "sms"]


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """The customer whose ticket it is."""

    verb: ClassVar[str] = "for"
    customer: Address


@dataclass(frozen=True, slots=True)
class ChangeCc:
    """Who gets the answers beside the requester."""

    verb: ClassVar[str] = "cc"
    add: tuple[Address, ...] = ()
    remove: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Colleagues (handles) are told, and watch it from then on."""

    verb: ClassVar[str] = "mention"
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskApproval:
    """These agents (handles) and people outside are asked for their yes."""

    verb: ClassVar[str] = "approve"
    agents: tuple[str, ...] = ()
    others: tuple[Address, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddTask:
    """A part of the work: for an agent, for a team, or for nobody yet."""

    verb: ClassVar[str] = "task"
    what: str
    agent: str | None = None
    team: str | None = None
    due: When | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """The writer is told of everything on it, or no longer."""

    verb: ClassVar[str] = "watch"
    on: bool = True


@dataclass(frozen=True, slots=True)
class Mute:
    """The writer is told of nothing on it, or again."""

    verb: ClassVar[str] = "mute"
    on: bool = True


@dataclass(frozen=True, slots=True)
class KeepInside:
    """The whole mail is a note for the team; ``words`` stood on the command's line."""

    verb: ClassVar[str] = "note"
    words: str = ""


@dataclass(frozen=True, slots=True)
class UseReply:
    """A canned reply goes in front of the text, in a language or in the customer's ("")."""

    verb: ClassVar[str] = "use"
    reply: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class OfferSolution:
    """The text is the solution: the customer is asked whether it is."""

    verb: ClassVar[str] = "solution"


@dataclass(frozen=True, slots=True)
class SendVia:
    """The answer goes by another way."""

    verb: ClassVar[str] = "via"
    channel: Channel


@dataclass(frozen=True, slots=True)
class SendLater:
    """The answer leaves at a time, unless the customer writes before."""

    verb: ClassVar[str] = "later"
    at: When


@dataclass(frozen=True, slots=True)
class Preview:
    """The writer is mailed what would go out, and nothing else is done."""

    verb: ClassVar[str] = "preview"


@dataclass(frozen=True, slots=True)
class Undo:
    """The writer's last act on this ticket is taken back."""

    verb: ClassVar[str] = "undo"
