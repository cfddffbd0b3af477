"""A mail as the rest of postdesk sees it: plain values, already decoded and bounded."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: a display name (may be empty) and an addr-spec, lower-case, IDN as Unicode."""

    name: str
    addr: str

    @property
    def domain(self) -> str:
        """What stands behind the last ``@``; empty when there is none."""
        return self.addr.rpartition("@")[2] if "@" in self.addr else ""


NOBODY = Address("", "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail; its bytes stay in the spool and are named by ``part``."""

    part: int  # place in the walk of the mail's parts; with the intake key it names the bytes
    name: str  # a safe file name, never empty, no path, no control or bidi characters
    type: str  # "image/png", lower-case
    size: int  # decoded, bytes
    cid: str = ""  # Content-ID without <>, where the part has one
    inline: bool = False  # it stands in the text: the HTML refers to its cid
    quoted: bool = False  # a picture that only the quoted mail or the signature shows
    seal: str = ""  # 32 hex digits of sha256: equal for the same file on another mail


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, with its formatting beside it, so that cutting one cuts the other."""

    text: str
    html: str  # the same line as inline HTML from the allow-list; pictures as <img src="cid:...">
    path: tuple[str, ...] = ()  # blocks around it, outermost first, numbered: ("ul:1", "li:2")


@dataclass(frozen=True, slots=True)
class Mail:
    """What arrived. Every field is bounded, decoded, free of NUL, surrogates and control codes."""

    message_id: str  # "<...@...>", or "" when missing or unusable
    in_reply_to: tuple[str, ...]  # ids with their <>
    references: tuple[str, ...]
    subject: str  # one line, decoded
    sender: Address  # the one address of From; NOBODY when there is none that can be told
    sender_doubt: str  # why From does not name one person for sure; "" when it does
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None  # the Date header in UTC: what the sender claims, never trusted
    headers: tuple[tuple[str, str], ...]  # (lower-case name, decoded value), in order, bounded
    text: str  # all words a reader would see, quotes included, as plain text
    new: str  # the new words: without quotes, signature, phone footer; never empty if text is not
    rich: tuple[Line, ...]  # the new words with formatting; () when the mail has none to keep
    attachments: tuple[Attachment, ...]
    machine: str  # why this looks like the mail of a machine ("auto-submitted", ...); "" for people
    spam: bool  # a filter in front of us marked it
    defects: tuple[str, ...]  # what was wrong with it, for people who look
    digest: str  # 64 hex digits over the canonical content: equal for the same mail by two ways

    def header(self, name: str) -> str:
        """The first header of this name, or ``""``."""
        return next((value for key, value in self.headers if key == name), "")
