"""Letters that leave by SMTP: one recipient each, over a connection that is kept."""

import re
import smtplib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from postdesk.mailbox.dial import UNREADABLE, Patience, Relay, Reply, dial, line, wait, why
from postdesk.mailbox.envelope import Envelope, envelope
from postdesk.mailbox.verdict import Deferred, Outgoing, Refused, Sent, Verdict, said

__all__ = ["Patience", "Relay", "SmtpRelay"]

# 5xx replies that speak of our session and not of this recipient: no reason to give a letter up.
_ABOUT_US = frozenset({502, 503, 530, 534, 535, 538})
_TOO_LARGE = 552
_GOING_AWAY = 421
_BROKEN_OFF = (_GOING_AWAY, UNREADABLE)  # nothing sensible can follow
_LF = ord("\n")
_DOTS = 500  # that are looked at one by one
_LEADING_DOT = re.compile(rb"(?m)^\.")
_GOODBYE_SECONDS = 5.0


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
        self._asked: Envelope | None = None  # its commands are under way already
        self.size_limit: int | None = None  # bytes; known once the relay has greeted us

    def __repr__(self) -> str:
        return f"SmtpRelay({self._relay!r})"

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Hand one letter over; ``mail_from`` "" is the null return path.

        Sent once the relay has taken it, Refused for what will never pass for this recipient,
        Deferred for everything that passes or is trouble of ours or the relay's. A letter whose
        last answer was lost is Deferred: the relay may have it, and its Message-ID is fixed.
        """
        [verdict] = self.send_all([Outgoing(mail_from, rcpt, raw, message_id)])
        return verdict

    def send_all(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        """As ``send`` for each, in their order. The envelope of the next one travels with the
        letter before it where the relay allows it (RFC 2920 3.1), so it is asked for early."""
        row = _Row(letters)
        try:
            while letter := row.take():
                yield self._hand(letter, row) if isinstance(letter, Envelope) else letter
        finally:
            if self._asked:  # nobody wants to know any more
                self._drop()

    def _hand(self, letter: Envelope, row: "_Row") -> Verdict:
        kept = self._smtp is not None
        outcome = self._try(letter, row)
        if isinstance(outcome, _Gone) and kept:
            outcome = self._try(letter, row)  # the kept connection had gone stale: dial, once
        return Deferred(f"{self._relay}: {outcome.why}") if isinstance(outcome, _Gone) else outcome

    def probe(self) -> Verdict:
        """Dial and log in without a letter, for a check of the configuration."""
        try:
            self._connection()
        except (OSError, UnicodeError) as error:
            return Deferred(f"cannot use {self._relay}: {why(error)}")
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

    def _try(self, letter: Envelope, row: "_Row") -> Verdict | _Gone:
        """One transaction, up to the first answer that ends it."""
        try:
            smtp = self._connection()
        except (OSError, UnicodeError) as error:
            return Deferred(f"cannot use {self._relay}: {why(error)}")
        if misfit := self._misfit(smtp, letter):
            return Refused(misfit)
        try:
            replies = _offer(smtp, letter, asked=self._asked is letter)
            self._asked = None
        except OSError as error:
            self._drop()
            return _Gone(why(error))
        if replies[-1][0] in _BROKEN_OFF:
            self._drop()
            return _Gone(line(replies[-1]))
        if refusal := _refusal(replies):
            self._withdraw(smtp, replies)
            return refusal
        return self._hand_over(smtp, letter, row.peek())

    def _hand_over(
        self, smtp: smtplib.SMTP, letter: Envelope, following: "Envelope | Refused | None"
    ) -> Verdict:
        """The letter itself, up to the answer that says whose it is now."""
        try:
            wait(smtp, self._patience.final)
            smtp.send(b"".join([_stuffed(letter.raw), b".\r\n", *self._ask(smtp, following)]))
        except OSError:
            self._drop()
            return Deferred(f"{self._relay} broke off while the letter was sent")
        try:
            reply = smtp.getreply()
            wait(smtp, self._patience.reply)
        except OSError as error:
            self._drop()
            return Deferred(f"{self._relay} may have accepted it; its answer is lost: {why(error)}")
        if reply[0] in _BROKEN_OFF:
            self._drop()
        return Sent(line(reply)) if reply[0] // 100 == 2 else _judged("DATA", reply)

    def _ask(self, smtp: smtplib.SMTP, following: "Envelope | Refused | None") -> list[bytes]:
        """The commands that may travel with the letter before."""
        if not isinstance(following, Envelope) or not smtp.has_extn("pipelining"):
            return []
        if self._misfit(smtp, following):
            return []
        self._asked = following
        return _commands(smtp, following)

    def _connection(self) -> smtplib.SMTP:
        """The kept connection, or a new one; raises OSError (smtplib's own errors are such)."""
        if self._smtp is None:
            self._smtp = dial(self._relay, self._patience)
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
        self._smtp = self._asked = None


class _Row:
    """Letters to come, checked, with a look at the next one."""

    def __init__(self, letters: Iterable[Outgoing]) -> None:
        self._letters = iter(letters)
        self._peeked: Envelope | Refused | None = None

    def take(self) -> Envelope | Refused | None:
        """The next one; what cannot stand in an envelope is refused; None at the end."""
        found, self._peeked = self.peek(), None
        return found

    def peek(self) -> Envelope | Refused | None:
        """What ``take`` will give."""
        if self._peeked is None and (one := next(self._letters, None)):
            try:
                self._peeked = envelope(one.mail_from, one.rcpt, one.raw, whole=one.whole)
            except ValueError as error:
                self._peeked = Refused(said(str(error)))
        return self._peeked


def _stuffed(raw: bytes) -> bytes:
    """A dot more where a line begins with one (RFC 5321 4.5.2)."""
    return _LEADING_DOT.sub(b"..", raw) if _begins_with_dot(raw) else raw


def _begins_with_dot(raw: bytes) -> bool:
    """Whether any line does. Few letters have such a line, and files in base64 no dot at all: one
    byte is found ten times as fast as two in a row."""
    place = raw.find(b".")
    for _ in range(_DOTS):
        if place < 0:
            return False
        if place == 0 or raw[place - 1] == _LF:
            return True
        place = raw.find(b".", place + 1)
    return place >= 0 and b"\n." in raw[place - 1 :]


def _commands(smtp: smtplib.SMTP, letter: Envelope) -> list[bytes]:
    """Sender, recipient, DATA."""
    size = f" SIZE={len(letter.raw)}" if smtp.has_extn("size") else ""
    eight = " BODY=8BITMIME" if not letter.raw.isascii() and smtp.has_extn("8bitmime") else ""
    utf8 = " SMTPUTF8" if letter.utf8 else ""
    return [
        f"MAIL FROM:<{letter.mail_from}>{size}{eight}{utf8}\r\n".encode(),
        f"RCPT TO:<{letter.rcpt}>\r\n".encode(),
        b"DATA\r\n",
    ]


def _offer(smtp: smtplib.SMTP, letter: Envelope, *, asked: bool) -> list[Reply]:
    """The commands, unless they were sent, and the answers: in one packet where that is allowed."""
    commands = _commands(smtp, letter)
    at_once = asked or smtp.has_extn("pipelining")
    if at_once and not asked:
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
        return Refused(line(reply))
    return Deferred(f"at {stage}: {line(reply)}")
