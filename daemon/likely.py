"""An agent's likely next acts on a ticket: what a button of a letter does, and what is typed."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from postdesk.daemon.stamps import Stamps, person_of
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.people import Agent
from postdesk.rules.ticket import Kind, Ticket
from postdesk.templates import views
from postdesk.templates.words import say

# What is written for each: the name is that of its label, ``act.take``.
LINES = {
    "take": "#take",
    "wait": "#wait 1d",
    "start": "#start",
    "close": "#close",
    "reopen": "#reopen",
    "mute": "#mute",
}
TAKE_OVER = "#assign me"  # what a colleague has is not taken by `#take`
BY_KIND: Mapping[Kind, tuple[str, ...]] = {
    "open": ("wait", "close"),
    "waiting": ("start", "close"),
    "done": ("reopen",),
}


class Likely:
    """Each act for one agent on one ticket; by a link where a mark fits an address."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def on_ticket(self, ticket: Ticket, agent: Agent, language: str) -> tuple[views.Act, ...]:
        """Under a letter that is answered to the customer."""
        note = self._note(ticket, agent, language)
        return (*self.by_words(ticket, agent, language), note)

    def by_words(self, ticket: Ticket, agent: Agent, language: str) -> tuple[views.Act, ...]:
        """Those that a line does: under a letter whose answer is a note anyway."""
        to = self._stamps(ticket, agent, Purpose.REPLY)
        return tuple(_act(name, to, ticket, agent, language) for name in _names(ticket, agent))

    def in_row(self, ticket: Ticket, agent: Agent, language: str) -> tuple[views.Act, ...]:
        """In a listing: take, answer, close, note; none where the desk has one address for all."""
        if self._marks.plain:
            return ()
        return tuple(self._of_row(ticket, agent, language))

    def silence(self, ticket: Ticket, agent: Agent, language: str) -> views.Act | None:
        """How to hear no more of it; None for who hears only what is meant for her."""
        if agent.handle in ticket.muted:
            return None
        return _act("mute", self._stamps(ticket, agent, Purpose.REPLY), ticket, agent, language)

    def _of_row(self, ticket: Ticket, agent: Agent, language: str) -> Iterator[views.Act]:
        to = self._stamps(ticket, agent, Purpose.REPLY)
        if ticket.assignee != agent.handle:
            yield _act("take", to, ticket, agent, language)
        link = mailto(to.address, _subject(ticket))
        yield views.Act(say("act.answer", language), "", link, to.address)
        if ticket.status_kind != "done":
            yield _act("close", to, ticket, agent, language)
        yield self._note(ticket, agent, language)

    def _note(self, ticket: Ticket, agent: Agent, language: str) -> views.Act:
        to, label = self._stamps(ticket, agent, Purpose.NOTE), say("act.note", language)
        if to.plain:
            return views.Act(label, "#note")
        return views.Act(label, "", mailto(to.address, _subject(ticket)), to.address)

    def _stamps(self, ticket: Ticket, agent: Agent, purpose: Purpose) -> Stamps:
        return Stamps(self._marks, str(ticket.number), purpose, person_of(agent))


def mailto(address: str, subject: str, body: str = "") -> str:
    """A link that begins such a mail (RFC 6068)."""
    more = f"&body={quote(body, safe='')}" if body else ""
    return f"mailto:{address}?subject={quote(subject, safe='')}{more}"


def _names(ticket: Ticket, agent: Agent) -> tuple[str, ...]:
    mine = ticket.assignee == agent.handle
    return (*(() if mine else ("take",)), *BY_KIND[ticket.status_kind])


def _act(name: str, to: Stamps, ticket: Ticket, agent: Agent, language: str) -> views.Act:
    taken = name == "take" and ticket.assignee not in (None, agent.handle)
    line = TAKE_OVER if taken else LINES[name]
    link = "" if to.plain else mailto(to.address, _subject(ticket), line)
    return views.Act(say(f"act.{name}", language), line, link, "" if to.plain else to.address)


def _subject(ticket: Ticket) -> str:
    return f"[#{ticket.number}]"
