"""Whatever bytes arrive, a mail comes back, soon, and clean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.charset import clean
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.parse import headline, parse, part_bytes

HEAD = b"From: petra@kunde.example\r\nSubject: x\r\n"
GOOD = (
    b"From: Petra <petra@kunde.example>\r\nTo: help@example.com\r\n"
    b"Message-ID: <a@kunde.example>\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="one"\r\n\r\n--one\r\n'
    b'Content-Type: multipart/alternative; boundary="two"\r\n\r\n--two\r\n'
    b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nHello =C3=BC \r\nthere\r\n--two\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <img src='cid:p'></p>\r\n--two--\r\n"
    b"--one\r\nContent-Type: image/png; name*=utf-8''%C3%BC.png\r\nContent-ID: <p>\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--one\r\n"
    b"Content-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz\r\n--one\r\n\r\n"
    b"begin 644 a.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\n--one--\r\n"
)


def check(raw: bytes) -> Mail:
    """Parse, and hold what every reader of a Mail relies on."""
    mail = parse(raw)
    assert "could not be read" not in mail.defects
    for text in (mail.text, mail.new, *(line.text for line in mail.rich)):
        assert clean(text) == text
    for value in (mail.subject, mail.message_id, mail.sender.name, mail.sender.addr):
        assert "\n" not in value and clean(value) == value
    assert bool(mail.new.strip()) == bool(mail.text.strip())
    assert len(mail.headers) <= 600
    assert len(mail.digest) == 64
    numbers = [one.part for one in mail.attachments]
    assert len(set(numbers)) == len(numbers)
    for one in mail.attachments:
        assert one.name and "/" not in one.name and len(one.name.encode()) <= 150
    return mail


def nested(depth: int) -> bytes:
    layers = (
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (number, number)
        for number in range(depth)
    )
    return HEAD + b"".join(layers) + b"\r\nhello"


def parts(count: int, body: bytes = b"") -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (b"--b\r\n\r\n" + body) * count
    )


TORTURE = {
    "nothing": b"",
    "one newline": b"\r\n",
    "a thousand layers": nested(1000),
    "twenty layers of much": nested(19) + b"x" * 5_000_000,
    "100,000 empty parts": parts(100_000),
    "50,000 recipients": b"To: " + b"a@b.example, " * 50_000 + b"\r\n" + HEAD + b"\r\nhi",
    "20,000 Received": b"Received: from a by b; now\r\n" * 20_000 + HEAD + b"\r\nhi",
    "a huge Subject": b"Subject: =?utf-8?q?" + b"a" * 1_100_000 + b"?=\r\n" + HEAD + b"\r\nhi",
    "many words in Subject": b"Subject: " + b"=?utf-8?b?YQ==?= " * 60_000 + b"\r\n\r\nhi",
    "20,000 quotes in From": b'From: "' + b'"' * 20_000 + b"\r\n\r\nhi",
    "escaped quotes in From": b'From: "' + b'\\"' * 20_000 + b"\r\n\r\nhi",
    "much of Content-Type": HEAD + b"Content-Type: text/plain" + b"; a=b" * 40_000 + b"\r\n\r\nhi",
    "pieces of a name": HEAD
    + b"Content-Type: a/b"
    + b"".join(b";\r\n n*%d*=%%41" % number for number in range(10_000))
    + b"\r\n\r\nhi",
    "brackets in To": b"To: " + b"(" * 300 + b"\r\n" + HEAD + b"\r\nhi",
    "a date far away": b"Date: Mon, 23 Nov 99999999999 10:00:00 +0000\r\n" + HEAD + b"\r\nhi",
    "NUL in the charset": HEAD + b"Content-Type: text/plain; charset=a\x00b\r\n\r\n\xfcber",
    "zlib as a charset": HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nx\x9c\xff",
    "idna as a charset": HEAD + b"Content-Type: text/plain; charset=idna\r\n\r\n\xff..",
    "angles in Message-ID": b"Message-ID: " + b"<" * 100_000 + b"\r\n" + HEAD + b"\r\nhi",
    "angles in References": b"References: " + b"<a " * 100_000 + b"\r\n" + HEAD + b"\r\nhi",
    "20 MB of base64": HEAD
    + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 260_000,
    "base64 in many pieces": HEAD
    + b"Content-Transfer-Encoding: base64\r\n\r\n"
    + b"QUI=\r\n" * 300_000,
    "a million newlines": HEAD + b"\r\n" + b"\r\n" * 1_000_000,
    "a long line": HEAD + b"\r\n" + b"x" * 5_000_000,
    "a header without end": HEAD + b"X: " + b"y\r\n z" * 1_000_000,
    "boundaries that are none": parts(1, b"--b x\r\n" * 300_000),
    "lines like boundaries": HEAD
    + b"Content-Type: multipart/mixed; boundary=none\r\n\r\n"
    + b"--x \r\n" * 500_000,
    "one boundary for all": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 5_000,
    "begins without ends": HEAD + b"\r\n" + b"begin 644 a\r\n#YOUR\r\n" * 100_000,
    "sentences that begin": HEAD + b"\r\n" + b"begin 644 a\r\nx y\r\n" * 200_000 + b"end\r\n",
    "soft breaks": HEAD
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + b"= \t" * 500_000,
    "flowed without end": HEAD
    + b"Content-Type: text/plain; format=flowed\r\n\r\n"
    + b">" * 900_000,
    "tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000,
    "8-bit in all headers": b"\xff\xfe: \xff\r\n" + HEAD + b"To: \xff\xff\r\n\r\n\xff\xfe\x00",
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("raw", TORTURE.values(), ids=TORTURE.keys())
def test_no_mail_takes_long_or_fails(raw: bytes) -> None:
    mail = check(raw)
    for one in mail.attachments[-2:]:
        assert len(part_bytes(raw, one.part)) == one.size
    assert headline(raw).text


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    check(raw)
    check(HEAD + raw)
    headline(raw)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A good mail after an accident: pieces cut out, doubled, or overwritten."""
    raw = GOOD
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 60)))
        piece = draw(
            st.sampled_from([b"", b"\r\n", b"\n", b"\r", b"--one\r\n", b"=", b'"', b"\xff\x00"])
        )
        raw = raw[:start] + piece + raw[draw(st.sampled_from([start, end])) :]
    return raw


@given(broken())
@settings(max_examples=200, deadline=None)
def test_a_mail_after_an_accident_is_still_a_mail(raw: bytes) -> None:
    check(raw)


@given(st.integers(0, len(GOOD)))
@settings(max_examples=100, deadline=None)
def test_a_mail_cut_off_anywhere_is_still_a_mail(length: int) -> None:
    check(GOOD[:length])
