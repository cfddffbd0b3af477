"""A desk to look at: the same config with letters that go nowhere, or with all of it elsewhere."""

from pathlib import Path

from postdesk.daemon.config import Config
from postdesk.daemon.config_values import Url

NOWHERE = Url("maildir:nowhere")


def without_relay(config: Config) -> Config:
    """No letter could leave, no mailbox is read, and no password is asked for."""
    nowhere = {"url": NOWHERE, "auth": "password", "password": None}
    return config.model_copy(update={"relay": config.relay.model_copy(update=nowhere), "imap": {}})


def elsewhere(config: Config, folder: Path) -> Config:
    """The same desk with a state folder and a database of its own."""
    desk = config.desk.model_copy(update={"state": folder})
    return thrown_away(config, folder).model_copy(update={"desk": desk})


def thrown_away(config: Config, folder: Path) -> Config:
    """The same desk, its mails and its key too, with a database of its own."""
    own = {"url": Url(f"sqlite:///{folder}/postdesk.db"), "password": None}
    database = config.database.model_copy(update=own)
    return without_relay(config).model_copy(update={"database": database})
