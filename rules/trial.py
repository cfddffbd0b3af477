"""The tests that admins write beside their rules: a mail, and what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Proof = Literal["pass", "fail", "none"]


@dataclass(frozen=True, slots=True)
class TestMail:
    """The mail of a test. Addresses are written as in mails: ``Petra <petra@kunde.example>``."""

    __test__ = False  # pytest: this is none of yours

    sender: str = ""
    to: tuple[str, ...] = ()  # none: the desk's own address
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()  # names of files
    language: str = ""  # "" = guessed, as of any mail
    auth: Proof = "pass"  # is the sender's address proven?


@dataclass(frozen=True, slots=True)
class RuleTest:
    """``[[test]]``: what happens, to which ticket, when, and a part of what is to come of it."""

    name: str
    mail: TestMail | None = None
    ticket: Mapping[str, object] = field(default_factory=dict)  # before; empty: the mail opens one
    on: str = ""  # an event; "" = what the mail is: ticket.created, or message.received
    at: datetime | None = None  # with a zone; None = now
    expect: Mapping[str, object] = field(default_factory=dict)
    where: str = ""  # "50-routing.toml:12"
