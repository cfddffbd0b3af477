"""What sample letters are put together from."""

from datetime import UTC, datetime
from urllib.parse import quote

from postdesk.templates.offers import SCORES, offers
from postdesk.templates.views import (
    Act,
    Agent,
    BundleTicket,
    Card,
    Carried,
    Count,
    Delivery,
    Desk,
    Fact,
    FileView,
    HelpGroup,
    HelpVerb,
    HistoryLine,
    MessageView,
    OtherTicket,
    OwnTicket,
    Reason,
    Spoken,
    TicketRow,
    TicketView,
)
from postdesk.templates.words import say

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

DESK = Desk("Example Support", "support@example.com", "Europe/Berlin")
ANNA = Agent("Anna Berg", "anna@example.com")
WORDS = (
    "Good morning,\n\nmy invoice 2026-118 was charged twice this month, once on the 2nd and once on"
    " the 4th. Could you please look into it? The two lines of my bank statement are attached.\n\n"
    "Kind regards\nPetra Kunde"
)
ANSWER = (
    "Hello Petra,\n\nyou are right, the second charge was our mistake. The money is on its way back"
    " and will be with you by Thursday.\n\nI am sorry for the trouble."
)
TICKET = TicketView(
    number=1042,
    title="Invoice 2026-118 charged twice",
    status="new",
    urgency=4,
    opened_at=NOON,
    team="Billing",
    assignee="Anna Berg",
    tags=("invoice", "refund"),
    respond_by=LATER,
)
MESSAGE = MessageView(
    sender="Petra Kunde",
    address="petra@kunde.example",
    at=NOON,
    text=WORDS,
    attachments=(FileView("bank-statement.pdf", 184_320), FileView("screenshot.png", 2_411_724)),
)
CARD = Card(
    name="Petra Kunde",
    address="petra@kunde.example",
    organisation="Kunde & Töchter",
    phone="+49 30 1234567",
    vip=True,
    tickets=7,
    open=(
        OtherTicket(1031, "Login fails after the update", "waiting"),
        OtherTicket(1038, "New address for our invoices", "in progress"),
    ),
)
ACTS = (
    *(
        Act(
            label,
            line,
            f"mailto:support+1042.r7q2@example.com?subject=%5B%231042%5D&body=%23{quote(line[1:])}",
            "support+1042.r7q2@example.com",
        )
        for label, line in (("Put it off", "#wait 1d"), ("Close", "#close"))
    ),
    Act(
        "Note to the team",
        mailto="mailto:support+1042.n7q2@example.com?subject=%5B%231042%5D",
        address="support+1042.n7q2@example.com",
    ),
)
OPTIONS = tuple(
    Act(
        say(f"hold_word.{name}", "en", to="Petra Kunde"),
        word,
        f"mailto:support+h7.77ab@example.com?subject={word}&body={word}",
    )
    for word, name in (("ok", "meant"), ("send", "send"), ("cancel", "cancel"))
)
OFFERS = offers(("status", "my tickets", "close", "stop", "help"), "en")
YES_OR_NO = offers(
    ("yes", "no"), "en", lambda word: f"mailto:support+1042.s9q2@example.com?body={word}"
)
SCORED = offers(SCORES, "en", lambda word: f"mailto:support+1042.q7q2@example.com?body={word}")
ACTS_ON_ROW = tuple(
    Act(label, f"1042 {verb}", f"mailto:support+1042.{verb}9k3f@example.com?body=%23{verb}")
    for label, verb in (("Take it", "take"), ("Answer", "answer"), ("Close", "close"))
)
ROW = TicketRow(
    number=1042,
    title="Invoice 2026-118 charged twice",
    status="in progress",
    urgency=4,
    place=1,
    customer="Petra Kunde",
    team="Billing",
    assignee="Anna Berg",
    due=LATER,
    overdue=True,
    unread=2,
    note="Bob Stone took it",
    acts=ACTS_ON_ROW,
)
COUNTS = (
    Count("new", 7),
    Count("waiting", 12, "waiting"),
    Count("closed", 3, "done", "#1a7f37"),
)
OWN = OwnTicket(1042, "Invoice 2026-118 charged twice", "in progress", "open", NOON)
VERB = HelpVerb("close", "[REASON]", "ends it", "#close answered by phone", ("closed", "done"))
HELP = (
    HelpGroup("Who works on it, and how far it is", (
        HelpVerb("assign", "AGENT | team:TEAM", "gives it to a colleague or a team", "#assign bob"),
        VERB,
    )),
)  # fmt: skip
CARRIED = (
    Carried("#take", "done", "assigned: Anna Berg"),
    Carried("1043 1044 clsoe", "refused", "is no command", 1043),
    Carried("#tag +refund", "left"),
)
HISTORY = (
    HistoryLine(LATER, "Anna Berg", "assigned", "Anna Berg", "<4711@example.com>"),
    HistoryLine(NOON, "postdesk", "team", "Billing", 'rule "billing", 50-routing.toml:12'),
    HistoryLine(NOON, "Petra Kunde", "opened"),
)
FACTS = (
    Fact("Order", "4711", "https://shop.example/orders/4711"),
    Fact("Also told", "Paul Kunde <paul@kunde.example>"),
)
SPOKEN = (
    Spoken(2, "note", MessageView("Anna Berg", "", LATER, "The bank says Thursday.")),
    Spoken(1, "in", MESSAGE),
)
REASONS = (
    Reason("unconfirmed", sender="anna@example.com", path="host:example.net", at=NOON),
    Reason("command", line="#clsoe", guess="#close", why="looks like a mistyped command"),
    Reason("target"),
    Reason("addressbook"),
    Reason("other", line="it has no words of its own, and no file"),
)
DELIVERY = Delivery(
    desk=DESK,
    agent=ANNA,
    ticket_number=1042,
    title=TICKET.title,
    recipient="petra@kunde.example",
    server_words="550 5.1.1 <petra@kunde.example>: there is no such mailbox here",
    written_at=NOON,
    words=ANSWER,
    gives_up_at=datetime(2026, 11, 28, 12, 0, tzinfo=UTC),
)
MISTAKE = (
    "20-workflow.toml:12:8: there is no team 'biling'; did you mean 'billing'?\n"
    '    then.team = "biling"\n'
    "                ^"
)
BUNDLED = BundleTicket(
    number=1043,
    title="The parcel has not arrived",
    sender="Max Muster <max@example.com>",
    at=NOON,
    urgency=3,
    first_words="Hello, I ordered two weeks ago and the parcel has still not arrived. Where is it?",
    reply_address="support+1043.p7q2@example.com",
    mailto="mailto:support+1043.p7q2@example.com",
)
