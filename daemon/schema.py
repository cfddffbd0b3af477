"""The database: opened from its URL, brought to today's schema by numbered migrations."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import peewee
from playhouse.migrations import Runner

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY = 10_000  # ms that a writer waits for another one
WAL_PAGES = 4000  # 16 MB between checkpoints: each writes its pages again and flushes twice


class DatabaseTrouble(Exception):
    """The database cannot be used; the text says what, where, and what to do."""


def open_database(url: str) -> peewee.Database:
    """SQLite (WAL, FULL) or PostgreSQL. Connections are one per thread, made when first used."""
    if url.startswith("sqlite:///"):
        return _sqlite(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql://", "postgres://")):
        return _postgresql(url)
    raise DatabaseTrouble(
        f"database.url {url.partition(':')[0]}: write sqlite:///var/postdesk.db"
        " or postgresql://user@host/postdesk"
    )


def _sqlite(path: str) -> peewee.Database:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    pragmas = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL: NORMAL may lose the last commits when the power goes
        "foreign_keys": 1,
        "busy_timeout": BUSY,
        "cache_size": -32_000,
        "wal_autocheckpoint": WAL_PAGES,
    }
    return peewee.SqliteDatabase(str(file), pragmas=pragmas)


def _postgresql(url: str) -> peewee.Database:
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise DatabaseTrouble(
            "PostgreSQL needs its driver: pip install 'postdesk[postgres]'"
        ) from error
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if parts.hostname:
        options["host"] = parts.hostname
    if parts.port:
        options["port"] = str(parts.port)
    if parts.username:
        options["user"] = unquote(parts.username)
    if parts.password:
        options["password"] = unquote(parts.password)
    return peewee.PostgresqlDatabase(unquote(parts.path.lstrip("/")), **options)


def prepare(db: peewee.Database) -> list[str]:
    """Bring the schema up to date; the names of the migrations that ran.

    Raises DatabaseTrouble when the database cannot be reached, or was made by a newer postdesk.
    """
    try:
        with db.connection_context():
            return _migrate(db)
    except peewee.PeeweeException as error:
        raise DatabaseTrouble(f"{place(db)}: {first_line(error)}; {ADVICE}") from error


def examine(db: peewee.Database) -> list[str]:
    """The migrations that `prepare` would run; nothing is migrated. Raises DatabaseTrouble."""
    try:
        with db.connection_context():
            runner = Runner(db, str(MIGRATIONS))
            _refuse_newer(db, runner)
            return [m.name for m in runner.status() if not m.applied]
    except peewee.PeeweeException as error:
        raise DatabaseTrouble(f"{place(db)}: {first_line(error)}; {ADVICE}") from error


ADVICE = "is it running, does it exist, may we write there, is the disk full?"


def _migrate(db: peewee.Database) -> list[str]:
    runner = Runner(db, str(MIGRATIONS))
    _refuse_newer(db, runner)
    if all(m.applied for m in runner.status()):
        return []
    with _alone(db):
        done: list[str] = runner.up()
    for name in done:
        log.info("database: migration %s done", name)
    return done


def _refuse_newer(db: peewee.Database, runner: Runner) -> None:
    newer = sorted(set(runner.applied()) - {m.name for m in runner.migrations()})
    if newer:
        raise DatabaseTrouble(
            f"{place(db)}: was made by a newer postdesk (it knows {newer[-1]}, this one does not);"
            " install that version again, or restore a backup of before"
        )


@contextmanager
def _alone(db: peewee.Database) -> Iterator[None]:
    """Two programs that start at once migrate one after the other."""
    if isinstance(db, peewee.SqliteDatabase):
        with db.atomic("EXCLUSIVE"):
            yield
        return
    with db.atomic():
        db.execute_sql("SELECT pg_advisory_xact_lock(70711)")  # any number, the same for all
        yield


def place(db: peewee.Database) -> str:
    """The database by name, without a password."""
    return f"database {db.database}"


def first_line(error: BaseException) -> str:
    """The first line of an error's text: drivers add paragraphs.

    A rollback that fails after a full disk tells only of itself; what came first is told.
    """
    while isinstance(error.__context__, peewee.PeeweeException | sqlite3.Error):
        error = error.__context__
    return (str(error).strip() or type(error).__name__).splitlines()[0]
