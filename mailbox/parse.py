"""From the bytes of a mail to a Mail, whatever the bytes are: never an error, always an answer.

Our own reading serves mail that is well-formed. For mail that is not, mail-parser is asked for a
second opinion: it can fill in words that we did not find, and raise doubt about who wrote.
"""

import logging
import re
from collections import Counter
from collections.abc import Sequence

from postdesk.mailbox.address import parse_addresses, sole_sender
from postdesk.mailbox.attach import safe_name, shown_name
from postdesk.mailbox.automatic import machine, spam
from postdesk.mailbox.block import Block
from postdesk.mailbox.charset import clean
from postdesk.mailbox.headers import decode_header, message_ids, parse_date, raw_text
from postdesk.mailbox.html import as_text
from postdesk.mailbox.leaves import Leaf, digest, part_of, read_leaves
from postdesk.mailbox.mail import Address, Attachment, Line, Mail
from postdesk.mailbox.quote import new_text, new_words
from postdesk.mailbox.reading import Reading, content_id, read_words, words_of
from postdesk.mailbox.split import Tree, split

log = logging.getLogger(__name__)

DEFECTS_LIMIT = 20
HEADLINE_BYTES = 65_536
UNREADABLE = "(This message could not be read. It is attached as it came.)"
_CID = re.compile(r'src="cid:([^"]{1,500})"')
# What only the plain twin writes out: addresses of links and pictures.
_WRITTEN_OUT = re.compile(r"<?(?:https?://|mailto:)\S+|\[(?:cid|image):[^\]\n]{0,300}\]")


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
    tree = split(raw[:HEADLINE_BYTES].split(b"\n\n", 1)[0].split(b"\r\n\r\n", 1)[0])
    reading = Reading(UNREADABLE, (), False, (), ("could not be read",))
    return _mail(tree, (), reading)


def part_bytes(raw: bytes, part: int) -> bytes:
    """The decoded bytes of ``Attachment.part`` of this mail; ``b""`` when there is none."""
    return part_of(split(raw), part)


def _parse(raw: bytes) -> Mail:
    tree = split(raw)
    leaves = tuple(read_leaves(tree))
    return _mail(tree, leaves, read_words(tree, leaves))


def _mail(tree: Tree, leaves: tuple[Leaf, ...], reading: Reading) -> Mail:
    block = tree.root.headers
    headers = tuple((name, decode_header(value)) for name, value in block.headers)
    first = _first_of(headers)
    sender, doubt = sole_sender([raw_text(value) for value in block.all("from")])
    new, rich = _new_words(reading)
    ids = message_ids(first.get("message-id", ""))
    cids = {cid for line in rich for cid in _CID.findall(line.html)}
    return Mail(
        message_id=ids[0] if ids else "",
        in_reply_to=message_ids(first.get("in-reply-to", "")),
        references=message_ids(raw_text(block.get("references") or b"")),
        subject=first.get("subject", ""),
        sender=sender,
        sender_doubt=doubt,
        reply_to=_addresses(block, "reply-to"),
        to=_addresses(block, "to"),
        cc=_addresses(block, "cc"),
        date=parse_date(first.get("date", "")),
        headers=headers,
        text=reading.text,
        new=new,
        rich=rich,
        attachments=_attachments(reading.files, leaves, cids),
        machine=machine(headers, first.get("return-path"), first.get("content-type", "")),
        spam=spam(headers),
        defects=(*tree.defects, *reading.defects)[:DEFECTS_LIMIT],
        digest=digest(_identity(sender, first), leaves),
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


def _attachments(
    files: Sequence[Leaf], leaves: Sequence[Leaf], cids: set[str]
) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for leaf in files:
        part = leaf.part
        cid = content_id(part)
        name = shown_name(part, len(found) + 1)
        found.append(Attachment(part.number, name, part.type, leaf.size, cid, cid in cids))
    for leaf in leaves:
        for place, file in enumerate(leaf.pasted, leaf.pasted_from):
            name = safe_name(decode_header(file.name)) or f"attachment-{len(found) + 1}.bin"
            found.append(Attachment(place, name, "application/octet-stream", len(file.body)))
    return tuple(found)


def _new_words(reading: Reading) -> tuple[str, tuple[Line, ...]]:
    """The new words as text, and with their formatting where that says the same."""
    new = clean(new_text(reading.text)) or reading.text
    if not reading.lines:
        return new, ()
    kept = new_words([line.text for line in reading.lines]).kept
    rich = tuple(reading.lines[place] for place in kept)
    if reading.html_only or _says_the_same(as_text(rich), new):
        return new, rich
    return new, ()


def _says_the_same(rich: str, plain: str) -> bool:
    """Whether the page says what the text says: a twin that hides words is not shown to anybody."""
    page = Counter(words_of(_WRITTEN_OUT.sub(" ", rich)))
    text = Counter(words_of(_WRITTEN_OUT.sub(" ", plain)))
    return not page - text and (text - page).total() <= text.total() // 10
