"""Sentences that other parts of the desk make in English, told in the reader's language.

Why a mail is held, a sender in doubt, what a command does: that is found far from any letter. What
it says is known here by its English form in the sections below; a sentence that is not stays so.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from postdesk.templates.catalogue import DEFAULT, PLACE, catalogue, closest, forms, places

SECTIONS = ("sentence", "verb", "verb_group")


def told(sentence: str, language: str) -> str:
    """The sentence in the closest language there is."""
    known = closest(language)
    if known == DEFAULT:
        return sentence
    plain, patterns = _english()
    if key := plain.get(sentence):
        return _form(key, known)
    for pattern, key in patterns:
        if found := pattern.fullmatch(sentence):
            return _form(key, known).format(**found.groupdict())
    return sentence


def _form(key: str, language: str) -> str:
    [form] = forms(catalogue(language).phrase(key))
    return form


@cache
def _english() -> tuple[Mapping[str, str], Sequence[tuple[re.Pattern[str], str]]]:
    """The keys of sentences by their English form, and of those with values by their pattern."""
    known = {
        form: f"{section}.{name}"
        for section in SECTIONS
        for name, phrase in catalogue(DEFAULT).sections[section].items()
        for form in forms(phrase)
    }
    plain = {form: key for form, key in known.items() if not places(form)}
    return plain, [(_pattern(form), key) for form, key in known.items() if places(form)]


def _pattern(form: str) -> re.Pattern[str]:
    """The form with a group for each of its places."""
    words = PLACE.split(form)
    pieces = [f"(?P<{w}>.*)" if at % 2 else re.escape(w) for at, w in enumerate(words)]
    return re.compile("".join(pieces), re.DOTALL)
