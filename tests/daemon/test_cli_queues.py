"""Spool and outbox from the shell: mail goes in, waits, is held, is dropped or tried again."""

import mailbox
from contextlib import closing
from pathlib import Path

import pytest
from shell import Shell

from postdesk.mailbox.spool import Spool

MAIL = b"From: Petra <petra@kunde.example>\nTo: support@example.com\nSubject: Hello\n\nMe?\n"
MAIL_KEYS = {
    "id", "state", "source", "from", "to", "subject", "received_at", "tries", "reason", "ticket",
}  # fmt: skip
LETTER_KEYS = {
    "id", "ticket", "to", "subject", "message_id", "state", "attempts", "next_try_at", "error",
}  # fmt: skip
MISSING = "0" * 32


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_a_piped_mail_is_kept_with_its_envelope(shell: Shell) -> None:
    said = shell.types(
        "inject", "-", "--from", "<bounce@kunde.example>", "--to", "support+x@example.com",
        pipe=b"From petra@kunde.example Mon Nov 23 09:00:00 2026\n" + MAIL,
    )  # fmt: skip
    key = said.out.strip()
    mail = shell.types("spool", "show", key, "--json").json
    assert (mail["mail_from"], mail["rcpts"]) == ("bounce@kunde.example", ["support+x@example.com"])
    assert mail["source"] == "inject"


@pytest.mark.parametrize("sender", ["", "<>", "MAILER-DAEMON"])
def test_the_null_return_path_is_known_however_it_is_written(shell: Shell, sender: str) -> None:
    key = shell.types("inject", "-", "--from", sender, pipe=MAIL).out.strip()
    assert shell.types("spool", "show", key, "--json").json["mail_from"] == ""


def test_a_pipe_with_nothing_or_too_much_is_refused_for_good(shell: Shell) -> None:
    assert shell.types("inject", "-", pipe=b"\n").code == 65
    shell.file.write_text(shell.file.read_text().replace("[smtp]", '[smtp]\nmax_size = "1kB"'))
    said = shell.types("inject", "-", pipe=MAIL + b"x" * 1024)
    assert said.code == 65 and "max_size" in said.err
    assert shell.types("spool", "list", "--state", "all", "--json").json == []


def test_files_of_all_kinds_go_in_and_a_bad_one_keeps_none_out(shell: Shell) -> None:
    (shell.folder / "a.eml").write_bytes(MAIL)
    box = mailbox.mbox(shell.folder / "box")
    for number in (1, 2):
        box.add(MAIL + b"%d\n" % number)
    box.close()
    folder = mailbox.Maildir(shell.folder / "maildir")
    folder.add(MAIL + b"in a Maildir\n")
    names = [str(shell.folder / name) for name in ("a.eml", "missing", "box", "maildir")]
    said = shell.types("inject", *names, "--json")
    assert said.code == 65
    assert "missing: No such file" in said.err
    assert [Path(mail["file"]).name.split(":")[0] for mail in said.json[:3]] == [
        "a.eml",
        "box",
        "box",
    ]
    listed = shell.types("spool", "list", "--json").json
    assert {mail["id"] for mail in listed} == {mail["id"] for mail in said.json}


def test_the_same_maildir_twice_makes_no_second_ticket(shell: Shell) -> None:
    folder = mailbox.Maildir(shell.folder / "maildir")
    folder.add(b"Message-ID: <1@kunde.example>\n" + MAIL)
    for _ in range(2):
        assert shell.types("inject", str(shell.folder / "maildir")).code == 0
    assert shell.types("once").code == 0
    assert len(shell.types("list", "--json").json) == 1


def test_the_spool_lists_what_waits_and_what_is_held(shell: Shell) -> None:
    keys = [shell.types("inject", "-", pipe=MAIL).out.strip() for _ in range(3)]
    with closing(Spool(shell.config.desk.state / "spool.db")) as spool:
        spool.done(keys[0], 7)
        spool.held(keys[1], "a person has to look")
    listed = {mail["id"]: mail for mail in shell.types("spool", "list", "--json").json}
    assert set(listed) == set(keys[1:])
    assert set(listed[keys[1]]) == MAIL_KEYS
    assert listed[keys[1]]["reason"] == "a person has to look"
    [done] = shell.types("spool", "list", "--state", "done", "--json").json
    assert (done["id"], done["ticket"]) == (keys[0], 7)
    assert len(shell.types("spool", "list", "--state", "all", "--json").json) == 3
    table = shell.types("spool", "list").out
    assert "a person has to look" in table and "Petra <petra@kunde.example>" in table


def test_the_very_bytes_of_a_mail_come_back(shell: Shell) -> None:
    raw = MAIL + "\r\n.\r\n\0 é \r x \n".encode()
    with closing(Spool(shell.config.desk.state / "spool.db")) as spool:
        key = spool.keep(raw)
    assert shell.types("spool", "show", key[:12], "--raw").out.encode() == raw


def test_a_held_mail_is_taken_in_again_or_dropped(shell: Shell) -> None:
    first, second = (shell.types("inject", "-", pipe=MAIL).out.strip() for _ in range(2))
    with closing(Spool(shell.config.desk.state / "spool.db")) as spool:
        spool.held(first, "why not")
        spool.held(second, "why not")
    assert shell.types("spool", "retry", first).out == f"mail {first} is new again\n"
    said = shell.types("spool", "drop", second, first, MISSING)
    assert said.code == 65
    assert "there is no mail 0000" in said.err
    states = {
        m["id"]: m["state"] for m in shell.types("spool", "list", "--state", "all", "--json").json
    }
    assert states == {first: "done", second: "done"}
    again = shell.types("spool", "retry", first)
    assert again.code == 65 and "is done already" in again.err


def test_letters_are_listed_shown_dropped_and_tried_again(shell: Shell) -> None:
    shell.opens("Invoice", "words")
    letters = shell.types("outbox", "list", "--json").json
    assert {letter["to"] for letter in letters} == {"petra@kunde.example", "anna@example.com"}
    assert set(letters[0]) == LETTER_KEYS and letters[0]["state"] == "waiting"
    number = str(letters[0]["id"])
    assert "words" in shell.types("outbox", "show", number, "--json").json["text"]
    assert shell.types("outbox", "drop", number).code == 0
    assert shell.types("outbox", "list", "--state", "failed", "--json").json[0]["error"] == (
        "dropped by hand"
    )
    assert shell.types("outbox", "drop", number).code == 65
    assert shell.types("outbox", "retry", number).code == 0
    assert shell.types("once").code == 0
    assert shell.types("outbox", "list").out == "No letter waits, none failed.\n"
    said = shell.types("outbox", "retry", number, "999")
    assert said.code == 65
    assert "is sent already" in said.err and "there is no letter 999" in said.err
    assert shell.types("outbox", "show", "999").code == 65


def test_once_reads_mail_and_sends_letters_at_the_time_it_is_told(shell: Shell) -> None:
    now = "2026-11-23T09:00:00Z"
    assert shell.types("inject", "-", "--now", now, pipe=MAIL).code == 0
    said = shell.types("once", "--now", now)
    assert (said.code, said.out, said.err) == (0, "", "")
    [ticket] = shell.types("list", "--json").json
    assert ticket["opened_at"] == "2026-11-23T09:00:00.000000Z"
    assert len(list((shell.folder / "var" / "outbox" / "new").iterdir())) == 2
