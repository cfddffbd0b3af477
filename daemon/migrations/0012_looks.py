"""Who looked at which ticket, and the digests that agents were sent."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, Model, TextField


class Look(Model):
    agent = TextField()
    ticket = BigIntegerField()
    at = CharField(max_length=27)

    class Meta:
        table_name = "look"
        indexes = ((("agent", "ticket"), True),)


class Digest(Model):
    id = AutoField()
    agent = TextField()
    day = CharField(max_length=10)  # of the agent's calendar: each has one digest
    at = CharField(max_length=27)
    history = BigIntegerField()  # the last line of history that was looked at
    message_id = TextField(null=True, index=True)  # none where there was nothing to tell
    tickets = TextField()  # by their rows, in JSON

    class Meta:
        table_name = "digest"
        indexes = ((("agent", "day"), True),)


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Look, Digest]):
        db.create_tables([Look, Digest])
