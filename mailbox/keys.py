"""The key ring: the secrets that sign our marks, newest first, in one file of the state folder."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KIDS = "abcdefghijklmnopqrstuvwxyz234567"  # a key's name is one letter of the mark


@dataclass(frozen=True, slots=True)
class Key:
    """One secret and its one-letter name."""

    kid: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.kid})"


class KeyRing:
    """Signs with the newest key, verifies with any: marks made before a change stay good."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        self.newest = keys[0]
        self._keys = {key.kid: key for key in reversed(keys)}

    def get(self, kid: str) -> Key | None:
        """The key of this name."""
        return self._keys.get(kid)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys.values())


def read_ring(text: str) -> KeyRing:
    """A ring from its file: ``kid hex`` a line, newest first. ValueError says what is wrong."""
    keys = []
    for number, line in enumerate(text.splitlines(), 1):
        kid, _, secret = line.strip().partition(" ")
        if not kid or kid.startswith("#"):
            continue
        if len(kid) != 1 or kid not in KIDS or len(secret) < 32:
            raise ValueError(f"line {number} is not a key: a letter, a space, 64 hex digits")
        keys.append(Key(kid, bytes.fromhex(secret)))
    return KeyRing(tuple(keys))


def open_ring(path: Path) -> KeyRing:
    """The ring in this file; made at the first start, readable by its owner only.

    Two programs may start at once: both end up with the one that was there first.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"a {secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    try:
        return read_ring(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: {error}; put back the file from your backup") from error
