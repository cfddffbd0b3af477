"""Letters into a Maildir and through a sendmail program, also on their bad days."""

import mailbox
import os
from pathlib import Path

import pytest

from postdesk.mailbox.submit import Deferred, Refused, Sent, Verdict
from postdesk.mailbox.submit_local import Maildir, Sendmail

RAW = b"Subject: x\r\n\r\n.\r\nhello\r\n"
PETRA = "petra@kunde.example"
DESK = "support@example.com"


def send(
    transport: Maildir | Sendmail, rcpt: str = PETRA, mail_from: str = DESK, number: int = 1
) -> Verdict:
    return transport.send(mail_from, rcpt, RAW, f"<{number}@example.com>")


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_letter_is_a_file_with_its_envelope_first(tmp_path: Path) -> None:
    outbox = Maildir(tmp_path / "var" / "outbox")
    assert isinstance(send(outbox), Sent)
    [path] = kept(tmp_path)
    assert path.parent == tmp_path / "var" / "outbox" / "new"
    assert path.read_bytes() == (
        b"Return-Path: <support@example.com>\nDelivered-To: petra@kunde.example\n"
        b"Subject: x\n\n.\nhello\n"
    )
    assert path.stat().st_mode & 0o077 == 0


def test_a_null_return_path_and_a_foreign_domain_are_written_as_on_the_wire(tmp_path: Path) -> None:
    send(Maildir(tmp_path), "petra@b\u00fccher.example", mail_from="")
    [path] = kept(tmp_path)
    marks = b"Return-Path: <>\nDelivered-To: petra@xn--bcher-kva.example\nSubject:"
    assert path.read_bytes().startswith(marks)


def test_any_mail_program_reads_the_maildir(tmp_path: Path) -> None:
    send(Maildir(tmp_path / "outbox"))
    [message] = mailbox.Maildir(tmp_path / "outbox", create=False)
    assert (message["Subject"], message["Delivered-To"]) == ("x", PETRA)


def test_a_second_try_writes_no_second_file(tmp_path: Path) -> None:
    outbox = Maildir(tmp_path)
    for attempt in (outbox, outbox, Maildir(tmp_path)):
        assert isinstance(send(attempt), Sent)
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("flags", ["", ":2,", ":2,RS"])
def test_a_letter_that_was_read_meanwhile_is_not_written_again(tmp_path: Path, flags: str) -> None:
    outbox = Maildir(tmp_path)
    send(outbox, number=1)
    [path] = kept(tmp_path)
    path.rename(tmp_path / "cur" / (path.name + flags))
    assert isinstance(send(outbox, number=1), Sent)
    assert len(kept(tmp_path)) == 1
    send(outbox, number=2)
    assert len(kept(tmp_path)) == 2


def test_each_recipient_and_each_letter_has_a_file(tmp_path: Path) -> None:
    outbox = Maildir(tmp_path)
    send(outbox, PETRA)
    send(outbox, "bob@example.com")
    send(outbox, PETRA, number=2)
    assert len(kept(tmp_path)) == 3


def test_a_full_disk_defers_and_leaves_no_half_a_letter(tmp_path: Path) -> None:
    outbox = Maildir(tmp_path)
    send(outbox)
    [path] = kept(tmp_path)
    path.unlink()
    (tmp_path / "tmp" / f"{path.name}.{os.getpid()}").symlink_to("/dev/full")
    verdict = send(outbox)
    assert verdict == Deferred(f"cannot write to {tmp_path}: No space left on device")
    assert list((tmp_path / "new").iterdir()) == list((tmp_path / "tmp").iterdir()) == []
    assert isinstance(send(outbox), Sent)


def test_a_folder_that_cannot_be_defers(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands here")
    verdict = send(Maildir(tmp_path / "outbox"))
    assert isinstance(verdict, Deferred) and "Not a directory" in verdict.why


@pytest.mark.parametrize("rcpt", ["", "petra", "petra@kunde.example\nX-Evil: 1"])
def test_what_is_no_address_is_refused_everywhere(tmp_path: Path, rcpt: str) -> None:
    assert isinstance(send(Maildir(tmp_path), rcpt), Refused)
    assert isinstance(send(sendmail(tmp_path, "touch $0.ran"), rcpt), Refused)
    assert [path.name for path in kept(tmp_path)] == ["sendmail"]


def sendmail(folder: Path, script: str) -> Sendmail:
    """A sendmail program that does what the shell lines say."""
    program = folder / "sendmail"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Sendmail(program)


@pytest.mark.parametrize(("mail_from", "shown"), [(DESK, DESK), ("", "<>")])
def test_sendmail_gets_the_envelope_as_words_and_the_letter_on_its_pipe(
    tmp_path: Path, mail_from: str, shown: str
) -> None:
    program = sendmail(tmp_path, 'for w in "$@"; do echo "$w"; done > $0.words; cat > $0.mail')
    rcpt = "o'brien|touch${IFS}x@kunde.example"
    assert isinstance(send(program, rcpt, mail_from), Sent)
    words = (tmp_path / "sendmail.words").read_text().splitlines()
    assert words == ["-i", "-f", shown, "--", rcpt]
    assert (tmp_path / "sendmail.mail").read_bytes() == b"Subject: x\n\n.\nhello\n"


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ("exit 0", Sent),
        ("exit 64", Deferred),  # usage: our mistake, not the recipient's
        ("exit 65", Refused),
        ("exit 67", Refused),
        ("exit 68", Refused),
        ("exit 69", Deferred),
        ("exit 75", Deferred),
        ("exit 77", Deferred),
        ("exit 1", Deferred),
        ("kill -9 $$", Deferred),
    ],
)
def test_the_exit_code_says_what_became_of_it(
    tmp_path: Path, script: str, outcome: type[Verdict]
) -> None:
    verdict = send(sendmail(tmp_path, f"cat > /dev/null; echo no such luck >&2; {script}"))
    assert isinstance(verdict, outcome)
    if isinstance(verdict, Deferred | Refused):
        assert "no such luck" in verdict.why


def test_a_program_that_reads_nothing_is_no_crash(tmp_path: Path) -> None:
    deaf = sendmail(tmp_path, "exit 75")
    assert isinstance(deaf.send(DESK, PETRA, RAW * 100_000, "<1@x.example>"), Deferred)


def test_a_missing_program_defers(tmp_path: Path) -> None:
    verdict = send(Sendmail(tmp_path / "none"))
    assert isinstance(verdict, Deferred) and "No such file" in verdict.why


@pytest.mark.parametrize(
    ("mail_from", "rcpt"), [(DESK, "-oQ/tmp@kunde.example"), ("-C/etc/x@example.com", PETRA)]
)
def test_an_address_never_reads_as_an_option(tmp_path: Path, mail_from: str, rcpt: str) -> None:
    program = sendmail(tmp_path, "touch $0.ran")
    assert isinstance(send(program, rcpt, mail_from), Refused)
    assert not (tmp_path / "sendmail.ran").exists()
