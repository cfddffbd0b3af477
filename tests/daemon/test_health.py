"""Health: each thing that needs a person is one reason, and what cannot be seen hides no other."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postdesk.daemon.config import Config, load
from postdesk.daemon.health import as_json, examine
from postdesk.daemon.outbox import Draft
from postdesk.daemon.records import Records, records
from postdesk.daemon.state import StateLock
from postdesk.mailbox.mail import Address
from postdesk.mailbox.spool import Spool

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    """A desk on which a daemon is at work."""
    (tmp_path / "config.toml").write_text('[desk]\naddress = "support@example.com"\n')
    config = load(tmp_path / "config.toml", {})
    with StateLock(config.desk.state), records(config):
        yield config


def letter(minutes_ago: int) -> Draft:
    return Draft(
        kind="answer",
        ticket=1,
        message_id="<1@example.com>",
        sender=Address("", "support@example.com"),
        to=Address("", "petra@kunde.example"),
        subject="x",
        text="y",
        written_at=NOON - minutes_ago * MINUTE,
    )


def outbox_with(config: Config, draft: Draft, tried_at: datetime | None = None) -> None:
    with closing(Records(config)) as written:
        with written.rows.transaction():
            written.outbox.add([draft])
        if tried_at:
            assert written.outbox.claim(tried_at, (timedelta(days=1),))


def test_a_desk_at_work_is_well(config: Config) -> None:
    health = examine(config, NOON)
    assert health.ok and health.running and health.database
    assert as_json(health)["status"] == "ok"


@pytest.mark.parametrize(("minutes", "well"), [(4, True), (6, False)])
def test_mail_that_nobody_reads_is_a_reason(config: Config, minutes: int, well: bool) -> None:
    with closing(Spool(config.desk.state / "spool.db")) as spool:
        spool.keep(b"x", at=NOON - minutes * MINUTE)
    health = examine(config, NOON)
    assert health.ok is well
    assert health.spool == {"new": 1, "held": 0, "done": 0}
    assert health.oldest_new_at == f"2026-11-23T11:{60 - minutes}:00.000000Z"


def test_a_held_mail_that_no_agent_was_asked_about_is_a_reason(config: Config) -> None:
    with closing(Spool(config.desk.state / "spool.db")) as spool:
        spool.held(spool.keep(b"x", at=NOON), "no ticket could be made of it")
    health = examine(config, NOON)
    assert health.reasons == ("1 held mail(s) wait for a person: postdesk spool list --state held",)


def test_a_letter_that_nobody_tries_is_a_reason(config: Config) -> None:
    outbox_with(config, letter(minutes_ago=6))
    health = examine(config, NOON)
    assert health.outbox == {"waiting": 1}
    assert health.reasons == ("a letter has been due for 6 minutes, and nobody has tried it",)


@pytest.mark.parametrize(("minutes", "well"), [(50, True), (300, False)])
def test_a_relay_that_takes_nothing_is_a_reason(config: Config, minutes: int, well: bool) -> None:
    outbox_with(config, letter(minutes), tried_at=NOON - MINUTE)
    health = examine(config, NOON)
    assert health.ok is well
    assert health.oldest_letter_at is not None
    assert well or "a letter of 5 hours ago cannot be handed" in health.reasons[0]


def test_broken_rules_are_a_reason_with_their_places(config: Config) -> None:
    (config.base / "rules").mkdir()
    (config.base / "rules" / "10-x.toml").write_text("[agent.anna]\nnmae = 1\n")
    health = examine(config, NOON)
    assert any("postdesk check" in reason for reason in health.reasons)
    assert any("nothing is decided" in reason for reason in health.reasons)
    assert any(m.startswith("10-x.toml:2:1") for m in health.rule_mistakes)


def test_a_dead_database_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[desk]\naddress = "support@example.com"\n'
        '[database]\nurl = "postgresql://127.0.0.1:1/postdesk"\n'
    )
    config = load(tmp_path / "config.toml", {})
    with closing(Spool(config.desk.state / "spool.db")) as spool:
        spool.keep(b"x", at=NOON - 10 * MINUTE)
    health = examine(config, NOON)
    assert not health.database
    kinds = ("no daemon has run", "mail of 10 minutes ago", "the database does not answer")
    assert len(health.reasons) == 3
    assert all(r.startswith(k) for r, k in zip(health.reasons, kinds, strict=True))


@pytest.mark.parametrize(("minutes", "status"), [(1, "ok"), (3, "waiting"), (70, "degraded")])
@pytest.mark.parametrize("work", ["mail", "letter"])
def test_work_that_nobody_is_at_is_not_well(
    tmp_path: Path, work: str, minutes: int, status: str
) -> None:
    (tmp_path / "config.toml").write_text('[desk]\naddress = "support@example.com"\n')
    config = load(tmp_path / "config.toml", {})
    with StateLock(config.desk.state), records(config):
        pass
    now = datetime.now(UTC) + minutes * MINUTE
    if work == "mail":
        with closing(Spool(config.desk.state / "spool.db")) as spool:
            spool.keep(b"x", at=now)
    else:
        outbox_with(config, replace(letter(0), written_at=now + MINUTE))
    health = examine(config, now)
    assert (health.status, as_json(health)["status"]) == (status, status)
    if status == "waiting":
        assert health.ok and health.waiting == "nothing has run for 3 minutes"


def test_an_idle_desk_waits_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[desk]\naddress = "support@example.com"\n')
    config = load(tmp_path / "config.toml", {})
    with StateLock(config.desk.state), records(config):
        pass
    assert examine(config, datetime.now(UTC) + 30 * MINUTE).status == "ok"


def test_a_daemon_that_ended_has_worked_until_then(tmp_path: Path) -> None:
    with StateLock(tmp_path) as lock:
        os.utime(tmp_path / "lock", (0, 0))
        assert lock
    assert (tmp_path / "lock").stat().st_mtime > 0


def test_a_daemon_that_is_gone_is_a_reason_but_not_at_once(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[desk]\naddress = "support@example.com"\n')
    config = load(tmp_path / "config.toml", {})
    with StateLock(config.desk.state):
        began = datetime.now(UTC)
    assert examine(config, began + 50 * MINUTE).ok
    later = examine(config, began + 70 * MINUTE)
    assert not later.running
    assert later.reasons == ("no daemon runs here: postdesk run, or postdesk once from cron",)
