"""The mailboxes of [imap.NAME]: a thread and a connection for each folder that is read."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from postdesk.daemon.config import Config
from postdesk.daemon.config_model import Imap
from postdesk.daemon.polling import Diary
from postdesk.daemon.secrets import Secret, SecretUnreadable
from postdesk.daemon.sidemail import SENT
from postdesk.daemon.store import Rows, StoreTrouble
from postdesk.daemon.times import from_text, now_utc, utc_text
from postdesk.daemon.tokens import tokens_of
from postdesk.daemon.twins import FETCHED
from postdesk.mailbox.imap_account import Account, Baseline, SecretError, Trouble, box_of
from postdesk.mailbox.poller import Poller
from postdesk.mailbox.spool import Fetched, Spool, SpoolError

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Done = TypeVar("Done")

QUICK = timedelta(seconds=1)


class Memory:
    """What of a folder outlives the daemon: its mails in the spool, its beginning in a row."""

    def __init__(self, spool: Spool, rows: Rows, source: str) -> None:
        self._spool = spool
        self._rows = rows
        self._source = source

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        """Keep mails, all or none."""
        return self._spool.put_all(mails, source=self._source)

    def seen(self, uniques: Iterable[str]) -> set[str]:
        """Those that were kept before."""
        return self._spool.known(uniques)

    def baseline(self, box: str) -> Baseline | None:
        """Where reading of this folder began."""
        with _told(), self._rows.reading():
            row = self._rows.one("SELECT * FROM mailbox WHERE box = ?", box)
        return (
            Baseline(row["uidvalidity"], row["uidnext"], from_text(row["cutoff"])) if row else None
        )

    def begin(self, box: str, baseline: Baseline) -> None:
        """Remember where it began."""
        cutoff = utc_text(baseline.cutoff) if baseline.cutoff else None
        with _told(), self._rows.transaction():
            self._rows.run(
                "INSERT INTO mailbox (box, uidvalidity, uidnext, cutoff) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (box) DO UPDATE SET uidvalidity = excluded.uidvalidity,"
                " uidnext = excluded.uidnext, cutoff = excluded.cutoff",
                box,
                baseline.uidvalidity,
                baseline.uidnext,
                cutoff,
            )


@contextmanager
def _told() -> Iterator[None]:
    """The poller knows one trouble with what is ours: nothing can be kept."""
    try:
        yield
    except StoreTrouble as error:
        raise SpoolError(f"the database fails: {error}") from error


class Reader(threading.Thread):
    """Reads one folder until it is stopped; trouble with one never touches another."""

    def __init__(self, account: Account, memory: Memory, diary: Diary, now: Clock) -> None:
        super().__init__(name=f"imap {account.name}", daemon=True)
        self.account = account
        self.trouble: Trouble | None = None
        self._poller = Poller(account, memory, now=now)
        self._diary = diary
        self._now = now
        self._ended = False
        self._turn = threading.Condition()
        self._turns = 0

    @property
    def drift(self) -> int:
        """Mails on the server that are neither kept nor left on purpose."""
        return len(self._poller.drift)

    def run(self) -> None:
        """Turn until stopped."""
        while not self._ended:
            told = self._step()
            with self._turn:
                self._turns += 1
                self._turn.notify_all()
            self._rest(told)

    def _rest(self, told: int | Trouble) -> None:
        if self._ended:
            return
        if isinstance(told, Trouble):
            self._poller.rest(told.retry_in.total_seconds())
            return
        waited = self._guarded(lambda: self._poller.wait(self.account.every.total_seconds()))
        if isinstance(waited, Trouble) and not self._ended:
            self.trouble = waited
            self._poller.rest(min(waited.retry_in, QUICK).total_seconds())

    def _step(self) -> int | Trouble:
        told = self._guarded(self._poller.step)
        self.trouble = told if isinstance(told, Trouble) else None
        try:
            self._diary.note(self.trouble, self.drift, self._now())
        except StoreTrouble as error:
            log.warning("%s: how it goes could not be noted: %s", self.account.name, error)
        return told

    def _guarded(self, act: Callable[[], Done]) -> Done | Trouble:
        """Whatever a server says that nobody thought of, the next turn comes."""
        try:
            return act()
        except Exception as error:
            log.exception("%s: this turn failed", self.account.name)
            return self._poller.stumbled(error)

    def full_turn(self, timeout: float) -> None:
        """Wait for a turn that begins after now to end. Raises TimeoutError."""
        with self._turn:
            wanted = self._turns + 2
            while self._turns < wanted:
                self._poller.wake()
                if not self._turn.wait(timeout):
                    raise TimeoutError(f"{self.name} did not turn within {timeout} s")

    def once(self) -> int:
        """One turn in the caller's thread, for `postdesk once`; trouble is told in the log."""
        told = self._step()
        return 0 if isinstance(told, Trouble) else told

    def stop(self) -> None:
        """End after the mails that are under way."""
        self._ended = True
        self._poller.leave()

    def close(self) -> None:
        """Leave the server, where no thread was started."""
        self._poller.close()


def readers(config: Config, spool: Spool, rows: Rows, now: Clock) -> list[Reader]:
    """One for each folder that the config names."""
    return [
        Reader(account, Memory(spool, rows, source), Diary(rows, box_of(account)), now)
        for account, source in accounts(config, now)
    ]


def accounts(config: Config, now: Clock = now_utc) -> Iterator[tuple[Account, str]]:
    """Each folder that the config names, and under which source its mails are kept."""
    for name, imap in config.imap.items():
        yield from _accounts(name, imap, config, now)


def _accounts(name: str, imap: Imap, config: Config, now: Clock) -> Iterator[tuple[Account, str]]:
    tokens = tokens_of(f"imap.{name}", imap, config.desk.state, base=config.base, now=now)
    account = Account(
        name=name,
        host=imap.host,
        user=imap.user,
        password=_asked(imap.password) if imap.password else None,
        token=tokens.access if tokens else None,  # one for all folders, and so its login
        forget=tokens.forget if tokens else None,
        port=imap.port,
        tls=imap.tls,
        folder=imap.folder,
        done=imap.done,
        every=imap.every,
        idle=imap.idle,
        since=imap.since,
        max_size=config.smtp.max_size,
    )
    yield account, FETCHED
    if imap.sent:
        # What our own letters leave there is known by its mark, and never moved.
        yield replace(account, name=f"{name}.sent", folder=imap.sent, done="", since=QUICK), SENT


def _asked(secret: Secret) -> Callable[[], str]:
    def password() -> str:
        try:
            return secret.reveal()
        except SecretUnreadable as error:
            raise SecretError(str(error)) from error

    return password
