"""The OAuth2 tokens of mailboxes and relay, got as the config says, with what a login left."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from postdesk.daemon.config_model import Account, Imap, Relay
from postdesk.daemon.secrets import Secret, SecretUnreadable
from postdesk.daemon.times import now_utc
from postdesk.mailbox.oauth import Tokens
from postdesk.mailbox.oauth_issuer import Settings, TokenTrouble

FOLDER = "tokens"  # in the state folder
RELAY = "relay"


def tokens_of(
    name: str,
    account: Account,
    state: Path,
    *,
    base: Path | None = None,
    now: Callable[[], datetime] = now_utc,
) -> Tokens | None:
    """The tokens of one account; None where it logs in by password.

    ``name`` is its key in the config, "imap.support" or "relay"; ``base`` the config's folder.
    """
    if account.auth == "password":
        return None
    return Tokens(settings_of(name, account, base), kept_at(name, state), lambda: now().timestamp())


def settings_of(name: str, account: Account, base: Path | None = None) -> Settings:
    """What the config says of an account's tokens."""
    return Settings(
        name,
        client_id=account.client_id,
        client_secret=_asked(account.client_secret) if account.client_secret else None,
        token_url=account.token_url,
        scope=account.scope,
        device_url=account.device_url,
        authorize_url=account.authorize_url,
        token_command=account.token_command,
        user=user_of(account),
        folder=base,
    )


def kept_at(name: str, state: Path) -> Path:
    """The file of an account's refresh token; no account's name reaches another's file."""
    word = name.removeprefix("imap.")
    if word == RELAY and name != RELAY:
        return state / FOLDER / name
    return state / FOLDER / quote(word, safe="").replace(".", "%2E")


def user_of(account: Account) -> str:
    """Whose mailbox it is."""
    match account:
        case Imap():
            return account.user
        case Relay():
            return unquote(urlsplit(account.url.reveal()).username or "")
    return ""


def _asked(secret: Secret) -> Callable[[], str]:
    def client_secret() -> str:
        try:
            return secret.reveal()
        except SecretUnreadable as error:
            raise TokenTrouble(str(error)) from error

    return client_secret
