"""From a mail to what it means: its clues, its writer, the address of ours it was written to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from postdesk.daemon.store import Tickets
from postdesk.mailbox.mail import Address, Mail
from postdesk.mailbox.marks import Mark, Marks, Purpose, subject_number
from postdesk.mailbox.spool import Item
from postdesk.rules.authority import Writer
from postdesk.rules.joining import MOST_PARTICIPANTS
from postdesk.rules.match import Clues
from postdesk.rules.people import People
from postdesk.rules.ticket import Participant, Ticket
from postdesk.rules.withheld import withheld

OLD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Our own addresses: where mail to the desk goes, and what no letter may be sent to."""

    desk: str
    marks: Marks

    def is_ours(self, addr: str, people: People) -> bool:
        """The desk's, a team's, or a reply address."""
        ours = addr == self.desk or people.team_at(addr) is not None
        if ours or self.marks.is_plain(addr) or self.marks.is_control(addr):
            return True
        return self.marks.read_address(addr) is not None

    def written_to(self, item: Item, mail: Mail, people: People) -> tuple[str, str | None]:
        """The address of ours that the writer used, and the team whose it is."""
        for addr in _seen(item, mail):
            team = people.team_at(addr)
            if team is not None:
                return addr, team.name
        return self.desk, None

    def teams(self, item: Item, mail: Mail, people: People) -> tuple[str, ...]:
        """All teams whose addresses the writer used, by name, each once."""
        found = (people.team_at(addr) for addr in _seen(item, mail))
        return tuple(dict.fromkeys(team.name for team in found if team))


def _seen(item: Item, mail: Mail) -> tuple[str, ...]:
    """Where a mail went, what its envelope says first."""
    return (*item.rcpts, *delivered_to(mail), *(a.addr for a in (*mail.to, *mail.cc)))


def clues_of(item: Item, mail: Mail, marks: Marks, tickets: Tickets) -> Clues:
    """All that says where this mail belongs. Marks that do not hold are no clue."""
    answered = (*mail.in_reply_to, *reversed(mail.references))
    delivered = (*item.rcpts, *delivered_to(mail))
    written = tuple(a.addr for a in (*mail.to, *mail.cc))
    envelope = [marks.read_address(addr) for addr in delivered]
    headers = [marks.read_address(addr) for addr in written]
    text = marks.read_text(mail.text) if marks.plain else None
    return Clues(
        address=tuple(m for m in (*envelope, *headers) if m and m.purpose != Purpose.BOUNCE),
        ids=marks.read_ids(answered),
        text=(text,) if text else (),
        known=(*tickets.known(answered), *_answered_by_envelope(item, mail, marks)),
        subject=subject_number(mail.subject),
        control=any(marks.is_control(addr) for addr in (*delivered, *written)),
    )


def _answered_by_envelope(item: Item, mail: Mail, marks: Marks) -> tuple[int, ...]:
    """An absence note goes to the return path (RFC 3834 4), which tells the ticket, and no more."""
    mark = bounced_mark(item, mail, marks)
    return (mark.ticket,) if mark and mark.ticket else ()


def delivered_to(mail: Mail) -> tuple[str, ...]:
    """To which addresses of ours the mail host says it came, where no envelope came with it."""
    found = (value.strip("<> ").lower() for name, value in mail.headers if name in _DELIVERED)
    return tuple(found)[:MOST_DELIVERED]


_DELIVERED = frozenset({"delivered-to", "x-original-to", "envelope-to"})
MOST_DELIVERED = 10


def bounced_mark(item: Item, mail: Mail, marks: Marks) -> Mark | None:
    """The mark of the letter whose failure this mail tells, by the address it came back to."""
    written_to = (*item.rcpts, *delivered_to(mail), *(a.addr for a in mail.to))
    found = (marks.read_address(addr) for addr in written_to)
    return next((m for m in found if m and m.purpose == Purpose.BOUNCE), None)


def writer_of(mail: Mail, mark: Mark | None, marks: Marks, people: People) -> Writer:
    """Who this says it is from. A From that does not name one person for sure is nobody's."""
    address = mail.sender.addr
    agent = people.agent_of(address) if address else None
    handle = agent.handle if agent else None
    person = f"agent:{handle}" if handle else address
    own = mark is not None and (marks.made_for(mark, person) or marks.made_for(mark, address))
    return Writer(address, handle, not mail.sender_doubt, own)


def as_participant(writer: Writer, ticket: Ticket | None, people: People) -> Writer:
    """One person, several addresses: who writes from another of hers is who the ticket knows."""
    customer = people.customer_of(writer.address)
    if ticket is None or customer is None or ticket.has_participant(writer.address):
        return writer
    theirs = (customer.address, *customer.addresses)
    known = next((a for a in theirs if ticket.has_participant(a)), writer.address)
    return replace(writer, address=known)


def others_of(mail: Mail, ours: Addresses, people: People) -> tuple[Participant, ...]:
    """Who else is to be told from now on: those in To and Cc who are neither ours nor agents."""
    found: dict[str, Address] = {}
    for address in (*mail.to, *mail.cc):
        addr = address.addr
        if addr == mail.sender.addr or people.agent_of(addr) or ours.is_ours(addr, people):
            continue
        found.setdefault(addr, address)
    return tuple(
        Participant(a.addr, a.name, "cc") for a in list(found.values())[:MOST_PARTICIPANTS]
    )


def reason_withheld(item: Item, mail: Mail, now: datetime) -> str:
    """Why no automatic letter may answer this mail; "" when one may."""
    return withheld(mail, aged=now - item.arrived_at > OLD)
