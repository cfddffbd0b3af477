"""What a bounce says in prose: which address failed, with which code, in which words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from postdesk.mailbox.address import normalise, parse_addresses
from postdesk.mailbox.bounce_dialects import dialect
from postdesk.mailbox.bounce_report import returned_headers
from postdesk.mailbox.bounce_words import ANNOUNCES, BEFORE, COPY, DELAYED, OTHERS, REASONS
from postdesk.mailbox.charset import decode
from postdesk.mailbox.headers import decode_header, message_ids, raw_text
from postdesk.mailbox.html import as_text, to_lines
from postdesk.mailbox.split import Part, Tree
from postdesk.mailbox.transfer import undo

TEXT_BYTES = 65_536
LINES_LIMIT = 600
LINE_LENGTH = 400
ADDRESSES_LIMIT = 100
NEAR = 12  # lines in which the words about an address stand
ID_BYTES = 262_144  # of the mail in which the letter's id is looked for

_ADDRESS = re.compile(r"[^\s<>()\",;:\[\]'|=]{1,64}@[\w.-]{1,253}\w")
_CODE = re.compile(
    r"""
    (?<![\w.])
    (?:
      [45]\d\d [ -] \#? (?: [45]\.\d{1,3}\.\d{1,3} )?   # 550 5.1.1, 550-5.1.1, 550 #5.1.1
    | \(? \#? [45]\.\d{1,3}\.\d{1,3} (?![\d.])          # 5.1.1, (#5.1.1)
    )
    """,
    re.VERBOSE,
)
_OWN = re.compile(
    r"(?:postmaster|mailer-daemon|mail-daemon|abuse|noreply|no-reply)@", re.IGNORECASE
)
_TO = re.compile(rb"^[>\s]{0,20}To:([^\r\n]{3,500})", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"^[>\s]{0,20}\"?Message-?Id\"?:\s{0,20}(<[^<>\s]{3,500}>)", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Said:
    """One address that failed, as the prose has it."""

    recipient: str  # "" when no address is named
    words: str  # the line with the code, or the line that says it best; "" for none
    reason: str  # status that the words amount to where they give no code; "" when unclear
    failed: bool | None  # None when only the words tell a delay from a failure
    delayed: bool  # the text speaks of a delay


def announces(tree: Tree, *, weak: bool) -> bool:
    """Whether the subject, or the first words unless ``weak``, tell of an undelivered letter."""
    subject = decode_header(tree.root.headers.get("subject") or b"")[:300]
    if ANNOUNCES.search(" ".join(subject.split())):
        return True
    head = "\n".join(filter(None, _human_lines(tree)[:40]))
    return "bouncedRecipients" in head if weak else ANNOUNCES.search(head) is not None


def said(tree: Tree) -> tuple[Said, ...]:
    """Each address the prose names as failed, with the words that go with it."""
    prose = _Prose(_human_lines(tree))
    known = dialect(tree)
    placed = _placed(prose.lines, _ours(tree))
    # A dialect knows where to look, our own patterns know where the copy of the letter begins:
    # what both name is sure.
    both = {addr: place for addr, place in placed.items() if addr in known}
    places = both or dict.fromkeys(known, -1) or placed
    people = list(places)[:ADDRESSES_LIMIT] or _written_to(tree)
    found = []
    for addr in people or [""]:
        words = prose.words_for(places.get(addr, -1), set(places.values()))
        reason = _reason(words) or prose.reason
        found.append(Said(addr, words, reason, known.get(addr), prose.delayed))
    return tuple(found) if people or found[0].words else ()


def quoted_id(tree: Tree) -> str:
    """The id of the letter where its headers stand in the text of the bounce; ``""`` for none."""
    found = _ID.search(tree.raw[tree.root.start : tree.root.start + ID_BYTES])
    ids = message_ids(raw_text(found[1])) if found else ()
    return ids[0] if ids else ""


def reason_of(words: str) -> str:
    """The RFC 3463 status that the words of a server amount to; ``""`` when they say nothing."""
    return _reason(words[:2000])


def _human_lines(tree: Tree) -> list[str]:
    """The words of the bounce itself, without the copy of the letter."""
    text = ""
    for part in tree.walk():
        if part.type in ("text/plain", "text/html") and not part.parts:
            text = _text(tree, part)
            if text.strip():
                break
    kept: list[str] = []
    for line in text.split("\n", LINES_LIMIT)[:LINES_LIMIT]:
        # Single spaces: no pattern then has a choice of how to divide them.
        line = " ".join(line[:LINE_LENGTH].split())
        if kept and COPY.match(line):
            break
        kept.append(line)
    return kept


def _text(tree: Tree, part: Part) -> str:
    body, _ = undo(tree.raw[part.start : min(part.end, part.start + TEXT_BYTES)], part.encoding)
    text, _ = decode(body, part.content.params.get("charset"))
    if part.type == "text/html":
        text = as_text(to_lines(text))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _ours(tree: Tree) -> set[str]:
    """Who wrote the bounce and whom it came to: neither is the address that failed."""
    block = tree.root.headers
    values = [raw_text(v) for name in ("from", "to", "reply-to") for v in block.all(name)]
    return {address.addr for address in parse_addresses(values)}


def _placed(lines: Sequence[str], ours: set[str]) -> dict[str, int]:
    """Each address that failed and the line that names it; the surest kind of line wins."""
    surely: dict[str, int] = {}
    maybe: dict[str, int] = {}
    for place, line in enumerate(lines):
        if "@" not in line:
            continue
        others = OTHERS.match(line) is not None
        for found in _ADDRESS.finditer(line):
            addr = normalise(found[0].strip("."))
            if others:  # an address to ask for help, and it may be named again
                ours.add(addr)
            if not addr or addr in ours or _OWN.match(addr):
                continue
            sure = BEFORE.search(line[max(0, found.start() - 60) : found.start()])
            (surely if sure else maybe).setdefault(addr, place)
    return surely or maybe


def _written_to(tree: Tree) -> list[str]:
    """The header of old mailers, else the one address the letter was written to."""
    named = [raw_text(value) for value in tree.root.headers.all("x-failed-recipients")]
    if people := parse_addresses(named, ADDRESSES_LIMIT):
        return [address.addr for address in people]
    quoted = _TO.search(tree.raw, tree.root.start, tree.root.start + ID_BYTES)
    returned = returned_headers(tree).get("to", "") or (raw_text(quoted[1]) if quoted else "")
    people = parse_addresses([returned])
    return [people[0].addr] if len(people) == 1 else []


class _Prose:
    """The lines of a bounce, and what can be said of all of them together."""

    def __init__(self, lines: Sequence[str]) -> None:
        everything = "\n".join(filter(None, lines))
        self.lines = lines
        self.reason = _reason(everything)
        self.delayed = DELAYED.search(everything) is not None
        self._coded = [at for at, line in enumerate(lines) if _CODE.search(line)]

    def words_for(self, place: int, named: set[int]) -> str:
        """The server's words for the address in this line (-1: in none)."""
        near: list[int] = []
        if place >= 0:
            near.append(place)
            while len(near) < NEAR and near[-1] + 1 < len(self.lines) and near[-1] + 1 not in named:
                near.append(near[-1] + 1)
        coded = next((at for at in near if at in self._coded), None)
        if coded is None:
            telling = next((self.lines[at] for at in near if _reason(self.lines[at])), "")
            if telling or not self._coded:
                return telling or next((line for line in self.lines if _reason(line)), "")
            coded = self._coded[0]
        found = _CODE.search(self.lines[coded])
        start = found.start() if found else 0
        return " ".join([self.lines[coded][start:], *self._going_on(coded + 1, named)])

    def _going_on(self, start: int, named: set[int]) -> list[str]:
        found: list[str] = []
        for at in range(start, min(len(self.lines), start + 4)):
            if not self.lines[at] or at in named or self.lines[at].startswith(("-", "=")):
                break
            found.append(self.lines[at])
        return found


def _reason(words: str) -> str:
    return next((status for status, pattern in REASONS if pattern.search(words)), "")
