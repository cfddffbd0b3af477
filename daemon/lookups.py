"""What agents ask to be mailed: a view, what has some words, a ticket, the commands, replies."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from difflib import get_close_matches

from postdesk.daemon.excerpts import has_any, sentence_with
from postdesk.daemon.helping import help_groups
from postdesk.daemon.history_words import Teller
from postdesk.daemon.job import Asked, RefusedError
from postdesk.daemon.letters_query import QueryLetters
from postdesk.daemon.listing import Listing, Reader, label_of
from postdesk.daemon.outbox import Draft
from postdesk.daemon.queries import Queries
from postdesk.daemon.search import Search, asked_by
from postdesk.daemon.store import MANY, Rows, Tickets
from postdesk.daemon.views import Looker, view_of
from postdesk.daemon.whole_ticket import WholeTickets
from postdesk.rules import order_look as look
from postdesk.rules.book import Book
from postdesk.rules.order import Order
from postdesk.rules.own import CannedReply
from postdesk.rules.people import Agent
from postdesk.rules.textmatch import plain
from postdesk.rules.ticket import Ticket
from postdesk.templates import views
from postdesk.templates.words import named, say

MOST_SHOWN = 10  # tickets that one command mails whole
MOST_FOUND = 200  # tickets with some words that are looked for
ROWS = views.MOST_ROWS


class Lookups:
    """Callers bring the transaction. Raises RefusedError for what is not there."""

    def __init__(
        self,
        rows: Rows,
        queries: Queries,
        letters: QueryLetters,
        listing: Listing,
        book: Callable[[], Book],
    ) -> None:
        self._rows = rows
        self._tickets = Tickets(rows)
        self._search = Search(rows)
        self._queries = queries
        self._letters = letters
        self._listing = listing
        self._whole = WholeTickets(self._tickets, listing)
        self._book = book

    def drafts(
        self, order: Order, asked: Asked, now: datetime, ticket: Ticket | None = None
    ) -> list[Draft]:
        """The letters that answer an order; none for one that asks for none.

        ``ticket``: on which the order was given, where it was given on one.
        """
        match order:
            case look.ListTickets(view):
                return [self._view(view, asked, now)]
            case look.Find(words):
                return [self._found(words, asked, now)]
            case look.Show(numbers):
                return self._shown(order.verb, numbers, asked, now, ticket)
            case look.ShowHistory(numbers):
                return self._shown(order.verb, numbers, asked, now, ticket, said=False)
            case look.HelpWith(verb):
                return [self._help(verb, asked, now)]
            case look.FindReply(words):
                return [self._canned(words, asked, now, ticket)]
            case look.ReportOn():
                raise RefusedError("#report: there are no reports at this desk yet")
        return []

    def _view(self, name: str, asked: Asked, now: datetime) -> Draft:
        looker = Looker(asked.agent, self._book(), now)
        view = view_of(name, looker)
        if view is None:
            raise RefusedError(f"#list: there is no view {name} any more")
        found = self._queries.view(view, looker, ROWS)
        reader = self.reader(asked.agent, now)
        heading = view.label or named(name, "view", reader.language)
        rows = self._rows_of(found.tickets, reader)
        counts = counts_of(found.counts, reader)
        return self._letters.listing(asked, heading, rows, found.total, now, counts)

    def _found(self, words: str, asked: Asked, now: datetime) -> Draft:
        reader = self.reader(asked.agent, now)
        hits = self._search.hits(words, MOST_FOUND)
        tickets = self._queries.of_numbers([number for number, _ in hits[:ROWS]])
        notes = self._sentences(words, dict(hits[:ROWS]), reader.language)
        rows = self._rows_of(tickets, reader, notes)
        heading = say("view.found", reader.language, words=words)
        return self._letters.listing(asked, heading, rows, len(hits), now)

    def _sentences(self, words: str, hits: dict[int, int], language: str) -> dict[int, str]:
        """Of each ticket the sentence, or the file, in which the words stand."""
        asked, some = asked_by(words), list(hits.values())[:MANY]
        if not some:
            return {}
        marks = ", ".join("?" * len(some))
        found = self._rows.all(
            f"SELECT ticket, text, attachments FROM message WHERE id IN ({marks})", *some
        )
        notes: dict[int, str] = {}
        for row in found:
            note = sentence_with(row["text"], asked)
            names = (file["name"] for file in json.loads(row["attachments"]))
            file = next((name for name in names if has_any(name, asked)), "")
            if not note and file:
                note = say("rows.file", language, name=file)
            notes[int(row["ticket"])] = note
        return notes

    def _shown(
        self,
        verb: str,
        numbers: Sequence[int],
        asked: Asked,
        now: datetime,
        ticket: Ticket | None,
        *,
        said: bool = True,
    ) -> list[Draft]:
        wanted = numbers or ([ticket.number] if ticket else [])
        if not wanted:
            raise RefusedError(f"#{verb}: which ticket? write its number")
        if len(wanted) > MOST_SHOWN:
            raise RefusedError(f"#{verb}: at most {MOST_SHOWN} tickets at a time")
        found = {one.number: one for one in self._queries.of_numbers(wanted)}
        if missing := [number for number in wanted if number not in found]:
            raise RefusedError(f"#{verb}: there is no ticket #{missing[0]}")
        for number in found:
            self._queries.looked(asked.agent, number, now)
        return [self._ticket(one, asked, now, said=said) for one in found.values()]

    def _ticket(self, ticket: Ticket, asked: Asked, now: datetime, *, said: bool) -> Draft:
        reader, teller, book = self.reader(asked.agent, now), self.teller(asked.agent), self._book()

        def whole(desk: views.Desk, agent: views.Agent) -> views.WholeTicket:
            return self._whole.view(ticket, reader, book, teller, (desk, agent), said=said)

        return self._letters.ticket(asked, ticket, whole, now)

    def _help(self, verb: str, asked: Asked, now: datetime) -> Draft:
        book = self._book()
        groups = help_groups(asked.agent, book, verb)
        canned = () if verb else tuple(book.replies)
        return self._letters.help(asked, groups, canned, now)

    def _canned(self, words: str, asked: Asked, now: datetime, ticket: Ticket | None) -> Draft:
        replies = self._book().replies
        languages = (ticket.language if ticket else "", self._letters.language_of(asked.agent))
        wanted = plain(words).split()
        found = [
            views.Canned(one.name, one.text(*languages), one.category)
            for one in replies.values()
            if all(word in _all_of(one) for word in wanted)
        ]
        nearest = () if found else _like(plain(words), replies)
        return self._letters.canned(asked, words, found, nearest, now)

    # --- what letters need -----------------------------------------------------------------------

    def reader(self, agent: Agent, now: datetime) -> Reader:
        """Who reads, in her language."""
        book = self._book()
        names = {one.handle: one.name for one in book.people.agents.values()}
        return Reader(agent, self._letters.language_of(agent), book.workflow, now, names)

    def teller(self, agent: Agent) -> Teller:
        """Who tells history in her language."""
        book, language = self._book(), self._letters.language_of(agent)
        return Teller(language, self._letters.timezone, book.people, book.workflow)

    def _rows_of(
        self, tickets: Sequence[Ticket], reader: Reader, notes: dict[int, str] | None = None
    ) -> list[views.TicketRow]:
        unread = self._queries.unread([ticket.number for ticket in tickets], reader.agent)
        return [
            self._listing.row(
                ticket,
                reader,
                unread=unread.get(ticket.number, 0),
                note=(notes or {}).get(ticket.number, ""),
            )
            for ticket in tickets
        ]


def counts_of(counts: Iterable[tuple[str, int]], reader: Reader) -> tuple[views.Count, ...]:
    """How many there are of each status."""
    flow = reader.workflow
    return tuple(
        views.Count(
            label_of(status, reader.language, flow), count, flow.kind(status), flow.colour(status)
        )
        for status, count in counts
    )


def _all_of(reply: CannedReply) -> str:
    return plain(" ".join([reply.name, reply.category, *reply.texts.values()]))


def _like(words: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three names that the words may have meant."""
    known = {plain(name): name for name in names}
    return tuple(known[one] for one in get_close_matches(words, known, n=3, cutoff=0.5))
