"""`postdesk check` and `postdesk status`: is it written well, and is it well?"""

import os
from argparse import Namespace
from collections.abc import Iterable
from datetime import tzinfo
from pathlib import Path

from postdesk.daemon.checkup import Report, config_mistakes, connection_troubles, in_use
from postdesk.daemon.cli_desk import config_of
from postdesk.daemon.cli_words import BAD_CONFIG, OK, UNAVAILABLE, complain, say_json
from postdesk.daemon.config import BadConfig, Config, load
from postdesk.daemon.edit import Sources, read_edit
from postdesk.daemon.health import Health, as_json, examine
from postdesk.daemon.polling import Going
from postdesk.daemon.times import now_utc
from postdesk.mailbox.imap_account import Trouble
from postdesk.rules.book import VERSION


def check(args: Namespace) -> int:
    """Tell every mistake at once: 78 when something is written wrongly, 69 when only a
    connection fails."""
    try:
        config = load(args.config, os.environ)
    except BadConfig as bad:
        return _tell_all(bad, args.config)
    report = config_mistakes(config, now_utc())
    used = Report() if args.offline else in_use(config, report.book)
    for warning in (*config.warnings, *report.warnings, *used.warnings):
        complain(f"warning: {warning}")
    troubles = () if args.offline else tuple(connection_troubles(config))
    mistakes = (*report.mistakes, *used.mistakes)
    _tell(mistakes)
    _tell(troubles)
    told = 0 if args.offline else _mailboxes(config)
    if mistakes:
        return BAD_CONFIG
    if troubles or told:
        return UNAVAILABLE
    print(f"{config.path}: config, rules and letters are right{_reached(args.offline)}")
    return OK


def _mailboxes(config: Config) -> int:
    """Say what is in each mailbox; how many could not be looked into."""
    if not config.imap:
        return 0
    from postdesk.daemon.surveys import surveys

    shut = 0
    for box, found in surveys(config):
        if isinstance(found, Trouble):
            shut += 1
            complain(f"{box}: {found.why}")
        else:
            print(f"{box}: {found}")
    return shut


def _reached(offline: bool) -> str:
    return "; no connection was tried" if offline else ", and all connections work"


def _tell_all(bad: BadConfig, path: Path | None) -> int:
    """A config that cannot be used does not hide the mistakes of the rules beside it."""
    _tell(map(str, bad.mistakes))
    rules = (path or Path("config.toml")).parent / "rules"
    if rules.is_dir():
        _tell(read_edit(Sources(rules), now_utc()).mistakes)
    return BAD_CONFIG


def _tell(mistakes: Iterable[str]) -> None:
    for mistake in mistakes:
        complain(mistake)


def status(args: Namespace) -> int:
    """Health, in words or as JSON; 69 when something needs a person."""
    config = config_of(args)
    health = examine(config, now_utc())
    if args.json:
        say_json(as_json(health))
    else:
        _say(health, config.desk.timezone)
    return OK if health.ok else UNAVAILABLE


def _say(health: Health, zone: tzinfo) -> None:
    from postdesk.daemon.tables import local, say_pairs, size

    print(f"waiting: {health.waiting}" if health.status == "waiting" else health.status)
    for reason in health.reasons:
        print(f"  - {reason}")
    since = f", since {local(health.rules_at, zone)}" if health.rules_at else ""
    say_pairs(
        [
            ("daemon", "runs" if health.running else "does not run"),
            ("database", "answers" if health.database else "does not answer"),
            ("spool", _counted(health.spool)),
            ("oldest new mail", local(health.oldest_new_at, zone)),
            ("agents are asked", _counted(health.holds)),
            ("outbox", _counted(health.outbox) or "empty"),
            ("oldest letter", local(health.oldest_letter_at, zone)),
            ("rules", f"{health.rules[:VERSION]}{since}" if health.rules else "none in force yet"),
            ("free disk", size(health.disk_free)),
        ]
    )
    for going in health.mailboxes:
        print(f"mailbox {going.box}: {_going(going, zone)}")
    for mistake in health.rule_mistakes:
        print(mistake)


def _going(going: Going, zone: tzinfo) -> str:
    from postdesk.daemon.tables import local

    if going.kind:
        return f"{going.trouble}, since {local(going.since, zone)}"
    drift = f"; {going.drift} mails there are not accounted for" if going.drift else ""
    read = f"read at {local(going.last_ok_at, zone)}" if going.last_ok_at else "not read yet"
    return f"{read}{drift}"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{many} {state}" for state, many in counts.items() if many)
