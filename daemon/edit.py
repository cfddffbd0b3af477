"""An edit: rules and letters as they lie in their folders now, judged as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from postdesk.daemon.canned_check import canned_mistakes
from postdesk.daemon.config import Config
from postdesk.daemon.rule_files import read_folder, rule_files, with_manners
from postdesk.rules.book import Book, digest_of
from postdesk.rules.people import People
from postdesk.rules.read import read
from postdesk.rules.toml import Mistake
from postdesk.rules.trial_event import ADDRESS, Stage
from postdesk.rules.trials import run
from postdesk.templates.catalogue import LANGUAGES
from postdesk.templates.check import check
from postdesk.templates.shelf import FOLDER, letter_files, read_letters
from postdesk.templates.views import REPLIES

LETTERS = f"{FOLDER}/"  # what names of letters begin with, and those of rule files never


@dataclass(frozen=True, slots=True)
class Sources:
    """Where rules and letters lie, and what of the config they are judged by."""

    rules: Path
    templates: Path | None = None
    address: str = ""  # the desk's own, which no agent should have
    reply: str = ""
    language: str = "en"
    zone: tzinfo = UTC

    @classmethod
    def of(cls, config: Config) -> "Sources":
        """Those of a desk."""
        desk = config.desk
        own = (desk.rules, desk.templates, desk.address, desk.reply, desk.language, desk.timezone)
        return cls(*own)

    def stamp(self) -> object:
        """Equal while no file of these folders changes, by name, time, size and inode."""
        letters = letter_files(self.templates) if self.templates else []
        try:
            return [_stamp(path) for path in (*rule_files(self.rules), *letters)]
        except OSError:
            return None

    def stage(self, now: datetime) -> Stage:
        """The desk on which the tests of its rules are played."""
        return Stage(now, self.address or ADDRESS, self.language, self.zone, LANGUAGES)


@dataclass(frozen=True, slots=True)
class Edit:
    """Good as a whole, or with every mistake in it. ``book`` begins with the built-in manners."""

    book: Book | None  # None: there are mistakes
    files: Mapping[str, str] = field(default_factory=dict)  # rules, and letters as "letters/..."
    mistakes: tuple[str, ...] = ()  # each "file:line:column: what", further lines show the place
    warnings: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()  # agents who have an address of the desk: see `desk_addresses`

    @property
    def letters(self) -> dict[str, str]:
        """The desk's own letters by file name."""
        return {name: text for name, text in self.files.items() if name.startswith(LETTERS)}


def read_edit(sources: Sources, now: datetime) -> Edit:
    """Read all, check all: rules, own letters in every language, and then the tests of rules."""
    texts, unread = read_folder(sources.rules)
    letters, torn = read_letters(sources.templates) if sources.templates else ({}, [])
    found = unread or read(texts, REPLIES)
    book = found if isinstance(found, Book) else None
    mistakes = () if isinstance(found, Book) else tuple(map(str, found))
    torn = torn or (check(letters, languages(book, sources.language)) if letters else [])
    mistakes += tuple(map(str, torn))
    if book is None:
        return Edit(None, mistakes=mistakes)
    files = {**texts, **letters}
    whole = _whole(book, files)
    mistakes += tuple(map(str, canned_mistakes(book, texts)))
    mistakes += tuple(str(failure.mistake()) for failure in run(whole, sources.stage(now)))
    ours = desk_addresses(book.people, sources)
    return Edit(None if mistakes else whole, files, mistakes, book.warnings, ours)


def read_book(sources: Sources) -> Book | tuple[Mistake, ...]:
    """The rules alone, with the manners; or the mistakes that keep them from being read."""
    texts, unread = read_folder(sources.rules)
    found = unread or read(texts, REPLIES)
    return _whole(found, texts) if isinstance(found, Book) else found


def restored(files: Mapping[str, str]) -> Edit:
    """A set that was accepted once, out of its files; with mistakes where this version sees any."""
    found = read({name: text for name, text in files.items() if not name.startswith(LETTERS)})
    if not isinstance(found, Book):
        return Edit(None, files, tuple(map(str, found)))
    return Edit(_whole(found, files), files)


def _whole(book: Book, files: Mapping[str, str]) -> Book:
    return with_manners(replace(book, digest=digest_of(files)))


def languages(book: Book | None, language: str) -> set[str]:
    """Those that letters are written in: the desk's own, and those the rules name of people."""
    people = book.people if book else People()
    told = (people.agents, people.customers, people.organisations)
    found = {language, *(one.language for some in told for one in some.values())}
    return found - {""}


def desk_addresses(people: People, sources: Sources) -> tuple[str, ...]:
    """Agents who have an address of the desk, each a sentence with its place.

    Whoever writes from there would be taken for this agent, and letters to the agent would come
    back as new mail.
    """
    ours = people.addresses_of_desk(sources.address) | {sources.reply}
    return tuple(
        f"{agent.where}: agent {agent.handle}: {found} is an address of the desk itself,"
        " where customers write; give the agent one of their own"
        for agent in people.agents.values()
        for found in agent.addresses
        if found in ours
    )


def _stamp(path: Path) -> tuple[object, ...]:
    seen = path.stat()
    return (path.name, seen.st_mtime_ns, seen.st_size, seen.st_ino)
