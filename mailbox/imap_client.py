"""What we say to an IMAP server, with types; IMAPClient's own calls have none.

Errors are imaplib's: ``error`` for a NO or BAD, ``abort`` for a lost connection.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from postdesk.mailbox.imap_account import Letterhead
from postdesk.mailbox.imap_lines import Lines
from postdesk.mailbox.imap_rows import next_body, next_head

T = TypeVar("T")

Rows = Mapping[int, Mapping[bytes, object]]
Told = list[tuple[object, ...]]


class Client(Protocol):
    """The part of IMAPClient that we use, with its types."""

    normalise_times: bool

    def starttls(self, ssl_context: ssl.SSLContext) -> object: ...
    def login(self, username: str, password: str) -> object: ...
    def plain_login(self, identity: str, password: str) -> object: ...
    def oauth2_login(self, user: str, access_token: str) -> object: ...
    def shutdown(self) -> None: ...
    def logout(self) -> object: ...
    def has_capability(self, capability: str) -> bool: ...
    def namespace(self) -> Sequence[Sequence[tuple[str, str]] | None]: ...
    def folder_exists(self, folder: str) -> bool: ...
    def create_folder(self, folder: str) -> object: ...
    def subscribe_folder(self, folder: str) -> object: ...
    def select_folder(self, folder: str, readonly: bool = False) -> Mapping[bytes, object]: ...
    def search(self, criteria: list[str | date]) -> list[int]: ...
    @property
    def waiting(self) -> bool: ...
    def hurry(self) -> None: ...
    def ask(self, uids: Sequence[int], what: str) -> bytes: ...
    def told(self, asked: bytes, plain: Callable[[Lines], T | None]) -> tuple[list[T], Rows]: ...
    def move(self, messages: list[int], folder: str) -> object: ...
    def copy(self, messages: list[int], folder: str) -> object: ...
    def add_flags(self, messages: list[int], flags: list[bytes], silent: bool) -> object: ...
    def uid_expunge(self, messages: list[int]) -> object: ...
    def noop(self) -> tuple[object, Told]: ...
    def idle(self) -> object: ...
    def idle_check(self, timeout: float) -> Told: ...
    def idle_done(self) -> tuple[object, Told]: ...
    def socket(self) -> socket.socket: ...


def find_or_make(client: Client, name: str) -> str:
    """The folder under the name that the server wants for it; made when it is missing."""
    if client.folder_exists(name):
        return name
    name = _personal_prefix(client, name) + name
    if not client.folder_exists(name):
        client.create_folder(name)
        client.subscribe_folder(name)
    return name


def _personal_prefix(client: Client, name: str) -> str:
    """Some servers keep everything below "INBOX." and refuse other names (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace()[0] or ()
    return next((prefix for prefix, _ in personal if not name.startswith(prefix)), "")


def move(client: Client, uids: list[int], folder: str) -> None:
    """Put mails into another folder, in one step where the server can (RFC 6851)."""
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [b"\\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)  # a plain EXPUNGE would take what people have deleted as well


def search(client: Client, criteria: list[str | date]) -> set[int]:
    """The UIDs that match."""
    if not (client.has_capability("MOVE") or client.has_capability("UIDPLUS")):
        criteria = ["UNDELETED", *criteria]  # what we moved stays behind as deleted
    return set(client.search(criteria))


def heads(client: Client, uids: list[int]) -> list[Letterhead]:
    """Size and arrival of each mail that is still there."""
    if not uids:
        return []
    plain, others = client.told(client.ask(uids, "(RFC822.SIZE INTERNALDATE)"), next_head)
    found = {head.uid: head for head in [*_careful_heads(others), *plain]}
    return [found[uid] for uid in uids if uid in found]


def _careful_heads(rows: Rows) -> Iterator[Letterhead]:
    for uid, row in rows.items():
        match row:
            case {b"RFC822.SIZE": int(size), b"INTERNALDATE": datetime() as arrived}:
                yield Letterhead(uid, size, arrived)


def ask_bodies(client: Client, uids: Sequence[int]) -> bytes:
    """Let the server begin with ``bodies``; nothing else may be said to it until they are taken."""
    return client.ask(uids, "(BODY.PEEK[])")


def bodies(client: Client, uids: Sequence[int], asked: bytes | None = None) -> dict[int, bytes]:
    """The bytes of each mail that is still there; leaves ``\\Seen`` as it is.

    ``asked`` is what ``ask_bodies`` gave for them, where it was called.
    """
    plain, others = client.told(asked or ask_bodies(client, uids), next_body)
    found = {**_careful_bodies(others), **dict(plain)}
    return {uid: found[uid] for uid in uids if uid in found}


def _careful_bodies(rows: Rows) -> dict[int, bytes]:
    found = {}
    for uid, row in rows.items():
        match row:
            case {b"BODY[]": bytes(raw)}:
                found[uid] = raw
    return found


def number(told: Mapping[bytes, object], key: bytes) -> int:
    """A number of the answer to SELECT; 0 when the server did not tell."""
    match told.get(key):
        case int(value):
            return value
    return 0
