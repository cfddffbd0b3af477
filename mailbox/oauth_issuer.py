"""The issuer of OAuth2 tokens: one question by HTTPS POST, one answer (RFC 6749)."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import IO, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from postdesk.mailbox.imap_account import SecretError

PATIENCE = 20.0  # seconds for an answer of the issuer
ANSWER_BYTES = 65_536
WORDS_LENGTH = 140  # characters of another's words that are shown; ours must fit beside them

_LOOPBACK = ("127.0.0.1", "localhost")


class TokenTrouble(SecretError, OSError):
    """No token could be had; ``str()`` is a sentence for the admin with nothing secret in it.

    An OSError too, as a relay that cannot be reached is: what waits for a token tries later.
    """


class IssuerAway(TokenTrouble):
    """The issuer cannot answer now; it passes by itself."""


class LoginNeeded(TokenTrouble):
    """Only a person can help, by logging in again."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the config says of one account's tokens."""

    name: str  # "imap.support": whose they are, for sentences
    client_id: str = ""
    client_secret: Callable[[], str] | None = field(default=None, repr=False)
    token_url: str = ""
    scope: str = ""
    device_url: str = ""
    authorize_url: str = ""
    token_command: str = ""  # prints an access token; nothing else is used then
    user: str = ""  # the mailbox, so that a login page can offer it
    folder: Path | None = None  # where token_command runs

    def secret(self) -> str:
        """The client's secret, ``""`` where it has none. May raise SecretError."""
        return self.client_secret() if self.client_secret else ""


class Answer(NamedTuple):
    """What an issuer said: its fields, and its error code, ``""`` when it gave what was asked."""

    fields: Mapping[str, object]
    error: str
    words: str  # the error as a person may read it

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""

    def seconds(self, key: str, usual: float) -> float:
        """A span of time; some issuers write numbers as strings."""
        try:
            found = float(str(self.fields.get(key, usual)))
        except ValueError:
            return usual
        return found if 0 < found < 1e9 else usual


def ask(
    settings: Settings, url: str, fields: Mapping[str, str], *, hide: tuple[str, ...] = ()
) -> Answer:
    """One POST to the issuer, with the client's name and secret (RFC 6749 2.3.1).

    A refusal is an answer. Raises IssuerAway where none comes that can be read. What is in
    ``hide`` stays out of the words, and so does the secret.
    """
    _check_url(settings, url)
    secret = settings.secret()
    sent = {"client_id": settings.client_id, **fields}
    if secret:
        sent["client_secret"] = secret
    status, raw = _post(settings, url, urlencode(sent).encode())
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise IssuerAway(f"{settings.name}: {host_of(url)} answered {status} without JSON")
    return _answer(said, status, tuple(filter(None, (secret, *hide))))


def _answer(said: dict[str, object], status: int, hide: tuple[str, ...]) -> Answer:
    error = said.get("error")
    if not error and status == 200:
        return Answer(said, "", "")
    code = error if isinstance(error, str) else f"HTTP {status}"
    more = said.get("error_description")
    words = f"{code}: {more}" if isinstance(more, str) and more else code
    return Answer(said, code, shown(words, hide))


class _NoRedirect(HTTPRedirectHandler):
    """A secret goes where the config says, and nowhere else."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> None:
        return None


def _post(settings: Settings, url: str, form: bytes) -> tuple[int, bytes]:
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "postdesk",
    }
    request = Request(url, form, headers)
    # A proxy of the environment is for the world outside, not for this machine.
    opener = build_opener(_NoRedirect(), *([ProxyHandler({})] if _is_loopback(url) else []))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return int(answer.status), answer.read(ANSWER_BYTES)
    except HTTPError as error:
        with error:
            return error.code, _rest(error)
    except (OSError, HTTPException, ValueError) as error:
        raise IssuerAway(f"{settings.name}: no token: {host_of(url)}: {_why(error)}") from None


def _rest(error: HTTPError) -> bytes:
    try:
        return error.read(ANSWER_BYTES)
    except (OSError, HTTPException):
        return b""


def _why(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    match reason:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted: {reason.verify_message}"
        case TimeoutError():
            return f"no answer in {PATIENCE:.0f} s"
        case OSError():
            return reason.strerror or type(reason).__name__
        case _:
            return "it does not speak HTTP as expected"


def _check_url(settings: Settings, url: str) -> None:
    """Tokens travel encrypted; only a test on this very machine may do without."""
    try:
        parts = urlsplit(url)
        safe = parts.scheme == "https" or _is_loopback(url)
        usable = safe and bool(parts.hostname) and not parts.username
    except ValueError:
        usable = False
    if not usable:
        raise TokenTrouble(f"{settings.name}: {url[:100]!r} is no https URL")


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def host_of(url: str) -> str:
    """Host and port of a URL, as a sentence names them."""
    return urlsplit(url).netloc.rpartition("@")[2]


def shown(words: str, hide: tuple[str, ...]) -> str:
    """Another's words as one short line, without what must not be shown."""
    for secret in filter(None, hide):
        words = words.replace(secret, "...")
    line = "".join(c if c.isprintable() else " " for c in words[: 10 * WORDS_LENGTH])
    return " ".join(line.split())[:WORDS_LENGTH].rstrip()
