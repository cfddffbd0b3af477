"""What the chosen parts cost without a helpdesk: the floor under the whole way of a mail.

The same load goes into our receiver (aiosmtpd, DATA in bulk), which keeps nothing and reads
nothing; for each mail two constant letters go to the sink over one kept connection. Nothing is
written, parsed, decided or composed: a daemon of one process cannot be faster with these parts,
load and sink on the same machine.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from bench.house import cpu_seconds

from postdesk.daemon.run import new_loop
from postdesk.mailbox.receiver import Incoming, Receiver
from postdesk.mailbox.submit import Sent, transport

LINE = b"We have your message, and will answer as soon as we can.\r\n"
LETTER = b"From: <support@example.com>\r\nSubject: [#1] We have it\r\n\r\n" + LINE * 50
SERVE = "import sys; from bench.floor import serve; serve(sys.argv[1], int(sys.argv[2]))"


class Floor:
    """A process that listens on ``port``."""

    def __init__(self, child: "subprocess.Popen[str]") -> None:
        self._child = child
        self.port = int(self._told())

    def wait(self) -> None:
        """Until its last letter has left."""
        self._told()

    def cpu_seconds(self) -> float:
        """CPU time used so far."""
        return cpu_seconds(self._child.pid)

    def _told(self) -> str:
        assert self._child.stdout
        if word := self._child.stdout.readline():
            return word
        raise SystemExit("the floor gave way: see above")


@contextmanager
def floor(relay: str, count: int) -> Iterator[Floor]:
    """Takes so many mails and hands twice as many letters to the relay at this URL."""
    command = [sys.executable, "-c", SERVE, relay, str(count)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        yield Floor(child)


def serve(relay: str, count: int) -> None:
    """Take mails, hand letters on; says its port, and when all is done."""
    came: SimpleQueue[Incoming] = SimpleQueue()
    loop = new_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    listening = Receiver(lambda _: None, lambda mail: _kept(mail, came)).start("127.0.0.1", 0)
    print(asyncio.run_coroutine_threadsafe(listening, loop).result()[1], flush=True)
    out = transport(relay, Path())
    for _ in range(count):
        mail = came.get()
        for rcpt in (mail.mail_from, "anna@example.com"):
            if not isinstance(out.send("", rcpt, LETTER, ""), Sent):
                raise SystemExit("the sink refuses letters")
    print("done", flush=True)
    sys.stdin.readline()  # until nobody asks any more


def _kept(mail: Incoming, came: SimpleQueue[Incoming]) -> Future[str]:
    came.put(mail)
    at_once: Future[str] = Future()
    at_once.set_result(mail.key)
    return at_once
