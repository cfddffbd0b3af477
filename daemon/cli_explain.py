"""`postdesk explain`: what would happen to a mail, rule by rule. Nothing is changed."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from postdesk.daemon.cli_desk import config_of, house_to_look, moment
from postdesk.daemon.cli_words import DATA, OK, Refusal, say_json
from postdesk.daemon.explained import explained
from postdesk.daemon.explaining import Envelope, Explaining
from postdesk.daemon.house import House
from postdesk.daemon.inject import Found, NoMail, found, mails_of
from postdesk.mailbox.address import parse_addresses
from postdesk.mailbox.parse import parse

PIPE = "-"
BY = {
    "address": "by the reply address it is written to",
    "id": "by the letter of ours that it answers",
    "text": "by the mark in its text",
    "known": "by the mail of the ticket that it answers",
    "subject": "by the number in its subject",
    "nothing": "",
}


def explain(args: Namespace) -> int:
    """Tell what the desk would do with one mail, and why."""
    config = config_of(args)
    now = moment(args.at, config, "--at")
    mail = _mail(args.file, config.smtp.max_size)
    with house_to_look(config, now) as house:
        envelope = _envelope(mail, args, house)
        asked = Explaining(house)
        told = explained(asked.explain(mail.raw, envelope, now), house.book())
        if told["twin"]:
            were_new = asked.explain(mail.raw, envelope, now, as_new=True)
            told["were_it_new"] = explained(were_new, house.book())
    if args.json:
        say_json(told)
    else:
        _say(told)
    return OK


def _mail(name: str, longest: int) -> Found:
    """The one mail of a file, or of the pipe. Raises Refusal."""
    if name == PIPE:
        raw = sys.stdin.buffer.read(longest + 1)
        if not raw.strip():
            raise Refusal(DATA, "nothing came through the pipe")
        return found("(pipe)", raw)
    try:
        mails = mails_of(Path(name))
        mail, more = next(mails, None), next(mails, None)
    except NoMail as error:
        raise Refusal(DATA, str(error)) from None
    if mail is None or more:
        raise Refusal(DATA, f"{name}: holds {'several mails' if more else 'no mail'}; give one")
    return mail


def _envelope(mail: Found, args: Namespace, house: House) -> Envelope:
    """As the command line or the headers tell it; else the addresses of ours in To and Cc."""
    rcpts = tuple(args.rcpts or ()) or mail.rcpts
    if not rcpts:
        read = parse(mail.raw)
        rcpts = tuple(a.addr for a in (*read.to, *read.cc) if house.accepts(a.addr) is None)
    sender = args.mail_from if args.mail_from is not None else mail.mail_from
    given = next((a.addr for a in parse_addresses([sender])), sender)
    return Envelope(given, rcpts, source="inject", arrived=mail.arrived)


# --- for people ----------------------------------------------------------------------------------


def _say(told: dict[str, Any]) -> None:
    for line in _lines(told):
        print("".join(c for c in line if c.isprintable()))  # a mail moves no cursor
    if were_new := told.get("were_it_new"):
        print("\nWere it new:\n")
        _say(were_new)


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{_who(told)} writes “{told['mail']['subject']}”."
    yield _outcome(told)
    yield from _rules(told)
    if told["history"]:
        yield ""
        yield "Its history:"
        for entry in told["history"]:
            detail = ", ".join(f"{k}: {_listed(v)}" for k, v in entry["detail"].items() if v)
            what = f"{entry['act']} ({detail})" if detail else entry["act"]
            yield f"  {entry['actor']}: {what}, because of {entry['because']}"
    if told["letters"]:
        yield ""
        yield "Letters:"
        for letter in told["letters"]:
            yield f"  {letter['kind']} to {letter['to']}: {letter['subject']}"
    yield from _then(told["then"])


def _who(told: dict[str, Any]) -> str:
    mail, sender = told["mail"], told["sender"]
    name = f"{mail['name']} <{mail['from']}>" if mail["name"] else mail["from"] or "Nobody"
    known = [f"the agent {sender['agent']}"] if sender["agent"] else []
    known += [f"a customer of the files{', VIP' * sender['vip']}"] if sender["customer"] else []
    known += [f"of {sender['organisation']}"] if sender["organisation"] else []
    known += [f"a machine ({mail['machine']})"] if mail["machine"] else []
    known += ["marked as spam"] * mail["spam"]
    known += [f"and that is doubtful: {mail['doubt']}"] if mail["doubt"] else []
    return f"{', '.join([name, *known])}{',' if known else ''}"


def _outcome(told: dict[str, Any]) -> str:
    ticket, reason = told["ticket"], told["reason"]
    match told["came"]:
        case "opened":
            return f"It opens ticket {ticket}."
        case "filed":
            return f"It goes to ticket {ticket}, {BY[told['found_by']] or 'as a rule has it'}."
        case "held":
            return f"It is held: {reason}."
        case "released":
            return "It settles a mail that is held."
    if told["twin"]:
        where = f"on ticket {ticket}" if ticket else "done"
        return f"The desk has this mail already, it is {where}. Nothing would be done."
    return f"It goes to no ticket: {reason}." if reason else "Nothing would be done."


def _rules(told: dict[str, Any]) -> Iterator[str]:
    on = ""
    for rule in told["rules"]:
        if rule["on"] != on:
            on = rule["on"]
            yield ""
            yield f"{on}, rules {told['version']}:"
        mark = "fired" if rule["fired"] else "-    "
        why = "" if rule["fired"] else f": {rule['failed']}"
        yield f'  {mark} {rule["where"]} "{rule["name"]}"{why}'


def _then(ticket: dict[str, Any] | None) -> Iterator[str]:
    if ticket is None:
        return
    yield ""
    yield f"Ticket {ticket['number']} then:"
    names = ("title", "status", "urgency", "category", "team", "assignee", "language", "tags")
    times = ("due_at", "respond_by", "resolve_by")
    for name in (*names, "fields", "escalation_level", *times):
        if value := ticket[name]:
            yield f"  {name.replace('_', ' ')}: {_listed(value)}"


def _listed(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
