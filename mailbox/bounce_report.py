"""Reports that machines write for machines: their fields, and the mail they speak of.

RFC 6522 (the envelope of a report), RFC 3464 and RFC 6533 (delivery), RFC 5965 (complaints).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from postdesk.mailbox.address import normalise
from postdesk.mailbox.block import read_block
from postdesk.mailbox.headers import decode_header, message_ids
from postdesk.mailbox.split import Part, Tree
from postdesk.mailbox.transfer import undo

DELIVERY = frozenset(("message/delivery-status", "message/global-delivery-status"))
FEEDBACK = frozenset(("message/feedback-report",))
RETURNED = frozenset(
    ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
)
REPORT_BYTES = 262_144  # of one report that are read
RETURNED_BYTES = 1_048_576  # of a returned mail whose header is looked for
GROUPS_LIMIT = 300  # groups of fields in a report: more recipients than any letter of ours has
FIELDS_LIMIT = 60

Fields = Mapping[str, str]  # lower-case name -> value, the first of each name

_RECIPIENT = ("final-recipient", "original-recipient")
_PLUS = re.compile(r"\+(2b|3d)", re.IGNORECASE)  # RFC 3461 4: xtext that was not undone
_CODE_POINT = re.compile(r"\\x\{([0-9a-f]{2,6})\}", re.IGNORECASE)  # RFC 6533 3
_ADDRESS = re.compile(r"[^\s<>()\",;:]{1,200}@[^\s<>()\",;:]{1,255}")


def recipient_groups(tree: Tree) -> list[Fields]:
    """The fields of each recipient in all delivery reports of a mail, in order.

    Some programs leave out the blank line between groups, some put one into the middle of a group;
    a new recipient begins where a field with an address comes a second time, or in a new group.
    """
    found: list[dict[str, str]] = []
    for part in _parts(tree, DELIVERY):
        found.extend(_recipients(groups_of(tree, part)))
    return [fields for fields in found if any(name in fields for name in _RECIPIENT)]


def feedback_fields(tree: Tree) -> dict[str, list[str]]:
    """All values of each field of a complaint; empty when the mail is none (RFC 5965 3)."""
    found: dict[str, list[str]] = {}
    for part in _parts(tree, FEEDBACK):
        for group in groups_of(tree, part):
            for name, value in group:
                found.setdefault(name, []).append(value)
    return found


def returned_headers(tree: Tree) -> Fields:
    """The headers of the mail that came back with a report; empty when it did not."""
    for part in _parts(tree, RETURNED):
        body = _body(tree, part, RETURNED_BYTES)
        body = body.lstrip(b"\r\n")
        fields: dict[str, str] = {}
        for name, value in read_block(body, 0, len(body)).headers:
            fields.setdefault(name, decode_header(value))
        if fields:
            return fields
    return {}


def returned_id(headers: Fields) -> str:
    """The Message-ID among the headers of a returned mail, with its ``<>``; ``""`` for none."""
    ids = message_ids(headers.get("message-id", "") or headers.get("x-original-message-id", ""))
    return ids[0] if ids else ""


def typed_address(value: str) -> str:
    """The address in ``rfc822; bob@example.com``, ``LOCAL;<bob>`` and the like; ``""`` for none."""
    _, mark, rest = value.partition(";")
    text = _CODE_POINT.sub(_code_point, (rest if mark else value)[:1000])
    if found := _ADDRESS.search(text):
        return normalise(_PLUS.sub(lambda code: "+" if code[1] in ("2b", "2B") else "=", found[0]))
    return ""


def _code_point(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else ""


def _parts(tree: Tree, types: frozenset[str]) -> Iterator[Part]:
    return (part for part in tree.walk() if part.type in types)


def _body(tree: Tree, part: Part, limit: int) -> bytes:
    return undo(tree.raw[part.start : min(part.end, part.start + limit)], part.encoding)[0]


def groups_of(tree: Tree, part: Part) -> list[list[tuple[str, str]]]:
    """The groups of fields in one report, as they stand between blank lines."""
    body = _body(tree, part, REPORT_BYTES)
    groups: list[list[tuple[str, str]]] = []
    place = 0
    while place < len(body) and len(groups) < GROUPS_LIMIT:
        block = read_block(body, place, len(body))
        fields = block.headers[:FIELDS_LIMIT]
        if fields:
            groups.append([(name, decode_header(value)) for name, value in fields])
        if block.end > place:
            place = block.end
            continue
        newline = body.find(b"\n", place)  # a line that is no field
        place = newline + 1 if newline >= 0 else len(body)
    return groups


def _recipients(groups: Sequence[Sequence[tuple[str, str]]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [{}]
    for group in groups:
        fresh = True
        for name, value in group:
            current = found[-1]
            named = any(key in current for key in _RECIPIENT)
            if name in _RECIPIENT and named and (fresh or name in current):
                found.append({})
                fresh = False
            elif name in _RECIPIENT:
                fresh = False
            found[-1].setdefault(name, value)
    return found
