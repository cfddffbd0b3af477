"""All tables of all rule files side by side, before they become a book."""

from collections.abc import Mapping
from typing import Any, Literal

from postdesk.rules.defined import Names
from postdesk.rules.entry import Entry, Notes
from postdesk.rules.misplaced import outside
from postdesk.rules.toml import Document, did_you_mean
from postdesk.rules.toml_places import Path

Shape = Literal["named", "list", "plain"]

# Every table a rule file may hold: [agent.NAME], [[rule]] or [workflow].
SHAPES: Mapping[str, Shape] = {
    "agent": "named",
    "team": "named",
    "customer": "named",
    "organisation": "named",
    "calendar": "named",
    "sla": "named",
    "status": "named",
    "move": "named",
    "field": "named",
    "reply": "named",
    "rule": "list",
    "test": "list",
    "view": "named",
    "workflow": "plain",
    "alias": "plain",
}


class Draft:
    """The entries by kind, in the order of files and lines."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.whole = True  # false: a file could not be read, and may define what is missing
        self._entries: dict[str, list[Entry]] = {}
        self._taken: dict[tuple[str, str], str] = {}  # kind and name -> where

    def add(self, document: Document) -> None:
        """Take in the tables of one file."""
        for kind, value in document.value.items():
            shape = SHAPES.get(kind)
            if shape is None:
                self._unknown(document, kind, value)
            elif isinstance(value, list):
                self._add_list(document, kind, value, shape)
            elif not isinstance(value, dict):
                self._no_table(document, kind, shape)
            else:
                self._add_table(document, kind, value, shape)

    def of(self, kind: str) -> tuple[Entry, ...]:
        """The tables of one kind."""
        return tuple(self._entries.get(kind, ()))

    def names(self, kind: str) -> Names | None:
        """The names of one kind, casefolded to as written; None when not all are known."""
        if not self.whole:
            return None
        return {entry.name.casefold(): entry.name for entry in self.of(kind)}

    def _add_table(
        self, document: Document, kind: str, value: dict[str, Any], shape: Shape
    ) -> None:
        if shape == "list":
            self._no_table(document, kind, shape)
            return
        fresh = {name: below for name, below in value.items() if self._fresh(document, kind, name)}
        if shape == "plain":
            self._keep(document, (kind,), fresh)
            return
        for name, table in fresh.items():
            if isinstance(table, dict):
                self._keep(document, (kind, name), table)
            else:
                what = f"{kind}.{name}: belongs into a table with a name: [{kind}.NAME]"
                self._wrong(document, (kind, name), what)

    def _add_list(self, document: Document, kind: str, value: list[Any], shape: Shape) -> None:
        tables = [table for table in value if isinstance(table, dict)]
        if shape != "list" or len(tables) < len(value):
            self._no_table(document, kind, shape)
            return
        for nth, table in enumerate(tables):
            name = table.get("name")
            if isinstance(name, str) and name.strip():
                self._fresh(document, kind, name, (kind, nth, "name"))
            self._keep(document, (kind, nth), table)

    def _keep(self, document: Document, path: Path, table: dict[str, Any]) -> None:
        entry = Entry(document, path, table, self.notes)
        self._entries.setdefault(str(path[0]), []).append(entry)

    def _fresh(self, document: Document, kind: str, name: str, path: Path = ()) -> bool:
        """Is this name free? A second definition is told, with the place of the first."""
        path = path or (kind, name)
        key = (kind, name.casefold())
        if first := self._taken.get(key):
            title = f"[{kind}]: {name}" if SHAPES[kind] == "plain" else f'{kind} "{name}"'
            self._wrong(document, path, f"{title}: defined twice, first in {first}")
            return False
        self._taken[key] = f"{document.name}:{document.place(path)[0]}"
        return True

    def _unknown(self, document: Document, kind: str, value: object) -> None:
        what = outside(kind, value)
        if not what and isinstance(value, dict | list):
            what = f"{kind}: unknown table{did_you_mean(kind, SHAPES)}"
        elif not what:
            what = f"{kind}: unknown key; everything stands in a table like [agent.NAME]"
        self._wrong(document, (kind,), what)

    def _no_table(self, document: Document, kind: str, shape: Shape) -> None:
        wanted = {"named": f"[{kind}.NAME]", "plain": f"[{kind}]"}.get(shape, f"[[{kind}]]")
        self._wrong(document, (kind,), f"{kind}: must be written as {wanted}")

    def _wrong(self, document: Document, path: Path, what: str) -> None:
        self.notes.mistakes.append(document.mistake(path, what))
