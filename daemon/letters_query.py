"""Letters that agents ask for: listings, whole tickets, help, canned replies, what became of a
mail. They go to the agent's registered address alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from postdesk.daemon.job import Asked
from postdesk.daemon.letters import Render, Voice
from postdesk.daemon.outbox import Draft
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import CONTROL, Marks, Purpose
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.render import Rendered

ANSWERED = (
    ("Auto-Submitted", "auto-replied"),  # RFC 3834
    ("X-Auto-Response-Suppress", "All"),
    ("X-Postdesk-Desk", "query"),
)

CLIPPED = 90_000  # bytes of a page beyond which mail clients begin to cut it
SPARE = 2_000  # bytes of it that are kept free: relays add to letters
Part = TypeVar("Part")


class QueryLetters:
    """Writes one draft at a time, in the agent's language, answering her own mail."""

    def __init__(self, voice: Voice, marks: Marks, render: Render) -> None:
        self._voice = voice
        self._marks = marks
        self._render = render

    def language_of(self, agent: Agent) -> str:
        """The language of what this agent is shown."""
        return self._voice.language_of(agent)

    @property
    def timezone(self) -> str:
        """In which times are told."""
        return self._voice.timezone

    def listing(
        self,
        asked: Asked,
        heading: str,
        rows: Sequence[views.TicketRow],
        total: int,
        now: datetime,
        counts: tuple[views.Count, ...] = (),
    ) -> Draft:
        """A view, or what was found: as many rows as a page has room for."""

        def page(some: Sequence[views.TicketRow]) -> Rendered:
            by = self._desk_and(asked)
            view = views.Listing(*by, heading, tuple(some), max(total, len(some)), counts)
            return self._written("view", asked, view)

        return self._to_desk(asked, fitting(page, rows[: views.MOST_ROWS]), ("view", heading), now)

    def ticket(
        self,
        asked: Asked,
        ticket: Ticket,
        whole: Callable[[views.Desk, views.Agent], views.WholeTicket],
        now: datetime,
    ) -> Draft:
        """All of a ticket; where a page has no room, the oldest is left out and counted."""
        view = whole(*self._desk_and(asked, ticket))
        words = self._written("ticket", asked, view)
        while len(words.html.encode()) > CLIPPED - SPARE:
            less = _with_less(view)
            if less == view:
                break
            view, words = less, self._written("ticket", asked, less)
        stamps = Stamps(self._marks, str(ticket.number), Purpose.REPLY, person_of(asked.agent))
        name = view.reply_to or self._voice.name
        unique = ("ticket", "all" if view.messages else "history")
        return self._draft(asked, words, stamps, name, unique, now, ticket)

    def help(
        self,
        asked: Asked,
        groups: tuple[views.HelpGroup, ...],
        canned: tuple[str, ...],
        now: datetime,
    ) -> Draft:
        """The commands."""
        view = views.AgentHelp(*self._desk_and(asked), groups, canned)
        unique = ("help", *(verb.name for group in groups for verb in group.verbs))
        return self._to_desk(asked, self._written("agent-help", asked, view), unique, now)

    def canned(
        self,
        asked: Asked,
        wanted: str,
        replies: Sequence[views.Canned],
        nearest: tuple[str, ...],
        now: datetime,
    ) -> Draft:
        """Canned replies, as many as a page has room for."""

        def page(some: Sequence[views.Canned]) -> Rendered:
            by, left = self._desk_and(asked), len(replies) - len(some)
            view = views.CannedReplies(*by, wanted, tuple(some), left, nearest)
            return self._written("canned", asked, view)

        return self._to_desk(asked, fitting(page, replies), ("canned", wanted), now)

    def preview(
        self,
        asked: Asked,
        ticket: Ticket,
        whole: Callable[[views.Desk, views.Agent], views.Preview],
        now: datetime,
    ) -> Draft:
        """What would go out, and what would be done."""
        words = self._written("preview", asked, whole(*self._desk_and(asked, ticket)))
        return self._on_ticket(asked, words, ("preview",), now, ticket)

    def transcript(
        self,
        asked: Asked,
        lines: tuple[views.Carried, ...],
        now: datetime,
        ticket: Ticket | None = None,
        *,
        words: str = "",
        note: bool = False,
        undo_until: datetime | None = None,
        undo: views.Act | None = None,
    ) -> Draft:
        """What became of a mail, line by line."""
        number = ticket.number if ticket else None
        by, subject = self._desk_and(asked, ticket), bare(asked.subject, ticket)
        view = views.Transcript(*by, subject, lines, number, words, note, undo_until, undo)
        written = self._written("transcript", asked, view)
        if ticket:
            return self._on_ticket(asked, written, ("transcript",), now, ticket)
        return self._to_desk(asked, written, ("transcript",), now)

    # --- one draft -------------------------------------------------------------------------------

    def _desk_and(
        self, asked: Asked, ticket: Ticket | None = None
    ) -> tuple[views.Desk, views.Agent]:
        agent = asked.agent
        return self._voice.desk(ticket), views.Agent(agent.name, agent.address)

    def _written(self, letter: str, asked: Asked, view: views.View) -> Rendered:
        return self._render(letter, self.language_of(asked.agent), views.values(view))

    def _to_desk(
        self, asked: Asked, words: Rendered, unique: tuple[str, ...], now: datetime
    ) -> Draft:
        """A letter about no one ticket: answers to it are lines of commands."""
        stamps = Stamps(self._marks, CONTROL, Purpose.NOTE, person_of(asked.agent))
        return self._draft(asked, words, stamps, self._voice.name, unique, now)

    def _on_ticket(
        self,
        asked: Asked,
        words: Rendered,
        unique: tuple[str, ...],
        now: datetime,
        ticket: Ticket,
    ) -> Draft:
        """A letter about a ticket: an answer to it stays in the team."""
        number = str(ticket.number)
        stamps = Stamps(self._marks, number, Purpose.NOTE, person_of(asked.agent))
        return self._draft(asked, words, stamps, self._voice.name, unique, now, ticket)

    def _draft(
        self,
        asked: Asked,
        words: Rendered,
        stamps: Stamps,
        reply_to: str,
        unique: tuple[str, ...],
        now: datetime,
        ticket: Ticket | None = None,
    ) -> Draft:
        agent, number = asked.agent, ticket.number if ticket else None
        return Draft(
            kind="query",
            ticket=number,
            message_id=stamps.message_id(asked.key, *unique),
            sender=self._voice.sender(ticket),
            to=Address(agent.name, agent.address),
            reply_to=stamps.reply_to(reply_to),
            subject=words.subject,
            text=stamps.on(words.text),
            html=words.html,
            written_at=now,
            in_reply_to=asked.message_id,
            references=stamps.references(asked.message_id),
            headers=ANSWERED,
            mail_from=stamps.envelope(number or 0, agent.address),
        )


