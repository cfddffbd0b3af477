"""How fast mail is accepted: our receiver and spool beside Postfix, under the same load.

    python tests/bench/accept.py [--rounds 3] [--messages 3000] [--folder /var/tmp]

Both keep every mail on the same disk before they say 250; Postfix, from a private configuration
on a high port of the loopback, leaves it in its hold queue. Server, Postfix and generator share
this machine's cores, so only the ratios of one run mean anything; and Postfix has many processes
where we have one, so that whoever else uses the cores takes more from us. The CPU time a mail costs
is told beside the rates, because it does not depend on that. Postfix's master needs root.
"""

import argparse
import asyncio
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import uvloop
from bench.figures import at_least, tell
from bench.house import cpu_seconds, free_port, wait_for

from postdesk.mailbox.limits import Limits
from postdesk.mailbox.receiver import Receiver
from postdesk.mailbox.spool import Spool

SUPPORT = "support@example.com"
LOADS = (  # name, sessions, bytes of a mail, a connection for each mail
    ("10 x 4 KiB", 10, 4096, True),
    ("50 x 4 KiB", 50, 4096, True),
    ("10 x 40 KiB", 10, 40960, True),
    ("10 x 4 KiB kept", 10, 4096, False),
)
TARGETS = {"10 x 4 KiB": 0.75, "10 x 40 KiB": 0.7, "10 x 4 KiB kept": 1.3}

MAIN_CF = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example.com
mydestination = example.com
local_recipient_maps =
smtpd_recipient_restrictions = check_recipient_access static:HOLD, permit_mynetworks, reject
alias_maps =
syslog_name = postfix-bench
"""

MASTER_CF = """
127.0.0.1:{port} inet n - n - 100 smtpd
pickup  unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
trace   unix - - n - 0 bounce
verify  unix - - n - 1 verify
flush   unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq   unix n - n - - showq
error   unix - - n - - error
local   unix - n n - - local
anvil   unix - - n - 1 anvil
"""


async def serve(folder: Path) -> None:
    """Receive until killed; the port goes to stdout."""
    spool = Spool(folder / "spool.db")
    receiver = Receiver(
        lambda address: None if address == SUPPORT else "nobody here",
        lambda mail: spool.put(
            mail.raw,
            key=mail.key,
            source=mail.source,
            mail_from=mail.mail_from,
            rcpts=mail.rcpts,
            peer=mail.peer,
        ),
        Limits(),
        hostname="desk.example.com",
    )
    print((await receiver.start("127.0.0.1", 0))[1], flush=True)
    await asyncio.Event().wait()


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who takes mail."""

    port: int
    cpu: Callable[[], float]  # seconds that it has used


@contextmanager
def ours(folder: Path) -> Iterator[Server]:
    """Our receiver in a process of its own."""
    command = [sys.executable, __file__, "--serve", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield Server(int(child.stdout.readline()), lambda: cpu_seconds(child.pid))
        finally:
            child.terminate()


@contextmanager
def postfix(folder: Path) -> Iterator[Server]:
    """A Postfix of our own."""
    program = shutil.which("postfix", path="/usr/sbin") or "postfix"
    port, config = free_port(), folder / "config"
    config.mkdir()
    folder.parent.chmod(0o755)  # its user has to come by
    (config / "main.cf").write_text(MAIN_CF.format(folder=folder))
    (config / "master.cf").write_text(MASTER_CF.format(port=port))
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    subprocess.run([program, "-c", str(config), "start"], check=True, capture_output=True)
    try:
        wait_for(port)
        master = int((folder / "data/master.lock").read_text())
        yield Server(port, lambda: family_seconds(master))
    finally:
        subprocess.run([program, "-c", str(config), "stop"], check=True, capture_output=True)


def family_seconds(pid: int) -> float:
    """CPU time that a process and its children have used, those included that have ended."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(cpu_seconds(one, ended_children=True) for one in (pid, *map(int, children)))


def mails_per_second(port: int, sessions: int, size: int, fresh: bool, count: int) -> float:
    """One load on whoever listens at ``port``."""
    program = shutil.which("smtp-source", path="/usr/sbin") or "smtp-source"
    keep = [] if fresh else ["-d"]
    options = ["-s", str(sessions), "-l", str(size), "-m", str(count)]
    people = ["-f", "petra@kunde.example", "-t", SUPPORT]
    began = time.monotonic()
    subprocess.run([program, *keep, *options, *people, f"127.0.0.1:{port}"], check=True)
    return count / (time.monotonic() - began)


def compare(folder: Path, rounds: int, count: int) -> None:
    """Print the table: medians of ``rounds``, in which the two take turns."""
    with ours(make(folder / "ours")) as we, postfix(make(folder / "postfix")) as they:
        for server in (we, they):  # warm
            mails_per_second(server.port, 10, 4096, True, count // 4)
        print(f"{'load':<18}{'ours':>9}{'Postfix':>9}{'ratio':>7}   mails per second")
        for name, sessions, size, fresh in LOADS:
            before = we.cpu(), they.cpu()
            pairs = [
                [mails_per_second(one.port, sessions, size, fresh, count) for one in both]
                for both in [(we, they)] * rounds
            ]
            spent = (we.cpu() - before[0], they.cpu() - before[1])
            us, them = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"{name:<18}{us:>9.0f}{them:>9.0f}{us / them:>7.2f}", flush=True)
            at_least(f"accepting {name}, of what Postfix does", us / them, TARGETS.get(name, 0))
            mine, his = (seconds / rounds / count * 1e6 for seconds in spent)
            tell(f"accepting {name}, CPU a mail and Postfix's", f"{mine:,.0f} and {his:,.0f} us")


def make(folder: Path) -> Path:
    """``folder``, made."""
    folder.mkdir()
    return folder


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--messages", type=int, default=3000)
    words.add_argument("--folder", type=Path, default=None, help="where both keep their mail")
    words.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.serve:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(asked.serve))
        return
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"Python {platform.python_version()}, uvloop {version('uvloop')}, {cores} cores")
    print(f"load before {load:.1f}, medians of {asked.rounds} rounds of {asked.messages} mails")
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        compare(Path(folder), asked.rounds, asked.messages)


if __name__ == "__main__":
    main()
