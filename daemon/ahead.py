"""Mails on their way through the workers: read ahead of the desk, and given to it in their order.

One that takes long is passed over, and what follows it goes on; only mails of its own sender or
conversation wait for it, because an answer means nothing before what it answers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postdesk.daemon.workers import AnyWorkers, Parsed, Reading
from postdesk.mailbox.crash import crashpoint
from postdesk.mailbox.spool import Item, Spool

GROUP = 50  # mails at a time
MOST = 10 * GROUP  # in the hands of the workers, or done and waiting for others
PATIENCE = 0.25  # seconds that all wait for the slowest, before it is passed over
# "Re: AW[2]: Fwd: " in any language.
_PREFIXES = re.compile(r"^(?:\s*[^\s:\uff1a]{1,12}(?:\[\d{1,3}\])?\s?[:\uff1a])*\s*")


@dataclass(slots=True)
class _Handed:
    item: Item
    reading: Reading
    taken: bool = False  # the desk is deciding on it
    passed: bool = False  # over, in favour of those behind it


class Ahead:
    """The mails of a spool that are being read. Used by the desk's thread alone."""

    def __init__(self, spool: Spool, workers: AnyWorkers) -> None:
        self._spool = spool
        self._workers = workers
        self._handed: dict[str, _Handed] = {}

    def __len__(self) -> int:
        """How many are being read, or wait for one that is."""
        return sum(not one.taken for one in self._handed.values())

    @property
    def spent(self) -> bool:
        """Whether nothing is left but mails that were passed over."""
        return all(one.taken or one.passed for one in self._handed.values())

    def fill(self, now: datetime) -> None:
        """Hand out a group of what is new. Raises SpoolError."""
        room = min(MOST - len(self._handed), GROUP)
        new = self._spool.pending(room, now, self._handed)
        if new:
            crashpoint("desk.before-parse")
            for item, reading in zip(new, self._begin(new), strict=True):
                self._handed[item.key] = _Handed(item, reading)

    def take(self) -> list[tuple[Item, Parsed]]:
        """Up to a group of mails that are read, oldest first. Raises SpoolError, or
        CannotStartError; then all are to be handed out anew."""
        try:
            waiting = [one for one in self._handed.values() if not one.taken]
            self._wait(waiting)
            found = _ready(waiting)
            taken = [(one.item, self._workers.parsed(one.reading)) for one in found]
        except BaseException:
            self._handed.clear()
            raise
        for one in found:
            one.taken = True
        return taken

    def settled(self) -> None:
        """The desk has decided on what it took; what is still new comes again."""
        self._handed = {key: one for key, one in self._handed.items() if not one.taken}

    def _begin(self, items: Sequence[Item]) -> list[Reading]:
        return self._workers.begin([item.key for item in items])

    def _wait(self, waiting: Sequence[_Handed]) -> None:
        """For the next group, but not once more for one that was passed over."""
        prompt = [one for one in waiting if not one.passed][:GROUP] or waiting
        self._workers.wait([one.reading for one in prompt], PATIENCE)


def _ready(waiting: Sequence[_Handed]) -> list[_Handed]:
    """What is read and follows nothing that is not."""
    found: list[_Handed] = []
    passed: list[Item] = []
    for one in waiting:
        if len(found) == GROUP:
            break
        one.passed = not one.reading.done or any(follows(one.item, other) for other in passed)
        if one.passed:
            passed.append(one.item)
        else:
            found.append(one)
    return found


def follows(later: Item, earlier: Item) -> bool:
    """May this be the same person's next mail, or an answer to that one?"""
    ours, theirs = _clues(later), _clues(earlier)
    return any(one and one == other for one, other in zip(ours, theirs, strict=True))


def _clues(item: Item) -> tuple[str, str, str]:
    """Who sent it, who wrote it, what it is about; "" where nothing says so."""
    author = item.sender.rpartition("<")[2].rstrip("> ")
    return item.mail_from.lower(), author.lower(), _topic(item)


def _topic(item: Item) -> str:
    """The subject without what an answer puts before it."""
    return _PREFIXES.sub("", item.subject).strip().lower()
