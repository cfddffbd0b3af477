"""A Dovecot of our own: one user, one Maildir, free loopback ports, its own process to end."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from real.parts import real_part

USER, PASSWORD = "support", "dovecot-secret"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 0
mail_home = {home}/mail
mail_location = maildir:~/Maildir
disable_plaintext_auth = no
auth_mechanisms = plain login
mailbox_idle_check_interval = 1 secs
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
ssl_dh =
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  process_limit = 20
}}
"""


@dataclass
class Dovecot:
    """The server; ``deliver`` puts mail into its INBOX as a delivery agent would."""

    home: Path
    port: int
    tls_port: int
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    delivered: int = 0

    @property
    def maildir(self) -> Path:
        return self.home / "mail/Maildir"

    @property
    def ca_file(self) -> Path:
        return self.home / "cert.pem"

    def start(self) -> None:
        """Run the server until ``stop`` or ``kill``; returns when it greets."""
        config = self.home / "dovecot.conf"
        command = [real_part("dovecot"), "-F", "-c", str(config)]
        self.running = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        self._wait_for_greeting()

    def stop(self) -> None:
        """End it in order."""
        if self.running is not None:
            self.running.terminate()
            self.running.wait(20)
            self.running = None

    def kill(self) -> None:
        """End it at once, with every connection it holds."""
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(20)
            self.running = None
            for lock in self.maildir.rglob("*.lock"):  # Dovecot waits two minutes for the dead
                lock.unlink(missing_ok=True)

    def deliver(self, raw: bytes, age: timedelta = timedelta(0)) -> None:
        """A mail that arrived so long ago (INTERNALDATE is the file's time)."""
        self.delivered += 1
        name = f"{self.delivered}.{os.getpid()}.here"
        temporary = self.maildir / "tmp" / name
        temporary.write_bytes(raw)
        when = (datetime.now(UTC) - age).timestamp()
        os.utime(temporary, (when, when))
        shutil.chown(temporary, mail_user())
        temporary.rename(self.maildir / "new" / name)

    def mails_in(self, folder: str) -> list[bytes]:
        """What lies in INBOX ("") or in another folder, as CRLF mail."""
        return [path.read_bytes() for path in self._files_of(folder)]

    def count_in(self, folder: str) -> int:
        """How many mails lie there, also while the server moves them about."""
        return len({path.name.partition(":")[0] for path in self._files_of(folder)})

    def _files_of(self, folder: str) -> list[Path]:
        place = self.maildir / (f".{folder}" if folder else "")
        return [path for sub in ("new", "cur") for path in sorted((place / sub).glob("*"))]

    def forget_uids(self) -> None:
        """Lose the index, as after a restore: UIDVALIDITY changes."""
        for path in self.maildir.glob("dovecot*"):
            path.unlink()

    def _wait_for_greeting(self) -> None:
        assert self.running is not None
        while self.running.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 10) as sock:
                    if sock.recv(4).startswith(b"* OK"):
                        return
            except OSError:  # refused: not yet up; reset: up, but not yet ready to greet
                select([], [], [], 0.05)
        raise RuntimeError(f"Dovecot did not start:\n{(self.home / 'log').read_text()}")


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """A server with an empty INBOX; nothing of it is left afterwards."""
    real_part("dovecot")
    home = Path(tempfile.mkdtemp(prefix="postdesk-dovecot-"))
    server = Dovecot(home, *_free_ports())
    try:
        _furnish(server)
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(home, ignore_errors=True)


def _furnish(server: Dovecot) -> None:
    server.home.chmod(0o755)
    for sub in ("tmp", "new", "cur"):
        (server.maildir / sub).mkdir(parents=True)
    user = mail_user()
    for path in (server.home / "mail", *(server.home / "mail").rglob("*")):
        shutil.chown(path, user)
    _write_certificate(server.home)
    ports = {"port": server.port, "tls_port": server.tls_port}
    words = {"home": server.home, "password": PASSWORD, **_people(user), **ports}
    (server.home / "dovecot.conf").write_text(CONFIG.format(**words))


def mail_user() -> str:
    """Mail belongs to nobody in particular, but never to root."""
    return "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _people(user: str) -> dict[str, str]:
    """Who the parts of the server run as: root gives them away, others keep them."""
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    if os.geteuid() != 0:
        people = {"internal": user, "internal_group": group, "login": user}
    else:
        people = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"}
    return {**people, "user": user, "group": group}


def _write_certificate(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    (home / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (home / "key.pem").touch(mode=0o600)
    (home / "key.pem").write_bytes(private)


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]
