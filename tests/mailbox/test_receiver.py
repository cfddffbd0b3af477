"""The receiver speaks SMTP and LMTP as it should, and keeps within its limits."""

import asyncio
import datetime
import inspect
import logging
import smtplib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP

from postdesk.mailbox.limits import Limits
from postdesk.mailbox.receiver import Incoming, Receiver
from postdesk.mailbox.spool import Spool, SpoolError, SpoolFull

OURS = ("support@example.com", "жук@example.com", "postmaster")
MAIL = b"From: Petra <petra@kunde.example>\r\nSubject: Lamp\r\n\r\nIt broke.\r\n"
HELLO = "EHLO mx.kunde.example"
TO_US = (HELLO, "MAIL FROM:<petra@kunde.example>", "RCPT TO:<support@example.com>")


def accepts(address: str) -> str | None:
    return None if address.lower() in OURS else f"nobody here is called {address}"


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until it is so."""
    while not condition():  # noqa: ASYNC110 (nothing there to set an event)
        await asyncio.sleep(0)


class Shelf:
    """Keeps mail in a list, at once; or fails, or waits until told."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.mails: list[Incoming] = []
        self.trouble = trouble
        self.waiting = list[Future[str]]()
        self.slow = False

    def keep(self, mail: Incoming) -> Future[str]:
        future: Future[str] = Future()
        if self.trouble is not None:
            future.set_exception(self.trouble)
            return future
        self.mails.append(mail)
        if not self.slow:
            future.set_result(mail.key)
        else:
            self.waiting.append(future)
        return future


