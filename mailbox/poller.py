"""Reads a mailbox by IMAP: each mail is safe on our disk before it is touched on the server.

RFC 3501, IDLE RFC 2177. A poller belongs to one thread, because an IMAP connection cannot be
shared; only ``wake`` and ``leave`` may be called from others.
"""

import logging
import random
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from postdesk.mailbox.imap_account import (
    Account,
    Records,
    SecretError,
    Survey,
    Trouble,
    retry_in,
)
from postdesk.mailbox.imap_client import Client, Told
from postdesk.mailbox.imap_folder import Folder
from postdesk.mailbox.poller_line import BROKEN, dial, explain, log_in

log = logging.getLogger(__name__)

ROUND = 30.0  # seconds of one IDLE: routers and servers forget connections that are quiet


class Leaving(Exception):
    """We are asked to come to an end; the mails that are left are there the next time."""


class Poller:
    """One account's folder, read turn by turn: ``step``, then ``wait``, and again.

    ``now`` gives aware times; ``clock`` counts seconds; ``chance`` gives 0 to 1.
    """

    def __init__(
        self,
        account: Account,
        records: Records,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._account = account
        self._folder = Folder(account, records, now)
        self._clock = clock
        self._chance = chance
        self._client: Client | None = None
        self._failures = 0
        self._leaving = False
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)

    @property
    def drift(self) -> tuple[int, ...]:
        """UIDs on the server that are neither kept nor left on purpose, at the last whole look."""
        return self._folder.drift

    def survey(self) -> Survey | Trouble:
        """What a first turn would read; changes nothing here nor on the server."""
        try:
            return self._folder.survey(self._connected())
        except BROKEN as error:
            return self._trouble(error)

    def step(self) -> int | Trouble:
        """Keep all that is new in the folder; say how many mails, or what is in the way."""
        counts: list[int] = []

        def kept(count: int) -> None:
            counts.append(count)
            if self._leaving:
                raise Leaving

        try:
            self._folder.read(self._connected(), kept)
        except Leaving:
            log.info("%s: kept %d mails, and left the others", self._account.name, sum(counts))
            return sum(counts)
        except BROKEN as error:
            if sum(counts):  # a connection that brought something is no failing one
                log.info("%s: kept %d mails", self._account.name, sum(counts))
                self._failures = 0
            return self.stumbled(error)
        self._failures = 0
        if sum(counts):
            log.info("%s: kept %d mails", self._account.name, sum(counts))
        return sum(counts)

    def wait(self, seconds: float) -> bool | Trouble:
        """Until the server tells of news or somebody wakes us (True), or the time is over."""
        end = self._clock() + seconds
        try:
            client = self._connected()
            if not (self._account.idle and client.has_capability("IDLE")):
                return self._woken(seconds)
            while (left := end - self._clock()) > 0:
                if self._idle(client, min(ROUND, left)):
                    return True
        except BROKEN as error:
            return self.stumbled(error)
        return False

    def rest(self, seconds: float) -> bool:
        """Wait without a connection, after trouble; True when somebody wakes us."""
        return self._woken(seconds)

    def wake(self) -> None:
        """End a ``wait`` or ``rest`` now, or the next one at once. From any thread."""
        with suppress(OSError):  # full: it rings already; closed: nobody waits
            self._rope.send(b"!")

    def leave(self) -> None:
        """End the turn that is under way after its batch, and every wait. From any thread."""
        self._leaving = True
        self.wake()

    def close(self) -> None:
        """Leave the server. The poller is of no use afterwards."""
        if self._client is not None:
            with suppress(*BROKEN):
                self._client.logout()
        self._hang_up()
        self._bell.close()
        self._rope.close()

    def stumbled(self, error: Exception) -> Trouble:
        """Let go of the connection, and say in the log and to the caller what was in the way."""
        trouble = self._trouble(error)
        log.warning(
            "%s: %s (again in %.0f s)",
            *(self._account.name, trouble.why, trouble.retry_in.total_seconds()),
        )
        return trouble

    def _connected(self) -> Client:
        if self._client is None:
            client = self._client = dial(self._account)
            log_in(client, self._account)
            self._folder.reconnected()
        return self._client

    def _idle(self, client: Client, seconds: float) -> bool:
        client.idle()
        # What came together with the answer to IDLE rings no bell any more.
        ready = self._first_of(client.socket(), 0 if client.waiting else seconds)
        told = client.idle_check(timeout=0) if client.socket() in ready else []
        # idle_check does not tell a dead connection from a quiet one; these two do.
        told += client.idle_done()[1]
        if not _is_news(told):
            told += client.noop()[1]
        return _is_news(told) or (self._bell in ready and self._woken(0))

    def _first_of(self, line: socket.socket, seconds: float) -> list[socket.socket]:
        known = {sock.fileno(): sock for sock in (line, self._bell)}
        poll = select.poll()
        for number in known:
            poll.register(number, select.POLLIN)
        return [known[number] for number, _ in poll.poll(seconds * 1000)]

    def _woken(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._bell, select.POLLIN)
        if not poll.poll(seconds * 1000):
            return False
        self._bell.recv(4096)
        return True

    def _trouble(self, error: Exception) -> Trouble:
        self._hang_up()
        self._failures += 1
        kind, why = explain(self._account, error)
        # No server locks an account for a password that was never shown to it.
        pace = "folder" if kind == "login" and isinstance(error, SecretError) else kind
        return Trouble(kind, why, retry_in(pace, self._failures, self._chance()))

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(*BROKEN):
                client.shutdown()


def _is_news(told: Told) -> bool:
    return any(len(line) > 1 and line[1] == b"EXISTS" for line in told)
