"""Reads a mailbox by IMAP: each mail is safe on our disk before it is touched on the server.

RFC 3501, IDLE RFC 2177. A poller belongs to one thread, because an IMAP connection cannot be
shared; only ``wake`` and ``leave`` may be called from others.
"""

import logging
import random
import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Any, cast

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)
from imapclient.response_parser import parse_fetch_response  # type: ignore[import-untyped]

from postdesk.mailbox.imap_account import (
    Account,
    Records,
    SecretError,
    Survey,
    Trouble,
    TroubleKind,
    retry_in,
)
from postdesk.mailbox.imap_client import Client, Rows, Told
from postdesk.mailbox.imap_folder import Folder
from postdesk.mailbox.oauth_issuer import IssuerAway
from postdesk.mailbox.spool_trouble import SpoolError

log = logging.getLogger(__name__)

ROUND = 30.0  # seconds of one IDLE: routers and servers forget connections that are quiet
WORDS = 200  # characters of a server's own words that we repeat
BROKEN = (IMAPClientError, OSError, SecretError, SpoolError)


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
        ready = self._first_of(client.socket(), seconds)
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


class _Line(IMAPClient):  # type: ignore[misc]
    """IMAPClient with a way around its parser, where an answer can be read without it."""

    def fetch_rows(self, uids: list[int], what: str) -> list[Any]:
        """The rows as imaplib gives them: lines, and pairs of a line and the literal at its end."""
        if not uids:
            return []
        told, rows = self._imap.uid("FETCH", ",".join(map(str, uids)), what)
        if told != "OK":
            raise IMAPClientError(f"FETCH failed: {rows[0]!r}")
        return [] if rows == [None] else rows

    def parsed(self, rows: list[Any]) -> Rows:
        """What IMAPClient reads in them."""
        return cast(Rows, parse_fetch_response(rows, normalise_times=False))


def dial(account: Account) -> Client:
    """A connection as safe as the account asks for, nobody logged in yet.

    Raises OSError (ssl.SSLError among them) and imaplib's errors.
    """
    context = None
    if account.tls != "none":
        context = ssl.create_default_context(cafile=account.ca_file)
    client = cast(
        Client,
        _Line(
            account.host,
            account.port,
            ssl=account.tls == "implicit",
            ssl_context=context if account.tls == "implicit" else None,
            timeout=SocketTimeout(account.connect_timeout, account.read_timeout),
        ),
    )
    client.normalise_times = False  # else arrivals are naive local times
    # A SEARCH leaves in two writes, and the second would wait 40 ms for the first's receipt.
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _hush(client)
    if account.tls == "starttls" and context is not None:
        try:
            client.starttls(context)
        except BROKEN:
            with suppress(*BROKEN):  # the cause is what counts, not how the end went
                client.shutdown()
            raise
    return client


def log_in(client: Client, account: Account) -> None:
    """Prove who we are, by token or password. Raises LoginError, or as ``dial``."""
    if account.token is not None:
        _show_token(client, account, account.token)
    elif account.password is not None:
        password = account.password()
        if (account.user + password).isascii():
            client.login(account.user, password)
        else:  # LOGIN knows ASCII only; PLAIN is UTF-8 (RFC 4616)
            client.plain_login(account.user, password)


def _show_token(client: Client, account: Account, token: Callable[[], str]) -> None:
    """A token may be void before its time; then another is tried, once."""
    try:
        client.oauth2_login(account.user, token())
    except LoginError as error:
        if account.forget is None or _is_passing(error):
            raise
        account.forget()
        client.oauth2_login(account.user, token())


def explain(account: Account, error: Exception) -> tuple[TroubleKind, str]:
    """What is in the way, and a sentence for the admin."""
    server = f"{account.host}:{account.port}"
    words = _words(error)
    match error:
        case LoginError() if _is_passing(error):
            return "connection", f"{server} ended the login: {words}"
        case LoginError():
            return "login", f"{server} refused the login of {account.user}: {words}"
        case CapabilityError():
            return "tls", f"{server} cannot do what the config asks for: {words}"
        case ssl.SSLCertVerificationError():
            why = getattr(error, "verify_message", words)
            return "tls", f"the certificate of {server} is not trusted: {why}"
        case ssl.SSLError() if not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return "tls", f"{server} does not speak TLS as expected: {words}"
        case IssuerAway():
            return "connection", f"no token for {account.user}: {error}"
        case SecretError():  # its words are ours, and end with what to do
            return "login", f"no password or token for {account.user}: {error}"
        case SpoolError():
            return "spool", words
        case OSError() | IMAPClientAbortError():
            return "connection", f"no connection to {server}: {words}"
        case IMAPClientError():
            return "folder", f"{server} refused to work on {account.folder}: {words}"
        case _:
            return "folder", f"{server} cannot be understood: {type(error).__name__}, {words}"


def _is_passing(error: LoginError) -> bool:
    """A login ended by a lost connection, or by a server that says it is not itself (RFC 5530)."""
    return isinstance(error.__context__, IMAPClientAbortError) or "[UNAVAILABLE]" in str(error)


def _words(error: Exception) -> str:
    text = "".join(c if c.isprintable() else " " for c in str(error))
    return text[:WORDS] or type(error).__name__


def _is_news(told: Told) -> bool:
    return any(len(line) > 1 and line[1] == b"EXISTS" for line in told)


def _hush(client: Client) -> None:
    """IMAPClient asks imaplib for debug lines nobody reads: eight times the cost of a fetch."""
    inner: Any = getattr(client, "_imap", None)
    if isinstance(getattr(inner, "debug", None), int):
        inner.debug = 0
