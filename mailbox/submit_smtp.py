"""Letters that leave by SMTP: one recipient each, over a connection that is kept."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from postdesk.mailbox.envelope import Envelope, envelope
from postdesk.mailbox.oauth import xoauth2
from postdesk.mailbox.verdict import Deferred, Refused, Sent, Verdict, cause, said

Reply = tuple[int, bytes]

# 5xx replies that speak of our session and not of this recipient: no reason to give a letter up.
_ABOUT_US = frozenset({502, 503, 530, 534, 535, 538})
_TOO_LARGE = 552
_GOING_AWAY = 421
_UNREADABLE = -1  # smtplib's code for a line that begins with no number
_BROKEN_OFF = (_GOING_AWAY, _UNREADABLE)  # nothing sensible can follow
_LEADING_DOT = re.compile(rb"(?m)^\.")
_GOODBYE_SECONDS = 5.0


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


@dataclass(frozen=True, slots=True)
class _Gone:
    """The relay went away before it was given any of the letter."""

    why: str


class SmtpRelay:
    """Hands letters to one relay. Not thread-safe: it belongs to the courier's thread."""

    def __init__(self, relay: Relay, patience: Patience | None = None) -> None:
        self._relay = relay
        self._patience = patience or Patience()
        self._smtp: smtplib.SMTP | None = None
        self.size_limit: int | None = None  # bytes; known once the relay has greeted us

    def __repr__(self) -> str:
        return f"SmtpRelay({self._relay!r})"

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Hand one letter over; ``mail_from`` "" is the null return path.

        Sent once the relay has taken it, Refused for what will never pass for this recipient,
        Deferred for everything that passes or is trouble of ours or the relay's. A letter whose
        last answer was lost is Deferred: the relay may have it, and its Message-ID is fixed.
        """
        try:
            letter = envelope(mail_from, rcpt, raw)
        except ValueError as error:
            return Refused(said(str(error)))
        kept = self._smtp is not None
        outcome = self._try(letter)
        if isinstance(outcome, _Gone) and kept:
            outcome = self._try(letter)  # the kept connection had gone stale: dial, once
        return Deferred(f"{self._relay}: {outcome.why}") if isinstance(outcome, _Gone) else outcome

    def probe(self) -> Verdict:
        """Dial and log in without a letter, for a check of the configuration."""
        try:
            self._connection()
        except (OSError, UnicodeError) as error:
            return Deferred(f"cannot use {self._relay}: {_why(error)}")
        return Sent(f"{self._relay} is ready")

    def close(self) -> None:
        """Take leave of the relay; the next letter dials again."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(OSError):
            if smtp.sock:
                smtp.sock.settimeout(_GOODBYE_SECONDS)
            smtp.quit()
        smtp.close()

    def _try(self, letter: Envelope) -> Verdict | _Gone:
        """One transaction, up to the first answer that ends it."""
        try:
            smtp = self._connection()
        except (OSError, UnicodeError) as error:
            return Deferred(f"cannot use {self._relay}: {_why(error)}")
        if misfit := self._misfit(smtp, letter):
            return Refused(misfit)
        try:
            replies = _offer(smtp, letter)
        except OSError as error:
            self._drop()
            return _Gone(_why(error))
        if replies[-1][0] in _BROKEN_OFF:
            self._drop()
            return _Gone(_line(replies[-1]))
        if refusal := _refusal(replies):
            self._withdraw(smtp, replies)
            return refusal
        return self._hand_over(smtp, letter)

    def _hand_over(self, smtp: smtplib.SMTP, letter: Envelope) -> Verdict:
        """The letter itself, up to the answer that says whose it is now."""
        try:
            _wait(smtp, self._patience.final)
            smtp.send(_stuffed(letter.raw) + b".\r\n")
        except OSError:
            self._drop()
            return Deferred(f"{self._relay} broke off while the letter was sent")
        try:
            reply = smtp.getreply()
            _wait(smtp, self._patience.reply)
        except OSError as error:
            self._drop()
            return Deferred(
                f"{self._relay} may have accepted it; its answer is lost: {_why(error)}"
            )
        if reply[0] in _BROKEN_OFF:
            self._drop()
        return Sent(_line(reply)) if reply[0] // 100 == 2 else _judged("DATA", reply)

    def _connection(self) -> smtplib.SMTP:
        """The kept connection, or a new one; raises OSError (smtplib's own errors are such)."""
        if self._smtp is None:
            self._smtp = _dial(self._relay, self._patience)
            limit = self._smtp.esmtp_features.get("size", "")
            self.size_limit = int(limit) if limit.isdigit() and int(limit) else None
        return self._smtp

    def _misfit(self, smtp: smtplib.SMTP, letter: Envelope) -> str:
        """Why this relay cannot carry this letter; "" when it can."""
        if letter.utf8 and not smtp.has_extn("smtputf8"):
            return f"{self._relay} takes no addresses outside ASCII (it offers no SMTPUTF8)"
        if self.size_limit is not None and len(letter.raw) > self.size_limit:
            return f"{len(letter.raw)} bytes; {self._relay} takes {self.size_limit} at most"
        return ""

    def _withdraw(self, smtp: smtplib.SMTP, replies: list[Reply]) -> None:
        """Leave the transaction, so that the connection is good for the next letter."""
        try:
            if (
                replies[-1][0] == 354
            ):  # RFC 2920 3.1: DATA was answered although nobody is to get it
                smtp.send(b".\r\n")
                smtp.getreply()
            if smtp.docmd("RSET")[0] == 250:
                return
        except OSError:
            pass
        self._drop()

    def _drop(self) -> None:
        """Forget the connection without a word."""
        if self._smtp:
            self._smtp.close()
        self._smtp = None


