"""Letters to the admins: an edit that was refused, a letter that could not be written; each once.

What was told is kept in the database, so that neither a restart nor a second node tells it again.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from postdesk.daemon.letters import NOTICE, Render, Voice
from postdesk.daemon.outbox import Draft
from postdesk.daemon.settings import Settings
from postdesk.daemon.stamps import Stamps, person_of
from postdesk.daemon.store import Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import from_text, utc_text
from postdesk.mailbox.mail import Address
from postdesk.mailbox.marks import Marks, Purpose
from postdesk.rules.book import Book
from postdesk.rules.people import Agent, People
from postdesk.templates import views

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=1)  # whoever is at it may have mended it by then
MOST = 20  # mistakes of one letter; `postdesk check` tells the rest
KEPT = 100  # of what was told
PLACE = "letters/"  # what the place of a mistake in a letter begins with
EDIT, LETTERS = "edit refused", "letters told"  # names of settings


class Admins:
    """Hears of mistakes, and tells them when they are still there after a minute."""

    def __init__(
        self,
        rows: Rows,
        voice: Voice,
        marks: Marks,
        render: Render,
        book: Callable[[], Book | None],
    ) -> None:
        self._rows = rows
        self._settings = Settings(rows)
        self._outbox = Outbox(rows)
        self._voice = voice
        self._marks = marks
        self._render = render
        self._book = book
        self._mistakes: tuple[str, ...] | None = None  # of the edit; None: not heard yet
        self._due: datetime | None = None
        self._unwritten: dict[str, str] = {}  # what is to be told of letters, by its seal

    def hear(self, mistakes: tuple[str, ...], now: datetime) -> None:
        """The mistakes of the files as they are now; none: they are in force."""
        if mistakes == self._mistakes:
            return
        with self._rows.transaction():
            kept = self._settings.read(EDIT, {})
            if not mistakes and kept:
                self._settings.forget(EDIT)
            elif mistakes and kept.get("of") != (seal := _seal(*mistakes)):
                kept = {"of": seal, "since": utc_text(now), "told": kept.get("told", [])}
                self._settings.keep(EDIT, kept)
        self._mistakes = mistakes
        since = from_text(kept.get("since")) if mistakes else None
        self._due = since + PATIENCE if since else None

    def unwritten(self, letter: str, why: str) -> None:
        """A letter of the desk's own could not be written, and the built-in one was sent."""
        book = self._book()
        where = why if why.startswith(PLACE) else f"{PLACE}{letter}: {why}"
        told = f"{where}\nThe built-in letter was sent in its place."
        self._unwritten[_seal(book.digest if book else "", letter, why)] = told

    def step(self, now: datetime) -> int:
        """Write what is due; how many letters that were."""
        return self._tell_of_letters(now) + self._tell_of_edit(now)

    def _tell_of_edit(self, now: datetime) -> int:
        if self._due is None or now < self._due:
            return 0
        mistakes, drafts = self._mistakes or (), list[Draft]()
        with self._rows.transaction():
            kept = self._settings.read(EDIT, {})
            seal, told = _seal(*mistakes), kept.get("told", [])
            if seal not in told:
                drafts = self._drafts(mistakes, _what(mistakes), str(kept.get("since")), now)
                self._settings.keep(EDIT, {**kept, "told": [*told, seal][-KEPT:]})
            self._outbox.add(drafts)
        self._due = None
        return len(drafts)

    def _tell_of_letters(self, now: datetime) -> int:
        if not self._unwritten:
            return 0
        heard = dict(self._unwritten)
        with self._rows.transaction():
            told = self._settings.read(LETTERS, [])
            fresh = {seal: words for seal, words in heard.items() if seal not in told}
            drafts = self._drafts(tuple(fresh.values()), "letters", _seal(*fresh), now)
            if fresh:
                self._settings.keep(LETTERS, [*told, *fresh][-KEPT:])
            self._outbox.add(drafts)
        for seal in heard:
            self._unwritten.pop(seal, None)
        return len(drafts)

    # --- the letters -----------------------------------------------------------------------------

    def _drafts(
        self, mistakes: Sequence[str], what: str, unique: str, now: datetime
    ) -> list[Draft]:
        """One to each admin; where nobody is one, to whoever answers."""
        book = self._book()
        people = book.people if book else People()
        readers = people.admins or people.recipients
        if not mistakes:
            return []
        if not readers:
            log.warning("nobody is an admin who could be told of these mistakes")
        return [
            self._draft(agent, mistakes, what, unique, now) for agent in readers if agent.address
        ]

    def _draft(
        self, agent: Agent, mistakes: Sequence[str], what: str, unique: str, now: datetime
    ) -> Draft:
        more = [f"... and {len(mistakes) - MOST} more"] if len(mistakes) > MOST else []
        view = views.AdminNotice(self._voice.desk(), (*mistakes[:MOST], *more), what)
        words = self._render("admin", self._voice.language_of(agent), views.values(view))
        stamps = Stamps(self._marks, "desk", Purpose.NOTE, person_of(agent))
        return Draft(
            kind="admin",
            ticket=None,
            message_id=stamps.message_id("admin", _seal(*mistakes), unique),
            sender=self._voice.sender(None),
            to=Address(agent.name, agent.address),
            subject=words.subject,
            text=words.text,
            html=words.html,
            written_at=now,
            headers=NOTICE,
            mail_from=self._voice.address,
        )


def _what(mistakes: Sequence[str]) -> str:
    return "letters" if all(one.startswith(PLACE) for one in mistakes) else "rules"


def _seal(*words: str) -> str:
    return sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:32]
