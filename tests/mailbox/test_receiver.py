"""The receiver speaks SMTP and LMTP as it should, and says 250 when a mail is on disk."""

import asyncio
import inspect
import smtplib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from smtp_house import HELLO, MAIL, TO_US, House, Shelf, accepts, exchange, play, until

from postdesk.mailbox.limits import Limits
from postdesk.mailbox.receiver import Receiver
from postdesk.mailbox.spool import Spool

# A mail


def test_a_mail_is_kept_with_its_envelope_and_a_trace() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            answer = await client.mails(b"Subject: x\r\n\r\n..dot\r\n...\r\n")
            mail = house.shelf.mails[0]
            assert answer == f"250 2.0.0 kept as {mail.key}"
            assert mail.mail_from == "petra@kunde.example"
            assert mail.rcpts == ("support@example.com",)
            assert (mail.source, mail.peer) == ("smtp", "127.0.0.1 mx.kunde.example ESMTP")
            trace, _, rest = mail.raw.partition(b"\r\nSubject")
            path, _, received = trace.partition(b"\r\n")
            assert path == b"Return-Path: <petra@kunde.example>"
            assert received.startswith(
                b"Received: from mx.kunde.example ([127.0.0.1])\r\n\tby desk."
            )
            assert mail.key.encode() in trace
            assert rest == b": x\r\n\r\n.dot\r\n..\r\n"

    play(story)


def test_kept_is_said_only_when_it_is_on_disk() -> None:
    shelf = Shelf()
    shelf.slow = True

    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            client.send(MAIL + b".\r\nNOOP\r\n")
            answer = asyncio.create_task(client.reply())
            await until(lambda: shelf.waiting)
            await asyncio.sleep(0)
            assert not answer.done()
            shelf.waiting[0].set_result("f00d")
            assert await answer == "250 2.0.0 kept as f00d"
            assert (await client.reply()).startswith("250 2.0.0")

    play(story, shelf=shelf)


def test_through_the_spool_to_the_disk(tmp_path: Path) -> None:
    async def story() -> None:
        with closing(Spool(tmp_path / "spool.db")) as spool:
            receiver = Receiver(accepts, lambda mail: spool.put(mail.raw, key=mail.key))
            _, port = await receiver.start("127.0.0.1", 0)
            house = House(Shelf(), receiver)
            house.port = port
            async with house.client() as client:
                await client.reply()
                key = (await client.mails()).rpartition(" ")[2]
                assert spool.raw(key).endswith(MAIL)
            await receiver.stop()

    asyncio.run(story())


def test_a_mail_of_25_megabytes_arrives_whole() -> None:
    raw = b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 25_000

    def send(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="mx.kunde.example") as peer:
            peer.sendmail("petra@kunde.example", ["support@example.com"], raw)

    async def story(house: House) -> None:
        await asyncio.to_thread(send, house.port)
        assert house.shelf.mails[0].raw.endswith(raw)

    play(story)


def test_pipelined_mails_are_answered_in_order() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(HELLO)
            body = b"DATA\r\nSubject: x\r\n\r\nhi\r\n.\r\n"
            envelope = b"MAIL FROM:<>\r\nRCPT TO:<support@example.com>\r\n"
            client.send((envelope + body) * 3 + b"RSET\r\nQUIT\r\n")
            codes = [(await client.reply())[:3] for _ in range(14)]
            assert codes == ["250", "250", "354", "250"] * 3 + ["250", "221"]
            assert await client.reply() == ""
            assert len(house.shelf.mails) == 3
            assert {mail.mail_from for mail in house.shelf.mails} == {""}

    play(story)


