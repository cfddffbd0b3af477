"""What is asked for: each effect is one thing that happens to a ticket or leaves the desk."""

from dataclasses import dataclass

from postdesk.rules.effect_state import (
    AddTask,
    Approve,
    AskApproval,
    Assign,
    Await,
    Escalate,
    Exclude,
    Fire,
    Include,
    MarkSpam,
    MergeAway,
    Move,
    Mute,
    Rate,
    Reckon,
    Responded,
    Restore,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetRequester,
    SetSla,
    SetTeam,
    SetUrgency,
    Solve,
    Spend,
    Tag,
    Tie,
    Untie,
    Wake,
    Watch,
)
from postdesk.rules.effect_words import (
    Answer,
    Append,
    Drop,
    Join,
    Keep,
    Notify,
    Open,
    Record,
    Reply,
)

__all__ = [
    "AddTask",
    "Answer",
    "Append",
    "Approve",
    "AskApproval",
    "Assign",
    "Await",
    "Drop",
    "Effect",
    "Escalate",
    "Exclude",
    "Fire",
    "Include",
    "Join",
    "Keep",
    "MarkSpam",
    "MergeAway",
    "Move",
    "Mute",
    "Notify",
    "Open",
    "Rate",
    "Reckon",
    "Record",
    "Reply",
    "Responded",
    "Restore",
    "SetCategory",
    "SetDue",
    "SetField",
    "SetLanguage",
    "SetRequester",
    "SetSla",
    "SetTeam",
    "SetUrgency",
    "Solve",
    "Spend",
    "Step",
    "Tag",
    "Tie",
    "Untie",
    "Wake",
    "Watch",
]

Effect = (
    Open
    | Append
    | AddTask
    | Approve
    | AskApproval
    | Assign
    | Await
    | Escalate
    | Exclude
    | Fire
    | Include
    | MarkSpam
    | MergeAway
    | Move
    | Mute
    | Rate
    | Reckon
    | Responded
    | Restore
    | SetCategory
    | SetDue
    | SetField
    | SetLanguage
    | SetRequester
    | SetSla
    | SetTeam
    | SetUrgency
    | Solve
    | Spend
    | Tag
    | Tie
    | Untie
    | Wake
    | Watch
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
