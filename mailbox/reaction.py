"""Mails that say nothing: receipts, recalls and reactions, which are history and no answer."""

import json
import re
from dataclasses import dataclass
from typing import Literal

from postdesk.mailbox.bounce_report import groups_of
from postdesk.mailbox.charset import clean, decode
from postdesk.mailbox.headers import message_ids
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.reaction_words import (
    GMAIL_GERMAN,
    GMAIL_REACTION,
    IN_QUOTES,
    OUTLOOK_REACTION,
    RECALL_WISH,
    TAPBACK_LINE,
)
from postdesk.mailbox.split import Part, Tree, split
from postdesk.mailbox.transfer import undo

Kind = Literal["read receipt", "not read", "recall", "reaction"]

EMOJI_PART = "text/vnd.google.email-reaction+json"
RECEIPT_PART = ("message/disposition-notification", "message/global-disposition-notification")
WORDS_LENGTH = 200  # characters
BESIDE = 160  # characters of new words: more than a program writes is a person's
TAPBACK_LENGTH = 1500  # it quotes the whole message
EMOJI_LENGTH = 32  # characters: families of flags and skins are long
JSON_BYTES = 1000

_PICTURE = re.compile(r"\[[^\]\n]{0,60}\]|<https?://[^>\s]{1,300}>|https?://\S{1,300}")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a mail without words of its own says, and of which letter."""

    kind: Kind
    words: str  # an emoji, or a sentence of at most 200 characters
    of: str  # Message-ID with its <>, "" when the mail does not tell


def reaction(mail: Mail, raw: bytes) -> Reaction | None:
    """What this mail is, if it says nothing else; None for mail that somebody wrote.

    Total and linear. A mail with words beside the reaction is a person's: nothing is hidden.
    """
    if len(mail.new) > TAPBACK_LENGTH:
        return None
    tree = split(raw) if _has_part(mail) else None
    return (tree and (_receipt(mail, tree) or _emoji(mail, tree))) or _in_words(mail)


def _has_part(mail: Mail) -> bool:
    """Whether the mail has a part that is worth another walk; the parser attaches such parts."""
    types = {file.type for file in mail.attachments}
    return EMOJI_PART in types or any(kind in types for kind in RECEIPT_PART)


def _in_words(mail: Mail) -> Reaction | None:
    if mail.attachments and any(not file.inline for file in mail.attachments):
        return None
    return _recall(mail) or _outlook(mail) or _tapback(mail)


# RFC 8098


def _receipt(mail: Mail, tree: Tree) -> Reaction | None:
    part = next((part for part in tree.walk() if part.type in RECEIPT_PART), None)
    if part is None:
        return None
    fields: dict[str, str] = {}
    for group in groups_of(tree, part):
        for name, value in group:
            fields.setdefault(name, value)
    if "disposition" not in fields:
        return None
    # "manual-action/MDN-sent-manually; displayed/error": the word behind the semicolon
    word = fields["disposition"].rpartition(";")[2].strip().lower().split("/")[0]
    ids = message_ids(fields.get("original-message-id", ""))
    kind: Kind = "read receipt" if word in ("displayed", "processed") else "not read"
    return Reaction(
        kind, _sentence(mail.new) or _sentence(mail.subject), ids[0] if ids else _of(mail)
    )


# Gmail: {"version": 1, "emoji": "..."}


def _emoji(mail: Mail, tree: Tree) -> Reaction | None:
    for part in tree.walk():
        if part.type != EMOJI_PART or part.disposition.value == "attachment":
            continue
        emoji = _emoji_of(tree, part)
        if emoji and _is_bare(mail, emoji):
            return Reaction("reaction", emoji, _of(mail))
    return None


def _emoji_of(tree: Tree, part: Part) -> str:
    """The one emoji; ``""`` where the part is not what its type says."""
    body, _ = undo(tree.body(part)[: JSON_BYTES * 2], part.encoding)
    try:
        said = json.loads(decode(body[:JSON_BYTES], part.content.params.get("charset"))[0])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict) or said.get("version") != 1:
        return ""
    emoji = said.get("emoji")
    if not isinstance(emoji, str) or not 0 < len(emoji) <= EMOJI_LENGTH:
        return ""
    return "" if any(c.isalpha() or c.isspace() for c in emoji) else emoji


def _is_bare(mail: Mail, emoji: str) -> bool:
    """Whether Gmail wrote the words: its brand stands in them, in whatever language."""
    text = _without_pictures(mail.new).replace(emoji, "").strip()
    return not text or (len(text) <= BESIDE and "gmail" in text.lower())


# In words


def _recall(mail: Mail) -> Reaction | None:
    """The words quote the subject of the recalled mail, and so does the subject of this one."""
    text = _sentence(mail.new, 600)
    if len(mail.new) > 600 or not RECALL_WISH.search(text):
        return None
    quoted = IN_QUOTES.search(text)
    subject = " ".join(mail.subject.split())
    if quoted is None or not subject.endswith(quoted["quoted"].rstrip(".")):
        return None
    return Reaction("recall", _sentence(text), _of(mail)) if ":" in subject else None


def _outlook(mail: Mail) -> Reaction | None:
    text = _without_pictures(mail.new)
    if len(text) > BESIDE:
        return None
    for pattern in (OUTLOOK_REACTION, GMAIL_REACTION, GMAIL_GERMAN):
        if pattern.fullmatch(text):
            return Reaction("reaction", _sentence(text), _of(mail))
    return None


def _tapback(mail: Mail) -> Reaction | None:
    text = _without_pictures(mail.new)
    if not TAPBACK_LINE.fullmatch(text):
        return None
    return Reaction("reaction", _sentence(text), _of(mail))


def _without_pictures(text: str) -> str:
    return " ".join(_PICTURE.sub(" ", text).split())


def _sentence(text: str, length: int = WORDS_LENGTH) -> str:
    return " ".join(clean(text[: length * 2]).split())[:length].rstrip()


def _of(mail: Mail) -> str:
    """RFC 5322 3.6.4: the mail that is answered is the last of References, too."""
    return next(iter((*mail.in_reply_to[:1], *mail.references[-1:])), "")
