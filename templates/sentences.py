"""Sentences that other parts of the desk make in English, told in the reader's language.

Why a mail is held or a sender in doubt is found far from any letter. What it says is known here by
its English form, the ``[sentence]`` section; a sentence that is not stays as it is.
"""

import re
from collections.abc import Sequence
from functools import cache

from postdesk.templates.catalogue import DEFAULT, PLACE, catalogue, closest, forms

SECTION = "sentence"


def told(sentence: str, language: str) -> str:
    """The sentence in the closest language there is."""
    known = closest(language)
    if known == DEFAULT:
        return sentence
    for pattern, name in _patterns():
        if found := pattern.fullmatch(sentence):
            [form] = forms(catalogue(known).phrase(f"{SECTION}.{name}"))
            return form.format(**found.groupdict())
    return sentence


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    english = catalogue(DEFAULT).sections[SECTION]
    return [(_pattern(form), name) for name, phrase in english.items() for form in forms(phrase)]


def _pattern(form: str) -> re.Pattern[str]:
    """The form with a group for each of its places."""
    words = PLACE.split(form)
    pieces = [f"(?P<{w}>.*)" if at % 2 else re.escape(w) for at, w in enumerate(words)]
    return re.compile("".join(pieces), re.DOTALL)
