"""Words that a letter offers, by what its mark is for: only where offered do they count."""

from postdesk.rules.match import Match

STATUS, TICKETS, CLOSE, REOPEN, STOP, HELP = (
    "status", "my tickets", "close", "reopen", "stop", "help",
)  # fmt: skip
YES, NO = "yes", "no"
SCORES = ("1", "2", "3", "4", "5")

OFFERS: dict[str, tuple[str, ...]] = {  # by purpose of the mark
    "w": (STATUS, TICKETS, CLOSE, STOP, HELP),
    "s": (YES, NO, STATUS, STOP, HELP),
    "q": (*SCORES, REOPEN, STOP, HELP),
    "a": (YES, NO),
}
CUSTOMERS = frozenset({"c", "o", "w", "s", "q"})  # purposes of marks on letters to customers


def offered_by(found: Match) -> tuple[str, ...]:
    """The words that the letter answered has offered."""
    return OFFERS.get(found.mark.purpose, ()) if found.mark else ()
