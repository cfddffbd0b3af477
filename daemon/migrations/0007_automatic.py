"""How many automatic letters left within the hour is asked for each mail."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql("CREATE INDEX letter_kind_written ON letter (kind, written_at)")
