"""One view for each letter that agents and admins get: what its template may say."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from postdesk.templates.view_parts import (
    NO_FLAGS,
    Act,
    Agent,
    Canned,
    Card,
    Carried,
    Count,
    Desk,
    Fact,
    FileView,
    Flags,
    HelpGroup,
    HistoryLine,
    MessageView,
    Reason,
    Spoken,
    TicketRow,
    TicketView,
)


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
    flags: Flags = NO_FLAGS
    acts: tuple[Act, ...] = ()
    others: tuple[str, ...] = ()  # who else gets the answer: "Name <address>"
    unanswered: tuple[str, ...] = ()  # in Cc, but will get nothing
    said: str = ""  # why, in the words of a person: of an escalation, of a refusal
    stop: Act | None = None  # how to hear no more of this ticket: ``#mute``
    outside: bool = False  # to somebody who is no agent, and can do nothing with it but know


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
    reminder: bool = False  # asked before, and not answered


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


@dataclass(frozen=True, slots=True)
class Approval:
    """`approval`: asks somebody for a yes or no."""

    desk: Desk
    agent: Agent  # who is asked: a colleague, or somebody outside
    ticket: TicketView
    asked_by: str  # a name
    options: tuple[Act, ...]  # yes, no
    reason: str = ""  # what is to be approved, in the words of who asks
    message: MessageView | None = None  # the customer's last words
    level: int = 0  # to which the ticket escalates at the last yes; 0 = it does not


SectionName = Literal["mine", "new", "unassigned", "overdue", "held", "taken"]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest: ``more`` tickets of it are not shown."""

    name: SectionName
    rows: tuple[TicketRow, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """`digest`: an agent's morning. Rows are numbered through all sections."""

    desk: Desk
    agent: Agent
    new: int  # tickets since the last digest
    overdue: int
    sections: tuple[Section, ...]  # empty ones are not shown
    counts: tuple[Count, ...] = ()
    done: tuple[str, ...] = ()  # what this agent's commands did since then, each a sentence


@dataclass(frozen=True, slots=True)
class Listing:
    """`view`: a listing that an agent asked for, most urgent first."""

    desk: Desk
    agent: Agent
    heading: str  # "my open tickets", or the words that were looked for
    rows: tuple[TicketRow, ...]  # at most MOST_ROWS
    total: int  # with those that are not shown
    counts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class WholeTicket:
    """`ticket`: a ticket with all that was said and done."""

    desk: Desk
    agent: Agent
    ticket: TicketView
    reply_to: str = ""  # the customer an answer goes to; "" = the team only
    kind: Literal["open", "waiting", "done"] = "open"
    colour: str = ""
    card: Card | None = None
    facts: tuple[Fact, ...] = ()  # fields, participants, links, tasks, approvals, time spent
    messages: tuple[Spoken, ...] = ()  # the latest first
    messages_left_out: int = 0
    history: tuple[HistoryLine, ...] = ()  # the latest first
    history_left_out: int = 0
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """`transcript`: what became of a mail with commands, line by line."""

    desk: Desk
    agent: Agent
    subject: str  # of the agent's mail, without any [#n]
    lines: tuple[Carried, ...]
    ticket_number: int | None = None
    words: str = ""  # what was sent or filed besides; "" = nothing
    note: bool = False  # filed for the team, not sent
    undo_until: datetime | None = None  # until when it can be taken back
    undo: Act | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """`preview`: what would go out, and what would be done."""

    desk: Desk
    agent: Agent
    ticket_number: int
    title: str
    to: tuple[str, ...]  # "Name <address>"; none = it would stay in the team
    words: str
    lines: tuple[str, ...] = ()  # what would be done, each a sentence
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentHelp:
    """`agent-help`: the commands; all of them, or all about one."""

    desk: Desk
    agent: Agent
    groups: tuple[HelpGroup, ...]
    canned: tuple[str, ...] = ()  # names of canned replies


@dataclass(frozen=True, slots=True)
class CannedReplies:
    """`canned`: the canned replies that have some words, or all of them."""

    desk: Desk
    agent: Agent
    words: str  # that were looked for; "" = all
    replies: tuple[Canned, ...]
    more: int = 0  # that are not shown
    nearest: tuple[str, ...] = ()  # names that are like the words, where none has them