@pytest.mark.parametrize("false_end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_nothing_is_smuggled(false_end: bytes) -> None:
    inner = (
        b"MAIL FROM:<max@example.com>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nSubject: 2\r\n"
    )

    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            assert (await client.mails(MAIL + false_end + inner)).startswith("250 2.0.0 kept")
            assert (await client.says("NOOP")).startswith("250")
            assert len(house.shelf.mails) == 1

    play(story)


def test_bare_line_ends_are_refused_where_asked() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            assert (await client.mails(b"Subject: x\n\nhi\r\n")).startswith("550 5.6.11")
            assert (await client.mails()).startswith("250")

    play(story, Limits(reject_bare_newlines=True))


# Commands


def test_only_what_holds_is_offered() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            offers = [line[4:] for line in (await client.says(HELLO)).split("\n")]
            assert offers == [
                "desk.example",
                "SIZE 35000000",
                "8BITMIME",
                "SMTPUTF8",
                "PIPELINING",
                "ENHANCEDSTATUSCODES",
            ]

    play(story)


@pytest.mark.parametrize(
    "talk",
    [
        [("HELO mx", "250 desk.example"), ("MAIL FROM:<>", "250 2.")],
        [("MAIL FROM:<a@b.example>", "503 5.5.1")],
        [(HELLO, "250"), ("RCPT TO:<support@example.com>", "503 5.5.1")],
        [(HELLO, "250"), ("DATA", "503 5.5.1")],
        [(HELLO, "250"), ("MAIL FROM:<>", "250 2."), ("DATA", "503 5.5.1")],
        [(HELLO, "250"), ("MAIL FROM:<>", "250"), ("MAIL FROM:<>", "503 5.5.1")],
        [(HELLO, "250"), ("MAIL FROM:<>", "250"), ("RSET", "250"), ("MAIL FROM:<>", "250")],
        [(HELLO, "250"), ("MAIL FROM: <a@b.example>", "250")],
        [(HELLO, "250"), ("MAIL FROM:<a@b.example> SIZE=35000001", "552 5.3.4")],
        [(HELLO, "250"), ("MAIL FROM:<a@b.example> SIZE=x", "501 5.5.4")],
        [(HELLO, "250"), ("MAIL FROM:<a@b.example> RET=HDRS", "555 5.5.4")],
        [(HELLO, "250"), ("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4")],
        [(HELLO, "250"), ("MAIL FROM:<@>", "553 5.1.3")],
        [(HELLO, "250"), ("MAIL FROM:<" + "(" * 3000, "553 5.1.3")],
        [(HELLO, "250"), ("MAIL FROM:<\udcff\udcfe@b.example> SMTPUTF8", "553 5.1.3")],
        [(HELLO, "250"), ("MAIL FROM:<жук@b.example>", "553 5.1.3")],
        [(HELLO, "250"), ("MAIL FROM:<жук@b.example> SMTPUTF8", "250 2.")],
        [("VRFY petra", "252 2.0.0"), ("VRFY", "501 5.5.4"), ("EXPN staff", "502 5.5.1")],
        [("HELP", "250 2.0.0"), ("NOOP", "250 2.0.0"), ("NOOP x", "250 2.0.0")],
        [("EHLO", "501 5.5.4"), ("BOO", "500 5.5.1"), ("", "500 5.5.1"), ("жук", "500 5.5.1")],
        [("AUTH PLAIN AGEAYg==", "500 5.5.1"), ("STARTTLS", "454 4.7.0"), ("LHLO x", "500 5.5.1")],
        [("NOOP " + "x" * 5000, "500 5.5.2"), ("NOOP", "250")],
        [("NOOP " + "x" * 500_000, "500 5.5.2"), ("NOOP", "250")],
        [("QUIT", "221 2.0.0"), ("NOOP", "")],
    ],
)
def test_a_command_gets_its_reply(talk: list[tuple[str, str]]) -> None:
    exchange(*talk)


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("support@example.com", "250 2.0.0"),
        ("SUPPORT@Example.Com", "250"),
        ("Postmaster", "250"),
        ("жук@example.com", "250"),
        ("max@elsewhere.example", "550 5.1.1 nobody here is called max@elsewhere.example"),
        ("support%elsewhere.example@example.com", "550 5.1.1"),
        ("elsewhere.example!support@example.com", "550 5.1.1"),
        ('"support@example.com"@elsewhere.example', "550 5.1.1"),
        ("жёлудь@example.com", "550 5.1.1 nobody here is called жёлудь@example.com"),
        ("", "550 5.1.1"),
    ],
)
def test_only_known_recipients_are_taken(address: str, answer: str) -> None:
    mail = "MAIL FROM:<жук@b.example> SMTPUTF8"
    exchange((HELLO, "250"), (mail, "250"), (f"RCPT TO:<{address}>", answer))


