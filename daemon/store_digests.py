"""The digests that were sent: once a day to each agent, with the tickets of their rows."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Rows
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.marks import CONTROL, Marks, Purpose
from postdesk.rules.people import Agent

# What stands behind the mark in ids of a digest: its own, and the one in its References.
_DAY = re.compile(r"\.[dr]([0-9]{4})([0-9]{2})([0-9]{2})@")
MOST_ANSWERED = 20  # ids of one thread that are looked at


@dataclass(frozen=True, slots=True)
class Last:
    """How far an agent's last digest had looked."""

    at: datetime
    history: int  # its last line


class Digests:
    """Callers bring the transaction."""

    def __init__(self, rows: Rows, marks: Marks) -> None:
        self._rows = rows
        self._marks = marks

    def last(self, agent: str) -> Last | None:
        """The last one, sent or with nothing to tell; None where there was none."""
        row = self._rows.one(
            "SELECT at, history FROM digest WHERE agent = ? ORDER BY day DESC LIMIT 1", agent
        )
        at = from_text(row["at"]) if row else None
        return Last(at, int(row["history"])) if row and at else None

    def claim(self, agent: str, day: date, now: datetime) -> bool:
        """Is this day's digest ours to write? Of all daemons one hears yes, and once."""
        claimed = self._rows.run(
            "INSERT INTO digest (agent, day, at, history, tickets)"
            " SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),"
            " coalesce(max(id), 0), '[]' FROM history WHERE true ON CONFLICT DO NOTHING",
            agent,
            day.isoformat(),
            utc_text(now),
        )
        return bool(claimed.rowcount)

    def keep(self, agent: str, day: date, message_id: str, tickets: Sequence[int]) -> None:
        """It was written: under this Message-ID, with these tickets as its rows."""
        self._rows.run(
            "UPDATE digest SET message_id = ?, tickets = ? WHERE agent = ? AND day = ?",
            message_id,
            dumps(list(tickets)),
            agent,
            day.isoformat(),
        )

    def ids(self, person: str, day: date) -> tuple[str, str]:
        """The Message-ID of a digest, and the id in its References that says the same: some relays
        give letters a Message-ID of their own."""
        plain = day.isoformat().replace("-", "")
        own, other = (
            self._marks.message_id(CONTROL, Purpose.DIGEST, person, f"{kind}{plain}")
            for kind in "dr"
        )
        return own, other

    def of(self, agent: Agent, mail: Mail) -> Mapping[int, int]:
        """The tickets by their rows in the digest that this agent answers; none where it cannot be
        told which one that is."""
        ids = list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))[:MOST_ANSWERED]
        days = ("-".join(found.groups()) for one in ids if (found := self._day(one)))
        day = next(days, None)
        kept = self._rows.value(
            "SELECT tickets FROM digest WHERE agent = ? AND day = ?", agent.handle, day
        )
        return dict(enumerate(json.loads(kept), 1)) if kept else {}

    def _day(self, one: str) -> re.Match[str] | None:
        mark = self._marks.read_text(one)
        return _DAY.search(one) if mark and mark.purpose == Purpose.DIGEST else None
