"""The receiver speaks TLS, and forgets what was said before."""

import asyncio
import smtplib
import socket
import ssl

import pytest
from certificates import self_signed, trusting
from smtp_house import HELLO, MAIL, House, play, until

from postdesk.mailbox.limits import Limits


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    return self_signed(tmp_path_factory.mktemp("tls"))


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
