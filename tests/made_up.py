"""Mails, people, tickets and effects that tests make up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from postdesk import rules
from postdesk.mailbox.mail import Address, Attachment, Mail
from postdesk.rules.book import Book
from postdesk.rules.effect import (
    AddTask,
    Answer,
    Append,
    Approve,
    AskApproval,
    Assign,
    Await,
    Drop,
    Effect,
    Escalate,
    Exclude,
    Fire,
    Include,
    Join,
    Keep,
    MarkSpam,
    MergeAway,
    Move,
    Mute,
    Notify,
    Open,
    Rate,
    Reckon,
    Record,
    Reply,
    Responded,
    Restore,
    SetCategory,
    SetDue,
    SetField,
    SetLanguage,
    SetRequester,
    SetSla,
    SetTeam,
    SetUrgency,
    Solve,
    Spend,
    Step,
    Tag,
    Tie,
    Untie,
    Wake,
    Watch,
)
from postdesk.rules.event import AgentWrote, MailCame
from postdesk.rules.people import Agent, People, Team
from postdesk.rules.read import read
from postdesk.rules.ticket import Clock, Link, Participant, Ticket
from postdesk.rules.workflow import DEFAULT

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PETRA = Participant("petra@kunde.example", "Petra Kunde", "requester")
MAX = Participant("max@kunde.example", "Max", "cc")
KEY = "0" * 31 + "1"


def people() -> People:
    """Anna and Bob; Max is an admin."""
    return People(
        agents={
            "anna": Agent("anna", "Anna Berg", ("anna@example.com",), public_name="Anna"),
            "bob": Agent("bob", "Bob Stone", ("bob@example.com",)),
            "max": Agent("max", "Max Chief", ("max@example.com",), role="admin"),
        },
        teams={"billing": Team("billing", ("bob",), "anna", ("billing@example.com",))},
    )


NAMES = """
[agent]
anna.addresses = ["anna@example.com"]
bob.addresses = ["bob@example.com"]
max.addresses = ["max@example.com"]
[team.billing]
"""


def book(text: str = "") -> Book:
    """These people, and the rules of this text."""
    found = read({"10-people.toml": NAMES, "50-test.toml": text})
    assert isinstance(found, Book), found
    return replace(found, people=people())


def manners(more: str = "") -> Book:
    """These people, the manners of every desk, and rules of this text after them."""
    text = (Path(next(iter(rules.__path__))) / "manners.toml").read_text()
    found = read({"manners.toml": text})
    assert isinstance(found, Book), found
    return replace(book(more), rules=(*found.rules, *book(more).rules))


def mail(
    text: str = "It is on fire.",
    *,
    subject: str = "Printer",
    sender: str = "petra@kunde.example",
    message_id: str = "<1@kunde.example>",
    machine: str = "",
    cc: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    spam: bool = False,
) -> Mail:
    """A mail of Petra's to the desk."""
    return Mail(
        message_id=message_id,
        in_reply_to=(),
        references=(),
        subject=subject,
        sender=Address("Petra Kunde" if sender == PETRA.address else "", sender),
        sender_doubt="",
        reply_to=(),
        to=(Address("", "support@example.com"),),
        cc=tuple(Address("", one) for one in cc),
        date=None,
        headers=headers,
        text=text,
        new=text,
        rich=(),
        attachments=attachments,
        machine=machine,
        spam=spam,
        defects=(),
        digest=message_id.encode().hex()[:64].ljust(64, "0"),
    )


def came(words: Mail | None = None, *, opens: bool = True, **more: object) -> MailCame:
    """Petra's mail, as it comes to the desk."""
    found = words or mail()
    because = found.message_id or KEY
    return MailCame(mail=found, key=KEY, because=because, opens=opens, **more)  # type: ignore[arg-type]


def wrote(agent: str = "anna", to: str = "customer", text: str = "Run!") -> AgentWrote:
    """An agent's answer, or a note."""
    words = mail(text, sender=f"{agent}@example.com", message_id="<2@example.com>")
    return AgentWrote(
        agent=agent,
        to="team" if to == "team" else "customer",
        key=KEY,
        because=words.message_id,
        message_id=words.message_id,
        sender=words.sender,
        text=text,
        full_text=text,
        rich=(),
        mail=words,
    )


def ticket(number: int = 1, *, assignee: str | None = None, status: str = "new") -> Ticket:
    """Petra's ticket, opened an hour before noon."""
    return Ticket(
        number,
        title="Printer",
        status=status,
        status_kind=DEFAULT.kind(status),
        assignee=assignee,
        requester=PETRA,
        participants=(PETRA,),
        created_by=PETRA.address,
        address="support@example.com",
        opened_at=NOON - HOUR,
        updated_at=NOON - HOUR,
    )


