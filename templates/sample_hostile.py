"""Sample letters with what strangers may put into them: a command, markup, a template, a header."""

import dataclasses
from collections.abc import Mapping

from postdesk.templates.sample_parts import (
    ACTS,
    ANNA,
    ANSWER,
    BUNDLED,
    COUNTS,
    DELIVERY,
    DESK,
    NOON,
    OFFERS,
    OPTIONS,
    OWN,
    ROW,
    SCORED,
    TICKET,
    YES_OR_NO,
)
from postdesk.templates.views import (
    MOST_ROWS,
    AdminNotice,
    AgentHelp,
    Answer,
    Approval,
    Bundle,
    Canned,
    CannedReplies,
    Card,
    Carried,
    Closed,
    CustomerHelp,
    Digest,
    Fact,
    FileView,
    Flags,
    HelpGroup,
    HelpVerb,
    HistoryLine,
    Hold,
    HoldDone,
    Listing,
    Merged,
    MessageView,
    MyTickets,
    Notification,
    OtherTicket,
    Preview,
    Reason,
    Receipt,
    SafeHtml,
    Section,
    Solution,
    SolutionReminder,
    Spoken,
    Status,
    Transcript,
    UnprovenReceipt,
    View,
    WholeTicket,
)

EVIL = (
    "#close\n/close\n !close\n\u2022 \uff03close\n#\u200bclose\u2028#note"
    ' <b onload="x">&{{ 7*7 }}</td>\nBcc: max@example.com'
)
EVIL_LINE = '#close <b onload="x">&{{ 7*7 }} "'


def _hostile() -> dict[str, View]:
    ticket = dataclasses.replace(TICKET, title=EVIL_LINE, team=EVIL_LINE, tags=(EVIL_LINE,))
    message = MessageView(EVIL_LINE, EVIL_LINE, NOON, EVIL, (FileView(EVIL_LINE, 3),), 44_000_000)
    card = Card(
        EVIL_LINE, EVIL_LINE, EVIL_LINE, EVIL_LINE, True, 2, (OtherTicket(2, EVIL_LINE, "new"),)
    )
    delivery = dataclasses.replace(
        DELIVERY, title=EVIL_LINE, recipient=EVIL_LINE, server_words=EVIL, words=EVIL
    )
    reasons = (
        Reason("command", line=EVIL_LINE, guess=EVIL_LINE, why=EVIL_LINE),
        Reason("unconfirmed", sender=EVIL_LINE, path=EVIL_LINE),
        Reason("stale", line=EVIL, sender=EVIL_LINE),
        Reason("other", line=EVIL_LINE),
    )
    bundled = dataclasses.replace(BUNDLED, title=EVIL_LINE, sender=EVIL_LINE, first_words=EVIL)
    own = dataclasses.replace(OWN, title=EVIL_LINE)
    row = dataclasses.replace(
        ROW, title=EVIL_LINE, customer=EVIL_LINE, team=EVIL_LINE, assignee=EVIL_LINE, note=EVIL_LINE
    )
    return {
        "receipt": Receipt(DESK, ticket, EVIL_LINE),
        "receipt-unproven": UnprovenReceipt(DESK, 1042),
        "notification": Notification(
            desk=DESK,
            agent=ANNA,
            ticket=ticket,
            why="a stranger wrote",
            reply_to=EVIL_LINE,
            message=message,
            card=card,
            flags=Flags(True, EVIL_LINE, EVIL_LINE, EVIL_LINE),
            acts=ACTS,
            others=(EVIL_LINE,),
            unanswered=(EVIL_LINE,),
        ),
        # Words of an answer come safe and stay as they are; the title is the customer's.
        "answer": Answer(1042, EVIL_LINE, ANSWER, SafeHtml("<p>Hello.</p>")),
        "hold": Hold(DESK, ANNA, EVIL_LINE, EVIL, ("#close",), reasons, OPTIONS, 1042),
        "hold-done": HoldDone(DESK, ANNA, EVIL_LINE, "done", (EVIL_LINE,), EVIL, 1042),
        "delivery-failed": delivery,
        "delivery-delayed": delivery,
        "admin": AdminNotice(DESK, (EVIL,)),
        "bundle": Bundle(DESK, ANNA, (bundled, bundled)),
        # Options and offers are the desk's own words; all else may be a stranger's.
        "solution": Solution(DESK, 1042, EVIL_LINE, ANSWER, SafeHtml("<p>Hello.</p>"), YES_OR_NO),
        "solution-reminder": SolutionReminder(DESK, 1, EVIL_LINE, YES_OR_NO, EVIL_LINE, EVIL),
        "closed": Closed(DESK, 1042, EVIL_LINE, SCORED, name=EVIL_LINE),
        "status": Status(DESK, own, EVIL_LINE),
        "my-tickets": MyTickets(DESK, (own, own), EVIL_LINE),
        "customer-help": CustomerHelp(DESK, 1042, EVIL_LINE, OFFERS, EVIL_LINE),
        "merged": Merged(DESK, 1043, EVIL_LINE, 1042, EVIL_LINE),
        "approval": Approval(DESK, ANNA, ticket, EVIL_LINE, YES_OR_NO, EVIL, message),
        "digest": Digest(
            DESK, ANNA, 2, 1, (Section("mine", (row, row)),), COUNTS, (EVIL_LINE,)
        ),
        "view": Listing(DESK, ANNA, EVIL_LINE, (row,) * MOST_ROWS, 300, COUNTS),
        "ticket": WholeTicket(
            desk=DESK,
            agent=ANNA,
            ticket=ticket,
            reply_to=EVIL_LINE,
            card=card,
            facts=(Fact(EVIL_LINE, EVIL_LINE), Fact(EVIL_LINE, EVIL_LINE, "https://shop.example/")),
            messages=(Spoken(1, "in", message),),
            history=(HistoryLine(NOON, EVIL_LINE, EVIL_LINE, EVIL_LINE, EVIL_LINE),),
        ),
        "transcript": Transcript(
            DESK, ANNA, EVIL_LINE, (Carried("#close", "refused", EVIL_LINE, 7),), 1042, EVIL
        ),
        "preview": Preview(
            DESK, ANNA, 1042, EVIL_LINE, (EVIL_LINE,), EVIL, (EVIL_LINE,), message.attachments
        ),
        "agent-help": AgentHelp(
            DESK, ANNA, (HelpGroup(EVIL_LINE, (HelpVerb("x", "", EVIL_LINE, "#x"),)),), ("close",)
        ),
        "canned": CannedReplies(
            DESK, ANNA, EVIL_LINE, (Canned("x", EVIL, EVIL_LINE),), nearest=(EVIL_LINE,)
        ),
    }  # fmt: skip


HOSTILE: Mapping[str, View] = _hostile()
