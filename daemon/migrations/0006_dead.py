"""Addresses from which a letter came back for good: they get no automatic mail."""

from typing import Any

from peewee import CharField, Model, TextField


class Dead(Model):
    address = TextField(primary_key=True)
    status = CharField(max_length=20)
    at = CharField(max_length=27)

    class Meta:
        table_name = "dead"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Dead]):
        db.create_tables([Dead])
