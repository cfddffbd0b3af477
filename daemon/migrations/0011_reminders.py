"""Questions about held mails are repeated once, and then the lead hears of them."""

from typing import Any

from peewee import CharField


def up(migrator: Any, db: Any) -> None:
    migrator.migrate(
        migrator.add_column("hold", "reminded_at", CharField(max_length=27, null=True)),
        migrator.add_column("hold", "lead_told_at", CharField(max_length=27, null=True)),
    )
    db.execute_sql("CREATE INDEX hold_state ON hold (state, asked_at)")
