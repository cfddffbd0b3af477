"""Keys that no table of theirs knows: told with the table that would know them."""

from postdesk.rules.draft import SHAPES
from postdesk.rules.entry import Entry, Notes
from postdesk.rules.keys import keys_of, kinds_with
from postdesk.rules.toml import did_you_mean


def tell_strays(notes: Notes) -> None:
    """Note a mistake for each key that was not asked for."""
    for entry, key in notes.strays:
        entry.tell_stray(key, _hint(entry, key))


def _hint(entry: Entry, key: str) -> str:
    """What was probably meant: a mistyped key of this table, or a key of another.

    TOML gives every key to the table whose header stands above it, which may be another one than
    its writer thought.
    """
    outer = keys_of(entry.kind)
    if key in outer - entry.asked.keys():
        return f"; it belongs to the {entry.kind} itself: {_ABOVE}"
    kinds = [written(kind) for kind in kinds_with(key) if kind != entry.kind]
    if kinds:
        return f"; {' and '.join(kinds[:2])} may have one: {_ABOVE}"
    return did_you_mean(key, entry.asked)


_ABOVE = "a key belongs to the [table] above it"


def written(kind: str) -> str:
    """How the header of such a table is written: ``[agent.NAME]``, ``[[rule]]``."""
    return {"named": f"[{kind}.NAME]", "plain": f"[{kind}]"}.get(SHAPES[kind], f"[[{kind}]]")
