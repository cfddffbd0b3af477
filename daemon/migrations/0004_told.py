"""Letters remember that their author was told of the delay."""

from typing import Any

from peewee import IntegerField


def up(migrator: Any, db: Any) -> None:
    migrator.migrate(migrator.add_column("letter", "told", IntegerField(null=True)))
