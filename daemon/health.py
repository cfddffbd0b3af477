"""Health: one value that tells whether the desk needs a person, and why."""

import fcntl
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from postdesk.daemon import schema
from postdesk.daemon.config import Config
from postdesk.daemon.edit import Edit, Sources, read_edit
from postdesk.daemon.polling import Going, goings
from postdesk.daemon.records import Records, database_url
from postdesk.daemon.schema import DatabaseTrouble
from postdesk.daemon.store import StoreTrouble
from postdesk.daemon.times import from_text, utc_text
from postdesk.daemon.usage import Usage
from postdesk.mailbox.imap_account import box_of
from postdesk.mailbox.spool import Spool, SpoolError

SLOW = timedelta(minutes=5)  # by then mail that came has been read, and a due letter tried
STUCK = timedelta(hours=1)  # a relay that takes nothing for so long does not come back by itself
ASLEEP = timedelta(hours=1)  # cron's `once` comes more often than that
GRACE = timedelta(minutes=2)  # a daemon that starts anew is back by then
SCARCE = 256 * 1024 * 1024  # bytes of disk: some hours of mail


@dataclass(frozen=True, slots=True)
class Health:
    """What was found; times are UTC texts, sizes bytes. Nothing in ``reasons``: all is well."""

    running: bool  # a daemon works on this state folder now
    worked_at: str | None = None  # when one last began to
    database: bool = False  # it answers
    spool: dict[str, int] = field(default_factory=dict)  # mails by state
    oldest_new_at: str | None = None
    holds: dict[str, int] = field(default_factory=dict)  # agents' mails that wait, by cause
    outbox: dict[str, int] = field(default_factory=dict)  # letters by state, sent ones left out
    oldest_letter_at: str | None = None  # of those that were tried and still wait
    rules: str | None = None  # the digest of the set in force
    rules_at: str | None = None
    rule_mistakes: tuple[str, ...] = ()  # in the files as they are now
    disk_free: int = 0
    mailboxes: tuple[Going, ...] = ()
    reasons: tuple[str, ...] = ()
    waiting: str = ""  # there is work and nobody at it, which cron may soon change: a sentence

    @property
    def ok(self) -> bool:
        """Nothing needs a person."""
        return not self.reasons

    @property
    def status(self) -> str:
        """ok, waiting, or degraded."""
        return "degraded" if self.reasons else "waiting" if self.waiting else "ok"


def as_json(health: Health) -> dict[str, Any]:
    """Health for programs: ``status`` is ok, waiting or degraded."""
    told = asdict(health)
    return {"status": health.status, "reasons": told.pop("reasons"), **told}


def examine(config: Config, now: datetime) -> Health:
    """Look at everything; what cannot be looked at is a reason, and the rest is told all the same.

    Nothing is changed, and a daemon may run meanwhile.
    """
    findings: dict[str, Any] = {}
    reasons: list[str] = []
    edit = read_edit(Sources.of(config), now)
    looks = (_daemon, _disk, _spool, partial(_rules, edit), partial(_records, edit))
    for look in looks:
        reasons += look(config, now, findings)
    return Health(**findings, reasons=tuple(reasons), waiting=_waiting(findings, now))


def _waiting(found: dict[str, Any], now: datetime) -> str:
    """Work, and no daemon: cron may come by, but until then "ok" would be a lie."""
    began = from_text(found["worked_at"])
    work = found.get("spool", {}).get("new") or found.get("outbox", {}).get("waiting")
    if found["running"] or began is None or not work or now - began < GRACE:
        return ""
    return f"nothing has run for {_minutes(now - began)}"


