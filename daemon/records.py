"""The records of a desk, for those who look at tickets and letters and run no daemon."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from postdesk.daemon.config import Config
from postdesk.daemon.search import Search
from postdesk.daemon.store import Tickets, open_rows
from postdesk.daemon.store_holds import Holds
from postdesk.daemon.store_outbox import Outbox


class Records:
    """Database rows by what they tell of; quick to open, because no key, spool or worker is.

    Raises schema.DatabaseTrouble with a sentence.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.rows = open_rows(database_url(config))
        self.tickets = Tickets(self.rows)
        self.outbox = Outbox(self.rows)
        self.holds = Holds(self.rows)
        self.search = Search(self.rows)

    def close(self) -> None:
        """Let go of the database."""
        self.rows.db.close()


@contextmanager
def records(config: Config) -> Iterator[Records]:
    """The records, while somebody looks at them."""
    opened = Records(config)
    try:
        yield opened
    finally:
        opened.close()


def database_url(config: Config) -> str:
    """The URL with its password, for the driver only."""
    url = config.database.url.reveal()
    password = config.database.password
    if password is None or "@" not in url:
        return url
    head, _, tail = url.partition("@")
    return f"{head}:{quote(password.reveal(), safe='')}@{tail}"