class Client:
    """A peer that says what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def reply(self) -> str:
        """One reply, its lines joined; "" when we were hung up on."""
        lines = []
        while line := (await self.reader.readline()).decode().rstrip("\r\n"):
            lines.append(line)
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    async def says(self, *commands: str) -> str:
        """Say each and hear the answer; gives the last answer."""
        answer = ""
        for command in commands:
            self.send(command.encode("utf-8", "surrogateescape") + b"\r\n")
            answer = await self.reply()
        return answer

    async def mails(self, raw: bytes = MAIL) -> str:
        """A whole mail to us, by its dot-stuffed bytes."""
        assert (await self.says(*TO_US, "DATA")).startswith("354")
        self.send(raw + b".\r\n")
        return await self.reply()


class House:
    """A receiver on a port of its own."""

    def __init__(self, shelf: Shelf, receiver: Receiver) -> None:
        self.shelf = shelf
        self.receiver = receiver
        self.port = 0

    @asynccontextmanager
    async def client(self, *, lmtp: bool = False) -> AsyncIterator[Client]:
        port = (await self.receiver.start_lmtp("127.0.0.1:0"))[1] if lmtp else self.port
        client = Client(*await asyncio.open_connection("127.0.0.1", port))
        try:
            yield client
        finally:
            client.writer.close()


def play(
    story: Callable[[House], Awaitable[None]],
    limits: Limits | None = None,
    shelf: Shelf | None = None,
    tls: ssl.SSLContext | None = None,
    accepts: Callable[[str], str | None] = accepts,
) -> None:
    """Run ``story`` in a house, on both event loops."""

    async def run() -> None:
        kept = shelf or Shelf()
        receiver = Receiver(accepts, kept.keep, limits, hostname="desk.example", tls_context=tls)
        house = House(kept, receiver)
        house.port = (await receiver.start("127.0.0.1", 0))[1]
        try:
            async with asyncio.timeout(20):
                await story(house)
        finally:
            await receiver.stop(grace=1)

    asyncio.run(run())
    if shelf is None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run())


def exchange(
    *talk: tuple[str, str], limits: Limits | None = None, shelf: Shelf | None = None
) -> None:
    """Say the left, expect an answer that begins as the right."""

    async def story(house: House) -> None:
        async with house.client() as client:
            assert await client.reply() == "220 desk.example ESMTP postdesk"
            for said, expected in talk:
                answer = await client.says(said)
                assert answer.startswith(expected), (said, answer)

    play(story, limits, shelf)


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
            assert trace.startswith(b"Received: from mx.kunde.example ([127.0.0.1])\r\n\tby desk.")
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
        [("HELP", "214 2.0.0"), ("NOOP", "250 2.0.0"), ("NOOP x", "250 2.0.0")],
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


# Limits


def test_a_mail_over_size_is_refused_while_it_comes() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            line = b"x" * 98 + b"\r\n"
            assert (await client.mails(line * 500)).startswith("250")
            assert (await client.mails(line * 501)).startswith("552 5.3.4")
            assert (await client.mails(b"x" * 50_000 + b"\r\n")).startswith("552 5.3.4")
            assert (await client.mails()).startswith("250")
            assert len(house.shelf.mails) == 2

    play(story, Limits(size=50_000))


def test_a_mail_without_end_is_hung_up_on() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            client.send(b"x" * 600_000)
            assert (await client.reply()).startswith("552 5.3.4")

    play(story, Limits(size=50_000))


def test_a_line_too_long_is_refused() -> None:
    exchange_mail(b"x" * 65_536 + b"\r\n", "250")
    exchange_mail(b"x" * 65_537 + b"\r\n", "500 5.6.0")


def test_a_mail_that_went_in_circles_is_refused() -> None:
    exchange_mail(b"Received: from a by b\r\n" * 99 + b"\r\nhi\r\n", "250")
    exchange_mail(b"Received: from a by b\r\n" * 100 + b"\r\nhi\r\n", "554 5.4.6")


def exchange_mail(raw: bytes, answer: str, limits: Limits | None = None) -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            assert (await client.mails(raw)).startswith(answer)

    play(story, limits)


def test_a_mail_has_so_many_recipients() -> None:
    rcpt = "RCPT TO:<support@example.com>"
    exchange(
        (HELLO, "250"),
        ("MAIL FROM:<>", "250"),
        *[(rcpt, "250")] * 3,
        (rcpt, "452 4.5.3"),
        ("DATA", "354"),
        (".", "250"),
        limits=Limits(recipients=3),
    )


def test_so_many_connections_and_no_more() -> None:
    async def story(house: House) -> None:
        async with house.client() as one, house.client() as two:
            assert (await one.reply()).startswith("220")
            assert (await two.reply()).startswith("220")
            async with house.client() as three:
                three.send(b"EHLO x\r\n")
                assert (await three.reply()).startswith("421 4.3.2")
            await one.says("QUIT")
            await until(lambda: len(house.receiver.sessions) == 1)
            async with house.client() as four:
                assert (await four.reply()).startswith("220")

    play(story, Limits(connections=2))


def test_chatter_ends() -> None:
    exchange(*[("NOOP", "250")] * 5, ("NOOP", "421 4.7.0"), limits=Limits(commands=5))
    exchange(*[("BOO", "500")] * 5, ("BOO", "421 4.7.0"), limits=Limits(mistakes=5))


def test_who_brings_mail_may_go_on() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            for _ in range(10):
                assert (await client.mails()).startswith("250")

    play(story, Limits(commands=5))


def test_an_idle_peer_is_told_to_go() -> None:
    exchange_idle("421 4.4.2", HELLO)
    exchange_idle("421 4.4.2", *TO_US, "DATA", "Subject: half")


def exchange_idle(answer: str, *commands: str) -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            client.send("\r\n".join(commands).encode() + b"\r\n")
            replies = [await client.reply() for _ in range(min(4, len(commands)))]
            assert all(reply[0] in "23" for reply in replies)
            assert (await client.reply()).startswith(answer)
            assert await client.reply() == ""

    play(story, Limits(idle=0.05))


def test_a_slow_disk_is_not_idleness() -> None:
    shelf = Shelf()
    shelf.slow = True

    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            client.send(MAIL + b".\r\n")
            await until(lambda: shelf.waiting)
            await asyncio.sleep(0.1)
            shelf.waiting[0].set_result("f00d")
            assert (await client.reply()).startswith("250")

    play(story, Limits(idle=0.02), shelf=shelf)


def test_without_memory_for_a_mail_it_is_to_come_again() -> None:
    async def story(house: House) -> None:
        async with house.client() as one, house.client() as two:
            await one.reply()
            await two.reply()
            await one.says(*TO_US, "DATA")
            one.send(b"x" * 70 + b"\r\n")
            await until(lambda: house.receiver.room.free < 300_000)
            assert (await two.mails()).startswith("452 4.3.1")
            mail = "MAIL FROM:<a@b.example> SIZE=100000"
            assert (await two.says(mail, TO_US[2], "DATA")).startswith("452 4.3.1")
            one.send(b".\r\n")
            assert (await one.reply()).startswith("250")
            assert (await two.says("RSET")).startswith("250")
            assert (await two.mails()).startswith("250")
        await until(lambda: not house.receiver.sessions)
        assert house.receiver.room.free == 300_000

    play(story, Limits(size=290_000, memory=300_000, patience=0.01))


def test_a_peer_that_vanishes_leaves_nothing_behind() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            client.send(b"Subject: half\r\n")
        await until(lambda: not house.receiver.sessions)
        assert house.receiver.room.free == house.receiver.limits.memory
        assert house.shelf.mails == []

    play(story)


# Trouble of ours


@pytest.mark.parametrize(
    ("trouble", "answer"),
    [
        (SpoolFull("/var/spool: the disk is full"), "452 4.3.1"),
        (SpoolError("/var/spool: locked"), "451 4.3.0"),
        (RuntimeError("secret inside"), "451 4.3.0"),
    ],
)
def test_our_trouble_is_temporary_and_private(trouble: Exception, answer: str) -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            reply = await client.mails()
            assert reply.startswith(answer)
            assert "spool" not in reply and "secret" not in reply
            house.shelf.trouble = None
            assert (await client.mails()).startswith("250")

    play(story, shelf=Shelf(trouble))


def test_a_book_that_cannot_be_read_is_our_trouble() -> None:
    def fail(address: str) -> str | None:
        raise RuntimeError("secret inside")

    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            assert (await client.says(*TO_US)).startswith("451 4.3.0 trouble on our side")
            assert (await client.says("NOOP")).startswith("250")

    play(story, accepts=fail)


def test_no_log_tells_what_stood_in_a_mail(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="postdesk"):
        exchange_mail(b"Subject: s3cr3t\r\n\r\ns3cr3t\r\n", "250")
    assert "kunde.example" in caplog.text
    assert "s3cr3t" not in caplog.text


# The end


def test_stopping_lets_a_mail_end_and_sends_the_idle_away() -> None:
    async def story(house: House) -> None:
        async with house.client() as idle, house.client() as busy:
            await idle.reply()
            await busy.reply()
            await busy.says(*TO_US, "DATA")
            stopping = asyncio.create_task(house.receiver.stop(grace=30))
            assert (await idle.reply()).startswith("421 4.3.2")
            assert await idle.reply() == ""
            busy.send(MAIL + b".\r\n")
            assert (await busy.reply()).startswith("250 2.0.0 kept")
            assert (await busy.reply()).startswith("421 4.3.2")
            await stopping
            with pytest.raises(ConnectionRefusedError):
                async with house.client():
                    pass

    play(story)


def test_stopping_does_not_wait_for_ever() -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            await house.receiver.stop(grace=0.01)
            with pytest.raises(ConnectionError):
                assert await client.reply() == ""
                raise ConnectionResetError

    play(story)


# TLS


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.example")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    (folder / "cert").write_bytes(certificate.public_bytes(pem))
    (folder / "key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def test_mail_comes_under_tls(tls: ssl.SSLContext) -> None:
    raw = MAIL + b"x" * 70_000

    def send(port: int) -> bytes:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="mx.kunde.example") as peer:
            peer.ehlo()
            assert peer.has_extn("starttls")
            peer.starttls(context=trusting())
            peer.ehlo()
            assert not peer.has_extn("starttls")
            assert peer.docmd("STARTTLS")[0] == 503
            peer.sendmail(
                "petra@kunde.example", ["support@example.com"], raw.replace(b"x", b"\r\nx", 1)
            )
            return peer.noop()[1]

    async def story(house: House) -> None:
        assert await asyncio.to_thread(send, house.port)
        assert house.shelf.mails[0].peer == "127.0.0.1 mx.kunde.example ESMTPS"

    play(story, Limits(line=80_000), tls=tls)


def test_nothing_said_before_tls_is_heard_after(tls: ssl.SSLContext) -> None:
    def send(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port)) as plain:
            lines = plain.makefile("rb")
            lines.readline()
            plain.sendall(b"EHLO x\r\n")
            while lines.readline()[3:4] == b"-":
                pass
            plain.sendall(b"STARTTLS\r\nMAIL FROM:<max@example.com>\r\n")
            assert lines.readline().startswith(b"220 2.0.0")
            with trusting().wrap_socket(plain) as secure:
                secure.sendall(b"EHLO x\r\nQUIT\r\n")
                return b"".join(iter(lambda: secure.recv(9999), b""))

    async def story(house: House) -> None:
        heard = await asyncio.to_thread(send, house.port)
        assert heard.startswith(b"250-desk.example")
        assert heard.count(b"250 ") == 1 and b"221 2.0.0" in heard

    play(story, tls=tls)


def test_a_failed_handshake_ends_the_session(tls: ssl.SSLContext) -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            await client.says(HELLO, "STARTTLS")
            client.send(b"this is no TLS at all\r\n" * 9)
            await until(lambda: not house.receiver.sessions)
        async with house.client() as client:
            await client.reply()
            assert (await client.mails()).startswith("250")

    play(story, tls=tls)


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
