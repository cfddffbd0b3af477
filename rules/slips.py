"""What a mistyped word was probably meant as."""

from collections.abc import Iterable

SHORT = 4  # letters


class Guesser:
    """Tells which word a mistyped one was meant as; knows when it has guessed enough.

    Asked for thousands of different words it gives up, so that no text takes long.
    """

    MOST = 300  # different words: more than any file of settings pasted into an answer has

    def __init__(self, known: Iterable[str]) -> None:
        self._words = [word for word in known if word.isalpha()]
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
        found = self._seen[word] = nearest(word, self._words)
        return found


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The first of these words that is the fewest slips away; None where all are too far."""
    best, least = None, 3
    for known in words:
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
