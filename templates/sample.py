"""Sample values: what every letter is tried with before it is trusted."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime

from postdesk.templates.views import (
    Act,
    AdminNotice,
    Agent,
    Answer,
    Bundle,
    BundleTicket,
    Card,
    Delivery,
    Desk,
    FileView,
    Flags,
    Hold,
    HoldDone,
    MessageView,
    Notification,
    OtherTicket,
    Reason,
    Receipt,
    SafeHtml,
    TicketView,
    UnprovenReceipt,
    View,
)

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
    Act(
        "Note to the team",
        mailto="mailto:support+1042.n7q2@example.com?subject=%5B%231042%5D",
        address="support+1042.n7q2@example.com",
    ),
)
OPTIONS = (
    Act("carry it out", "ok", "mailto:support+hold.77ab@example.com?body=ok"),
    Act(
        "send it exactly as it is written", "send", "mailto:support+hold.77ab@example.com?body=send"
    ),
    Act("drop it", "cancel", "mailto:support+hold.77ab@example.com?body=cancel"),
)
OFFERS = (Act("how far we are", "status"), Act("the matter is settled", "close"))
REASONS = (
    Reason("unconfirmed", sender="anna@example.com", path="host:example.net", at=NOON),
    Reason("command", line="#clsoe", guess="#close"),
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

FULL: Mapping[str, View] = {
    "receipt": Receipt(
        DESK, TICKET, "Petra Kunde", LATER, OFFERS
    ),
    "receipt-unproven": UnprovenReceipt(DESK, 1042),
    "notification": Notification(
        desk=DESK,
        agent=ANNA,
        ticket=TICKET,
        why="new ticket",
        reply_to="Petra Kunde",
        message=MESSAGE,
        card=CARD,
        acts=ACTS,
        others=("Paul Kunde <paul@kunde.example>",),
        unanswered=("max@example.com",),
    ),
    "answer": Answer(
        1042,
        TICKET.title,
        ANSWER,
        SafeHtml("<p>" + ANSWER.replace("\n\n", "</p><p>") + "</p>"),
        "Anna, Example Support",
    ),
    "hold": Hold(
        desk=DESK,
        agent=ANNA,
        subject=TICKET.title,
        words=ANSWER,
        commands=("#close", "#tag +refund"),
        reasons=REASONS,
        options=OPTIONS,
        ticket_number=1042,
    ),
    "hold-done": HoldDone(
        desk=DESK,
        agent=ANNA,
        subject=TICKET.title,
        outcome="released",
        lines=("the answer leaves for petra@kunde.example in 60 seconds", "the ticket is closed"),
        words=ANSWER,
        ticket_number=1042,
    ),
    "delivery-failed": DELIVERY,
    "delivery-delayed": DELIVERY,
    "admin": AdminNotice(DESK, (MISTAKE, MISTAKE.replace("12", "31"))),
    "bundle": Bundle(
        DESK,
        ANNA,
        tuple(dataclasses.replace(BUNDLED, number=1043 + n, urgency=1 + n % 5) for n in range(12)),
    ),
}  # fmt: skip

# Only what is always there: an optional value that a letter takes for granted shows here.
BARE: Mapping[str, View] = {
    "receipt": Receipt(DESK, TicketView(1, "Hello", "new", 3)),
    "receipt-unproven": UnprovenReceipt(DESK, 1),
    "notification": Notification(
        desk=DESK,
        agent=ANNA,
        ticket=TicketView(1, "Hello", "new", 3),
        why="A rule asked for it",
        reply_to="",
        message=MessageView("petra@kunde.example", "petra@kunde.example", NOON, "Hello"),
    ),
    "answer": Answer(1, "Hello", "Hello.", SafeHtml("Hello.")),
    "hold": Hold(DESK, ANNA, "Hello", "", (), (Reason("target"),), OPTIONS[:1]),
    "hold-done": HoldDone(DESK, ANNA, "Hello", "cancelled"),
    "delivery-failed": dataclasses.replace(DELIVERY, gives_up_at=None),
    "delivery-delayed": dataclasses.replace(DELIVERY, gives_up_at=None),
    "admin": AdminNotice(DESK, (MISTAKE,), last_good=False),
    "bundle": Bundle(DESK, ANNA, (BUNDLED,)),
}

# What a stranger may put anywhere: a command, markup, a template, a new header.
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
        Reason("command", line=EVIL_LINE, guess=EVIL_LINE),
        Reason("unconfirmed", sender=EVIL_LINE, path=EVIL_LINE),
    )
    bundled = dataclasses.replace(BUNDLED, title=EVIL_LINE, sender=EVIL_LINE, first_words=EVIL)
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
    }  # fmt: skip


HOSTILE: Mapping[str, View] = _hostile()

SAMPLES: Mapping[str, Mapping[str, View]] = {"full": FULL, "bare": BARE, "hostile": HOSTILE}
