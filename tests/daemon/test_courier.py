"""The courier: every verdict of the relay, for every letter, over five days."""

import email
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from made_up import DAY, HOUR, MINUTE, NOON

from postdesk.daemon.courier import BATCH, PATIENCE, WAITS, Courier
from postdesk.daemon.outbox import Draft, Enclosed
from postdesk.daemon.store import Row, Rows, open_rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.mailbox.mail import Address
from postdesk.mailbox.spool import SpoolError
from postdesk.mailbox.submit import Deferred, OneByOne, Refused, Sent, Verdict

PETRA = "petra@kunde.example"
LATER = Deferred("451 come back later")


@dataclass
class Relay(OneByOne):
    """Says what it is told to say, and remembers what it was given."""

    says: Callable[[str], Verdict] = lambda rcpt: Sent("250 ok")
    size_limit: int | None = None
    given: list[tuple[str, str, bytes, str]] = field(default_factory=list)

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        self.given.append((mail_from, rcpt, raw, message_id))
        return self.says(rcpt)

    def close(self) -> None:
        """Nothing is held."""


def no_files(key: str, part: int) -> bytes:
    raise KeyError(key)


def draft(unique: str = "1", to: str = PETRA, kind: str = "answer") -> Draft:
    return Draft(
        kind=kind,
        ticket=1,
        message_id=f"<{unique}@example.com>",
        sender=Address("Anna at Example Support", "support@example.com"),
        to=Address("", to),
        subject="[#1] Printer",
        text="Run!\n",
        written_at=NOON,
        mail_from="support+1.b@example.com",
        author="anna" if kind == "answer" else None,
    )


