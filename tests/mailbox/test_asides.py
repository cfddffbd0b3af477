"""What a mail is beside its words."""

import pytest

from postdesk.mailbox.asides import asides_of
from postdesk.mailbox.parse import parse

RETURNED = b"""\
To: support@example.com
Subject: Mail
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

Your mail of Monday could not be delivered to <petra@kunde.example>
as her mailbox is full.
--b
Content-Type: message/rfc822

From: support@example.com
To: petra@kunde.example
Subject: Your parcel
Message-ID: <letter.1@example.com>

It is on its way.
--b--
"""


def failed(headers: bytes) -> list[str]:
    raw = headers + RETURNED
    return [failure.recipient for failure in asides_of(parse(raw), raw).failures]


@pytest.mark.parametrize(
    ("headers", "recipients"),
    [
        (b"Return-Path: <>\nFrom: robot@kunde.example\n", ["petra@kunde.example"]),
        (b"From: postmaster@kunde.example\n", ["petra@kunde.example"]),
        (b"Return-Path: <bob@example.com>\nFrom: bob@example.com\n", []),
        # A web form, in which somebody tells of mail that came back.
        (b"Return-Path: <www@example.com>\nFrom: bob@example.com\nAuto-Submitted: yes\n", []),
    ],
)
def test_a_bounce_that_says_so_only_in_words_is_one_where_nothing_can_answer_it(
    headers: bytes, recipients: list[str]
) -> None:
    assert failed(headers) == recipients


def test_what_a_program_says_without_giving_back_a_letter_is_no_bounce() -> None:
    raw = (
        b"Return-Path: <>\nFrom: robot@kunde.example\nSubject: Delivery failed\n\n"
        b"Your parcel could not be delivered. Write to bob@example.com.\n"
    )
    assert not asides_of(parse(raw), raw).failures
