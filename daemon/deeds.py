"""What a mail has done to a ticket so far: the lines of history and the letters that came of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.history_words import Teller
from postdesk.daemon.outbox import Draft, draft_of
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.times import from_text

# What the words of a mail do by themselves, and what follows from them: no command did it.
OF_WORDS = frozenset({"received", "answered", "noted", "sent", "notified"})
# What else than a new status a verb shows by in history.
_SHOWS: dict[str, tuple[str, ...]] = {
    "take": ("assigned",),
    "assign": ("assigned", "team", "unassigned"),
    "unassign": ("unassigned",),
    "urgency": ("urgency",),
    "due": ("due",),
    "category": ("category",),
    "tag": ("tags",),
    "set": ("field",),
    "sla": ("sla",),
    "time": ("time",),
    "for": ("requester",),
    "cc": ("participant", "no longer told"),
    "mention": ("notified",),
    "approve": ("approval asked",),
    "task": ("task",),
    "watch": ("watched", "watched no longer"),
    "mute": ("muted", "muted no longer"),
    "merge": ("merged",),
    "unmerge": ("merged no longer",),
    "split": ("split",),
    "link": ("linked",),
    "escalate": ("escalated",),
    "undo": ("undone",),
}
_MOVES = ("status", "put off", "responded", "spam", "linked")


@dataclass(frozen=True, slots=True)
class Mark:
    """The last line of history and the last letter there are now."""

    history: int
    letter: int


class Deeds:
    """Reads within the caller's transaction."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def mark(self) -> Mark:
        """How far things have come."""
        history = self._rows.value("SELECT max(id) FROM history")
        letter = self._rows.value("SELECT max(id) FROM letter")
        return Mark(int(history or 0), int(letter or 0))

    def history(self, number: int, since: Mark) -> list[Row]:
        """What happened on a ticket since then, JSON read."""
        found = self._rows.all(
            "SELECT * FROM history WHERE ticket = ? AND id > ? ORDER BY id", number, since.history
        )
        return [{**row, "detail": json.loads(row["detail"])} for row in found]

    def answers(self, number: int, since: Mark) -> list[Draft]:
        """The letters to customers that were written since then."""
        found = self._rows.all(
            "SELECT * FROM letter WHERE ticket = ? AND id > ? AND kind = 'answer' ORDER BY id",
            number,
            since.letter,
        )
        return [draft_of(row, from_text(row["written_at"]) or datetime.min) for row in found]

    def leaves_at(self, number: int, since: Mark) -> datetime | None:
        """When the first of these letters may leave; None where none waits."""
        return from_text(
            self._rows.value(
                "SELECT min(next_try_at) FROM letter WHERE ticket = ? AND id > ?"
                " AND kind = 'answer' AND state = 'waiting'",
                number,
                since.letter,
            )
        )


def said_by(verb: str, rows: Sequence[Row], teller: Teller) -> tuple[str, list[Row]]:
    """What a command of this verb did, in a few words; and the lines that are left for others."""
    left, told = list(rows), []
    for act in _SHOWS.get(verb, _MOVES):
        found = next((row for row in left if row["act"] == act), None)
        if found:
            left.remove(found)
            told.append(teller.sentence(found))
    return "; ".join(told), left
