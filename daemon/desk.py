"""The desk: the life of a mail from the spool to its ticket, and the only writer of tickets."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from postdesk.daemon.ahead import Ahead
from postdesk.daemon.answering import Answering
from postdesk.daemon.asking import Asking
from postdesk.daemon.behalf import Behalf
from postdesk.daemon.coming import Coming
from postdesk.daemon.control import Control
from postdesk.daemon.ending import End
from postdesk.daemon.familiar import Familiar
from postdesk.daemon.filing import Filed, Filing
from postdesk.daemon.forwarding import Forwarding
from postdesk.daemon.hearing import Hearing
from postdesk.daemon.holding import Holding, Outcome
from postdesk.daemon.raw import readable, with_raw, wordless
from postdesk.daemon.reading import (
    Addresses,
    as_participant,
    clues_of,
    writer_of,
)
from postdesk.daemon.sidemail import SideMail
from postdesk.daemon.store import Row, Rows, StoreTrouble, Tickets
from postdesk.daemon.store_holds import Holds, Intake
from postdesk.daemon.twins import Twins
from postdesk.daemon.workers import AnyWorkers, Parsed
from postdesk.mailbox.asides import NONE as NOTHING_ELSE
from postdesk.mailbox.asides import Asides
from postdesk.mailbox.crash import crashpoint
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.path import path_of
from postdesk.mailbox.spool import Item, Spool
from postdesk.rules.authority import (
    Approves,
    Controls,
    Doubts,
    Joins,
    NotYours,
    Opens,
    Place,
    Settles,
    Works,
    Writer,
    place,
)
from postdesk.rules.book import Book
from postdesk.rules.customer_words import is_thanks
from postdesk.rules.effect import Drop, Keep
from postdesk.rules.match import Match, match
from postdesk.rules.ticket import Link, Ticket

log = logging.getLogger(__name__)

TRIES = 3


@dataclass(frozen=True, slots=True)
class Customs:
    """The desk's settings that decide about mail."""

    language: str
    ours: Addresses


