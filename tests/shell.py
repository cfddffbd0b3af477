"""The program `postdesk` in a test: commands typed on a desk in a temporary folder."""

import io
import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from postdesk.daemon.cli import main
from postdesk.daemon.config import Config, load

CONFIG = """
[desk]
name = "Example Support"
address = "support@example.com"
send_delay = "0s"
timezone = "Europe/Berlin"
[smtp]
listen = "127.0.0.1:0"
[web]
listen = ""
"""
PEOPLE = """
[agent.anna]
name = "Anna Berg"
addresses = ["anna@example.com"]
"""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Shell:
    """Somebody at a shell, in the folder of a desk."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.file = folder / "config.toml"
        self.file.write_text(CONFIG)
        (folder / "rules").mkdir()
        (folder / "rules" / "10-people.toml").write_text(PEOPLE)
        self._capsys = capsys

    @property
    def config(self) -> Config:
        return load(self.file, {})

    def types(self, *words: str, pipe: bytes | None = None) -> Said:
        """``postdesk --config ... WORDS``, with ``pipe`` on standard input."""
        return self.says("--config", str(self.file), *words, pipe=pipe)

    def says(self, *words: str, pipe: bytes | None = None) -> Said:
        """``postdesk WORDS``."""
        before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(pipe or b""), "utf-8")
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        self._capsys.readouterr()
        try:
            code = main(words)
        finally:
            sys.stdin = before
            root.handlers[:] = handlers
            root.setLevel(level)
            logging.captureWarnings(False)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(code, said.out, said.err)

    def opens(self, subject: str, text: str, sender: str = "petra@kunde.example") -> int:
        """A new ticket's number."""
        said = self.types("new", "--from", sender, "--subject", subject, "--text", text)
        assert said.code == 0, said.err
        return int(said.out)
