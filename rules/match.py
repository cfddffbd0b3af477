"""Which ticket does a mail mean? From its marks alone; what its sender may do there comes after."""

from dataclasses import dataclass, replace
from typing import Literal

from postdesk.mailbox.marks import CONTROL, Mark

By = Literal["address", "id", "text", "known", "subject", "nothing"]


@dataclass(frozen=True, slots=True)
class Clues:
    """All that a mail says about where it belongs. Marks are verified ones."""

    address: tuple[Mark, ...] = ()  # from the envelope's recipients, then To and Cc
    ids: tuple[Mark, ...] = ()  # from In-Reply-To, then References from the last to the first
    text: tuple[Mark, ...] = ()  # from a line of the text, where the desk's address is plain
    known: tuple[int, ...] = ()  # tickets on which the ids it answers are filed
    subject: int | None = None  # [#1042]
    control: bool = False  # it is written to the control address, which has no mark


@dataclass(frozen=True, slots=True)
class Match:
    """The ticket that is meant (or the hold that is answered), and the clue that says so."""

    number: int | None = None
    by: By = "nothing"
    mark: Mark | None = None  # the mark that decides what an answer does
    reply: bool = False  # it answers something: an id of ours, a known id, or the number
    torn: bool = False  # its marks contradict each other
    control: bool = False  # it is for the control address: lines of commands, from agents

    @property
    def hold(self) -> int | None:
        """The held mail that is answered, if one is."""
        return self.mark.hold if self.mark else None


def match(clues: Clues) -> Match:
    """The strongest clue wins: address, ids, text, known ids, subject. Pure.

    An address that leads to the customer while the mail answers a note is torn: a reply to a
    note never leaves the team by accident.
    """
    found = _meant(clues)
    desk = found.mark is not None and found.mark.target == CONTROL
    if desk or (clues.control and not clues.address):
        return replace(found, control=True)
    return found


def _meant(clues: Clues) -> Match:
    reply = bool(clues.ids or clues.known or clues.subject is not None or clues.text)
    for by, marks in (("address", clues.address), ("id", clues.ids), ("text", clues.text)):
        if marks:
            mark = _telling(marks)
            return Match(mark.ticket, by, mark, reply, torn=_torn(mark, clues))  # type: ignore[arg-type]
    if clues.known:
        return Match(clues.known[0], "known", None, reply=True)
    if clues.subject is not None:
        return Match(clues.subject, "subject", None, reply=True)
    return Match()


def _telling(marks: tuple[Mark, ...]) -> Mark:
    """The first mark that says who and what for; a root only when there is no other."""
    return next((mark for mark in marks if mark.purpose != "o"), marks[0])


def _torn(mark: Mark, clues: Clues) -> bool:
    answered = next((m for m in clues.ids if m.purpose in ("r", "n")), None)
    if answered is None or mark.purpose not in ("r", "n"):
        return False
    return answered.target == mark.target and (answered.purpose, mark.purpose) == ("n", "r")
