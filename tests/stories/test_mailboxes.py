"""Mail that is fetched: from one mailbox, from two, and what was written by hand in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fake_imap import FakeImap
from stories.town import Town
from stories.town import town as a_town

MAILBOX = """
[imap.{name}]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{name}"
password = "right"
idle = false
every = "600s"
{more}
"""


@contextmanager
def polling(folder: Path, database: str, *servers: FakeImap, more: str = "") -> Iterator[Town]:
    tables = [
        MAILBOX.format(name=f"box{n}", port=server.port, more=more)
        for n, server in enumerate(servers)
    ]
    extra = '[identity]\nreply = "token"' + "".join(tables)
    with a_town(folder, database, more=extra) as town:
        yield town


def mail(words: str = "It is on fire.", to: str = "support@example.com", **headers: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return (
        f"From: Petra Kunde <petra@kunde.example>\nTo: {to}\nSubject: Printer\n"
        f"Date: Mon, 23 Nov 2026 09:00:00 +0000\nMessage-ID: <{abs(hash(words))}@kunde.example>\n"
        f"{more}\n{words}\n"
    ).encode()


def now() -> datetime:
    return datetime.now(UTC)


def test_a_fetched_mail_is_a_ticket_and_lies_in_processed(
    tmp_path: Path, database_url: str
) -> None:
    with FakeImap() as server, polling(tmp_path, database_url, server) as town:
        server.arrive(mail(), town.time)
        town.fetches()
        town.person("anna@example.com").hears("It is on fire.")
        assert town.tickets() == 1
        assert len(server.folders["Processed"]) == 1 and not server.inbox


def test_a_mail_that_lay_there_for_days_opens_its_ticket_in_silence(
    tmp_path: Path, database_url: str
) -> None:
    with FakeImap() as server, polling(tmp_path, database_url, server) as town:
        server.arrive(mail(), town.time - timedelta(days=2))
        town.fetches()
        assert town.tickets() == 1
        assert town.letters() == []


def test_the_same_mail_by_two_mailboxes_and_by_smtp_is_one_ticket(
    tmp_path: Path, database_url: str
) -> None:
    with (
        FakeImap() as one,
        FakeImap() as two,
        polling(tmp_path, database_url, one, two) as town,
    ):
        raw = mail(to="support@example.com, sales@example.com")
        town.deliver("petra@kunde.example", ["support@example.com"], raw)
        one.arrive(b"Received: from a by b; x\n" + raw, town.time)
        two.arrive(b"Delivered-To: sales@example.com\n" + raw, town.time)
        town.fetches()
        assert town.tickets() == 1
        assert len(town.ticket(1)["messages"]) == 1
        assert len(town.letters_to("anna@example.com")) == 1


def test_another_mail_under_the_same_message_id_is_not_lost(
    tmp_path: Path, database_url: str
) -> None:
    with FakeImap() as server, polling(tmp_path, database_url, server) as town:
        first = mail("It is on fire.")
        other = first.replace(b"It is on fire.", b"It is on fire no more.")
        server.arrive(first, town.time)
        server.arrive(other, town.time)
        town.fetches()
        assert sum(len(town.ticket(n + 1)["messages"]) for n in range(town.tickets())) == 2


def test_a_wrong_password_of_one_mailbox_does_not_stop_the_other(
    tmp_path: Path, database_url: str
) -> None:
    with (
        FakeImap(password="another") as locked,
        FakeImap() as open_,
        polling(tmp_path, database_url, locked, open_) as town,
    ):
        open_.arrive(mail(), town.time)
        town.fetches("box1")
        assert town.tickets() == 1
        trouble = next(r.trouble for r in town.house.readers if r.account.name == "box0")
        assert trouble is not None and trouble.kind == "login"


def test_an_answer_written_by_hand_is_filed_and_goes_to_nobody_again(
    tmp_path: Path, database_url: str
) -> None:
    with a_town(tmp_path, database_url) as town:
        petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
        asked = petra.writes("Printer", "It is on fire.")
        petra.hears()
        anna.hears()
        by_hand = (
            "From: Support <support@example.com>\nTo: petra@kunde.example\n"
            "Subject: Re: Printer\nMessage-ID: <by-hand@example.com>\n"
            f"In-Reply-To: {asked['Message-ID']}\n\nRun!\n\n"
            "On Monday, Petra Kunde wrote:\n> It is on fire.\n"
        )
        town.house.spool.keep(by_hand.encode(), source="sent")
        town.daemon.settle()
        ticket = town.ticket(1)
        assert [m["kind"] for m in ticket["messages"]] == ["in", "out"]
        assert ticket["messages"][1]["text"] == "Run!"
        assert (ticket["status"], ticket["assignee"]) == ("responded", None)
        assert ticket["first_response_at"]
        petra.hears_nothing()
        anna.hears_nothing()
        assert town.tickets() == 1


def test_our_own_letters_in_the_sent_folder_are_known(tmp_path: Path, database_url: str) -> None:
    with a_town(tmp_path, database_url) as town:
        petra = town.person("petra@kunde.example")
        petra.writes("Printer", "It is on fire.")
        receipt = petra.hears()
        town.house.spool.keep(receipt.mail.as_bytes(), source="sent")
        town.daemon.settle()
        assert len(town.ticket(1)["messages"]) == 1


def test_a_mail_without_any_id_that_is_read_again_is_one_ticket(
    tmp_path: Path, database_url: str
) -> None:
    with FakeImap() as server, polling(tmp_path, database_url, server, more='done = ""') as town:
        lines = mail().splitlines(keepends=True)
        raw = b"".join(line for line in lines if not line.startswith(b"Message-ID"))
        server.arrive(raw, town.time)
        town.fetches()
        server.uidvalidity = 8
        town.fetches()
        assert town.tickets() == 1
        assert len(town.house.spool.items(None, 10)) == 2
