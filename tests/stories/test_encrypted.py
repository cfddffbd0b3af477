"""What is encrypted is for the agent's own mail client: the ticket says so, nothing is lost."""

import base64
from email.message import EmailMessage

import pytest
from stories.town import Heard, Town

ARMOUR = "-----BEGIN PGP MESSAGE-----\n\nhQEMAzcjaFakeFakeFake\n=abcd\n-----END PGP MESSAGE-----\n"
ENCRYPTED = "(This message is encrypted and cannot be read here. It is attached as it came.)"


def pgp_mime(mail: EmailMessage) -> None:
    """RFC 3156 4."""
    mail.clear_content()
    mail.make_mixed()
    mail.add_attachment(b"Version: 1\r\n", "application", "pgp-encrypted")
    mail.add_attachment(ARMOUR.encode(), "application", "octet-stream", filename="encrypted.asc")
    mail.replace_header(
        "Content-Type",
        'multipart/encrypted; protocol="application/pgp-encrypted"; '
        f'boundary="{mail.get_boundary() or "b-7"}"',
    )


def inline_pgp(mail: EmailMessage) -> None:
    mail.set_content(f"Please read:\n\n{ARMOUR}\n")


def enveloped(mail: EmailMessage) -> None:
    """RFC 8551 3.3."""
    mail.set_content(
        base64.b64decode("MIAGCSqGSIb3DQEHA6CAMIACAQAxAA=="), "application", "pkcs7-mime"
    )
    mail.set_param("smime-type", "enveloped-data")


@pytest.mark.parametrize("kind", [pgp_mime, inline_pgp, enveloped])
def test_the_agent_gets_the_mail_as_it_came(town: Town, kind: object) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    sent = petra.writes("Salaries", "", change=kind)  # type: ignore[arg-type]
    told = anna.hears("This message is encrypted")
    assert as_it_came(told, sent)
    (message,) = town.ticket(1)["messages"]
    assert ENCRYPTED in message["text"]
    assert [file["name"] for file in message["attachments"]] == ["mail.eml"]
    assert "BEGIN PGP" not in told.text


def test_a_later_encrypted_mail_comes_as_it_came_too(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Salaries", "May I write to you in secret?")
    petra.hears()
    anna.hears("in secret")
    anna.replies("You may.")
    sent = petra.replies("", change=inline_pgp, to=petra.hears("You may."))
    assert as_it_came(anna.hears("Please read:"), sent)
    assert town.tickets() == 1


def as_it_came(told: Heard, sent: EmailMessage) -> bool:
    """Whether the whole mail is attached, whose words only a key can read."""
    (whole,) = [part for part in told.mail.walk() if part.get_content_type() == "message/rfc822"]
    inner = whole.get_payload()[0]  # type: ignore[index]
    assert isinstance(inner, EmailMessage)
    body = sent.as_bytes().partition(b"\n\n")[2]
    came = inner.as_bytes().partition(b"\n\n")[2]
    return came.split() == body.split() and inner["Message-ID"] == sent["Message-ID"]


def test_an_agents_encrypted_answer_goes_nowhere(town: Town) -> None:
    petra, anna = town.person("petra@kunde.example"), town.person("anna@example.com")
    petra.writes("Salaries", "How much?")
    petra.hears()
    anna.hears()
    anna.replies("", change=inline_pgp)
    asked = anna.hears("is encrypted, and what it says cannot be read here")
    assert "cancel" in asked.text
    anna.replies("send", quote=False)
    anna.hears("is encrypted, and")
    petra.hears_nothing()
    anna.replies("cancel", quote=False)
    anna.hears()
    petra.hears_nothing()