class Desk:
    """Takes mails from the spool, decides each, and commits what was decided."""

    def __init__(
        self,
        customs: Customs,
        rows: Rows,
        spool: Spool,
        workers: AnyWorkers,
        filing: Filing,
        asking: Asking,
        holding: Holding,
        control: Control,
        answering: Answering,
        forwarding: Forwarding,
        behalf: Behalf,
        familiar: Familiar,
        book: Callable[[], Book],
    ) -> None:
        self._customs = customs
        self._rows = rows
        self._tickets = Tickets(rows)
        self._hearing = Hearing(rows, filing, book)
        self._holds = Holds(rows)
        self._intake = Intake(rows)
        self._twins = Twins(rows, customs.ours)
        self._spool = spool
        self._ahead = Ahead(spool, workers)
        self._filing = filing
        self._asking = asking
        self._holding = holding
        self._control = control
        self._answering = answering
        self._forwarding = forwarding
        self._behalf = behalf
        self._familiar = familiar
        self._book = book
        self._side = SideMail(rows, customs.ours.marks, filing, book, self._meant)
        self._coming = Coming(rows, customs.ours, customs.language, book, self._side.is_dead)

    def step(self, now: datetime) -> int:
        """One turn: what the courier left word of, then what is new; how much that was."""
        return self._hearing.step(now) + self._read(now)

    def _read(self, now: datetime) -> int:
        """Decide on the next group, while the workers read the one after it."""
        if self._ahead.spent:
            self._ahead.fill(now)
        mails = self._ahead.take()
        if not mails:
            return len(self._ahead)  # somebody is at them: come again
        try:
            self._ahead.fill(now)
            self._rows.alive()  # a dead database must not use up the mails' tries
            self._spool.tried([item.key for item, _ in mails])
            self._take_all(mails, now)
        finally:
            self._ahead.settled()
        return len(mails)

    # --- a group ---------------------------------------------------------------------------------

    def _take_all(self, mails: list[tuple[Item, Parsed]], now: datetime) -> None:
        try:
            ends = self._together(mails, now)
        except StoreTrouble:
            for item, _ in mails:
                self._spool.retry(item.key)  # the database's fault: the try does not count
            if len(mails) == 1:
                raise
            for one in mails:
                self._take_all([one], now)
            return
        crashpoint("desk.after-commit")
        self._settle(ends)

    def _together(self, mails: list[tuple[Item, Parsed]], now: datetime) -> list[End]:
        with self._rows.transaction():
            ends = [end for mail in mails if (end := self._guarded(*mail, now))]
            crashpoint("desk.before-commit")
        return ends

    def _guarded(self, item: Item, parsed: Parsed, now: datetime) -> End | None:
        """One mail behind a savepoint; None when it is to be tried again."""
        try:
            with self._rows.savepoint():
                return self.consider(item, parsed, now)
        except StoreTrouble:
            raise
        except Exception:
            log.exception("mail %s: try %d of %d failed", item.key, item.tries + 1, TRIES)
        if item.tries + 1 < TRIES:
            return None
        return self._as_it_came(item, parsed.mail, now)

    def _as_it_came(self, item: Item, mail: Mail, now: datetime) -> End:
        """What cannot be taken as it is becomes a ticket with the raw mail attached."""
        plain = replace(with_raw(item, mail), rich=(), in_reply_to=(), references=())
        for words in (plain, wordless(plain)):
            try:
                with self._rows.savepoint():
                    return self._take(item, words, NOTHING_ELSE, now, opens=True)
            except StoreTrouble:
                raise
            except Exception:
                log.exception("mail %s: no ticket could be made of it yet", item.key)
        return End(item.key, None, "no ticket could be made of it: see the log", held=True)

    def _settle(self, ends: list[End]) -> None:
        released = [(e.released, e.ticket, "") for e in ends if e.released]
        done = [(e.key, e.ticket, e.reason) for e in ends if not e.held]
        self._spool.done_many([*released, *done])
        for end in ends:
            if end.held:
                self._spool.held(end.key, end.reason, end.ticket)

    def consider(self, item: Item, parsed: Parsed, now: datetime) -> End:
        """Decide on one mail in the caller's transaction, and tell nobody: the spool is not told.

        Raises what the decision raises.
        """
        return self._take(item, readable(item, parsed), parsed.asides, now)

    # --- one mail --------------------------------------------------------------------------------

    def _take(
        self, item: Item, mail: Mail, asides: Asides, now: datetime, *, opens: bool = False
    ) -> End:
        if not self._intake.begin(item.key, mail.digest, now):
            return self._again(item)
        if twin := self._twins.of(item, mail):
            end = self._once_more(item, mail, twin, now)
        else:
            end = self._open(item, mail, now) if opens else self._place(item, mail, asides, now)
        if end.kept:
            self._intake.forget(item.key)  # it has had no effect yet
        else:
            self._intake.end(item.key, end.ticket)
        return end

    def _once_more(self, item: Item, mail: Mail, twin: Row, now: datetime) -> End:
        """The mail has its ticket; who was not told of it and is written to here hears now."""
        end = End(item.key, twin["ticket"], f"the same mail as {twin['key']}")
        ticket = self._meant(end.ticket)
        book = self._book()
        if ticket and (event := self._twins.event(item, mail, twin, book.people, now)):
            self._filing.carry_out(ticket, event, book, now)
        return end

    def _again(self, item: Item) -> End:
        """Its effects are there: a crash came between our commit and the spool's."""
        hold = self._holds.of(item.key)
        if hold and hold.state == "waiting":
            return End(item.key, hold.ticket, _why_held(hold.agent), held=True)
        settled = self._holds.settled_by(item.key)
        released = settled.key if settled else ""
        return End(item.key, self._intake.ticket(item.key), released=released)

    def _place(self, item: Item, mail: Mail, asides: Asides, now: datetime) -> End:
        book = self._book()
        marks = self._customs.ours.marks
        found = match(clues_of(item, mail, marks, self._tickets))
        if end := self._side.taken(item, mail, asides, found, now):
            return end
        writer = writer_of(mail, found.mark, marks, book.people)
        path = path_of(item.peer, mail) if writer.agent else ""  # of an agent it is a proof
        if writer.agent and self._holds.remembers(writer.agent, path, now):
            writer = replace(writer, remembered=True)
        marked = found.mark or found.control
        if writer.agent and writer.clear and marked and mail.machine:
            return End(item.key, found.number, f"an agent's automatic mail: {mail.machine}")
        if end := self._unmarked(item, mail, asides, found, writer, path, now):
            return end
        ticket = self._meant(found.number)
        writer = as_participant(writer, ticket, book.people)
        where = place(found, writer, ticket, now, book.workflow.reopen.clock)
        return self._go(where, ticket, item, mail, path, now)

    def _unmarked(
        self,
        item: Item,
        mail: Mail,
        asides: Asides,
        found: Match,
        writer: Writer,
        path: str,
        now: datetime,
    ) -> End | None:
        """An agent's mail without a mark of hers, where it is more than a matter of her own: a
        customer's mail that she forwards, commands in a new mail."""
        if writer.agent is None or not writer.clear or writer.own_mark:
            return None
        original = self._forwarding.customers(asides.forwarded)
        if original is not None:
            return _end(item, self._asking.forward(item, mail, original, path, now))
        if found != Match() or mail.machine:  # it means a ticket, or means nothing
            return None
        outcome = self._behalf.taken(item, mail, path, now)
        return _end(item, outcome) if outcome else None

    def _go(
        self,
        where: Place,
        ticket: Ticket | None,
        item: Item,
        mail: Mail,
        path: str,
        now: datetime,
    ) -> End:
        match where:
            case Opens(links):
                return self._open(item, mail, now, links)
            case Joins(number, role, brings):
                assert ticket is not None
                if said := self._answering.customer(item, mail, where, ticket, now):
                    return said
                if not mail.machine and not is_thanks(mail.new):
                    who = mail.sender.name or mail.sender.addr
                    ticket = self._asking.overtaken(ticket, who, now)
                words = self._familiar.customers(mail, ticket, item.size)
                event = replace(self._coming.event(item, words, number, now), role=role)
                event = event if brings else replace(event, others=())
                return _filed(item, self._filing.append(ticket, event, self._book(), now))
            case Approves():
                assert ticket is not None
                return self._answering.approver(item, mail, where, ticket, now)
            case Works() | Doubts():
                assert ticket is not None
                return _end(item, self._asking.agent(item, mail, where, ticket, path, now))
            case Settles(hold):
                return _end(item, self._holding.settle(hold, item, mail, now))
            case Controls():
                return _end(item, self._control.lines(item, mail, where, path, now))
            case NotYours():
                why = f"{mail.sender.addr} answered a question that was asked of somebody else"
                return End(item.key, None, why, held=True)
        assert_never(where)

    def _open(self, item: Item, mail: Mail, now: datetime, links: tuple[Link, ...] = ()) -> End:
        words = self._familiar.customers(mail, None, item.size)
        event = replace(self._coming.event(item, words, None, now), links=links)
        return _filed(item, self._filing.open(event, self._book(), now))

    def _meant(self, number: int | None) -> Ticket | None:
        """The ticket that is meant, locked; a merged one leads to its target."""
        seen = set[int]()
        while number is not None and number not in seen:
            seen.add(number)
            ticket = self._tickets.get(number, lock=True)
            if ticket is None or ticket.merged_into is None:
                return ticket
            number = ticket.merged_into
        return None


def _filed(item: Item, filed: Filed) -> End:
    """On its ticket; or dropped (the bytes are kept) or held by a rule, which the spool tells."""
    if filed.ticket:
        log.info("mail %s: on ticket %d", item.key, filed.ticket.number)
        return End(item.key, filed.ticket.number)
    assert filed.verdict is not None
    effect, because = filed.verdict.effect, filed.verdict.because
    assert isinstance(effect, Drop | Keep)
    reason = because if effect.reason == because else f"{because}: {effect.reason}"
    held = isinstance(effect, Keep)
    return End(item.key, None, f"{'held' if held else 'dropped'} by {reason}", held, kept=held)


def _end(item: Item, outcome: Outcome) -> End:
    return End(item.key, outcome.ticket, outcome.reason, outcome.held, outcome.released)


def _why_held(agent: str) -> str:
    return f"waits for an answer of {agent}"
