"""How the reading of each IMAP folder goes."""

from typing import Any

from peewee import CharField, IntegerField, Model, TextField


class Polling(Model):
    box = TextField(primary_key=True)  # account:folder
    last_ok_at = CharField(max_length=27, null=True)
    kind = CharField(max_length=20)  # of the trouble; "" for none
    trouble = TextField()
    since = CharField(max_length=27, null=True)  # when it began
    drift = IntegerField()

    class Meta:
        table_name = "polling"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Polling]):
        db.create_tables([Polling])
