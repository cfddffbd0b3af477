"""A mail within its own signature is read like any other; what is encrypted stays closed."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.parse import parse, part_bytes
from postdesk.mailbox.smime import SIGNED_DATA, UNSIGNED, signed_content

INNER = (
    b'Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\n'
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe pump l\xc3\xa4uft again.\r\n--in\r\n"
    b"Content-Type: application/pdf; name=pump.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"JVBERi0xLjQ=\r\n--in--\r\n"
)
WORDS = "The pump läuft again."
HEAD = b"From: Petra <petra@kunde.example>\r\nSubject: Pump\r\nMIME-Version: 1.0\r\n"


def _signed(content: bytes) -> bytes:
    """A SignedData with its content in it, by a key made for this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "petra@kunde.example")])
    day = datetime(2026, 11, 23, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(day)
        .not_valid_after(day + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def mail(der: bytes, content: str = "application/pkcs7-mime; smime-type=signed-data") -> bytes:
    return (
        HEAD
        + f"Content-Type: {content}; name=smime.p7m\r\n".encode()
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(der)
    )


def der(tag: int, *inside: bytes) -> bytes:
    """One element of definite length."""
    body = b"".join(inside)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + body


def open_ended(tag: int, *inside: bytes) -> bytes:
    """One element of indefinite length."""
    return bytes([tag, 0x80]) + b"".join(inside) + b"\0\0"


def streamed(content: bytes, size: int = 40) -> bytes:
    """As programs write it that sign while they read: no length is known, octets in pieces."""
    pieces = [der(0x04, content[at : at + size]) for at in range(0, len(content), size)]
    algorithms = open_ended(0x31, der(0x30, der(0x06, bytes.fromhex("608648016503040201"))))
    capsule = open_ended(
        0x30,
        der(0x06, bytes.fromhex("2a864886f70d010701")),
        open_ended(0xA0, open_ended(0x24, *pieces)),
    )
    signed = open_ended(0x30, der(0x02, b"\x01"), algorithms, capsule, der(0x31))
    return open_ended(0x30, der(0x06, SIGNED_DATA), open_ended(0xA0, signed))


@pytest.mark.parametrize("wrapped", [_signed(INNER), streamed(INNER)], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    "content",
    [
        "application/pkcs7-mime; smime-type=signed-data",
        "application/x-pkcs7-mime",
        "application/octet-stream",
    ],
)
def test_the_words_and_files_inside_are_those_of_the_mail(wrapped: bytes, content: str) -> None:
    raw = mail(wrapped, content)
    found = parse(raw)
    assert (found.text, found.subject) == (WORDS, "Pump")
    assert [(one.name, part_bytes(raw, one.part)) for one in found.attachments] == [
        ("pump.pdf", b"%PDF-1.4")
    ]
    assert UNSIGNED in found.defects


def test_the_header_inside_cannot_name_another_sender() -> None:
    raw = mail(_signed(b"From: max@example.com\r\nSubject: Fire them all\r\n" + INNER))
    found = parse(raw)
    assert (found.sender.addr, found.sender_doubt) == ("petra@kunde.example", "")
    assert (found.subject, found.text) == ("Pump", WORDS)


def test_signed_within_signed_is_opened() -> None:
    inner = mail(streamed(INNER))[len(HEAD) :]
    assert parse(mail(_signed(inner))).text == WORDS


def test_what_is_signed_and_encrypted_stays_closed() -> None:
    sealed = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010703")), der(0xA0, b"secret"))
    found = parse(mail(sealed, "application/pkcs7-mime; smime-type=enveloped-data"))
    assert "encrypted" in found.defects
    inner = mail(sealed, "application/pkcs7-mime; smime-type=enveloped-data")[len(HEAD) :]
    assert "encrypted" in parse(mail(_signed(inner))).defects


def test_a_signature_beside_other_parts_is_no_secret() -> None:
    wrapped = mail(streamed(INNER), "application/pkcs7-mime")[len(HEAD) :]
    footer = b"--o\r\nContent-Type: text/plain\r\n\r\nA list's footer.\r\n--o--\r\n"
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n" + wrapped + footer
    found = parse(raw)
    assert "wrapped in its signature" in found.defects and "encrypted" not in found.defects


def test_certificates_alone_are_a_file() -> None:
    found = parse(mail(streamed(b"")[:40], "application/pkcs7-mime; smime-type=certs-only"))
    assert (found.text, "encrypted" in found.defects) == ("", False)
    assert [one.name for one in found.attachments] == ["smime.p7m"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        _signed(INNER)[:200],
        streamed(INNER)[:-90],
        b"\x30\x84\xff\xff\xff\xff",
        open_ended(0x30, der(0x06, SIGNED_DATA), b"\xa0\x80" * 5000),
        open_ended(0x30, der(0x06, SIGNED_DATA), b"\xa0\x80\x30\x80", b"\x02\x80" * 5000),
    ],
)
def test_a_broken_wrapping_is_kept_as_it_is(broken: bytes) -> None:
    assert signed_content(broken) is None
    found = parse(mail(broken))
    assert [one.name for one in found.attachments] == ["smime.p7m"]


@pytest.mark.timeout(10)
def test_a_bomb_of_pieces_ends_soon() -> None:
    assert signed_content(streamed(b"x" * 400_000, 1)) is None
    deep = b"\x24\x80" * 100_000
    capsule = b"\x30\x80" + der(0x06, b"\x2a") + b"\xa0\x80" + deep
    wrapped = b"\x30\x80\x02\x01\x01\x31\x00" + capsule
    assert signed_content(open_ended(0x30, der(0x06, SIGNED_DATA), b"\xa0\x80" + wrapped)) is None


@given(st.binary(max_size=300), st.integers(0, 250))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_to_an_end(more: bytes, cut: int) -> None:
    signed_content(more)
    signed_content(streamed(INNER)[:cut] + more)
