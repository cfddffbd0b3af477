"""What a letter may see: plain frozen values, already human, without a way back to the desk.

``LETTERS`` names every letter and the one view it is rendered with. Build the view, then
``renderer.render(name, language, values(view))``. Times are aware datetimes (a letter shows them
with ``|when`` in ``desk.timezone``), sizes are bytes (``|size``), texts are plain and unescaped.
Labels (a status, an act) come in the language of the letter, as ``words.labels`` or the rule
files give them.
"""

import dataclasses
from collections.abc import Mapping
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
    """A likely next act: answered with ``words`` (``ok``) or sent by the ``mailto`` link."""

    label: str
    words: str = ""
    mailto: str = ""  # "mailto:...", complete and encoded; "" where there is none
    address: str = ""  # where that mail goes: for readers of the text, who see no link


@dataclass(frozen=True, slots=True)
class Flags:
    """What makes a sender worth a second look; empty values are not mentioned."""

    first_contact: bool = False
    odd_address: str = ""  # the ASCII form of an address with foreign or mixed letters
    reply_to: str = ""  # Reply-To, where it is not the sender
    doubt: str = ""  # why the sender cannot be told for sure: a sentence without full stop


HoldCause = Literal["unconfirmed", "command", "target", "addressbook", "other"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mail was not carried out. Only the fields of its cause need a value."""

    cause: HoldCause
    line: str = ""  # command: the line that looks like one; other: the reason, a sentence
    guess: str = ""  # command: what was probably meant
    sender: str = ""  # unconfirmed: the From of the mail
    path: str = ""  # unconfirmed: the way it came, "net:192.0.2.0/24" or "host:example.net"
    at: datetime | None = None  # unconfirmed: when it came


# --- one view a letter ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """`receipt`: to a customer whose address is known or proven."""

    desk: Desk
    ticket: TicketView
    name: str = ""  # the customer's, for the greeting
    answer_by: datetime | None = None  # only when the desk promises it
    offers: tuple[Act, ...] = ()  # words the customer may answer with


@dataclass(frozen=True, slots=True)
class UnprovenReceipt:
    """`receipt-unproven`: to anybody. It holds nothing of the mail, so nothing can be echoed."""

    desk: Desk
    number: int


@dataclass(frozen=True, slots=True)
class Notification:
    """`notification`: to one agent. ``why`` is a key of ``Labels.why`` or a sentence."""

    desk: Desk
    agent: Agent
    ticket: TicketView
    why: str
    reply_to: str  # the customer an answer goes to; "" = the team only
    message: MessageView
    card: Card | None = None  # None when the words are a colleague's
    flags: Flags = Flags()
    acts: tuple[Act, ...] = ()
    others: tuple[str, ...] = ()  # who else gets the answer: "Name <address>"
    unanswered: tuple[str, ...] = ()  # in Cc, but will get nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """`answer`: an agent's words to a customer. Both forms come ready-made and safe."""

    ticket_number: int
    title: str
    words_text: str
    words_html: SafeHtml
    signature: str = ""
    mark_line: str = ""  # where replies carry no mark of their own: the line that does


@dataclass(frozen=True, slots=True)
class Hold:
    """`hold`: asks an agent what to do with a mail that was not carried out."""

    desk: Desk
    agent: Agent
    subject: str  # of the agent's mail, without any [#n]
    words: str  # what was not sent; "" when the mail held commands only
    commands: tuple[str, ...]  # what was not done
    reasons: tuple[Reason, ...]
    options: tuple[Act, ...]  # words: ok, send, cancel
    ticket_number: int | None = None
    hours: int = 24
    note: bool = False  # the mail is for the team: filed, never sent
    again: bool = False  # asked before, and answered with another word


@dataclass(frozen=True, slots=True)
class HoldDone:
    """`hold-done`: what became of a held mail, or a transcript of what was carried out."""

    desk: Desk
    agent: Agent
    subject: str
    outcome: Literal["released", "cancelled", "expired", "done"]
    lines: tuple[str, ...] = ()  # what was done, each a sentence
    words: str = ""
    ticket_number: int | None = None
    note: bool = False  # the mail is for the team: filed, never sent


@dataclass(frozen=True, slots=True)
class Delivery:
    """`delivery-failed` and `delivery-delayed`: to the author of an answer that did not arrive."""

    desk: Desk
    agent: Agent
    ticket_number: int
    title: str
    recipient: str
    server_words: str  # what the other server said
    written_at: datetime
    words: str  # the agent's own of the answer; "" = not shown
    gives_up_at: datetime | None = None  # delayed: until when we try


@dataclass(frozen=True, slots=True)
class AdminNotice:
    """`admin`: an edit of rules, letters or config was refused."""

    desk: Desk
    mistakes: tuple[str, ...]  # each "file:line:column: what", further lines show the place
    what: str = "rules"  # rules | letters | config
    last_good: bool = True  # the last good set goes on working


@dataclass(frozen=True, slots=True)
class BundleTicket:
    """One new ticket of a bundle, with the way to answer it."""

    number: int
    title: str
    sender: str
    at: datetime
    urgency: int
    first_words: str
    reply_address: str
    mailto: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`bundle`: many new tickets in one letter."""

    desk: Desk
    agent: Agent
    tickets: tuple[BundleTicket, ...]


View = (
    Receipt | UnprovenReceipt | Notification | Answer | Hold | HoldDone | Delivery | AdminNotice
    | Bundle
)  # fmt: skip

LETTERS: Mapping[str, type[View]] = {
    "receipt": Receipt,
    "receipt-unproven": UnprovenReceipt,
    "notification": Notification,
    "answer": Answer,
    "hold": Hold,
    "hold-done": HoldDone,
    "delivery-failed": Delivery,
    "delivery-delayed": Delivery,
    "admin": AdminNotice,
    "bundle": Bundle,
}

FIELDS: Mapping[type, frozenset[str]] = {
    view: frozenset(field.name for field in dataclasses.fields(view))
    for view in (
        *LETTERS.values(), Desk, Agent, TicketView, FileView, MessageView, OtherTicket, Card, Act,
        Flags, Reason, BundleTicket,
    )
}  # fmt: skip


def values(view: View) -> dict[str, object]:
    """The names a letter sees, and their values: the fields of its view."""
    return {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}


def names(view: type[View]) -> tuple[str, ...]:
    """The names a letter of this view may use."""
    return tuple(field.name for field in dataclasses.fields(view))
