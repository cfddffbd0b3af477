"""Things break: the relay, a mailbox, the disk, the database, a rule file. Nothing is lost."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from peewee import OperationalError
from stories.town import PEOPLE, Heard, Person, Town
from stories.town import town as a_town

from postdesk.mailbox.submit import Deferred, OneByOne, Refused, Transport, Verdict

PETRA, MAX = "petra@kunde.example", "max@kunde.example"
DOWN = Deferred("cannot connect to relay.example:25")
NO_USER = Refused("550 5.1.1 <max@kunde.example>: no such user here")


@dataclass
class Moody(OneByOne):
    """A relay in front of the real one, which may have something against a recipient."""

    behind: Transport
    against: Callable[[str], Verdict | None]

    @property
    def size_limit(self) -> int | None:
        return self.behind.size_limit

    def send(self, mail_from: str, rcpt: str, raw: bytes, message_id: str) -> Verdict:
        return self.against(rcpt) or self.behind.send(mail_from, rcpt, raw, message_id)

    def close(self) -> None:
        self.behind.close()


@contextmanager
def relay(town: Town, against: Callable[[str], Verdict | None]) -> Iterator[None]:
    courier = town.house.courier
    behind, courier._transport = courier._transport, Moody(courier._transport, against)
    yield
    courier._transport = behind


@contextmanager
def no_database(town: Town) -> Iterator[None]:
    """The server is gone: every statement fails, on whatever connection."""
    db = town.house.rows.db

    def gone(*_: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    db.execute_sql = gone
    yield
    del db.execute_sql


def told(town: Town) -> tuple[Person, Person]:
    petra, anna = town.person(PETRA, "Petra Kunde"), town.person("anna@example.com")
    petra.writes("Printer", "It is on fire.", cc=MAX)
    petra.hears()
    anna.hears("It is on fire.")
    return petra, anna


def history(town: Town, act: str) -> list[dict[str, object]]:
    return [line["detail"] for line in town.ticket(1)["history"] if line["act"] == act]


# --- the relay ---------------------------------------------------------------------------------


def test_while_the_relay_is_down_letters_wait_and_mail_comes_in(town: Town) -> None:
    petra, anna = town.person(PETRA), town.person("anna@example.com")
    with relay(town, lambda rcpt: DOWN):
        petra.writes("Printer", "It is on fire.")
        petra.writes("Scanner", "It is cold.")
        town.passes(days=2)
        petra.hears_nothing()
        assert town.tickets() == 2
    town.passes(hours=5)
    assert sorted(h.subject[:4] for h in town.fresh_letters_to(PETRA)) == ["[#1]", "[#2]"]
    assert len(town.fresh_letters_to(anna.address)) == 2
    town.passes(days=2)
    petra.hears_nothing()


def test_the_author_hears_after_four_hours_that_an_answer_is_late_and_once(town: Town) -> None:
    petra, anna = told(town)
    with relay(town, lambda rcpt: DOWN if rcpt == PETRA else None):
        anna.replies("Run!")
        town.passes(hours=1)
        anna.hears_nothing()
        town.passes(hours=4)
        late = anna.hears("cannot connect to relay.example:25", subject="Delayed: [#1]")
        assert "Run!" in late.text and "28 Nov" in late.text.replace("2026-11-28", "28 Nov")
        town.passes(days=1)
        anna.hears_nothing()
    town.passes(hours=5)
    petra.hears("Run!")


def test_after_five_days_the_author_hears_that_it_never_arrived(town: Town) -> None:
    petra, anna = told(town)
    with relay(town, lambda rcpt: DOWN if rcpt == PETRA else None):
        anna.replies("Run!")
        town.passes(days=6)
        anna.hears("gave up after 5 days", subject="Not delivered: [#1]")
    town.passes(days=1)
    petra.hears_nothing()
    [bounced] = history(town, "bounced")
    assert (bounced["recipient"], bounced["permanent"]) == (PETRA, True)


def test_a_refused_recipient_is_told_of_at_once_and_the_others_get_theirs(town: Town) -> None:
    petra, anna = told(town)
    with relay(town, lambda rcpt: NO_USER if rcpt == MAX else None):
        anna.replies("Run!")
        petra.hears("Run!")
        failed = anna.hears("550 5.1.1", subject="Not delivered: [#1]")
    assert MAX in failed.text and "Run!" in failed.text
    assert history(town, "bounced") == [
        {
            "recipient": MAX,
            "status": "5.1.1",
            "permanent": True,
            "diagnostic": "550 5.1.1 <max@kunde.example>: no such user here",
        }
    ]
    town.passes(days=1)
    town.person(MAX).hears_nothing()


def test_an_agent_whose_mailbox_refuses_is_no_trouble_for_the_customer(town: Town) -> None:
    petra = town.person(PETRA)
    with relay(town, lambda rcpt: Refused("550 no") if rcpt == "anna@example.com" else None):
        petra.writes("Printer", "It is on fire.")
        petra.hears()
        town.person("bob@example.com").hears("It is on fire.")
    assert [line["recipient"] for line in history(town, "bounced")] == ["anna@example.com"]


def test_an_outbox_folder_that_cannot_be_written_is_waited_for(town: Town) -> None:
    folder = town.folder / "var" / "outbox"
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("somebody put a file here")
    petra = town.person(PETRA)
    petra.writes("Printer", "It is on fire.")
    folder.unlink()
    town.passes(minutes=2)
    petra.hears(subject="[#1]")


# --- letters that come back --------------------------------------------------------------------


REPORT = """\
From: Mail Delivery System <mailer-daemon@kunde.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce1@kunde.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Your message could not be delivered: the mailbox is full.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kunde.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full
--b--
"""


def report(letter: Heard) -> bytes:
    """What the server of the recipient sends back (RFC 3464)."""
    to, recipient = letter.mail["Return-Path"], letter.mail["Delivered-To"]
    return REPORT.format(to=to, recipient=recipient).encode()


def test_a_bounce_lands_on_its_ticket_and_the_author_hears(town: Town) -> None:
    petra, anna = told(town)
    anna.replies("Run!")
    answer = petra.hears("Run!")
    envelope = str(answer.mail["Return-Path"]).strip("<>")
    assert envelope.startswith("support+1.")
    town.deliver("", [envelope], report(answer))
    assert town.tickets() == 1
    [bounced] = history(town, "bounced")
    assert set(bounced) == {"recipient", "status", "permanent", "diagnostic"}
    assert (bounced["recipient"], bounced["status"]) == (PETRA, "5.2.2")
    assert bounced["permanent"] is True and "mailbox" in str(bounced["diagnostic"])
    line = next(h for h in town.ticket(1)["history"] if h["act"] == "bounced")
    assert line["because"] == answer.mail["Message-ID"]
    anna.hears("full", subject="Not delivered: [#1]")
    petra.hears_nothing()
    assert town.ticket(1)["status"] == "responded"
    assert town.house.spool.counts()["held"] == 0


def test_a_bounce_of_a_bounce_or_a_receipt_answers_nobody(town: Town) -> None:
    petra = town.person(PETRA)
    petra.writes("Printer", "It is on fire.")
    receipt = petra.hears()
    assert receipt.mail["Return-Path"] == "<>"
    before = len(town.letters())
    town.deliver("", ["support@example.com"], report(receipt))
    assert not [x for x in town.letters()[before:] if x.mail["Delivered-To"] == PETRA]


# --- the disk and the database -----------------------------------------------------------------


def test_a_full_disk_takes_no_mail_and_says_so_until_there_is_room(town: Town) -> None:
    petra = town.person(PETRA)
    petra.writes("Printer", "It is on fire.")
    spool = town.house.spool

    def pages(link: object) -> int:
        return int(link.execute("PRAGMA page_count").fetchone()[0])  # type: ignore[attr-defined]

    full = spool._write(pages).result()
    spool._write(lambda link: link.execute(f"PRAGMA max_page_count = {full}").fetchall()).result()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        petra.writes("Film", "x" * 300_000)
    assert refused.value.smtp_code == 452
    assert town.tickets() == 1
    spool._write(lambda link: link.execute("PRAGMA max_page_count = 99999").fetchall()).result()
    petra.writes("Film", "x" * 300_000)
    assert town.tickets() == 2


def test_mail_comes_in_while_the_database_is_away(town: Town) -> None:
    petra, anna = told(town)
    with no_database(town):
        for n in range(3):
            petra.writes(f"Mail {n}", "Is anybody there?")
            town.passes(minutes=10)
        petra.hears_nothing()
        assert town.house.spool.counts()["new"] == 3
        assert {item.tries for item in town.house.spool.items("new", 9)} == {0}
        assert town.daemon.loops[0].trouble
    town.passes(minutes=1)
    assert town.tickets() == 4
    assert town.house.spool.counts() == {"new": 0, "held": 0, "done": 4}
    assert len(town.fresh_letters_to(PETRA)) == 3
    assert len(town.fresh_letters_to(anna.address)) == 3
    assert not town.daemon.loops[0].trouble


def test_an_answer_given_while_the_database_is_away_arrives_later_and_once(town: Town) -> None:
    petra, anna = told(town)
    with no_database(town):
        anna.replies("Run!")
        petra.hears_nothing()
    town.passes(minutes=1)
    petra.hears("Run!")
    town.passes(days=1)
    petra.hears_nothing()


# --- rules -------------------------------------------------------------------------------------

CARLA = '\n[agent.carla]\nname = "Carla"\naddresses = ["carla@example.com"]\n'


def edit(town: Town, text: str) -> None:
    """Save who there is."""
    town.edits("rules/10-people.toml", text)


def test_an_edit_is_in_force_without_a_signal(town: Town) -> None:
    edit(town, PEOPLE + CARLA)
    petra, carla = town.person(PETRA), town.person("carla@example.com")
    petra.writes("Printer", "It is on fire.")
    carla.hears("It is on fire.")
    carla.replies("Run!")
    assert town.ticket(1)["assignee"] == "carla"


def test_a_broken_edit_changes_nothing_not_even_over_a_restart(town: Town) -> None:
    edit(town, PEOPLE + CARLA + "[agent.")
    petra, anna = told(town)
    town.person("carla@example.com").hears_nothing()
    town.restart()
    anna.replies("Run!")
    petra.hears("Run!")
    assert town.house.rulebook.mistakes
    edit(town, PEOPLE + CARLA)
    assert not town.house.rulebook.mistakes


def test_without_a_good_set_mail_waits_for_one(tmp_path: Path, database_url: str) -> None:
    with a_town(tmp_path, database_url, people="[agent.") as town:
        petra = town.person(PETRA)
        petra.writes("Printer", "It is on fire.")
        petra.hears_nothing()
        assert town.house.spool.counts() == {"new": 1, "held": 0, "done": 0}
        edit(town, PEOPLE)
        town.passes(minutes=1)
        petra.hears(subject="[#1]")
        town.person("anna@example.com").hears("It is on fire.")
