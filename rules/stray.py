"""Keys that no table of theirs knows: told with the table that would know them."""

from collections.abc import Mapping

from postdesk.rules.entry import Notes


def tell_strays(notes: Notes, keys: Mapping[str, frozenset[str]] = {}) -> None:
    """Note a mistake for each; ``keys`` are those of every kind of table."""
    for entry, key in notes.strays:
        kinds = [kind for kind, known in keys.items() if key in known and kind != entry.kind]
        entry.tell_stray(key, _hint(kinds))


def _hint(kinds: list[str]) -> str:
    return ""
