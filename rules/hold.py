"""An agent's mail is carried out whole or held whole: the doubts that hold it, and the words
that answer them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from postdesk.rules.authority import Level
from postdesk.rules.command import classify

CauseName = Literal["unconfirmed", "command", "target", "addressbook", "other"]
OK, SEND, CANCEL = "ok", "send", "cancel"
_AROUND = ".!,;:#/*_> \"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"  # a word may stand in quotes


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a mail is not carried out."""

    cause: CauseName
    line: str = ""  # the line, or the sentence, that says so
    guess: str = ""  # what was probably meant


# Nothing of such a mail can be sent, so nothing but `cancel` is offered.
ENCRYPTED = Cause("other", "it is encrypted, and what it says cannot be read here")


def causes_of(
    words: str, level: Level, needed: Level, sigils: str, doubt: Cause | None, *, files: bool
) -> tuple[Cause, ...]:
    """Why this mail must wait; nothing when it may be carried out."""
    found = [doubt] if doubt else []
    if level < needed:
        found.append(Cause("unconfirmed"))
    found += _commands(words.splitlines(), sigils)
    if not words.strip() and not files:
        found.append(Cause("other", "it has no words of its own, and no file"))
    return tuple(found)


def _commands(lines: Sequence[str], sigils: str) -> list[Cause]:
    """Until commands are carried out, a line that is or looks like one holds the mail."""
    reading = classify(lines, sigils)
    places = [index for index, *_ in reading.commands]
    found = [Cause("command", lines[i].strip()) for i in places]
    found += [Cause("command", lines[i].strip(), guess) for i, _, guess in reading.doubts]
    return found


def offered(causes: Sequence[Cause]) -> tuple[str, ...]:
    """The words that answer: ``ok`` where only the sender is in doubt, else ``send``."""
    if ENCRYPTED in causes:
        return (CANCEL,)
    if all(cause.cause == "unconfirmed" for cause in causes):
        return (OK, CANCEL)
    return (SEND, CANCEL)


def word_of(text: str) -> str:
    """The answer in a reply to our question: its first line, bare; "" when it is none of ours."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    word = first.strip().strip(_AROUND).casefold()
    word = {"okay": OK, "o.k": OK, "yes": OK}.get(word, word)
    return word if word in (OK, SEND, CANCEL) else ""
