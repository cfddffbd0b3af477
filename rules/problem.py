"""What keeps a command from being carried out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something written cannot be done as it stands, and what was probably meant."""

    why: str  # a sentence for its author, without a full stop
    guess: str = ""  # what could be written instead; "" where nothing is likely
