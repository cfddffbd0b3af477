"""Pictures that only decorate are told from pictures that show something."""

import hashlib
from email.message import EmailMessage

import pytest

from postdesk.mailbox.mail import Attachment
from postdesk.mailbox.parse import parse
from postdesk.mailbox.pictures import LOGO

SMALL, LARGE = b"\x89PNG small", b"\x89PNG" + bytes(LOGO)
QUOTE = (
    '<div class="gmail_quote">On Mon, 23 Nov 2026 at 10:00 Bob wrote:<br>'
    "<blockquote>{}</blockquote></div>"
)
SIGNATURE = '<div class="gmail_signature">Petra Kunde<br>{}</div>'
PICTURE = '<img src="cid:p1" alt="logo">'


def mail(page: str, picture: bytes, *, kind: str = "image", plain: str = "") -> bytes:
    message = EmailMessage()
    message["From"] = "petra@kunde.example"
    if plain:
        message.set_content(plain)
        message.add_alternative(page, subtype="html")
        part = message.get_payload()[1]  # type: ignore[index]
    else:
        message.set_content(page, subtype="html")
        part = message
    assert isinstance(part, EmailMessage)
    part.add_related(picture, kind, "png", cid="<p1>", filename="logo.png")
    return message.as_bytes()


def picture_of(raw: bytes) -> Attachment:
    (found,) = parse(raw).attachments
    return found


@pytest.mark.parametrize(
    ("page", "picture", "quoted"),
    [
        (f"<p>It looks like this: {PICTURE}</p>", SMALL, False),
        (f"<p>It looks like this:</p>{PICTURE}", SMALL, False),
        (f"<p>It stopped.</p><p>Kind regards<br>Petra</p>{PICTURE}", SMALL, True),
        (
            f"<p>It stopped.</p><p>Mit freundlichen Gr\u00fc\u00dfen</p><p>Petra</p>{PICTURE}",
            SMALL,
            True,
        ),
        (f"<p>It stopped.</p><p>Petra Kunde<br>Tel. +49 30 1234567</p>{PICTURE}", SMALL, True),
        (f"<p>It stopped.</p><p>Kind regards<br>Petra</p>{PICTURE}", LARGE, False),
        (f"<p>Look:</p>{PICTURE}<p>Isn't it?</p>", SMALL, False),
        (PICTURE, SMALL, False),
        ("<p>Yes.</p>" + QUOTE.format(f"<p>Shall we?</p>{PICTURE}"), LARGE, True),
        ("<p>Yes.</p>" + SIGNATURE.format(PICTURE), LARGE, True),
        (f"<p>See {PICTURE}</p>" + QUOTE.format(PICTURE), SMALL, False),
        ("<p>No picture in here</p>", SMALL, False),
    ],
)
def test_decoration_is_told(page: str, picture: bytes, quoted: bool) -> None:
    assert picture_of(mail(page, picture)).quoted is quoted


def test_a_file_is_no_decoration() -> None:
    page = "<p>Yes.</p>" + QUOTE.format('<a href="x">x</a><img src="cid:p1">')
    assert not picture_of(mail(page, LARGE, kind="application")).quoted


def test_a_logo_at_the_foot_leaves_the_words_too() -> None:
    raw = mail(
        f"<p>It runs <b>again</b> 🙂</p><p>Regards, Petra</p><p>petra@kunde.example</p>{PICTURE}",
        SMALL,
    )
    found = parse(raw)
    assert found.new == "It runs again 🙂\n\nRegards, Petra\n\npetra@kunde.example"
    assert "cid:" not in "".join(line.html for line in found.rich)
    assert "[picture: logo]" in found.text


def test_a_logo_at_the_foot_leaves_the_plain_words_too() -> None:
    page = f"<p>It runs <b>again</b></p><p>Regards</p>{PICTURE}"
    found = parse(mail(page, SMALL, plain="It runs again\n\nRegards\n\n[image: logo]\n"))
    assert found.new == "It runs again\n\nRegards"
    assert [line.html for line in found.rich] == ["It runs <b>again</b>", "", "Regards"]


def test_the_seal_is_that_of_the_bytes() -> None:
    page = f"<p>See {PICTURE} here</p>"
    assert picture_of(mail(page, SMALL)).seal == hashlib.sha256(SMALL).hexdigest()[:32]
    assert picture_of(mail(page, SMALL)).seal != picture_of(mail(page, LARGE)).seal
