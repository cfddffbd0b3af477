"""What an IMAP account's words mean, and how its mails are batched and its troubles waited out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from postdesk.mailbox.imap_account import (
    Baseline,
    Letterhead,
    Since,
    Survey,
    TroubleKind,
    batches,
    cutoff_of,
    parse_since,
    retry_in,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("3d", timedelta(days=3)),
        (" 12H ", timedelta(hours=12)),
        ("2w", timedelta(weeks=2)),
        ("0d", timedelta(0)),
        ("2026-11-01", date(2026, 11, 1)),
        ("all", None),
    ],
)
def test_since_is_an_age_a_date_or_all(text: str, since: Since) -> None:
    assert parse_since(text) == since


@pytest.mark.parametrize("text", ["", "d", "3", "3 days", "-3d", "99999d", "²d", "yesterday"])
def test_another_since_is_refused_with_what_it_may_be(text: str) -> None:
    with pytest.raises(ValueError, match='"3d", a date'):
        parse_since(text)


@pytest.mark.parametrize(
    ("since", "cutoff"),
    [
        (None, None),
        (timedelta(days=3), datetime(2026, 11, 20, 12, tzinfo=UTC)),
        (date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_the_cutoff_is_counted_from_the_first_poll(since: Since, cutoff: datetime | None) -> None:
    assert cutoff_of(since, NOON) == cutoff


@pytest.mark.parametrize(
    ("cutoff", "uid", "age", "left"),
    [
        (NOON, 4, timedelta(seconds=1), True),
        (NOON, 4, timedelta(0), False),
        (NOON, 5, timedelta(days=999), False),  # it came after the first poll
        (None, 4, timedelta(days=999), False),
    ],
)
def test_only_old_mail_from_before_the_first_poll_is_left(
    cutoff: datetime | None, uid: int, age: timedelta, left: bool
) -> None:
    assert Baseline(7, 5, cutoff).leaves(uid, NOON - age) is left


@given(some.lists(some.integers(0, 50)), some.integers(1, 60), some.integers(1, 5))
def test_batches_keep_order_and_limits(sizes: list[int], max_bytes: int, max_count: int) -> None:
    heads = [Letterhead(uid, size, NOON) for uid, size in enumerate(sizes)]
    made = list(batches(heads, max_bytes, max_count))
    assert [head for batch in made for head in batch] == heads
    for batch in made:
        assert 1 <= len(batch) <= max_count
        assert len(batch) == 1 or sum(head.size for head in batch) <= max_bytes


@pytest.mark.parametrize(
    ("kind", "failures", "chance", "seconds"),
    [
        ("connection", 1, 0.0, 1),
        ("connection", 3, 0.0, 4),
        ("connection", 3, 1.0, 5),
        ("connection", 500, 0.0, 300),
        ("login", 1, 0.0, 300),
        ("login", 2, 0.0, 600),
        ("login", 99, 1.0, 4500),
    ],
)
def test_the_wait_doubles_up_to_its_limit(
    kind: TroubleKind, failures: int, chance: float, seconds: int
) -> None:
    assert retry_in(kind, failures, chance).total_seconds() == seconds


def test_a_survey_is_a_sentence() -> None:
    assert str(Survey("INBOX", 40312, 12)) == "40,312 mails in INBOX, 12 will be read"
    large = Survey("INBOX", 1, 0, too_large=1)
    assert str(large) == "1 mail in INBOX, 0 will be read, 1 larger than allowed will be left"
