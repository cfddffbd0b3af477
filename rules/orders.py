"""All commands of one mail: read, allowed and in agreement, or none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from postdesk.rules.accord import Placed, disagreements
from postdesk.rules.arguments import read_order
from postdesk.rules.context import Context
from postdesk.rules.order import Order
from postdesk.rules.problem import Problem
from postdesk.rules.rights import may

MOST_COMMANDS = 200  # in one mail
Command = tuple[int, str, str]  # the index of its line, verb, arguments


@dataclass(frozen=True, slots=True)
class Problems:
    """Why nothing of a mail is done: each with the index of its line."""

    found: tuple[tuple[int, Problem], ...]


def read_orders(
    commands: Sequence[Command], context: Context, *, words: bool = True
) -> tuple[Order, ...] | Problems:
    """The orders behind these commands, in their order; or everything that is wrong with them.

    ``words``: there is text left, or a file. One that is wrong holds all of them.
    """
    if len(commands) > MOST_COMMANDS:
        return Problems(((commands[-1][0], Problem(f"more than {MOST_COMMANDS} commands")),))
    placed: list[Placed] = []
    problems: list[tuple[int, Problem]] = []
    for line, verb, args in commands:
        found = allowed_order(verb, args, context)
        if isinstance(found, Problem):
            problems.append((line, found))
        else:
            placed.append((line, found))
    if not problems:
        opens = context.ticket is None
        problems += disagreements(placed, words=words, opens=opens, inside=context.inside)
    if problems:
        return Problems(tuple(problems))
    return tuple(order for _, order in placed)


def allowed_order(verb: str, args: str, context: Context) -> Order | Problem:
    """One command, of a verb that its writer may use."""
    role = context.agent.role if context.agent else "admin"
    if why := may(role, verb, context.book.workflow):
        return Problem(why)
    return read_order(verb, args, context)
