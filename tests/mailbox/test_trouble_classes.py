"""What real mail does to parsers, class by class: what a person reads in it all the same.

The fifteen classes are those in which mail breaks the programs that read it: (1) structure that
raises, (2) access that raises, (3) quadratic time, (4) recursion, (5) memory, (6) a list where one
value should be, (7) charsets, (8) characters that stores refuse, (9) line ends within a header,
(10) headers repeated or missing, (11) boundaries, (12) attachments that are overlooked, (13) mail
that cannot be written again, (14) no mail at all, (15) line ends.
"""

# ruff: noqa: E501
# One mail a line.

import base64
from dataclasses import dataclass

import pytest

from postdesk.mailbox.charset import clean
from postdesk.mailbox.parse import parse, part_bytes

PETRA = "petra@kunde.example"
FROM = b"From: Petra Kunde <petra@kunde.example>\r\n"
HEAD = FROM + b"Subject: Pump\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
PNG = base64.b64encode(b"\x89PNG")


@dataclass(frozen=True)
class Case:
    """One mail: its class, and what is expected of it."""

    number: int
    what: str
    raw: bytes
    text: str
    files: tuple[str, ...] = ()
    sender: str = PETRA
    subject: str = "Pump"


def part(kind: bytes, body: bytes, *more: bytes) -> bytes:
    lines = [b"--b", b"Content-Type: " + kind, *more, b"", body, b""]
    return b"\r\n".join(lines)


WORDS = part(b"text/plain", b"The pump stopped.")
END = b"--b--\r\n"

