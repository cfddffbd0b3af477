"""Languages: their tags as people write them, and the one that a customer is answered in."""

import re
from collections.abc import Collection

from postdesk.mailbox.mail import Mail
from postdesk.mailbox.spoken import guess
from postdesk.rules.people import People

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")


def language_tag(text: str) -> str:
    """A language tag in its usual letter case (``de``, ``pt-BR``); ``""`` when it is none."""
    if not _TAG.fullmatch(text):
        return ""
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(p.title() if len(p) == 4 else p.upper() for p in rest)])


def language_of(mail: Mail, people: People, desk: str, letters: Collection[str]) -> str:
    """The language of a mail's writer: as stored, as the mail declares, or as it reads.

    What is declared (RFC 3282) or read counts where there are ``letters`` in it; else it is the
    ``desk``'s own.
    """
    if stored := people.language_of(mail.sender.addr):
        return stored
    declared = language_tag(mail.header("content-language").strip())
    if _kind(declared) in letters:
        return declared
    found = guess(mail.new)
    return found if found in letters and found != _kind(desk) else desk


def _kind(tag: str) -> str:
    """``pt-BR`` -> ``pt``."""
    return tag.partition("-")[0]
