"""Which rules a mail can fire at all: found by its words, so that a thousand rules cost little.

A rule is filed under the words or values that its condition cannot do without, where those are of
the mail and not of the ticket, which the rules above it may change. All others are always asked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from postdesk.rules.compare import SEARCHED
from postdesk.rules.condition import All, AnyOf, Condition, Facts, Test
from postdesk.rules.pattern import literal_in
from postdesk.rules.rule import Rule
from postdesk.rules.textmatch import collapsed, first_token, plain, tokens

FIXED = frozenset({"subject", "text", "from", "to", "attachment"})  # of a mail; and its header
Key = tuple[str, str, str]  # fact, form, and the word, value or part of it
Form = tuple[str, Callable[[str], str]]


class Index:
    """The rules of one event, in the order they run."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._always: list[int] = []
        filed: dict[tuple[str, str], dict[str, list[int]]] = {}
        for place, rule in enumerate(rules):
            keys = _needed(rule.when)
            if keys is None:
                self._always.append(place)
            for fact, form, word in dict.fromkeys(keys or ()):
                filed.setdefault((fact, form), {}).setdefault(word, []).append(place)
        self._filed = [(fact, _SHELVES[form](places)) for (fact, form), places in filed.items()]

    def possible(self, look: Facts) -> Iterable[Rule]:
        """The rules whose condition may hold for these facts, in the order they run."""
        if not self._filed:
            return self._rules
        found = set(self._always)
        for fact, shelf in self._filed:
            for one in _each(look(fact)):
                for word in shelf.found(str(one)[:SEARCHED]):
                    found.update(shelf.places[word])
        return (self._rules[place] for place in sorted(found))


def _needed(condition: Condition) -> list[Key] | None:
    """Keys of which a mail must have one for the condition to hold; None: it may hold anyway."""
    match condition:
        case Test():
            return _of_test(condition)
        case All(parts):
            known = [keys for part in parts if (keys := _needed(part)) is not None]
            return min(known, key=_dear, default=None)
        case AnyOf(parts):
            some = [_needed(part) for part in parts]
            return None if None in some else [key for keys in some for key in keys or ()]
    return None


def _dear(keys: list[Key]) -> tuple[bool, int]:
    """What is looked up goes before what is searched for, few before many."""
    return any(form in _SEARCHED_FOR for _, form, _ in keys), len(keys)


def _of_test(test: Test) -> list[Key] | None:
    reads = _FILED.get(test.operator)
    if reads is None or not (test.key in FIXED or test.key.startswith("header.")):
        return None
    found = [(test.key, *_filed(one, reads)) for one in test.wanted if isinstance(one, str)]
    return found if len(found) == len(test.wanted) and all(word for *_, word in found) else None


def _filed(wanted: str, forms: Sequence[Form]) -> tuple[str, str]:
    """The first form in which this can be filed, and its key there; ``""`` where in none."""
    found = ((form, key_of(wanted)) for form, key_of in forms)
    return next(((form, key) for form, key in found if key), ("", ""))


# operator -> the forms to file it in, each with the key of what a rule wants ("": not in this one)
_FILED: Mapping[str, Sequence[Form]] = {
    # A word of a script without spaces, and one that is no word (C++ is, ++ is not): any part.
    "any_word": (("word", first_token), ("part", plain)),
    "is": (("value", plain),),
    "in": (("value", plain),),
    "contains": (("part", collapsed),),
    "matches": (("part", literal_in),),
    "starts_with": (("start", plain),),
    "ends_with": (("end", plain),),
}
_SEARCHED_FOR = frozenset({"part", "start", "end"})


class _Words:
    """Filed by a word: it must stand among those of the text."""

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        self.places = places  # of rules, by what they are filed under

    def found(self, text: str) -> Iterable[str]:
        """What is filed here and the text has."""
        return tokens(text) & self.places.keys()


class _Values(_Words):
    """Filed by the whole."""

    def found(self, text: str) -> Iterable[str]:
        return {plain(text)} & self.places.keys()


class _Parts(_Words):
    """Filed by what must stand anywhere; looked for only where its first letter does."""

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        super().__init__(places)
        self._by_letter: dict[str, list[str]] = {}
        for part in places:
            self._by_letter.setdefault(part[0], []).append(part)

    def found(self, text: str) -> Iterable[str]:
        whole = collapsed(text)
        there = (parts for letter, parts in self._by_letter.items() if letter in whole)
        return [part for parts in there for part in parts if part in whole]


class _Starts(_Words):
    """Filed by how it must begin: as many beginnings are looked up as there are lengths."""

    def __init__(self, places: Mapping[str, Sequence[int]]) -> None:
        super().__init__(places)
        self._lengths = {len(part) for part in places}

    def found(self, text: str) -> Iterable[str]:
        whole = plain(text)
        return {whole[:length] for length in self._lengths} & self.places.keys()


class _Ends(_Starts):
    """Filed by how it must end."""

    def found(self, text: str) -> Iterable[str]:
        whole = plain(text)
        return {whole[-length:] for length in self._lengths} & self.places.keys()


_SHELVES: Mapping[str, type[_Words]] = {
    "word": _Words,
    "value": _Values,
    "part": _Parts,
    "start": _Starts,
    "end": _Ends,
}


def _each(saw: object) -> tuple[object, ...]:
    if saw is None or saw == "":
        return ()
    return tuple(saw) if isinstance(saw, tuple | list) else (saw,)
