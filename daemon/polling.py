"""How the reading of each mailbox goes: a small row for each, so that `status` can tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from postdesk.daemon.store import Rows
from postdesk.daemon.times import utc_text
from postdesk.mailbox.imap_account import Trouble

REFRESH = timedelta(minutes=5)  # a turn that went as the last one is written down so often


@dataclass(frozen=True, slots=True)
class Going:
    """One folder; times are UTC texts. ``drift``: mails there that we cannot account for."""

    box: str  # account:folder
    last_ok_at: str | None = None
    kind: str = ""  # of the trouble, "" where there is none
    trouble: str = ""
    since: str | None = None  # when the trouble began
    drift: int = 0


class Diary:
    """Writes the row of one folder, when something has changed or some minutes have passed."""

    def __init__(self, rows: Rows, box: str) -> None:
        self._rows = rows
        self._box = box
        self._known: tuple[str, str, int] | None = None
        self._due: datetime | None = None  # when the same is written again

    def note(self, trouble: Trouble | None, drift: int, now: datetime) -> None:
        """A turn has ended so. Raises StoreTrouble; then the next turn tries again."""
        known = (trouble.kind, trouble.why, drift) if trouble else ("", "", drift)
        if known == self._known and self._due and now < self._due:
            return
        self._write(*known, utc_text(now))
        self._known, self._due = known, now + REFRESH

    def _write(self, kind: str, why: str, drift: int, now: str) -> None:
        with self._rows.transaction():
            self._rows.run(
                "INSERT INTO polling (box, last_ok_at, kind, trouble, since, drift)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (box) DO UPDATE SET"
                " last_ok_at = COALESCE(excluded.last_ok_at, polling.last_ok_at),"
                " since = CASE WHEN polling.kind = excluded.kind"
                " THEN polling.since ELSE excluded.since END,"
                " kind = excluded.kind, trouble = excluded.trouble, drift = excluded.drift",
                self._box,
                None if kind else now,
                kind,
                why,
                now if kind else None,
                drift,
            )


def goings(rows: Rows, boxes: Iterable[str]) -> tuple[Going, ...]:
    """How these folders go; one that was never looked into says nothing yet."""
    found = {row["box"]: Going(**row) for row in rows.all("SELECT * FROM polling")}
    return tuple(found.get(box, Going(box)) for box in boxes)
