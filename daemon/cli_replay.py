"""`postdesk replay`: every kept mail by today's code and rules, and what differs from what was."""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from postdesk.daemon.cli_counted import counted
from postdesk.daemon.cli_desk import config_of, house_rules, is_laid, moment
from postdesk.daemon.cli_words import DATA, OK, Refusal, say_json
from postdesk.daemon.elsewhere import thrown_away
from postdesk.daemon.house import House
from postdesk.daemon.plain import plain
from postdesk.daemon.records import records
from postdesk.daemon.replaying import Replay, Replaying
from postdesk.rules.explain import shown


def replay(args: Namespace) -> int:
    """Take everything in once more, in a database that is thrown away, and compare."""
    config = config_of(args)
    now = moment(args.now, config)
    if not is_laid(config):
        raise Refusal(DATA, "nothing has run here yet: there is no mail to replay")
    with (
        TemporaryDirectory() as folder,
        records(config) as real,
        closing(House(thrown_away(config, Path(folder)))) as house,
        counted() as told,
    ):
        house_rules(house, real.rows, now)
        found = Replaying(house, real.rows).run(now, told)
    if args.json:
        say_json(_as_json(found))
    else:
        _say(found)
    return OK


def _say(found: Replay) -> None:
    for line in _lines(found):
        print("".join(c for c in line if c.isprintable()))
    missing = f"; {found.missing} are kept no more" if found.missing else ""
    print(
        f"{found.mails} mails, {found.tickets} tickets: {len(found.elsewhere)} mails would end"
        f" elsewhere, {len(found.otherwise)} tickets would be otherwise{missing}."
    )


def _lines(found: Replay) -> Iterator[str]:
    for mail in found.elsewhere:
        yield f"mail {mail.mail[:12]}  {mail.subject}: was {mail.was}, would be {mail.would}"
    for ticket in found.otherwise:
        yield f"#{ticket.ticket}  {ticket.title}"
        for name, (was, would) in ticket.differences.items():
            yield f"  {name}: {shown(was)} -> {shown(would)}"


def _as_json(found: Replay) -> dict[str, Any]:
    return {
        "mails": found.mails,
        "missing": found.missing,
        "tickets": found.tickets,
        "elsewhere": [
            {"mail": one.mail, "subject": one.subject, "was": one.was, "would": one.would}
            for one in found.elsewhere
        ],
        "otherwise": [
            {
                "ticket": one.ticket,
                "title": one.title,
                "differences": [
                    {"what": name, "was": plain(was), "would": plain(would)}
                    for name, (was, would) in one.differences.items()
                ],
            }
            for one in found.otherwise
        ],
    }
