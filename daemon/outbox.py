"""A letter of the outbox: one recipient's, with references to its attachments, not their bytes."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from postdesk.daemon.rows import dumps
from postdesk.mailbox.mail import Address

WHOLE = -1  # as an enclosure's part: the whole mail as it came, for what could not be read


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment by reference: which mail, which part of it."""

    key: str
    part: int
    name: str
    type: str
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is written into the outbox, in the transaction of what it tells of."""

    kind: str  # "answer", "receipt", "notification", "hold", ...
    ticket: int | None
    message_id: str
    sender: Address
    to: Address
    subject: str
    text: str
    written_at: datetime
    reply_to: Address | None = None
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    mail_from: str = ""  # the envelope's; "" is the null return path
    author: str | None = None  # the agent whose words it carries
    not_before: datetime | None = None  # an answer waits so that it can be undone


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that was claimed to be tried now."""

    id: int
    attempts: int  # this one included
    written_at: datetime
    draft: Draft
    told: bool = False  # its author knows that it is late


_CONTENT = ("sender", "to", "reply_to", "text", "html", "in_reply_to", "references", "headers")


def content_of(draft: Draft) -> str:
    """What the composer needs beside the columns, as JSON."""
    whole = {name: _plain(getattr(draft, name)) for name in _CONTENT}
    whole["enclosed"] = [asdict(e) for e in draft.enclosed]
    return dumps(whole)


def draft_of(row: dict[str, Any], written_at: datetime) -> Draft:
    """The letter of one row of the outbox."""
    content = json.loads(row["content"])
    reply_to = content["reply_to"]
    return Draft(
        kind=row["kind"],
        ticket=row["ticket"],
        message_id=row["message_id"],
        sender=Address(*content["sender"]),
        to=Address(*content["to"]),
        subject=row["subject"],
        text=content["text"],
        written_at=written_at,
        reply_to=Address(*reply_to) if reply_to else None,
        html=content["html"],
        in_reply_to=content["in_reply_to"],
        references=tuple(content["references"]),
        headers=tuple((n, v) for n, v in content["headers"]),
        enclosed=tuple(Enclosed(**e) for e in content["enclosed"]),
        mail_from=row["mail_from"],
        author=row["author"],
    )


def _plain(value: object) -> object:
    return [value.name, value.addr] if isinstance(value, Address) else value


@dataclass(frozen=True, slots=True)
class Failure:
    """What the courier tells the desk of a letter that did not arrive."""

    letter: int
    recipient: str
    permanent: bool
    diagnostic: str
    message_id: str
    kind: str
    status: str = ""
    author: str | None = None
    detail: dict[str, object] = field(default_factory=dict)
