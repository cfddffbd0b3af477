"""The outbox: each letter claimed by one courier, booked before it is tried, told of once."""

import json
import threading
from datetime import datetime, timedelta

from made_up import DAY, HOUR, MINUTE, NOON

from postdesk.daemon.outbox import Draft, Enclosed, Failure
from postdesk.daemon.store import Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.daemon.times import utc_text
from postdesk.mailbox.mail import Address

WAITS = (MINUTE, 5 * MINUTE, HOUR)
PETRA = "petra@kunde.example"


def draft(
    unique: str = "1",
    to: str = PETRA,
    kind: str = "answer",
    at: datetime = NOON,
    later: timedelta | None = None,
) -> Draft:
    return Draft(
        kind=kind,
        ticket=1,
        message_id=f"<{unique}@example.com>",
        sender=Address("Anna at Example Support", "support@example.com"),
        to=Address("Petra Kunde", to),
        subject="[#1] Printer 🔥",
        text="Run!\n",
        written_at=at,
        reply_to=Address("Example Support", "support+1.c@example.com"),
        html="<p>Run!</p>",
        in_reply_to="<a@x>",
        references=("<r@x>", "<a@x>"),
        headers=(("Auto-Submitted", "no"),),
        enclosed=(Enclosed("k" * 32, 2, "a.pdf", "application/pdf", "c1"),),
        mail_from="support+1.b@example.com",
        author="anna",
        not_before=at + later if later else None,
    )


FAILURE = Failure(1, PETRA, True, "550 no", "<1@example.com>", "answer", author="anna")


def add(rows: Rows, *drafts: Draft) -> Outbox:
    outbox = Outbox(rows)
    with rows.transaction():
        outbox.add(drafts)
    return outbox


def state(rows: Rows) -> list[tuple[str, int, str | None, str | None]]:
    names = ("state", "attempts", "next_try_at", "error")
    with rows.reading():
        found = rows.all("SELECT * FROM letter ORDER BY id")
    return [tuple(row[name] for name in names) for row in found]


def test_a_letter_comes_out_as_it_went_in(rows: Rows) -> None:
    [due] = add(rows, draft()).claim(NOON, WAITS)
    assert due.draft == draft()
    assert (due.attempts, due.written_at) == (1, NOON)


def test_the_same_letter_twice_is_one(rows: Rows) -> None:
    outbox = add(rows, draft(), draft())
    add(rows, draft())
    assert len(outbox.claim(NOON, WAITS)) == 1


def test_a_claimed_letter_is_booked_for_later_before_anybody_dials(rows: Rows) -> None:
    outbox = add(rows, draft())
    assert len(outbox.claim(NOON, WAITS)) == 1
    assert state(rows) == [("waiting", 1, utc_text(NOON + MINUTE), None)]
    assert outbox.claim(NOON, WAITS) == []
    assert [due.attempts for due in outbox.claim(NOON + MINUTE, WAITS)] == [2]


def test_the_last_wait_is_for_all_that_follow(rows: Rows) -> None:
    outbox, now = add(rows, draft()), NOON
    for wait in (*WAITS, WAITS[-1], WAITS[-1]):
        assert len(outbox.claim(now, WAITS)) == 1
        assert outbox.claim(now + wait - timedelta(microseconds=1), WAITS) == []
        now += wait


def test_an_answer_waits_so_that_it_can_be_undone(rows: Rows) -> None:
    outbox = add(rows, draft(later=MINUTE))
    assert outbox.claim(NOON, WAITS) == []
    assert len(outbox.claim(NOON + MINUTE, WAITS)) == 1


def test_the_oldest_are_claimed_first_and_only_so_many(rows: Rows) -> None:
    drafts = [draft(str(n), at=NOON - n * MINUTE) for n in range(5)]
    outbox = add(rows, *drafts)
    ids = [due.draft.message_id for due in outbox.claim(NOON, WAITS, limit=2)]
    assert ids == ["<4@example.com>", "<3@example.com>"]


def test_two_couriers_never_claim_the_same_letter(rows: Rows) -> None:
    outbox = add(rows, *(draft(str(n)) for n in range(30)))
    claimed = list[int]()

    def claims() -> None:
        while due := outbox.claim(NOON, WAITS, limit=3):
            claimed.extend(letter.id for letter in due)

    couriers = [threading.Thread(target=claims) for _ in range(3)]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    assert len(claimed) == len(set(claimed))
    claims()  # what a courier passed over, because another looked at it, is not forgotten
    assert len(claimed) == len(set(claimed)) == 30


