"""The program as a process of its own: heard to be ready, told to end, killed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Self

PROGRAM = str(Path(sys.executable).with_name("postdesk"))
PATIENCE = 60.0  # seconds; a busy machine needs some for a start
READY = "postdesk is ready"

CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
send_delay = "0s"
[database]
url = "{database}"
[smtp]
listen = "{listen}"
[relay]
url = "{relay}"
[web]
listen = ""
"""

PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]

[agent.bob]
name = "Bob Stone"
addresses = ["bob@example.com"]
"""


def desk_at(
    folder: Path, *, database: str = "", relay: str = "maildir:var/outbox", port: int = 0
) -> Path:
    """A small desk in this folder; its config.toml."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "10-people.toml").write_text(PEOPLE)
    config = folder / "config.toml"
    config.write_text(
        CONFIG.format(
            database=database or "sqlite:///var/postdesk.db",
            listen=f"127.0.0.1:{port}",
            relay=relay,
        )
    )
    return config


class Program:
    """`postdesk --config CONFIG WORDS`; what it says is read while it runs. Killed at the end."""

    def __init__(self, config: Path, *words: str, crash: str = "") -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("POSTDESK_")}
        self.process = subprocess.Popen(
            [PROGRAM, "--config", str(config), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**kept, "POSTDESK_CRASHPOINT": crash} if crash else kept,
            text=True,
            errors="replace",
        )
        self._said: list[str] = []
        self._news = Condition()
        self._silent = False  # its standard error is closed
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ends()

    @property
    def said(self) -> str:
        with self._news:
            return "".join(self._said)

    @property
    def port(self) -> int:
        """Where it takes mail, as it says itself."""
        found = re.search(r"SMTP on \S+:(\d+)$", self.said, re.MULTILINE)
        assert found, self.said
        return int(found[1])

    def ready(self) -> Self:
        """Wait until it says so."""
        assert self.says(READY), f"it ended before it was ready:\n{self.said}"
        return self

    def says(self, words: str, times: int = 1) -> bool:
        """Wait for so many lines with these words; False when it ends before."""

        def enough() -> bool:
            return sum(words in line for line in self._said) >= times

        with self._news:
            heard = self._news.wait_for(lambda: enough() or self._silent, PATIENCE)
            assert heard, f"not {times} times {words!r} in:\n{''.join(self._said)}"
            return enough()

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self) -> int:
        """Wait for its end and its workers'; its exit code, or minus the signal that ended it."""
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end:\n{self.said}") from None
        self._reader.join(PATIENCE)
        assert not self._reader.is_alive(), f"a worker outlives it:\n{self.said}"
        return code

    def _read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as stream:
            for line in stream:
                with self._news:
                    self._said.append(line)
                    self._news.notify_all()
        with self._news:
            self._silent = True
            self._news.notify_all()
