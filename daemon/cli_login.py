"""`postdesk login MAILBOX`: a person logs in once at a browser, and tokens come of it for good."""

import errno
import os
from argparse import Namespace
from functools import partial
from pathlib import Path

from postdesk.daemon.cli_desk import config_of
from postdesk.daemon.cli_words import BAD_CONFIG, OK, UNAVAILABLE, USAGE, Refusal
from postdesk.daemon.config import Config
from postdesk.daemon.config_model import Account
from postdesk.daemon.relay import relay
from postdesk.daemon.surveys import surveys
from postdesk.daemon.tokens import RELAY, kept_at, settings_of, user_of
from postdesk.mailbox.imap_account import Trouble
from postdesk.mailbox.oauth import write_refresh
from postdesk.mailbox.oauth_issuer import Settings, TokenTrouble
from postdesk.mailbox.oauth_login import device_login, loopback_login
from postdesk.mailbox.submit_smtp import SmtpRelay
from postdesk.mailbox.verdict import Sent
from postdesk.rules.toml import did_you_mean

say = partial(print, flush=True)  # a person waits for it, also behind a pipe


def login(args: Namespace) -> int:
    """Ask a person to log in, keep what comes of it, and show that it works."""
    config = config_of(args)
    key, account = _named(args.mailbox, config)
    _check(key, account)
    keep = kept_at(key, config.desk.state)
    _make_room(keep.parent)
    say(f"{key}: please log in as {user_of(account)}")
    write_refresh(keep, _log_in(settings_of(key, account), args.port))
    say(f"{key}: the login is kept in {keep}")
    _prove(key, account, config)
    say("A daemon that runs takes it up at its next try.")
    return OK


def _named(name: str, config: Config) -> tuple[str, Account]:
    """The account's key in the config, and the account."""
    known: dict[str, Account] = {f"imap.{box}": imap for box, imap in config.imap.items()}
    known[RELAY] = config.relay
    for key in (name, f"imap.{name}"):
        if key in known:
            return key, known[key]
    names = [*config.imap, RELAY]
    guess = did_you_mean(name, names) or f"; known are: {', '.join(names)}"
    raise Refusal(USAGE, f'there is no mailbox "{name}"{guess}')


def _check(key: str, account: Account) -> None:
    """Only one kind of account has a use for a person."""
    if account.auth == "password":
        why = 'it logs in by password; for tokens write auth = "oauth2"'
    elif account.token_command:
        why = "token_command prints its tokens; without it, postdesk can fetch them itself"
    elif not (account.device_url or account.authorize_url):
        why = "it logs in by its client_secret; for a person write device_url or authorize_url"
    else:
        return
    raise Refusal(BAD_CONFIG, f"{key}: nobody needs to log in: {why}")


def _make_room(folder: Path) -> None:
    """Known before a person takes the trouble: the login can be kept. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


def _log_in(settings: Settings, port: int | None) -> str:
    """The refresh token. Raises TokenTrouble, or Refusal."""
    if settings.device_url:
        return device_login(settings, say)
    try:
        return loopback_login(settings, say, port=port or 0)
    except TokenTrouble:
        raise
    except OSError as error:
        why = f"cannot wait for the browser on port {port}: {error.strerror}"
        raise Refusal(UNAVAILABLE, f"{settings.name}: {why}") from error


def _prove(key: str, account: Account, config: Config) -> None:
    """Log in where the token is for, and say so."""
    user = user_of(account)
    if key == RELAY:
        _prove_relay(config, user)
        return
    for box, found in surveys(config, only=key):
        if isinstance(found, Trouble):
            raise _unproven(box, found.why, user, ours=found.kind == "login")
        say(f"{box}: logged in as {user}; {found}")


def _prove_relay(config: Config, user: str) -> None:
    out = relay(config)
    assert isinstance(out, SmtpRelay)  # the config takes tokens for no other
    verdict = out.probe()
    out.close()
    if not isinstance(verdict, Sent):
        raise _unproven(RELAY, verdict.why, user, ours=True)
    say(f"{RELAY}: logged in as {user}; {verdict.detail}")


def _unproven(key: str, why: str, user: str, *, ours: bool) -> Refusal:
    hint = f"; was it {user} who logged in, and does scope allow for it?" if ours else ""
    return Refusal(UNAVAILABLE, f"{key}: {why}{hint}")
