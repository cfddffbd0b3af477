"""A receiver on a port of its own, and a peer that says to it what it likes."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

import uvloop

from postdesk.mailbox.limits import Limits
from postdesk.mailbox.receiver import Incoming, Receiver

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


def exchange_mail(raw: bytes, answer: str, limits: Limits | None = None) -> None:
    async def story(house: House) -> None:
        async with house.client() as client:
            await client.reply()
            assert (await client.mails(raw)).startswith(answer)

    play(story, limits)
