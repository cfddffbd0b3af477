"""Mailboxes as their admin sees them: what `check` says before, what `status` says after."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_imap import FakeImap
from shell import Shell

from postdesk.daemon.config import load
from postdesk.daemon.health import examine
from postdesk.daemon.mailboxes import Reader, readers
from postdesk.daemon.polling import Diary, Going, goings
from postdesk.daemon.records import Records, records
from postdesk.mailbox.imap_account import Trouble
from postdesk.mailbox.spool import Spool

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
BOX = "support:INBOX"
MAIL = b"From: petra@kunde.example\r\nSubject: Printer\r\n\r\nIt is on fire.\r\n"
TABLE = """
[imap.{name}]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "support"
password = "right"
"""


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def reads(shell: Shell, *ports: int) -> Shell:
    """The desk has mailboxes on these ports: support, box1, box2 ..."""
    names = ("support", *(f"box{n}" for n in range(1, len(ports))))
    tables = [TABLE.format(name=n, port=p) for n, p in zip(names, ports, strict=True)]
    shell.file.write_text(shell.file.read_text() + "".join(tables))
    return shell


def fill(imap: FakeImap) -> None:
    """An hour old, and a month."""
    now = datetime.now(UTC)
    for days in (30, 31, 32):
        imap.arrive(MAIL, now - days * DAY)
    imap.arrive(MAIL, now - 60 * MINUTE)


def test_check_counts_what_will_be_read(shell: Shell) -> None:
    with FakeImap() as imap:
        fill(imap)
        said = reads(shell, imap.port).types("check")
    assert said.code == 0
    assert "imap.support: 4 mails in INBOX, 1 will be read\n" in said.out
    assert sorted(f.name for f in shell.folder.iterdir()) == ["config.toml", "rules"]
    assert not any(line.startswith(("SELECT", "UID MOVE")) for line in imap.said)


def test_check_knows_what_was_read(shell: Shell) -> None:
    with FakeImap() as imap:
        fill(imap)
        reads(shell, imap.port)
        assert shell.types("once").code == 0
        said = shell.types("check")
    assert "imap.support: 3 mails in INBOX, 0 will be read\n" in said.out


def test_check_tells_each_mailbox_that_cannot_be_read(shell: Shell) -> None:
    with (
        FakeImap(password="other") as locked,
        FakeImap(refuses="EXAMINE") as shut,
        FakeImap() as well,
    ):
        said = reads(shell, locked.port, shut.port, 1, well.port).types("check")
    assert said.code == 69
    for words in (
        f"imap.support: 127.0.0.1:{locked.port} refused the login of support: ",
        f"imap.box1: 127.0.0.1:{shut.port} refused to work on INBOX: ",
        "imap.box2: no connection to 127.0.0.1:1: ",
    ):
        assert words in said.err
    assert "again in" not in said.err
    assert "imap.box3: 0 mails in INBOX" in said.out


def test_check_offline_asks_no_server(shell: Shell) -> None:
    assert reads(shell, 1).types("check", "--offline").code == 0


def test_status_tells_of_trouble_and_of_its_end(shell: Shell) -> None:
    with FakeImap(password="other") as imap:
        reads(shell, imap.port)
        shell.types("once")
        said = shell.types("status")
        assert said.code == 69
        assert "mailbox support:INBOX has not been read for 0 minutes: " in said.out
        assert "refused the login" in said.out
        (told,) = shell.types("status", "--json").json["mailboxes"]
        assert (told["box"], told["kind"], told["last_ok_at"]) == (BOX, "login", None)
        imap.password = "right"
        shell.types("once")
        said = shell.types("status")
    assert said.code == 0
    assert "mailbox support:INBOX: read at " in said.out


def test_a_connection_lost_for_some_minutes_is_nobodys_work(tmp_path: Path, shell: Shell) -> None:
    config = load(reads(shell, 1).file, {})
    with records(config) as written:
        note = Diary(written.rows, BOX).note
        note(trouble("connection"), 0, NOON)
    reasons = [examine(config, NOON + n * MINUTE).reasons for n in (4, 6)]
    assert [any("has not been read" in reason for reason in some) for some in reasons] == [
        False,
        True,
    ]


def test_drift_is_a_reason(shell: Shell) -> None:
    config = load(reads(shell, 1).file, {})
    with records(config) as written:
        Diary(written.rows, BOX).note(None, 3, NOON)
    assert any("3 mails there" in reason for reason in examine(config, NOON).reasons)


def test_a_row_is_written_when_something_changes(shell: Shell, database_url: str) -> None:
    shell.file.write_text(f'{shell.file.read_text()}[database]\nurl = "{database_url}"\n')
    with records(load(shell.file, {})) as written:
        diary = Diary(written.rows, BOX)
        diary.note(None, 0, NOON)
        diary.note(None, 0, NOON + 4 * MINUTE)
        assert row(written).last_ok_at == "2026-11-23T12:00:00.000000Z"
        diary.note(None, 0, NOON + 5 * MINUTE)
        assert row(written).last_ok_at == "2026-11-23T12:05:00.000000Z"
        diary.note(trouble("login"), 0, NOON + 6 * MINUTE)
        diary.note(trouble("login", "other words"), 0, NOON + 7 * MINUTE)
        assert row(written) == Going(
            BOX,
            "2026-11-23T12:05:00.000000Z",
            "login",
            "other words",
            "2026-11-23T12:06:00.000000Z",
        )
        diary.note(None, 0, NOON + 8 * MINUTE)
        assert row(written) == Going(BOX, "2026-11-23T12:08:00.000000Z")


@pytest.mark.parametrize("broken", ["mailbox", "polling"])
def test_a_broken_database_ends_no_reader(shell: Shell, broken: str) -> None:
    """The mails stay where they are, or come in all the same; the next turn tries again."""
    with FakeImap() as imap, records(config := load(reads(shell, 1).file, {})) as written:
        fill(imap)
        imap_config = config.imap["support"].model_copy(update={"port": imap.port})
        config = config.model_copy(update={"imap": {"support": imap_config}})
        spool = Spool(shell.folder / "spool.db")
        with written.rows.transaction():
            written.rows.run(f"ALTER TABLE {broken} RENAME TO gone")
        (reader,) = readers(config, spool, written.rows, lambda: datetime.now(UTC))
        first = reader.once()
        assert first == (0 if broken == "mailbox" else 1)
        if broken == "mailbox":
            assert reader.trouble and "the database fails: " in reader.trouble.why
        with written.rows.transaction():
            written.rows.run(f"ALTER TABLE gone RENAME TO {broken}")
        assert first + reader.once() == 1
        assert not reader.trouble
        close(reader, spool)


def test_a_surprise_is_trouble_and_not_the_end(shell: Shell) -> None:
    with FakeImap() as imap, records(config := load(reads(shell, imap.port).file, {})) as written:
        fill(imap)
        spool = Spool(shell.folder / "spool.db")
        (reader,) = readers(config, spool, written.rows, lambda: NOON)
        validity, imap.uidvalidity = imap.uidvalidity, "seven"  # type: ignore[assignment]
        assert reader.once() == 0
        assert reader.trouble
        imap.uidvalidity = validity
        assert reader.once() == 1
        close(reader, spool)


def close(reader: Reader, spool: Spool) -> None:
    reader.close()
    spool.close()


def trouble(kind: str, why: str = "no") -> Trouble:
    return Trouble(kind, why, MINUTE)  # type: ignore[arg-type]


def row(written: Records) -> Going:
    with written.rows.reading():
        return goings(written.rows, [BOX])[0]
