"""init, check, status and demo: a desk begins, and says how it is."""

import re
import socket
from pathlib import Path

import pytest
from shell import Shell

from postdesk.daemon.rule_files import SHIPPED
from postdesk.daemon.state import StateLock


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_a_new_desk_passes_its_check(shell: Shell) -> None:
    folder = shell.folder / "new" / "desk"
    said = shell.says("init", str(folder), "--address", "Help@Firma.example", "--name", 'A "B"')
    assert said.code == 0 and f"A desk is ready in {folder}" in said.out
    assert (folder / "var" / "key").stat().st_mode & 0o777 == 0o600
    shipped = {file.name for file in SHIPPED.glob("[0-9]*.toml")}
    assert {file.name for file in (folder / "rules").iterdir()} == {*shipped, "schema.json"}
    shell.file = folder / "config.toml"
    assert (shell.config.desk.address, shell.config.desk.name) == ("help@firma.example", 'A "B"')
    checked = shell.types("check", "--offline")
    assert checked.code == 0 and "are right" in checked.out
    assert "warning: no agents" in checked.err


def test_a_desk_that_is_there_is_never_touched(shell: Shell) -> None:
    before = shell.file.read_text()
    said = shell.says("init", str(shell.folder), "--address", "help@firma.example")
    assert said.code == 65 and "config.toml, rules already" in said.err
    assert shell.file.read_text() == before
    assert not (shell.folder / "var").exists()


def test_a_bad_address_begins_no_desk(shell: Shell) -> None:
    said = shell.says("init", str(shell.folder / "x"), "--address", "nobody")
    assert said.code == 64
    assert not (shell.folder / "x").exists()


def test_check_tells_the_mistakes_of_rules_and_letters_together(shell: Shell) -> None:
    (shell.folder / "rules" / "20-more.toml").write_text(
        '[agent.bob]\nnmae = "Bob"\n[team.x]\nz = 1\n'
    )
    letters = shell.folder / "templates" / "letters"
    letters.mkdir(parents=True)
    (letters / "receipt.txt.j2").write_text("Subject: {{ tikcet }}\n\nHello\n")
    said = shell.types("check", "--offline")
    assert (said.code, said.out) == (78, "")
    for place in ("20-more.toml:2:1", "20-more.toml:4:1", "letters/receipt.txt.j2:1"):
        assert place in said.err


def test_a_broken_config_does_not_hide_broken_rules(shell: Shell) -> None:
    shell.file.write_text("[desk]\naddress = 7\n")
    (shell.folder / "rules" / "20-more.toml").write_text('[agent.bob]\nnmae = "Bob"\n')
    said = shell.types("check")
    assert said.code == 78
    assert "config.toml:2:" in said.err and "20-more.toml:2:1" in said.err


