"""A Postfix of our own: config, queue and log in one folder, one loopback port, its own process."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select
from types import MappingProxyType

from real.parts import missing, real_part

TRIES = 3  # another process may take the free port before the server does
NOTHING: Mapping[str, str] = MappingProxyType({})

QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush"),
    *("hold", "incoming", "private", "saved", "trace"),
)

# Nothing is chrooted: the daemons find what they need where the package put it.
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60    1 pickup
cleanup   unix n - n -     0 cleanup
qmgr      unix n - n 300   1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n -     - trivial-rewrite
bounce    unix - - n -     0 bounce
defer     unix - - n -     0 bounce
trace     unix - - n -     0 bounce
verify    unix - - n -     1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n -     - proxymap
smtp      unix - - n -     - smtp
relay     unix - - n -     - smtp
showq     unix n - n -     - showq
error     unix - - n -     - error
retry     unix - - n -     - error
discard   unix - - n -     - discard
lmtp      unix - - n -     - lmtp
anvil     unix - - n -     1 anvil
scache    unix - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def settings(folder: Path, relayhost: str | None) -> dict[str, str]:
    """A relay for loopback only, which asks no name server and delivers nothing on its own."""
    held = {"smtpd_data_restrictions": "check_client_access static:HOLD"}
    onward = {"relayhost": relayhost} if relayhost else held
    return {
        "compatibility_level": "3.6",
        "queue_directory": f"{folder}/queue",
        "data_directory": f"{folder}/data",
        "maillog_file": f"{folder}/log",
        "maillog_file_prefixes": str(folder),
        "myhostname": "relay.example",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "mydestination": "",
        "local_transport": "error:nobody lives here",
        "alias_maps": "",
        "disable_dns_lookups": "yes",
        "smtp_host_lookup": "native",
        "smtpd_peername_lookup": "no",
        "notify_classes": "",
        "import_environment": "MAIL_CONFIG TZ=UTC",
        **onward,
    }


@contextmanager
def running_postfix(
    tmp: Path, *, relayhost: str | None = None, extra: Mapping[str, str] = NOTHING
) -> Iterator[int]:
    """The port of a private Postfix, which relays to ``relayhost`` or holds all it takes.

    ``relayhost`` is written as in main.cf, "[127.0.0.1]:2525"; ``extra`` are more lines of
    main.cf. The log is left in ``tmp/postfix.log``; ``held_letters`` reads what is held.
    """
    real_part("postfix")
    if os.geteuid() != 0:
        missing("Postfix wants to be started by root")
    # Not below pytest's own folder: that is closed to the user the daemons run as.
    folder = Path(tempfile.mkdtemp(prefix="postdesk-postfix-"))
    try:
        server, port = _start(folder, settings(folder, relayhost) | dict(extra))
        (tmp / "postfix-config").symlink_to(folder / "config")
        try:
            yield port
        finally:
            _stop(server)
            (tmp / "postfix-config").unlink()
    finally:
        if (folder / "log").exists():
            shutil.copy(folder / "log", tmp / "postfix.log")
        shutil.rmtree(folder, ignore_errors=True)


def held_letters(tmp: Path) -> list[bytes]:
    """The letters in the hold queue of the Postfix running with this ``tmp``, with CRLF ends."""
    config = (tmp / "postfix-config").resolve()
    held = sorted((config.parent / "queue" / "hold").rglob("*"))
    return [_letter(config, path.name) for path in held if path.is_file()]


def _letter(config: Path, name: str) -> bytes:
    command = ["postcat", "-c", str(config), "-bh", "-q", name]
    shown = subprocess.run(command, capture_output=True, check=True)
    return shown.stdout.replace(b"\n", b"\r\n")


def _furnish(folder: Path) -> None:
    """The folders as "postfix check" would make them, which takes seconds each time."""
    folder.chmod(0o755)
    for name in ("config", "queue", "queue/pid"):
        (folder / name).mkdir()
    for name in ("data", *(f"queue/{name}" for name in QUEUES)):
        (folder / name).mkdir(mode=0o700)
        shutil.chown(folder / name, "postfix")
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        place = folder / "queue" / name
        place.mkdir()
        shutil.chown(place, "postfix", "postdrop")
        place.chmod(mode)


def _start(folder: Path, lines: Mapping[str, str]) -> tuple["subprocess.Popen[bytes]", int]:
    """Run the master process in the foreground until it greets."""
    _furnish(folder)
    main = "".join(f"{name} = {value}\n" for name, value in lines.items())
    (folder / "config" / "main.cf").write_text(main)
    for _ in range(TRIES):
        port = _free_port()
        (folder / "config" / "master.cf").write_text(MASTER.format(port=port))
        server = _run_master(folder / "config")
        if _greets(server, port):
            return server, port
        _stop(server)
    log = folder / "log"
    raise RuntimeError(f"Postfix did not start:\n{log.read_text() if log.exists() else 'no log'}")


def _run_master(config: Path) -> "subprocess.Popen[bytes]":
    asked = ["postconf", "-c", str(config), "-h", "daemon_directory"]
    daemons = subprocess.run(asked, capture_output=True, check=True, text=True).stdout.strip()
    return subprocess.Popen(
        [f"{daemons}/master", "-c", str(config), "-s"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End the master, which ends its daemons; none may outlive its folder."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)


def _greets(server: "subprocess.Popen[bytes]", port: int) -> bool:
    while server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as line:
                if line.recv(4).startswith(b"220"):
                    line.sendall(b"QUIT\r\n")
                    return True
        except ConnectionError:
            select([], [], [], 0.05)
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
