"""The leaves of a mail: what is text to read, what is a file, each decoded once."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from postdesk.mailbox.attach import file_name
from postdesk.mailbox.coded import Coded, coded
from postdesk.mailbox.split import Part, Tree
from postdesk.mailbox.tnef import Winmail, is_winmail, unpacked
from postdesk.mailbox.transfer import PastedFile, cut_uuencoded, is_base64, undo

# Types whose words belong to the mail itself when they are neither named nor attached.
_READABLE_TYPES = """
text/plain text/html text/enriched text/richtext text/markdown text/x-markdown
text/x-amp-html text/watch-html
"""
READABLE = frozenset(_READABLE_TYPES.split())


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part without parts; ``text`` holds its bytes where they are words, else it is a file."""

    part: Part
    size: int  # bytes, decoded
    text: bytes | None
    defect: str
    seal: bytes  # what tells its body from others
    pasted: tuple[PastedFile, ...] = ()
    pasted_from: int = 0  # part number of the first pasted file
    winmail: Winmail | None = None  # opened; its files are the pasted ones


def is_file(part: Part) -> bool:
    """Whether a leaf is shown as an attachment and not as words."""
    if part.type not in READABLE or part.disposition.value == "attachment":
        return True
    return part.number != 0 and bool(file_name(part))


def read_leaves(tree: Tree) -> Iterator[Leaf]:
    """Decode each leaf in the order of the walk; files pasted into texts get numbers of their own.

    Those come after the numbers of all real parts, so that ``part_of`` finds them again.
    """
    next_pasted = tree.count
    for part in tree.walk():
        if part.parts:
            continue
        body, defect = undo(tree.body(part), part.encoding)
        if is_file(part):
            box = unpacked(body) if is_winmail(part) else None
            inside = box.files if box else ()
            yield Leaf(part, len(body), None, defect, _seal(part, body), inside, next_pasted, box)
            next_pasted += len(inside)
            continue
        text, pasted = _without_pasted(part, body)
        yield Leaf(part, len(body), text, defect, _seal(part, body), pasted, next_pasted)
        next_pasted += len(pasted)


def part_of(tree: Tree, number: int) -> bytes:
    """The decoded bytes of one part; ``b""`` when there is none of this number."""
    if number < tree.count:
        part = next((part for part in tree.walk() if part.number == number), None)
        return undo(tree.body(part), part.encoding)[0] if part else b""
    for leaf in read_leaves(tree):
        if 0 <= number - leaf.pasted_from < len(leaf.pasted):
            return leaf.pasted[number - leaf.pasted_from].body
    return b""


def part_coded(tree: Tree, number: int) -> Coded | None:
    """One part as it came, where it is in base64 as we write it."""
    part = next((part for part in tree.walk() if part.number == number), None)
    return coded(tree.body(part)) if part and is_base64(part.encoding) else None


def digest(identity: tuple[str, ...], seals: Iterable[bytes]) -> str:
    """64 hex digits over who, when, what and all bodies, whichever way the mail came."""
    found = hashlib.sha256()
    for word in identity:
        found.update(word.encode("utf-8", "replace") + b"\0")
    for seal in seals:
        found.update(seal)
    return found.hexdigest()


def _seal(part: Part, body: bytes) -> bytes:
    """Line ends and blank lines around a text change on the way; so does the encoding."""
    if part.type.startswith(("text/", "message/")):
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip(b"\n")
    return hashlib.sha256(body).digest()


def _without_pasted(part: Part, body: bytes) -> tuple[bytes, tuple[PastedFile, ...]]:
    if part.type != "text/plain" or b"\nend" not in body:
        return body, ()
    return cut_uuencoded(body)
