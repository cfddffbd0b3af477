"""Bounces and complaints: which letter did not arrive, for whom, and in whose words."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from postdesk.mailbox import bounce_report as report
from postdesk.mailbox import bounce_text as text
from postdesk.mailbox.automatic import BOUNCE, GENERATED, machine
from postdesk.mailbox.charset import clean
from postdesk.mailbox.headers import decode_header
from postdesk.mailbox.split import Tree, split

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]

ACTIONS: tuple[Action, ...] = ("failed", "delayed", "delivered", "relayed", "expanded")
RECIPIENTS_LIMIT = 100
DIAGNOSTIC_LENGTH = 300  # characters

# RFC 3463: nothing that is sent to such an address will ever arrive.
DEAD = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"))
# RFC 5965 7.3, and its registry: what a reader asks for who does not want our mail.
COMPLAINTS = frozenset(("abuse", "fraud", "virus", "opt-out", "opt-out-list", "miscategorized"))

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_VAGUE = re.compile(r"[245]\.(?:0\.0|5\.0)")  # says no more than its first digit
_REPLY = re.compile(r"(?<![\w.])([245])\d\d(?![\w.])")
_TYPE = re.compile(r"\s*[a-z0-9-]{1,30}\s*;\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a letter for one recipient."""

    recipient: str  # the address it failed for, normalised; "" when the report names none
    status: str  # RFC 3463, "5.1.1"; "" when nothing says why
    action: Action
    permanent: bool  # a refusal; not a delay, and not a server that could not be reached for days
    diagnostic: str  # the server's words, one line of at most 300 characters
    original_message_id: str  # of the letter, with its <>; "" when the report does not say
    original_recipient: str  # whom we wrote to, where a server redirected it; else ""

    @property
    def dead(self) -> bool:
        """Whether the address itself is the trouble, so that no other letter will arrive."""
        return self.permanent and self.status in DEAD


@dataclass(frozen=True, slots=True)
class AbuseReport:
    """A reader's mail service tells that a mail of ours was called spam (RFC 5965)."""

    kind: str  # "abuse", "fraud", "opt-out", "not-spam", "auth-failure" ...
    recipients: tuple[str, ...]  # who complained, where the report tells
    original_message_id: str
    reporter: str  # the program that wrote the report

    @property
    def complaint(self) -> bool:
        """Whether somebody wants no more mail; other kinds are for the postmaster."""
        return self.kind in COMPLAINTS


def bounces(raw: bytes) -> tuple[Failure, ...]:
    """What a mail tells of letters that did not arrive; empty for any mail that is no bounce.

    Total: never raises; time is linear in the length of the mail, and at most 100 recipients come.
    """
    tree = split(raw)
    return _failures(tree) if _is_bounce(tree) else ()


def failures(raw: bytes) -> tuple[Failure, ...]:
    """The same for a mail that is known to be a bounce, by the address it came to."""
    return _failures(split(raw))


def abuse_report(raw: bytes) -> AbuseReport | None:
    """The complaint that a mail is; None when it is none. Never raises."""
    tree = split(raw)
    fields = report.feedback_fields(tree)
    if "feedback-type" not in fields:
        return None
    returned = report.returned_headers(tree)
    named = [*fields.get("original-rcpt-to", ()), *fields.get("removal-recipient", ())]
    people = [report.typed_address(value) for value in (named or [returned.get("to", "")])]
    return AbuseReport(
        kind=fields["feedback-type"][0].lower()[:40],
        recipients=tuple(dict.fromkeys(filter(None, people)))[:RECIPIENTS_LIMIT],
        original_message_id=report.returned_id(returned),
        reporter=_line(fields.get("user-agent", [""])[0]),
    )


def _is_bounce(tree: Tree) -> bool:
    """Whether the headers or the report say so; a person who quotes a bounce writes none."""
    block = tree.root.headers
    if any(part.type in report.DELIVERY for part in tree.walk()):
        return True
    headers = [(name, decode_header(value)) for name, value in block.headers]
    kind = decode_header(block.get("content-type") or b"")
    why = machine(headers, None, kind)
    if why == BOUNCE:
        return True
    return bool(why) and text.announces(tree, weak=why != GENERATED)


def _failures(tree: Tree) -> tuple[Failure, ...]:
    letter = report.returned_id(report.returned_headers(tree)) or text.quoted_id(tree)
    found = [_reported(fields) for fields in report.recipient_groups(tree)]
    told = [one for one in found if one.recipient or one.original_recipient]
    if not told:
        told = [_said(one) for one in text.said(tree)]
    told = told[:RECIPIENTS_LIMIT] or ([] if not found else found[:1])
    return tuple(replace(one, original_message_id=letter) for one in told)


def _reported(fields: report.Fields) -> Failure:
    """One recipient of an RFC 3464 report."""
    final = report.typed_address(fields.get("final-recipient", ""))
    original = report.typed_address(fields.get("original-recipient", ""))
    actual = report.typed_address(fields.get("x-actual-recipient", ""))
    words = _line(_TYPE.sub("", fields.get("diagnostic-code", ""), count=1))
    status = _status(fields.get("status", ""), words)
    action = _action(fields.get("action", ""), status)
    return Failure(
        recipient=final or original or actual,
        status=status,
        action=action,
        permanent=action == "failed" and not status.startswith("4"),
        diagnostic=words or _line(fields.get("status", "")),
        original_message_id="",
        original_recipient=original if final and original != final else "",
    )


def _action(value: str, status: str) -> Action:
    """RFC 3464 2.3.3; servers have words of their own, which the status explains."""
    word = value.strip().lower()
    for action in ACTIONS:
        if word.startswith(action):
            return action
    if status.startswith("2"):
        return "delivered"
    return "delayed" if "delay" in word else "failed"


def _status(value: str, words: str) -> str:
    """The most telling code: a vague one gives way to what the server said, in code or in words."""
    stated = _STATUS.search(value)
    said = _STATUS.search(words)
    status = stated[1] if stated else ""
    if said and (not status or (_VAGUE.fullmatch(status) and said[1][0] == status[0])):
        status = said[1]
    if status and not _VAGUE.fullmatch(status):
        return status
    meant = text.reason_of(words)
    if meant and (not status or meant[0] == status[0]):
        return meant
    return status or _from_reply(words)


def _from_reply(words: str) -> str:
    """RFC 5321 4.2.1: the first digit of a reply code says as much as a class of RFC 3463."""
    found = _REPLY.search(words)
    return f"{found[1]}.0.0" if found else ""


def _said(one: text.Said) -> Failure:
    """One recipient of a bounce in prose."""
    words = _line(one.words)
    status = _status("", words) or one.reason
    delayed = one.failed is False or (one.failed is None and one.delayed)
    return Failure(
        recipient=one.recipient,
        status=status,
        action="delayed" if delayed else "failed",
        permanent=not delayed and not status.startswith("4"),
        diagnostic=words,
        original_message_id="",
        original_recipient="",
    )


def _line(words: str) -> str:
    return " ".join(clean(words[:4000]).split())[:DIAGNOSTIC_LENGTH].rstrip()
