"""`#help`: the commands that an agent may use, as rules/verbs.py lists them."""

from collections.abc import Iterable

from postdesk.rules.book import Book
from postdesk.rules.people import Agent
from postdesk.rules.rights import may
from postdesk.rules.verbs import GROUPS, KNOWN, Verb
from postdesk.rules.workflow import Move
from postdesk.templates import views

OWN = "Moves of this desk"


def help_groups(agent: Agent, book: Book, only: str = "") -> tuple[views.HelpGroup, ...]:
    """All groups with the verbs this agent may use; ``only``: just this verb."""
    groups = [(group.heading, _allowed(group.verbs, agent, book)) for group in GROUPS]
    groups.append((OWN, tuple(_moves(agent, book))))
    wanted = (
        (heading, tuple(verb for verb in verbs if not only or verb.name == only))
        for heading, verbs in groups
    )
    return tuple(views.HelpGroup(heading, verbs) for heading, verbs in wanted if verbs)


def _allowed(verbs: Iterable[Verb], agent: Agent, book: Book) -> tuple[views.HelpVerb, ...]:
    return tuple(
        views.HelpVerb(
            verb.name,
            verb.usage,
            verb.does,
            verb.example,
            (*verb.aliases, *_aliases(verb.name, book)),
        )
        for verb in verbs
        if not may(agent.role, verb.name, book.workflow)
    )


def _moves(agent: Agent, book: Book) -> Iterable[views.HelpVerb]:
    """The moves that only this desk has."""
    for move in book.workflow.moves.values():
        if move.verb not in KNOWN and not may(agent.role, move.verb, book.workflow):
            yield _move(move, book)


def _move(move: Move, book: Book) -> views.HelpVerb:
    does = f"moves it to “{book.workflow.label(move.to)}”"
    return views.HelpVerb(move.verb, "[REASON]", does, f"#{move.verb}", _aliases(move.verb, book))


def _aliases(verb: str, book: Book) -> tuple[str, ...]:
    """The desk's own words for it; those that say more than the verb are left out."""
    return tuple(word for word, meant in book.aliases.items() if meant.strip() == verb)
