"""A PostgreSQL of our own: one cluster for a whole test run, one fresh database for each test.

The process that makes the ``Cluster`` stops it; the workers of the same run find it by its folder.
"""

import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from real.parts import missing, real_part

OWNER = "postdesk"
# Speed over safety: what is in it does not outlive the run.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
shared_buffers = 32MB
timezone = 'UTC'
"""
TRIES = 3  # another process may take the free port before the server does


@dataclass(frozen=True, slots=True)
class Cluster:
    """One private server in one folder; started by the first test that asks for it."""

    folder: Path

    @classmethod
    def reserve(cls) -> "Cluster":
        """A place for a cluster; nothing is started yet."""
        # Not below pytest's own folder: that is closed to the user the server runs as.
        folder = Path(tempfile.mkdtemp(prefix="postdesk-postgres-"))
        if user := _server_user():
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        return cls(folder)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def server(self) -> str:
        """The URL of the server without a database; starts the server when nobody has."""
        bins = Path(real_part("initdb")).resolve().parent
        with _locked(self.folder / "lock"):
            if not (port := self._port()):
                port = self._start(bins)
        return f"postgresql://{OWNER}@127.0.0.1:{port}"

    def stop(self) -> None:
        """End the server, when it was started, and leave no file behind."""
        if self._port():
            bins = Path(real_part("initdb")).resolve().parent
            _run(bins / "pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _port(self) -> int:
        note = self.folder / "port"
        return int(note.read_text()) if note.exists() else 0

    def _start(self, bins: Path) -> int:
        _run(
            *(bins / "initdb", "-D", self._data, "-U", OWNER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
        )
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS)
        log = self.folder / "log"
        for _ in range(TRIES):
            port = _free_port()
            args = ("-D", self._data, "-l", log, "-o", f"-p {port}", "-w", "-t", "60", "start")
            if _run(bins / "pg_ctl", *args, check=False):
                (self.folder / "port").write_text(str(port))
                return port
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards, whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    _order(server, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    try:
        yield f"{server}/{name}"
    finally:
        _order(server, "DROP DATABASE {} WITH (FORCE)", name)


def _order(server: str, command: LiteralString, name: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL(command).format(sql.Identifier(name)))


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    missing("PostgreSQL cannot run as root, and there is no user postgres")


def _run(program: Path, *args: str | Path, check: bool = True) -> bool:
    user = _server_user()
    ended = subprocess.run(
        [program, *args],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        text=True,
        check=False,
    )
    if check and ended.returncode:
        raise RuntimeError(f"{program.name} failed:\n{ended.stdout}")
    return ended.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
