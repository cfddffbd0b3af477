"""Orders: commands that have been understood, each a frozen value with typed arguments.

An order says what an agent wants, not yet whether the ticket allows it. ``verb`` is its word.
"""

from postdesk.rules.order_look import (
    ComeBack,
    DuplicateOf,
    Find,
    FindReply,
    GoAway,
    HelpWith,
    LinkTo,
    ListTickets,
    MergeInto,
    ReportOn,
    Show,
    ShowHistory,
    Split,
    Unmerge,
)
from postdesk.rules.order_people import (
    AddTask,
    AskApproval,
    ChangeCc,
    KeepInside,
    Mention,
    Mute,
    OfferSolution,
    OnBehalf,
    Preview,
    SendLater,
    SendVia,
    Undo,
    UseReply,
    Watch,
)
from postdesk.rules.order_work import (
    AssignTo,
    Categorise,
    ChangeTags,
    ChooseSla,
    Close,
    EscalateIt,
    FillFields,
    GiveStars,
    MarkSpam,
    OwnMove,
    Reopen,
    Resolve,
    Respond,
    Schedule,
    SetDue,
    SetStatus,
    SpendTime,
    Start,
    Take,
    Unassign,
    Wait,
)

Order = (
    Take
    | AssignTo
    | Unassign
    | Start
    | Wait
    | Schedule
    | Respond
    | Resolve
    | Close
    | Reopen
    | SetStatus
    | OwnMove
    | EscalateIt
    | MarkSpam
    | GiveStars
    | SetDue
    | Categorise
    | ChangeTags
    | FillFields
    | ChooseSla
    | SpendTime
    | OnBehalf
    | ChangeCc
    | Mention
    | AskApproval
    | AddTask
    | Watch
    | Mute
    | KeepInside
    | UseReply
    | OfferSolution
    | SendVia
    | SendLater
    | Preview
    | Undo
    | MergeInto
    | Unmerge
    | Split
    | LinkTo
    | DuplicateOf
    | Show
    | ShowHistory
    | Find
    | FindReply
    | ListTickets
    | ReportOn
    | HelpWith
    | GoAway
    | ComeBack
)
