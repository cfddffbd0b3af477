"""A desk whose agents write commands: its people, its book, and what it is like on a Monday."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from postdesk.rules.book import Book
from postdesk.rules.condition import ALWAYS
from postdesk.rules.context import Context
from postdesk.rules.own import CannedReply, Field, OwnView
from postdesk.rules.people import Agent, Customer, People, Role, Team
from postdesk.rules.sla import Sla
from postdesk.rules.verbs import known_words
from postdesk.rules.workflow import DEFAULT, Move, Workflow

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN).astimezone(UTC)  # a Monday

ANNA = Agent("anna", "Anna Berg", ("anna@example.com",), public_name="Anna")
BOB = Agent("bob", "Bob Stone", ("bob@example.com", "bob@home.example"), public_name="Support")
MAX = Agent("max", "Max Lang", ("max@example.com",), role="lead")
MIA = Agent("mia", "Mia O'Neil", ("mia@example.com",), role="manager", public_name="Support")
EVE = Agent("eve.ops", "Max Lang", ("eve@example.com",), role="admin")

PEOPLE = People(
    {agent.handle: agent for agent in (ANNA, BOB, MAX, MIA, EVE)},
    {
        "billing": Team("billing", ("anna", "bob"), lead="max"),
        "second level": Team("second level", ("bob",)),
    },
    {
        "petra@kunde.example": Customer("petra@kunde.example", "Petra Kunde"),
        "kai@one.example": Customer("kai@one.example", "Kai"),
        "kai@two.example": Customer("kai@two.example", "Kai"),
    },
)
WORKFLOW = Workflow(
    DEFAULT.statuses,
    {**DEFAULT.moves, "ship": Move("ship", "pending", "shipped", who=("lead", "admin"))},
)
BOOK = Book(
    people=PEOPLE,
    workflow=WORKFLOW,
    fields={"order": Field("order"), "floor": Field("floor")},
    replies={"refund": CannedReply("refund"), "second-mail": CannedReply("second-mail")},
    views={"vips": OwnView("vips", ALWAYS, label="Very important")},
    aliases={"schliessen": "close", "dringend": "urgency 5"},
    slas={"gold": Sla("gold"), "default": Sla("default")},
)
KNOWN = known_words(BOOK.aliases, BOOK.replies, BOOK.workflow.moves)


def context(role: Role = "admin", language: str = "en", ticket: int | None = 1042) -> Context:
    """Anna writes on ticket 1042; she may do everything unless a test says otherwise."""
    anna = Agent("anna", "Anna Berg", ("anna@example.com",), role, "Anna")
    return Context(NOW, anna, BOOK, ticket, timezone=BERLIN, language=language)
