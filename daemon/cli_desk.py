"""What several commands need of a desk: its config, its house, who types, what time it is."""

import getpass
import logging
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from postdesk.daemon.cli_words import BAD_CONFIG, TRY_AGAIN, USAGE, Refusal, complain
from postdesk.daemon.config import Config, load
from postdesk.daemon.times import now_utc
from postdesk.rules.people import People
from postdesk.rules.toml import did_you_mean

if TYPE_CHECKING:
    from postdesk.daemon.house import House
    from postdesk.daemon.store import Rows
    from postdesk.rules.book import Book

SHELL = "shell"  # the `because` of what is done from here


def config_of(args: Namespace) -> Config:
    """The config that the command line names. Raises BadConfig."""
    config = load(args.config, os.environ)
    for warning in config.warnings:
        complain(f"warning: {warning}")
    return config


@contextmanager
def house_of(config: Config, now: datetime) -> Iterator["House"]:
    """The house with its rules in force, for one act beside the daemon.

    Raises Refusal where no rules are, and all that building a house may raise.
    """
    from postdesk.daemon.house import House

    house = House(config)
    try:
        with _only_mistakes():
            house.rulebook.start(now)
        _must_have_rules(house)
        yield house
    finally:
        house.close()


@contextmanager
def house_to_look(config: Config, now: datetime) -> Iterator["House"]:
    """A house with the rules of the files, or the last good ones; whoever asks writes nothing.

    Raises Refusal where no rules are, or the database is of an older postdesk.
    """
    from postdesk.daemon.elsewhere import elsewhere, without_relay
    from postdesk.daemon.house import House
    from postdesk.daemon.workers import InlineWorkers

    with TemporaryDirectory() as folder:
        laid = is_laid(config)
        house = House(
            without_relay(config) if laid else elsewhere(config, Path(folder)), InlineWorkers
        )
        try:
            house_rules(house, house.rows, now)
            yield house
        finally:
            house.close()


def house_rules(house: "House", kept: "Rows", now: datetime) -> None:
    """Those of the files as they are now; with mistakes in them, the last good ones of ``kept``.

    Nothing is written. Raises Refusal where there are none.
    """
    house.rulebook.peek(now, kept)
    _must_have_rules(house)
    if house.rulebook.mistakes:
        complain("the edited rules have mistakes: postdesk check; the last good ones go on")


def is_laid(config: Config) -> bool:
    """Has anything run here? Raises Refusal where an older postdesk has."""
    from postdesk.daemon import schema
    from postdesk.daemon.records import database_url

    file = config.database.file
    if not (config.desk.state / "key").exists() or (file and not file.exists()):
        return False
    if schema.examine(schema.open_database(database_url(config))):
        raise Refusal(TRY_AGAIN, "the database is of an older postdesk: start postdesk run first")
    return True


def _must_have_rules(house: "House") -> None:
    if house.rulebook.book is None:
        told = "\n".join(house.rulebook.mistakes)
        raise Refusal(BAD_CONFIG, f"no rules are in force, nothing can be decided:\n{told}")


@contextmanager
def _only_mistakes() -> Iterator[None]:
    """`run` and `check` tell the warnings of rules; not every act and every minute's cron does."""
    log = logging.getLogger("postdesk.daemon.rulebook")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def moment(text: str | None, config: Config, option: str = "--now") -> datetime:
    """The time that an option says, in the desk's time zone where it names none; else the clock."""
    if text is None:
        return now_utc()
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            USAGE, f'{option}: "{text}" is no ISO 8601 time; write it like 2026-11-23T09:00:00Z'
        ) from None
    return said if said.tzinfo else said.replace(tzinfo=config.desk.timezone)


def handle_of(name: str, people: People) -> str:
    """The agent of this handle. Raises Refusal where there is none."""
    agent = people.agent(name.removeprefix("@"))
    if agent is None:
        known = did_you_mean(name, people.agents) or "; [agent.NAME] tables of the rules name them"
        raise Refusal(USAGE, f'--as: there is no agent "{name}"{known}')
    return agent.handle


def who(args: Namespace, people: People) -> str:
    """Who acts: the agent that ``--as`` names, else the user of the shell."""
    if args.agent:
        return handle_of(args.agent, people)
    try:
        return f"{SHELL}:{getpass.getuser()}"
    except (KeyError, OSError):  # no such user in this container
        return SHELL


def book_now(config: Config) -> "Book":
    """What the rule files say as they are now; nothing where they cannot be read."""
    from postdesk.daemon.rule_files import read_folder
    from postdesk.rules.book import Book
    from postdesk.rules.read import read

    texts, _ = read_folder(config.desk.rules)
    found: Any = read(texts)
    return found if isinstance(found, Book) else Book()
