"""What admins are mailed: once, whichever node notices it first."""

from dataclasses import replace
from datetime import timedelta

from made_up import DAY, HOUR, MINUTE, NOON, people

from postdesk.daemon.admins import MOST, Admins
from postdesk.daemon.letters import Voice
from postdesk.daemon.store import Rows
from postdesk.daemon.store_outbox import Outbox
from postdesk.mailbox.keys import Key, KeyRing
from postdesk.mailbox.marks import Marks
from postdesk.rules.book import Book
from postdesk.rules.people import Agent, People
from postdesk.templates.render import Renderer

ADDRESS = "support@example.com"
VOICE = Voice("Example Support", ADDRESS, "", "en", "UTC", timedelta())
MARKS = Marks(KeyRing((Key("a", b"k" * 32),)), "support+{mark}@example.com", "example.com")
MISTAKES = ("50-routing.toml:3:1: unknown key", "60-escalation.toml:9:2: unknown team")


def admins(rows: Rows, who: People | None = None) -> Admins:
    book = Book(people=people() if who is None else who, digest="a" * 64)
    return Admins(rows, VOICE, MARKS, Renderer().render, lambda: book)


def told(rows: Rows) -> list[tuple[str, str]]:
    """Recipient and subject of every letter there is."""
    with rows.reading():
        found = Outbox(rows).listed()
        return [(row["recipient"], row["subject"]) for row in reversed(found)]


def test_admins_are_told_what_is_still_wrong_after_a_minute(rows: Rows) -> None:
    one = admins(rows)
    one.hear(MISTAKES, NOON)
    assert one.step(NOON + MINUTE - timedelta(seconds=1)) == 0
    assert one.step(NOON + MINUTE) == 1
    assert one.step(NOON + DAY) == 0
    [(recipient, subject)] = told(rows)
    assert recipient == "max@example.com" and "rules" in subject


def test_where_nobody_is_admin_those_who_answer_are_told(rows: Rows) -> None:
    agents = {n: replace(a, role="agent") for n, a in people().agents.items() if n != "bob"}
    one = admins(rows, People({**agents, "ghost": Agent("ghost", "Ghost", ())}))
    one.hear(MISTAKES, NOON)
    one.step(NOON + HOUR)
    assert {recipient for recipient, _ in told(rows)} == {"anna@example.com", "max@example.com"}


def test_nobody_to_tell_is_no_trouble(rows: Rows) -> None:
    one = admins(rows, People())
    one.hear(MISTAKES, NOON)
    assert one.step(NOON + HOUR) == 0
    one.unwritten("receipt", "it failed")
    assert one.step(NOON + HOUR) == 0


def test_a_second_node_and_a_new_start_tell_nothing_twice(rows: Rows) -> None:
    one, two = admins(rows), admins(rows)
    one.hear(MISTAKES, NOON)
    two.hear(MISTAKES, NOON + MINUTE / 2)
    assert one.step(NOON + MINUTE) == 1
    assert two.step(NOON + MINUTE) == 0
    three = admins(rows)
    three.hear(MISTAKES, NOON + DAY)
    assert three.step(NOON + 2 * DAY) == 0


def test_the_minute_began_before_the_restart(rows: Rows) -> None:
    admins(rows).hear(MISTAKES, NOON)
    again = admins(rows)
    again.hear(MISTAKES, NOON + MINUTE)
    assert again.step(NOON + MINUTE) == 1


def test_each_different_set_of_mistakes_has_its_own_minute_and_letter(rows: Rows) -> None:
    one, now = admins(rows), NOON
    for mistakes, letters in (
        (MISTAKES, 1),
        (MISTAKES[:1], 1),
        (MISTAKES, 0),
        ((), 0),
        (MISTAKES, 1),
    ):
        one.hear(mistakes, now)
        assert one.step(now) == 0
        assert one.step(now + MINUTE) == letters
        now += HOUR
    assert len(told(rows)) == 3


def test_a_letter_that_fails_is_told_once_while_the_set_is_the_same(rows: Rows) -> None:
    one = admins(rows)
    for _ in range(3):
        one.unwritten("receipt", "letters/receipt.txt.j2:3: division by zero")
        one.step(NOON)
    two = admins(rows)
    two.unwritten("receipt", "letters/receipt.txt.j2:3: division by zero")
    assert two.step(NOON + DAY) == 0
    two.unwritten("receipt", "took longer than 2 s")
    assert two.step(NOON + DAY) == 1
    assert [(who, "letters" in s) for who, s in told(rows)] == [("max@example.com", True)] * 2


def test_a_letter_about_a_thousand_mistakes_stays_a_letter(rows: Rows) -> None:
    one = admins(rows)
    one.hear(tuple(f"x.toml:{line}:1: wrong" for line in range(1, 1000)), NOON)
    one.step(NOON + MINUTE)
    with rows.reading():
        content = str(rows.value("SELECT content FROM letter"))
    assert f"x.toml:{MOST}:1" in content and f"x.toml:{MOST + 1}:1" not in content
    assert f"and {999 - MOST} more" in content
