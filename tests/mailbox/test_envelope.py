"""Addresses and line ends as the next hop gets them."""

from email.headerregistry import Address
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.address import normalise
from postdesk.mailbox.envelope import envelope, wire_address


@pytest.mark.parametrize(
    ("addr", "wire"),
    [
        ("petra@kunde.example", "petra@kunde.example"),
        ("o'brien+x@kunde.example", "o'brien+x@kunde.example"),
        ('"petra kunde"@kunde.example', '"petra kunde"@kunde.example'),
        ("petra@b\u00fccher.example", "petra@xn--bcher-kva.example"),
        ("zo\u00eb@b\u00fccher.example", "zo\u00eb@xn--bcher-kva.example"),
        (".a..b@docomo.example", '".a..b"@docomo.example'),
        ("root@my_host", "root@my_host"),
        ("root@[127.0.0.1]", "root@[127.0.0.1]"),
    ],
)
def test_an_address_gets_its_form_for_the_wire(addr: str, wire: str) -> None:
    assert wire_address(addr) == wire


@pytest.mark.parametrize(
    "addr",
    [
        "",
        "petra",
        "@kunde.example",
        "petra@",
        "pe tra@kunde.example",
        "a@b@kunde.example",
        "petra@kunde.example\r\nBcc: eve@evil.example",
        "petra@kunde.example>\r\nRCPT TO:<eve@evil.example",
        "petra@kunde example",
        "<petra@kunde.example>",
        "petra@kunde.example, eve@evil.example",
        "x" * 201 + "@kunde.example",
        "pe\0tra@kunde.example",
        "petra@\u202ekunde.example",
        "pe\ud800tra@kunde.example",
        "petra@kunde..example",
        '"a\nb"@kunde.example',
    ],
)
def test_what_is_no_address_is_refused(addr: str) -> None:
    with pytest.raises(ValueError, match="not a mail"):
        wire_address(addr)


@given(local=st.text('ab."\\ \u00e9@<>,', max_size=8), host=st.text("ab.-_\u00fc[]1", max_size=8))
def test_what_is_written_is_one_address_for_every_reader(local: str, host: str) -> None:
    addr = normalise(f"{local}@{host}")
    try:
        wire = wire_address(addr)
    except ValueError:
        return
    [found] = default.header_factory("To", wire).addresses
    assert isinstance(found, Address)
    assert found.domain == wire.rpartition("@")[2]
    assert normalise(wire) == addr


@given(st.lists(st.sampled_from([b"a", b".", b"\r", b"\n", b"\r\n"])))
def test_every_line_ends_in_crlf_and_no_line_is_lost(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    carried = envelope("", "petra@kunde.example", raw).raw
    assert carried.endswith(b"\r\n")
    lines = carried[:-2].split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert b"\n".join(lines).rstrip(b"\n") == b"\n".join(raw.splitlines()).rstrip(b"\n")


@pytest.mark.parametrize(
    ("mail_from", "rcpt", "raw", "utf8"),
    [
        ("", "petra@kunde.example", b"Subject: x\r\n\r\n\xc3\xa9\r\n", False),
        ("", "petra@kunde.example", b"Subject: \xc3\xa9\r\n\r\nx\r\n", True),
        ("", "zo\u00eb@kunde.example", b"", True),
        ("zo\u00eb@kunde.example", "petra@kunde.example", b"", True),
    ],
)
def test_smtputf8_is_asked_for_only_where_it_is_needed(
    mail_from: str, rcpt: str, raw: bytes, utf8: bool
) -> None:
    assert envelope(mail_from, rcpt, raw).utf8 == utf8


def test_the_null_return_path_may_be_written_either_way() -> None:
    assert envelope("<>", "petra@kunde.example", b"").mail_from == ""
    assert envelope("", "petra@kunde.example", b"").mail_from == ""
