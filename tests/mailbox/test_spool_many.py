"""A batch of a mailbox's mails in the spool: in order, once each, all or none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from postdesk.mailbox.spool import Fetched, Spool
from postdesk.mailbox.spool_many import TOGETHER

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool.db")
    yield made
    made.close()


def mail(number: int) -> Fetched:
    raw = b"From: petra@kunde.example\r\nTo: support@desk.example\r\nSubject: %d\r\n\r\nx\r\n"
    return Fetched(raw % number, f"support:INBOX:7:{number}", NOON)


def test_a_batch_is_kept_in_its_order(spool: Spool) -> None:
    mails = [mail(number) for number in range(2 * TOGETHER + 3)]
    assert spool.put_all(mails, source="imap").result() == len(mails)
    items = spool.pending(1000, datetime.now(UTC))
    assert [spool.raw(item.key) for item in items] == [one.raw for one in mails]
    assert len({item.key for item in items}) == len(mails)
    last = items[-1]
    assert (last.sender, last.to) == ("petra@kunde.example", "support@desk.example")
    assert (last.subject, last.source, last.mail_from) == (str(len(mails) - 1), "imap", "")
    assert (last.arrived_at, last.size, last.rcpts) == (NOON, len(mails[-1].raw), ())


def test_what_is_known_is_left_as_it_is(spool: Spool) -> None:
    key = spool.keep(b"the first\r\n", unique=mail(2).unique)
    assert spool.put_all([mail(1), mail(2), mail(3)], source="imap").result() == 2
    assert spool.raw(key) == b"the first\r\n"
    assert spool.put_all([mail(1), mail(3), mail(3)], source="imap").result() == 0
    assert spool.put_all([], source="imap").result() == 0
    assert spool.counts()["new"] == 3
    assert spool.known(mail(number).unique for number in range(3)) == {
        mail(1).unique,
        mail(2).unique,
    }


def test_a_batch_and_single_mails_get_along(spool: Spool) -> None:
    futures = [spool.put(b"a\r\n"), spool.put(b"b\r\n")]
    batch = spool.put_all([mail(1), mail(2)], source="imap")
    futures.append(spool.put(b"c\r\n"))
    assert batch.result() == 2
    assert all(future.result() for future in futures)
    raws = [spool.raw(item.key) for item in reversed(spool.items(None, 10))]
    assert raws == [b"a\r\n", b"b\r\n", mail(1).raw, mail(2).raw, b"c\r\n"]
