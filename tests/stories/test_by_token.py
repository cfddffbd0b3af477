"""A desk without passwords: its mailbox and its relay take OAuth2 tokens only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from fake_imap import FakeImap
from fake_relay import Close, FakeRelay
from issuer import AWAY, Issuer, granted
from stories.town import Heard, Town
from stories.town import town as a_town

from postdesk.mailbox.oauth import write_refresh

BY_CLIENT = """
auth = "oauth2"
client_id = "desk"
client_secret = "client-s3cret"
token_url = "{url}/token"
"""
BY_PERSON = """
auth = "oauth2"
client_id = "desk"
device_url = "{url}/device"
token_url = "{url}/token"
"""
MAILBOX = """
[imap.{name}]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "support@example.com"
idle = false
every = "600s"
"""
RELAY = """
[relay]
url = "smtp://support@example.com@127.0.0.1:{port}"
"""
IDENTITY = '[identity]\nreply = "token"\n'


def proof(token: str) -> str:
    return f"user=support@example.com\1auth=Bearer {token}\1\1"


@dataclass
class Cloud:
    """The mail host, and the issuer of its tokens."""

    issuer: Issuer
    imap: FakeImap
    relay: FakeRelay

    def takes(self, token: str) -> None:
        """From now on this token is issued, and no other is taken."""
        self.issuer.replies = [granted(token)]
        self.imap.proof = proof(token).encode()
        self.relay.logins = {"XOAUTH2": proof(token)}

    def hangs_up(self) -> None:
        """Both connections end, so that the next act needs a login."""
        self.imap.hang_up()
        self.relay.script = {"MAIL": [Close("421 4.4.2 you were quiet for too long")]}

    def shown(self, token: str) -> bool:
        """Was this token shown to the mailbox?"""
        return proof(token).encode() in self.imap.proofs

    def letters_to(self, address: str) -> list[Heard]:
        return [
            Heard(str(number), _parsed(letter.raw))
            for number, letter in enumerate(self.relay.letters)
            if letter.rcpt == f"<{address}>"
        ]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    capabilities = "IMAP4rev1 IDLE MOVE UIDPLUS NAMESPACE AUTH=XOAUTH2"
    with Issuer() as issuer, FakeImap(capabilities=capabilities) as imap, FakeRelay() as relay:
        found = Cloud(issuer, imap, relay)
        found.takes("access-1")
        yield found


@contextmanager
def town_under(cloud: Cloud, folder: Path) -> Iterator[Town]:
    tokens = BY_CLIENT.format(url=cloud.issuer.url)
    mailbox = MAILBOX.format(name="support", port=cloud.imap.port) + tokens
    relay = RELAY.format(port=cloud.relay.port) + tokens
    database = f"sqlite:///{folder}/postdesk.db"
    with a_town(folder, database, more=IDENTITY + mailbox + relay) as town:
        yield town


def mail(subject: str, words: str) -> bytes:
    return (
        "From: Petra Kunde <petra@kunde.example>\nTo: support@example.com\n"
        f"Subject: {subject}\nMessage-ID: <{subject}@kunde.example>\n\n{words}\n"
    ).encode()


def waiting(town: Town) -> int:
    """Letters in the outbox; none has failed."""
    with town.house.rows.reading():
        counts = town.house.outbox.count()
    assert counts.keys() <= {"waiting"}
    return counts.get("waiting", 0)


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(raw)


def asked_and_told(town: Town, cloud: Cloud) -> Heard:
    """Petra's mail was fetched, and anna notified by the relay."""
    cloud.imap.arrive(mail("Printer", "It is on fire."), town.time)
    town.fetches()
    (told,) = cloud.letters_to("anna@example.com")
    return told


