"""Effects on a ticket itself: who works on it, how far it is, who belongs to it, what is due."""

from dataclasses import dataclass
from datetime import datetime

from postdesk.rules.ticket import Clock, Kind, Link, Participant, Ticket


@dataclass(frozen=True, slots=True)
class Assign:
    """The ticket gets an owner, or none."""

    agent: str | None
    why: str = ""  # why her, where a way to assign chose her: then her turn is over


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
    """These people are asked for their yes."""

    approvers: tuple[str, ...]  # handles, and addresses of people outside
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
    """These are the moments that came and must not come again; all others are forgotten."""

    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Restore:
    """The ticket is as it was before an act that is taken back."""

    before: Ticket


@dataclass(frozen=True, slots=True)
class Wake:
    """What was put off comes back then; None: it is not put off."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Include:
    """Somebody outside gets the answers from now on."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class Tie:
    """The ticket is tied to another."""

    link: Link


@dataclass(frozen=True, slots=True)
class Untie:
    """The ticket is tied to another no longer."""

    link: Link


@dataclass(frozen=True, slots=True)
class Exclude:
    """Somebody outside gets the answers no longer."""

    address: str


@dataclass(frozen=True, slots=True)
class SetRequester:
    """The ticket is this customer's; whose it was gets the answers no longer."""

    requester: Participant


@dataclass(frozen=True, slots=True)
class Responded:
    """Whoever waits for an answer has got one, in whatever way."""


@dataclass(frozen=True, slots=True)
class Solve:
    """These words are the solution; the customer is asked whether they are."""

    words: str
    by: str  # an agent's handle


@dataclass(frozen=True, slots=True)
class Rate:
    """What the customer thinks of it: 1 to 5."""

    score: int
    comment: str


@dataclass(frozen=True, slots=True)
class Spend:
    """Minutes were spent on it; fewer than none correct an earlier entry."""

    minutes: int
    on: str = ""


@dataclass(frozen=True, slots=True)
class AddTask:
    """A part of the work: for an agent, a team, or nobody yet."""

    what: str
    agent: str | None = None
    team: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """An agent is told of everything on it, or no longer."""

    agent: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Mute:
    """An agent, or a customer by address, is told of nothing on it, or again."""

    who: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class MergeAway:
    """It is a part of another ticket from now on; None: it is one of its own again."""

    into: int | None
