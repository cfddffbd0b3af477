"""Watches the files of an edit: it is read once nobody has touched them for a moment."""

from collections.abc import Callable
from datetime import datetime, timedelta

QUIET = timedelta(seconds=2)  # an editor, a copy or a checkout is done by then


class Watch:
    """Holds what the files looked like: when last seen, and when last read."""

    def __init__(self, stamp: Callable[[], object]) -> None:
        """``stamp`` is equal while no file changes."""
        self._stamp = stamp
        self._seen: object = None
        self._seen_at: datetime | None = None
        self._read: object = None
        self._asked = False

    def ask(self) -> None:
        """Somebody says that there is something to read."""
        self._asked = True

    def due(self, now: datetime) -> bool:
        """Is there something to read that nobody has touched for a moment?"""
        stamp = self._stamp()
        if stamp != self._seen or self._seen_at is None or now < self._seen_at:
            self._seen, self._seen_at = stamp, now
        waits = self._asked or stamp != self._read
        return waits and now - self._seen_at >= QUIET

    def begin(self) -> None:
        """The files are read now."""
        self._read = self._stamp()
        self._asked = False

    def steady(self) -> bool:
        """Has nobody touched them while they were read? Else they are due again."""
        steady = self._stamp() == self._read
        if not steady:
            self._read = None
        return steady

    def again(self) -> None:
        """What was read could not be kept: it is due again."""
        self._read = None
