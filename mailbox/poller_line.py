"""The poller's line to its server: how it is laid, who we say we are, and what goes wrong."""

import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar, cast

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)
from imapclient.response_parser import parse_fetch_response  # type: ignore[import-untyped]

from postdesk.mailbox.imap_account import Account, SecretError, TroubleKind
from postdesk.mailbox.imap_client import Client, Rows
from postdesk.mailbox.imap_lines import Lines
from postdesk.mailbox.oauth_issuer import IssuerAway
from postdesk.mailbox.spool_trouble import SpoolError

WORDS = 200  # characters of a server's own words that we repeat
T = TypeVar("T")
BROKEN = (IMAPClientError, OSError, SecretError, SpoolError)


class _Line(IMAPClient):  # type: ignore[misc]
    """IMAPClient with a way around its parser, where an answer can be read without it."""

    _lines: Lines | None = None

    def hurry(self) -> None:
        """Read by ``Lines`` from now on; only while the server has nothing to say."""
        self._lines = Lines(self.socket())
        self._imap.read = self._lines.read
        self._imap.readline = self._lines.readline

    @property
    def waiting(self) -> bool:
        """Whether the server's next words are here already."""
        return self._lines is not None and self._lines.waiting

    def ask(self, uids: Sequence[int], what: str) -> bytes:
        """Say FETCH; gives what ``told`` needs to know its answer by."""
        return cast(bytes, self._imap._command("UID", "FETCH", ",".join(map(str, uids)), what))

    def told(self, asked: bytes, plain: Callable[[Lines], T | None]) -> tuple[list[T], Rows]:
        """The rows that ``plain`` can read, and all others as IMAPClient reads them."""
        assert self._lines is not None
        found = []
        while self._imap.tagged_commands[asked] is None:
            if (one := plain(self._lines)) is not None:
                found.append(one)
                continue
            self._imap._get_response()
            self._imap._check_bye()
        told, rows = self._imap._command_complete("FETCH", asked)
        if told != "OK":
            raise IMAPClientError(f"FETCH failed: {rows[0]!r}")
        rows = self._imap._untagged_response(told, rows, "FETCH")[1]
        if rows == [None]:
            return found, {}
        return found, cast(Rows, parse_fetch_response(rows, normalise_times=False))


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
    client.hurry()
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


def _hush(client: Client) -> None:
    """IMAPClient asks imaplib for debug lines nobody reads: eight times the cost of a fetch."""
    inner: Any = getattr(client, "_imap", None)
    if isinstance(getattr(inner, "debug", None), int):
        inner.debug = 0
