"""One letter as bytes: the same letter gives the same bytes, and no value becomes a header."""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256

from postdesk.mailbox import header_text, mime
from postdesk.mailbox.coded import Coded
from postdesk.mailbox.envelope import wire_address
from postdesk.mailbox.mail import Address

log = logging.getLogger(__name__)

REFERENCES = 21  # the first, which names the thread, and the last 20
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")  # no space, no "<" or ">", ASCII
_CID = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@-]{1,200}")
_LONG_VALUE = 900  # longest word of an extra header that is left as it is, e.g. a mailto: link

# What a letter says by its own fields, or what only other hands may write.
_OURS = re.compile(
    r"""
    date | from | sender | to | cc | bcc | reply-to | subject | message-id | mime-version
    | in-reply-to | references | return-path | delivered-to | received
    | authentication-results | dkim-signature
    | (?: content | resent | arc ) -.*          # whole families
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes along; with ``cid`` (without <>) a picture the HTML refers to."""

    name: str
    type: str  # "image/png"
    body: bytes | Coded
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What one recipient gets; nothing here needs to be clean but the addresses and our own id."""

    message_id: str  # with its <>
    date: datetime  # aware
    sender: Address
    to: Address
    reply_to: Address | None
    subject: str
    text: str
    html: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()  # more of them, such as Auto-Submitted
    enclosures: tuple[Enclosure, ...] = ()


def compose(letter: Letter) -> bytes:
    """The letter as RFC 5322 bytes: CRLF ends, 7-bit (but SMTPUTF8 addresses), never a Bcc.

    Raises ValueError when an address or the Message-ID cannot stand in a header, or the date
    has no zone. Other people's ids and extra headers that cannot are left out.
    """
    if not _MESSAGE_ID.fullmatch(letter.message_id):
        raise ValueError(f"not a Message-ID: {letter.message_id[:80]!r}")
    body = _body(letter)
    headers = [*_headers(letter), *_extra(letter.headers), "MIME-Version: 1.0", *body.headers]
    return mime.Part(tuple(headers), body.body).wire()


def needs_smtputf8(letter: Letter) -> bool:
    """Whether an address has a local part outside ASCII, so that the relay must offer SMTPUTF8."""
    people = (letter.sender, letter.to, letter.reply_to)
    return any(not person.addr.rpartition("@")[0].isascii() for person in people if person)


def _headers(letter: Letter) -> list[str]:
    """The headers every letter has, in the order people expect them."""
    if letter.date.tzinfo is None:
        raise ValueError(f"the date of {letter.message_id} has no time zone")
    lines = [
        f"Date: {format_datetime(letter.date.astimezone(UTC))}",
        _person("From", letter.sender),
        _person("To", letter.to),
        _person("Reply-To", letter.reply_to) if letter.reply_to else "",
        header_text.unstructured("Subject", letter.subject, limit=header_text.SUBJECT_LENGTH),
        header_text.fold("Message-ID", [letter.message_id]),
        _ids("In-Reply-To", [letter.in_reply_to]),
        _ids("References", letter.references),
    ]
    return [line for line in lines if line]


def _person(name: str, address: Address) -> str:
    return header_text.mailbox(name, address.name, wire_address(address.addr))


def _ids(name: str, values: Iterable[str]) -> str:
    """A header of message ids: the usable ones, each once, the middle of a long list left out."""
    usable = list(dict.fromkeys(value for value in values if _MESSAGE_ID.fullmatch(value)))
    kept = usable if len(usable) <= REFERENCES else [usable[0], *usable[1 - REFERENCES :]]
    return header_text.fold(name, kept) if kept else ""


@lru_cache(maxsize=64)  # few letters have extra headers of their own
def _extra(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Further headers that do not say what the letter's own fields say."""
    lines = []
    for name, value in headers:
        if _OURS.fullmatch(name) or not header_text.fits_as_name(name):
            log.warning("header %r left out: a letter may not set it", name[:60])
            continue
        lines.append(header_text.unstructured(name, value, limit=2000, long_word=_LONG_VALUE))
    return tuple(lines)


def _body(letter: Letter) -> mime.Part:
    """The tree of parts: mixed (alternative (text, related (html, pictures)), files)."""
    # "=_" never stands in quoted-printable or base64; the id makes it this letter's own.
    root = f"=_{sha256(letter.message_id.encode()).hexdigest()[:32]}"
    inline = [bool(letter.html and _CID.fullmatch(e.cid)) for e in letter.enclosures]
    parts = [_file(e, root, cid=c) for e, c in zip(letter.enclosures, inline, strict=True)]
    shown = [part for part, in_text in zip(parts, inline, strict=True) if in_text]
    files = [part for part, in_text in zip(parts, inline, strict=True) if not in_text]
    words = mime.text("plain", letter.text, root)
    if letter.html:
        html = mime.text("html", letter.html, root)
        if shown:
            html = mime.multipart('related; type="text/html"', root + "r", [html, *shown])
        words = mime.multipart("alternative", root + "a", [words, html])
    return mime.multipart("mixed", root + "m", [words, *files]) if files else words


def _file(enclosure: Enclosure, boundary: str, *, cid: bool) -> mime.Part:
    name = enclosure.cid if cid else ""
    return mime.file(enclosure.name, enclosure.type, enclosure.body, boundary, cid=name)
