"""The tests that admins write, out of their tables."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast, get_args

from postdesk.mailbox.address import parse_addresses
from postdesk.rules import shape
from postdesk.rules.defined import Defined, NotDefined
from postdesk.rules.draft import Draft
from postdesk.rules.entry import Entry
from postdesk.rules.rule import EVENTS
from postdesk.rules.trial import Proof, RuleTest, TestMail
from postdesk.rules.trial_value import BEFORE, EXPECTED, Value

_OPENED = "ticket.created"
_BY_MAIL = (_OPENED, "message.received")
_ADDRESSES = shape.one_or_more(shape.ADDRESS)


def read_trials(draft: Draft, defined: Defined) -> tuple[RuleTest, ...]:
    """All ``[[test]]`` tables; what is wrong with them is noted in the draft."""
    return tuple(read_trial(entry, defined) for entry in draft.of("test"))


def read_trial(entry: Entry, defined: Defined) -> RuleTest:
    """One ``[[test]]``."""
    name = entry.line("name")
    if not name and not isinstance(entry.table.get("name"), int):
        entry.wrong("a test needs a name, which tells what is wrong when it fails", "name")
    mail, ticket, expect = entry.below("mail"), entry.below("ticket"), entry.below("expect")
    found = RuleTest(
        name=name,
        mail=None if mail is None else read_mail(mail),
        ticket={} if ticket is None else _values(ticket, BEFORE, defined),
        on=entry.one_of("on", EVENTS, ""),
        at=_at(entry),
        expect={} if expect is None else _values(expect, EXPECTED, defined),
        where=entry.where,
    )
    _check_sense(entry, found)
    entry.done()
    return found


def _check_sense(entry: Entry, test: RuleTest) -> None:
    """A test that asks nothing, or of nothing, would always hold."""
    if not test.expect and entry.table.get("expect", {}) == {}:
        entry.wrong('expects nothing: expect = { team = "billing" }')
    if test.mail is None and "mail" not in entry.table and test.on in ("", *_BY_MAIL):
        entry.wrong('mail is missing: mail = { from = "petra@kunde.example", subject = "..." }')
    if test.on == _OPENED and test.ticket:
        entry.wrong("a ticket that is only created now has nothing before", "ticket")


def _at(entry: Entry) -> datetime | None:
    value = entry.any("at", shape.MOMENT)
    if value is None or isinstance(value, datetime):
        return value
    entry.wrong("at must be a date with a time, without quotes: 2026-11-23T09:00:00Z", "at")
    return None


# --- its mail ------------------------------------------------------------------------------------


def read_mail(entry: Entry) -> TestMail:
    """``mail = { from = ..., subject = ... }``."""
    mail = TestMail(
        sender=_one_address(entry, "from"),
        to=_addresses(entry, "to"),
        cc=_addresses(entry, "cc"),
        subject=entry.line("subject"),
        text=entry.text("text"),
        headers=_headers(entry),
        attachments=entry.texts("attachments"),
        language=entry.language("language"),
        auth=cast(Proof, entry.one_of("auth", get_args(Proof), "pass")),
    )
    entry.done()
    return mail


def _one_address(entry: Entry, key: str) -> str:
    text = entry.line(key)
    entry.asked[key] = shape.ADDRESS
    if text and not parse_addresses((text,)):
        entry.wrong(f'"{text}" is no mail address', key)
        return ""
    return text


def _addresses(entry: Entry, key: str) -> tuple[str, ...]:
    """One address or a list of them, with or without names."""
    value = entry.any(key, _ADDRESSES)
    if value is None:
        return ()
    texts = value if isinstance(value, list) else [value]
    for nth, text in enumerate(texts):
        below = (key, nth) if isinstance(value, list) else (key,)
        if not isinstance(text, str):
            entry.wrong(f"{key} must hold texts in quotes", *below)
        elif not parse_addresses((text,)):
            entry.wrong(f'"{text}" is no mail address', *below)
    return tuple(text for text in texts if isinstance(text, str))


def _headers(entry: Entry) -> Mapping[str, str]:
    headers = entry.below("headers")
    entry.asked["headers"] = shape.named(shape.TEXT)
    if headers is None:
        return {}
    return {name: headers.line(name) for name in headers.table}


# --- its ticket, and what is expected ------------------------------------------------------------


def _values(entry: Entry, known: Mapping[str, Value], defined: Defined) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in known.items():
        written = entry.any(name, value.shape)
        if written is None:
            continue
        try:
            found[name] = value.reads(written, defined)
        except NotDefined as wrong:
            entry.flawed(str(wrong), (name, *wrong.below), at_key=bool(wrong.below))
        except ValueError as wrong:
            entry.wrong(f"{name} {wrong}", name)
    entry.done()
    return {name: found[name] for name in entry.table if name in found}
