"""Those who may get tickets, as tests of assignment know them, and the tickets they may get."""

from dataclasses import replace

from made_up import PETRA
from made_up import ticket as petras

from postdesk.rules.assign import Roster
from postdesk.rules.book import Book
from postdesk.rules.people import Agent, Customer, People, Team
from postdesk.rules.ticket import Ticket


def agent(handle: str, **more: object) -> Agent:
    return Agent(handle, handle.title(), (f"{handle}@example.com",), **more)  # type: ignore[arg-type]


ANNA = agent("anna", deputy="bob", languages=("de", "en"), skills=("Refunds",), capacity=2)
BOB = agent("bob", deputy="carol", capacity=3)
CAROL = agent("carol", languages=("pt-BR",), skills=("vip", "printers"))
DORA = agent("dora", role="lead")
MAX = agent("max", role="manager")
EVE = agent("eve", role="admin")
PEOPLE = People(
    {a.handle: a for a in (ANNA, BOB, CAROL, DORA, MAX, EVE)},
    {
        "Billing": Team("Billing", ("anna", "bob", "carol"), lead="max"),
        "odd": Team("odd", ("max", "gone")),
        "empty": Team("empty"),
    },
    {PETRA.address: Customer(PETRA.address, coordinator="anna")},
)
BOOK = Book(people=PEOPLE)
POLYGLOTS = Book(
    people=replace(PEOPLE, agents={h: replace(a, languages=()) for h, a in PEOPLE.agents.items()})
)
EVERYBODY = frozenset(PEOPLE.agents)


def ticket(team: str | None = "Billing", language: str = "fr", **more: object) -> Ticket:
    return replace(petras(), team=team, language=language, **more)  # type: ignore[arg-type]


def away(*but: str) -> Roster:
    """All are away but these."""
    return Roster(away=EVERYBODY - set(but))
