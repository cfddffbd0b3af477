"""`#preview`: the letter that a customer would get, and what would be done."""

from datetime import datetime

from postdesk.daemon.deeds import OF_WORDS, Deeds, Mark
from postdesk.daemon.job import Job
from postdesk.daemon.letters_query import QueryLetters
from postdesk.daemon.lookups import Lookups
from postdesk.daemon.outbox import Draft
from postdesk.daemon.store import Rows
from postdesk.templates import views


class Previews:
    """Looks at what a mail has done, before it is taken back. Within the caller's transaction."""

    def __init__(self, rows: Rows, letters: QueryLetters, lookups: Lookups) -> None:
        self.deeds = Deeds(rows)
        self._letters = letters
        self._lookups = lookups

    def draft(self, job: Job, since: Mark, now: datetime) -> Draft:
        """The letter to the agent; ``since``: how far things had come before the mail was tried."""
        number, teller = job.ticket.number, self._lookups.teller(job.agent)
        answers = self.deeds.answers(number, since)
        done = [row for row in self.deeds.history(number, since) if row["act"] not in OF_WORDS]
        files = tuple(views.FileView(file.name, file.size) for file in job.mail.attachments)

        def whole(desk: views.Desk, agent: views.Agent) -> views.Preview:
            return views.Preview(
                desk,
                agent,
                ticket_number=number,
                title=job.ticket.title,
                to=tuple(f"{one.to.name} <{one.to.addr}>".strip() for one in answers),
                words=answers[0].text if answers else job.run.text,
                lines=tuple(teller.sentence(row) for row in done),
                files=files,
            )

        return self._letters.preview(job.asked, job.ticket, whole, now)
