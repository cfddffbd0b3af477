"""A desk's poller on the fake IMAP server, with our rows in memory."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_imap import FakeImap

from postdesk.mailbox.imap_account import Account, Baseline, Trouble
from postdesk.mailbox.poller import Poller
from postdesk.mailbox.spool_many import Fetched
from postdesk.mailbox.spool_trouble import SpoolError

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MAIL = b"From: petra@kunde.example\r\nSubject: Drucker\r\n\r\nEr druckt nicht.\r\n"


class Slow(Future[int]):
    """A promise that is kept when somebody waits for it, and not before."""

    def __init__(self, said: list[str], count: int) -> None:
        super().__init__()
        self._said, self._count = said, count

    def result(self, timeout: float | None = None) -> int:
        self._said.append("waited")
        self.set_result(self._count)
        return super().result(timeout)


@dataclass
class Kept:
    """Our rows, in memory; ``said`` is the server's list, so that the order of both is seen."""

    said: list[str] = field(default_factory=list)
    mails: dict[str, bytes] = field(default_factory=dict)
    arrived: dict[str, datetime] = field(default_factory=dict)
    began: Baseline | None = None
    full: bool = False
    slow: bool = False

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        promise: Future[int] = Future()
        if self.full:
            promise.set_exception(SpoolError("no room on /var"))
            return promise
        for mail in mails:
            self.said.append(f"kept {mail.unique}")
            self.mails[mail.unique] = mail.raw
            self.arrived[mail.unique] = mail.arrived
        if self.slow:
            return Slow(self.said, len(mails))
        promise.set_result(len(mails))
        return promise

    def seen(self, uniques: Iterable[str]) -> set[str]:
        return self.mails.keys() & set(uniques)

    def baseline(self, box: str) -> Baseline | None:
        return self.began

    def begin(self, box: str, baseline: Baseline) -> None:
        self.began = baseline


class Desk:
    """A poller on the fake server, closed and opened again at will."""

    def __init__(self, server: FakeImap, **changes: Any) -> None:
        self.kept = Kept(server.said)
        self.account = account_at(server.port, **changes)
        self.poller = self._open()

    def _open(self) -> Poller:
        return Poller(self.account, self.kept, now=lambda: NOON, chance=lambda: 0.0)

    def restart(self) -> None:
        self.poller.close()
        self.poller = self._open()

    def step(self) -> int:
        """A turn without trouble."""
        turn = self.poller.step()
        assert isinstance(turn, int), turn
        return turn

    def trouble(self) -> Trouble:
        """A turn with trouble."""
        turn = self.poller.step()
        assert isinstance(turn, Trouble)
        return turn


def account_at(port: int, **changes: Any) -> Account:
    known = Account(
        "support", "127.0.0.1", "support", lambda: "right", port=port, tls="none", read_timeout=5
    )
    return replace(known, **changes)
