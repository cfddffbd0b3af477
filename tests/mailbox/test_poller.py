"""What the poller reads, keeps and puts away, on a server with every fault of real ones."""

from datetime import timedelta

import pytest
from fake_imap import FakeImap
from imap_desk import DAY, MAIL, NOON, Desk

from postdesk.mailbox.imap_account import BATCH_BYTES, BATCH_COUNT, Baseline, Survey


def test_a_mail_is_kept_before_it_is_moved(imap: FakeImap, desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert desk.kept.mails == {"support:INBOX:7:1": MAIL}
    assert desk.kept.arrived == {"support:INBOX:7:1": NOON}
    assert imap.folders == {"Processed": [MAIL]}
    assert imap.inbox == {}
    order = [said.split()[0] for said in imap.said if said.startswith(("kept", "UID MOVE"))]
    assert order == ["kept", "UID"]


def test_what_people_have_read_or_not_is_left_alone(imap: FakeImap, desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    desk.step()
    spoken = " ".join(imap.said)
    assert "BODY.PEEK[]" in spoken
    assert "BODY[]" not in spoken
    assert "STORE" not in spoken


def test_a_mail_that_cannot_be_kept_stays_on_the_server(imap: FakeImap, desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    desk.kept.full = True
    trouble = desk.trouble()
    assert (trouble.kind, trouble.why) == ("spool", "no room on /var")
    assert list(imap.inbox) == [1]
    desk.kept.full = False
    assert desk.step() == 1
    assert imap.inbox == {}


@pytest.mark.parametrize(
    ("mail", "count", "order"),
    [
        (MAIL, 2 * BATCH_COUNT + 1, ["kept"] * (2 * BATCH_COUNT + 1) + ["waited"] * 3),
        (MAIL + b"x" * BATCH_BYTES, 3, ["kept", "waited"] * 3),
    ],
)
def test_a_slow_disk_is_waited_for_when_memory_runs_short(
    imap: FakeImap, desk: Desk, mail: bytes, count: int, order: list[str]
) -> None:
    for _ in range(count):
        imap.arrive(mail, NOON)
    desk.kept.slow = True
    assert desk.step() == count
    words = [said.split()[0] for said in imap.said]
    assert [word for word in words if word in ("kept", "waited")] == order


@pytest.mark.parametrize("cut", [0, 1, len(MAIL) // 2, -1])
def test_a_mail_cut_off_on_the_way_is_fetched_again(imap: FakeImap, desk: Desk, cut: int) -> None:
    imap.arrive(MAIL, NOON)
    imap.cut = cut
    assert desk.trouble().kind == "connection"
    assert desk.kept.mails == {}
    assert list(imap.inbox) == [1]
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL]


@pytest.mark.parametrize("restarted", [False, True])
def test_a_mail_whose_move_was_cut_off_is_moved_later(
    imap: FakeImap, desk: Desk, restarted: bool
) -> None:
    for _ in range(BATCH_COUNT + 10):
        imap.arrive(MAIL, NOON)
    imap.hangs_up_at = "MOVE"
    assert desk.trouble().retry_in == timedelta(seconds=1)
    assert len(imap.inbox) == BATCH_COUNT + 10
    imap.hangs_up_at = ""
    if restarted:
        desk.restart()
    assert desk.step() == (BATCH_COUNT + 10 if restarted else 0)
    assert len(desk.kept.mails) == BATCH_COUNT + 10
    assert len(imap.folders["Processed"]) == BATCH_COUNT + 10


def test_a_body_shorter_than_its_size_is_not_kept(imap: FakeImap, desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    imap.short = 1
    assert desk.step() == 0
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL]


def test_a_server_that_always_counts_wrong_is_believed(imap: FakeImap, desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    imap.short = 2
    assert desk.step() == 1
    assert list(desk.kept.mails.values()) == [MAIL[:-1]]


def test_a_mail_that_cannot_be_fetched_is_told_and_stops_no_other(
    imap: FakeImap, desk: Desk
) -> None:
    imap.mute_uids = {imap.arrive(MAIL, NOON)}
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert list(desk.poller.drift) == [1]
    imap.mute_uids = set()
    assert desk.step() == 1
    assert not desk.poller.drift


def test_a_server_that_counts_anew_is_read_again(imap: FakeImap, quiet_desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    assert quiet_desk.step() == 1
    imap.uidvalidity = 8
    assert quiet_desk.step() == 1
    assert quiet_desk.step() == 0
    assert list(quiet_desk.kept.mails) == ["support:INBOX:7:1", "support:INBOX:8:1"]
    assert quiet_desk.kept.began == Baseline(8, 2, NOON - 3 * DAY)


def test_only_young_mail_is_read_at_the_first_poll(
    imap: FakeImap, quiet_desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    for age in (400, 30, 4, 3, 2, 0):
        imap.arrive(MAIL, NOON - age * DAY)
    assert quiet_desk.poller.survey() == Survey("INBOX", 6, 3)
    assert quiet_desk.kept.began is None
    assert quiet_desk.step() == 3
    assert "6 mails in INBOX, 3 will be read" in caplog.text
    assert quiet_desk.step() == 0


def test_what_comes_after_the_first_poll_is_read_however_old(
    imap: FakeImap, quiet_desk: Desk
) -> None:
    imap.arrive(MAIL, NOON - 30 * DAY)
    assert quiet_desk.step() == 0
    assert not [said for said in imap.said if "FETCH" in said]
    imap.arrive(MAIL, NOON - 30 * DAY)
    quiet_desk.restart()
    assert quiet_desk.step() == 1
    assert list(quiet_desk.kept.mails) == ["support:INBOX:7:2"]


def test_all_means_all(imap: FakeImap) -> None:
    desk = Desk(imap, since=None, done="")
    imap.arrive(MAIL, NOON - 4000 * DAY)
    assert desk.step() == 1
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert desk.step() == 0
    desk.poller.close()


def test_a_mail_that_is_left_in_place_is_read_once(imap: FakeImap, quiet_desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    assert quiet_desk.step() == 1
    quiet_desk.restart()
    assert quiet_desk.step() == 0
    assert list(imap.inbox) == [1]
    assert sum(said.startswith("kept") for said in imap.said) == 1


def test_a_mail_over_the_limit_is_left_and_told(
    imap: FakeImap, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(imap, max_size=len(MAIL))
    imap.arrive(MAIL + b"!", NOON)
    imap.arrive(MAIL, NOON)
    assert desk.poller.survey() == Survey("INBOX", 2, 1, too_large=1)
    assert desk.step() == 1
    assert list(imap.inbox) == [1]
    assert "more than allowed; it is left on the server" in caplog.text
    assert desk.step() == 0
    assert not desk.poller.drift
    desk.poller.close()


@pytest.mark.parametrize("extra", ["UIDPLUS", ""])
def test_a_server_without_move_is_served_too(imap: FakeImap, extra: str) -> None:
    imap.capabilities = f"IMAP4rev1 {extra}"
    desk = Desk(imap)
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    desk.restart()
    assert desk.step() == 0
    assert imap.folders == {"Processed": [MAIL]}
    assert all(mail.deleted for mail in imap.inbox.values())
    assert len(imap.inbox) == (0 if extra else 1)
    desk.poller.close()


def test_a_server_with_a_prefix_gets_its_folder_below_it(imap: FakeImap, desk: Desk) -> None:
    imap.prefix = "INBOX."
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert imap.folders == {"INBOX.Processed": [MAIL]}


def test_a_move_that_is_refused_stops_no_other_mail(imap: FakeImap, desk: Desk) -> None:
    imap.refuses = "MOVE"
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    imap.arrive(MAIL, NOON)
    assert desk.step() == 1
    assert list(desk.poller.drift) == [1]
    assert len(desk.kept.mails) == 2
    imap.refuses = ""
    desk.restart()
    desk.step()
    assert imap.inbox == {}
    assert not desk.poller.drift


def test_the_whole_folder_is_looked_at_again_in_time(imap: FakeImap, quiet_desk: Desk) -> None:
    imap.arrive(MAIL, NOON)
    imap.arrive(MAIL, NOON)
    late = imap.inbox.pop(1)  # shows up under a UID below the highest we have seen
    assert quiet_desk.step() == 1
    imap.inbox[1] = late
    assert sum(quiet_desk.step() for _ in range(40)) == 1


def test_a_poller_that_is_to_leave_ends_after_its_batch(imap: FakeImap, desk: Desk) -> None:
    for _ in range(3 * BATCH_COUNT):
        imap.arrive(MAIL, NOON)
    desk.poller.leave()
    assert desk.step() == BATCH_COUNT
    assert len(imap.inbox) == 2 * BATCH_COUNT
    desk.restart()
    assert desk.step() == 2 * BATCH_COUNT
