"""An IMAP server of ours, and pollers on it."""

from collections.abc import Iterator

import pytest
from fake_imap import FakeImap
from imap_desk import Desk


@pytest.fixture
def imap() -> Iterator[FakeImap]:
    with FakeImap() as running:
        yield running


@pytest.fixture
def desk(imap: FakeImap) -> Iterator[Desk]:
    made = Desk(imap)
    yield made
    made.poller.close()


@pytest.fixture
def quiet_desk(imap: FakeImap) -> Iterator[Desk]:
    """A desk that leaves mails where they are."""
    made = Desk(imap, done="")
    yield made
    made.poller.close()
