"""Whose mail a forwarded mail is, and what was said above it, inline or as an attachment."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from postdesk.mailbox.address import clean_name, normalise
from postdesk.mailbox.automatic import ABUSE, BOUNCE, RECEIPT
from postdesk.mailbox.forward_words import (
    AMBIGUOUS_SUBJECT,
    FRAME_END,
    MORE_FRAMES,
    MORE_SUBJECT,
    PREFIX,
)
from postdesk.mailbox.mail import NOBODY, Address, Mail
from postdesk.mailbox.parse import parse, part_bytes
from postdesk.mailbox.quote import is_forward
from postdesk.mailbox.quote_marks import (
    ADDRESS,
    FRAMED,
    KEY,
    Introduction,
    header_block,
    introduction,
    next_written,
    tidy,
)
from postdesk.mailbox.quote_words import FORWARDED, ROLES
from postdesk.mailbox.signature import end_of_words

ORIGINALS = ("message/rfc822", "message/global")
LINES_LIMIT = 20_000
HEADER_LINES = 30
VALUE_LENGTH = 1000  # characters of a header looked at
SENT_LENGTH = 100
SUBJECT_LENGTH = 500
PEOPLE_LIMIT = 50

_MAILTO = re.compile(r"<?\[?mailto:([^\s<>\[\]]{3,320})[\]>]?>?", re.IGNORECASE)
_SPEC = re.compile(r"[^\s<>()\[\]\",;:'|]{1,64}@[\w.-]{1,253}\w")
# Yahoo goes on in the same line: "----- Forwarded Message ----- From: Petra"
_AFTER_FRAME = re.compile(r"[-=]{2,20}[^-=:]{1,60}[-=]{2,20}[ ]([^-=:]{1,30}:[^\n]{1,300})")
_EDGES = " \t*_\"'<>()[]|,;:"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail that somebody passed on to us."""

    note: str  # the words above it, without signature
    sender: Address  # of the original; NOBODY, or a name without address, where it is not told
    sent: str  # when, in the words of the client that forwarded it
    subject: str  # of the original, as told there; else the forward's without "Fwd:"
    to: tuple[Address, ...]
    text: str  # the original's words, all of them
    message_id: str  # of the original with its <>; "" when the forward does not tell
    part: int | None  # number of the attached original; None when it stands in the text


def forwarded(mail: Mail, raw: bytes | None = None) -> Forwarded | None:
    """The mail that this one passes on; None when it passes on none. Never raises; linear.

    A reply quotes in the same way: what tells is the frame, or the subject. ``raw`` is needed to
    read an original that is attached; without it only ``part`` and ``note`` are told.
    """
    found = forwarded_text(mail.text, mail.subject)
    if found is None:
        return _attached(mail, raw)
    known = mail.header("x-forwarded-message-id").strip()
    ids = (*mail.in_reply_to[:1], *mail.references[-1:])
    of = known if known.startswith("<") and known.endswith(">") else next(iter(ids), "")
    return replace(found, message_id=of)


def forwarded_text(text: str, subject: str) -> Forwarded | None:
    """The same for a text alone: also finds what the original itself passed on."""
    lines = [line.rstrip("\r") for line in text.split("\n", LINES_LIMIT)]
    page = [tidy(line) for line in lines]
    found = _start(page, subject)
    if found is None:
        return None
    note = _note(lines, page, found.start)
    block = _Block(page, found)
    body = _unquoted(lines[block.end :], quoted=block.quoted)
    return Forwarded(
        note=note,
        sender=block.sender(),
        sent=block.words("date")[:SENT_LENGTH],
        subject=block.words("subject")[:SUBJECT_LENGTH] or bare_subject(subject),
        to=tuple(_people(block.words("to"))),
        text=body,
        message_id="",
        part=None,
    )


def bare_subject(subject: str) -> str:
    """The subject without the "Fwd:" of any language in front."""
    for _ in range(5):
        found = PREFIX.match(subject)
        if not found:
            break
        subject = subject[found.end() :]
    return subject.strip()


# As an attachment


def _attached(mail: Mail, raw: bytes | None) -> Forwarded | None:
    part = next((file.part for file in mail.attachments if file.type in ORIGINALS), None)
    if part is None or mail.machine in (BOUNCE, RECEIPT, ABUSE):
        return None
    lines = mail.new.split("\n")
    note = "\n".join(lines[: end_of_words(lines)]).strip()
    if raw is None:
        return Forwarded(note, NOBODY, "", bare_subject(mail.subject), (), "", "", part)
    original = parse(part_bytes(raw, part))
    return Forwarded(
        note=note,
        sender=NOBODY if original.sender_doubt else original.sender,
        sent=original.header("date")[:SENT_LENGTH],
        subject=original.subject[:SUBJECT_LENGTH],
        to=original.to,
        text=original.text,
        message_id=original.message_id,
        part=part,
    )


# In the text


def _start(page: Sequence[str], subject: str) -> Introduction | None:
    """Where the forwarded mail is introduced; what is only quoted, or marked by us, is a reply."""
    sure = is_forward(subject) or MORE_SUBJECT.match(subject[:80]) is not None
    maybe = AMBIGUOUS_SUBJECT.match(subject[:20]) is not None
    for at, line in enumerate(page):
        if not line or line.startswith(">"):
            continue
        if found := _frame(page, at):
            return found
        if found := introduction(page, at):
            told = found.kind == "forward" or sure or (maybe and _is_danish(page, found))
            return found if told and found.kind != "marker" else None
        # "Please look at this:" above a header block: who forwards it means it.
        if sure and (end := header_block(page, at)):
            return Introduction(at, end, "header")
    return None


