"""The receiver: takes mail by SMTP and LMTP, and says 250 only when it is on disk.

Runs in the caller's asyncio loop. The wire is aiosmtpd's; what it leaves open is closed here:
limits, idle sessions, DATA in bulk, replies that tell the peer nothing of our inside.
"""

import asyncio
import logging
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime
from functools import cache
from typing import cast

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import MISSING, SMTP, TLSSetupException

from postdesk.mailbox import wire
from postdesk.mailbox.bulk_data import NO_ROOM, Endless, read_data
from postdesk.mailbox.limits import LINE, Share
from postdesk.mailbox.listener import CLOSING, OURS, Incoming, Listener
from postdesk.mailbox.spool_rows import new_key

__all__ = ["Incoming", "Receiver"]

log = logging.getLogger(__name__)
# aiosmtpd tells every command and, at DEBUG, every line of every mail.
logging.getLogger("mail.log").setLevel(logging.WARNING)


class Receiver(Listener):
    """The listener for SMTP and LMTP; may listen at several places."""

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen for SMTP; gives the address bound, which tells the port where 0 was asked.

        Raises OSError.
        """
        return await self.listen(lambda: Session(self), host, port)

    async def start_lmtp(self, target: str) -> tuple[str, int]:
        """Listen for LMTP (RFC 2033) on ``unix:/path`` or ``host:port``. Raises OSError."""
        if target.startswith("unix:"):
            path = target.removeprefix("unix:")
            await self.listen_at(lambda: LmtpSession(self), path)
            return path, 0
        host, _, port = target.rpartition(":")
        return await self.listen(lambda: LmtpSession(self), host.strip("[]"), int(port))


class Hooks:
    """What aiosmtpd asks its handler."""

    def __dir__(self) -> Iterable[str]:
        return ("handle_RCPT",)

    async def handle_RCPT(self, session: "Session", *about: object) -> object:
        """Whether we take mail for this address."""
        return session.answer_recipient(str(about[2]))


@cache
def _verbs(kind: Hashable) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if name.startswith("smtp_") and name != "smtp_AUTH")


class Session(SMTP):
    """One connection. Methods are named after the wire."""

    line_length_limit = LINE
    protocol = "SMTP"
    greeting = "ESMTP"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._limits = receiver.limits
        self._heard = 0.0  # loop time
        self._reading = False  # a mail
        self._busy = False  # the peer waits for us
        self._commands = 0
        self._mistakes = 0
        self._address: str | None = None  # set once let in
        self.gone = asyncio.Event()
        super().__init__(
            Hooks(),
            data_size_limit=receiver.limits.size,
            enable_SMTPUTF8=True,
            hostname=receiver.hostname,
            ident=receiver.ident,
            tls_context=receiver.tls_context,
            timeout=receiver.limits.idle,
            loop=asyncio.get_running_loop(),
        )

    def __dir__(self) -> Iterable[str]:
        # The library looks through all of a session for its commands, at every connection;
        # that took a third of the time of a small mail.
        return _verbs(cast(Hashable, type(self)))

    # Coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._address is not None:  # the same connection, now under TLS
            super().connection_made(transport)
            return
        peer = transport.get_extra_info("peername")
        address = peer[0].removeprefix("::ffff:") if isinstance(peer, tuple) else ""
        refusal = CLOSING if self._receiver.closing else self._receiver.door.enter(address)
        if refusal:
            log.info("%s: %s", address or "unix", refusal)
            cast(asyncio.WriteTransport, transport).write(refusal.encode("ascii") + b"\r\n")
            transport.close()
            return
        self._address = address
        self._receiver.sessions.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._address is None or self.gone.is_set():
            return
        self._receiver.door.leave(self._address)
        self._receiver.sessions.discard(self)
        self.gone.set()
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._reading:
            self._heard = self.loop.time()
        if self._address is not None:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        return False if self._address is None else super().eof_received()

    def ask_to_leave(self) -> None:
        """End the session now, or after the mail it is in the middle of."""
        if not (self._reading or self._busy):
            self._farewell(CLOSING)

    def abort(self) -> None:
        """End the session whatever it is doing."""
        if self.transport is not None:
            cast(asyncio.WriteTransport, self.transport).abort()

    def _farewell(self, reply: str) -> None:
        if self.transport is not None:
            self._writer.write(reply.encode("ascii") + b"\r\n")
            self.transport.close()

    def _reset_timeout(self, duration: float | None = None) -> None:
        # One timer that looks at the clock, not one made and cancelled for each command.
        self._heard = self.loop.time()
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(self._limits.idle, self._timeout_cb)

    def _timeout_cb(self) -> None:
        left = self._heard + self._limits.idle - self.loop.time()
        if self._busy or left > 0:
            wait = self._limits.idle if self._busy else left
            self._timeout_handle = self.loop.call_later(wait, self._timeout_cb)
        else:
            self._farewell("421 4.4.2 idle for too long")

    # The conversation

    async def _handle_client(self) -> None:
        try:
            await self._write(f"220 {self.hostname} {self.greeting} {self._receiver.ident}")
            while self.transport is not None and not self.transport.is_closing():
                await self._turn()
        except (ConnectionResetError, asyncio.IncompleteReadError):
            self._writer.close()
        except asyncio.CancelledError:  # how the library tells that the peer has gone
            self._writer.close()
            raise

    async def _turn(self) -> None:
        line = await wire.read_line(self._reader)
        self._commands += 1
        if self._commands > self._limits.commands:
            self._farewell("421 4.7.0 too many commands without a mail")
            return
        verb, _, rest = line.partition(b" ")
        command = self._smtp_methods.get(verb.upper().decode("ascii", "replace"))
        if command is None or len(line) > self._limits.command:
            await self._mistake(line)
            return
        self._reset_timeout()
        try:
            await command(rest.strip().decode("utf-8", "surrogateescape") or None)
        except TLSSetupException:
            log.info("%s: TLS could not be set up", self._peer())
            self.abort()
            self.connection_lost(None)
        except (ConnectionResetError, asyncio.IncompleteReadError):
            raise
        except Exception:
            log.exception("%s: could not answer a command", self._peer())
            await self.push(OURS)

    async def _mistake(self, line: bytes) -> None:
        self._mistakes += 1
        if self._mistakes > self._limits.mistakes:
            self._farewell("421 4.7.0 too many mistakes")
        elif len(line) > self._limits.command:
            await self.push("500 5.5.2 this line is too long")
        else:
            await self.push("500 5.5.1 unknown command")

    async def push(self, status: str | bytes) -> None:
        """Send one reply, with its enhanced status code."""
        text = status if isinstance(status, str) else status.decode("utf-8", "replace")
        await self._write(wire.with_code(text))

    async def _write(self, text: str) -> None:
        self._writer.write(text.encode("utf-8", "replace") + b"\r\n")
        await self._writer.drain()

    # Commands

    async def smtp_HELO(self, hostname: str | None) -> None:
        if not hostname:
            await self.push("501 Syntax: HELO hostname")
            return
        self._greet(hostname, extended=False)
        await self._write(f"250 {self.hostname}")

    async def smtp_EHLO(self, hostname: str | None) -> None:
        if not hostname:
            await self.push("501 Syntax: EHLO hostname")
            return
        self._greet(hostname, extended=True)
        tls = bool(self.tls_context) and not self._tls_protocol
        await self._write(wire.greeting(self.hostname, self._limits.size, tls=tls))

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        if self._tls_protocol:
            await self.push("503 5.5.1 already under TLS")
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_VRFY(self, arg: str | None) -> None:
        await self.push("252 will not say, but will take mail for whom we know" if arg else "501 ?")

    async def smtp_DATA(self, arg: str | None) -> None:
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        with Share(self._receiver.room) as share:
            if await share.cover(wire.declared_size(self.envelope.mail_options)):
                await self._receive(share)
            else:
                await self.push(NO_ROOM)
        if self._receiver.closing:
            self._farewell(CLOSING)

    async def _receive(self, share: Share) -> None:
        assert self.envelope is not None
        key, peer = new_key(), self._peer()
        address, helo, protocol = peer.split(" ")
        now = datetime.now(UTC)
        sender = str(self.envelope.mail_from).removeprefix("<>")
        trace = wire.trace(helo, address, self.hostname, protocol, key, now, sender=sender)
        self._reading = True
        try:
            await self._write("354 end with a dot on a line of its own")
            raw = await read_data(self._reader, trace, self._limits, share)
        except Endless:
            self._farewell("552 5.3.4 this mail has no end")
            return
        finally:
            self._reading = False
        rcpts = tuple(self.envelope.rcpt_tos)
        if isinstance(raw, str):
            reply = raw
        else:
            kind = self.protocol.lower()
            reply = await self._keep(Incoming(key, raw, kind, sender, rcpts, peer))
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self._answer(reply, rcpts)

    async def _keep(self, mail: Incoming) -> str:
        self._busy = True
        try:
            reply = await self._receiver.take_in(mail)
        finally:
            self._busy = False
            self._heard = self.loop.time()
        if reply.startswith("2"):
            self._commands = 0
        return reply

    async def _answer(self, reply: str, rcpts: tuple[str, ...]) -> None:
        await self.push(reply)

    def answer_recipient(self, address: str) -> object:
        """The reply to RCPT, or what lets the library say 250."""
        assert self.envelope is not None
        if len(self.envelope.rcpt_tos) >= self._limits.recipients:
            return "452 4.5.3 too many recipients, send the others another copy"
        refusal = self._receiver.accepts(address)
        if refusal is None:
            return MISSING
        return f"550 5.1.1 {wire.one_line(refusal, utf8=self.envelope.smtp_utf8)}"

    def _greet(self, name: str, *, extended: bool) -> None:
        assert self.session is not None
        self._set_rset_state()  # type: ignore[no-untyped-call]
        self.session.extended_smtp = extended
        self.session.host_name = name

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        # The library's way is the standard library's parser of headers: right, and slow.
        if found := wire.plain_address(arg):
            return found
        try:
            address, rest = super()._getaddr(arg)
        except (LookupError, ValueError, RecursionError):
            return None, None
        if not address or not address.isprintable():
            return None, None
        assert self.envelope is not None
        if address.isascii() or self.envelope.smtp_utf8 or "SMTPUTF8" in (rest or "").upper():
            return address, rest
        return None, None

    def _peer(self) -> str:
        assert self.session is not None
        assert self.envelope is not None
        kind = wire.protocol(
            self.greeting if self.session.extended_smtp else self.protocol,
            utf8=self.envelope.smtp_utf8,
            tls=self._tls_protocol is not None,
        )
        return f"{self._address or 'unix'} {wire.helo_name(self.session.host_name)} {kind}"


class LmtpSession(LMTP, Session):  # type: ignore[misc]  # LMTP's HELO knows no None
    """The same by LMTP: greeted with LHLO, and one reply for each recipient."""

    protocol = greeting = "LMTP"

    async def _answer(self, reply: str, rcpts: tuple[str, ...]) -> None:
        for _ in rcpts:
            await self.push(reply)