# Anything that may stand in a ticket: parsed text has no NUL and no half characters.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NAME = st.one_of(st.sampled_from(["", "anna", "billing", "Ünï ß", "x'; --", "%s ?"]), TEXT)
WORD = NAME.filter(bool)
ADDRESS = st.sampled_from(["petra@kunde.example", "max@kunde.example", "eve@evil.example"])
MOMENT = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
PARTICIPANT = st.builds(Participant, ADDRESS, NAME, st.sampled_from(["requester", "cc"]))
MAYBE = st.none() | WORD
MAIL_ADDRESS = st.builds(Address, NAME, ADDRESS)
WORDS = st.lists(WORD, max_size=3).map(tuple)
LENGTH = st.timedeltas(timedelta(), timedelta(days=9000))
TARGET = st.sampled_from(["first_response", "next_response", "resolution"])
CLOCKS = st.lists(st.builds(Clock, TARGET, LENGTH, st.none() | MOMENT, NAME), max_size=2).map(tuple)

EFFECTS: dict[type, st.SearchStrategy[Effect]] = {
    Open: st.builds(Open, NAME, PARTICIPANT, NAME, st.just("en"), st.just("mail"), ADDRESS),
    Append: st.builds(
        Append,
        st.sampled_from(["in", "out", "note"]),
        NAME,
        MAIL_ADDRESS,
        st.lists(MAIL_ADDRESS, max_size=2).map(tuple),
        NAME,
        TEXT,
        TEXT,
        agent=MAYBE,
    ),
    Assign: st.builds(Assign, MAYBE, NAME),
    SetTeam: st.builds(SetTeam, MAYBE),
    SetCategory: st.builds(SetCategory, MAYBE),
    SetUrgency: st.builds(SetUrgency, st.integers(-3, 9)),
    Move: st.sampled_from(sorted(DEFAULT.statuses)).map(lambda s: Move(s, DEFAULT.kind(s))),
    Tag: st.builds(Tag, WORDS, WORDS),
    SetField: st.builds(SetField, WORD, NAME),
    SetLanguage: st.builds(SetLanguage, st.sampled_from(["en", "de", "pt-BR"])),
    Include: st.builds(Include, PARTICIPANT),
    Tie: st.builds(Tie, st.builds(Link, WORD, st.integers(1, 2**40))),
    Untie: st.builds(Untie, st.builds(Link, WORD, st.integers(1, 9))),
    Reply: st.builds(Reply, NAME, ADDRESS),
    Exclude: st.builds(Exclude, ADDRESS),
    SetRequester: st.builds(SetRequester, PARTICIPANT),
    Responded: st.just(Responded()),
    Restore: st.builds(lambda: Restore(ticket(7))),
    Solve: st.builds(Solve, TEXT, NAME),
    Rate: st.builds(Rate, st.integers(-2, 9), NAME),
    Spend: st.builds(Spend, st.integers(-60, 600), NAME),
    AddTask: st.builds(AddTask, NAME, MAYBE, MAYBE, st.none() | MOMENT),
    Watch: st.builds(Watch, NAME, st.booleans()),
    Mute: st.builds(Mute, NAME, st.booleans()),
    MergeAway: st.builds(MergeAway, st.none() | st.integers(1, 99)),
    Await: st.builds(Await, st.none() | st.just("round-robin")),
    SetSla: st.builds(SetSla, MAYBE),
    SetDue: st.builds(SetDue, st.none() | MOMENT),
    MarkSpam: st.builds(MarkSpam, st.booleans()),
    Escalate: st.builds(Escalate, st.integers(1, 3), WORDS),
    AskApproval: st.builds(AskApproval, WORDS, NAME, st.integers(0, 3)),
    Approve: st.builds(Approve, NAME, st.booleans(), NAME),
    Reckon: st.builds(Reckon, CLOCKS, *[st.none() | MOMENT] * 4),
    Fire: st.builds(Fire, WORDS),
    Wake: st.builds(Wake, st.none() | MOMENT),
    Join: st.builds(Join, NAME),
    Keep: st.builds(Keep, NAME),
    Drop: st.builds(Drop, NAME),
    Notify: st.builds(Notify, WORDS, NAME),
    Answer: st.builds(Answer, NAME, st.lists(PARTICIPANT, max_size=2).map(tuple)),
    Record: st.builds(Record, NAME),
}
EFFECT: st.SearchStrategy[Effect] = st.one_of(list(EFFECTS.values()))
STEP = st.builds(Step, EFFECT, NAME, NAME)
OPENING = st.builds(Step, EFFECTS[Open], NAME, NAME)
