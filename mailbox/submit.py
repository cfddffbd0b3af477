"""How letters leave the house: the transport that ``[relay] url`` names."""

import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from postdesk.mailbox.submit_local import Maildir, OneByOne, Sendmail
from postdesk.mailbox.submit_smtp import Relay, SmtpRelay
from postdesk.mailbox.verdict import Deferred, Outgoing, Refused, Sent, Verdict

__all__ = [
    "Deferred", "OneByOne", "Outgoing", "Refused", "Sent", "Transport", "Verdict", "transport",
]  # fmt: skip

SENDMAIL = "/usr/sbin/sendmail"
FORMS = (
    "maildir:FOLDER, smtp://HOST:25, smtp+starttls://USER@HOST:587, "
    "smtps://USER@HOST:465, sendmail:"
)


@dataclass(frozen=True, slots=True)
class _Scheme:
    tls: str
    port: int


_SCHEMES = {
    "smtp": _Scheme("none", 25),
    "smtp+starttls": _Scheme("starttls", 587),
    "smtps": _Scheme("implicit", 465),
}


class Transport(Protocol):
    """Takes one letter for one recipient to the next hop; used by one thread."""

    @property
    def size_limit(self) -> int | None:
        """Bytes the next hop takes at most; None while that is not known or not limited."""

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        """Hand the letter over and say what became of it; ``mail_from`` "" is the null path."""

    def send_all(self, letters: Iterable[Outgoing]) -> Iterator[Verdict]:
        """As ``send`` for each, a verdict for each in their order; a letter may be asked for
        before the verdict on the one before it is known."""

    def close(self) -> None:
        """Let go of what is held open; a later ``send`` opens it again."""


def transport(
    url: str,
    base: Path,
    *,
    password: str | None = None,
    hostname: str = "localhost",
    oauth: Callable[[], str] | None = None,
    forget: Callable[[], None] | None = None,
) -> Maildir | Sendmail | SmtpRelay:
    """The transport for ``url``; relative paths are relative to ``base``.

    ``hostname`` is what we call ourselves (EHLO). ``oauth`` gives an access token and is used
    instead of the password; ``forget`` is called when the relay refuses it, for another one.
    SMTP takes ``?ca=FILE`` (trust this authority) and ``?insecure=1`` (check no certificate: for
    a lab). Raises ValueError with a sentence for a url that will not do.
    """
    scheme, colon, rest = url.strip().partition(":")
    match scheme.lower():
        case "maildir" if not rest.strip("/") or rest.startswith("//"):
            raise ValueError("relay url: maildir: wants a folder, as in maildir:var/outbox")
        case "maildir":
            return Maildir(base / rest)
        case "sendmail":
            return Sendmail(base / (rest or SENDMAIL))
        case smtp if smtp in _SCHEMES and rest.startswith("//"):
            known = _relay(_split(url.strip()), base, password, hostname, oauth)
            return SmtpRelay(replace(known, forget=forget))
        case _:
            begun = f"{scheme}:" if colon and scheme.isascii() else "it"
            raise ValueError(f"relay url: {begun[:20]} is no transport; write one of: {FORMS}")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise ValueError("relay url: an IPv6 address stands in brackets, smtp://[::1]:25") from None


def _relay(
    url: SplitResult,
    base: Path,
    password: str | None,
    hostname: str,
    oauth: Callable[[], str] | None,
) -> Relay:
    """What an SMTP url says, with everything wrong told before the first letter needs it."""
    scheme = _SCHEMES[url.scheme]
    host, port = _place(url, scheme.port)
    user = unquote(url.username or "")
    if user and not (password or oauth):
        raise ValueError(
            "relay url: it names a user; give [relay] password_file, or leave USER@ out"
        )
    if user and scheme.tls == "none" and not _is_here(host):
        raise ValueError(
            "relay url: smtp:// would send the password in clear; "
            "write smtp+starttls:// (port 587) or smtps:// (port 465)"
        )
    if scheme.tls == "none" and (url.query or url.fragment):
        raise ValueError("relay url: ca= and insecure= belong to smtp+starttls:// and smtps://")
    context = _context(url, base) if scheme.tls != "none" else None
    known_as = oauth if user else None
    return Relay(host, port, hostname, scheme.tls, context, user, password or "", known_as)


def _place(url: SplitResult, default_port: int) -> tuple[str, int]:
    if url.password is not None:
        raise ValueError("relay url: no password in it, please; write it to [relay] password_file")
    if not url.hostname or url.path not in ("", "/"):
        raise ValueError(f"relay url: write {url.scheme}://HOST:{default_port} and nothing behind")
    try:
        return url.hostname, url.port or default_port
    except ValueError:
        raise ValueError("relay url: the port is a number from 1 to 65535") from None


def _is_here(host: str) -> bool:
    """Whether the relay is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _context(url: SplitResult, base: Path) -> ssl.SSLContext:
    """Certificates are checked, unless the url says not to."""
    options = dict(parse_qsl(url.query, keep_blank_values=True))
    authority, insecure = options.pop("ca", ""), options.pop("insecure", "0")
    if options or insecure not in ("0", "1"):
        raise ValueError("relay url: behind the ? may stand ca=FILE or insecure=1")
    try:
        context = ssl.create_default_context(cafile=base / authority if authority else None)
    except OSError as error:
        raise ValueError(f"relay url: cannot use ca={authority}: {error.strerror}") from None
    if insecure == "1":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
