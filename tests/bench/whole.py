"""The whole way of a mail: SMTP in, spool, worker, ticket, receipt and notification sent.

    python tests/bench/run.py whole [--rounds 3] [--kinds mixed small] [--messages 1000]

A real daemon (SQLite, one agent) takes a seeded corpus over ten kept sessions from a process of
ours, until every letter is at Postfix's smtp-sink. Beside it, in the same round, the standard
library's quick parser alone reads the same mails on one core; only the ratio means anything. And
the same load goes through the receiver and the sender with nothing between them (`floor.py`).
The wait is from the end of DATA (`received_at`) until a reader of the database sees the mail.
"""

import argparse
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from bench.corpus import corpus
from bench.figures import at_least, below, tell
from bench.floor import floor
from bench.house import PATIENCE, Running, running, sink
from bench.parse import theirs

TARGETS = {"mixed": 0.6, "small": 0.12}
SESSIONS = 10
WARM = 100  # mails before the clock starts
CALM = 100  # mails at a pace that leaves room
PACE = 20.0  # of them in a second
IDLE, LOAD, START = 150.0, 250.0, 1.5  # megabytes, megabytes, seconds
LOOK = 0.01  # seconds between two looks at the tables
SUPPORT = "support@example.com"


class Round(NamedTuple):
    """What one round of one kind of mail gave."""

    rate: float  # mails a second
    parser: float  # mails a second
    floor: float  # mails a second with nothing done about them
    floor_cpu: float  # milliseconds for a mail
    daemon: float  # milliseconds of CPU for a mail
    workers: float
    waits: list[float]  # milliseconds, under full load
    calm: list[float]
    idle: tuple[float, float]  # megabytes: each process for itself, and shared pages once
    load: tuple[float, float]
    start: float  # seconds


class Watch:
    """Looks at the tables while the daemon works, and notes when each mail was first seen."""

    def __init__(self, daemon: Running) -> None:
        self._daemon = daemon
        self._database = daemon.database()
        self._seen = self._last()
        self.when: dict[str, datetime] = {}
        self.memory = [(0.0, 0.0)]

    def until(self, count: int) -> None:
        """Until so many more mails are tickets, and no letter waits. Raises SystemExit."""
        end, next_look = time.monotonic() + PATIENCE, 0.0
        while self._look() < count or self._waiting():
            now = time.monotonic()
            if now > end:
                raise SystemExit(f"{len(self.when)} of {count} mails became tickets")
            if now > next_look:
                self.memory.append((self._daemon.megabytes("Rss"), self._daemon.megabytes("Pss")))
                next_look = now + 1
            time.sleep(LOOK)

    def waits(self) -> list[float]:
        """Milliseconds from the end of DATA until each mail was seen."""
        rows = self._daemon.spool().execute("SELECT key, received_at FROM item").fetchall()
        taken = {key: datetime.fromisoformat(text) for key, text in rows}
        return [(seen - taken[key]).total_seconds() * 1000 for key, seen in self.when.items()]

    def _look(self) -> int:
        rows = self._database.execute(
            "SELECT rowid, key FROM intake WHERE rowid > ? ORDER BY rowid", (self._seen,)
        ).fetchall()
        now = datetime.now(UTC)
        for number, key in rows:
            self._seen = number
            self.when[key] = now
        return len(self.when)

    def _last(self) -> int:
        return int(self._database.execute("SELECT max(rowid) FROM intake").fetchone()[0] or 0)

    def _waiting(self) -> bool:
        found = self._database.execute("SELECT 1 FROM letter WHERE state = 'waiting' LIMIT 1")
        return found.fetchone() is not None


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--messages", type=int, default=1000)
    words.add_argument("--kinds", nargs="+", default=list(TARGETS))
    words.add_argument("--folder", type=Path, default=None, help="where the desks are")
    words.add_argument("--send", nargs=4, metavar=("PORT", "KIND", "COUNT", "SEED"))
    asked = words.parse_args()
    if asked.send:
        port, kind, count, seed = asked.send
        send(int(port), corpus(kind, int(count), int(seed)))
        return
    rounds = {
        kind: [one_round(kind, asked.messages, asked.folder) for _ in range(asked.rounds)]
        for kind in asked.kinds
    }
    for kind, some in rounds.items():
        say(kind, asked.messages, some)
    say_house([one for some in rounds.values() for one in some])


def one_round(kind: str, count: int, folder: Path | None) -> Round:
    """A new desk, the parser beside it, then the load."""
    mails = corpus(kind, count, seed=2)
    with (
        tempfile.TemporaryDirectory(dir=folder) as place,
        sink() as relay,
        running(Path(place) / "desk", relay=relay) as daemon,
    ):
        load(daemon, "small", WARM, seed=1)
        idle = daemon.megabytes("Rss"), daemon.megabytes("Pss")
        parser = read_rate(mails)
        before = daemon.cpu_seconds()
        watch, seconds = load(daemon, kind, count, seed=2)
        used = [now - then for now, then in zip(daemon.cpu_seconds(), before, strict=True)]
        check(daemon, WARM + count)
        floor_rate, floor_cpu = without_desk(relay, kind, count)
        return Round(
            rate=count / seconds,
            floor=floor_rate,
            floor_cpu=floor_cpu,
            parser=statistics.mean([parser, read_rate(mails)]),
            daemon=used[0] * 1000 / count,
            workers=used[1] * 1000 / count,
            waits=watch.waits(),
            calm=calmly(daemon, kind),
            idle=idle,
            load=(max(m[0] for m in watch.memory), max(m[1] for m in watch.memory)),
            start=daemon.took,
        )


