"""What happened: the events that ``decide`` answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from postdesk.mailbox.mail import Address, Line, Mail
from postdesk.rules.order import Order
from postdesk.rules.ticket import Link, Participant, Ticket


@dataclass(frozen=True, slots=True)
class MailCame:
    """A customer (or a machine, or a stranger) wrote."""

    mail: Mail
    key: str  # the intake key
    because: str  # the Message-ID, or the intake key where there is none
    opens: bool  # it begins the ticket
    role: Literal["participant", "bystander"] = "participant"
    address: str = ""  # of ours, where it was written to
    team: str | None = None  # whose address that is
    teams: tuple[str, ...] = ()  # all teams it was written to, that one among them
    language: str = "en"
    links: tuple[Link, ...] = ()
    others: tuple[Participant, ...] = ()  # in To and Cc, to be told from now on
    withheld: str = ""  # why no automatic letter may answer it; "" when one may
    receipts_today: int = 0  # that this sender got in 24 hours
    mails_this_hour: int = 0  # of this sender, on all tickets
    proven: bool = False  # the sender's address is theirs
    by: str = ""  # who opens it on the sender's behalf: an agent's handle, or the shell
    let_through: bool = False  # a person has looked at it: no rule drops or holds it


@dataclass(frozen=True, slots=True)
class TwinCame:
    """A mail that this ticket has came once more, by another way: by another team's address."""

    mail: Mail
    key: str  # the intake key of this copy
    because: str
    teams: tuple[str, ...]  # whose addresses it was written to
    withheld: str = ""
    told: tuple[str, ...] = ()  # handles of those who were told of the ticket since it first came


@dataclass(frozen=True, slots=True)
class AgentWrote:
    """An agent's answer or note, to be carried out."""

    agent: str
    to: Literal["customer", "team"]
    key: str
    because: str
    message_id: str
    sender: Address
    text: str
    full_text: str
    rich: tuple[Line, ...]
    mail: Mail
    solves: bool = False  # the text is the solution: the customer is asked whether it is
    not_before: datetime | None = None  # when it may leave, where its author said so
    calls: tuple[str, ...] = ()  # colleagues whom a note mentions, by handle


@dataclass(frozen=True, slots=True)
class AnsweredByHand:
    """Somebody answered from the shared mailbox itself: it has left already, and is only filed."""

    mail: Mail
    key: str
    because: str
    agent: str | None  # whose address it was written from, where that is an agent's


@dataclass(frozen=True, slots=True)
class ReactionCame:
    """A reader's program or finger told something of a letter of ours: no words, no answer."""

    kind: str  # "reaction", "read receipt", ...
    words: str
    who: str
    because: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """An agent's commands, understood and allowed, to be done in their order."""

    actor: str  # a handle, or the shell
    orders: tuple[Order, ...]
    because: str
    note: str = ""  # what the same mail leaves for colleagues: who is told reads it, too


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """A customer answered with a word that our letter offered, and perhaps a comment under it."""

    word: str  # one of ``offers``
    comment: str
    who: str  # the address
    because: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The ticket becomes a part of another one (``into``), or is one of its own again (None)."""

    into: int | None
    actor: str
    because: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another ticket has become a part of this one; ``gone``: it is one of its own again."""

    number: int
    people: tuple[Participant, ...]  # who got the answers of that one
    actor: str
    because: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A message of another ticket begins one of its own."""

    origin: int
    title: str
    requester: Participant
    language: str
    address: str
    team: str | None
    actor: str
    because: str


@dataclass(frozen=True, slots=True)
class GaveAway:
    """A message of this ticket has begun another one."""

    number: int
    actor: str
    because: str


@dataclass(frozen=True, slots=True)
class Undone:
    """An agent takes the last act back; the ticket is as it was before it."""

    before: Ticket
    actor: str
    because: str


@dataclass(frozen=True, slots=True)
class LetterFailed:
    """A letter of this ticket did not arrive, or has not for a long time."""

    recipient: str
    status: str  # "5.1.1", "" when unknown
    permanent: bool
    diagnostic: str
    because: str  # the letter's Message-ID
    author: str | None = None  # the agent whose answer it was
    words: str = ""  # of that answer
    written_at: datetime | None = None
    gives_up_at: datetime | None = None  # until when we go on trying, when not permanent


@dataclass(frozen=True, slots=True)
class MailHeld:
    """An agent's mail waits for an answer to our question."""

    agent: str
    because: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldWaits:
    """An agent has not answered our question for a long time, and the customer waits."""

    agent: str
    reasons: tuple[str, ...]
    because: str = "the clock"


@dataclass(frozen=True, slots=True)
class HoldSettled:
    """The agent answered: the held mail is released or cancelled."""

    agent: str
    because: str  # the answer
    outcome: str  # "released" or "cancelled"
    held: str  # the held mail


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The moment came that ``ticket.next_deadline`` names. Which one, ``decide`` finds out."""

    because: str = "the clock"


@dataclass(frozen=True, slots=True)
class AgentGone:
    """The files name the ticket's agent no longer."""

    heir: str | None  # who takes over: a handle
    because: str
    many: bool = False  # tickets at once, that are told in one letter


@dataclass(frozen=True, slots=True)
class AgentFree:
    """Somebody may be there again for a ticket that waits for an agent."""

    because: str = "somebody is available"


@dataclass(frozen=True, slots=True)
class ApprovalGiven:
    """An approver answered by a word."""

    approver: str  # an agent's handle
    yes: bool
    comment: str
    because: str  # the answer


Event = (
    MailCame
    | TwinCame
    | AgentWrote
    | AnsweredByHand
    | ReactionCame
    | Ordered
    | CustomerSaid
    | Merged
    | Absorbed
    | SplitOff
    | GaveAway
    | Undone
    | LetterFailed
    | MailHeld
    | HoldWaits
    | HoldSettled
    | DeadlinePassed
    | AgentFree
    | AgentGone
    | ApprovalGiven
)
