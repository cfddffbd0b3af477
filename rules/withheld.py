"""Why no automatic letter may answer a mail."""

from postdesk.mailbox.automatic import withholds
from postdesk.mailbox.mail import Mail
from postdesk.rules.facts import AGED


def withheld(mail: Mail, *, aged: bool = False) -> str:
    """The reason, as a part of a sentence; ``""`` when a letter may answer it.

    ``aged``: it has waited in its mailbox for over a day.
    """
    if mail.machine:
        return f"it is the mail of a machine: {mail.machine}"
    if mail.spam:
        return "it is marked as spam"
    if not mail.sender.addr or mail.sender_doubt:
        return f"its sender is not clear: {mail.sender_doubt or 'no address'}"
    if aged:
        return AGED
    if withholds(mail.text, mail.subject):
        return "its words are those of an absence"
    return ""