def test_a_sentence_to_an_old_peer_is_ascii() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(HELLO, "MAIL FROM:<>")
            answer = await client.says("RCPT TO:<x@example.com>")
            assert answer == "550 5.1.1 so hei?t hier niemand"

    play(story, accepts=lambda address: "so heißt\r\n250 hier niemand".replace("250 ", ""))


def test_unicode_envelopes_are_kept() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(HELLO, "MAIL FROM:<жук@b.example> BODY=8BITMIME SMTPUTF8")
            await client.says("RCPT TO:<жук@example.com>", "DATA")
            client.send("Subject: жёлудь\r\n\r\n.\r\n".encode())
            assert (await client.reply()).startswith("250")
            mail = house.shelf.mails[0]
            assert (mail.mail_from, mail.rcpts) == ("жук@b.example", ("жук@example.com",))
            assert mail.peer.endswith(" UTF8SMTP")

    play(story)


# LMTP


def test_lmtp_answers_for_each_recipient() -> None:
    async def story(house: House) -> None:
        async with house.client(lmtp=True) as client:
            assert await client.reply() == "220 desk.example LMTP postdesk"
            assert (await client.says(HELLO)).startswith("500")
            await client.says("LHLO mta.example", "MAIL FROM:<petra@kunde.example>")
            assert (await client.says("RCPT TO:<support@example.com>")).startswith("250")
            assert (await client.says("RCPT TO:<nobody@example.com>")).startswith("550")
            await client.says("RCPT TO:<postmaster>", "DATA")
            client.send(MAIL + b".\r\nNOOP\r\n")
            mail_replies = [await client.reply() for _ in range(2)]
            assert mail_replies == [f"250 2.0.0 kept as {house.shelf.mails[0].key}"] * 2
            assert (await client.reply()).startswith("250 2.0.0 OK")
            mail = house.shelf.mails[0]
            assert (mail.source, mail.rcpts) == ("lmtp", ("support@example.com", "postmaster"))
            assert mail.peer == "127.0.0.1 mta.example LMTP"

    play(story)


def test_lmtp_on_a_unix_socket(tmp_path: Path) -> None:
    path = tmp_path / "lmtp"

    def send() -> None:
        with smtplib.LMTP(str(path)) as peer:
            peer.sendmail("petra@kunde.example", ["support@example.com"], MAIL)

    async def story(house: House) -> None:
        await house.receiver.start_lmtp(f"unix:{path}")
        await asyncio.to_thread(send)
        assert house.shelf.mails[0].peer.startswith("unix ")

    play(story)


# The library


def test_the_library_is_as_we_know_it() -> None:
    """Session leans on these insides of aiosmtpd; another version may have others."""
    insides: dict[str, list[str]] = {
        "_handle_client": ["self"],
        "_reset_timeout": ["self", "duration"],
        "_timeout_cb": ["self"],
        "_getaddr": ["self", "arg"],
        "_set_post_data_state": ["self"],
        "_set_rset_state": ["self"],
        "check_helo_needed": ["self", "helo"],
        "smtp_STARTTLS": ["self", "arg"],
        "push": ["self", "status"],
    }
    found = {name: list(inspect.signature(getattr(SMTP, name)).parameters) for name in insides}
    assert found == insides
    assert issubclass(LMTP, SMTP)

    async def make() -> dict[str, Any]:
        return vars(SMTP(object(), hostname="x", loop=asyncio.get_running_loop()))

    fields = asyncio.run(make())
    assert {"_smtp_methods", "_timeout_handle", "_tls_protocol", "transport"} <= fields.keys()
    assert set(fields["_smtp_methods"]) == set(
        [
            "AUTH",
            "DATA",
            "EHLO",
            "EXPN",
            "HELO",
            "HELP",
            "MAIL",
            "NOOP",
            "QUIT",
            "RCPT",
            "RSET",
            "STARTTLS",
            "VRFY",
        ]
    )
