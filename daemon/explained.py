"""An explanation as programs see it: the JSON of `explain`, with stable keys."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from postdesk.daemon.explaining import Explanation
from postdesk.daemon.filing import Decided
from postdesk.daemon.plain import plain
from postdesk.daemon.shown import in_short
from postdesk.daemon.store import Row
from postdesk.rules.book import Book
from postdesk.rules.course import Looked
from postdesk.rules.explain import failed
from postdesk.rules.people import People
from postdesk.rules.rule import Rule

Json = dict[str, Any]


def explained(explanation: Explanation, book: Book) -> Json:
    """The whole of it. ``came`` says in one word what becomes of the mail."""
    end = explanation.end
    return {
        "came": _came(explanation),
        "ticket": end.ticket,
        "reason": end.reason,
        "twin": dict(explanation.twin) if explanation.twin else None,
        "mail": _mail(explanation),
        "sender": _sender(explanation, book.people),
        "found_by": explanation.found.by,
        "version": book.version,
        "rules": [one for decided in explanation.decided for one in _rules(decided, book)],
        "history": [_entry(row) for row in explanation.history],
        "letters": [_letter(row) for row in explanation.letters],
        "then": in_short(explanation.ticket) if explanation.ticket else None,
    }


def _came(explanation: Explanation) -> str:
    """opened | filed | held | dropped | released | nothing."""
    end = explanation.end
    if end.held:
        return "held"
    if end.released:
        return "released"
    if any(row["act"] == "opened" for row in explanation.history):
        return "opened"
    if explanation.history:
        return "filed"
    return "dropped" if end.reason.startswith("dropped") else "nothing"


def _mail(explanation: Explanation) -> Json:
    mail = explanation.mail
    return {
        "id": mail.message_id,
        "from": mail.sender.addr,
        "name": mail.sender.name,
        "doubt": mail.sender_doubt,
        "to": [one.addr for one in (*mail.to, *mail.cc)],
        "subject": mail.subject,
        "machine": mail.machine,
        "spam": mail.spam,
        "attachments": [file.name for file in mail.attachments],
        "defects": list(mail.defects),
    }


def _sender(explanation: Explanation, people: People) -> Json:
    address = explanation.writer.address
    customer, organisation = people.customer_of(address), people.organisation_of(address)
    return {
        "agent": explanation.writer.agent,
        "customer": customer.address if customer else None,
        "organisation": organisation.domain if organisation else None,
        "vip": bool((customer and customer.vip) or (organisation and organisation.vip)),
    }


def _rules(decided: Decided, book: Book) -> Iterator[Json]:
    """Every rule of the events, in the order in which they are asked."""
    for on, looked in _rounds(decided.looked):
        yield from (_looked(one) for one in looked)
        asked = {one.rule.where for one in looked}
        if looked[-1].outcome.held and looked[-1].rule.stop:
            rest = (rule for rule in book.rules_on(on) if rule.where not in asked)
            yield from (_unasked(rule, looked[-1].rule) for rule in rest)


def _rounds(looked: Sequence[Looked]) -> Iterator[tuple[str, list[Looked]]]:
    """The rules of one event after those of another."""
    some: list[Looked] = []
    for one in looked:
        if some and one.rule.on != some[0].rule.on:
            yield some[0].rule.on, some
            some = []
        some.append(one)
    if some:
        yield some[0].rule.on, some


def _looked(looked: Looked) -> Json:
    why = failed(looked)
    return {
        **_rule(looked.rule),
        "fired": looked.outcome.held,
        "failed": str(why) if why else None,
        "conditions": [
            {
                "key": seen.key,
                "operator": seen.operator,
                "wanted": plain(seen.wanted),
                "saw": plain(seen.saw),
                "held": seen.held,
            }
            for seen in looked.outcome.trace
        ],
    }


def _unasked(rule: Rule, stop: Rule) -> Json:
    why = f'not asked: {stop.where} "{stop.name}" says stop'
    return {**_rule(rule), "fired": False, "failed": why, "conditions": []}


def _rule(rule: Rule) -> Json:
    return {"on": rule.on, "name": rule.name, "where": rule.where}


def _entry(row: Row) -> Json:
    told: Mapping[str, Any] = {**row, "detail": json.loads(row["detail"])}
    return {key: told[key] for key in ("ticket", "actor", "act", "detail", "because")}


def _letter(row: Row) -> Json:
    names = {"kind": "kind", "to": "recipient", "subject": "subject", "at": "next_try_at"}
    return {name: row[column] for name, column in names.items()}
