"""Which ticket is meant: the strongest clue wins, and contradiction is told."""

import pytest

from postdesk.mailbox.marks import Mark, Purpose
from postdesk.rules.match import Clues, Match, match


def mark(target: str = "7", purpose: str = "c") -> Mark:
    return Mark(target, Purpose(purpose), "w")


REPLY, NOTE, CUSTOMER, ROOT = mark("7", "r"), mark("7", "n"), mark("7", "c"), mark("7", "o")


@pytest.mark.parametrize(
    ("clues", "found"),
    [
        (Clues(), Match()),
        (Clues(subject=7), Match(7, "subject", None, reply=True)),
        (Clues(known=(5,), subject=7), Match(5, "known", None, reply=True)),
        (Clues(text=(CUSTOMER,), known=(5,)), Match(7, "text", CUSTOMER, reply=True)),
        (Clues(ids=(REPLY,), text=(mark("8"),)), Match(7, "id", REPLY, reply=True)),
        (Clues(address=(mark("9"),), ids=(REPLY,)), Match(9, "address", mark("9"), reply=True)),
        # an address alone is no reply: it may come out of an address book
        (Clues(address=(CUSTOMER,)), Match(7, "address", CUSTOMER, reply=False)),
        (Clues(address=(CUSTOMER,), subject=7), Match(7, "address", CUSTOMER, reply=True)),
        # a root says which ticket; who and what for is said by the mark beside it
        (Clues(ids=(ROOT, REPLY)), Match(7, "id", REPLY, reply=True)),
        (Clues(ids=(ROOT,)), Match(7, "id", ROOT, reply=True)),
        # a note answered to the customer's address is torn; the other way round is not
        (Clues(address=(REPLY,), ids=(NOTE,)), Match(7, "address", REPLY, reply=True, torn=True)),
        (Clues(address=(NOTE,), ids=(REPLY,)), Match(7, "address", NOTE, reply=True)),
        (
            Clues(address=(REPLY,), ids=(mark("8", "n"),)),
            Match(7, "address", REPLY, reply=True),
        ),
    ],
)
def test_the_strongest_clue_wins(clues: Clues, found: Match) -> None:
    assert match(clues) == found


def test_a_hold_is_answered_by_its_own_number() -> None:
    found = match(Clues(address=(mark("h12", "h"),)))
    assert (found.number, found.hold) == (None, 12)
