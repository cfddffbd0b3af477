"""Approvals: who was asked for a yes, and what they said."""

from collections.abc import Sequence
from datetime import datetime

from postdesk.rules.effect import Approve, AskApproval

Approval = dict[str, object]  # as `show --json` gives it
WAITING, YES, NO = "waiting", "yes", "no"


def asked(
    known: Sequence[Approval], effect: AskApproval, by: str, now: datetime
) -> tuple[Approval, ...]:
    """The approvals with those now asked for.

    Who is asked already is not asked twice: the one yes is then for the higher level.
    """
    waits = {one["approver"] for one in known if one["state"] == WAITING}
    new = (approver for approver in effect.approvers if approver not in waits)
    return (
        *(_raised(one, effect) for one in known),
        *(_question(approver, effect, by, now) for approver in new),
    )


def _raised(one: Approval, effect: AskApproval) -> Approval:
    if one["state"] != WAITING or one["approver"] not in effect.approvers:
        return one
    return {**one, "level": max(level_of(one), effect.level)}


def _question(approver: str, effect: AskApproval, by: str, now: datetime) -> Approval:
    return {
        "approver": approver,
        "state": WAITING,
        "reason": effect.reason,
        "level": effect.level,
        "asked_by": by,
        "asked_at": now.isoformat(),
        "answered_at": None,
        "comment": "",
    }


def answered(known: Sequence[Approval], effect: Approve, now: datetime) -> tuple[Approval, ...]:
    """The approvals with this answer; an answer to what nobody asked changes nothing."""
    said = {
        "state": YES if effect.yes else NO,
        "answered_at": now.isoformat(),
        "comment": effect.comment,
    }
    return tuple(
        {**one, **said} if one["approver"] == effect.approver and one["state"] == WAITING else one
        for one in known
    )


def waiting(known: Sequence[Approval], approver: str) -> Approval | None:
    """What this agent has been asked and has not answered yet."""
    found = (a for a in known if a["approver"] == approver and a["state"] == WAITING)
    return next(found, None)


def agreed(known: Sequence[Approval], question: Approval) -> int:
    """The level to which a ticket may go now that all who were asked this said yes; 0 for none."""
    asked_at = question["asked_at"]
    together = (one for one in known if one["asked_at"] == asked_at)
    return level_of(question) if all(one["state"] == YES for one in together) else 0


def level_of(one: Approval) -> int:
    """The level that a yes is for; 0 for none."""
    level = one["level"]
    return level if isinstance(level, int) else 0
