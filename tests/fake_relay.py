"""A relay that says what the test wrote down, and remembers what it was told."""

import base64
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Event, Thread
from types import TracebackType
from typing import BinaryIO, Self


@dataclass(frozen=True)
class Close:
    """Say these words (or none) and close the connection."""

    words: str = ""


SILENCE = Close("silence")  # keep the line open and say nothing
Answer = str | Close

MODERN = ("8BITMIME", "SIZE", "PIPELINING", "SMTPUTF8")


@dataclass
class Taken:
    """One letter as it came over the wire, dots unstuffed."""

    mail_from: str  # the whole argument of MAIL, parameters included
    rcpt: str
    raw: bytes


@dataclass
class FakeRelay:
    """Listens on loopback while entered; ``script`` holds, by verb, the next answers in order.

    Verbs beyond SMTP's: CONNECT (the greeting) and DOT (after the letter). Without an answer
    left, it says yes.
    """

    script: Mapping[str, list[Answer]] = field(default_factory=dict)
    features: list[str] = field(default_factory=lambda: list(MODERN))
    tls: ssl.SSLContext | None = None  # for STARTTLS, or from the start with ``implicit``
    implicit: bool = False
    logins: Mapping[str, str] = field(default_factory=dict)  # the one AUTH argument it takes
    letters: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # every command line, all connections
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._over, self._arrived = Event(), Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    @property
    def verbs(self) -> list[str]:
        return [line.split(" ")[0].upper() for line in self.said]

    def wait_for(self, letters: int) -> None:
        """Return once so many letters were taken; fails when none comes for a minute."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.letters) >= letters, 60)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            line.settimeout(10)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._threads.append(Thread(target=self._talk, args=(line,), daemon=True))
            self._threads[-1].start()

    def _talk(self, line: socket.socket) -> None:
        with suppress(OSError):
            if self.implicit and self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
            _Session(self, line).run()
        line.close()

    def take(self, letter: Taken) -> None:
        """Remember a letter, and wake who waits for it."""
        with self._arrived:
            self.letters.append(letter)
            self._arrived.notify_all()

    def answer(self, verb: str, default: str) -> Answer:
        """The next words for this verb."""
        left = self.script.get(verb)
        return left.pop(0) if left else default


class _Session:
    """One connection, until either side has enough."""

    def __init__(self, relay: FakeRelay, line: socket.socket) -> None:
        self._relay = relay
        self._line = line
        self._file: BinaryIO = line.makefile("rb")
        self._secure = relay.implicit
        self._mail_from = self._rcpt = ""

    def run(self) -> None:
        try:
            more = self._say("CONNECT", "220 fake.example ESMTP")
            while more and (line := self._file.readline()):
                more = self._obey(line.rstrip(b"\r\n").decode())
        finally:
            self._file.close()
            self._line.close()

    def _obey(self, command: str) -> bool:
        self._relay.said.append(command)
        verb, _, rest = command.partition(" ")
        match verb.upper():
            case "EHLO":
                return self._say("EHLO", self._features())
            case "STARTTLS" if self._relay.tls:
                return self._encrypt()
            case "AUTH":
                return self._authenticate(rest)
            case "MAIL":
                self._mail_from = rest.partition(":")[2]
                return self._say("MAIL", "250 2.1.0 ok")
            case "RCPT":
                words = self._relay.answer("RCPT", "250 2.1.5 ok")
                self._rcpt = rest.partition(":")[2] if str(words).startswith("2") else ""
                return self._answer(words)
            case "DATA":
                return self._data()
            case "QUIT":
                self._say("QUIT", "221 bye")
                return False
            case other:
                return self._say(other, "250 ok")

    def _features(self) -> str:
        offered = list(self._relay.features)
        if self._relay.tls and not self._secure:
            offered.append("STARTTLS")
        if self._relay.logins:
            offered.append("AUTH " + " ".join(self._relay.logins))
        lines = ["fake.example", *offered]
        return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])

    def _encrypt(self) -> bool:
        if not self._say("STARTTLS", "220 go ahead"):
            return False
        assert self._relay.tls
        self._line = self._relay.tls.wrap_socket(self._line, server_side=True)
        self._file = self._line.makefile("rb")
        self._secure = True
        return True

    def _authenticate(self, rest: str) -> bool:
        method, _, words = rest.partition(" ")
        told = base64.b64decode(words).decode()
        if self._relay.logins.get(method) == told:
            return self._say("AUTH", "235 2.7.0 welcome")
        if method == "XOAUTH2":
            self._line.sendall(b"334 " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
            self._file.readline()
        return self._say("AUTH", "535 5.7.8 wrong password")

    def _data(self) -> bool:
        wanted = "354 go ahead" if self._rcpt else "503 5.5.1 for whom?"
        words = self._relay.answer("DATA", wanted)
        if not self._answer(words) or not str(words).startswith("354"):
            return not isinstance(words, Close)
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                return False  # the other side hung up: this is no letter
            lines.append(line[1:] if line.startswith(b".") else line)
        if not self._rcpt:
            return self._say("DOT", "554 5.5.1 for whom?")
        self._relay.take(Taken(self._mail_from, self._rcpt, b"".join(lines)))
        self._rcpt = ""
        return self._say("DOT", "250 2.0.0 taken as 1")

    def _say(self, verb: str, default: str) -> bool:
        return self._answer(self._relay.answer(verb, default))

    def _answer(self, words: Answer) -> bool:
        if words == SILENCE:
            self._file.read(1)  # until the other side gives up
            return False
        text = words.words if isinstance(words, Close) else words
        if text:
            self._line.sendall(text.encode() + b"\r\n")
        return not isinstance(words, Close)
