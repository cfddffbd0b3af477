"""An IMAP server of our own on loopback, with the faults that real ones have.

It speaks as much of RFC 3501 as our poller asks for, to any number of connections at once.
"""

import base64
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

CAPABILITIES = "IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE"
ARGUMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


@dataclass
class Stored:
    """A mail in the INBOX."""

    raw: bytes
    arrived: datetime
    deleted: bool = False


@dataclass
class FakeImap:
    """A mailbox of one user; change its fields to change its behaviour."""

    password: str = "right"
    capabilities: str = CAPABILITIES
    prefix: str = ""  # the personal namespace; other names are refused
    uidvalidity: int = 7
    inbox: dict[int, Stored] = field(default_factory=dict)
    folders: dict[str, list[bytes]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # the commands that came, without tags
    proofs: list[bytes] = field(default_factory=list)  # what came with AUTHENTICATE
    proof: bytes | None = None  # the only one it takes; None: any
    # Faults
    cut: int | None = None  # the next body ends after so many bytes, and the connection with it
    short: int = 0  # so many bodies come without their last byte, counted as if it were there
    hasty: bytes = b""  # comes in one piece with the answer to IDLE
    deaf: bool = False  # never answers IDLE again
    hangs_up_at: str = ""  # closes the connection when this command comes
    refuses: str = ""  # answers NO to this command
    mute_uids: set[int] = field(default_factory=set)  # FETCH of their body gives nothing

    def __post_init__(self) -> None:
        self._uidnext = 1
        self._idling: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self.idle_began = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> "FakeImap":
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)

    def arrive(self, raw: bytes, arrived: datetime) -> int:
        """Put a mail into the INBOX, tell who is idling, and give its UID."""
        uid, self._uidnext = self._uidnext, self._uidnext + 1
        self.inbox[uid] = Stored(raw, arrived)
        for sock in self._idling:
            sock.sendall(f"* {len(self.inbox)} EXISTS\r\n".encode())
        return uid

    def hang_up(self) -> None:
        """Close every connection, as a server that is killed."""
        for sock in self._open:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(sock)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as lines:
            try:
                sock.sendall(b"* OK here\r\n")
                for line in lines:
                    if not self._obey(sock, line.decode("latin-1").rstrip("\r\n"), iter(lines)):
                        return
            except OSError:
                return
            finally:
                self._open.remove(sock)

    def _obey(self, sock: socket.socket, line: str, lines: Iterator[bytes]) -> bool:
        tag, _, rest = line.partition(" ")
        verb = rest.removeprefix("UID ").partition(" ")[0].upper()
        self.said.append(rest)
        obey = getattr(self, f"_do_{verb.lower()}", None)
        if verb == self.hangs_up_at:
            return False
        if verb == "IDLE":
            return self._idle(sock, tag, lines)
        if verb == "AUTHENTICATE":
            answer = self._prove(sock, lines)
        elif verb == self.refuses:
            answer = [b"NO not today"]
        elif obey is None:
            return False  # no IMAP: a TLS greeting, say
        else:
            answer = list(obey(rest.removeprefix("UID ")))
        for one in answer[:-1]:
            if not self._send(sock, b"* " + one + b"\r\n"):
                return False
        sock.sendall(tag.encode() + b" " + answer[-1] + b" so be it\r\n")
        return verb != "LOGOUT"

    def _prove(self, sock: socket.socket, lines: Iterator[bytes]) -> list[bytes]:
        sock.sendall(b"+ \r\n")
        self.proofs.append(base64.b64decode(next(lines)))
        if self.proof in (None, self.proofs[-1]):
            return [b"OK in"]
        sock.sendall(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
        next(lines)
        return [b"NO [AUTHENTICATIONFAILED] wrong"]

    def _send(self, sock: socket.socket, line: bytes) -> bool:
        head, brace, body = line.partition(b"}\r\n")
        if not brace or self.cut is None:
            sock.sendall(line)
            return True
        cut, self.cut = self.cut, None
        sock.sendall(head + brace + (body[: -len(b")\r\n")][:cut]))
        return False

    def _idle(self, sock: socket.socket, tag: str, lines: Iterator[bytes]) -> bool:
        if self.deaf:
            self.idle_began.set()
            return any(False for _ in lines)  # reads on, says nothing
        sock.sendall(b"+ idling\r\n" + self.hasty)
        self._idling.append(sock)
        self.idle_began.set()
        done = next(lines, b"")
        self._idling.remove(sock)
        sock.sendall(f"{tag} OK done\r\n".encode() if done else b"")
        return bool(done)

    def _do_capability(self, line: str) -> Iterator[bytes]:
        yield b"CAPABILITY " + self.capabilities.encode()
        yield b"OK"

    def _do_login(self, line: str) -> Iterator[bytes]:
        right = _words(line)[2] == self.password
        yield b"OK in" if right else b"NO [AUTHENTICATIONFAILED] wrong"

    def _do_logout(self, line: str) -> Iterator[bytes]:
        yield b"BYE"
        yield b"OK"

    def _do_noop(self, line: str) -> Iterator[bytes]:
        yield b"OK"

    def _do_namespace(self, line: str) -> Iterator[bytes]:
        yield f'NAMESPACE (("{self.prefix}" ".")) NIL NIL'.encode()
        yield b"OK"

    def _do_list(self, line: str) -> Iterator[bytes]:
        if (name := _words(line)[2]) in self.folders:
            yield f'LIST () "." "{name}"'.encode()
        yield b"OK"

    def _do_create(self, line: str) -> Iterator[bytes]:
        name = _words(line)[1]
        if name.startswith(self.prefix):
            self.folders[name] = []
            yield b"OK"
        else:
            yield b"NO not below your prefix"

    def _do_subscribe(self, line: str) -> Iterator[bytes]:
        yield b"OK"

    def _do_select(self, line: str) -> Iterator[bytes]:
        yield f"{len(self.inbox)} EXISTS".encode()
        yield b"0 RECENT"
        yield f"OK [UIDVALIDITY {self.uidvalidity}] so".encode()
        yield f"OK [UIDNEXT {self._uidnext}] so".encode()
        yield b"OK [READ-WRITE] open"

    _do_examine = _do_select

    def _do_search(self, line: str) -> Iterator[bytes]:
        words = line.split()[1:]
        found = set(self.inbox)
        for key, value in zip(words, [*words[1:], ""], strict=True):
            if key == "UID":
                found &= self._range(value)
            elif key == "SINCE":
                day = datetime.strptime(value, "%d-%b-%Y").date()
                found = {uid for uid in found if self.inbox[uid].arrived.date() >= day}
            elif key == "UNDELETED":
                found = {uid for uid in found if not self.inbox[uid].deleted}
        yield b"SEARCH " + " ".join(map(str, sorted(found))).encode()
        yield b"OK"

    def _do_fetch(self, line: str) -> Iterator[bytes]:
        _, uids, what = line.split(" ", 2)
        for uid in sorted(self._range(uids)):
            mail = self.inbox[uid]
            if "BODY" not in what:
                when = mail.arrived.strftime("%d-%b-%Y %H:%M:%S +0000")
                size = len(mail.raw)
                row = f'FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{when}")'
                yield f"{uid} {row}".encode()
            elif uid not in self.mute_uids:
                raw = mail.raw[:-1] if self.short else mail.raw
                self.short = max(0, self.short - 1)
                head = f"{uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n"
                yield head.encode() + raw + b")"
        yield b"OK"

    def _do_copy(self, line: str) -> Iterator[bytes]:
        _, uids, name = _words(line)
        if name in self.folders:
            self.folders[name] += [self.inbox[uid].raw for uid in sorted(self._range(uids))]
            yield b"OK"
        else:
            yield b"NO [TRYCREATE] no such folder"

    def _do_move(self, line: str) -> Iterator[bytes]:
        answer = list(self._do_copy(line))
        for uid in self._range(_words(line)[1]) if answer == [b"OK"] else ():
            del self.inbox[uid]
        yield from answer

    def _do_store(self, line: str) -> Iterator[bytes]:
        for uid in self._range(_words(line)[1]):
            self.inbox[uid].deleted = True
        yield b"OK"

    def _do_expunge(self, line: str) -> Iterator[bytes]:
        for uid in self._range(_words(line)[1]):
            del self.inbox[uid]
        yield b"OK"

    def _range(self, text: str) -> set[int]:
        found = set()
        highest = max(self.inbox, default=0)
        for part in text.split(","):
            first, _, last = part.partition(":")
            ends = [highest if end == "*" else int(end) for end in (first, last or first)]
            found |= {uid for uid in self.inbox if min(ends) <= uid <= max(ends)}
        return found


def _words(line: str) -> list[str]:
    return [quoted or plain for quoted, plain in ARGUMENT.findall(line)]
