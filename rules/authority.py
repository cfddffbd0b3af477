"""What may this sender do with the ticket that the mail means? A pure function over facts.

Matching is done before (``match``). A number, known to anybody, never opens a ticket; a mark made
for one person never speaks for another; doubt is held, never guessed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal

from postdesk.rules.match import Match
from postdesk.rules.offers import CUSTOMERS, offered_by
from postdesk.rules.ticket import Link, Ticket


class Level(IntEnum):
    """How well an agent's identity is proven (DESIGN 6)."""

    CLAIMED = 0  # From only
    TOKEN = 1  # a mark made for this agent, and From
    CONFIRMED = 2  # and the registered address said so, now or for this path
    PROVEN = 3  # SMTP AUTH, DKIM, DMARC


LEVELS = {level.name.lower(): level for level in Level}


@dataclass(frozen=True, slots=True)
class Writer:
    """Who a mail says it is from, and what its mark says about that."""

    address: str
    agent: str | None  # the handle, when From is one of an agent's addresses
    clear: bool  # From names exactly one person
    own_mark: bool  # the mark was made for this very person
    remembered: bool = False  # this agent confirmed a mail that came by this path


@dataclass(frozen=True, slots=True)
class Opens:
    """The mail begins a ticket, tied to others where it speaks of them."""

    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Joins:
    """The mail is a customer's (or an outsider's) next word on this ticket."""

    number: int
    role: Literal["participant", "bystander"]
    brings: bool = False  # whom it has in To and Cc gets the answers from now on
    offered: tuple[str, ...] = ()  # words that count, because the letter answered offered them


@dataclass(frozen=True, slots=True)
class Works:
    """The mail is an agent's answer to the customer, or a note for the team."""

    number: int
    to: Literal["customer", "team"]
    level: Level


@dataclass(frozen=True, slots=True)
class Settles:
    """The mail answers our question about a held one."""

    hold: int


@dataclass(frozen=True, slots=True)
class Doubts:
    """The mail is an agent's and cannot be carried out as it is: hold it and ask."""

    number: int
    cause: Literal["target", "addressbook"]
    why: str
    to: Literal["customer", "team"]
    level: Level


@dataclass(frozen=True, slots=True)
class Approves:
    """The mail answers a question for a yes, which was asked of this agent or address."""

    number: int
    approver: str


@dataclass(frozen=True, slots=True)
class Controls:
    """The mail is an agent's, and holds lines of commands about any tickets."""

    level: Level
    rows: bool = False  # it answers a digest: a number is a row of it


@dataclass(frozen=True, slots=True)
class NotYours:
    """An agent answers a question that was asked of another."""


Place = Opens | Joins | Works | Settles | Approves | Doubts | Controls | NotYours


def place(
    found: Match, writer: Writer, ticket: Ticket | None, now: datetime, reopen: timedelta
) -> Place:
    """Where the mail goes. ``ticket`` is the one meant (already followed to its merge target)."""
    asked = found.mark is not None and found.mark.purpose == "a"
    if asked and ticket and writer.own_mark and writer.clear:
        return Approves(ticket.number, writer.agent or writer.address)
    if writer.agent is not None and writer.clear:
        return _agent(found, writer, ticket, now, reopen)
    return _customer(found, writer, ticket, now, reopen)


def _agent(
    found: Match, writer: Writer, ticket: Ticket | None, now: datetime, reopen: timedelta
) -> Place:
    if found.hold is not None and writer.own_mark:
        return Settles(found.hold)
    if found.hold is not None:
        return NotYours()
    if found.control:
        rows = found.mark is not None and found.mark.purpose == "d"
        return Controls(_level(writer) if writer.own_mark else Level.CLAIMED, rows)
    if ticket is None:
        return Opens()
    if found.mark and found.mark.purpose in ("r", "n") and writer.own_mark:
        return _work(found, writer, ticket)
    if ticket.has_participant(writer.address):  # an agent's own matter: here she is the customer
        return _customer(found, writer, ticket, now, reopen)
    why = "it has no reply address of yours, so it does not say whether it is for the customer"
    return Doubts(ticket.number, "target", why, "customer", Level.CLAIMED)


def _level(writer: Writer) -> Level:
    """Of who answers by a mark of hers."""
    return Level.CONFIRMED if writer.remembered else Level.TOKEN


def _work(found: Match, writer: Writer, ticket: Ticket) -> Place:
    assert found.mark is not None
    level = _level(writer)
    to: Literal["customer", "team"] = "team" if found.mark.purpose == "n" else "customer"
    if found.torn:
        why = "it answers a note for the team, but is addressed to the customer"
        return Doubts(ticket.number, "target", why, "customer", level)
    if not found.reply:
        why = "it is no reply: its address came out of an address book"
        return Doubts(ticket.number, "addressbook", why, to, level)
    return Works(ticket.number, to, level)


def _customer(
    found: Match, writer: Writer, ticket: Ticket | None, now: datetime, reopen: timedelta
) -> Place:
    if ticket is None or found.number is None:
        return Opens()
    known = ticket.has_participant(writer.address)
    shown = found.mark is not None and found.mark.purpose in CUSTOMERS
    if not known and not shown:  # the number, or somebody else's right, is no right
        return Opens((Link("mentions", ticket.number),))
    if not found.reply:  # out of an address book: another matter
        return Opens((Link("follows", ticket.number),))
    if _long_done(ticket, now, reopen):
        return Opens((Link("follows", ticket.number),))
    return Joins(
        ticket.number,
        "participant" if known else "bystander",
        _brings(found, writer, ticket),
        offered_by(found) if known and writer.own_mark and writer.clear else (),
    )


def _brings(found: Match, writer: Writer, ticket: Ticket) -> bool:
    """Only the requester, and only with a mark of her own: From and number can be written by
    anybody, and who is brought along reads every answer."""
    own = found.mark is not None and writer.own_mark and writer.clear
    return own and ticket.requester is not None and ticket.requester.address == writer.address


def _long_done(ticket: Ticket, now: datetime, reopen: timedelta) -> bool:
    if ticket.status_kind != "done":
        return False
    ended = ticket.closed_at or ticket.resolved_at or ticket.updated_at
    return ended is not None and now - ended > reopen
