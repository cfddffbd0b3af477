"""A desk to measure: `postdesk run` as a process of its own, a sink for its letters, its memory."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
send_delay = "0s"
[smtp]
listen = "127.0.0.1:{port}"
[relay]
url = "{relay}"
[web]
listen = ""
"""
PEOPLE = '[agent.anna]\nname = "Anna Berg"\naddresses = ["anna@example.com"]\nrole = "agent"\n'
PATIENCE = 120.0  # seconds
LOOK = 0.002  # seconds between two looks at a log or a table
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that said it is ready."""

    folder: Path
    pid: int
    port: int
    took: float  # seconds from its start to `postdesk is ready`

    @property
    def processes(self) -> list[int]:
        """The daemon and its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def megabytes(self, kind: str) -> float:
        """Memory of all its processes: "Rss", or "Pss" where shared pages count once."""
        return sum(_kilobytes(pid, kind) for pid in self.processes) / 1024

    def cpu_seconds(self) -> tuple[float, float]:
        """CPU time used so far, by the daemon and by its workers."""
        daemon, *workers = map(cpu_seconds, self.processes)
        return daemon, sum(workers)

    def database(self) -> sqlite3.Connection:
        """Its tickets, to look at and not to touch."""
        return looking_at(self.folder / "var/postdesk.db")

    def spool(self) -> sqlite3.Connection:
        """Its mails, to look at."""
        return looking_at(self.folder / "var/spool.db")


def looking_at(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    uri = f"{path.as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


@contextmanager
def running(folder: Path, *, relay: str, more: str = "") -> Iterator[Running]:
    """A new desk in ``folder``, its daemon started; ended in order."""
    port = free_port()
    write_desk(folder, relay=relay, port=port, more=more)
    command = [sys.executable, "-m", "postdesk", "--config", str(folder / "config.toml"), "run"]
    began = time.monotonic()
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        while "postdesk is ready" not in (folder / "log").read_text():
            if daemon.poll() is not None:
                raise SystemExit((folder / "log").read_text())
            time.sleep(LOOK)
        yield Running(folder, daemon.pid, port, time.monotonic() - began)
    finally:
        daemon.terminate()
        daemon.wait(60)


def write_desk(folder: Path, *, relay: str, port: int, more: str = "") -> None:
    """The files of a small desk with one agent."""
    (folder / "rules").mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG.format(port=port, relay=relay) + more)
    (folder / "rules/10-people.toml").write_text(PEOPLE)


@contextmanager
def sink() -> Iterator[str]:
    """Postfix's smtp-sink, which takes every letter and keeps none; its URL for [relay]."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    if program is None:
        raise SystemExit("smtp-sink is not installed (Debian: apt-get install postfix)")
    port = free_port()
    command = [program, *(["-u", "nobody"] if os.geteuid() == 0 else []), f"127.0.0.1:{port}", "64"]
    child = subprocess.Popen(command)
    try:
        wait_for(port)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(10)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens there, at most ten seconds."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise SystemExit(f"nothing listens on port {port}")


def _kilobytes(pid: int, kind: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # a worker that has just been replaced
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))


def cpu_seconds(pid: int, *, ended_children: bool = False) -> float:
    """CPU time that a process has used, and its children that have ended where that is asked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended_children else 13])) / TICKS
