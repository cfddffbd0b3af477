"""From the bytes of a mail to a Mail, whatever the bytes are: never an error, always an answer.

Our own reading serves mail that is well-formed. For mail that is not, mail-parser is asked for a
second opinion: it can fill in words that we did not find, and raise doubt about who wrote.
"""

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from postdesk.mailbox.address import normalise, parse_addresses, sole_sender
from postdesk.mailbox.automatic import machine, spam
from postdesk.mailbox.block import Block
from postdesk.mailbox.charset import clean
from postdesk.mailbox.coded import Coded
from postdesk.mailbox.headers import decode_header, message_ids, parse_date, raw_text
from postdesk.mailbox.html import as_text
from postdesk.mailbox.leaves import Leaf, digest, part_coded, part_of, read_leaves
from postdesk.mailbox.listing import attachments, sizes_of
from postdesk.mailbox.mail import Address, Line, Mail
from postdesk.mailbox.pictures import NONE, Pictures, sort_out, undecorated, undecorated_text
from postdesk.mailbox.quote import is_forward, new_words
from postdesk.mailbox.reading import Reading, read_words, words_of
from postdesk.mailbox.smime import UNSIGNED, opened
from postdesk.mailbox.split import Tree, split

log = logging.getLogger(__name__)
# It warns of every part it does not know, which for us is no news.
logging.getLogger("mailparser").setLevel(logging.CRITICAL)

DEFECTS_LIMIT = 20
HEADLINE_BYTES = 65_536
# What mail-parser is shown at most (bytes, and counts): beyond, it takes seconds.
OPINION_BODY = 262_144
OPINION_SIZE = 2_000_000
OPINION_VALUE = 2048
OPINION_HEADERS = 100
OPINION_PARTS = 100
OPINION_TEXT = 1_000_000
UNREADABLE = "(This message could not be read. It is attached as it came.)"
# What only the plain twin writes out: addresses of links and pictures.
_WRITTEN_OUT = re.compile(r"<?(?:https?://|mailto:)\S+|\[(?:cid|image|picture)\b[^\]\n]{0,300}\]")


def parse(raw: bytes) -> Mail:
    """Read a mail. Total: never raises, in time linear in its length; see ``Mail.defects``."""
    try:
        return _parse(raw)
    except Exception:
        # A promise to everybody who calls: better a headline than a mail that stops the desk.
        log.exception("a mail of %d bytes could not be parsed", len(raw))
        return headline(raw)


def headline(raw: bytes) -> Mail:
    """The little that can be said of a mail whose reading went wrong: who, what, which thread.

    Looks at the first 64 KiB only and uses nothing but our own header reading.
    """
    tree = split(raw[:HEADLINE_BYTES])
    reading = Reading(UNREADABLE, (), False, (), ("could not be read",))
    body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].strip(b"\n")
    return _mail(replace(tree, defects=()), (), reading, [sha256(body).digest()])


def part_bytes(raw: bytes, part: int) -> bytes:
    """The decoded bytes of ``Attachment.part`` of this mail; ``b""`` when there is none."""
    return part_of(opened(split(raw)), part)


def part_as_sent(raw: bytes, part: int) -> bytes | Coded:
    """As ``part_bytes``; still encoded where a letter of ours can carry it as it came."""
    tree = opened(split(raw))
    return part_coded(tree, part) or part_of(tree, part)


def _parse(raw: bytes) -> Mail:
    outer = split(raw)
    tree = opened(outer)
    leaves = tuple(read_leaves(tree))
    mail = _mail(tree, leaves, read_words(tree, leaves), [leaf.seal for leaf in leaves])
    if tree is not outer:
        mail = replace(mail, defects=(UNSIGNED, *mail.defects)[:DEFECTS_LIMIT])
    broken = tree.defects or mail.sender_doubt or (leaves and not mail.text)
    return _with_second_opinion(mail, tree) if broken else mail


def _with_second_opinion(mail: Mail, tree: Tree) -> Mail:
    """What mail-parser makes of a broken mail: words where we found none, doubt where we differ."""
    opinion = _ask(tree)
    if opinion is None:
        return mail
    if not mail.text and not mail.attachments and opinion.text:
        found = Reading(opinion.text, (), False, (), ())
        words = _new_words(found, {}, forward=is_forward(mail.subject))
        mail = replace(mail, text=opinion.text, new=words.new, rich=words.rich)
    differs = opinion.sender and mail.sender.addr and opinion.sender != mail.sender.addr
    if differs and not mail.sender_doubt:
        mail = replace(mail, sender_doubt=f"From can also be read as {opinion.sender}")
    return mail


class _Opinion(NamedTuple):
    text: str
    sender: str


