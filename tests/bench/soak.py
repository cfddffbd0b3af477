"""Mixed mail into one daemon for a long time: is every mail a ticket, and does memory stay?

    python tests/bench/soak.py [--minutes 60] [--per-second 5] [--folder /var/tmp]

Runs ``postdesk run`` on a throwaway desk with SQLite and a Maildir, writes to it through its SMTP
port, and prints a line each minute. Ends with 1 when a mail is missing, doubled or held.
"""

import argparse
import json
import os
import random
import select
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

WORDS = ("printer", "invoice", "Rechnung", "login", "commande", "注文", "заказ", "🙂", "broken")
CONFIG = """
[desk]
address = "support@example.com"
[smtp]
listen = "127.0.0.1:{port}"
[web]
listen = ""
"""
PEOPLE = '[agent.anna]\nname = "Anna Berg"\naddresses = ["anna@example.com"]\nrole = "agent"\n'
PATIENCE = 300  # seconds for what was accepted to become tickets


def main() -> int:
    """Exit code: 0 when every mail became one ticket."""
    words = argparse.ArgumentParser(description="mixed mail into one daemon for a long time")
    words.add_argument("--minutes", type=float, default=60)
    words.add_argument("--per-second", type=float, default=5)
    words.add_argument("--folder", type=Path, default=None)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        desk = Path(folder)
        with running(desk) as (daemon, port):
            sent = write_for(asked.minutes * 60, asked.per_second, daemon.pid, port)
            return verdict(desk, sent)


@contextmanager
def running(desk: Path) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    """The daemon of a new desk, and its SMTP port; ended in order."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    (desk / "rules").mkdir()
    (desk / "config.toml").write_text(CONFIG.format(port=port))
    (desk / "rules/10-people.toml").write_text(PEOPLE)
    with (desk / "log").open("wb") as log:
        daemon = subprocess.Popen(command(desk, "run"), stdout=log, stderr=log)
    try:
        while "postdesk is ready" not in (desk / "log").read_text():
            if daemon.poll() is not None:
                raise SystemExit((desk / "log").read_text())
            time.sleep(0.05)
        yield daemon, port
    finally:
        daemon.terminate()
        daemon.wait(60)


def write_for(seconds: float, per_second: float, pid: int, port: int) -> int:
    """Write mails evenly for so long; how many were accepted."""
    dice = random.Random(1)
    start = time.monotonic()
    sent = minute = 0
    while (passed := time.monotonic() - start) < seconds:
        if passed >= sent / per_second:
            write(port, letter(dice, sent))
            sent += 1
        else:
            select.select([], [], [], sent / per_second - passed)
        if passed // 60 > minute:
            minute = int(passed // 60)
            print(f"{minute:5} min {sent:8,} mails {memory(pid):6.0f} MB", flush=True)
    print(f"{seconds / 60:5.1f} min {sent:8,} mails {memory(pid):6.0f} MB", flush=True)
    return sent


def write(port: int, mail: EmailMessage) -> None:
    """One mail on a connection of its own, as most come."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
        line.send_message(mail)


def letter(dice: random.Random, number: int) -> EmailMessage:
    """A new question of somebody, now and then with a large file."""
    mail = EmailMessage()
    mail["From"] = f"Customer {number} <customer{number}@kunde.example>"
    mail["To"] = "support@example.com"
    mail["Subject"] = f"{dice.choice(WORDS)} {number}"
    mail["Message-ID"] = f"<{number}.soak@kunde.example>"
    mail.set_content(" ".join(dice.choices(WORDS, k=dice.choice([5, 50, 500]))))
    if dice.random() < 0.1:
        file = dice.randbytes(dice.choice([10_000, 300_000, 3_000_000]))
        mail.add_attachment(file, maintype="image", subtype="png", filename="screen.png")
    return mail


def verdict(desk: Path, sent: int) -> int:
    """Wait until all is done, then count: 0 when every mail is one ticket."""
    end = time.monotonic() + PATIENCE
    titles = sorted(titles_of(desk, sent))
    while len(titles) < sent and time.monotonic() < end:
        time.sleep(1)
        titles = sorted(titles_of(desk, sent))
    waiting = told(desk, "spool", "list")
    numbers = {title.rpartition(" ")[2] for title in titles}
    print(f"{sent:,} mails, {len(titles):,} tickets, {len(numbers):,} different", end="")
    print(f", {len(waiting):,} in the spool")
    return 0 if len(titles) == len(numbers) == sent and not waiting else 1


def titles_of(desk: Path, limit: int) -> list[str]:
    """The titles of all tickets."""
    return [t["title"] for t in told(desk, "list", "--view", "all", "--limit", str(limit + 10))]


def told(desk: Path, *words: str) -> list[dict[str, Any]]:
    """What a command of the program lists."""
    out = subprocess.run(command(desk, *words, "--json"), capture_output=True, check=True).stdout
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def command(desk: Path, *words: str) -> list[str]:
    """The program on this desk."""
    return [sys.executable, "-m", "postdesk", "--config", str(desk / "config.toml"), *words]


def memory(pid: int) -> float:
    """Resident megabytes of the daemon and its workers."""
    tree = {pid}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            tree.add(int(entry.parent.name))
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in tree)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())
