"""The way out: the transport that [relay] names, with the password or the tokens for it."""

from collections.abc import Callable
from datetime import datetime

from postdesk.daemon.config import Config
from postdesk.daemon.times import now_utc
from postdesk.daemon.tokens import RELAY, tokens_of
from postdesk.mailbox.submit import transport
from postdesk.mailbox.submit_local import Maildir, Sendmail
from postdesk.mailbox.submit_smtp import SmtpRelay


class RelayUnusable(ValueError):
    """[relay] does not say where letters go; ``str()`` is a sentence for the admin."""


def relay(config: Config, now: Callable[[], datetime] = now_utc) -> Maildir | Sendmail | SmtpRelay:
    """The transport that [relay] names. Raises RelayUnusable, or SecretUnreadable."""
    told = config.relay
    tokens = tokens_of(RELAY, told, config.desk.state, base=config.base, now=now)
    password = told.password.reveal() if told.password and not tokens else None
    try:
        return transport(
            told.url.reveal(),
            config.base,
            password=password,
            hostname=config.desk.address.partition("@")[2],
            oauth=tokens.access if tokens else None,
            forget=tokens.forget if tokens else None,
        )
    except ValueError as error:
        raise RelayUnusable(str(error)) from error