CASES = (
    Case(1, "an empty boundary", HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nThe pump stopped.\r\n', "--\n\nThe pump stopped."),
    Case(1, "words only behind the end", MIXED + b"--b\r\n--b--\r\nThe pump stopped.", "The pump stopped."),
    Case(1, "a broken parameter of RFC 2231", HEAD + b"Content-Type: text/plain; name*=utf-8''%E4%\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(2, "a Message-ID of one bracket", b"Message-ID: <\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(2, "a list of people that is none", b"To: ;,<>,@:;\r\nCc: (((\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(2, "multipart that is text", HEAD + b"Content-Type: multipart/alternative\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(3, "20,000 quotes in To", b'To: "' + b'"' * 20_000 + b"\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(3, "a Subject of 60,000 words", FROM + b"Subject: " + b"=?utf-8?b?YQ==?= " * 60_000 + b"\r\n\r\nThe pump stopped.", "The pump stopped.", subject="a" * 900),
    Case(4, "brackets within brackets", b"To: " + b"(" * 300 + b"\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(4, "a thousand parts within each other", HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(1000)) + b"\r\nThe pump stopped.", "", ("message-1.eml",)),
    Case(5, "4 MB of base64", MIXED + WORDS + part(b"video/mp4; name=film.mp4", (b"QUJD" * 19 + b"\r\n") * 50_000, b"Content-Transfer-Encoding: base64") + END, "The pump stopped.", ("film.mp4",)),
    Case(6, "two subjects, the first counts", HEAD + b"Subject: Fire\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(6, "two Message-IDs", b"Message-ID: <1@kunde.example>\r\nMessage-ID: <2@x>\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(7, "UTF-8 that nobody declared", HEAD + "\r\nDie Pumpe läuft.".encode(), "Die Pumpe läuft."),
    Case(7, "ASCII that is Latin-1", HEAD + b"Content-Type: text/plain; charset=us-ascii\r\n\r\nDie Pumpe l\xe4uft.", "Die Pumpe läuft."),
    Case(7, "gb2312 that is more", HEAD + b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "水泵停了 镕".encode("gb18030"), "水泵停了 镕"),
    Case(7, "Japanese in seven bits, undeclared", HEAD + b"\r\n" + "ポンプが止まりました。".encode("iso-2022-jp"), "ポンプが止まりました。"),
    Case(7, "UTF-7", HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\nDie Pumpe l+AOQ-uft.", "Die Pumpe läuft."),
    Case(7, "a charset nobody knows", HEAD + b'Content-Type: text/plain; charset="default_charset"\r\n\r\nDie Pumpe l\xe4uft.', "Die Pumpe läuft."),
    Case(7, "a codec that is no charset", HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(8, "NUL and escape codes", HEAD + b"\r\nThe \x00pump\x1b stopped.\x07", "The pump stopped."),
    Case(8, "half a character in the Subject", FROM + b"Subject: Pump=?utf-8?b?7aCB?=\r\n\r\nThe pump stopped.", "The pump stopped.", subject="Pump\u00ed\xa0\ufffd"),
    Case(9, "a line end within the Subject", FROM + b"Subject: =?utf-8?q?Pump=0D=0ABcc:_eve@evil.example?=\r\n\r\nThe pump stopped.", "The pump stopped.", subject="Pump Bcc: eve@evil.example"),
    Case(9, "a line end within the name", b"From: =?utf-8?q?Petra=0D=0ATo:_x?= <petra@kunde.example>\r\nSubject: Pump\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(10, "no From", b"Subject: Pump\r\n\r\nThe pump stopped.", "The pump stopped.", sender=""),
    Case(10, "two Froms", HEAD + b"From: eve@evil.example\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(10, "no Subject, no Date, no Message-ID", FROM + b"\r\nThe pump stopped.", "The pump stopped.", subject=""),
    Case(10, "a Date in the year ten thousand million", b"Date: Mon, 23 Nov 10000000000 10:00:00 +0000\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(11, "no boundary", HEAD + b"Content-Type: multipart/mixed\r\n\r\nThe pump stopped.", "The pump stopped."),
    Case(11, "another boundary than it says", HEAD + b"Content-Type: multipart/mixed; boundary=other\r\n\r\n" + WORDS.replace(b"\r\nContent", b"\nContent") + END, "The pump stopped."),
    Case(11, "the outer boundary again inside", MIXED + b"--b\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" + WORDS + END, "The pump stopped."),
    Case(11, "no end", MIXED + WORDS, "The pump stopped."),
    Case(12, "a mail in a mail", MIXED + WORDS + part(b"message/rfc822", b"Subject: inner\r\n\r\nNot hers.") + END, "The pump stopped.", ("message-1.eml",)),
    Case(12, "a picture without a name, inline", MIXED + WORDS + part(b"image/png", PNG, b"Content-Transfer-Encoding: base64", b"Content-Disposition: inline") + END, "The pump stopped.", ("picture-1.png",)),
    Case(12, "a digest", HEAD + b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: one\r\n\r\n1\r\n--b\r\n\r\nSubject: two\r\n\r\n2\r\n" + END, "", ("message-1.eml", "message-2.eml")),
    Case(12, "a calendar beside the text", MIXED + WORDS + part(b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR") + END, "The pump stopped.", ("invitation-1.ics",)),
    Case(12, "winmail.dat that is none", MIXED + WORDS + part(b"application/ms-tnef; name=winmail.dat", b"x") + END, "The pump stopped.", ("winmail.dat",)),
    Case(12, "a file pasted into the text", HEAD + b"\r\nThe pump stopped.\r\nbegin 644 hi.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n", "The pump stopped.", ("hi.txt",)),
    Case(12, "a name with a path", MIXED + WORDS + part(b"image/png", PNG, b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename=\"..\\..\\x.png\"") + END, "The pump stopped.", ("x.png",)),
    Case(13, "bytes above 127 in every header", b"X-\xff: \xfe\r\nX-Pump: \xe4\xff\r\n" + HEAD + b"\r\nThe pump stopped.", "The pump stopped."),
    Case(13, "an attachment in a charset of Windows", MIXED + WORDS + part(b"message/rfc822; name=\"gr\xfc\xdfe.eml\"", b"Subject: \xfc\r\n\r\n\xe4") + END, "The pump stopped.", ("grüße.eml",)),
    Case(14, "nothing", b"", "", sender="", subject=""),
    Case(14, "no header", b"The pump stopped.\r\nNobody came.\r\n", "The pump stopped.\nNobody came.", sender="", subject=""),
    Case(14, "a picture", b"\x89PNG\r\n\x1a\n\x00\x00", "\u2030PNG", sender="", subject=""),
    Case(15, "CR only", (HEAD + b"\r\nThe pump stopped.\r\nNobody came.").replace(b"\r\n", b"\r"), "The pump stopped.\nNobody came."),
    Case(15, "LF only", (MIXED + WORDS + END).replace(b"\r\n", b"\n"), "The pump stopped."),
    Case(15, "a mixture", HEAD.replace(b"\r\n", b"\n") + b"\r\nThe pump stopped.\rNobody came.\n", "The pump stopped.\nNobody came."),
)  # fmt: skip


def test_every_class_has_a_mail() -> None:
    assert {case.number for case in CASES} == set(range(1, 16))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}: {case.what}")
def test_a_person_finds_words_sender_and_files(case: Case) -> None:
    mail = parse(case.raw)
    assert "could not be read" not in mail.defects
    assert mail.text.strip() == case.text
    assert mail.sender.addr == case.sender
    assert mail.subject[:900] == case.subject
    assert tuple(one.name for one in mail.attachments) == case.files
    for text in (mail.text, mail.subject, mail.sender.name, mail.message_id):
        assert clean(text) == text
    for one in mail.attachments:
        assert len(part_bytes(case.raw, one.part)) == one.size
