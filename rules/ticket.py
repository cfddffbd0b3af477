"""A ticket: everything the desk decides on, as one frozen value."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["open", "waiting", "done"]
Target = Literal["first_response", "next_response", "resolution"]
Role = Literal["requester", "cc"]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody outside the desk who gets every answer of a ticket."""

    address: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Link:
    """How a ticket is tied to another: "mentions", "follows", "duplicate", ..."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer thought of it: 1 to 5 and words."""

    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class Clock:
    """How much of a promise's time is used up: it runs since ``since``, or stands still."""

    target: Target
    used: timedelta = timedelta()  # open time of the SLA's calendar, before ``since``
    since: datetime | None = None
    sla: str = ""  # whose calendar counts


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter of one customer. Only ``apply`` makes a changed one."""

    number: int
    title: str = ""
    status: str = "new"
    status_kind: Kind = "open"
    urgency: int = 3  # stars, 1 very-low to 5 critical
    category: str | None = None
    team: str | None = None
    assignee: str | None = None  # an agent's handle
    requester: Participant | None = None
    created_by: str | None = None  # address or agent's handle
    resolved_by: str | None = None
    closed_by: str | None = None
    participants: tuple[Participant, ...] = ()  # the requester first
    language: str = "en"
    channel: str = "mail"
    address: str = ""  # the address of ours the customer wrote to; answers come from it
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    opened_at: datetime | None = None
    updated_at: datetime | None = None  # the last thing that happened
    first_response_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    respond_by: datetime | None = None
    resolve_by: datetime | None = None
    next_deadline: datetime | None = None
    escalation_level: int = 0
    merged_into: int | None = None
    links: tuple[Link, ...] = ()
    solution: str | None = None
    rating: Rating | None = None
    minutes_spent: int = 0
    tasks: tuple[dict[str, object], ...] = field(default=())
    approvals: tuple[dict[str, object], ...] = field(default=())
    spam: bool = False
    wanted: str | None = None  # a way to assign it, while nobody is available
    waiting_since: datetime | None = None  # since when the customer waits for a word of ours
    touched_at: datetime | None = None  # the last thing that a person wrote or did
    wakes_at: datetime | None = None  # when what was put off comes back
    sla: str | None = None  # set by a rule or a command; else the customer's or the team's holds
    due_by_hand: bool = False  # ``due_at`` was set by somebody, and follows no promise
    clocks: tuple[Clock, ...] = ()
    fired: tuple[str, ...] = ()  # moments that are over: "breached:resolution@0"
    answers: int = 0  # of ours, so far
    reopened: int = 0  # times
    watchers: tuple[str, ...] = ()  # handles of agents who are told of everything
    muted: tuple[str, ...] = ()  # handles and addresses of those who are told of nothing
    keys: tuple[str, ...] = ()  # of the matters it is about: "web1/http"

    @property
    def opened(self) -> bool:
        """False for the blank a new ticket starts from."""
        return self.opened_at is not None

    def has_participant(self, address: str) -> bool:
        """Does this address get the answers of this ticket?"""
        return any(p.address == address for p in self.participants)
