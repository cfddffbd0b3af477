"""The words of SMTP are as the RFCs have them."""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from postdesk.mailbox import wire


@pytest.mark.parametrize(
    ("reply", "sent"),
    [
        ("250 OK", "250 2.0.0 OK"),
        ("250 2.1.5 OK", "250 2.1.5 OK"),
        ("503 Error: send HELO first", "503 5.5.1 Error: send HELO first"),
        ("501 5 words", "501 5.5.4 5 words"),
        ("354 go on", "354 go on"),
    ],
)
def test_every_reply_has_its_code(reply: str, sent: str) -> None:
    assert wire.with_code(reply) == sent


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("no such mailbox", "no such mailbox"),
        ("two\r\n250 lines", "two 250 lines"),
        ("kein Zugang für Jürgen", "kein Zugang f?r J?rgen"),
        ("bell \a rings", "bell ? rings"),
        ("x" * 900, "x" * 400),
    ],
)
def test_a_sentence_becomes_one_line(text: str, line: str) -> None:
    assert wire.one_line(text) == line


def test_utf8_is_kept_for_those_who_asked() -> None:
    assert wire.one_line("kein Zugang für жук", utf8=True) == "kein Zugang für жук"


@pytest.mark.parametrize(
    ("arg", "found"),
    [
        ("<petra@kunde.example>", ("petra@kunde.example", "")),
        (
            "<s+1.a_b@example.com> SIZE=12 BODY=8BITMIME",
            ("s+1.a_b@example.com", "SIZE=12 BODY=8BITMIME"),
        ),
        ("<petra@kunde.example>SIZE=12", None),
        ("<>", None),
        ("<postmaster>", None),
        ("<жук@пример.example>", None),
        ('<"a b"@example.com>', None),
        ("petra@kunde.example", None),
        ("<a@b> \r\nRCPT", None),
    ],
)
def test_only_plain_addresses_go_the_short_way(arg: str, found: tuple[str, str] | None) -> None:
    assert wire.plain_address(arg) == found


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("mx.kunde.example", "mx.kunde.example"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
        ("evil (by us)", "unknown"),
        ("a\r\nX: y", "unknown"),
        ("é", "unknown"),
        (None, "unknown"),
        ("x" * 300, "unknown"),
    ],
)
def test_a_helo_name_cannot_write_headers(name: str | None, kept: str) -> None:
    assert wire.helo_name(name) == kept


@pytest.mark.parametrize("sender", ["petra@kunde.example", ""])
def test_the_trace_is_the_return_path_and_how_the_mail_came(sender: str) -> None:
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    came = ("mx.kunde.example", "2001:db8::1", "desk.example.com", "ESMTPS", "ab12", now)
    line = wire.trace(*came, sender=sender)
    mail = message_from_bytes(line + b"Subject: x\r\n\r\n")
    assert mail.keys() == ["Return-Path", "Received", "Subject"]
    assert mail["Return-Path"] == f"<{sender}>"
    assert " ".join(mail["Received"].split()) == (
        "from mx.kunde.example ([IPv6:2001:db8::1]) by desk.example.com with ESMTPS id ab12; "
        "Mon, 23 Nov 2026 12:00:00 +0000"
    )


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (b"", 0),
        (b"Received: a\r\nRECEIVED: b\r\n\r\nReceived: in the text\r\n", 2),
        (b"X-Received: a\r\n\r\n", 0),
    ],
)
def test_hops_are_counted_in_the_header(raw: bytes, count: int) -> None:
    assert wire.hops(raw) == count


@pytest.mark.parametrize(
    ("name", "utf8", "tls", "word"),
    [
        ("SMTP", False, False, "SMTP"),
        ("ESMTP", False, True, "ESMTPS"),
        ("ESMTP", True, False, "UTF8SMTP"),
        ("ESMTP", True, True, "UTF8SMTPS"),
        ("LMTP", False, False, "LMTP"),
        ("LMTP", True, True, "UTF8LMTPS"),
    ],
)
def test_the_trace_names_how_a_mail_came(name: str, utf8: bool, tls: bool, word: str) -> None:
    assert wire.protocol(name, utf8=utf8, tls=tls) == word


@pytest.mark.parametrize(
    ("options", "size"),
    [(["BODY=8BITMIME", "SIZE=12"], 12), (["SIZE=x"], 0), (["SIZE"], 0), ([], 0)],
)
def test_the_announced_size(options: list[str], size: int) -> None:
    assert wire.declared_size(options) == size
