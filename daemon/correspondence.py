"""All that agents are written beside notices: built together, from the desk's one set of parts."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from postdesk.daemon.digest import Rounds
from postdesk.daemon.errands import Errands
from postdesk.daemon.letters import Render, Voice
from postdesk.daemon.letters_digest import DigestLetters
from postdesk.daemon.letters_query import QueryLetters
from postdesk.daemon.listing import Listing
from postdesk.daemon.lookups import Lookups
from postdesk.daemon.previews import Previews
from postdesk.daemon.queries import Queries
from postdesk.daemon.roster import Rosters
from postdesk.daemon.store import Rows
from postdesk.daemon.store_digests import Digests
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.transcripts import Receipts, Transcripts
from postdesk.mailbox.marks import Marks
from postdesk.rules.book import Book


@dataclass(frozen=True, slots=True)
class Parts:
    """Of the house, what these letters need."""

    rows: Rows
    rosters: Rosters
    voice: Voice
    marks: Marks
    render: Render
    zone: ZoneInfo
    receipts: Receipts
    book: Callable[[], Book]


class Correspondence:
    """Answers to what agents ask, transcripts of what they did, and their mornings' digests."""

    def __init__(self, of: Parts) -> None:
        letters = QueryLetters(of.voice, of.marks, of.render)
        listing = Listing(of.marks)
        queries = Queries(of.rows, str(of.zone))
        lookups = Lookups(of.rows, queries, letters, listing, of.book)
        self.errands = Errands(Outbox(of.rows), lookups, Previews(of.rows, letters, lookups))
        self.transcripts = Transcripts(of.rows, letters, lookups, of.marks, of.receipts)
        self.digests = Digests(of.rows, of.marks)
        mornings = DigestLetters(of.voice, of.marks, of.render, listing, self.digests)
        self.rounds = Rounds(
            of.rows, queries, self.digests, mornings, lookups, of.rosters, of.book, of.zone
        )
