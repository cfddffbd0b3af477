"""The new words of a reply: what its sender wrote, without the letters it answers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """Which lines are new, as ascending indices, and why the others were left out."""

    kept: tuple[int, ...]
    reason: str


def new_words(lines: Sequence[str]) -> Cut:
    """Say which lines are new; never none of them when anything was written."""
    kept = tuple(n for n, line in enumerate(lines) if not line.lstrip().startswith(">"))
    if not any(lines[n].strip() for n in kept):
        return Cut(tuple(range(len(lines))), "")
    return Cut(kept, "quoted lines" if len(kept) < len(lines) else "")


def new_text(text: str) -> str:
    """The new words of a text, joined again."""
    lines = text.splitlines()
    return "\n".join(lines[n] for n in new_words(lines).kept).strip()
