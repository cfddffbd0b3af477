"""IMAP: mails out of a Dovecot of our own into the spool, and from its word to a ticket.

    python tests/bench/run.py imap [--rounds 3] [--messages 1000] [--announced 10]

Our poller beside plain imaplib, which fetches the same mails in batches and keeps none of them;
it is not asked to look for them either, nor how large they are. Then both move what they fetched.
Then a daemon waits by IDLE, and beside it a bare client that only listens: how long Dovecot takes
to say a word after APPEND is Dovecot's; what counts is from its word until the ticket is there.
The mails stay where they are: Dovecot says nothing of one that is gone before it has looked.
"""

import argparse
import imaplib
import select
import socket
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path

from bench.corpus import corpus
from bench.figures import at_least, below, tell
from bench.house import PATIENCE, Running, running
from real.dovecot import PASSWORD, USER, Dovecot, running_dovecot

from postdesk.mailbox.imap_account import Account, Baseline
from postdesk.mailbox.poller import Poller
from postdesk.mailbox.spool import Fetched, Spool

DONE = "Processed"
BATCH = 100  # mails to a FETCH of plain imaplib
OF_IMAPLIB, ANNOUNCED = 0.3, 150.0  # share, milliseconds
LOOK = 0.002  # seconds between two looks at the tickets
MAILBOX = """
[imap.support]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password = "{password}"
every = "600s"
done = ""
"""


class Records:
    """Our rows: the mails in a real spool, the beginning in memory."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._began: Baseline | None = None

    def put_all(self, mails: Sequence[Fetched]) -> "Future[int]":
        return self._spool.put_all(mails, source="imap")

    def seen(self, uniques: Iterable[str]) -> set[str]:
        return self._spool.known(uniques)

    def baseline(self, box: str) -> Baseline | None:
        return self._began

    def begin(self, box: str, baseline: Baseline) -> None:
        self._began = baseline


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--messages", type=int, default=1000)
    words.add_argument("--announced", type=int, default=10)
    asked = words.parse_args()
    mails = corpus("small", asked.messages)
    with running_dovecot() as dovecot:
        read_all(dovecot, mails, asked.rounds)
    with running_dovecot() as dovecot:
        hear(dovecot, corpus("small", asked.announced, seed=2))


def read_all(dovecot: Dovecot, mails: Sequence[bytes], rounds: int) -> None:
    """Rates of imaplib and of our poller in turns."""
    for raw in mails:
        dovecot.deliver(raw)
    for done, tail, least in ("", "", OF_IMAPLIB), (DONE, f", and moved to {DONE}", 0.0):
        rates = []
        for _ in range(rounds):
            them = by_imaplib(dovecot, len(mails), done)
            put_back(dovecot, done)
            rates.append((them, by_poller(dovecot, len(mails), done)))
            put_back(dovecot, done)
        plain, ours = (statistics.median(column) for column in zip(*rates, strict=True))
        tell(f"IMAP, {len(mails)} small mails: imaplib alone{tail}", f"{plain:,.0f} mails/s")
        tell(f"IMAP, {len(mails)} small mails: into the spool{tail}", f"{ours:,.0f} mails/s")
        ratio = statistics.median(us / them for them, us in rates)
        at_least(f"IMAP: ratio{tail}", ratio, least)


def put_back(dovecot: Dovecot, folder: str) -> None:
    """Into INBOX what was moved away."""
    if folder:
        with logged_in(dovecot) as client:
            client.select(folder)
            assert client.uid("MOVE", "1:*", "INBOX")[0] == "OK"


def by_imaplib(dovecot: Dovecot, count: int, done: str) -> float:
    """Mails a second, fetched in batches and forgotten; each batch moved to ``done``, if any."""
    with logged_in(dovecot) as client:
        if done:
            client.create(done)
        client.select("INBOX", readonly=not done)
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        began = time.perf_counter()
        got = 0
        for at in range(0, count, BATCH):
            batch = f"{uids[at].decode()}:{uids[min(at + BATCH, count) - 1].decode()}"
            told = client.uid("FETCH", batch, "(BODY.PEEK[])")[1]
            got += sum(isinstance(row, tuple) for row in told)
            if done:
                assert client.uid("MOVE", batch, done)[0] == "OK"
        assert got == count, got
        return count / (time.perf_counter() - began)


def by_poller(dovecot: Dovecot, count: int, done: str) -> float:
    """Mails a second, each on our disk at the end."""
    account = Account(
        name="support",
        host="127.0.0.1",
        user=USER,
        password=lambda: PASSWORD,
        port=dovecot.port,
        tls="none",
        done=done,
        since=None,
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Spool(Path(folder) / "spool.db")) as spool,
        closing(Poller(account, Records(spool))) as poller,
    ):
        poller.survey()  # dialled and logged in before the clock starts, as imaplib is
        began = time.perf_counter()
        kept = poller.step()
        seconds = time.perf_counter() - began
        assert kept == count, kept
        return count / seconds


def hear(dovecot: Dovecot, mails: Sequence[bytes]) -> None:
    """APPEND mails one by one to a mailbox that a daemon and a bare client listen to."""
    more = MAILBOX.format(port=dovecot.port, user=USER, password=PASSWORD)
    said, took = [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "desk", relay="maildir:var/outbox", more=more) as daemon,
        logged_in(dovecot) as writer,
        listening(dovecot) as ear,
    ):
        append(writer, mails[0])  # the first one warms everything up
        wait_for_tickets(daemon, 1)
        hush(ear)
        for count, raw in enumerate(mails[1:], 2):
            began = time.monotonic()
            append(writer, raw)
            said.append((word_of(ear) - began) * 1000)
            took.append((wait_for_tickets(daemon, count) - began) * 1000 - said[-1])
            hush(ear)
    tell("IDLE: APPEND to Dovecot's word, a bare client", f"{statistics.median(said):,.0f} ms")
    below("IDLE: Dovecot's word to ticket, median", statistics.median(took), ANNOUNCED, " ms", 0)
    tell("IDLE: Dovecot's word to ticket, worst", f"{max(took):,.0f} ms")


@contextmanager
def logged_in(dovecot: Dovecot) -> Iterator[imaplib.IMAP4]:
    """A connection of the standard library's."""
    with imaplib.IMAP4("127.0.0.1", dovecot.port) as client:
        client.login(USER, PASSWORD)
        yield client


