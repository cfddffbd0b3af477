"""Mails that cannot be taken as they are: the raw mail goes along, and nothing is lost."""

from dataclasses import replace

from postdesk.daemon.outbox import WHOLE
from postdesk.daemon.workers import Parsed
from postdesk.mailbox.mail import NOBODY, Attachment, Mail
from postdesk.mailbox.spool import Item


def readable(item: Item, parsed: Parsed) -> Mail:
    """The mail as it was read; one that could not be read whole bears its own file."""
    if not parsed.failure:
        return parsed.mail
    mail = replace(parsed.mail, defects=(*parsed.mail.defects, f"this mail {parsed.failure}"))
    return with_raw(item, mail)


def with_raw(item: Item, mail: Mail) -> Mail:
    """The mail with nothing attached but the whole of it, as it came."""
    whole = Attachment(WHOLE, "mail.eml", "message/rfc822", item.size)
    return replace(mail, attachments=(whole,))


def wordless(mail: Mail) -> Mail:
    """Nothing of the mail but its file: even its subject may be what cannot be told."""
    words = "This mail could not be read. It is attached as it came."
    bare = replace(mail, sender=NOBODY, sender_doubt="", subject="", headers=(), to=(), cc=())
    return replace(bare, reply_to=(), message_id="", text=words, new=words, defects=())
