"""Statuses and moves out of their tables: they add to the built-in ones, or change them by name."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast, get_args

from postdesk.rules import shape
from postdesk.rules.defined import Defined, Names
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.people import Role
from postdesk.rules.span import Span
from postdesk.rules.textmatch import fold
from postdesk.rules.ticket import Kind
from postdesk.rules.verbs import KNOWN
from postdesk.rules.workflow import DEFAULT, FORTNIGHT, Move, Status, Workflow

KINDS = get_args(Kind)

_STATUS = re.compile(r"[^\W\d_][\w-]{0,39}")
_VERB = re.compile(r"[^\W\d_](?:[^\W_]|-){0,39}")  # as the grammar of commands knows them
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
Limits = tuple[Span, Span | None, Span | None, str]
_NO_LIMITS: Limits = (FORTNIGHT, None, None, "")


def read_workflow(draft: Draft, defined: Defined) -> Workflow:
    """The built-in workflow with what the files say; what is wrong is noted in the draft."""
    statuses, heirs = dict(DEFAULT.statuses), dict[str, str]()
    for entry in draft.of("status"):
        status = statuses[entry.name] = read_status(entry)
        _check_old_names(entry, status, heirs, draft.names("status") or {})
    moves = dict(DEFAULT.moves)
    for entry in draft.of("move"):
        move = read_move(entry, defined, statuses)
        if defined.has("agent", move.verb):
            entry.wrong("an agent is called so; a verb needs a word of its own")
        moves[move.verb] = move
    limits = _NO_LIMITS
    for entry in draft.of("workflow"):
        limits = read_limits(entry, defined)
    return Workflow(MappingProxyType(statuses), MappingProxyType(moves), *limits)


def read_status(entry: Entry) -> Status:
    """``[status.on-hold]``; of a built-in one, only what differs need be written."""
    name = entry.name
    built_in = DEFAULT.statuses.get(name)
    if not _STATUS.fullmatch(name):
        entry.wrong("a status begins with a letter and goes on with letters, digits and -")
    elif built_in is None and name.casefold() in DEFAULT.statuses:
        entry.wrong(f'the built-in status is written "{name.casefold()}"')
    if built_in is None and "kind" not in entry.table:
        entry.wrong('kind is missing: "open", "waiting" (the clock stands still) or "done"')
    kind = entry.one_of("kind", KINDS, built_in.kind if built_in else "open")
    label = entry.line("label") or (built_in.label if built_in else _worded(name))
    status = Status(name, cast(Kind, kind), label, _colour(entry), entry.texts("was"), entry.where)
    entry.done()
    return status


def _colour(entry: Entry) -> str:
    found = entry.text("colour")
    entry.asked["colour"] = shape.COLOUR
    if found and not _COLOUR.fullmatch(found):
        entry.wrong('colour must be written like "#1a7f37"', "colour")
        return ""
    return found.lower()


def _worded(name: str) -> str:
    """``on-hold`` as people read it: ``On hold``."""
    return name.replace("-", " ").capitalize()


def _check_old_names(entry: Entry, status: Status, heirs: dict[str, str], there: Names) -> None:
    """An old name is no status any more, and becomes one new status, not two."""
    for nth, old in enumerate(status.was):
        if old in DEFAULT.statuses:
            what = f'"{old}" is built in and stays; give it another label: [status.{old}]'
            entry.wrong(what, "was", nth)
        elif old.casefold() in there:
            entry.wrong(f'"{old}" is a status still: was names one that is gone', "was", nth)
        elif first := heirs.get(old):
            entry.wrong(f'"{old}" became "{first}" already', "was", nth)
        heirs.setdefault(old, status.name)


def read_move(
    entry: Entry, defined: Defined, statuses: Mapping[str, Status] = DEFAULT.statuses
) -> Move:
    """``[move.approve]``; of a built-in one, only what differs need be written."""
    verb = entry.name
    built_in = DEFAULT.moves.get(verb)
    if not _VERB.fullmatch(verb):
        entry.wrong("a verb is one word: a letter, then letters, digits and -")
    elif built_in is None and fold(verb) in KNOWN:
        entry.wrong("this verb means something else already")
    to = entry.refers("to", defined, "status")
    if not to and "to" not in entry.table and built_in is None:
        entry.wrong("to is missing: the status that the verb moves a ticket to")
    to = to or (built_in.to if built_in else "new")
    label = statuses[to].label.lower() if to in statuses else to
    move = Move(
        verb,
        to,
        entry.line("past") or (built_in.past if built_in else f"set to {label}"),
        entry.refer_all("from", defined, "status"),
        tuple(cast(Role, role) for role in entry.all_of("who", get_args(Role))),
        entry.where,
    )
    entry.done()
    return move


def read_limits(entry: Entry, defined: Defined) -> Limits:
    """``[workflow]``: until when replies reopen, when silence reminds and closes, by which days."""
    reopen = entry.span("reopen")
    close, remind = entry.span("close_after"), entry.span("remind_after")
    calendar = entry.refers("calendar", defined, "calendar")
    if remind and close is None and "close_after" not in entry.table:
        entry.wrong("remind_after needs a close_after, of which it reminds", "remind_after")
    elif remind and close and not _shorter(remind, close):
        entry.wrong("remind_after must be shorter than close_after", "remind_after")
    entry.done()
    return reopen or FORTNIGHT, close, remind, calendar


def _shorter(one: Span, other: Span) -> bool:
    """As far as can be told without a calendar: days to days, clock time to clock time."""
    if bool(one.business_days) != bool(other.business_days):
        return True
    return (one.business_days, one.clock) < (other.business_days, other.clock)
