"""The rule files in force: a bad edit changes nothing, and the last good set outlives a restart."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made_up import DAY, HOUR, MINUTE, NOON
from stories.town import CONFIG

from postdesk.daemon.config import load
from postdesk.daemon.edit import Sources
from postdesk.daemon.house import House
from postdesk.daemon.rule_files import read_folder
from postdesk.daemon.rulebook import Rulebook
from postdesk.daemon.store import Rows, StoreTrouble, open_rows
from postdesk.daemon.watch import QUIET
from postdesk.daemon.workers import InlineWorkers

SECOND = timedelta(seconds=1)

ANNA = '[agent.anna]\nname = "Anna Berg"\naddresses = ["anna@example.com"]\n'
BOB = '[agent.bob]\nname = "Bob"\naddresses = ["bob@example.com"]\n'
BROKEN = '[agent.anna]\nname = "Anna Berg\n'
UNKNOWN = ANNA + "shoe_size = 39\n"
RULE = '[[rule]]\nname = "x"\non = "ticket.created"\nthen.tag = "new"\n'


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[Rows]:
    found = open_rows(f"sqlite:///{tmp_path}/postdesk.db")
    yield found
    found.db.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules" / "10-people.toml", ANNA)
    return tmp_path / "rules"


_time = iter(range(1_800_000_000, 1_900_000_000))


def write(path: Path, text: str | bytes) -> None:
    """Each time with another time: an editor is never as fast as a test."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    moment = next(_time)
    os.utime(path, (moment, moment))


def started(folder: Path, rows: Rows) -> Rulebook:
    book = Rulebook(Sources(folder, folder.parent / "templates"), rows)
    book.start(NOON)
    return book


def edited(book: Rulebook, now: datetime) -> bool:
    """The files are found changed, left alone for a moment, read and taken; True: they are good."""
    assert not book.look(now), "not at once"
    assert book.look(now + QUIET)
    return book.take(now + QUIET)


def agents(book: Rulebook) -> set[str]:
    return set(book.current().people.agents)


def test_the_files_are_in_force_after_the_manners(folder: Path, rows: Rows) -> None:
    write(folder / "50-own.toml", RULE)
    book = started(folder, rows)
    assert agents(book) == {"anna"}
    names = [rule.where.partition(":")[0] for rule in book.current().rules]
    assert names[0] == "manners.toml" and names[-1] == "50-own.toml"
    assert book.since == NOON and not book.mistakes


