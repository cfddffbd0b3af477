"""The receiver keeps within its limits, hides its troubles, and ends in order."""

import asyncio
import logging

import pytest
from smtp_house import HELLO, MAIL, TO_US, House, Shelf, exchange, exchange_mail, play, until

from postdesk.mailbox.limits import Limits, Share
from postdesk.mailbox.spool import SpoolError, SpoolFull

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
        room = house.receiver.room
        before = room.free
        async with house.client() as client:
            await client.reply()
            with Share(room) as others:
                assert await others.cover(before - 50_000)
                assert (await client.mails()).startswith("452 4.3.1")
                declared = "MAIL FROM:<a@b.example> SIZE=60000"
                assert (await client.says(declared, TO_US[2], "DATA")).startswith("452 4.3.1")
                assert (await client.says("RSET")).startswith("250")
            assert (await client.mails()).startswith("250")
        await until(lambda: not house.receiver.sessions)
        assert room.free == before

    play(story, Limits(size=100_000, patience=0.01))


def test_a_peer_that_vanishes_leaves_nothing_behind() -> None:
    async def story(house: House) -> None:
        before = house.receiver.room.free
        async with house.client() as client:
            await client.reply()
            await client.says(*TO_US, "DATA")
            client.send(b"Subject: half\r\n")
            await until(lambda: house.receiver.room.free < before)
        await until(lambda: not house.receiver.sessions)
        assert house.receiver.room.free == before
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
