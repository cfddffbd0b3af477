"""The files of a mail as they are listed: named, measured, sealed, and told from decoration."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from postdesk.mailbox.attach import safe_name, shown_name
from postdesk.mailbox.headers import decode_header
from postdesk.mailbox.leaves import Leaf
from postdesk.mailbox.mail import Attachment, Line
from postdesk.mailbox.pictures import Pictures, ids_in
from postdesk.mailbox.reading import content_id

SEAL = 32  # hex digits of sha256: more than enough to know a file again on one ticket


def attachments(
    files: Sequence[Leaf], leaves: Sequence[Leaf], rich: Sequence[Line], pictures: Pictures
) -> tuple[Attachment, ...]:
    """All files in their order; those pasted into texts or wrapped up come last."""
    shown = {cid for line in rich for cid in ids_in(line)}
    found = [_file(leaf, number) for number, leaf in enumerate(files, 1)]
    found += _pasted(leaves, len(found) + 1)
    return tuple(
        Attachment(
            one.part,
            one.name,
            one.type,
            one.size,
            one.cid,
            inline=one.cid in shown,
            quoted=one.cid in pictures.decoration and one.type.startswith("image/"),
            seal=one.seal,
        )
        for one in found
    )


def sizes_of(files: Sequence[Leaf], leaves: Sequence[Leaf]) -> dict[str, int]:
    """How many bytes each picture has that a page can show, by Content-ID."""
    sizes = {content_id(leaf.part): leaf.size for leaf in files if leaf.part.type[:6] == "image/"}
    sizes |= {file.cid: len(file.body) for leaf in leaves for file in leaf.pasted if file.cid}
    return sizes


def _file(leaf: Leaf, number: int) -> Attachment:
    part = leaf.part
    name = shown_name(part, number)
    cid = content_id(part)
    return Attachment(part.number, name, part.type, leaf.size, cid, seal=leaf.seal.hex()[:SEAL])


def _pasted(leaves: Sequence[Leaf], number: int) -> Iterator[Attachment]:
    for leaf in leaves:
        for place, file in enumerate(leaf.pasted, leaf.pasted_from):
            name = safe_name(decode_header(file.name)) or f"attachment-{number}.bin"
            seal = sha256(file.body).hexdigest()[:SEAL]
            yield Attachment(place, name, file.type, len(file.body), file.cid, seal=seal)
            number += 1
