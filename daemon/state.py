"""One daemon to a state folder: a lock that the system lets go of when the process dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class StateTaken(Exception):
    """Another daemon works on this state folder; the text says which."""


class StateLock:
    """Held while the daemon runs. Use as a context; raises StateTaken."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: int | None = None

    def __enter__(self) -> "StateLock":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pid = os.read(self._file, 20).decode(errors="replace").strip()
            os.close(self._file)
            raise StateTaken(
                f"{self._path.parent}: another postdesk works here (process {pid or 'unknown'});"
                " stop it, or give this one a [desk] state of its own"
            ) from None
        os.truncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.utime(self._file)  # it is told when somebody last worked here
            os.close(self._file)


def held(folder: Path) -> bool:
    """Does a daemon work on this state folder now?"""
    try:
        with StateLock(folder):
            return False
    except StateTaken:
        return True
