"""Transcripts: what became of an agent's mail, for those who want to be told of what went well."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from postdesk.daemon.deeds import OF_WORDS, Deeds, Mark, said_by
from postdesk.daemon.job import Asked, Job
from postdesk.daemon.letters_query import QueryLetters
from postdesk.daemon.likely import mailto
from postdesk.daemon.lookups import Lookups
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.templates import views
from postdesk.templates.words import say

Receipts = Literal["hold", "commands", "all"]


class Transcripts:
    """Callers bring the transaction."""

    def __init__(
        self, rows: Rows, letters: QueryLetters, lookups: Lookups, marks: Marks, receipts: Receipts
    ) -> None:
        self._outbox = Outbox(rows)
        self.deeds = Deeds(rows)
        self._letters = letters
        self._lookups = lookups
        self._marks = marks
        self._receipts = receipts  # [desk] receipts

    def of_job(self, job: Job, since: Mark, now: datetime) -> None:
        """A job is done: tell its author, where she wants to be told."""
        wanted = job.agent.receipts or self._receipts
        if wanted == "hold" or (wanted == "commands" and not job.run.commands):
            return
        number, teller = job.ticket.number, self._lookups.teller(job.agent)
        history = self._own(job, since)
        lines: list[views.Carried] = []
        for verb, args in job.run.commands:
            said, history = said_by(verb, history, teller)
            lines.append(views.Carried(f"#{verb} {args}".strip(), "done", said))
        draft = self._letters.transcript(
            job.asked,
            tuple(lines),
            now,
            job.ticket,
            words=job.run.text,
            note=job.inside,
            undo_until=self.deeds.leaves_at(number, since),
            undo=self._undo(job),
        )
        self._outbox.add([draft])

    def _own(self, job: Job, since: Mark) -> list[Row]:
        """What the agent did herself, and no rule."""
        rows = self.deeds.history(job.ticket.number, since)
        return [row for row in rows if row["actor"] == job.agent.handle]

    def of_lines(self, asked: Asked, lines: Sequence[views.Carried], now: datetime) -> None:
        """What became of each line of a mail to the control address."""
        self._outbox.add([self._letters.transcript(asked, tuple(lines), now)])

    def told(self, number: int, since: Mark, asked: Asked) -> str:
        """What was done to a ticket since then, in the words of whoever asked."""
        teller = self._lookups.teller(asked.agent)
        rows = self.deeds.history(number, since)
        return "; ".join(teller.sentence(row) for row in rows if row["act"] not in OF_WORDS)

    def _undo(self, job: Job) -> views.Act:
        """To take it back is likely to be the next wish."""
        language = self._letters.language_of(job.agent)
        number = job.ticket.number
        stamps = Stamps(self._marks, str(number), Purpose.NOTE, person_of(job.agent))
        link = "" if stamps.plain else mailto(stamps.address, f"[#{number}]", "#undo")
        return views.Act(say("act.undo", language), "#undo", link, stamps.address)
