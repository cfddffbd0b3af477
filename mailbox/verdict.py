"""A letter that is handed over, and what became of it, with one bounded line for people."""

from dataclasses import dataclass

from postdesk.mailbox import header_text

WORDS = 300  # characters of somebody else's words that are kept


@dataclass(frozen=True, slots=True)
class Sent:
    """The next hop took the letter over; ``detail`` is what it said."""

    detail: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now: worth another try later."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not ever for this recipient: another try would end the same way."""

    why: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter for one recipient, on its way to the next hop."""

    mail_from: str  # "" is the null return path
    rcpt: str
    raw: bytes
    message_id: str
    whole: bool = False  # each line ends in CRLF, as it does in what we composed


Verdict = Sent | Deferred | Refused


def said(words: str | bytes) -> str:
    """Somebody else's words as one clean, bounded line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return header_text.clean(text, WORDS)


def cause(error: Exception) -> str:
    """What the system says about a failure, without numbers, paths and quotes around it."""
    return said(getattr(error, "strerror", None) or str(error) or type(error).__name__)
