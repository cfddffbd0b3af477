"""What became of a mail: told to the spool when the transaction is on disk."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """One mail's end; held ones wait for a person."""

    key: str
    ticket: int | None = None
    reason: str = ""
    held: bool = False
    released: str = ""  # the held mail that this one settled
    kept: bool = False  # held by a rule: nothing was decided yet
