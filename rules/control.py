"""Lines of the control address and of an answered digest: ``1042 1043 close``, ``2 4 assign bob``.

Numbers come first, then a verb as in any mail; every line is read, and one that is wrong holds all
of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from postdesk.rules.accord import disagreements
from postdesk.rules.context import Context
from postdesk.rules.line import normalise
from postdesk.rules.numbers import number_of, numbers_of
from postdesk.rules.order import Order
from postdesk.rules.orders import Problems, allowed_order
from postdesk.rules.problem import Problem
from postdesk.rules.slips import nearest
from postdesk.rules.textmatch import fold
from postdesk.rules.verbs import KNOWN, STOP, Known

SIGILS = "#/!"
MOST_LINES = 200  # of commands in one mail
MOST_TICKETS = 100  # on one line
# What says nothing about any ticket, and needs no number.
ABOUT_NONE = frozenset({"list", "find", "canned", "report", "away", "back", "help"})
# What belongs to the text of an answer, and there is none here.
ABOUT_TEXT = frozenset({"use", "solution", "via", "later", "preview", "for", "split"})
LOOKS = frozenset({"show", "history"})  # the numbers may stand behind them
ABOUT_TWO = frozenset({"merge", "dup", "link"})  # `1042 1040 merge`: the last number is the other

_HEAD = re.compile(r"(?:\[?#?[0-9]{1,12}\]?(?:\s*,\s*|\s+|:\s*|$))*")
_VERB = re.compile(r"([#/!]?)([^\s:]+)[\s:]*")


@dataclass(frozen=True, slots=True)
class Controlled:
    """One line: an order, and the tickets it is for (none for ``list`` and its like)."""

    tickets: tuple[int, ...]
    order: Order
    line: str = field(default="", compare=False)  # as it was written


def read_control(
    lines: Sequence[str],
    context: Context,
    known: Known = KNOWN,
    rows: Mapping[int, int] | None = None,
) -> tuple[Controlled, ...] | Problems:
    """All lines, or everything that is wrong with them; blank ones say nothing.

    ``rows``: the tickets by their row in a digest; a number means a row then, and ``#1042`` the
    ticket itself. What is below `#end` is not read.
    """
    found: list[tuple[int, Controlled]] = []
    problems: list[tuple[int, Problem]] = []
    for index, line in enumerate(lines):
        bare = normalise(line)
        if fold(bare.lstrip(SIGILS)) == STOP:
            break
        if not bare:
            continue
        if len(found) + len(problems) >= MOST_LINES:
            problems.append((index, Problem(f"more than {MOST_LINES} lines of commands")))
            break
        read = _line(bare, context, known, rows)
        if isinstance(read, Problem):
            problems.append((index, read))
        else:
            found.append((index, replace(read, line=bare)))
    problems = problems or _disagreements(found)
    return Problems(tuple(problems)) if problems else tuple(one for _, one in found)


def _line(
    line: str, context: Context, known: Known, rows: Mapping[int, int] | None
) -> Controlled | Problem:
    head = _HEAD.match(line)
    assert head is not None  # it may be empty
    tickets = _tickets(head[0], rows)
    if isinstance(tickets, Problem):
        return tickets
    verb = _VERB.match(line, head.end())
    meaning = known.get(fold(verb[2])) if verb else None
    if verb is None or meaning is None:
        return _no_command(line, verb[2] if verb else "", head[0], known)
    args = f"{meaning[1]} {line[verb.end() :]}".strip()
    if meaning[0] in LOOKS and not tickets and rows is None:  # `show 1042`, as in an answer
        order = allowed_order(meaning[0], args, replace(context, ticket=None))
        return order if isinstance(order, Problem) else Controlled((), order)
    found = _order(tickets, meaning[0], args, context)
    if isinstance(found, Problem) and found.guess.startswith(tuple(SIGILS)):
        return Problem(found.why, f"{head[0]}{found.guess[1:]}")
    return found


def _tickets(head: str, rows: Mapping[int, int] | None) -> tuple[int, ...] | Problem:
    found: dict[int, None] = {}
    for word in re.split(r"[\s,:]+", head.strip(" ,:\t")):
        number = number_of(word)
        if number is None:
            continue
        if rows is not None and "#" not in word:
            if number not in rows:
                return Problem(_no_row(number, len(rows)))
            number = rows[number]
        found[number] = None
    if len(found) > MOST_TICKETS:
        return Problem(f"more than {MOST_TICKETS} tickets on one line")
    return tuple(found)


def _no_row(number: int, rows: int) -> str:
    if rows == 0:
        return f"of which digest is {number} a row? That cannot be told; #{number} is the ticket"
    return f"there is no row {number}, they go from 1 to {rows}"


def _no_command(line: str, word: str, head: str, known: Known) -> Problem:
    guess = nearest(fold(word), known) if word and head.strip() else None
    meant = line.replace(word, guess, 1) if guess else ""
    return Problem("is no line like `1042 close` or `1042 1043 assign bob`", meant)


def _order(
    tickets: tuple[int, ...], verb: str, args: str, context: Context
) -> Controlled | Problem:
    if verb in ABOUT_TEXT:
        return Problem(f"{verb} belongs into an answer: reply to the ticket's own mail")
    if verb in ABOUT_NONE:
        if tickets:
            return Problem(f"{verb} is about no ticket: write it without a number")
    elif not tickets:
        behind = numbers_of(args)
        meant = f"{args} {verb}" if behind and not isinstance(behind, Problem) else ""
        return Problem(f"which ticket? write its number in front: 1042 {verb}", meant)
    if verb in ABOUT_TWO and not args and len(tickets) > 1:
        *rest, other = tickets
        tickets, args = tuple(rest), str(other)
    # An order is read once for all its tickets; it must fit each of them.
    order: Order | Problem = Problem("")
    for ticket in tickets or (None,):
        order = allowed_order(verb, args, replace(context, ticket=ticket))
        if isinstance(order, Problem):
            return order
    assert not isinstance(order, Problem)
    return Controlled(tickets, order)


def _disagreements(found: Sequence[tuple[int, Controlled]]) -> list[tuple[int, Problem]]:
    """Two lines that decide the same of one ticket in two ways."""
    by_ticket: dict[int, list[tuple[int, Order]]] = {}
    for index, one in found:
        for ticket in one.tickets:
            by_ticket.setdefault(ticket, []).append((index, one.order))
    problems: dict[int, Problem] = {}
    for orders in by_ticket.values():
        problems |= dict(disagreements(orders, words=False))
    return sorted(problems.items())
