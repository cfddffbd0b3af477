"""Secrets of the config: read when they are needed, shown to nobody by accident."""

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Form = Literal["", "_file", "_command", "_env"]
FORMS: tuple[Form, ...] = ("", "_file", "_command", "_env")
NAMES = ("password", "client_secret")

_PATIENCE = 30  # seconds for a command: a password store may ask an agent or a token
_MOST = 65_536  # bytes of a secret's file: anything longer is some other file


class SecretUnreadable(Exception):
    """A secret could not be read; ``str()`` says which, why, and holds nothing secret."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret comes from. ``reveal`` reads it anew each time, so that it can be rotated."""

    key: str  # as in the config: "imap.support.password_file"
    form: Form
    value: str = field(repr=False)  # the secret itself only where form is ""
    base: Path = field(default=Path(), repr=False)
    env: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def path(self) -> tuple[str, ...]:
        """The key as the names of its tables and its own: a mailbox may have dots in its name."""
        table, _, rest = self.key.partition(".")
        if table != "imap":
            return (table, rest)
        name, _, last = rest.rpartition(".")
        return (table, name, last)

    def reveal(self) -> str:
        """The secret in clear. Raises SecretUnreadable."""
        if not self.form:
            return self.value
        secret = self._read()
        if not secret:
            raise SecretUnreadable(f"{self.key}: {self.value!r} gives nothing")
        return secret

    def _read(self) -> str:
        match self.form:
            case "_file":
                return self._from_file()
            case "_command":
                return self._from_command()
            case _:
                return self._from_environment()

    def _from_file(self) -> str:
        path = self.base / self.value
        try:
            with path.open("rb") as file:
                raw = file.read(_MOST + 1)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "not a file name"
            raise SecretUnreadable(f"{self.key}: cannot read {path}: {why}") from None
        if len(raw) > _MOST:
            raise SecretUnreadable(f"{self.key}: {path} is too long to be a secret")
        return self._text(raw).rstrip("\r\n")

    def _from_command(self) -> str:
        try:
            done = subprocess.run(  # no shell: what the words hold is never interpreted
                shlex.split(self.value),
                cwd=self.base,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            why = f"no answer within {_PATIENCE} s"
            raise SecretUnreadable(f"{self.key}: {self.value!r}: {why}") from None
        except (OSError, ValueError, IndexError) as error:  # the last: no words at all
            why = getattr(error, "strerror", None) or "not a command"
            raise SecretUnreadable(f"{self.key}: cannot run {self.value!r}: {why}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()[:200]
            why = f"failed with {done.returncode}" + (f": {said}" if said else "")
            raise SecretUnreadable(f"{self.key}: {self.value!r} {why}")
        return self._text(done.stdout.partition(b"\n")[0]).rstrip("\r")

    def _from_environment(self) -> str:
        if self.value not in self.env:
            raise SecretUnreadable(f"{self.key}: the environment has no {self.value}")
        return self.env[self.value]

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise SecretUnreadable(f"{self.key}: {self.value!r} is not UTF-8") from None
