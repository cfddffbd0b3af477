"""Texts of actions with ``{name}`` in them, for what a named group of a pattern found."""

import re
from collections.abc import Mapping

_PLACE = re.compile(
    r"""
    \{\{ | \}\}         # a brace that is meant as one
  | \{ ([^{}]*) \}      # a name
    """,
    re.VERBOSE,
)


def names_wanted(text: str) -> tuple[str, ...]:
    """The names in braces, in the order of the text."""
    return tuple(found[1] for found in _PLACE.finditer(text) if found[1] is not None)


def fill(text: str, groups: Mapping[str, str]) -> str:
    """The text with what was found in the place of each name, nothing for what was not found."""
    return _PLACE.sub(lambda found: _filled(found, groups), text)


def _filled(found: re.Match[str], groups: Mapping[str, str]) -> str:
    return found[0][0] if found[1] is None else groups.get(found[1], "")
