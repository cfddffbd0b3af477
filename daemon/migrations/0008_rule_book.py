"""What rules need of tickets: spam, a wish for an agent, deadlines to look at, matters by key."""

from typing import Any

from peewee import BigIntegerField, CharField, IntegerField, Model, TextField


class Matter(Model):
    """Which ticket is about a matter: the latest one that was opened for its key."""

    key = TextField(primary_key=True)
    ticket = BigIntegerField()

    class Meta:
        table_name = "matter"


class Setting(Model):
    """What a desk remembers of itself."""

    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "setting"


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx([Matter, Setting]):
        db.create_tables([Matter, Setting])
    migrator.migrate(
        migrator.add_column("ticket", "spam", IntegerField(default=0)),
        migrator.add_column("ticket", "wanted", TextField(null=True)),
        migrator.add_column("ticket", "waiting_since", CharField(max_length=27, null=True)),
    )
    db.execute_sql(
        "CREATE INDEX ticket_deadline ON ticket (next_deadline) WHERE next_deadline IS NOT NULL"
    )
    db.execute_sql(
        "CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into IS NOT NULL"
    )
    db.execute_sql("CREATE INDEX ticket_wanted ON ticket (wanted) WHERE wanted IS NOT NULL")
