"""Our letters through a real relay: what arrives behind Postfix is what we composed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_relay import FakeRelay
from real.postfix import held_letters, running_postfix

from postdesk.mailbox.compose import Enclosure, Letter, compose
from postdesk.mailbox.mail import Address
from postdesk.mailbox.submit import Refused, Sent, Transport, transport

DESK = "support+1042.k3f9@example.com"
PETRA = "petra@kunde.example"


def letter(number: int, text: str = "Guten Tag,\n\n.\nFrom here on: gr\u00fc\u00dfe\n") -> Letter:
    return Letter(
        message_id=f"<{number}.k3f9@example.com>",
        date=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
        sender=Address("Anna at Example Support", "support@example.com"),
        to=Address("Petra K\u00fcnde", PETRA),
        reply_to=Address("", DESK),
        subject="[#1042] R\u00fcckzahlung " + "\u65e5\u672c" * 30,
        text=text,
        html="<p>Gr\u00fc\u00dfe</p>",
        references=tuple(f"<{n}@kunde.example>" for n in range(40)),
        enclosures=(
            Enclosure("Rechnung.pdf", "application/pdf", bytes(range(256)) * 400),
            Enclosure("alt.eml", "message/rfc822", b"Subject: x\r\n\r\n.\r\n..\r\nend"),
        ),
    )


def send(relay: Transport, number: int, rcpt: str = PETRA) -> Sent:
    verdict = relay.send(DESK, rcpt, compose(letter(number)), f"<{number}.k3f9@example.com>")
    assert isinstance(verdict, Sent), verdict
    return verdict


@pytest.fixture
def behind() -> Iterator[FakeRelay]:
    """What Postfix hands letters on to."""
    with FakeRelay() as fake:
        yield fake


def test_a_letter_lies_in_the_queue_of_postfix_as_we_composed_it(tmp_path: Path) -> None:
    with (
        running_postfix(tmp_path) as port,
        closing(transport(f"smtp://127.0.0.1:{port}", tmp_path, hostname="desk.example")) as relay,
    ):
        detail = send(relay, 1).detail
        [held] = held_letters(tmp_path)
        assert held.endswith(compose(letter(1)))
        assert b"from desk.example (" in held  # the Received line stands before it
        assert "2.0.0 Ok: queued as" in detail
        assert relay.size_limit == 10240000


def test_a_letter_arrives_behind_postfix_byte_for_byte(tmp_path: Path, behind: FakeRelay) -> None:
    with (
        running_postfix(tmp_path, relayhost=f"[127.0.0.1]:{behind.port}") as port,
        closing(transport(f"smtp://127.0.0.1:{port}", tmp_path)) as relay,
    ):
        for number in range(3):
            send(relay, number)
        behind.wait_for(3)
    arrived = {taken.raw.partition(b"\r\nDate: ")[2] for taken in behind.letters}
    assert arrived == {compose(letter(n)).partition(b"Date: ")[2] for n in range(3)}
    assert {taken.rcpt for taken in behind.letters} == {f"<{PETRA}>"}
    assert all(taken.mail_from.startswith(f"<{DESK}>") for taken in behind.letters)


def test_a_null_return_path_and_a_utf8_address_pass(tmp_path: Path, behind: FakeRelay) -> None:
    with (
        running_postfix(tmp_path, relayhost=f"[127.0.0.1]:{behind.port}") as port,
        closing(transport(f"smtp://127.0.0.1:{port}", tmp_path)) as relay,
    ):
        raw = compose(letter(1))
        for rcpt in (PETRA, "zo\u00eb@kunde.example", ".a..b@docomo.example"):
            assert isinstance(relay.send("", rcpt, raw, "<1@example.com>"), Sent)
        behind.wait_for(3)
    got = {taken.rcpt: taken.mail_from.split(" ") for taken in behind.letters}
    assert got.keys() == {f"<{PETRA}>", "<zo\u00eb@kunde.example>", '<".a..b"@docomo.example>'}
    assert all(words[0] == "<>" for words in got.values())
    assert "SMTPUTF8" in got["<zo\u00eb@kunde.example>"]


def test_a_recipient_postfix_refuses_costs_nobody_else_a_letter(tmp_path: Path) -> None:
    nobody = "inline:{{evil.example = REJECT no such customer}}"
    rules = {"smtpd_recipient_restrictions": f"check_recipient_access {nobody}, permit_mynetworks"}
    with (
        running_postfix(tmp_path, extra=rules) as port,
        closing(transport(f"smtp://127.0.0.1:{port}", tmp_path)) as relay,
    ):
        send(relay, 1)
        verdict = relay.send(DESK, "eve@evil.example", compose(letter(2)), "<2@example.com>")
        assert isinstance(verdict, Refused)
        assert verdict.why.startswith("554 5.7.1 <eve@evil.example>: Recipient address rejected")
        send(relay, 3)
        assert len(held_letters(tmp_path)) == 2


def test_a_letter_larger_than_postfix_takes_is_refused_before_it_travels(tmp_path: Path) -> None:
    with (
        running_postfix(tmp_path, extra={"message_size_limit": "20000"}) as port,
        closing(transport(f"smtp://127.0.0.1:{port}", tmp_path)) as relay,
    ):
        verdict = relay.send(DESK, PETRA, compose(letter(1)), "<1@example.com>")
        assert isinstance(verdict, Refused) and "20000 at most" in verdict.why
        assert held_letters(tmp_path) == []
