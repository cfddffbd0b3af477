"""Where the reading of each IMAP folder began."""

from typing import Any

from peewee import BigIntegerField, CharField, Model, TextField


class Mailbox(Model):
    box = TextField(primary_key=True)  # account:folder
    uidvalidity = BigIntegerField()
    uidnext = BigIntegerField()
    cutoff = CharField(max_length=27, null=True)

    class Meta:
        table_name = "mailbox"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Mailbox]):
        db.create_tables([Mailbox])
