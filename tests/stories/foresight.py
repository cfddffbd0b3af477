"""`explain` held against the daemon: what was foretold of a mail is what then happened to it."""

import re
from dataclasses import dataclass
from typing import Any

from postdesk.daemon.explaining import Envelope, Explaining
from postdesk.daemon.house import House
from postdesk.daemon.store import Rows, StoreTrouble
from postdesk.daemon.workers import InlineWorkers

_KEY = re.compile(r"[0-9a-f]{32}")  # of a mail: another one each time
_HISTORY = "ticket, actor, act, detail, because"
_LETTER = "ticket, kind, recipient, subject"

Lines = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Foretold:
    """What was to happen, and how far the tables were before."""

    history: Lines
    letters: Lines
    end: tuple[int | None, bool]  # the mail's ticket, and whether it is held
    from_history: int
    from_letter: int


class Foresight:
    """A house beside the daemon's, which only looks."""

    def __init__(self, daemons: House) -> None:
        self._daemons = daemons
        self._house = House(daemons.config, InlineWorkers)
        self._explaining = Explaining(self._house)

    def close(self) -> None:
        self._house.close()

    def foretell(self, raw: bytes, envelope: Envelope, now: Any) -> Foretold | None:
        """None while the daemon can decide nothing either."""
        if not self._follows():
            return None
        rows = self._daemons.rows
        try:
            with rows.reading():
                before = _last(rows, "history"), _last(rows, "letter")
            found = self._explaining.explain(raw, envelope, now)
        except StoreTrouble:
            return None
        history = [_line(row, _HISTORY) for row in found.history]
        letters = [_line(row, _LETTER) for row in found.letters]
        return Foretold(history, letters, (found.end.ticket, found.end.held), *before)

    def _follows(self) -> bool:
        """By the same set and for the same relay; no when no set is in force."""
        ours, theirs = self._house.rulebook, self._daemons.rulebook
        self._house.relay = self._daemons.relay
        if ours.letters != theirs.letters:
            self._house.workers.renew(theirs.letters)
        ours.book, ours.letters = theirs.book, theirs.letters
        return ours.book is not None

    def compare(self, foretold: Foretold | None) -> None:
        """Fails where the daemon did something else. What it did beside the mail comes after."""
        if foretold is None:
            return
        rows = self._daemons.rows
        try:
            with rows.reading():
                history = _since(rows, "history", _HISTORY, foretold.from_history)
                letters = _since(rows, "letter", _LETTER, foretold.from_letter)
        except StoreTrouble:
            return
        _alike("history", history, foretold.history)
        _alike("letters", letters, foretold.letters)
        [item] = self._daemons.spool.items(None, 1)
        assert (item.ticket, item.state == "held") == foretold.end, f"{foretold.end}: {item}"


def _alike(what: str, came: Lines, foretold: Lines) -> None:
    came = came[: len(foretold)]
    told, happened = ("\n".join(map(str, lines)) for lines in (foretold, came))
    assert came == foretold, f"{what} foretold:\n{told}\nand this happened:\n{happened}"


def _last(rows: Rows, table: str) -> int:
    return int(rows.value(f"SELECT max(id) FROM {table}") or 0)


def _since(rows: Rows, table: str, names: str, before: int) -> Lines:
    found = rows.all(f"SELECT {names} FROM {table} WHERE id > ? ORDER BY id", before)
    return [_line(row, names) for row in found]


def _line(row: dict[str, Any], names: str) -> tuple[Any, ...]:
    """A row without the keys of mails, which are chance."""
    values = (row[name] for name in names.split(", "))
    return tuple(_KEY.sub("KEY", one) if isinstance(one, str) else one for one in values)
