"""Whatever bytes arrive, a mail comes back, soon, and clean."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torture import HEAD, TORTURE

from postdesk.mailbox.charset import clean
from postdesk.mailbox.mail import Mail
from postdesk.mailbox.parse import headline, parse, part_bytes

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
