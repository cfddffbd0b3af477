"""What a letter may see: plain frozen values, already human, without a way back to the desk.

``LETTERS`` names every letter and the one view it is rendered with. Build the view, then
``renderer.render(name, language, values(view))``. Times are aware datetimes (a letter shows them
with ``|when`` in ``desk.timezone``), sizes are bytes (``|size``), texts are plain and unescaped.
Labels (a status, an act) come in the language of the letter, as ``words`` or the rule files give
them.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TypeVar

from postdesk.templates.view_parts import (
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
    HelpVerb,
    HistoryLine,
    HoldCause,
    MessageView,
    OtherTicket,
    OwnTicket,
    Reason,
    SafeHtml,
    Spoken,
    TicketRow,
    TicketView,
)
from postdesk.templates.views_agent import (
    AdminNotice,
    AgentHelp,
    Approval,
    Bundle,
    BundleTicket,
    CannedReplies,
    Delivery,
    Digest,
    Hold,
    HoldDone,
    Listing,
    Notification,
    Preview,
    Section,
    SectionName,
    Transcript,
    WholeTicket,
)
from postdesk.templates.views_customer import (
    Answer,
    Closed,
    CustomerHelp,
    Merged,
    MyTickets,
    Receipt,
    Solution,
    SolutionReminder,
    Status,
    UnprovenReceipt,
)

__all__ = [
    "FIELDS", "LETTERS", "MOST_ROWS", "REPLIES", "Act", "AdminNotice", "Agent", "AgentHelp",
    "Answer", "Approval", "Bundle", "BundleTicket", "Canned", "CannedReplies", "Card", "Carried",
    "Closed", "Count", "CustomerHelp", "Delivery", "Desk", "Digest", "Fact", "FileView", "Flags",
    "HelpGroup", "HelpVerb", "HistoryLine", "Hold", "HoldCause", "HoldDone", "Listing", "Merged",
    "MessageView", "MyTickets", "Notification", "OtherTicket", "OwnTicket", "Preview", "Reason",
    "Receipt", "SafeHtml", "Section", "SectionName", "Solution", "SolutionReminder", "Spoken",
    "Status", "TicketRow", "TicketView", "Transcript", "UnprovenReceipt", "View", "WholeTicket",
    "names", "shown", "values",
]  # fmt: skip

MOST_ROWS = 50  # of one letter, so that its page stays under the 90 KB where clients begin to clip

View = (
    Receipt | UnprovenReceipt | Answer | Solution | SolutionReminder | Closed | Status | MyTickets
    | CustomerHelp | Merged | Notification | Hold | HoldDone | Delivery | AdminNotice | Bundle
    | Approval | Digest | Listing | WholeTicket | Transcript | Preview | AgentHelp
    | CannedReplies
)  # fmt: skip

LETTERS: Mapping[str, type[View]] = {
    "receipt": Receipt,
    "receipt-unproven": UnprovenReceipt,
    "answer": Answer,
    "solution": Solution,
    "solution-reminder": SolutionReminder,
    "closed": Closed,
    "status": Status,
    "my-tickets": MyTickets,
    "customer-help": CustomerHelp,
    "merged": Merged,
    "notification": Notification,
    "hold": Hold,
    "hold-done": HoldDone,
    "delivery-failed": Delivery,
    "delivery-delayed": Delivery,
    "admin": AdminNotice,
    "bundle": Bundle,
    "approval": Approval,
    "digest": Digest,
    "view": Listing,
    "ticket": WholeTicket,
    "transcript": Transcript,
    "preview": Preview,
    "agent-help": AgentHelp,
    "canned": CannedReplies,
}

# Those that a rule may send: ``then.reply = "receipt"``.
REPLIES = ("receipt", "receipt-unproven")

FIELDS: Mapping[type, frozenset[str]] = {
    view: frozenset(field.name for field in dataclasses.fields(view))
    for view in (
        *LETTERS.values(), Desk, Agent, TicketView, FileView, MessageView, OtherTicket, Card, Act,
        Flags, Reason, BundleTicket, TicketRow, Count, HistoryLine, Spoken, Fact, Carried,
        HelpVerb, HelpGroup, OwnTicket, Section, Canned,
    )
}  # fmt: skip

Row = TypeVar("Row")


def values(view: View) -> dict[str, object]:
    """The names a letter sees, and their values: the fields of its view."""
    return {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}


def names(view: type[View]) -> tuple[str, ...]:
    """The names a letter of this view may use."""
    return tuple(field.name for field in dataclasses.fields(view))


def shown(rows: Sequence[Row], room: int = MOST_ROWS) -> tuple[tuple[Row, ...], int]:
    """Of these rows those that a letter has room for, and how many are left out."""
    return tuple(rows[:room]), max(len(rows) - room, 0)
