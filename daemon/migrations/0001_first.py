"""The first schema: tickets, their words, their history, the outbox, holds, and what was taken in.

Times are UTC texts of one width, ``2026-11-23T03:56:46.123456Z``, on both databases: they compare
as they read. A frozen copy: later changes are migrations of their own.
"""

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)


def when() -> Any:
    return CharField(max_length=27, null=True)


def moment() -> Any:
    return CharField(max_length=27)


class Counter(Model):
    name = CharField(primary_key=True)
    value = BigIntegerField()


class Ticket(Model):
    number = BigIntegerField(primary_key=True)
    title = TextField()
    status = CharField(max_length=60)
    status_kind = CharField(max_length=10)
    urgency = IntegerField()
    category = TextField(null=True)
    team = TextField(null=True)
    assignee = TextField(null=True)
    requester = TextField(null=True)
    requester_name = TextField(null=True)
    created_by = TextField(null=True)
    resolved_by = TextField(null=True)
    closed_by = TextField(null=True)
    language = CharField(max_length=35)
    channel = CharField(max_length=30)
    address = TextField()
    opened_at = moment()
    updated_at = moment()
    first_response_at = when()
    responded_at = when()
    resolved_at = when()
    closed_at = when()
    due_at = when()
    respond_by = when()
    resolve_by = when()
    next_deadline = when()
    escalation_level = IntegerField()
    merged_into = BigIntegerField(null=True)
    solution = TextField(null=True)
    minutes_spent = IntegerField()
    rest = TextField()

    class Meta:
        indexes = (
            (("status_kind", "updated_at"), False),
            (("requester", "status_kind"), False),
            (("assignee", "status_kind"), False),
            (("updated_at", "number"), False),
        )


class Message(Model):
    id = AutoField()
    ticket = BigIntegerField(index=True)
    kind = CharField(max_length=10)
    message_id = TextField()
    sender = TextField()
    sender_name = TextField()
    recipients = TextField()
    at = moment()
    subject = TextField()
    text = TextField()
    full_text = TextField()
    attachments = TextField()
    intake = CharField(max_length=32)
    agent = TextField(null=True)
    machine = TextField()

    class Meta:
        indexes = ((("sender", "at"), False),)


class KnownId(Model):
    """Which ticket a Message-ID belongs to: of mails we took in and of letters we sent."""

    id = TextField(primary_key=True)
    ticket = BigIntegerField()

    class Meta:
        table_name = "known_id"


class History(Model):
    id = AutoField()
    ticket = BigIntegerField(index=True)
    at = moment()
    actor = TextField()
    act = CharField(max_length=40)
    detail = TextField()
    because = TextField()


class Letter(Model):
    id = AutoField()
    ticket = BigIntegerField(null=True, index=True)
    kind = CharField(max_length=40)
    recipient = TextField()
    message_id = TextField(unique=True)
    author = TextField(null=True)
    subject = TextField()
    mail_from = TextField()
    written_at = moment()
    content = TextField()
    state = CharField(max_length=10)
    attempts = IntegerField()
    next_try_at = when()
    error = TextField(null=True)

    class Meta:
        indexes = (
            (("state", "next_try_at"), False),
            (("recipient", "kind", "written_at"), False),
        )


class Intake(Model):
    """Each mail has its effects once: the key is unique, the digest finds the same mail again."""

    key = CharField(max_length=32, primary_key=True)
    digest = CharField(max_length=64, index=True)
    ticket = BigIntegerField(null=True)
    at = moment()


class Hold(Model):
    number = AutoField()
    key = CharField(max_length=32, unique=True)
    agent = TextField()
    ticket = BigIntegerField(null=True)
    towards = CharField(max_length=10)
    reasons = TextField()
    offered = TextField()
    path = TextField()
    asked_at = moment()
    expires_at = moment()
    state = CharField(max_length=10)
    settled_at = when()
    settled_by = CharField(max_length=32, null=True)


class Path(Model):
    """The sending paths that an agent has confirmed, and until when they stay so."""

    agent = TextField()
    path = TextField()
    until = moment()

    class Meta:
        indexes = ((("agent", "path"), True),)


class Happened(Model):
    """What the courier saw and the desk has to decide on."""

    id = AutoField()
    at = moment()
    ticket = BigIntegerField()
    content = TextField()


class Bundle(Model):
    """Notifications that wait to be told in one letter."""

    id = AutoField()
    agent = TextField()
    ticket = BigIntegerField()
    why = TextField()
    at = moment()


class RuleSet(Model):
    """Every set of rule files that was accepted, newest last."""

    id = AutoField()
    digest = CharField(max_length=64, unique=True)
    at = moment()
    files = TextField()

    class Meta:
        table_name = "rule_set"


MODELS = [
    Counter, Ticket, Message, KnownId, History, Letter, Intake, Hold, Path, Happened, Bundle,
    RuleSet,
]  # fmt: skip

_FTS5 = """
CREATE VIRTUAL TABLE words USING fts5(
  body, ticket UNINDEXED, tokenize = "unicode61 remove_diacritics 2")
"""


def up(migrator: Any, db: Any) -> None:
    with db.bind_ctx(MODELS):
        db.create_tables(MODELS)
    if isinstance(db, SqliteDatabase):
        db.execute_sql(_FTS5)
        return
    db.execute_sql("CREATE TABLE words (rowid BIGINT PRIMARY KEY, ticket BIGINT, body TSVECTOR)")
    db.execute_sql("CREATE INDEX words_body ON words USING gin (body)")
