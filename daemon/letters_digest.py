"""The morning's letter to an agent: rows by section, counted through, which an answer may name."""

from collections.abc import Sequence
from datetime import date

from postdesk.daemon.digest_rows import Morning
from postdesk.daemon.letters import MORNING, Render, Voice
from postdesk.daemon.letters_query import CLIPPED, SPARE
from postdesk.daemon.listing import Listing, Reader
from postdesk.daemon.lookups import counts_of
from postdesk.daemon.outbox import Draft
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store_digests import Digests
from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import CONTROL, Marks, Purpose
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.render import Rendered

EACH = 8  # rows that every section may have, before some have more


class DigestLetters:
    """Writes one digest; its rows are as many as a page has room for."""

    def __init__(
        self, voice: Voice, marks: Marks, render: Render, listing: Listing, digests: Digests
    ) -> None:
        self._voice = voice
        self._marks = marks
        self._render = render
        self._listing = listing
        self._digests = digests

    def draft(
        self, morning: Morning, reader: Reader, unread: dict[int, int], day: date
    ) -> tuple[Draft, list[int]]:
        """The letter, and the numbers of the tickets in its rows."""
        room = views.MOST_ROWS
        words, rows = self._page(morning, reader, unread, room)
        while len(words.html.encode()) > CLIPPED - SPARE and room > 1:
            room = room * 3 // 4
            words, rows = self._page(morning, reader, unread, room)
        return self._draft(words, reader, day), rows

    def _page(
        self, morning: Morning, reader: Reader, unread: dict[int, int], room: int
    ) -> tuple[Rendered, list[int]]:
        rows: list[int] = []
        sections = []
        sizes = shares([len(tickets) for _, tickets in morning.sections], room)
        for (name, tickets), size in zip(morning.sections, sizes, strict=True):
            shown = tuple(
                self._row(ticket, reader, morning, unread, len(rows) + place)
                for place, ticket in enumerate(tickets[:size], 1)
            )
            rows += [ticket.number for ticket in tickets[:size]]
            sections.append(views.Section(name, shown, len(tickets) - size))
        agent = reader.agent
        view = views.Digest(
            self._voice.desk(),
            views.Agent(agent.name, agent.address),
            new=morning.new,
            overdue=morning.overdue,
            sections=tuple(sections),
            counts=counts_of(morning.counts, reader),
            done=morning.done,
        )
        return self._render("digest", reader.language, views.values(view)), rows

    def _row(
        self,
        ticket: Ticket,
        reader: Reader,
        morning: Morning,
        unread: dict[int, int],
        place: int,
    ) -> views.TicketRow:
        number = ticket.number
        note, count = morning.notes.get(number, ""), unread.get(number, 0)
        return self._listing.row(ticket, reader, place=place, unread=count, note=note)

    def _draft(self, words: Rendered, reader: Reader, day: date) -> Draft:
        agent = reader.agent
        person = person_of(agent)
        stamps = Stamps(self._marks, CONTROL, Purpose.DIGEST, person)
        own, other = self._digests.ids(person, day)
        return Draft(
            kind="digest",
            ticket=None,
            message_id=own,
            sender=self._voice.sender(None),
            to=Address(agent.name, agent.address),
            reply_to=stamps.reply_to(self._voice.name),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=reader.now,
            references=(*stamps.references(), other),
            headers=MORNING,
            mail_from=stamps.envelope(0, agent.address),
        )


def shares(sizes: Sequence[int], room: int) -> list[int]:
    """How many of each may be shown: some of all, then as many of the first as there is room."""
    found = []
    left = room
    for size in sizes:
        found.append(min(size, EACH, left))
        left -= found[-1]
    for nth, size in enumerate(sizes):
        more = min(size - found[nth], left)
        found[nth] += more
        left -= more
    return found
