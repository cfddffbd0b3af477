"""Letters that leave without a network: into a Maildir, or through the sendmail program."""

import os
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from postdesk.mailbox.envelope import Envelope, envelope
from postdesk.mailbox.verdict import Deferred, Outgoing, Refused, Sent, Verdict, cause, said

SENDMAIL_SECONDS = 120
# sysexits.h: bad data, no such user, no such host. Every other failure is ours or passes.
_FINAL = frozenset({os.EX_DATAERR, os.EX_NOUSER, os.EX_NOHOST})


class OneByOne(ABC):
    """A transport that gains nothing from knowing the next letter early."""

    @abstractmethod
    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Hand one letter over."""

    def send_all(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        """As ``send`` for each, in their order."""
        for one in letters:
            yield self.send(one.mail_from, one.rcpt, one.raw, one.message_id)


class Maildir(OneByOne):
    """Keeps each letter as one file in ``new/``, where any mail client finds it."""

    size_limit: int | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen_at = -1
        self._seen: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Maildir({str(self._folder)!r})"

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Write the letter once, however often it is asked for; Sent when it is on disk."""
        try:
            letter = envelope(mail_from, rcpt, raw)
        except ValueError as error:
            return Refused(said(str(error)))
        name = sha256(f"{message_id}\0{letter.rcpt}".encode()).hexdigest()[:40]
        try:
            if self._has(name):
                return Sent(f"was already kept as {name}")
            self._keep(name, _as_file(letter))
        except OSError as error:
            return Deferred(f"cannot write to {self._folder}: {cause(error)}")
        return Sent(f"kept as new/{name}")

    def close(self) -> None:
        """Nothing is held open."""

    def _keep(self, name: str, content: bytes) -> None:
        """Write aside, sync, move into place, sync the folder: it is there whole, or not at all."""
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / "tmp" / f"{name}.{os.getpid()}"
        try:
            with open(draft, "wb", opener=_private) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._folder / "new" / name)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            raise
        _sync(self._folder / "new")

    def _has(self, name: str) -> bool:
        """Whether this letter lies in the Maildir, read or unread."""
        return (self._folder / "new" / name).exists() or name in self._read()

    def _read(self) -> frozenset[str]:
        """Names in ``cur/`` without their flags; listed again only when the folder changed."""
        folder = self._folder / "cur"
        try:
            changed = folder.stat().st_mtime_ns
        except FileNotFoundError:
            return frozenset()
        if changed != self._seen_at:
            self._seen = frozenset(name.partition(":")[0] for name in os.listdir(folder))
            self._seen_at = changed
        return self._seen


class Sendmail(OneByOne):
    """Pipes each letter into a sendmail program, which every Unix mail system brings."""

    size_limit: int | None = None

    def __init__(self, program: Path) -> None:
        self._program = program

    def __repr__(self) -> str:
        return f"Sendmail({str(self._program)!r})"

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Sent when the program took it (exit 0); other exits as sysexits.h means them."""
        try:
            letter = envelope(mail_from, rcpt, raw)
        except ValueError as error:
            return Refused(said(str(error)))
        if letter.rcpt.startswith("-") or letter.mail_from.startswith("-"):
            return Refused("an address that begins with a hyphen reads as an option to sendmail")
        return self._pipe(letter)

    def close(self) -> None:
        """Nothing is held open."""

    def _pipe(self, letter: Envelope) -> Verdict:
        sender = letter.mail_from or "<>"
        command = [str(self._program), "-i", "-f", sender, "--", letter.rcpt]
        content = letter.raw.replace(b"\r\n", b"\n")  # what a local program expects
        try:
            done = subprocess.run(
                command, input=content, capture_output=True, timeout=SENDMAIL_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Deferred(f"{self._program} took too long, and may have accepted the letter")
        except OSError as error:
            return Deferred(f"cannot run {self._program}: {cause(error)}")
        if done.returncode == 0:
            return Sent(f"taken by {self._program}")
        why = f"{self._program} exit {done.returncode}: {said(done.stderr or done.stdout)}"
        return Refused(why) if done.returncode in _FINAL else Deferred(why)


def _as_file(letter: Envelope) -> bytes:
    """The envelope as two lines, then the bytes SMTP would carry, with LF ends."""
    marks = f"Return-Path: <{letter.mail_from}>\nDelivered-To: {letter.rcpt}\n"
    return marks.encode() + letter.raw.replace(b"\r\n", b"\n")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
