"""Which transport a url names, and whom it trusts with the password."""

import logging
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fake_relay import Answer, FakeRelay

from postdesk.mailbox.oauth_issuer import LoginNeeded
from postdesk.mailbox.submit import Deferred, Sent, Verdict, transport

RAW = b"Subject: x\r\n\r\nhello\r\n"
PETRA = "petra@kunde.example"
DESK = "support@example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fake relay")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_relay_with_a_known_certificate_gets_password_and_letter(
    scheme: str, certificate: Path, secure: ssl.SSLContext
) -> None:
    login = {"PLAIN": "\0anna@example.com\0pa55 word"}
    with FakeRelay(tls=secure, implicit=scheme == "smtps", logins=login) as fake:
        url = f"{scheme}://anna@example.com@127.0.0.1:{fake.port}?ca={certificate.name}"
        relay = transport(url, certificate.parent, password="pa55 word", hostname="desk.example")
        assert isinstance(relay.send(DESK, PETRA, RAW, "<1@x.example>"), Sent)
        relay.close()
        assert fake.letters[0].raw == RAW
        greetings = fake.said[:3] if scheme == "smtp+starttls" else fake.said[:1]
        assert greetings[0] == greetings[-1] == "ehlo desk.example"


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_an_unknown_certificate_gets_neither_password_nor_letter(
    scheme: str, tmp_path: Path, secure: ssl.SSLContext
) -> None:
    login = {"PLAIN": "\0anna\0secret"}
    with FakeRelay(tls=secure, implicit=scheme == "smtps", logins=login) as fake:
        url = f"{scheme}://anna@127.0.0.1:{fake.port}"
        verdict = transport(url, tmp_path, password="secret").send(DESK, PETRA, RAW, "<1@x.y>")
        assert isinstance(verdict, Deferred) and "certificate" in verdict.why.lower()
        assert "AUTH" not in fake.verbs
        lax = transport(url + "?insecure=1", tmp_path, password="secret")
        assert isinstance(lax.send(DESK, PETRA, RAW, "<1@x.y>"), Sent)
        lax.close()


def test_nothing_is_sent_in_clear_when_starttls_is_not_offered(tmp_path: Path) -> None:
    with FakeRelay(logins={"PLAIN": "\0anna\0secret"}) as fake:
        url = f"smtp+starttls://anna@127.0.0.1:{fake.port}"
        verdict = transport(url, tmp_path, password="secret").send(DESK, PETRA, RAW, "<1@x.y>")
        assert isinstance(verdict, Deferred) and "STARTTLS" in verdict.why
        assert fake.verbs == ["EHLO"]


def test_a_wrong_password_defers_and_is_told_to_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeRelay(logins={"PLAIN": "\0anna\0right"}) as fake:
        url = f"smtp://anna@127.0.0.1:{fake.port}"
        relay = transport(url, tmp_path, password="hunter2")
        verdict = relay.send(DESK, PETRA, RAW, "<1@x.y>")
        assert verdict == Deferred(f"cannot use 127.0.0.1:{fake.port}: 535 5.7.8 wrong password")
        assert fake.letters == []
    assert "hunter2" not in repr(relay) + repr(verdict) + caplog.text


@pytest.mark.parametrize(("token", "outcome"), [("t0k3n", Sent), ("expired", Deferred)])
def test_an_access_token_logs_in(tmp_path: Path, token: str, outcome: type[Verdict]) -> None:
    login = {"XOAUTH2": "user=anna\1auth=Bearer t0k3n\1\1"}
    with FakeRelay(logins=login) as fake:
        relay = transport(f"smtp://anna@127.0.0.1:{fake.port}", tmp_path, oauth=lambda: token)
        assert isinstance(relay.send(DESK, PETRA, RAW, "<1@x.y>"), outcome)
        assert token not in repr(relay)
        relay.close()


@pytest.mark.parametrize(
    ("script", "outcome", "left"),
    [
        ([], Sent, ["new"]),
        (["535 5.7.3 void", "535 5.7.3 void"], Deferred, ["new"]),
        (["454 4.7.0 later"], Deferred, ["void", "new"]),
    ],
)
def test_a_token_that_is_refused_is_forgotten_and_another_is_shown(
    tmp_path: Path, script: list[Answer], outcome: type[Verdict], left: list[str]
) -> None:
    login = {"XOAUTH2": "user=anna\1auth=Bearer new\1\1"}
    tokens = ["void", "new"]
    with FakeRelay({"AUTH": script}, logins=login) as fake:
        relay = transport(
            f"smtp://anna@127.0.0.1:{fake.port}",
            tmp_path,
            oauth=lambda: tokens[0],
            forget=lambda: tokens.remove("void"),
        )
        assert isinstance(relay.send(DESK, PETRA, RAW, "<1@x.y>"), outcome)
        assert tokens == left
        assert fake.connections == 1
        relay.close()


def test_a_token_that_cannot_be_had_defers_and_is_told(tmp_path: Path) -> None:
    def token() -> str:
        raise LoginNeeded("relay: nobody has logged in yet; run: postdesk login relay")

    with FakeRelay() as fake:
        relay = transport(f"smtp://anna@127.0.0.1:{fake.port}", tmp_path, oauth=token)
        verdict = relay.send(DESK, PETRA, RAW, "<1@x.y>")
    assert isinstance(verdict, Deferred)
    assert verdict.why.endswith("nobody has logged in yet; run: postdesk login relay")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtp://mx.example", "host='mx.example', port=25"),
        ("smtp://[::1]:2525/", "host='::1', port=2525"),
        ("smtp+starttls://anna%40example.com@mx.example", "port=587"),
        ("smtps://anna@example.com@mx.example", "user='anna@example.com'"),
        ("SMTPS://mx.example:4650", "port=4650"),
        ("maildir:var/outbox", "Maildir('/desk/var/outbox')"),
        ("maildir:/srv/out", "Maildir('/srv/out')"),
        ("sendmail:", "Sendmail('/usr/sbin/sendmail')"),
        ("sendmail:bin/mail", "Sendmail('/desk/bin/mail')"),
    ],
)
def test_a_good_url_is_understood(url: str, shown: str) -> None:
    assert shown in repr(transport(url, Path("/desk"), password="secret"))


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("", "maildir:FOLDER"),
        ("mx.example", "smtp://HOST:25"),
        ("http://mx.example", "write one of: maildir:FOLDER"),
        ("smtp:mx.example", "smtp://HOST:25"),
        ("smtp://", "write smtp://HOST:25"),
        ("smtp://mx.example/path", "write smtp://HOST:25"),
        ("smtp://mx.example:99999", "from 1 to 65535"),
        ("smtp://mx.example:smtp", "from 1 to 65535"),
        ("smtp://[::1", "brackets"),
        ("smtp://anna@mx.example", "smtp+starttls://"),
        ("smtp://mx.example?insecure=1", "belong to smtp+starttls"),
        ("smtps://anna:hunter2@mx.example", "password_file"),
        ("smtps://mx.example?unsafe=1", "ca=FILE or insecure=1"),
        ("smtps://mx.example?ca=none.pem", "none.pem"),
        ("maildir:", "maildir:var/outbox"),
        ("maildir://var/outbox", "maildir:var/outbox"),
    ],
)
def test_a_bad_url_is_answered_with_what_to_write(url: str, advice: str) -> None:
    with pytest.raises(ValueError) as caught:
        transport(url, Path("/desk"), password="x")
    assert advice in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_user_without_a_password_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="password_file"):
        transport("smtps://anna@mx.example", Path("/desk"))
