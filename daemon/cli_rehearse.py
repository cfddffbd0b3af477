"""`postdesk rules rehearse`: edited rules over real past mail, ticket by ticket."""

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

from postdesk.daemon.cli_counted import counted
from postdesk.daemon.cli_desk import config_of, is_laid, moment
from postdesk.daemon.cli_words import BAD_CONFIG, DATA, OK, USAGE, Refusal, complain, say_json
from postdesk.daemon.config import Config
from postdesk.daemon.edit import Sources, read_edit, restored
from postdesk.daemon.elsewhere import without_relay
from postdesk.daemon.house import House
from postdesk.daemon.plain import plain
from postdesk.daemon.rehearsing import Rehearsal, Rehearsed, Rehearsing
from postdesk.daemon.rulebook import LATEST
from postdesk.rules.book import Book
from postdesk.rules.explain import shown
from postdesk.rules.span import read_span


def rehearse(args: Namespace) -> int:
    """Decide the mail that is kept once more, by the edited rules, and tell what would differ."""
    config = config_of(args)
    now = moment(args.now, config)
    length = read_span(args.last)
    if length is None or not length.clock:
        raise Refusal(USAGE, f'--last: "{args.last}" is no length of time; write it like 30d')
    if not is_laid(config):
        raise Refusal(DATA, "nothing has run here yet: there is no mail to rehearse with")
    edited = _edited(config, now)
    with closing(House(without_relay(config))) as house:
        was = _in_force(house)
        if was.digest == edited.digest:
            complain("the files say what is in force: nothing would be otherwise")
        with counted() as told:
            found = Rehearsing(house, was, edited).run(now - length.clock, now, told)
    _tell(found, was, edited, args)
    return OK


def _edited(config: Config, now: datetime) -> Book:
    edit = read_edit(Sources.of(config), now)
    if edit.book is None:
        told = "\n".join(edit.mistakes)
        raise Refusal(BAD_CONFIG, f"the edited rules have mistakes:\n{told}")
    return edit.book


def _in_force(house: House) -> Book:
    with house.rows.reading():
        row = house.rows.one(LATEST)
    book = restored(json.loads(row["files"])).book if row else None
    if book is None:
        raise Refusal(DATA, "no rules were ever in force here: there is nothing to compare with")
    return book


def _tell(found: Rehearsal, was: Book, would: Book, args: Namespace) -> None:
    if args.json:
        say_json(
            {
                "from": was.version,
                "to": would.version,
                "mails": found.mails,
                "missing": found.missing,
                "tickets": [_as_json(one) for one in found.changed],
            }
        )
        return
    for one in found.changed:
        for line in _lines(one):
            print("".join(c for c in line if c.isprintable()))
    missing = f"; {found.missing} are kept no more" if found.missing else ""
    print(
        f"{found.mails} mails, set {was.version} against {would.version}:"
        f" {len(found.changed)} tickets would be otherwise{missing}."
    )


def _lines(one: Rehearsed) -> Iterator[str]:
    yield f"#{one.ticket}  {one.title}" if one.ticket else f"mail {one.mail[:12]}  {one.title}"
    for found in one.differences:
        by = f", by {found.because}" if found.because else ""
        yield f"  {found.name}: {shown(found.was)} -> {shown(found.would)}{by}"


def _as_json(one: Rehearsed) -> dict[str, Any]:
    return {
        "ticket": one.ticket,
        "mail": one.mail,
        "title": one.title,
        "differences": [
            {
                "what": found.name,
                "was": plain(found.was),
                "would": plain(found.would),
                "because": found.because,
            }
            for found in one.differences
        ],
    }