def _frame(page: Sequence[str], at: int) -> Introduction | None:
    found = FRAMED.fullmatch(page[at]) if len(page[at]) <= 120 else None
    if found and (MORE_FRAMES.search(found[1]) or FORWARDED.search(found[1])):
        return Introduction(at, at + 1, "forward")
    return None


def _is_danish(page: Sequence[str], found: Introduction) -> bool:
    """Whether the header block is Danish or Norwegian, where ``VS`` means a forward."""
    lines = page[found.start : found.start + HEADER_LINES]
    keys = {key[1].strip().lower() for line in lines if (key := KEY.match(line))}
    return "emne" in keys or "fra" in keys


def _note(lines: Sequence[str], page: Sequence[str], end: int) -> str:
    """The words above, without the rule that a client draws and without the signature."""
    while end and not page[end - 1].strip("-_=* "):
        end -= 1
    kept = list(lines[:end])
    kept = kept[: end_of_words(kept)]
    return "\n".join(line.rstrip() for line in kept).strip("\n").strip()


class _Block:
    """The headers of the original as the forwarding client wrote them out."""

    def __init__(self, page: Sequence[str], found: Introduction) -> None:
        self._frame = page[found.start : found.after]
        self._values: dict[str, list[str]] = {}
        self._above: list[str] = []  # an introduction without keys
        start = next_written(page, found.start if found.kind == "header" else found.after)
        self.quoted = start < len(page) and page[start].startswith(">")
        self.end = found.after
        if tail := _AFTER_FRAME.fullmatch(self._frame[0] if self._frame else ""):
            self._take(tail[1])
        if found.kind != "attribution":
            self._read(page, start)

    def words(self, role: str) -> str:
        return " ".join(" ".join(self._values.get(role, ())).split())[:VALUE_LENGTH]

    def sender(self) -> Address:
        """From its own line; else the first address in the frame or in the lines below it."""
        if told := self.words("from"):
            found = next(iter(_people(told)), None)
            return found or Address(clean_name(told), "")
        people = _people(" ".join([*self._frame, *self._above])[: 4 * VALUE_LENGTH])
        return next(iter(people), NOBODY)

    def _take(self, line: str) -> str:
        """Keep a "Key: value" line; its role, ``""`` for other lines and a second of its kind."""
        found = KEY.match(line)
        role = _role(found[1]) if found else ""
        if found is None or not role or (role in self._values and role != "other"):
            return ""
        self._values.setdefault(role, []).append(line[found.end() :].strip(" *_\t"))
        return role

    def _read(self, page: Sequence[str], start: int) -> None:
        role = ""
        place = start
        blanks = 0
        while place < min(len(page), start + HEADER_LINES):
            line = page[place].lstrip("> ") if self.quoted else page[place]
            if told := self._take(line):
                role, blanks = told, 0
            elif not line:
                blanks += 1
                if len(self._values) >= 2 and not self._goes_on(page, place + 1, blanks):
                    break
            elif role and not blanks and self._is_continued(page, place, role):
                self._values[role].append(line)
            else:
                break
            place += 1
        self.end = place if self._values else self._without_keys(page, start)

    def _goes_on(self, page: Sequence[str], place: int, blanks: int) -> bool:
        """Whether another header stands below one blank line, as some conversions have it."""
        if blanks > 1 or place >= len(page):
            return False
        found = KEY.match(page[place].lstrip("> "))
        told = _role(found[1]) if found else ""
        return bool(told) and told not in self._values

    def _is_continued(self, page: Sequence[str], place: int, role: str) -> bool:
        """A value goes on where it ends open, or where another header follows."""
        if self._values[role][-1].endswith((",", ";")) or not self._values[role][-1]:
            return True
        for line in page[place + 1 : place + 3]:
            found = KEY.match(line.lstrip("> "))
            if found and _role(found[1]) not in ("", *self._values):
                return True
        return False

    def _without_keys(self, page: Sequence[str], start: int) -> int:
        """Some write "3 August, Petra <petra@kunde.example>:" instead; that line is no text."""
        written = [at for at in range(start, min(len(page), start + 6)) if page[at]][:3]
        for at in written:
            self._above.append(page[at].lstrip("> "))
            if ADDRESS.search(page[at]):
                return at + 1
        self._above.clear()
        return start


def _role(key: str) -> str:
    pairs = ROLES.get(key.strip().lower(), ())
    return pairs[0][1] if pairs else ""


def _people(value: str) -> Iterable[Address]:
    """The addresses in a written-out header, with the names before them, each once."""
    value = _MAILTO.sub(r" <\1> ", value)
    people: dict[str, Address] = {}
    done = 0
    for found in _SPEC.finditer(value):
        addr = normalise(found[0].strip("."))
        if addr:
            name = clean_name(value[done : found.start()].strip(_EDGES))
            people.setdefault(addr, Address("" if "@" in name else name, addr))
        done = found.end()
        if len(people) >= PEOPLE_LIMIT:
            break
    return people.values()


def _unquoted(lines: Sequence[str], *, quoted: bool) -> str:
    """The original's lines: without one level of ``>`` where the client put it, and the frame."""
    if quoted:
        lines = [_without_mark(line) for line in lines]
    for at in range(len(lines) - 1, max(-1, len(lines) - 200), -1):
        if len(lines[at]) <= 150 and FRAME_END.fullmatch(lines[at].strip()):
            lines = lines[:at]
            break
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


def _without_mark(line: str) -> str:
    bare = line.lstrip()
    if not bare.startswith(">"):
        return line
    return bare[2:] if bare.startswith("> ") else bare[1:]