def _dial(relay: Relay, patience: Patience) -> smtplib.SMTP:
    """A connection that has greeted, encrypted and logged in as far as the relay is set up."""
    smtp: smtplib.SMTP
    if relay.tls == "implicit":
        smtp = smtplib.SMTP_SSL(
            relay.host, relay.port, relay.hostname, timeout=patience.dial, context=relay.context
        )
    else:
        smtp = smtplib.SMTP(relay.host, relay.port, relay.hostname, timeout=patience.dial)
    try:
        _wait(smtp, patience.reply)
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


def _stuffed(raw: bytes) -> bytes:
    """A dot more where a line begins with one (RFC 5321 4.5.2)."""
    # Few letters have such a line, and the pattern takes its time over large ones.
    return _LEADING_DOT.sub(b"..", raw) if raw[:1] == b"." or b"\n." in raw else raw


def _offer(smtp: smtplib.SMTP, letter: Envelope) -> list[Reply]:
    """Sender, recipient, DATA, and the answers: in one packet where the relay allows it."""
    size = f" SIZE={len(letter.raw)}" if smtp.has_extn("size") else ""
    eight = " BODY=8BITMIME" if not letter.raw.isascii() and smtp.has_extn("8bitmime") else ""
    utf8 = " SMTPUTF8" if letter.utf8 else ""
    commands = [
        f"MAIL FROM:<{letter.mail_from}>{size}{eight}{utf8}\r\n".encode(),
        f"RCPT TO:<{letter.rcpt}>\r\n".encode(),
        b"DATA\r\n",
    ]
    at_once = smtp.has_extn("pipelining")
    if at_once:
        smtp.send(b"".join(commands))
    replies: list[Reply] = []
    for command in commands:
        if not at_once:
            smtp.send(command)
        replies.append(smtp.getreply())
        code = replies[-1][0]
        if code in _BROKEN_OFF or not (at_once or 200 <= code <= 399):
            break
    return replies


def _refusal(replies: list[Reply]) -> Verdict | None:
    """The first answer that is not a yes, judged; None when the letter may be sent."""
    wanted = (("MAIL", 2), ("RCPT", 2), ("DATA", 3))
    for (stage, kind), reply in zip(wanted, replies, strict=False):
        if reply[0] // 100 != kind:
            return _judged(stage, reply)
    return None


def _judged(stage: str, reply: Reply) -> Verdict:
    """A no for good only where it is about this recipient or this letter (RFC 5321 4.2.1)."""
    code = reply[0]
    about_the_letter = stage != "MAIL" or code == _TOO_LARGE
    if 500 <= code <= 599 and code not in _ABOUT_US and about_the_letter:
        return Refused(_line(reply))
    return Deferred(f"at {stage}: {_line(reply)}")


def _line(reply: Reply) -> str:
    code, words = reply
    return f"{code} {said(words)}".rstrip() if code != _UNREADABLE else "no SMTP answer"


def _why(error: Exception) -> str:
    """The relay's words where it had some, else the system's."""
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return _line((error.smtp_code, answer if isinstance(answer, bytes) else answer.encode()))
    return cause(error)


def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
    if smtp.sock:
        smtp.sock.settimeout(seconds)