class Post:
    """An outbox, a relay, and a clock."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.relay = Relay()
        self.outbox = Outbox(rows)
        self.fetch: Callable[[str, int], bytes] = no_files
        self.now = NOON

    def add(self, *drafts: Draft) -> None:
        with self.rows.transaction():
            self.outbox.add(drafts)

    def turn(self, after: timedelta = timedelta()) -> int:
        self.now += after
        courier = Courier(self.outbox, self.relay, lambda key, part: self.fetch(key, part))
        return courier.step(self.now)

    def letters(self) -> list[Row]:
        with self.rows.reading():
            return self.rows.all("SELECT * FROM letter ORDER BY id")

    def states(self) -> list[str]:
        return [row["state"] for row in self.letters()]

    def told(self) -> list[Row]:
        with self.rows.reading():
            return self.outbox.told()


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    rows = open_rows(f"sqlite:///{tmp_path}/postdesk.db")
    yield Post(rows)
    rows.db.close()


@pytest.mark.parametrize(
    ("verdict", "kind", "state", "told"),
    [
        (Sent("250"), "answer", "sent", False),
        (Sent("250"), "receipt", "sent", False),
        (LATER, "answer", "waiting", False),
        (Refused("550 no such user"), "answer", "failed", True),
        (Refused("550 no such user"), "receipt", "failed", True),
    ],
)
def test_the_relays_verdict(
    post: Post, verdict: Verdict, kind: str, state: str, told: bool
) -> None:
    post.relay.says = lambda rcpt: verdict
    post.add(draft(kind=kind))
    assert post.turn() == 1
    assert post.states() == [state]
    assert bool(post.told()) == told
    assert post.turn() == 0


def test_a_refusal_is_told_with_the_servers_words(post: Post) -> None:
    post.relay.says = lambda rcpt: Refused("550 5.1.1 no such user")
    post.add(draft())
    post.turn()
    [row] = post.told()
    for words in ('"permanent":true', "550 5.1.1 no such user", PETRA, '"author":"anna"'):
        assert words in row["content"]


def test_one_refusal_does_not_touch_the_others(post: Post) -> None:
    verdicts: dict[str, Verdict] = {PETRA: Refused("550 no"), "max@kunde.example": LATER}
    post.relay.says = lambda rcpt: verdicts.get(rcpt, Sent("250"))
    post.add(draft("1"), draft("2", "max@kunde.example"), draft("3", "eva@kunde.example"))
    assert post.turn() == 3
    assert post.states() == ["failed", "waiting", "sent"]


def test_retries_come_soon_first_and_hours_apart_later_for_five_days(post: Post) -> None:
    post.relay.says = lambda rcpt: LATER
    post.add(draft())
    tries = list[datetime]()
    while post.states() == ["waiting"]:
        with post.rows.reading():
            due = post.outbox.next_due()
        assert due is not None
        post.now = due
        tries.append(due)
        assert post.turn() == 1
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    assert tuple(pauses[: len(WAITS)]) == WAITS
    assert set(pauses[len(WAITS) :]) == {WAITS[-1]}
    assert PATIENCE < tries[-1] - NOON <= PATIENCE + WAITS[-1]
    assert post.states() == ["failed"]
    assert "gave up after 5 days: 451 come back later" in post.letters()[0]["error"]
    ids = {message_id for _, _, _, message_id in post.relay.given}
    assert ids == {"<1@example.com>"}, "the same letter each time"
    assert len({raw for _, _, raw, _ in post.relay.given}) == 1, "byte for byte"
    assert [('"permanent":true' in row["content"]) for row in post.told()] == [False, True]


def test_the_author_is_told_once_and_soon_after_four_hours(post: Post) -> None:
    post.relay.says = lambda rcpt: LATER
    post.add(draft())
    told_at = None
    for _ in range(24 * 12):
        post.turn(after=5 * MINUTE)
        if post.told() and told_at is None:
            told_at = post.now
    assert told_at and 4 * HOUR < told_at - NOON <= 4 * HOUR + 15 * MINUTE
    assert len(post.told()) == 1


@pytest.mark.parametrize("hours", [5, 30, 100])
def test_the_author_is_told_even_when_we_slept_past_the_fourth_hour(post: Post, hours: int) -> None:
    post.relay.says = lambda rcpt: LATER
    post.add(draft())
    post.turn()
    post.turn(after=hours * HOUR)
    assert len(post.told()) == 1


def test_of_a_receipt_that_is_late_nobody_is_told(post: Post) -> None:
    post.relay.says = lambda rcpt: LATER
    post.add(draft(kind="receipt"), draft("2", kind="notification"))
    post.turn()
    post.turn(after=DAY)
    assert post.told() == []


def test_a_relay_that_comes_back_gets_everything_once(post: Post) -> None:
    post.relay.says = lambda rcpt: LATER
    post.add(*(draft(str(n)) for n in range(5)))
    post.turn()
    post.turn(after=2 * DAY)
    post.relay.says = lambda rcpt: Sent("250")
    post.relay.given.clear()
    post.turn(after=5 * HOUR)
    assert post.states() == ["sent"] * 5
    assert len(post.relay.given) == 5


def test_many_letters_are_taken_in_turns(post: Post) -> None:
    post.add(*(draft(str(n)) for n in range(BATCH + 3)))
    assert [post.turn(), post.turn(), post.turn()] == [BATCH, 3, 0]


# --- what is sent ------------------------------------------------------------------------------

KEY = "k" * 32
FILES = (Enclosed(KEY, 2, "film.mp4", "video/mp4"), Enclosed(KEY, 3, "b.bin", "application/zip"))


def test_files_go_along_out_of_the_mails_that_brought_them(post: Post) -> None:
    post.fetch = lambda key, part: f"{key[0]}{part}".encode()
    post.add(replace(draft(), enclosed=FILES))
    post.turn()
    [(mail_from, rcpt, raw, _)] = post.relay.given
    mail = email.message_from_bytes(raw, policy=default)
    assert [part.get_content() for part in mail.iter_attachments()] == [b"k2", b"k3"]
    assert (mail_from, rcpt) == ("support+1.b@example.com", PETRA)


def test_a_notification_too_large_goes_without_its_files_and_says_so(post: Post) -> None:
    post.fetch = lambda key, part: b"x" * 5000
    post.relay.size_limit = 5000
    post.add(replace(draft(kind="notification"), enclosed=FILES, html="<p>Run!</p>"))
    post.turn()
    [(_, _, raw, _)] = post.relay.given
    mail = email.message_from_bytes(raw, policy=default)
    assert len(raw) < 5000 and not list(mail.iter_attachments())
    body = mail.get_body(("plain",))
    assert body is not None
    assert "not attached: film.mp4, b.bin" in body.get_content() and "Run!" in body.get_content()
    assert mail["Message-ID"] == "<1@example.com>"


def test_an_answer_is_never_sent_without_its_files(post: Post) -> None:
    post.fetch = lambda key, part: b"x" * 5000
    post.relay.size_limit = 5000
    post.relay.says = lambda rcpt: Refused("552 too large")
    post.add(replace(draft(), enclosed=FILES))
    post.turn()
    assert len(post.relay.given[0][2]) > 10_000
    assert post.states() == ["failed"] and post.told()


# --- trouble -----------------------------------------------------------------------------------


def raising(error: Exception) -> Callable[[str, int], bytes]:
    def fetch(key: str, part: int) -> bytes:
        raise error

    return fetch


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (KeyError("k"), "failed"),  # its mail is no longer kept
        (ValueError("no such part"), "failed"),
        (SpoolError("disk I/O error"), "waiting"),
        (RuntimeError("nobody foresaw this"), "waiting"),
    ],
)
def test_a_letter_that_cannot_be_composed_does_not_stop_the_queue(
    post: Post, trouble: Exception, state: str
) -> None:
    post.fetch = raising(trouble)
    post.add(draft("1"), replace(draft("2"), enclosed=FILES), draft("3"))
    assert post.turn() == 3
    assert post.states() == ["sent", state, "sent"]
    assert post.letters()[1]["error"]


def test_a_transport_that_breaks_its_promise_does_not_stop_the_queue(post: Post) -> None:
    def says(rcpt: str) -> Verdict:
        if rcpt == PETRA:
            raise RuntimeError("nobody foresaw this")
        return Sent("250")

    post.relay.says = says
    post.add(draft("1"), draft("2", "max@kunde.example"))
    post.turn()
    assert post.states() == ["waiting", "sent"]


def test_what_left_is_noted_even_when_the_turn_breaks_off(post: Post) -> None:
    def says(rcpt: str) -> Verdict:
        if rcpt == PETRA:
            raise KeyboardInterrupt
        return Sent("250")

    post.relay.says = says
    post.add(draft("1", "max@kunde.example"), draft("2"))
    with pytest.raises(KeyboardInterrupt):
        post.turn()
    assert post.states() == ["sent", "waiting"]