def test_what_was_sent_is_never_claimed_again(rows: Rows) -> None:
    outbox = add(rows, draft("1"), draft("2"), draft("3"))
    one, two, _ = outbox.claim(NOON, WAITS)
    outbox.sent_all([one.id, two.id])
    outbox.sent_all([])
    assert [due.draft.message_id for due in outbox.claim(NOON + DAY, WAITS)] == ["<3@example.com>"]
    assert outbox.count() == {"waiting": 1}


def test_a_deferred_letter_says_why_and_comes_again(rows: Rows) -> None:
    outbox = add(rows, draft())
    [due] = outbox.claim(NOON, WAITS)
    outbox.deferred(due.id, "451 later", None, 1, NOON)
    assert state(rows) == [("waiting", 1, utc_text(NOON + MINUTE), "451 later")]
    with rows.reading():
        assert outbox.told() == []
    outbox.sent(due.id)
    assert state(rows) == [("sent", 1, None, None)]


def test_a_failed_letter_is_told_of_in_the_same_breath(rows: Rows) -> None:
    outbox = add(rows, draft())
    outbox.failed(1, "550 no", FAILURE, 1, NOON)
    assert state(rows) == [("failed", 0, None, "550 no")]
    with rows.transaction():
        [row] = outbox.told()
        assert row["ticket"] == 1
        assert json.loads(row["content"])["diagnostic"] == "550 no"
        outbox.heard(row["id"])
    with rows.reading():
        assert outbox.told() == []


def test_a_letter_of_no_ticket_has_nobody_to_be_told(rows: Rows) -> None:
    outbox = add(rows, draft())
    outbox.failed(1, "550 no", FAILURE, None, NOON)
    with rows.reading():
        assert outbox.told() == []


def test_when_the_next_is_due(rows: Rows) -> None:
    outbox = add(rows, draft("1", later=HOUR), draft("2", later=MINUTE))
    with rows.reading():
        assert outbox.next_due() == NOON + MINUTE
    outbox.sent_all([1, 2])
    with rows.reading():
        assert outbox.next_due() is None


def test_by_hand_a_letter_is_tried_again_or_dropped_but_never_sent_twice(rows: Rows) -> None:
    outbox = add(rows, draft("1"), draft("2"), draft("3"))
    outbox.sent(1)
    outbox.failed(2, "550 no", None, 1, NOON)
    with rows.transaction():
        assert [outbox.retry(n, NOON + DAY) for n in (1, 2, 3, 99)] == [False, True, True, False]
        assert [outbox.drop(n) for n in (1, 2, 99)] == [False, True, False]
    assert [row[0] for row in state(rows)] == ["sent", "failed", "waiting"]
    assert [due.id for due in outbox.claim(NOON + DAY, WAITS)] == [3]


def test_listings(rows: Rows) -> None:
    outbox = add(rows, draft("1"), draft("2"), draft("3"))
    outbox.sent(1)
    outbox.failed(2, "550 no", None, 1, NOON)
    asked = (None, "all", "sent", "failed", "waiting")
    with rows.reading():
        found = [[row["id"] for row in outbox.listed(state)] for state in asked]
        assert outbox.count() == {"failed": 1, "waiting": 1}
    assert found == [[3, 2], [3, 2, 1], [1], [2], [3]]


def test_the_letter_that_a_failure_is_about_is_the_answer_before_any_other(rows: Rows) -> None:
    outbox = add(rows, draft("1", kind="receipt"), draft("2"), draft("3", kind="receipt"))
    with rows.reading():
        last = outbox.last_to(1, PETRA)
        assert outbox.last_to(1, "eve@evil.example") is None
        assert outbox.last_to(2, PETRA) is None
    assert last and last["message_id"] == "<2@example.com>"


def test_how_many_receipts_somebody_got_lately(rows: Rows) -> None:
    outbox = add(
        rows,
        draft("1", kind="receipt", at=NOON - 2 * DAY),
        draft("2", kind="receipt"),
        draft("3"),
        draft("4", kind="receipt", to="max@kunde.example"),
    )
    with rows.reading():
        assert outbox.automatic_since(PETRA, NOON - DAY) == 1
        assert outbox.automatic_since(PETRA, NOON - 3 * DAY) == 2
        assert outbox.automatic_since(PETRA, NOON - 3 * DAY, ticket=2) == 0