def _ask(tree: Tree) -> _Opinion | None:
    """Give mail-parser a mail cut to a size and shape that it reads in no time; None if it fails.

    It is slow on long headers and many parts, and raises what it likes on mail like this.
    """
    lean = _lean(tree)
    if lean is None:
        return None
    # Not needed for mail that is well-formed, so not loaded for it.
    import mailparser  # type: ignore[import-untyped]

    try:
        found = mailparser.parse_from_bytes(lean)
        people = [addr for _, addr in found.from_ or ()]
        texts = [*found.text_plain, *found.text_not_managed]
    except Exception as error:
        log.info("no second opinion: %s", type(error).__name__)
        return None
    text = clean("\n\n".join(text for text in texts if isinstance(text, str)))[:OPINION_TEXT]
    return _Opinion(text.strip(), normalise(people[0]) if people else "")


def _lean(tree: Tree) -> bytes | None:
    """The mail with short headers and without big bodies; None where that does not make it safe."""
    parts = tree.walk()
    if len(parts) > OPINION_PARTS:
        return None
    if any(len(value) > OPINION_VALUE for part in parts[1:] for _, value in part.headers.headers):
        return None
    lines = [
        name.encode("ascii") + b":" + value[:OPINION_VALUE].rstrip()
        for name, value in tree.root.headers.headers[:OPINION_HEADERS]
    ]
    body = bytearray()
    place = tree.root.start
    for part in parts:
        if not part.parts and part.end - part.start > OPINION_BODY:
            body += tree.raw[place : part.start]
            place = part.end
    body += tree.raw[place : tree.root.end]
    return b"\r\n".join([*lines, b"", b""]) + body if len(body) <= OPINION_SIZE else None


def _mail(tree: Tree, leaves: tuple[Leaf, ...], reading: Reading, seals: Sequence[bytes]) -> Mail:
    block = tree.root.headers
    headers = tuple((name, decode_header(value)) for name, value in block.headers)
    first = _first_of(headers)
    sender, doubt = sole_sender([raw_text(value) for value in block.all("from")])
    subject = first.get("subject", "")
    words = _new_words(reading, sizes_of(reading.files, leaves), forward=is_forward(subject))
    ids = message_ids(first.get("message-id", ""))
    return Mail(
        message_id=ids[0] if ids else "",
        in_reply_to=message_ids(first.get("in-reply-to", "")),
        references=message_ids(raw_text(block.get("references") or b"")),
        subject=subject,
        sender=sender,
        sender_doubt=doubt,
        reply_to=_addresses(block, "reply-to"),
        to=_addresses(block, "to"),
        cc=_addresses(block, "cc"),
        date=parse_date(first.get("date", "")),
        headers=headers,
        text=reading.text,
        new=words.new,
        rich=words.rich,
        attachments=attachments(reading.files, leaves, words.rich, words.pictures),
        machine=machine(headers, first.get("return-path"), first.get("content-type", "")),
        spam=spam(headers),
        defects=(*tree.defects, *reading.defects)[:DEFECTS_LIMIT],
        digest=digest(_identity(sender, first), seals),
    )


def _first_of(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in headers:
        first.setdefault(name, value)
    return first


def _identity(sender: Address, first: dict[str, str]) -> tuple[str, ...]:
    rest = (" ".join(first.get(name, "").split()) for name in ("date", "subject", "message-id"))
    return (sender.addr, *rest)


def _addresses(block: Block, name: str) -> tuple[Address, ...]:
    values = block.all(name)
    return parse_addresses(raw_text(value) for value in values) if values else ()


class _Words(NamedTuple):
    new: str
    rich: tuple[Line, ...]
    pictures: Pictures = NONE


def _new_words(reading: Reading, sizes: Mapping[str, int], *, forward: bool) -> _Words:
    """The new words as text, and with their formatting where that says the same."""
    written = reading.text.split("\n")
    found = new_words(written, forward=forward).kept
    new = clean("\n".join(written[place].rstrip("\r") for place in found)) or reading.text
    if not reading.lines:
        return _Words(new, ())
    shown = [line.text for line in reading.lines]
    kept = found if shown == written else new_words(shown, forward=forward).kept
    rich = tuple(reading.lines[place] for place in kept)
    pictures = sort_out(reading.lines, kept, sizes)
    if pictures.decoration and len(bare := undecorated(rich, pictures)) < len(rich):
        new, rich = undecorated_text(new), bare
    if reading.html_only or _says_the_same(as_text(rich), new):
        return _Words(new, rich, pictures)
    return _Words(new, (), pictures)


def _says_the_same(rich: str, plain: str) -> bool:
    """Whether the page says what the text says: a twin that hides words is not shown to anybody."""
    if rich.split() == plain.split():
        return True
    page = Counter(words_of(_not_written_out(rich)))
    text = Counter(words_of(_not_written_out(plain)))
    return not page - text and (text - page).total() <= text.total() // 10


def _not_written_out(text: str) -> str:
    # Nearly no text has one, and to look for these is a hundred times cheaper than to search.
    if "[" in text or "://" in text or "mailto:" in text:
        return _WRITTEN_OUT.sub(" ", text)
    return text
