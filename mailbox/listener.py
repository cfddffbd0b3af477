"""What all sessions of the receiver share: the ports, the limits, and the way to the disk."""

import asyncio
import errno
import logging
import os
import socket
import ssl
from asyncio import BaseProtocol
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from postdesk.mailbox import wire
from postdesk.mailbox.limits import Door, Limits, Room
from postdesk.mailbox.spool_trouble import SpoolFull

log = logging.getLogger(__name__)

OURS = "451 4.3.0 trouble on our side, try again later"
FULL = "452 4.3.1 no room for more mail here now, try again later"
LOOP = "554 5.4.6 this mail has been through too many hands, it must be in a loop"
CLOSING = "421 4.3.2 closing down, come back later"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail whose last dot has come, and what its envelope said."""

    key: str  # the intake key; also in the trace header
    raw: bytes
    source: str  # smtp | lmtp
    mail_from: str  # "" is the null return path
    rcpts: tuple[str, ...]
    peer: str  # "192.0.2.7 mx.kunde.example ESMTPS": address (or "unix"), HELO name, protocol


def somebody_listens(path: str) -> bool:
    """Is there a program behind this Unix socket? A file that a killed one left answers nobody.

    Raises OSError where we may not even ask.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.setblocking(False)
        try:
            trial.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except BlockingIOError:  # it has more to do than it can
            return True
    return True


class Guest(Protocol):
    """A session, as far as its end goes."""

    gone: asyncio.Event

    def ask_to_leave(self) -> None: ...

    def abort(self) -> None: ...


class Listener:
    """Listens, and hands each mail to ``keep``, whose future is done when the mail is on disk.

    ``accepts`` is asked for each recipient: None, or the sentence that refuses it.
    """

    def __init__(
        self,
        accepts: Callable[[str], str | None],
        keep: Callable[[Incoming], "Future[str]"],
        limits: Limits | None = None,
        *,
        hostname: str = "localhost",
        tls_context: ssl.SSLContext | None = None,
        ident: str = "postdesk",
    ) -> None:
        self.accepts = accepts
        self.limits = limits or Limits()
        self.hostname = hostname
        self.tls_context = tls_context
        self.ident = ident
        self.door = Door(self.limits)
        self.room = Room(self.limits)
        self.sessions: set[Guest] = set()
        self.closing = False
        self._keep = keep
        self._servers: list[asyncio.Server] = []
        self._sockets: dict[str, int] = {}  # path -> inode

    async def listen(
        self, session: Callable[[], BaseProtocol], host: str, port: int
    ) -> tuple[str, int]:
        """Listen on TCP; gives the address bound. Raises OSError."""
        server = await asyncio.get_running_loop().create_server(session, host, port)
        self._servers.append(server)
        bound = server.sockets[0].getsockname()
        return str(bound[0]), int(bound[1])

    async def listen_at(self, session: Callable[[], BaseProtocol], path: str) -> None:
        """Listen on a Unix socket; one that a killed daemon left is replaced. Raises OSError."""
        if somebody_listens(path):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        self._servers.append(await asyncio.get_running_loop().create_unix_server(session, path))
        os.chmod(path, 0o666)  # whoever may speak to a port of this machine may speak here
        self._sockets[path] = os.stat(path).st_ino

    async def stop(self, grace: float = 10.0) -> None:
        """Take no more; end idle sessions with 421, let mails that are coming in end first."""
        self.closing = True
        for server in self._servers:
            server.close()
        self._servers.clear()
        for path, inode in self._sockets.items():
            with suppress(OSError):
                if os.stat(path).st_ino == inode:  # else it is somebody else's by now
                    os.unlink(path)
        self._sockets.clear()
        for session in tuple(self.sessions):
            session.ask_to_leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                while self.sessions:
                    await next(iter(self.sessions)).gone.wait()
        for session in tuple(self.sessions):
            session.abort()

    async def take_in(self, mail: Incoming) -> str:
        """Keep ``mail``; the SMTP reply to its sender. Our troubles go to the log, not to them."""
        if wire.hops(mail.raw) > self.limits.hops:
            return LOOP
        try:
            key = await asyncio.wrap_future(self._keep(mail))
        except SpoolFull:
            return FULL
        except Exception:
            log.exception("%s: a mail could not be kept", mail.peer)
            return OURS
        log.info("mail %s: %d bytes from %s", key, len(mail.raw), mail.peer)
        return f"250 2.0.0 kept as {key}"
