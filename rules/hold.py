"""An agent's mail is carried out whole or held whole: the doubts that hold it, and the words
that answer them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from postdesk.mailbox.marks import may_hold_mark

CauseName = Literal["unconfirmed", "command", "target", "addressbook", "other"]
OK, SEND, CANCEL = "ok", "send", "cancel"
_AROUND = ".!,;:#/*_> \"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"  # a word may stand in quotes


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason why a mail is not carried out."""

    cause: CauseName
    line: str = ""  # the line, or the sentence, that says so
    guess: str = ""  # what was probably meant
    why: str = ""  # what is wrong with the line: the rest of a sentence that begins with it


# Nothing of such a mail can be sent, so nothing but `cancel` is offered.
ENCRYPTED = Cause("other", "it is encrypted, and what it says cannot be read here")
EMPTY = Cause("other", "it has no words of its own, and no file")
UNSENDABLE = (ENCRYPTED, EMPTY)

# "Reply → Petra (customer)": the first line of our letters to agents, in any language.
_OUR_LINE = re.compile(r"^\W{0,8}\w{2,20}\s+[→←]\s|##-")
_SHOWN = 80  # characters of a line that a question repeats


def leak_of(words: str, private: Collection[str]) -> Cause | None:
    """What a customer must not see: a line of our letters to agents, or an agent's address.

    Quotes are cut before; this stands for the quote that no cut was found for.
    """
    for line in words.splitlines():
        if is_ours(line):
            shown = " ".join(line.split())[:_SHOWN]
            return Cause("other", f'a line of our letter to you stands in it: "{shown}"')
        folded = line.casefold()
        if address := next((a for a in private if a in folded), None):
            return Cause("other", f"it holds {address}, which customers are never shown")
    return None


def is_ours(line: str) -> bool:
    """Is this a line of a letter of ours to an agent, or one with a reply address in it?"""
    return _OUR_LINE.search(line) is not None or may_hold_mark(line)


def offered(causes: Sequence[Cause], *, guessed: bool = False) -> tuple[str, ...]:
    """The words that answer: ``ok`` where it is clear what is meant, ``send`` where words are.

    ``guessed``: there is a whole mail that its author may have meant.
    """
    if any(cause in UNSENDABLE for cause in causes):
        return (CANCEL,)
    if all(cause.cause == "unconfirmed" for cause in causes):
        return (OK, CANCEL)
    if guessed and all(cause.cause in ("unconfirmed", "command") for cause in causes):
        return (OK, SEND, CANCEL)
    return (SEND, CANCEL)


def word_of(text: str) -> str:
    """The answer in a reply to our question: its first line, bare; "" when it is none of ours."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    word = first.strip().strip(_AROUND).casefold()
    word = {"okay": OK, "o.k": OK, "yes": OK}.get(word, word)
    return word if word in (OK, SEND, CANCEL) else ""
