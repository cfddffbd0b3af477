"""`postdesk run` as its admin meets it: a process that starts, listens to signals, and ends."""

import os
import signal
import smtplib
import socket
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from real.daemons import PEOPLE, Program, desk_at
from real.mta import SUPPORT, Mta, mails

from postdesk.mailbox.spool import Spool

CAROL = '\n[agent.carol]\nname = "Carol"\naddresses = ["carol@example.com"]\n'


def kept(config: Path) -> dict[str, int]:
    spool = Spool(config.parent / "var" / "spool.db")
    try:
        return spool.counts()
    finally:
        spool.close()


def edit(rules: Path, text: str) -> None:
    """Change the file so that its time and size do not tell: only a signal can."""
    before = rules.stat()
    rules.write_text(text.ljust(before.st_size))
    os.utime(rules, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_ready_means_that_mail_is_taken_and_answered(tmp_path: Path) -> None:
    with Program(desk_at(tmp_path), "run") as program:
        mta = Mta(mails([1]))
        mta.send(program.ready().port)
        assert mta.queue == []
        assert program.says("sent to customer1@kunde.example")
        assert program.says("sent to anna@example.com")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_takes_what_is_coming_in_and_no_more(
    tmp_path: Path, number: signal.Signals
) -> None:
    config = desk_at(tmp_path)
    with Program(config, "run") as program:
        port = program.ready().port
        idle = smtplib.SMTP("127.0.0.1", port)
        busy = smtplib.SMTP("127.0.0.1", port)
        idle.ehlo()
        busy.ehlo()
        busy.mail("petra@kunde.example")
        busy.rcpt(SUPPORT)
        assert busy.docmd("DATA")[0] == 354
        busy.send("From: petra@kunde.example\r\nSubject: Lamp\r\n\r\n")

        program.tell(number)
        assert idle.getreply()[0] == 421
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", port), 5)
        busy.send("It stays dark.\r\n.\r\n")
        assert busy.getreply()[0] == 250
        assert program.ends() == 0
        assert program.said.rstrip().endswith("postdesk has ended")
        assert "Traceback" not in program.said
        idle.close()
        busy.close()
    assert sum(kept(config).values()) == 1


def test_the_next_one_takes_up_what_was_left(tmp_path: Path) -> None:
    config = desk_at(tmp_path)
    spool = Spool(tmp_path / "var" / "spool.db")
    spool.keep(mails([1])[0].as_bytes(), mail_from="customer1@kunde.example", rcpts=[SUPPORT])
    spool.close()
    with Program(config, "run") as program:
        assert program.ready().says("on ticket 1")


def test_a_hangup_rereads_the_rules(tmp_path: Path) -> None:
    config = desk_at(tmp_path)
    rules = tmp_path / "rules" / "10-people.toml"
    rules.write_text(PEOPLE + "#" * len(CAROL.encode()))
    with Program(config, "run") as program:
        assert program.ready().says("is in force")
        edit(rules, PEOPLE + CAROL)
        program.tell(signal.SIGHUP)
        assert program.says("is in force", 2)
        Mta(mails([1])).send(program.port)
        assert program.says("sent to carol@example.com")


def test_a_hangup_with_mistakes_in_the_rules_changes_nothing(tmp_path: Path) -> None:
    config = desk_at(tmp_path)
    rules = tmp_path / "rules" / "10-people.toml"
    with Program(config, "run") as program:
        program.ready()
        edit(rules, PEOPLE.replace("name =", "nome =", 1))
        program.tell(signal.SIGHUP)
        assert program.says("10-people.toml:3:1: ")
        Mta(mails([1])).send(program.port)
        assert program.says("sent to anna@example.com")
        program.tell(signal.SIGTERM)
        assert program.ends() == 0


@pytest.mark.parametrize("command", ["run", "once"])
def test_a_state_folder_has_one_daemon(tmp_path: Path, command: str) -> None:
    config = desk_at(tmp_path)
    with Program(config, "run") as first:
        first.ready()
        with Program(config, command) as second:
            assert second.ends() == os.EX_TEMPFAIL
        assert f"process {first.process.pid}" in second.said
        assert "[desk] state" in second.said
        assert "Traceback" not in second.said


def test_a_killed_daemon_leaves_its_state_folder_free(tmp_path: Path) -> None:
    config = desk_at(tmp_path)
    with Program(config, "run") as first:
        first.ready().tell(signal.SIGKILL)
        assert first.ends() == -signal.SIGKILL
    with Program(config, "run") as second:
        second.ready()


def test_a_taken_port_is_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Program(desk_at(tmp_path, port=port), "run") as program:
            assert program.ends() == os.EX_UNAVAILABLE
    assert f"127.0.0.1:{port}" in program.said
    assert "another program has it" in program.said
    assert "Traceback" not in program.said


def test_without_its_database_it_keeps_mail_and_goes_on_later(
    tmp_path: Path, postgres_url: str
) -> None:
    config = desk_at(tmp_path, database=postgres_url)
    with Program(config, "run") as program:
        mta = Mta(mails([1]))
        program.ready()
        database_away(postgres_url)
        (tmp_path / "rules" / "20-more.toml").write_text(CAROL)
        program.tell(signal.SIGHUP)
        mta.send(program.port)
        assert mta.queue == []
        assert program.says("ERROR loops desk: ")
        database_back(postgres_url)
        assert program.says("sent to customer1@kunde.example")
        assert program.says("is in force", 2)  # the edit of meanwhile
        assert "Traceback" not in program.said


def database_away(url: str) -> None:
    """Nobody gets in any more, and who was in is thrown out."""
    name = _allow(url, connections=False)
    with psycopg.connect(_server(url), autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )


def database_back(url: str) -> None:
    _allow(url, connections=True)


def _allow(url: str, *, connections: bool) -> str:
    name = url.rpartition("/")[2]
    order = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format(
        sql.Identifier(name), sql.Literal(connections)
    )
    with psycopg.connect(_server(url), autocommit=True) as line:
        line.execute(order)
    return name


def _server(url: str) -> str:
    return f"{url.rpartition('/')[0]}/postgres"
