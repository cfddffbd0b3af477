"""Tickets, their words and their history, on SQLite and PostgreSQL alike."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from made_up import DAY, HOUR, KEY, NOON, PETRA, ticket

from postdesk.daemon import schema
from postdesk.daemon.chronicle import Entry
from postdesk.daemon.store import MANY, Rows, StoreTrouble, Tickets, open_rows
from postdesk.daemon.times import utc_text
from postdesk.mailbox.mail import Address, Attachment
from postdesk.rules.effect import Append

FILE = Attachment(3, "Rechnung März.pdf", "application/pdf", 9, "c1", inline=True)
WORDS = Append(
    "in",
    "<1@kunde.example>",
    Address("Petra Kunde", "petra@kunde.example"),
    (Address("", "support@example.com"),),
    "Printer",
    "It is on fire. 🔥",
    "It is on fire. 🔥\n> quoted",
    attachments=(FILE,),
    key=KEY,
)


class Stop(Exception):
    """What a test breaks off with."""


def saved(rows: Rows, *numbers: int) -> Tickets:
    tickets = Tickets(rows)
    with rows.transaction():
        for number in numbers:
            at = NOON + number * HOUR
            tickets.save(replace(ticket(number), title=f"T{number}", updated_at=at))
    return tickets


def test_numbers_have_no_gaps_and_are_never_given_twice(rows: Rows) -> None:
    tickets = Tickets(rows)
    with rows.transaction():
        assert [tickets.next_number(1000), tickets.next_number(1000)] == [1000, 1001]
    with pytest.raises(Stop), rows.transaction():
        assert tickets.next_number(1000) == 1002
        raise Stop
    with rows.transaction():
        with pytest.raises(Stop), rows.savepoint():
            assert tickets.next_number(1000) == 1002
            raise Stop
        assert tickets.next_number(1000) == 1002


def test_two_desks_at_once_never_share_a_number(rows: Rows) -> None:
    tickets, found = Tickets(rows), list[int]()

    def opens() -> None:
        for _ in range(10):
            with rows.transaction():
                found.append(tickets.next_number(1))

    desks = [threading.Thread(target=opens) for _ in range(3)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(found) == list(range(1, 31))


def test_a_ticket_is_found_again_and_one_that_is_not_is_none(rows: Rows) -> None:
    tickets = saved(rows, 1)
    with rows.transaction():
        found = tickets.get(1, lock=True)
        assert found and found.requester == PETRA
        assert tickets.get(2) is None and tickets.get(2**62, lock=True) is None


def test_a_transaction_is_all_or_nothing(rows: Rows) -> None:
    with pytest.raises(Stop), rows.transaction():
        Tickets(rows).save(ticket(1))
        raise Stop
    with rows.reading():
        assert Tickets(rows).get(1) is None


def test_a_savepoint_is_undone_alone(rows: Rows) -> None:
    tickets = Tickets(rows)
    with rows.transaction():
        tickets.save(ticket(1))
        with pytest.raises(Stop), rows.savepoint():
            tickets.save(ticket(2))
            raise Stop
        with rows.savepoint():
            tickets.save(ticket(3))
    with rows.reading():
        assert [bool(tickets.get(n)) for n in (1, 2, 3)] == [True, False, True]


def test_a_statement_that_fails_spoils_only_its_savepoint(rows: Rows) -> None:
    tickets = Tickets(rows)
    with rows.transaction():
        tickets.save(ticket(1))
        with pytest.raises(Exception) as told, rows.savepoint():
            rows.run("INSERT INTO counter (name, value) VALUES (NULL, NULL)")
        assert not isinstance(told.value, StoreTrouble)
        tickets.save(ticket(2))
    with rows.reading():
        assert tickets.get(1) and tickets.get(2)


def test_words_are_kept_with_their_people_and_files(rows: Rows) -> None:
    tickets = saved(rows, 1)
    with rows.transaction():
        first = tickets.add_message(1, WORDS, NOON)
        assert tickets.add_message(1, replace(WORDS, kind="note", agent="anna"), NOON) > first
    with rows.reading():
        one, other = tickets.messages(1)
    assert (one["text"], one["full_text"]) == (WORDS.text, WORDS.full_text)
    assert (one["sender"], one["sender_name"]) == ("petra@kunde.example", "Petra Kunde")
    assert one["recipients"] == [["", "support@example.com"]]
    assert one["attachments"] == [
        {"part": 3, "name": FILE.name, "type": FILE.type, "size": 9, "cid": "c1", "inline": True}
    ]
    assert (one["at"], one["intake"], one["agent"]) == (utc_text(NOON), KEY, None)
    assert (other["kind"], other["agent"]) == ("note", "anna")


def test_history_is_read_as_it_was_written(rows: Rows) -> None:
    tickets = saved(rows, 1, 2)
    lines = [Entry("anna", f"act{n}", "<1@x>", {"ö": [n, None, "?%s"]}) for n in range(MANY + 5)]
    with rows.transaction():
        tickets.add_history(1, lines, NOON)
        tickets.add_history(2, [], NOON)
    with rows.reading():
        found = tickets.history(1)
        assert tickets.history(2) == []
    assert [line["act"] for line in found] == [line.act for line in lines]
    assert found[-1]["detail"] == {"ö": [MANY + 4, None, "?%s"]}


def test_an_id_belongs_to_the_ticket_that_had_it_first(rows: Rows) -> None:
    tickets = saved(rows, 1, 2)
    with rows.transaction():
        tickets.know(1, ["<a@x>", "<b@x>", "<a@x>"])
        tickets.know(2, ["<b@x>", "<c@x>"])
        assert tickets.known(["<c@x>", "<none@x>", "<b@x>", "<a@x>"]) == (2, 1)
        assert tickets.known([]) == ()
        assert tickets.known([f"<{n}@x>" for n in range(5 * MANY)]) == ()


def test_the_last_mail_of_a_customer(rows: Rows) -> None:
    tickets = saved(rows, 1)
    max_ = Address("Max", "max@kunde.example")
    with rows.transaction():
        assert tickets.last_in(1) is None
        tickets.add_message(1, WORDS, NOON)
        tickets.add_message(1, replace(WORDS, sender=max_, message_id="<2@x>"), NOON)
        tickets.add_message(1, replace(WORDS, kind="out", message_id="<3@x>"), NOON)
        last, hers = tickets.last_in(1), tickets.last_in(1, "petra@kunde.example")
        assert tickets.last_in(1, "eve@evil.example") is None
    assert last and last["message_id"] == "<2@x>"
    assert hers and hers["message_id"] == "<1@kunde.example>"


def test_how_much_somebody_wrote_lately(rows: Rows) -> None:
    tickets = saved(rows, 1)
    with rows.transaction():
        tickets.add_message(1, WORDS, NOON - DAY)
        tickets.add_message(1, WORDS, NOON)
        tickets.add_message(1, replace(WORDS, kind="out"), NOON)
        assert tickets.mails_since("petra@kunde.example", NOON - HOUR) == 1
        assert tickets.mails_since("petra@kunde.example", NOON - 2 * DAY) == 2
        assert tickets.mails_since("eve@evil.example", NOON - 2 * DAY) == 0


def test_a_listing_begins_with_what_moved_last_and_goes_on_where_it_ended(rows: Rows) -> None:
    tickets = saved(rows, 1, 2, 3, 4)
    with rows.reading():
        first = tickets.listed("status = ?", ["new"], 2)
        second = tickets.listed("status = ?", ["new"], 2, before=first[-1]["number"])
        assert tickets.listed("status = ?", ["closed"], 2) == []
    assert [[row["number"] for row in page] for page in (first, second)] == [[4, 3], [2, 1]]


def test_what_somebody_has_open(rows: Rows) -> None:
    tickets = saved(rows, 1, 2, 3)
    with rows.transaction():
        tickets.save(replace(ticket(2), status="closed", status_kind="done"))
        count, found = tickets.of_requester("petra@kunde.example", limit=5)
        assert tickets.of_requester("eve@evil.example") == (0, [])
    assert (count, [row["number"] for row in found]) == (3, [3, 1])


def test_every_thread_has_a_connection_of_its_own_and_lets_go_of_it(rows: Rows) -> None:
    with rows.reading():
        with rows.reading():
            rows.value("SELECT 1")
        assert rows.value("SELECT 1") == 1  # the inner one did not close ours
    assert rows.db.is_closed()


def test_a_second_start_migrates_nothing(rows: Rows, database_url: str) -> None:
    saved(rows, 1)
    assert schema.prepare(rows.db) == []
    again = open_rows(database_url)
    with again.reading():
        assert Tickets(again).get(1)


def test_a_database_of_a_newer_version_is_refused(rows: Rows) -> None:
    with rows.transaction():
        rows.run(
            "INSERT INTO schema_migration (name, applied)"
            " SELECT '9999_later', applied FROM schema_migration LIMIT 1"
        )
    with pytest.raises(schema.DatabaseTrouble, match=r"newer postdesk.*9999_later"):
        schema.prepare(rows.db)


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:var/x.db", "nothing"])
def test_a_url_of_no_database_of_ours_is_told_the_two_that_are(url: str) -> None:
    with pytest.raises(schema.DatabaseTrouble, match=r"sqlite:///.* or postgresql://"):
        open_rows(url)


def test_a_server_that_is_not_there_is_told_with_advice() -> None:
    with pytest.raises(schema.DatabaseTrouble, match="is it running"):
        open_rows("postgresql://postdesk@127.0.0.1:1/none")


def test_a_file_that_cannot_be_opened_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "postdesk.db").mkdir()
    with pytest.raises(schema.DatabaseTrouble, match="may we write there"):
        open_rows(f"sqlite:///{tmp_path}/postdesk.db")


# --- trouble -----------------------------------------------------------------------------------


def fill_up(rows: Rows) -> None:
    """From now on this connection's disk is full."""
    pages = int(rows.value("PRAGMA page_count"))
    rows.run(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_trouble_of_the_database_wherever_it_strikes(tmp_path: Path) -> None:
    rows = open_rows(f"sqlite:///{tmp_path}/postdesk.db")
    tickets = Tickets(rows)
    large = replace(ticket(1), title="x" * 100_000)
    with pytest.raises(StoreTrouble, match="full"), rows.transaction():
        fill_up(rows)
        with rows.savepoint():
            tickets.save(large)
    with rows.reading():
        assert rows.value("SELECT count(*) FROM ticket") == 0


def test_a_database_that_is_gone_is_trouble(tmp_path: Path) -> None:
    rows = open_rows(f"sqlite:///{tmp_path}/postdesk.db")
    for file in tmp_path.iterdir():
        file.unlink()
    (tmp_path / "postdesk.db").mkdir()
    with pytest.raises(StoreTrouble):
        rows.alive()
    (tmp_path / "postdesk.db").rmdir()


def test_a_server_that_ends_our_connection_is_trouble_and_the_next_one_is_well(
    postgres_url: str,
) -> None:
    rows = open_rows(postgres_url)
    with pytest.raises(StoreTrouble), rows.transaction():
        Tickets(rows).save(ticket(1))
        rows.run("SELECT pg_terminate_backend(pg_backend_pid())")
    rows.alive()
    with rows.reading():
        assert Tickets(rows).get(1) is None


def test_a_statement_that_asks_too_much_is_no_trouble_of_the_database(postgres_url: str) -> None:
    """PostgreSQL calls it operational; yet the next mail would be well."""
    rows = open_rows(postgres_url)
    long = "".join(f"{n:x}" for n in range(4000))  # a key that fits no page of the index
    with rows.transaction():
        with pytest.raises(Exception) as told, rows.savepoint():
            Tickets(rows).know(1, [long])
        assert not isinstance(told.value, StoreTrouble)
        Tickets(rows).know(1, ["<short@x>"])
        assert Tickets(rows).known(["<short@x>"]) == (1,)