@contextmanager
def listening(dovecot: Dovecot) -> Iterator[socket.socket]:
    """The bare connection of a client that idles in INBOX."""
    with socket.create_connection(("127.0.0.1", dovecot.port), 10) as line:
        line.recv(4096)
        for command in (f"a LOGIN {USER} {PASSWORD}", "b SELECT INBOX", "c IDLE"):
            line.sendall(f"{command}\r\n".encode())
            answer, tag = b"", f"{command[0]} OK".encode()
            while tag not in answer and not answer.startswith(b"+"):
                answer += line.recv(4096)
        yield line


def append(writer: imaplib.IMAP4, raw: bytes) -> None:
    answer = writer.append("INBOX", "", "", raw)
    assert answer[0] == "OK", answer


def word_of(ear: socket.socket) -> float:
    """When Dovecot announces a mail, on the monotonic clock."""
    heard = b""
    while b"EXISTS" not in heard:
        heard = heard[-20:] + ear.recv(4096)
    return time.monotonic()


def hush(ear: socket.socket) -> None:
    """Let words of before pass by."""
    while select.select([ear], [], [], 1.0)[0]:
        ear.recv(4096)


def wait_for_tickets(daemon: Running, count: int) -> float:
    """When so many tickets are there, on the monotonic clock."""
    end = time.monotonic() + PATIENCE
    with closing(daemon.database()) as tickets:
        while tickets.execute("SELECT count(*) FROM ticket").fetchone()[0] < count:
            if time.monotonic() > end:
                raise SystemExit((daemon.folder / "log").read_text())
            time.sleep(LOOK)
    return time.monotonic()


if __name__ == "__main__":
    main()