def test_an_edit_is_in_force_when_it_is_read(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    write(folder / "20-more.toml", BOB)
    assert edited(book, NOON + HOUR)
    assert agents(book) == {"anna", "bob"}
    assert book.since == NOON + HOUR + QUIET
    assert not book.look(NOON + DAY) and not book.take(NOON + DAY), "nothing changed since"


def test_an_edit_is_not_read_while_somebody_is_at_it(folder: Path, rows: Rows) -> None:
    book, now = started(folder, rows), NOON
    for text in ("", BROKEN, ANNA, ANNA + BOB):
        write(folder / "10-people.toml", text)
        now += SECOND
        assert not book.look(now) and not book.take(now)
        assert agents(book) == {"anna"}
    assert not book.look(now + SECOND)
    assert book.look(now + QUIET) and book.take(now + QUIET)
    assert agents(book) == {"anna", "bob"}


def test_files_that_say_the_same_change_nothing(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    before = book.current()
    write(folder / "10-people.toml", ANNA)
    assert edited(book, NOON + HOUR)
    assert book.current() is before and book.since == NOON


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (BROKEN, "10-people.toml:2"),
        (UNKNOWN, "10-people.toml:4"),
        (ANNA + ANNA, "10-people.toml:4"),
        (b"\xff\xfe" + ANNA.encode(), "10-people.toml"),
        (ANNA + RULE.replace("ticket.created", "ticket.creatd"), "ticket.created"),
        (ANNA + RULE + 'then.reply = "recept"\n', 'did you mean "receipt"?'),
        (ANNA + RULE + 'when.subject.matches = "(?<=x)y"\n', "10-people.toml:8"),
    ],
)
def test_a_bad_edit_changes_nothing_and_says_where(
    folder: Path, rows: Rows, bad: str | bytes, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    book = started(folder, rows)
    before = book.current()
    write(folder / "10-people.toml", bad)
    with caplog.at_level(logging.ERROR):
        assert not edited(book, NOON + HOUR)
    assert book.current() is before and book.since == NOON
    assert any(told in str(mistake) for mistake in book.mistakes), book.mistakes
    assert told in caplog.text
    assert not book.look(NOON + DAY), "it is told once, not every two seconds"


def test_one_bad_file_keeps_the_good_ones_out_too(folder: Path, rows: Rows) -> None:
    """Half an edit is no edit."""
    book = started(folder, rows)
    write(folder / "20-more.toml", BOB)
    write(folder / "30-bad.toml", "x")
    assert not book.reload(NOON + HOUR)
    assert agents(book) == {"anna"}


def test_the_mended_file_is_in_force_again(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    write(folder / "10-people.toml", BROKEN)
    book.reload(NOON + HOUR)
    write(folder / "10-people.toml", ANNA)
    assert book.reload(NOON + DAY) and not book.mistakes


def test_the_last_good_set_goes_on_over_a_restart(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    write(folder / "20-more.toml", BOB)
    book.reload(NOON + MINUTE)
    write(folder / "10-people.toml", BROKEN)
    again = started(folder, rows)
    assert agents(again) == {"anna", "bob"}
    assert again.mistakes and again.current().digest == book.current().digest
    assert [r.where for r in again.current().rules] == [r.where for r in book.current().rules]


LETTER = "Subject: We have it\n\nHello {{ desk.name }}\n"


def test_letters_of_the_desk_are_a_part_of_the_set(folder: Path, rows: Rows) -> None:
    home = folder.parent / "templates" / "letters"
    home.mkdir(parents=True)
    write(home / "receipt.txt.j2", LETTER)
    renewed: list[Mapping[str, str]] = []
    book = Rulebook(Sources(folder, home.parent), rows, renewed.append)
    book.start(NOON)
    assert renewed == [book.letters] and book.letters == {"letters/receipt.txt.j2": LETTER}
    write(home / "receipt.txt.j2", LETTER.replace("desk.name", "desk.nmae"))
    write(folder / "20-more.toml", BOB)
    assert not edited(book, NOON + HOUR), "half an edit is no edit"
    assert agents(book) == {"anna"} and len(renewed) == 1
    assert [m.partition(" ")[0] for m in book.mistakes] == ["letters/receipt.txt.j2:3:15:"]
    again = started(folder, rows)
    assert again.letters == book.letters and again.mistakes == book.mistakes
    write(home / "receipt.txt.j2", LETTER.replace("Hello", "Dear"))
    assert edited(book, NOON + DAY)
    assert agents(book) == {"anna", "bob"} and "Dear" in renewed[-1]["letters/receipt.txt.j2"]


def test_a_restart_is_no_new_beginning_of_a_set(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    version = book.current().version
    write(folder / "20-more.toml", BOB)
    edited(book, NOON + HOUR)
    again = Rulebook(Sources(folder), rows)
    again.start(NOON + DAY)
    assert again.since == NOON + HOUR + QUIET
    assert again.current().version == book.current().version != version
    assert not again.look(NOON + DAY + QUIET), "and there is nothing to read"


def test_who_asks_for_it_has_the_files_read_again(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    assert not book.look(NOON)
    book.ask()
    assert book.look(NOON + QUIET) and not book.look(NOON + QUIET)


def test_the_last_good_set_is_the_one_accepted_last_not_the_newest_one(
    folder: Path, rows: Rows
) -> None:
    book = started(folder, rows)
    write(folder / "20-more.toml", BOB)
    book.reload(NOON + MINUTE)
    (folder / "20-more.toml").unlink()
    book.reload(NOON + HOUR)  # back to what was there at first
    write(folder / "10-people.toml", BROKEN)
    assert agents(started(folder, rows)) == {"anna"}


def test_without_any_good_set_nothing_is_in_force(
    folder: Path, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder / "10-people.toml", BROKEN)
    with caplog.at_level(logging.ERROR):
        book = started(folder, rows)
    assert book.book is None and book.mistakes
    assert "mail is kept, nothing is decided" in caplog.text
    with pytest.raises(LookupError, match="no rule set"):
        book.current()
    write(folder / "10-people.toml", ANNA)
    assert edited(book, NOON + HOUR)
    assert agents(book) == {"anna"}


def test_a_missing_folder_is_the_shipped_set(tmp_path: Path, rows: Rows) -> None:
    book = started(tmp_path / "none", rows)
    assert book.current().texts == read_folder(tmp_path / "none")[0]
    assert all(name[0].isdigit() for name in book.current().texts)
    assert book.current().rules, "the manners are always there"


def test_a_folder_that_goes_away_takes_nobody_with_it(folder: Path, rows: Rows) -> None:
    """Somebody moves it aside for a moment: the agents must not become strangers."""
    book = started(folder, rows)
    shutil.move(folder, folder.with_name("aside"))
    assert not edited(book, NOON + HOUR)
    assert agents(book) == {"anna"} and book.mistakes
    shutil.move(folder.with_name("aside"), folder)
    assert edited(book, NOON + DAY)
    assert not book.mistakes


def test_an_empty_folder_is_a_desk_without_agents(folder: Path, rows: Rows) -> None:
    (folder / "10-people.toml").unlink()
    book = started(folder, rows)
    assert agents(book) == set()


@pytest.mark.parametrize("name", [".#10-people.toml", "10-people.toml~", "notes.txt"])
def test_what_editors_leave_behind_is_no_rule_file(folder: Path, rows: Rows, name: str) -> None:
    write(folder / name, BROKEN)
    book = started(folder, rows)
    assert not book.mistakes and agents(book) == {"anna"}


def test_a_set_that_could_not_be_kept_is_read_again(folder: Path, rows: Rows) -> None:
    book = started(folder, rows)
    write(folder / "20-more.toml", BOB)

    def full(sql: str, *values: object) -> None:
        raise StoreTrouble("disk full")

    rows.run = full  # type: ignore[method-assign]
    with pytest.raises(StoreTrouble):
        edited(book, NOON + HOUR)
    assert agents(book) == {"anna"}, "what is in force can always be found again"
    del rows.run
    assert book.look(NOON + HOUR + QUIET) and book.take(NOON + HOUR + QUIET)
    assert agents(book) == {"anna", "bob"}


def test_mail_is_kept_and_nothing_is_decided_while_no_set_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules" / "10-people.toml", BROKEN)
    url = f"sqlite:///{tmp_path}/postdesk.db"
    (tmp_path / "config.toml").write_text(CONFIG.format(database=url, desk="", more=""))
    house = House(load(tmp_path / "config.toml", {}), InlineWorkers)
    house.start(NOON)
    for address in ("support@example.com", "billing@example.com", "postmaster"):
        assert house.accepts(address) is None, "nobody knows which teams there are"
    assert house.accepts("support@elsewhere.example") is not None
    key = house.spool.keep(b"Subject: x\r\n\r\ny\r\n", rcpts=["support@example.com"], at=NOON)
    assert house.turn(NOON) == 0
    item = house.spool.item(key)
    assert item and (item.state, item.tries) == ("new", 0)
    write(tmp_path / "rules" / "10-people.toml", ANNA)
    house.reread(NOON)
    assert house.turn(NOON) > 0
    with house.rows.reading():
        assert house.tickets.get(1)
    house.close()


@pytest.mark.parametrize("address", ["support@example.com", "reply@example.com"])
def test_an_agent_who_is_the_desk_is_warned_of_at_the_start(
    folder: Path, rows: Rows, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    write(folder / "20-more.toml", BOB.replace("bob@example.com", address))
    sources = Sources(folder, address="support@example.com", reply="reply@example.com")
    book = Rulebook(sources, rows)
    with caplog.at_level(logging.WARNING):
        book.start(NOON)
    assert agents(book) == {"anna", "bob"}
    assert f"20-more.toml:1: agent bob: {address} is an address of the desk" in caplog.text
