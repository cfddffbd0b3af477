"""What the views of letters are made of: plain frozen values, already human."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class SafeHtml:
    """HTML that we made ourselves from escaped or sanitised words: put in as it stands."""

    html: str

    def __html__(self) -> str:
        """What autoescaping asks for."""
        return self.html

    def __str__(self) -> str:
        return self.html


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as the reader of this letter knows it."""

    name: str
    address: str  # the address of ours this customer writes to
    timezone: str = "UTC"  # times of the letter are shown in it


@dataclass(frozen=True, slots=True)
class Agent:
    """The colleague a letter goes to, or comes from."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as an agent sees it. ``status`` is the label, ``urgency`` 1 to 5."""

    number: int
    title: str
    status: str
    urgency: int
    opened_at: datetime | None = None
    team: str = ""
    assignee: str = ""  # a name, not a handle
    tags: tuple[str, ...] = ()
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    escalation_level: int = 0


@dataclass(frozen=True, slots=True)
class FileView:
    """An attachment: its safe name and its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class MessageView:
    """What somebody wrote: the new words only. ``left_out`` counts bytes of files not attached."""

    sender: str  # a name, or the address where there is none
    address: str
    at: datetime
    text: str
    attachments: tuple[FileView, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class OtherTicket:
    """One more ticket of the same customer, in one line."""

    number: int
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class Card:
    """Who the customer is: what the desk knows of them."""

    name: str
    address: str
    organisation: str = ""
    phone: str = ""
    vip: bool = False
    tickets: int = 1  # so far, with this one
    open: tuple[OtherTicket, ...] = ()  # the others that are open


@dataclass(frozen=True, slots=True)
class Act:
    """A likely next act: answered with ``words`` (``ok``, ``#take``) or by the ``mailto`` link."""

    label: str
    words: str = ""  # what is typed: letters show it in the text, so that no link is needed
    mailto: str = ""  # "mailto:...", complete and encoded; "" where there is none
    address: str = ""  # where that mail goes: for readers of the text, who see no link


@dataclass(frozen=True, slots=True)
class Flags:
    """What makes a sender worth a second look; empty values are not mentioned."""

    first_contact: bool = False
    odd_address: str = ""  # the ASCII form of an address with foreign or mixed letters
    reply_to: str = ""  # Reply-To, where it is not the sender
    doubt: str = ""  # why the sender cannot be told for sure: a sentence without full stop


NO_FLAGS = Flags()


HoldCause = Literal["unconfirmed", "command", "target", "addressbook", "stale", "other"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail was not carried out. Only the fields of its cause need a value."""

    cause: HoldCause
    line: str = ""  # command: the line that looks like one; stale: what was written; other: why
    guess: str = ""  # command: what was probably meant
    why: str = ""  # command: what is wrong with the line, without full stop
    sender: str = ""  # unconfirmed: the From of the mail; stale: who wrote since
    path: str = ""  # unconfirmed: the way it came, "net:192.0.2.0/24" or "host:example.net"
    at: datetime | None = None  # unconfirmed, stale: when it came


Kind = Literal["open", "waiting", "done"]


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket of a listing, in a few lines; what is empty is not shown."""

    number: int
    title: str
    status: str  # the label
    urgency: int  # 1 to 5
    place: int = 0  # counted through the letter from 1: an answer may name it so; 0 = not numbered
    kind: Kind = "open"  # of the status
    colour: str = ""  # of the status, "#1a7f37"; "" = that of its kind
    customer: str = ""
    team: str = ""
    assignee: str = ""
    due: datetime | None = None
    overdue: bool = False
    unread: int = 0  # messages by others since the reader last acted or looked
    note: str = ""  # what else is to be said of it, such as who took it
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets of a listing have this status."""

    status: str  # the label
    count: int
    kind: Kind = "open"
    colour: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a ticket."""

    at: datetime
    actor: str  # a name
    act: str  # a key of the history phrases ("assigned"), or words of its own
    detail: str = ""  # "Bob Stone"
    because: str = ""  # the rule with its place, or the mail


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a ticket, as a colleague reads it; ``place`` counts from 1."""

    place: int
    kind: Literal["in", "out", "note"]
    message: MessageView


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known of a ticket: a field of the desk's own, a link, a task."""

    label: str
    value: str
    link: str = ""  # "https://..." or "mailto:...", complete and encoded


@dataclass(frozen=True, slots=True)
class Carried:
    """One line of a mail, and what became of it."""

    line: str  # as it was written
    outcome: Literal["done", "refused", "left"]  # left: nothing was done, for others were refused
    said: str = ""  # what was done, or why not: words without full stop
    number: int = 0  # of the ticket, where the mail is about several


@dataclass(frozen=True, slots=True)
class HelpVerb:
    """A verb for ``#help``: ``does`` in English as rules tell it; letters translate it."""

    name: str
    usage: str  # what follows the verb, "[REASON]"
    does: str
    example: str  # a whole line, "#close answered by phone"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelpGroup:
    """Verbs under one heading, in English as rules tell it, or one of the desk's own."""

    heading: str
    verbs: tuple[HelpVerb, ...]


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned reply, as its file has it."""

    name: str
    text: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """One ticket as its customer sees it in a listing."""

    number: int
    title: str
    status: str  # the label
    kind: Kind = "open"
    changed_at: datetime | None = None  # the last word, ours or theirs
