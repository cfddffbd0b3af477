"""A connection to a relay: dialled, encrypted, logged in; and what it says, in one line."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from postdesk.mailbox.oauth import xoauth2
from postdesk.mailbox.verdict import cause, said

Reply = tuple[int, bytes]

UNREADABLE = -1  # smtplib's code for a line that begins with no number


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds; RFC 5321 4.5.3.2 asks for ten minutes after the final dot."""

    dial: float = 30
    reply: float = 120
    final: float = 600


@dataclass(frozen=True, slots=True)
class Relay:
    """Where letters go, and who we are there. Its secrets show in no log."""

    host: str
    port: int
    hostname: str  # our own, for EHLO
    tls: str = "none"  # none | starttls | implicit
    context: ssl.SSLContext | None = field(default=None, repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    oauth: Callable[[], str] | None = field(default=None, repr=False)  # gives an access token
    forget: Callable[[], None] | None = field(default=None, repr=False)  # it was refused

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def dial(relay: Relay, patience: Patience) -> smtplib.SMTP:
    """A connection that has greeted, encrypted and logged in as far as the relay is set up.

    Raises OSError, of which smtplib's own errors are a kind, and UnicodeError.
    """
    smtp: smtplib.SMTP
    if relay.tls == "implicit":
        smtp = smtplib.SMTP_SSL(
            relay.host, relay.port, relay.hostname, timeout=patience.dial, context=relay.context
        )
    else:
        smtp = smtplib.SMTP(relay.host, relay.port, relay.hostname, timeout=patience.dial)
    try:
        wait(smtp, patience.reply)
        if smtp.sock:  # else the last piece of a letter waits for an answer to the one before
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _greet(smtp)
        if relay.tls == "starttls":
            smtp.starttls(context=relay.context)  # raises when it is not offered: never in clear
            _greet(smtp)
        _log_in(smtp, relay)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: smtplib.SMTP) -> None:
    """EHLO, or HELO where that is unknown; smtplib's own way loses the words of a refusal."""
    code, words = smtp.ehlo()
    if code // 100 == 5:
        code, words = smtp.helo()
    if code // 100 != 2:
        raise smtplib.SMTPHeloError(code, words)


def _log_in(smtp: smtplib.SMTP, relay: Relay) -> None:
    if relay.oauth is not None:
        _show_token(smtp, relay, relay.oauth)
    elif relay.user:
        smtp.login(relay.user, relay.password)


def _show_token(smtp: smtplib.SMTP, relay: Relay, token: Callable[[], str]) -> None:
    """A token may be void before its time; then another is tried, once."""
    try:
        _authenticate(smtp, relay.user, token())
    except smtplib.SMTPAuthenticationError as error:
        if relay.forget is None or error.smtp_code // 100 != 5:
            raise
        relay.forget()
        _authenticate(smtp, relay.user, token())


def _authenticate(smtp: smtplib.SMTP, user: str, token: str) -> None:
    words = xoauth2(user, token)
    # A challenge is the server's error in JSON; an empty answer makes it end with a code.
    smtp.auth("XOAUTH2", lambda challenge=None: words if challenge is None else "")


def line(reply: Reply) -> str:
    """An answer as one clean line."""
    code, words = reply
    return f"{code} {said(words)}".rstrip() if code != UNREADABLE else "no SMTP answer"


def why(error: Exception) -> str:
    """The relay's words where it had some, else the system's."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return line((error.smtp_code, answer if isinstance(answer, bytes) else answer.encode()))
    return cause(error)


def wait(smtp: smtplib.SMTP, seconds: float) -> None:
    """So many seconds for each answer from now on."""
    if smtp.sock:
        smtp.sock.settimeout(seconds)