def test_a_mail_is_fetched_answered_and_sent_by_tokens_alone(tmp_path: Path, cloud: Cloud) -> None:
    with town_under(cloud, tmp_path) as town:
        told = asked_and_told(town, cloud)
        assert "It is on fire." in told.text
        town.person("anna@example.com").replies("It is out.", to=told)
        receipt, answer = cloud.letters_to("petra@kunde.example")
        assert receipt.subject.startswith("[#1]")
        assert "It is out." in answer.text
        assert town.ticket(1)["status"] == "responded"
        assert waiting(town) == 0
    assert cloud.imap.proofs == [proof("access-1").encode()]
    assert cloud.relay.verbs.count("AUTH") == 1
    assert [form["grant_type"] for form in cloud.issuer.forms()] == ["client_credentials"] * 2


@pytest.mark.parametrize("hours", [2, 0])
def test_a_token_that_ends_by_its_time_or_before_is_no_trouble(
    tmp_path: Path, cloud: Cloud, hours: int
) -> None:
    with town_under(cloud, tmp_path) as town:
        asked_and_told(town, cloud)
        cloud.imap.proofs.clear()
        cloud.takes("access-2")
        cloud.hangs_up()
        town.passes(hours=hours)
        cloud.imap.arrive(mail("Smoke", "And the desk too."), town.time)
        town.fetches()
        assert town.tickets() == 2
        assert "And the desk too." in cloud.letters_to("anna@example.com")[1].text
        assert len(cloud.letters_to("petra@kunde.example")) == 2
        assert waiting(town) == 0
    assert cloud.shown("access-2")
    assert cloud.shown("access-1") == (hours == 0)  # void before its time: found out by the server


def test_an_issuer_that_is_down_for_an_hour_loses_nothing(tmp_path: Path, cloud: Cloud) -> None:
    with town_under(cloud, tmp_path) as town:
        told = asked_and_told(town, cloud)
        town.passes(hours=1)
        cloud.issuer.replies = [AWAY]
        cloud.hangs_up()
        town.person("anna@example.com").replies("It is out.", to=told)
        cloud.imap.arrive(mail("Smoke", "And the desk too."), town.time)
        for _ in range(6):
            town.passes(minutes=10)
            town.fetches()
        (reader,) = town.house.readers
        assert reader.trouble is not None and reader.trouble.kind == "connection"
        assert "answered 503" in reader.trouble.why
        assert (town.tickets(), len(cloud.imap.inbox)) == (1, 1)
        assert waiting(town) == 1
        cloud.takes("access-2")
        town.passes(hours=1)
        town.fetches()
        assert (town.tickets(), len(cloud.imap.inbox)) == (2, 0)
        answers = [h for h in cloud.letters_to("petra@kunde.example") if "It is out." in h.text]
        assert len(answers) == 1
        assert waiting(town) == 0


def test_a_mailbox_nobody_has_logged_in_to_leaves_the_others_alone(
    tmp_path: Path, cloud: Cloud
) -> None:
    by_person = BY_PERSON.format(url=cloud.issuer.url)
    with FakeImap() as open_:
        boxes = MAILBOX.format(name="support", port=cloud.imap.port) + by_person
        boxes += MAILBOX.format(name="sales", port=open_.port) + 'password = "right"\n'
        database = f"sqlite:///{tmp_path}/postdesk.db"
        with a_town(tmp_path, database, more=IDENTITY + boxes) as town:
            cloud.imap.arrive(mail("Printer", "It is on fire."), town.time)
            open_.arrive(mail("Invoice", "Twice, please."), town.time)
            town.fetches()
            assert town.ticket(1)["title"] == "Invoice"
            shut = next(r for r in town.house.readers if r.account.name == "support")
            assert shut.trouble is not None and shut.trouble.kind == "login"
            assert shut.trouble.why.endswith("run: postdesk login support")
            write_refresh(tmp_path / "var" / "tokens" / "support", "refresh-1")
            town.fetches()
            assert town.ticket(2)["title"] == "Printer"
            assert shut.trouble is None
