"""A file too large for the relay is named to its author; nothing leaves as if it were whole."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from fake_relay import FakeRelay
from stories.town import Heard, Town
from stories.town import town as a_town

FILM = bytes(range(256)) * 2000  # 0.5 MB, 0.7 MB on the wire
LIMIT = "SIZE 400000"
MORE = '[identity]\nreply = "token"\n[relay]\nurl = "smtp://127.0.0.1:{}"'


@pytest.fixture
def relay() -> Iterator[FakeRelay]:
    with FakeRelay(features=["8BITMIME", LIMIT, "PIPELINING"]) as running:
        yield running


@pytest.fixture
def small_town(tmp_path: Path, database_url: str, relay: FakeRelay) -> Iterator[Town]:
    """A desk whose letters leave by a relay that takes 400,000 bytes."""
    with a_town(tmp_path, database_url, more=MORE.format(relay.port)) as place:
        yield place


def heard(relay: FakeRelay, address: str) -> list[Heard]:
    """What this person got, oldest first."""
    found = [taken.raw for taken in relay.letters if address in taken.rcpt]
    mails = (BytesParser(policy=default).parsebytes(raw) for raw in found)
    return [Heard(str(place), mail) for place, mail in enumerate(mails)]


def with_files(mail: EmailMessage) -> None:
    mail.add_attachment(FILM, "video", "mp4", filename="film.mp4")
    mail.add_attachment(b"%PDF", "application", "pdf", filename="plan.pdf")


def test_the_author_is_asked_before_anything_leaves(small_town: Town, relay: FakeRelay) -> None:
    petra, anna = small_town.person("petra@kunde.example"), small_town.person("anna@example.com")
    petra.writes("Pump", "How does it work?")
    anna.replies("See the film.", to=heard(relay, anna.address)[-1], change=with_files)
    asked = heard(relay, anna.address)[-1]
    assert "file is too large for the mail server: film.mp4 (512 KB)" in asked.text
    assert len(heard(relay, petra.address)) == 1  # the receipt
    anna.replies("send", to=asked, quote=False)
    answer = heard(relay, petra.address)[-1]
    assert "See the film." in answer.text and set(answer.files) == {"plan.pdf"}


def test_a_limit_known_too_late_is_told_with_the_names(small_town: Town, relay: FakeRelay) -> None:
    petra, anna = small_town.person("petra@kunde.example"), small_town.person("anna@example.com")
    petra.writes("Pump", "How does it work?")
    told = heard(relay, anna.address)[-1]
    small_town.restart()  # the limit is forgotten until the relay is greeted again
    anna.replies("See the film.", to=told, change=with_files)
    failed = heard(relay, anna.address)[-1]
    assert "file is too large for the mail server: film.mp4 (512 KB)" in failed.text
    assert "See the film." in failed.text
    assert len(heard(relay, petra.address)) == 1


def test_a_notification_too_large_goes_without_its_files(
    small_town: Town, relay: FakeRelay
) -> None:
    petra, anna = small_town.person("petra@kunde.example"), small_town.person("anna@example.com")
    petra.writes("Pump", "See the film.", change=with_files)
    told = heard(relay, anna.address)[-1]
    assert "See the film." in told.text and told.files == {}
    assert "Too large for the mail server, not attached: film.mp4, plan.pdf" in told.text