def _daemon(config: Config, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    found["running"], began = at_work(config.desk.state / "lock")
    found["worked_at"] = utc_text(began) if began else None
    if found["running"]:
        return
    if began is None:
        yield "no daemon has run here yet: postdesk run"
    elif now - began > ASLEEP:
        yield "no daemon runs here: postdesk run, or postdesk once from cron"


def at_work(lock: Path) -> tuple[bool, datetime | None]:
    """Is the lock held, and when was it last taken? Asking does not take it for good."""
    try:
        file = os.open(lock, os.O_RDONLY)
    except OSError:
        return False, None
    try:
        began = datetime.fromtimestamp(os.fstat(file).st_mtime, UTC)
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True, began
    finally:
        os.close(file)
    return False, began


def _disk(config: Config, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    folder = config.desk.state
    found["disk_free"] = 0
    with suppress(OSError):
        found["disk_free"] = shutil.disk_usage(folder if folder.exists() else config.base).free
    if found["disk_free"] < SCARCE:
        yield f"{folder}: only {found['disk_free'] >> 20} MB are free; make room"


def _spool(config: Config, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    file = config.desk.state / "spool.db"
    if not file.exists():
        return
    try:
        with closing(Spool(file)) as spool:
            found["spool"] = spool.counts()
            oldest = next(iter(spool.pending(1, now)), None)
    except SpoolError as error:
        yield str(error)
        return
    if oldest:
        found["oldest_new_at"] = utc_text(oldest.received_at)
        if now - oldest.received_at > SLOW:
            yield f"mail of {_minutes(now - oldest.received_at)} ago is not read yet"


def _rules(edit: Edit, config: Config, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    yield from _refused(edit.mistakes, found)


def _refused(mistakes: tuple[str, ...], found: dict[str, Any]) -> Iterator[str]:
    if mistakes:
        found["rule_mistakes"] = mistakes
        told = f"the edited rules have {len(mistakes)} mistake(s) and are not in force"
        yield f"{told}: postdesk check"


def _records(edit: Edit, config: Config, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    file = config.database.file
    if file is not None and not file.exists():
        return  # nothing has run yet
    try:
        if waiting := schema.examine(schema.open_database(database_url(config))):
            yield f"the database waits for {len(waiting)} migration(s): start postdesk run"
            return
        with closing(Records(config)) as records, records.rows.reading():
            found["database"] = True
            yield from _letters(records, now, found)
            yield from _in_force(records, edit, found)
            yield from _held(records, found)
            yield from _mailboxes(records, config, now, found)
    except (DatabaseTrouble, StoreTrouble) as error:
        found["database"] = False
        yield f"the database does not answer: {error}"


def _letters(records: Records, now: datetime, found: dict[str, Any]) -> Iterator[str]:
    found["outbox"] = records.outbox.count()
    overdue = records.outbox.overdue()
    found["oldest_letter_at"] = overdue["tried_at"]
    due, tried = from_text(overdue["due_at"]), from_text(overdue["tried_at"])
    if due and now - due > SLOW:
        yield f"a letter has been due for {_minutes(now - due)}, and nobody has tried it"
    if tried and now - tried > STUCK:
        yield (
            f"a letter of {_minutes(now - tried)} ago cannot be handed to the relay:"
            " postdesk outbox list"
        )


def _in_force(records: Records, edit: Edit, found: dict[str, Any]) -> Iterator[str]:
    row = records.rows.one("SELECT digest, at FROM rule_set ORDER BY at DESC LIMIT 1")
    if row:
        found["rules"], found["rules_at"] = row["digest"], row["at"]
        if edit.book and edit.book.digest != row["digest"]:
            yield from _refused(tuple(Usage(records.rows).objections(edit.book)), found)
    elif found.get("rule_mistakes"):
        yield "no rules were ever accepted: mail is kept, nothing is decided"


def _held(records: Records, found: dict[str, Any]) -> Iterator[str]:
    waiting = records.holds.waiting()
    causes = (cause["cause"] for row in waiting for cause in json.loads(row["reasons"]))
    found["holds"] = dict(Counter(causes))
    unasked = found.get("spool", {}).get("held", 0) - len(waiting)
    if unasked > 0:
        yield f"{unasked} held mail(s) wait for a person: postdesk spool list --state held"


def _mailboxes(
    records: Records, config: Config, now: datetime, found: dict[str, Any]
) -> Iterator[str]:
    if not config.imap:
        return
    from postdesk.daemon.mailboxes import accounts  # the whole of IMAP, which few commands need

    boxes = [box_of(account) for account, _ in accounts(config)]
    found["mailboxes"] = goings(records.rows, boxes)
    for going in found["mailboxes"]:
        since = from_text(going.since)
        # A connection that is lost for some minutes is nobody's work.
        if going.kind and since and (going.kind != "connection" or now - since > SLOW):
            lost = _minutes(now - since)
            yield f"mailbox {going.box} has not been read for {lost}: {going.trouble}"
        if going.drift:
            yield f"mailbox {going.box}: {going.drift} mails there are not accounted for"


def _minutes(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 2880 else f"{minutes // 1440} days"