def fitting(page: Callable[[Sequence[Part]], Rendered], parts: Sequence[Part]) -> Rendered:
    """The page with as many of its parts as it has room for, from the first one on."""
    words = page(parts)
    while len(words.html.encode()) > CLIPPED - SPARE and len(parts) > 1:
        share = (CLIPPED - SPARE) / len(words.html.encode())
        parts = parts[: max(1, min(len(parts) - 1, int(len(parts) * share)))]
        words = page(parts)
    return words


def bare(subject: str, ticket: Ticket | None) -> str:
    """A subject without our number: the letter's own subject has it."""
    number = f"[#{ticket.number}]" if ticket else "\0"
    return " ".join(subject.replace(number, " ").split())


def _with_less(view: views.WholeTicket) -> views.WholeTicket:
    """The same without some of what is oldest: of the history first, then of the messages."""
    if len(view.history) > LEAST_HISTORY:
        kept = max(LEAST_HISTORY, len(view.history) // 2)
        left = view.history_left_out + len(view.history) - kept
        return replace(view, history=view.history[:kept], history_left_out=left)
    kept = max(1, len(view.messages) * 3 // 4)
    if kept == len(view.messages):
        return view
    left = view.messages_left_out + len(view.messages) - kept
    return replace(view, messages=view.messages[:kept], messages_left_out=left)


LEAST_HISTORY = 20  # lines that are shown before messages are left out
