"""What reading the mailboxes would do, asked of their servers; nothing is changed anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from postdesk.daemon import schema
from postdesk.daemon.config import Config
from postdesk.daemon.mailboxes import Memory, accounts
from postdesk.daemon.records import database_url
from postdesk.daemon.secrets import SecretUnreadable
from postdesk.daemon.store import Rows
from postdesk.daemon.times import now_utc
from postdesk.daemon.twins import FETCHED
from postdesk.mailbox.imap_account import Account, Baseline, SecretError, Survey, Trouble
from postdesk.mailbox.poller import Poller
from postdesk.mailbox.spool import Fetched, Spool, SpoolError

PATIENCE = 20.0  # seconds without a byte; somebody sits there and waits


class Glance:
    """What is remembered of the folders, for looking only; nothing where nothing ran yet."""

    def __init__(self, memory: Memory | None) -> None:
        self._memory = memory

    def seen(self, uniques: Iterable[str]) -> set[str]:
        """Those that were kept before."""
        return self._memory.seen(uniques) if self._memory else set()

    def baseline(self, box: str) -> Baseline | None:
        """Where reading of this folder began."""
        return self._memory.baseline(box) if self._memory else None

    def begin(self, box: str, baseline: Baseline) -> None:
        """Never asked for by a survey."""
        raise AssertionError(f"{box} is only looked at")

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        """Never asked for by a survey."""
        raise AssertionError(f"{len(mails)} mails are only looked at")


def surveys(config: Config, only: str = "") -> Iterator[tuple[str, Survey | Trouble]]:
    """For each mailbox its key in the config, and what is there or what is in the way.

    ``only`` is the key of the one that is asked for.
    A mailbox whose password cannot be read is left out: that is told as a mistake of the config.
    """
    with _memory(config) as memory:
        for account, _ in accounts(config):
            key = f"imap.{account.name}"
            if _has_secret(account) and (not only or key in (only, f"{only}.sent")):
                patient = replace(account, read_timeout=PATIENCE)
                yield key, _survey(patient, Glance(memory))


def _survey(account: Account, glance: Glance) -> Survey | Trouble:
    with closing(Poller(account, glance, now=now_utc)) as poller:
        return poller.survey()


def _has_secret(account: Account) -> bool:
    try:
        return account.password is None or bool(account.password())
    except SecretError:
        return False


@contextmanager
def _memory(config: Config) -> Iterator[Memory | None]:
    """What a daemon kept here before; None where there is nothing yet, or it cannot be read."""
    kept, file = config.desk.state / "spool.db", config.database.file
    if not kept.exists() or (file is not None and not file.exists()):
        yield None
        return
    with ExitStack() as open_things:
        yield _opened(config, kept, open_things)


def _opened(config: Config, kept: Path, open_things: ExitStack) -> Memory | None:
    try:
        db = schema.open_database(database_url(config))
        if schema.examine(db):
            return None
        open_things.callback(db.close)
        return Memory(open_things.enter_context(closing(Spool(kept))), Rows(db), FETCHED)
    except (schema.DatabaseTrouble, SecretUnreadable, SpoolError):
        return None  # each is told by a check of its own
