"""Base64 that travels on as it came: only where it is what we would have written."""

from base64 import b64encode, encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox import mime
from postdesk.mailbox.coded import Coded, coded


def lines(body: bytes) -> bytes:
    """As the standard library writes it, with the line ends of a mail."""
    return encodebytes(body).replace(b"\n", b"\r\n")


@given(st.binary(max_size=600))
def test_what_is_carried_on_is_the_file_and_what_we_would_write(body: bytes) -> None:
    found = coded(lines(body))
    assert found is not None
    assert (found.decoded(), len(found)) == (body, len(body))
    anew = mime.file("a.bin", "application/pdf", body, "b")
    assert mime.file("a.bin", "application/pdf", found, "b").headers == anew.headers
    if body:
        assert mime.file("a.bin", "application/pdf", found, "b").body == anew.body


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n\r\n"])
def test_the_blank_lines_before_a_boundary_do_not_matter(end: bytes) -> None:
    body = bytes(200)
    assert coded(lines(body).rstrip() + end) == Coded(lines(body))


GOOD = lines(bytes(range(256)))
STRANGE = {
    "a boundary in it": GOOD[:78] + b"--boundary\r\n" + GOOD[78:],
    "a header in it": GOOD[:78] + b"Bcc: eve\r\n" + GOOD[78:],
    "a dot on a line of its own": GOOD + b".\r\n",
    "Unix line ends": GOOD.replace(b"\r\n", b"\n"),
    "one line end too many": GOOD[:78] + b"\r\n" + GOOD[78:],
    "a lone CR in place of a letter": GOOD[:10] + b"\r" + GOOD[11:],
    "line ends the wrong way round": GOOD[:76] + b"\n\r" + GOOD[78:],
    "one long line": b64encode(bytes(300)) + b"\r\n",
    "short lines": b64encode(bytes(48)) + b"\r\n" + b64encode(bytes(48)) + b"\r\n",
    "padding in the middle": b"QQ==QQ==\r\n",
    "padding before the end": b"QQ=A\r\n",
    "too much padding": b"Q===\r\n",
    "a letter missing": GOOD.rstrip()[:-1] + b"\r\n",
    "a blank at an end": GOOD[:75] + b" \r\n" + GOOD[78:],
    "letters of another alphabet": GOOD.replace(b"/", b"_"),
}


@pytest.mark.parametrize("what", STRANGE)
def test_anything_else_is_decoded(what: str) -> None:
    assert STRANGE[what] != GOOD
    assert coded(STRANGE[what]) is None


@given(st.binary(max_size=400))
def test_whatever_it_is_given_it_lets_pass_only_its_own_form(body: bytes) -> None:
    found = coded(body)
    assert found is None or found.lines in (lines(found.decoded()), b"\r\n")


def test_a_mail_in_base64_travels_as_the_mail_it_is() -> None:
    mail = b"Subject: x\r\n\r\nhello\r\n"
    part = mime.file("x", "message/rfc822", Coded(lines(mail)), "=_1")
    assert part.body == mail
