"""What a mail is beside its words: a bounce, a complaint, a reaction, somebody else's mail."""

from dataclasses import dataclass

from postdesk.mailbox.automatic import ABUSE, BOUNCE, BULK, GENERATED
from postdesk.mailbox.bounce import AbuseReport, Failure, abuse_report, bounces, failures
from postdesk.mailbox.forward import ORIGINALS, Forwarded, forwarded
from postdesk.mailbox.forward_words import AMBIGUOUS_SUBJECT, MORE_SUBJECT
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.quote import is_forward
from postdesk.mailbox.reaction import Reaction, reaction


@dataclass(frozen=True, slots=True)
class Asides:
    """Found in the worker, where the bytes are; all empty for most mail."""

    failures: tuple[Failure, ...] = ()  # of letters that did not arrive
    complaint: AbuseReport | None = None
    reaction: Reaction | None = None
    forwarded: Forwarded | None = None


NONE = Asides()


def asides_of(mail: Mail, raw: bytes) -> Asides:
    """What else this mail is. Total and linear; cheap for mail that is nothing else."""
    if mail.machine == BOUNCE:
        return Asides(failures=failures(raw))
    if mail.machine == ABUSE:
        return Asides(complaint=abuse_report(raw))
    if _may_be_bounce(mail) and (failed := bounces(raw)) and failed[0].original_message_id:
        return Asides(failures=failed)
    if found := reaction(mail, raw):
        return Asides(reaction=found)
    if _may_pass_on(mail) and (passed_on := forwarded(mail, raw)):
        return Asides(forwarded=passed_on)
    return NONE


def _may_be_bounce(mail: Mail) -> bool:
    """Is it a program's, that nothing can answer? A web form, too, may tell of undelivered mail."""
    postmaster = mail.sender.addr.startswith("postmaster@")
    silent = postmaster or mail.header("return-path") == "<>"
    return silent and mail.machine in (GENERATED, BULK)


def _may_pass_on(mail: Mail) -> bool:
    """Is a closer look worth its time? A subject says so, an attached mail, or a drawn line."""
    subject = mail.subject
    if is_forward(subject) or MORE_SUBJECT.match(subject) or AMBIGUOUS_SUBJECT.match(subject):
        return True
    return "\n--" in mail.text or any(file.type in ORIGINALS for file in mail.attachments)
