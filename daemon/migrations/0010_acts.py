"""Acts of agents that can be taken back: how the ticket was before, and what they wrote."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, IntegerField, Model, TextField


class Act(Model):
    id = AutoField()
    ticket = BigIntegerField(index=True)
    agent = TextField()
    at = CharField(max_length=27)
    before = TextField()  # the row of the ticket, in JSON
    after = CharField(max_length=27)  # its `updated_at` after the act
    key = CharField(max_length=32)  # the intake key of the mail that it stood in
    later = IntegerField()  # its words wait for a time that their author named
    message = BigIntegerField(null=True)
    letter = (
        BigIntegerField()
    )  # the last letter before the act: all later ones of the ticket are its
    undone_at = CharField(max_length=27, null=True)

    class Meta:
        table_name = "act"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Act]):
        db.create_tables([Act])
