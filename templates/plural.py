"""Which form of a phrase goes with a number: the plural rules of CLDR for whole numbers."""

from collections.abc import Callable, Mapping


def _one_or_other(count: int) -> str:
    return "one" if count == 1 else "other"


def _none_is_one(count: int) -> str:
    return "one" if count in (0, 1) else "other"


def _polish(count: int) -> str:
    if count == 1:
        return "one"
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return "few" if few else "many"


def _arabic(count: int) -> str:
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    if 3 <= count % 100 <= 10:
        return "few"
    return "many" if count % 100 >= 11 else "other"


# The categories that a phrase of the language has, and the rule that chooses among them.
_WESTERN = ("one", "other"), _one_or_other
_RULES: Mapping[str, tuple[tuple[str, ...], Callable[[int], str]]] = {
    "ar": (("zero", "one", "two", "few", "many", "other"), _arabic),
    "de": _WESTERN,
    "en": _WESTERN,
    "es": _WESTERN,
    "fr": (("one", "other"), _none_is_one),
    "it": _WESTERN,
    "ja": (("other",), lambda count: "other"),
    "nl": _WESTERN,
    "pl": (("one", "few", "many"), _polish),
    "pt": (("one", "other"), _none_is_one),
}

CATEGORIES: Mapping[str, tuple[str, ...]] = {tag: rule[0] for tag, rule in _RULES.items()}


def category(count: int, language: str) -> str:
    """``one``, ``few``, ``other`` ...: the category of a number in one of our languages."""
    return _RULES[language][1](abs(count))
