"""Who is away, and in which order the agents of a team were last given a ticket."""

from typing import Any

from peewee import CharField, Model, TextField


class Absence(Model):
    agent = TextField(primary_key=True)
    since = CharField(max_length=27)
    until = CharField(max_length=27, null=True)
    note = TextField()

    class Meta:
        table_name = "absence"


class Rotation(Model):
    """Handles as a JSON list, whose turn is longest ago first; team "": where no team is."""

    team = TextField(primary_key=True)
    handles = TextField()

    class Meta:
        table_name = "rotation"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Absence, Rotation]):
        db.create_tables([Absence, Rotation])
