"""What of a mail its ticket knows already: files it has, and the words of the letter answered.

What is known is not shown nor sent again; what is new stands out, even inside a quote.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import TypeVar

from postdesk.daemon.outbox import WHOLE
from postdesk.daemon.sizes import misfits, too_large
from postdesk.daemon.store import Rows
from postdesk.mailbox.html import plain_lines
from postdesk.mailbox.inside import Quote, known_lines, quote_of, written_inside
from postdesk.mailbox.mail import Attachment, Mail
from postdesk.rules.hold import ENCRYPTED, Cause
from postdesk.rules.ticket import Ticket

NO_QUOTE = Quote("", alone=False)
INSIDE = "[written inside the quoted mail]"
MOST_ANSWERED = 20  # letters of one thread that are looked at
SHOWN = 300  # characters of found words in a question
T = TypeVar("T")
_TAG = re.compile(r"<[^<>]{0,4000}>")


@dataclass(frozen=True, slots=True)
class Own:
    """An agent's mail as it may leave, and why it had better not."""

    mail: Mail
    causes: tuple[Cause, ...] = ()


class Familiar:
    """Reads tickets and letters, and writes nothing. Within a transaction."""

    def __init__(self, rows: Rows, size_limit: Callable[[], int | None]) -> None:
        self._rows = rows
        self._size_limit = size_limit

    def customers(self, mail: Mail, ticket: Ticket | None, size: int) -> Mail:
        """A customer's mail of so many bytes: with the words inside the quote brought out, and
        without pictures that decorate or that the ticket has."""
        if is_encrypted(mail):
            whole = Attachment(WHOLE, "mail.eml", "message/rfc822", size)
            return replace(mail, attachments=(whole,))
        known = self._seals(mail, ticket)
        files = tuple(a for a in mail.attachments if not a.quoted and a.seal not in known)
        if files != mail.attachments:
            mail = replace(mail, attachments=files)
        quote, found = self._inside(mail, ticket)
        if not found or quote.alone:
            return mail
        more = ["", INSIDE, *found]
        rich = (*mail.rich, *plain_lines("\n".join(more))) if mail.rich else ()
        return replace(mail, new="\n".join([mail.new, *more]), rich=rich)

    def agents(self, mail: Mail, ticket: Ticket | None, to: str) -> Own:
        """An agent's mail: nothing goes along that the customer neither wrote nor was sent."""
        if is_encrypted(mail):
            return Own(mail, (ENCRYPTED,))
        known = self._seals(mail, ticket)
        files = tuple(
            a for a in mail.attachments if not a.quoted and (a.inline or a.seal not in known)
        )
        mail = replace(mail, attachments=files)
        quote, found = self._inside(mail, ticket)
        causes: tuple[Cause, ...] = ()
        if found is not None and quote.alone:
            mail = replace(mail, new="\n".join(found), rich=())
        if found:
            causes = (Cause("other", _inside_reason(found)),)
        if to != "customer":
            return Own(mail, causes)
        large = misfits(mail.attachments, self._size_limit())
        if large:
            causes += (Cause("other", f"{too_large(large)}; it would leave without them"),)
            mail = replace(mail, attachments=tuple(a for a in files if a not in large))
        return Own(self._without_strange_quotes(mail, ticket), causes)

    # --- words -----------------------------------------------------------------------------------

    def _inside(self, mail: Mail, ticket: Ticket | None) -> tuple[Quote, tuple[str, ...] | None]:
        """The quote and what was written inside; None where we do not know what is quoted."""
        sent = self._answered(mail, ticket) if ticket else []
        if not sent:
            return NO_QUOTE, None
        quote = quote_of(mail.text)
        return quote, _between(quote.text, sent) if quote.text.strip() else None

    def _answered(self, mail: Mail, ticket: Ticket) -> list[tuple[str, str]]:
        """Text and HTML of what this mail may quote: letters of ours, and mails of the ticket."""
        ids = list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))[:MOST_ANSWERED]
        if not ids:
            return []
        marks = ", ".join("?" * len(ids))
        letters = self._rows.all(f"SELECT content FROM letter WHERE message_id IN ({marks})", *ids)
        found = [json.loads(row["content"]) for row in letters]
        sent = [(content["text"], content["html"]) for content in found]
        if not sent:
            return []
        mails = self._rows.all(
            f"SELECT full_text FROM message WHERE ticket = ? AND message_id IN ({marks})",
            ticket.number,
            *ids,
        )
        return sent + [(row["full_text"], "") for row in mails]

    def _without_strange_quotes(self, mail: Mail, ticket: Ticket | None) -> Mail:
        """Of quoted lines only those go along that the customer wrote or was sent."""
        lines = mail.new.split("\n")
        if ticket is None or not any(line.startswith(">") for line in lines):
            return mail
        found = self._rows.all(
            "SELECT full_text FROM message WHERE ticket = ? AND kind IN ('in', 'out')",
            ticket.number,
        )
        allowed = "\n".join(row["full_text"] for row in found)
        new = _kept(lines, known_lines(lines, allowed))
        shown = [line.text for line in mail.rich]
        rich = _kept(mail.rich, known_lines(shown, allowed))
        return replace(mail, new="\n".join(new), rich=tuple(rich))

    # --- files -----------------------------------------------------------------------------------

    def _seals(self, mail: Mail, ticket: Ticket | None) -> frozenset[str]:
        """The seals of pictures that are on the ticket, where the mail has any picture."""
        pictures = {a.seal for a in mail.attachments if a.type.startswith("image/")}
        if ticket is None or not pictures:
            return frozenset()
        found = self._rows.all("SELECT attachments FROM message WHERE ticket = ?", ticket.number)
        files = (file for row in found for file in json.loads(row["attachments"]))
        return frozenset(seal for file in files if (seal := file.get("seal", "")) in pictures)


def _between(cut: str, sent: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What of the cut part stands neither in the texts nor in the pages that were sent."""
    words = "\n".join(text for text, _ in sent)
    if not written_inside(cut, words):
        return ()
    pages = (unescape(_TAG.sub(" ", page)) for _, page in sent)
    return written_inside(cut, "\n".join([words, *pages]))


def is_encrypted(mail: Mail) -> bool:
    """Whether its words are for somebody else's key."""
    return "encrypted" in mail.defects


def _kept(some: Sequence[T], keep: Sequence[bool]) -> list[T]:
    return [one for one, is_kept in zip(some, keep, strict=True) if is_kept]


def _inside_reason(found: Sequence[str]) -> str:
    words = " / ".join(" ".join(one.split()) for one in found)
    shown = words if len(words) <= SHOWN else words[:SHOWN].rstrip() + " ..."
    return f"there are words of yours inside the quoted mail: {shown}"
