"""Mail out of files and pipes: every mail once, as it came, with what is known of its way."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from postdesk.daemon.inject import Found, NoMail, found, keep_all, mails_of
from postdesk.mailbox.spool import Spool

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MAIL = b"From: petra@kunde.example\nTo: support@example.com\nSubject: Hello\n\nIs it me?\n"
MBOX = b"""From petra@kunde.example Mon Nov 23 09:00:00 2026
Subject: one

>From here on it is quoted.
>>From twice.

From Paris with love, said no date.

From max@example.com Mon Nov 23 10:30:00 2026
Subject: two

The second.
"""


def test_a_file_with_one_mail_is_that_mail(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL)
    assert [(mail.place, mail.raw) for mail in mails_of(file)] == [(str(file), MAIL)]


def test_an_mbox_is_cut_where_its_from_lines_are_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "box"
    file.write_bytes(MBOX)
    one, two = mails_of(file)
    assert one.raw == (
        b"Subject: one\n\nFrom here on it is quoted.\n>From twice.\n\n"
        b"From Paris with love, said no date.\n"
    )
    assert (one.mail_from, one.arrived) == (
        "petra@kunde.example",
        datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    )
    assert two.raw == b"Subject: two\n\nThe second.\n"
    assert (two.place, two.mail_from) == (f"{file}:2", "max@example.com")


def test_an_mbox_with_crlf_is_cut_as_well(tmp_path: Path) -> None:
    file = tmp_path / "box"
    file.write_bytes(MBOX.replace(b"\n", b"\r\n"))
    assert [mail.raw.split(b"\r\n")[0] for mail in mails_of(file)] == [
        b"Subject: one",
        b"Subject: two",
    ]


def test_a_maildir_gives_unread_and_read_mail_oldest_first(tmp_path: Path) -> None:
    for name, hour in (("new/b", 11), ("cur/a:2,S", 9), ("tmp/c", 8), ("new/.hidden", 7)):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(MAIL + name.encode())
        moment = NOON.replace(hour=hour).timestamp()
        os.utime(file, (moment, moment))
    mails = list(mails_of(tmp_path))
    assert [mail.raw[-9:] for mail in mails] == [b"cur/a:2,S", b"me?\nnew/b"]
    assert [mail.arrived for mail in mails] == [NOON.replace(hour=9), NOON.replace(hour=11)]


def test_a_mail_that_its_client_marks_read_meanwhile_is_found(tmp_path: Path) -> None:
    for part in ("new", "cur"):
        (tmp_path / part).mkdir()
    for number in (1, 2):
        (tmp_path / "new" / f"{number}.host").write_bytes(MAIL)
    mails = mails_of(tmp_path)
    next(mails)
    (tmp_path / "new" / "2.host").rename(tmp_path / "cur" / "2.host:2,S")
    assert [Path(mail.place).name for mail in mails] == ["2.host:2,S"]


def test_a_folder_that_is_no_maildir_and_an_empty_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(NoMail, match="no Maildir"):
        list(mails_of(tmp_path))
    (tmp_path / "empty").touch()
    with pytest.raises(NoMail, match="is empty"):
        list(mails_of(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("raw", "mail_from", "rcpts"),
    [
        (b"Subject: x\n\n", "", ()),
        (b"Return-Path: <Petra@Kunde.example>\nSubject: x\n\n", "petra@kunde.example", ()),
        (b"From root Mon Nov 23 09:00:00 2026\nSubject: x\n\n", "", ()),
        (b"From a@b.example Mon Nov 23 09:00:00 2026\nReturn-Path: <>\n\n", "", ()),
        (
            b"Delivered-To: support+1.abc@example.com\nX-Original-To:\n support@example.com\n\n",
            "",
            ("support+1.abc@example.com", "support@example.com"),
        ),
        (b"Envelope-To: <a@b.example>\r\n\r\nDelivered-To: c@b.example\r\n", "", ("a@b.example",)),
    ],
)
def test_the_envelope_is_read_from_what_mtas_write(
    raw: bytes, mail_from: str, rcpts: tuple[str, ...]
) -> None:
    mail = found("here", raw)
    assert (mail.mail_from, mail.rcpts) == (mail_from, rcpts)
    assert not mail.raw.startswith(b"From ")


def test_each_mail_is_told_once_it_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    told: list[tuple[str, str]] = []
    mails = (Found(str(n), MAIL, "a@b.example", ("support@example.com",)) for n in range(250))
    kept = keep_all(spool, mails, NOON, lambda mail, key: told.append((mail.place, key)))
    assert kept == len(told) == 250
    assert [place for place, _ in told] == [str(n) for n in range(250)]
    item = spool.item(told[0][1])
    assert item is not None and (item.source, item.received_at, item.rcpts) == (
        "inject",
        NOON,
        ("support@example.com",),
    )
    spool.close()
