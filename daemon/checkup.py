"""The checks of `postdesk check`: what is written, and what can be reached. Nothing is changed."""

import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from postdesk.daemon import schema
from postdesk.daemon.config import Config
from postdesk.daemon.config_values import Listen
from postdesk.daemon.edit import Sources, languages, read_edit
from postdesk.daemon.health import at_work
from postdesk.daemon.records import database_url, records
from postdesk.daemon.relay import RelayUnusable, relay
from postdesk.daemon.secrets import SecretUnreadable
from postdesk.daemon.store import StoreTrouble
from postdesk.daemon.usage import Usage
from postdesk.mailbox.listener import somebody_listens
from postdesk.mailbox.submit import transport
from postdesk.mailbox.submit_local import Maildir, Sendmail
from postdesk.mailbox.submit_smtp import SmtpRelay
from postdesk.mailbox.verdict import Sent
from postdesk.rules.book import Book
from postdesk.templates.check import missing


@dataclass(frozen=True, slots=True)
class Report:
    """All that is wrong, in sentences with their places, and what is only worth a look."""

    mistakes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    book: Book | None = None  # where nothing is wrong with it


def config_mistakes(config: Config, now: datetime) -> Report:
    """Rules and their tests, letters in every language of the desk, secrets, where letters go."""
    edit = read_edit(Sources.of(config), now)
    unspoken = missing(edit.letters, languages(edit.book, config.desk.language))
    found = (*edit.mistakes, *edit.ours, *_secrets(config), *_relay_url(config))
    return Report(found, (*edit.warnings, *unspoken), edit.book)


def in_use(config: Config, book: Book | None) -> Report:
    """What tickets would miss of the set in force; nothing where no database can be asked."""
    file = config.database.file
    if book is None or (file is not None and not file.exists()):
        return Report()
    try:
        if schema.examine(schema.open_database(database_url(config))):
            return Report()
        with records(config) as kept, kept.rows.reading():
            usage = Usage(kept.rows)
            return Report(tuple(usage.objections(book)), tuple(usage.losses(book)))
    except (schema.DatabaseTrouble, StoreTrouble, SecretUnreadable):
        return Report()  # told among the connections


def _secrets(config: Config) -> Iterator[str]:
    for secret in config.secrets():
        try:
            secret.reveal()
        except SecretUnreadable as error:
            yield str(config.mistake(secret.path, str(error)))


def _relay_url(config: Config) -> Iterator[str]:
    told = config.relay
    password = "unread" if told.password else None  # whether it can be read is told beside this
    token = (lambda: "") if told.auth == "oauth2" else None
    try:
        transport(told.url.reveal(), config.base, password=password, oauth=token).close()
    except ValueError as error:
        yield str(config.mistake(("relay", "url"), str(error)))


def connection_troubles(config: Config) -> Iterator[str]:
    """What cannot be reached, written or listened on."""
    yield from _state(config)
    yield from _database(config)
    yield from _relay(config)
    yield from _tls(config)
    if not at_work(config.desk.state / "lock")[0]:  # else the ports are taken, and rightly so
        for name, place in (("smtp.listen", config.smtp.listen), ("smtp.lmtp", config.smtp.lmtp)):
            yield from _listen(name, place)
        yield from _listen("web.listen", config.web.listen)


def _state(config: Config) -> Iterator[str]:
    yield from _writable("desk.state", config.desk.state)


def _writable(what: str, folder: Path) -> Iterator[str]:
    """A folder that is not there is made later, where the nearest one above lets us."""
    there = next(f for f in (folder, *folder.parents) if f.exists())
    if not there.is_dir():
        yield f"{what}: {there} is no folder"
    elif not os.access(there, os.W_OK | os.X_OK):
        yield f"{what}: {there} may not be written by this user"


def _database(config: Config) -> Iterator[str]:
    file = config.database.file
    if file is not None and not file.exists():
        yield from _writable("database.url", file.parent)
        return
    try:
        db = schema.open_database(database_url(config))
        schema.examine(db)
    except schema.DatabaseTrouble as error:
        yield str(config.mistake(("database", "url"), str(error)))
    except SecretUnreadable:
        return  # told among the mistakes of the config


def _relay(config: Config) -> Iterator[str]:
    url = config.relay.url.reveal()
    try:
        found = relay(config)
    except (RelayUnusable, SecretUnreadable):
        return  # told among the mistakes of the config
    match found:
        case SmtpRelay():
            verdict = found.probe()
            found.close()
            if not isinstance(verdict, Sent):
                yield str(config.mistake(("relay", "url"), f"relay.url: {verdict.why}"))
        case Maildir():
            yield from _writable("relay.url", config.base / url.partition(":")[2])
        case Sendmail():
            yield from _sendmail(config.base, url.partition(":")[2])


def _sendmail(base: Path, program: str) -> Iterator[str]:
    path = base / (program or "/usr/sbin/sendmail")
    if not os.access(path, os.X_OK):
        yield f"relay.url: {path} is no program that can be run"


def _tls(config: Config) -> Iterator[str]:
    smtp = config.smtp
    if smtp.tls_cert is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(smtp.tls_cert, smtp.tls_key)
    except OSError as error:  # ssl.SSLError is one
        what = f"smtp.tls_cert: cannot be used with tls_key: {error.strerror or error}"
        yield str(config.mistake(("smtp", "tls_cert"), what))


def _free(name: str, path: Path) -> Iterator[str]:
    try:
        taken = somebody_listens(str(path))
    except OSError as error:
        yield f"{name}: {path} cannot be used: {error.strerror}"
        return
    if taken:
        yield f"{name}: another program listens on {path}"


def _listen(name: str, place: Listen) -> Iterator[str]:
    if not place:
        return
    if place.path is not None:
        yield from _writable(name, place.path.parent)
        yield from _free(name, place.path)
        return
    try:
        family = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((place.host, place.port))
    except OSError as error:
        yield (
            f"{name}: cannot listen on {place}: {error.strerror};"
            " another program has it, or it is no address of this machine"
        )
