"""The verbs agents can write, with their aliases, and what a mistyped one was probably meant as."""

from collections.abc import Mapping
from dataclasses import dataclass

from postdesk.rules.textmatch import fold

STAR = "★"
SHORT = 4  # letters
STOP = "end"  # nothing below this line is read


@dataclass(frozen=True, slots=True)
class Verb:
    """A word of the command language, what it does, and other words for it."""

    name: str
    does: str
    aliases: tuple[str, ...] = ()


VERBS = (
    Verb("take", "make it mine", ("mine", "pickup")),
    Verb("assign", "give it to an agent, or to team:NAME"),
    Verb("unassign", "take it from its agent"),
    Verb("start", "work begins"),
    Verb("wait", "for so long, or until a time", ("snooze", "pending")),
    Verb("schedule", "work begins at a time"),
    Verb("close", "it is over, with a reason", ("closed", "done")),
    Verb("resolve", "it is solved"),
    Verb("reopen", "it is not over"),
    Verb("status", "move it to a status by name"),
    Verb("urgency", "1 to 5", ("prio",)),
    Verb("due", "by when"),
    Verb("tag", "+this -that"),
    Verb("set", "field=value"),
    Verb("cc", "+this -that person gets the answers"),
    Verb("for", "on behalf of this customer", ("requester",)),
    Verb("note", "this whole mail is for the team only"),
    Verb("use", "put a canned answer in front", ("canned",)),
    Verb("solution", "this text solves it: ask the customer"),
    Verb("approve", "ask these people for their yes"),
    Verb("task", "a piece of it for somebody"),
    Verb("time", "spent on it"),
    Verb("merge", "this ticket into that one"),
    Verb("unmerge", "take a merge back"),
    Verb("split", "make a ticket of one message"),
    Verb("link", "tie it to another ticket"),
    Verb("dup", "it is a duplicate of another ticket"),
    Verb("escalate", "somebody higher must know why"),
    Verb("sla", "other promises hold"),
    Verb("via", "answer by whatsapp, sms or mail"),
    Verb("spam", "it is spam"),
    Verb("watch", "tell me of everything"),
    Verb("mute", "tell me nothing"),
    Verb("later", "send this answer at a time"),
    Verb("preview", "mail me what would go out"),
    Verb("undo", "take the last act back"),
    Verb("show", "mail me the ticket"),
    Verb("history", "mail me what happened"),
    Verb("find", "mail me the tickets with these words"),
    Verb("list", "mail me a view"),
    Verb("report", "mail me a report"),
    Verb("away", "until a time"),
    Verb("back", "from being away"),
    Verb("help", "mail me the commands"),
    Verb(STOP, "nothing below is read"),
)

# What a word means: the verb, and the first of its arguments.
Meaning = tuple[str, str]
Known = Mapping[str, Meaning]


def words_of(verbs: tuple[Verb, ...]) -> dict[str, Meaning]:
    """Every word, folded, with its meaning."""
    return {fold(word): (verb.name, "") for verb in verbs for word in (verb.name, *verb.aliases)}


def _stars() -> dict[str, Meaning]:
    numbers = range(1, 6)
    letters: dict[str, Meaning] = {f"p{n}": ("urgency", str(n)) for n in numbers}
    return letters | {STAR * n: ("urgency", str(n)) for n in numbers}


KNOWN: Known = words_of(VERBS) | _stars()


class Guesser:
    """Tells which verb a mistyped word was meant as; knows when it has guessed enough.

    Asked for thousands of different words it gives up, so that no text takes long.
    """

    MOST = 300  # different words: more than any file of settings pasted into an answer has

    def __init__(self, known: Known) -> None:
        self._words = [word for word in known if word.isalpha() and word != STOP]
        self._seen: dict[str, str | None] = {}

    def exhausted(self) -> bool:
        """Have too many different words been asked for?"""
        return len(self._seen) >= self.MOST

    def guess(self, word: str) -> str | None:
        """The known word within one slip; within two where both have more than 4 letters."""
        if word in self._seen:
            return self._seen[word]
        if self.exhausted():
            return None
        found = self._seen[word] = self._nearest(word)
        return found

    def _nearest(self, word: str) -> str | None:
        best, least = None, 3
        for known in self._words:
            allowed = min(least - 1, _allowed(word, known))
            if abs(len(known) - len(word)) <= allowed:
                slips = distance(word, known)
                if slips <= allowed:
                    best, least = known, slips
        return best


def _allowed(word: str, known: str) -> int:
    """Slips that may be between a word and the one meant.

    Two of four letters would be another word, and who slips twice has the first letter right or
    swapped: ``#Banner`` is no ``#canned``.
    """
    long = len(word) > SHORT and len(known) > SHORT
    return 2 if long and word[0] in known[:2] else 1


def distance(one: str, other: str) -> int:
    """Slips between two words: a letter too many, missing, wrong, or two in the wrong order.

    The optimal string alignment form of Damerau's distance.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