def test_check_tells_every_connection_that_fails(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        text = shell.file.read_text().replace("127.0.0.1:0", place)
        shell.file.write_text(
            f'{text}[database]\nurl = "postgresql://127.0.0.1:1/postdesk"\n'
            '[relay]\nurl = "smtp://127.0.0.1:1"\n'
        )
        said = shell.types("check")
        assert shell.types("check", "--offline").code == 0
    assert said.code == 69
    for words in (
        "database postdesk: ",
        "relay.url: cannot use",
        f"smtp.listen: cannot listen on {place}",
    ):
        assert words in said.err


def test_check_tells_each_secret_once_and_where_it_is_written(shell: Shell) -> None:
    before = shell.file.read_text()
    line = before.count("\n") + 3
    shell.file.write_text(
        f'{before}[relay]\nurl = "smtp+starttls://u@127.0.0.1:1"\npassword_file = "nowhere"\n'
    )
    said = shell.types("check")
    assert said.code == 78
    assert said.err.count("relay.password_file") == 1
    assert f"config.toml:{line}:17: relay.password_file: cannot read" in said.err


def test_check_refuses_a_password_in_the_relays_url(shell: Shell) -> None:
    shell.file.write_text(
        shell.file.read_text() + '[relay]\nurl = "smtp://u:secret@h"\npassword_file = "nowhere"\n'
    )
    said = shell.types("check", "--offline")
    assert said.code == 78
    assert ":7: relay url: no password in it, please" in said.err
    assert "cannot read" in said.err and "secret" not in said.err.replace("a secret", "")


def test_check_shows_which_certificate_cannot_be_used(shell: Shell) -> None:
    smtp = '[smtp]\ntls_cert = "none.pem"\ntls_key = "none.key"'
    shell.file.write_text(shell.file.read_text().replace("[smtp]", smtp))
    said = shell.types("check")
    assert said.code == 69
    assert re.search(r"config\.toml:\d+:12: smtp\.tls_cert: cannot be used", said.err)


@pytest.mark.parametrize("address", ["support@example.com", "SUPPORT@example.com"])
def test_an_agent_who_is_the_desk_is_a_mistake(shell: Shell, address: str) -> None:
    file = shell.folder / "rules" / "20-more.toml"
    file.write_text(f'\n[agent.bob]\nname = "Bob"\naddresses = ["{address}"]\n')
    said = shell.types("check", "--offline")
    assert said.code == 78
    assert "20-more.toml:2: agent bob: support@example.com is an address of the desk" in said.err


def test_the_ports_of_a_daemon_that_runs_are_its_own(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours, StateLock(shell.folder / "var"):
        place = f"127.0.0.1:{ours.getsockname()[1]}"
        shell.file.write_text(shell.file.read_text().replace("127.0.0.1:0", place))
        assert shell.types("check").code == 0


def test_check_changes_nothing(shell: Shell) -> None:
    assert shell.types("check").code == 0
    assert sorted(f.name for f in shell.folder.iterdir()) == ["config.toml", "rules"]


def test_status_is_ok_once_the_desk_has_worked(shell: Shell) -> None:
    said = shell.types("status", "--json")
    assert said.code == 69
    assert said.json["status"] == "degraded"
    assert said.json["reasons"] == ["no daemon has run here yet: postdesk run"]
    assert shell.types("once").code == 0
    said = shell.types("status", "--json")
    assert (said.code, said.json["status"], said.json["reasons"]) == (0, "ok", [])
    assert (said.json["running"], said.json["database"]) == (False, True)
    assert len(said.json["rules"]) == 64
    assert shell.types("status").out.startswith("ok\n")


def test_status_says_why_a_person_is_needed(shell: Shell) -> None:
    assert shell.types("once").code == 0
    (shell.folder / "rules" / "20-more.toml").write_text('[agent.bob]\nnmae = "Bob"\n')
    said = shell.types("status")
    assert said.code == 69
    assert said.out.startswith("degraded\n  - the edited rules have 2 mistake")
    assert "20-more.toml:2:1" in said.out


def test_the_demo_tells_its_story_and_leaves_nothing(shell: Shell) -> None:
    said = shell.says("demo", "--no-wait")
    assert said.code == 0
    for words in (
        "ticket #1 is opened",
        "✉ to petra@kunde.example: [#1] We have your message",
        "held: was it really anna?",
        "#1 is reopened now",
        "Der Drucker druckt rosa",
    ):
        assert words in said.out
    folder = said.out.split("A desk is up in ")[1].split(",")[0]
    assert not Path(folder).exists()


BOB = '[agent.bob]\nname = "Bob"\naddresses = ["bob@example.com"]\n'
GIVEN = """[status.parked]
kind = "waiting"
[[rule]]
name = "to bob"
on = "ticket.created"
then.assign = "bob"
then.status = "parked"
"""


def test_check_and_status_tell_what_tickets_would_miss(shell: Shell) -> None:
    file = shell.folder / "rules" / "20-more.toml"
    file.write_text(BOB + GIVEN)
    shell.opens("Printer", "It is on fire.")
    assert shell.types("check").code == 0
    file.write_text(GIVEN.replace("parked", "resting").replace("bob", "anna"))
    assert shell.types("check", "--offline").code == 0, "only the database knows"
    said = shell.types("check")
    assert said.code == 78
    assert '1 ticket has the status "parked", which is gone' in said.err
    assert "warning: agent bob is in no file: 1 open ticket belongs to the deputy" in said.err
    status = shell.types("status", "--json").json
    assert '"parked"' in status["rule_mistakes"][0]
    shell.types("once")
    assert shell.types("show", "1", "--json").json["status"] == "parked"
    file.write_text(file.read_text().replace('"waiting"', '"waiting"\nwas = ["parked"]'))
    assert shell.types("check").code == 0
    shell.types("once")
    ticket = shell.types("show", "1", "--json").json
    assert (ticket["status"], ticket["assignee"]) == ("resting", "anna")
