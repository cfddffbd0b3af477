"""What an IMAP server sends, in lines and literals; what was read too soon can be given back.

Takes the place of the reading half of ``imaplib.IMAP4``, which takes 8 KiB from the connection at
a time, lets go of Python's lock for each, and does not tell what it holds already.
"""

import imaplib
import socket

AT_ONCE = 64 * 1024  # bytes asked of the connection in one go
# imaplib's own limit ends at a SEARCH that finds 140,000 mails; this is one of two million.
LONGEST = 16 * 1024 * 1024  # bytes of a line


class Lines:
    """Reads a connection; belongs to the thread that the connection belongs to.

    Where OSError is raised, what came before it is read the next time.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._held = b""
        self._at = 0  # all before it is read

    @property
    def waiting(self) -> bool:
        """Whether something has come that is not read yet; the socket does not tell."""
        return self._at < len(self._held)

    def readline(self) -> bytes:
        """The next line with its end, b"" after the last. Raises OSError and imaplib's error."""
        end = self._held.find(b"\n", self._at) + 1
        return self._taken(end) if end else self._long_line()

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only when the connection ends. Raises OSError."""
        end = self._at + size
        return self._taken(end) if end <= len(self._held) else self._long(size)

    def give_back(self, *read: bytes) -> None:
        """What was read last is to be read again."""
        self._held, self._at = b"".join(read) + self._held[self._at :], 0

    def _taken(self, end: int) -> bytes:
        begin, self._at = self._at, end
        return self._held[begin:end]

    def _long_line(self) -> bytes:
        parts, size = [self._taken(len(self._held))], 0
        while self._more(parts):
            end = self._held.find(b"\n") + 1
            parts.append(self._taken(end or len(self._held)))
            size += len(parts[-1])
            if size > LONGEST:
                raise imaplib.IMAP4.error(f"a line of more than {LONGEST:,} bytes")
            if end:
                break
        return b"".join(parts)

    def _long(self, size: int) -> bytes:
        parts = [self._taken(len(self._held))]
        left = size - len(parts[0])
        while left and self._more(parts):
            parts.append(self._taken(min(left, len(self._held))))
            left -= len(parts[-1])
        return b"".join(parts)

    def _more(self, before: list[bytes]) -> bool:
        """Read on, when all that was held is in ``before``; False: the connection has ended."""
        try:
            self._held, self._at = self._line.recv(AT_ONCE), 0
        except OSError:
            self.give_back(*before)
            raise
        return bool(self._held)