def read_rate(mails: Sequence[bytes]) -> float:
    """Mails a second that the standard library's quick parser reads, and does nothing with."""
    began = time.perf_counter()
    for raw in mails:
        theirs(raw)
    return len(mails) / (time.perf_counter() - began)


def load(daemon: Running, kind: str, count: int, seed: int) -> tuple[Watch, float]:
    """Send as fast as it is taken; what was seen, and the seconds until the last letter left."""
    with sender(daemon.port, kind, count, seed) as child:
        assert child.stdin
        watch, began = Watch(daemon), time.monotonic()
        child.stdin.write("go\n")
        child.stdin.flush()
        watch.until(count)
        return watch, time.monotonic() - began


def without_desk(relay: str, kind: str, count: int) -> tuple[float, float]:
    """The same load with two constant letters for each mail, and no desk: mails a second, and
    milliseconds of CPU for a mail."""
    with floor(relay, count) as below_us, sender(below_us.port, kind, count, seed=2) as child:
        before = below_us.cpu_seconds()
        assert child.stdin
        began = time.monotonic()
        child.stdin.write("go\n")
        child.stdin.flush()
        below_us.wait()
        seconds = time.monotonic() - began
        return count / seconds, (below_us.cpu_seconds() - before) * 1000 / count


def calmly(daemon: Running, kind: str) -> list[float]:
    """The waits of mails that come one by one, at a pace."""
    mails, watch = corpus(kind, CALM, seed=3), Watch(daemon)
    watching = Thread(target=watch.until, args=(CALM,))
    watching.start()
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", daemon.port) as line:
        for number, raw in enumerate(mails):
            time.sleep(max(0.0, began + number / PACE - time.monotonic()))
            line.sendmail("calm@kunde.example", SUPPORT, raw)
    watching.join()
    return watch.waits()


def check(daemon: Running, count: int) -> None:
    """Each mail is a ticket with a receipt and a notification that were sent. Raises SystemExit."""
    rows = daemon.database().execute(
        "SELECT kind, count(*) FROM letter WHERE state = 'sent' GROUP BY kind"
    )
    sent = dict(rows.fetchall())
    if sent != {"receipt": count, "notification": count}:
        raise SystemExit(f"of {count} mails were sent: {sent}")


@contextmanager
def sender(port: int, kind: str, count: int, seed: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that has the mails ready and waits for a word."""
    command = [sys.executable, __file__, "--send", str(port), kind, str(count), str(seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as child:
        assert child.stdout
        child.stdout.readline()
        yield child


def send(port: int, mails: Sequence[bytes]) -> None:
    """Wait for the word, then send over kept sessions, each its share."""
    print("ready", flush=True)
    sys.stdin.readline()
    shares = [mails[number::SESSIONS] for number in range(SESSIONS)]
    threads = [Thread(target=session, args=(port, share, n)) for n, share in enumerate(shares)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def session(port: int, mails: Sequence[bytes], number: int) -> None:
    """One connection for all these mails."""
    with smtplib.SMTP("127.0.0.1", port) as line:
        for raw in mails:
            line.sendmail(f"sender{number}@kunde.example", SUPPORT, raw)


def say(kind: str, count: int, some: Sequence[Round]) -> None:
    """The figures of one kind: medians of the rounds."""
    ours, parser = middle([one.rate for one in some]), middle([one.parser for one in some])
    what = f"{kind}, {count} mails: "
    tell(f"{what}SMTP in to two letters out", f"{ours:,.0f} mails/s")
    tell(f"{what}compat32 alone, one core", f"{parser:,.0f} mails/s")
    cpu = (middle([one.daemon for one in some]), middle([one.workers for one in some]))
    tell(f"{what}CPU of a mail, daemon + workers", f"{cpu[0]:.2f} + {cpu[1]:.2f} ms")
    bare = middle([one.floor for one in some]), middle([one.floor_cpu for one in some])
    tell(f"{what}floor, receiver and sender alone", f"{bare[0]:,.0f} mails/s")
    tell(f"{what}floor's CPU of a mail", f"{bare[1]:.2f} ms")
    tell(f"{what}floor's ratio", f"{middle([r.floor / r.parser for r in some]):.2f}")
    at_least(f"{what}ratio", middle([r.rate / r.parser for r in some]), TARGETS.get(kind, 0))
    for name, waits in (
        ("at full load", [w for one in some for w in one.waits]),
        (f"at {PACE:.0f} a second", [w for one in some for w in one.calm]),
    ):
        cuts = statistics.quantiles(waits, n=100)
        tell(f"{kind}: DATA to ticket {name}, p50 / p99", f"{cuts[49]:,.0f} / {cuts[98]:,.0f} ms")


def say_house(some: Sequence[Round]) -> None:
    """What is the same for all kinds of mail."""
    for name, most, found in (
        ("idle", IDLE, [one.idle for one in some]),
        ("under load", LOAD, [one.load for one in some]),
    ):
        rss, pss = max(one[0] for one in found), max(one[1] for one in found)
        below(f"daemon and workers {name}, sum of RSS (PSS {pss:.0f})", rss, most, " MB", 0)
    below("start to ready", middle([one.start for one in some]), START, " s")


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
