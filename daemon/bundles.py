"""Notifications that come in crowds are told in one letter every five minutes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from postdesk.daemon.letters import NOTICE, Render, Voice
from postdesk.daemon.outbox import Draft
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store import Row, Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.book import Book
from postdesk.rules.people import Agent
from postdesk.templates import views

EVERY = timedelta(minutes=5)
FIRST_WORDS = 200  # characters of a mail shown in a bundle
MOST = 100  # tickets of one letter; the rest is counted


class Bundles:
    """Keeps what is to be told later, and writes the letters when it is time."""

    def __init__(
        self, rows: Rows, voice: Voice, marks: Marks, render: Render, book: Callable[[], Book]
    ) -> None:
        self._rows = rows
        self._outbox = Outbox(rows)
        self._voice = voice
        self._marks = marks
        self._render = render
        self._book = book

    def add(self, agents: Sequence[str], ticket: int, why: str, now: datetime) -> None:
        """Tell these agents of this ticket in their next bundle."""
        many = [(agent, ticket, why, utc_text(now)) for agent in agents]
        self._rows.insert("bundle", ("agent", "ticket", "why", "at"), many)

    def step(self, now: datetime) -> int:
        """Write the bundles that are due; how many letters that were."""
        with self._rows.reading():
            oldest = from_text(self._rows.value("SELECT min(at) FROM bundle"))
        if oldest is None or now - oldest < EVERY:
            return 0
        with self._rows.transaction():
            drafts = self._drafts(now)
            self._outbox.add(drafts)
            self._rows.run("DELETE FROM bundle WHERE at <= ?", utc_text(now))
        return len(drafts)

    def _drafts(self, now: datetime) -> list[Draft]:
        found = self._rows.all(
            "SELECT DISTINCT b.agent, t.number, t.title, t.requester, t.requester_name, t.urgency,"
            " t.opened_at FROM bundle b JOIN ticket t ON t.number = b.ticket"
            " WHERE b.at <= ? ORDER BY b.agent, t.number",
            utc_text(now),
        )
        by_agent: dict[str, list[Row]] = {}
        for row in found:
            by_agent.setdefault(row["agent"], []).append(row)
        people = self._book().people
        known = ((people.agent(handle), rows) for handle, rows in by_agent.items())
        return [self._draft(agent, rows, now) for agent, rows in known if agent and agent.address]

    def _draft(self, agent: Agent, rows: list[Row], now: datetime) -> Draft:
        view = views.Bundle(
            desk=self._voice.desk(),
            agent=views.Agent(agent.name, agent.address),
            tickets=tuple(self._line(row, agent) for row in rows[:MOST]),
        )
        words = self._render("bundle", self._voice.language_of(agent), views.values(view))
        stamps = Stamps(self._marks, "desk", Purpose.NOTE, person_of(agent))
        return Draft(
            kind="bundle",
            ticket=None,
            message_id=stamps.message_id("bundle", utc_text(now)),
            sender=self._voice.sender(None),
            to=Address(agent.name, agent.address),
            subject=words.subject,
            text=words.text,
            html=words.html,
            written_at=now,
            headers=NOTICE,
            mail_from=self._voice.address,
        )

    def _line(self, row: dict[str, Any], agent: Agent) -> views.BundleTicket:
        number = int(row["number"])
        stamps = Stamps(self._marks, str(number), Purpose.REPLY, person_of(agent))
        subject = f"Re: %5B%23{number}%5D"
        return views.BundleTicket(
            number=number,
            title=row["title"],
            sender=row["requester_name"] or row["requester"] or "",
            at=from_text(row["opened_at"]) or datetime.min,
            urgency=row["urgency"],
            first_words=self._first_words(number),
            reply_address=stamps.address,
            mailto="" if stamps.plain else f"mailto:{stamps.address}?subject={subject}",
        )

    def _first_words(self, number: int) -> str:
        text = self._rows.value(
            "SELECT text FROM message WHERE ticket = ? AND kind = 'in' ORDER BY id DESC LIMIT 1",
            number,
        )
        return " ".join(str(text or "").split())[:FIRST_WORDS]
