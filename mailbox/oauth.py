"""OAuth2 for mailboxes and relays: an access token whenever a login needs one (RFC 6749).

With a refresh token that ``oauth_login`` fetched, else with the client's own credentials, or a
command of the admin's prints the token.
"""

import logging
import os
import re
import shlex
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from postdesk.mailbox.oauth_issuer import (
    Answer,
    IssuerAway,
    LoginNeeded,
    Settings,
    TokenTrouble,
    ask,
    host_of,
    shown,
)

log = logging.getLogger(__name__)

COMMAND_PATIENCE = 30.0  # seconds: a password store may ask an agent
MARGIN = 60.0  # seconds before its end at which a token is no longer given out
UNTOLD_LIFE = 300.0  # seconds a token lives whose issuer does not tell (RFC 6749 5.1)
TOKEN_LENGTH = 16_384

# RFC 6749 4.1.2.1 has the two words; many issuers use them for tokens as well.
_PASSING = frozenset({"server_error", "temporarily_unavailable", "HTTP 429"}) | {
    f"HTTP {status}" for status in range(500, 600)
}
_TOKEN = re.compile(r"[\x21-\x7e]+")  # RFC 6749 A.12, and no white space: it goes into a line


class Tokens:
    """Access tokens of one account, each used until shortly before its end; for any threads."""

    def __init__(
        self,
        settings: Settings,
        keep: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``keep`` is the file of the refresh token; ``clock`` counts seconds."""
        self._settings = settings
        self._keep = keep
        self._clock = clock
        self._lock = threading.Lock()
        self._access = ""
        self._ends = 0.0
        self._unsaved = ""  # a new refresh token that could not be written

    def __repr__(self) -> str:
        return f"Tokens({self._settings.name!r})"

    def access(self) -> str:
        """A token that is good for at least a minute. Raises TokenTrouble, or SecretError."""
        with self._lock:
            if self._settings.token_command:
                return from_command(self._settings)
            if not self._access or self._clock() >= self._ends - MARGIN:
                self._fetch()
            return self._access

    def forget(self) -> None:
        """The server refused the token: the next one is fetched anew."""
        with self._lock:
            self._access = ""

    def _fetch(self) -> None:
        settings = self._settings
        began = self._clock()
        refresh = self._unsaved or (read_refresh(self._keep) if self._keep else "")
        answer = ask(settings, settings.token_url, self._grant(refresh), hide=(refresh,))
        if answer.error:
            self._access = ""
            raise _refused(settings, answer, by_login=bool(refresh))
        self._access = access_token(settings, answer)
        self._ends = began + answer.seconds("expires_in", UNTOLD_LIFE)
        self._rotate(refresh, answer.text("refresh_token"))

    def _grant(self, refresh: str) -> dict[str, str]:
        settings = self._settings
        if refresh:
            # The scope is the one of the login; another would be refused (RFC 6749 6).
            return {"grant_type": "refresh_token", "refresh_token": refresh}
        if settings.client_secret and not (settings.device_url or settings.authorize_url):
            return {"grant_type": "client_credentials"} | _scope(settings)
        raise LoginNeeded(f"{settings.name}: nobody has logged in yet; {_advice(settings)}")

    def _rotate(self, old: str, new: str) -> None:
        """RFC 6749 6: the issuer may replace the refresh token, and the old one is void then."""
        new = new or self._unsaved
        if not self._keep or not new or (new == old and not self._unsaved):
            return
        try:
            write_refresh(self._keep, new)
            self._unsaved = ""
        except OSError as error:
            # Lost with this process, but the token in hand is good, and we try again.
            self._unsaved = new
            log.error("%s: cannot keep the login: %s", self._settings.name, error.strerror)


def xoauth2(user: str, token: str) -> str:
    """The initial response of XOAUTH2, for IMAP and SMTP alike, before base64.

    Raises ValueError for what would break out of its line.
    """
    if re.search(r"[\x00-\x1f\x7f]", user + token):
        raise ValueError("a control code in a user name or token")
    return f"user={user}\1auth=Bearer {token}\1\1"


def read_refresh(path: Path) -> str:
    """The kept refresh token, ``""`` when there is none. Raises TokenTrouble for another file."""
    try:
        with path.open("rb") as file:
            raw = file.read(TOKEN_LENGTH + 2)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise TokenTrouble(f"cannot read {path}: {error.strerror}") from None
    token = raw.decode("latin-1").strip()
    if token and (len(token) > TOKEN_LENGTH or not _TOKEN.fullmatch(token)):
        raise TokenTrouble(f"{path} holds no refresh token")
    return token


def write_refresh(path: Path, token: str) -> None:
    """Keep a refresh token where only we can read it; whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f"{path.name}.new")
    with suppress(FileNotFoundError):
        new.unlink()  # one left by a crash may have other rights
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def from_command(settings: Settings) -> str:
    """The first line that the admin's command prints. Raises TokenTrouble."""
    name = f"{settings.name}: token_command"
    try:
        done = subprocess.run(  # no shell: what the words hold is never interpreted
            shlex.split(settings.token_command),
            cwd=settings.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TokenTrouble(f"{name} gave no answer in {COMMAND_PATIENCE:.0f} s") from None
    except (OSError, ValueError, IndexError) as error:  # the last: no words at all
        why = getattr(error, "strerror", None) or "it is not a command"
        raise TokenTrouble(f"{name} cannot be run: {why}") from None
    token = done.stdout.partition(b"\n")[0].decode("latin-1").strip()
    if done.returncode:
        said = shown(done.stderr.decode("utf-8", "replace"), (token,))
        raise TokenTrouble(f"{name} failed with {done.returncode}{said and f': {said}'}")
    if len(token) > TOKEN_LENGTH or not _TOKEN.fullmatch(token):
        raise TokenTrouble(f"{name} printed no token")
    return token


def access_token(settings: Settings, answer: Answer) -> str:
    """The access token of an answer. Raises TokenTrouble when it has none that can be used."""
    token = answer.text("access_token")
    kind = answer.text("token_type") or "Bearer"
    if len(token) > TOKEN_LENGTH or not _TOKEN.fullmatch(token) or kind.lower() != "bearer":
        raise TokenTrouble(f"{settings.name}: {host_of(settings.token_url)} gave no usable token")
    return token


def _scope(settings: Settings) -> dict[str, str]:
    return {"scope": settings.scope} if settings.scope else {}


def _refused(settings: Settings, answer: Answer, *, by_login: bool) -> TokenTrouble:
    words = f"{settings.name}: {host_of(settings.token_url)} gives no token: {answer.words}"
    if by_login and answer.error == "invalid_grant":
        return LoginNeeded(f"{words}; {_advice(settings)}")
    return IssuerAway(words) if answer.error in _PASSING else TokenTrouble(words)


def _advice(settings: Settings) -> str:
    return f"run: postdesk login {settings.name.removeprefix('imap.')}"
