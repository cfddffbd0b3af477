"""What a desk remembers of itself, by name, as JSON. Callers bring the transaction."""

import json
from typing import Any

from postdesk.daemon.rows import dumps
from postdesk.daemon.store import Rows


class Settings:
    """The rows of `setting`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def read(self, name: str, default: Any = None) -> Any:
        """What was kept under a name, locked where the database locks rows."""
        found = self._rows.value(
            f"SELECT value FROM setting WHERE name = ?{self._rows.lock()}", name
        )
        return json.loads(found) if found else default

    def keep(self, name: str, value: object) -> None:
        """This from now on."""
        self._rows.run(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            dumps(value),
        )

    def forget(self, name: str) -> None:
        """Nothing any more."""
        self._rows.run("DELETE FROM setting WHERE name = ?", name)
