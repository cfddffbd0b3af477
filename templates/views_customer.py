"""One view for each letter that customers get: what its template may say."""

from dataclasses import dataclass
from datetime import datetime

from postdesk.templates.view_parts import Act, Desk, OwnTicket, SafeHtml, TicketView


@dataclass(frozen=True, slots=True)
class Receipt:
    """`receipt`: to a customer whose address is known or proven."""

    desk: Desk
    ticket: TicketView
    name: str = ""  # the customer's, for the greeting
    answer_by: datetime | None = None  # only when the desk promises it
    offers: tuple[Act, ...] = ()  # words the customer may answer with


@dataclass(frozen=True, slots=True)
class UnprovenReceipt:
    """`receipt-unproven`: to anybody. It holds nothing of the mail, so nothing can be echoed."""

    desk: Desk
    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """`answer`: an agent's words to a customer. Both forms come ready-made and safe."""

    ticket_number: int
    title: str
    words_text: str
    words_html: SafeHtml
    signature: str = ""
    mark_line: str = ""  # where replies carry no mark of their own: the line that does


@dataclass(frozen=True, slots=True)
class Solution:
    """`solution`: an agent's words, and the question whether that solves it."""

    desk: Desk
    ticket_number: int
    title: str
    words_text: str
    words_html: SafeHtml
    offers: tuple[Act, ...]  # yes, no
    signature: str = ""
    mark_line: str = ""  # as in an answer
    closes_at: datetime | None = None  # when silence closes it; None = never


@dataclass(frozen=True, slots=True)
class SolutionReminder:
    """`solution-reminder`: the one word before silence closes a ticket."""

    desk: Desk
    ticket_number: int
    title: str
    offers: tuple[Act, ...]  # yes, no
    name: str = ""  # the customer's
    words: str = ""  # of the solution; "" = not shown
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """`closed`: it is over; how was it?"""

    desk: Desk
    ticket_number: int
    title: str
    scores: tuple[Act, ...] = ()  # 1 to 5, the best last
    offers: tuple[Act, ...] = ()  # reopen ...
    name: str = ""
    by_silence: bool = False  # nobody said that it is solved
    reopen_until: datetime | None = None  # an answer until then takes it up again


@dataclass(frozen=True, slots=True)
class Status:
    """`status`: how far we are, for a customer who asked or said what is so already."""

    desk: Desk
    ticket: OwnTicket
    name: str = ""
    opened_at: datetime | None = None
    answer_by: datetime | None = None  # only when the desk promises it
    offers: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class MyTickets:
    """`my-tickets`: all tickets of a customer who asked for them."""

    desk: Desk
    tickets: tuple[OwnTicket, ...]
    name: str = ""
    more: int = 0  # that are not shown
    offers: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerHelp:
    """`customer-help`: which words do what."""

    desk: Desk
    ticket_number: int
    title: str
    offers: tuple[Act, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """`merged`: two tickets of a customer go on as one."""

    desk: Desk
    ticket_number: int  # that is a part of the other from now on
    title: str
    into_number: int
    name: str = ""
