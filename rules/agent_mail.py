"""An agent's mail: what it orders and what it says, or why it is held. Never something of both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from postdesk.mailbox.signature import before_footers, end_of_words
from postdesk.rules.accord import is_note
from postdesk.rules.command import SIGILS, Reading, as_guessed, classify, kept
from postdesk.rules.context import Context
from postdesk.rules.hold import EMPTY, Cause, is_ours
from postdesk.rules.order import Order
from postdesk.rules.orders import Problems, read_orders
from postdesk.rules.rights import needs_proof
from postdesk.rules.verbs import Known, known_words

BELOW_OURS = "stands below a line of our letter to you, and may be quoted"


@dataclass(frozen=True, slots=True)
class Run:
    """Everything is clear: do these orders, and send this text (if there is any)."""

    orders: tuple[Order, ...]
    text: str  # "" sends nothing
    kept: tuple[int, ...] = ()  # the lines of the words that are the text
    inside: bool = False  # all of it stays in the team
    needs_proof: bool = False  # its writer must be proven or confirmed, whatever the desk asks
    commands: tuple[tuple[str, str], ...] = ()  # (verb, arguments), as they were written


@dataclass(frozen=True, slots=True)
class Held:
    """Something is in doubt: nothing is done, and nothing is sent."""

    causes: tuple[Cause, ...]
    guessed: str = ""  # the whole mail as it may have been meant; "" where nobody knows


def read_agent_mail(
    words: str,
    context: Context,
    *,
    sigils: str = SIGILS,
    known: Known | None = None,
    files: bool = False,
) -> Run | Held:
    """Read the new words of an agent's mail, quote and signature already cut. Never raises.

    ``known``: by default all words of the context's book. ``files``: some are attached.
    """
    if known is None:
        known = words_at(context)
    found = _read(words, context, sigils, known, files=files)
    if isinstance(found, Run):
        return found
    causes, guessed = found
    if guessed and not isinstance(_read(guessed, context, sigils, known, files=files), Run):
        guessed = ""
    return Held(causes, guessed)


def words_at(context: Context) -> Known:
    """All words that are commands at this desk."""
    book = context.book
    return known_words(book.aliases, book.replies, book.workflow.moves)


def kept_alike(run: Run, lines: Sequence[str], sigils: str, known: Known) -> tuple[int, ...] | None:
    """Which lines of the same words in another form (their HTML) are the text.

    None where this form says something else: then it must not be sent.
    """
    reading = classify(lines, sigils, known)
    commands = tuple((verb, args) for _, verb, args in reading.commands)
    if reading.doubts or commands != run.commands:
        return None
    return _kept(lines, reading)


def _kept(lines: Sequence[str], reading: Reading) -> tuple[int, ...]:
    """The lines that are the text: without a telephone's footer, which may stand above commands."""
    found = kept(lines, reading)
    end = before_footers([lines[n] for n in found], len(found))
    while end and not lines[found[end - 1]].strip():
        end -= 1
    return found[:end]


def _read(
    words: str, context: Context, sigils: str, known: Known, *, files: bool
) -> Run | tuple[tuple[Cause, ...], str]:
    lines = words.splitlines()
    reading = _below_ours(lines, classify(lines, sigils, known))
    left = _kept(lines, reading)
    text = "\n".join(lines[n] for n in left)
    if end_of_words(text.splitlines()) == 0:  # a signature and nothing else
        text = ""
    orders = read_orders(reading.commands, context, words=bool(text) or files)
    if reading.doubts or isinstance(orders, Problems):
        return _causes(lines, reading, orders)
    if not orders and not text and not files:
        return (EMPTY,), ""
    return Run(
        orders,
        text,
        left if text else (),
        inside=context.inside or is_note(orders),
        needs_proof=any(needs_proof(order) for order in orders),
        commands=tuple((verb, args) for _, verb, args in reading.commands),
    )


def _below_ours(lines: Sequence[str], reading: Reading) -> Reading:
    """A command below a line of our letter may be a quoted one that nothing marks as such."""
    ours = next((n for n, line in enumerate(lines) if is_ours(line)), len(lines))
    below = tuple(command for command in reading.commands if command[0] > ours)
    if not below:
        return reading
    doubts = [(n, BELOW_OURS, f"#{verb} {args}".strip()) for n, verb, args in below]
    return replace(
        reading,
        commands=tuple(command for command in reading.commands if command not in below),
        doubts=tuple(sorted([*reading.doubts, *doubts])),
    )


def _causes(
    lines: Sequence[str], reading: Reading, orders: tuple[Order, ...] | Problems
) -> tuple[tuple[Cause, ...], str]:
    """Every doubt in the order of the lines, and the mail without them."""
    problems = dict(orders.found) if isinstance(orders, Problems) else {}
    found = {n: Cause("command", lines[n].strip(), guess, why) for n, why, guess in reading.doubts}
    for n, problem in problems.items():
        found[n] = Cause("command", lines[n].strip(), problem.guess, problem.why)
    instead = {n: problem.guess for n, problem in problems.items()}
    causes = tuple(found[n] for n in sorted(found))
    return causes, as_guessed(lines, reading, instead) or ""
