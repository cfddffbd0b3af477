"""Which address a header names, and when a From is not to be trusted to name one."""

import email
import email.policy
from email.headerregistry import AddressHeader
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.address import (
    ascii_addr,
    clean_name,
    normalise,
    parse_addresses,
    sole_sender,
)
from postdesk.mailbox.mail import NOBODY, Address

AGENT = "anna@corp.example"
EVIL = "evil@x.example"


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Petra@Kunde.Example", "petra@kunde.example"),
        ("petra@xn--bcher-kva.example", "petra@bücher.example"),
        ("petra@BÜCHER.example", "petra@bücher.example"),
        ("petra @ kunde . example", "petra@kunde.example"),
        ("petra@kunde.example.", "petra@kunde.example"),
        ('"petra"@kunde.example', "petra@kunde.example"),
        ("jörg@kunde.example", "jörg@kunde.example"),
        ("petra@[192.0.2.7]", "petra@[192.0.2.7]"),
        ("root@localhost", "root@localhost"),
        ("petra", ""),
        ("@kunde.example", ""),
        ("petra@", ""),
        ("petra@kunde..example", ""),
        ("anna@corp.example@x.example", ""),
        ("pe\u200btra@kunde.example", ""),
        ("pe tra@kunde.example", ""),
        ("petra@kunde.example\nbcc: all", ""),
        ("a" * 400 + "@kunde.example", ""),
    ],
)
def test_one_form_of_each_address(written: str, compared: str) -> None:
    assert normalise(written) == compared


@pytest.mark.parametrize(
    ("addr", "wire"),
    [
        ("petra@bücher.example", "petra@xn--bcher-kva.example"),
        ("petra@kunde.example", "petra@kunde.example"),
        ("jörg@kunde.example", None),
        ("nobody", None),
    ],
)
def test_the_form_for_a_wire_without_smtputf8(addr: str, wire: str | None) -> None:
    assert ascii_addr(addr) == wire


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Petra Kunde", "Petra Kunde"),
        ("  Petra \t Kunde\r\nBcc: x ", "Petra Kunde Bcc: x"),
        ("'Petra Kunde'", "Petra Kunde"),
        ('Petra "Pit" Kunde', "Petra Pit Kunde"),
        ("\u202eartep", "artep"),
        ("Pe\u200btra\x00", "Petra"),
        ("=?utf-8?q?x?=", "utf-8?q?x"),
        ("Petra <boss@corp.example>", "Petra boss@corp.example"),
        ("x" * 500, "x" * 80),
        ("Petra 🦊", "Petra 🦊"),
    ],
)
def test_a_display_name_plays_no_tricks(name: str, shown: str) -> None:
    assert clean_name(name) == shown


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("petra@kunde.example", [("", "petra@kunde.example")]),
        ("Petra Kunde <petra@kunde.example>", [("Petra Kunde", "petra@kunde.example")]),
        ("petra@kunde.example (Petra)", [("Petra", "petra@kunde.example")]),
        ('"Kunde, Petra" <petra@kunde.example>', [("Kunde, Petra", "petra@kunde.example")]),
        ("Kunde, Petra <petra@kunde.example>", [("Kunde, Petra", "petra@kunde.example")]),
        (
            "=?utf-8?q?Kunde=2C_J=C3=B6rg?= <j@kunde.example>, bob@example.com",
            [("Kunde, Jörg", "j@kunde.example"), ("", "bob@example.com")],
        ),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("Team: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example,@hub.example:petra@kunde.example>", [("", "petra@kunde.example")]),
        ("Petra [mailto:petra@kunde.example]", [("Petra", "petra@kunde.example")]),
        ("<petra@kunde.example", [("", "petra@kunde.example")]),
        ("petra@kunde.example, PETRA@kunde.example", [("", "petra@kunde.example")]),
        ("Petra (of (Kunde GmbH)) <petra@kunde.example>", [("Petra", "petra@kunde.example")]),
        ("", []),
        ("<>", []),
        ("((((" * 75, []),
    ],
)
def test_addresses_are_found_in_any_clothes(value: str, found: list[tuple[str, str]]) -> None:
    assert parse_addresses([value]) == tuple(Address(name, addr) for name, addr in found)


def test_a_header_gives_no_more_addresses_than_the_limit() -> None:
    many = ", ".join(f"a{number}@x.example" for number in range(100))
    assert len(parse_addresses([many])) == 50
    assert len(parse_addresses([many, many], limit=3)) == 3


@pytest.mark.parametrize(
    "value",
    [
        "anna@corp.example",
        "Anna <anna@corp.example>",
        '"Anna \\"the\\" Agent" <anna@corp.example>',
        "anna@corp.example (Anna)",
        "anna@corp.example <ANNA@corp.example>",
        '"anna@corp.example" <anna@corp.example>',
        "=?utf-8?q?Anna?= <anna@corp.example>",
        "Agent, Anna <anna@corp.example>",
        "anna@corp.example, anna@corp.example",
    ],
)
def test_a_clear_sender_is_not_doubted(value: str) -> None:
    sender, doubt = sole_sender([value])
    assert (sender.addr, doubt) == (AGENT, "")


def test_a_list_may_quote_the_name_of_the_author() -> None:
    sender, doubt = sole_sender(["\"'bob@example.com' via List\" <list@example.com>"])
    assert (sender.addr, doubt) == ("list@example.com", "")


@pytest.mark.parametrize(
    ("value", "real"),
    [
        (f"{AGENT} <{EVIL}>", EVIL),
        (f"{AGENT}\r\n <{EVIL}>", EVIL),
        (f"{AGENT}. <{EVIL}>", EVIL),
        (f"{AGENT}(<{EVIL}>", EVIL),
        (f"{EVIL} ({AGENT})", EVIL),
        (f"<{EVIL}> {AGENT}", EVIL),
        (f'"{AGENT} <{EVIL}>', EVIL),
        (f'"{AGENT} <{AGENT}>" <{EVIL}>', EVIL),
        (f'Anna" <{AGENT}>, "Bob <{EVIL}>', EVIL),
        (f"<{AGENT}><{EVIL}>", EVIL),
        (f"<{AGENT}> <{EVIL}>", EVIL),
        (f"{AGENT}; {EVIL}", AGENT),
        (f"{AGENT}, {EVIL}", AGENT),
        (f"{AGENT}@x.example, {EVIL}", EVIL),
        (f"{AGENT}@x.example", ""),
        (f"Agents: {AGENT};", AGENT),
        ("=?utf-8?q?anna=40corp=2Eexample?=", AGENT),
        ("=?utf-8?q?Anna_=3Canna=40corp=2Eexample=3E?=", AGENT),
        ("anna@c\u043erp.example", "anna@c\u043erp.example"),
        ("anna\u200b@corp.example", ""),
        ("undisclosed-recipients:;", ""),
        ("Anna", ""),
        ("", ""),
    ],
)
def test_a_spoofed_sender_is_doubted(value: str, real: str) -> None:
    sender, doubt = sole_sender([value])
    assert sender.addr == real
    assert doubt


def test_two_from_headers_are_doubted_even_if_each_is_clear() -> None:
    assert sole_sender([AGENT, EVIL]) == (Address("", AGENT), "there are 2 From headers")
    assert sole_sender([]) == (NOBODY, "there is no From")


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "value",
    [
        '"' * 20_001,
        '"\\"' * 30_000,
        '\\"' * 50_000,
        "(" * 60_000,
        "(a" * 20_000 + ")" * 20_000,
        "<" * 100_000,
        "petra@kunde.example, " * 50_000,
        "," * 100_000,
        "@" * 60_000,
        "a@" * 30_000,
        "a" * 60_000 + "@",
        "a: " * 20_000 + ";",
        "<@a," * 20_000,
        ". " * 30_000,
        "\u202e" * 60_000,
    ],
    ids=lambda value: ascii(value[:6]),
)
def test_hostile_headers_are_read_in_no_time(value: str) -> None:
    assert sole_sender([value])[1]
    assert len(parse_addresses([value])) <= 50


@given(st.lists(st.text(alphabet='ab@.<>,;:()"\\ [] =?éß\r\n\u202e'), max_size=3))
def test_whatever_comes_addresses_are_plain_and_normal(values: list[str]) -> None:
    for address in (*parse_addresses(values), sole_sender(values)[0]):
        if address.addr:
            assert normalise(address.addr) == address.addr
            assert address.addr.isprintable()
        assert clean_name(address.name) == address.name


PIECES = [
    AGENT,
    EVIL,
    f"<{AGENT}>",
    f"<{EVIL}>",
    "=?utf-8?q?evil=40x.example?=",
    "Anna",
    *"<>()[],;:.@' \t\"\\",
]


def lax_reading(value: str) -> set[str]:
    """What the standard library's old parser finds."""
    return {normalise(addr) for _, addr in getaddresses([value])} - {""}


def strict_reading(value: str) -> set[str]:
    """What its new one finds, which decodes first; nothing where it breaks."""
    mail = email.message_from_string(f"From: {value}\n\n", policy=email.policy.default)
    try:
        header = mail["From"]
        assert isinstance(header, AddressHeader)
        return {normalise(one.addr_spec) for one in header.addresses} - {""}
    except (AttributeError, IndexError, ValueError, AssertionError):
        return set()


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
@settings(max_examples=1000, deadline=None)
def test_where_we_have_no_doubt_no_other_parser_sees_another_sender(value: str) -> None:
    sender, doubt = sole_sender([value])
    if not doubt:
        assert lax_reading(value) <= {sender.addr}
        assert strict_reading(value) <= {sender.addr}


USUAL = [
    "Petra",
    " ",
    '"',
    "'",
    "<",
    ">",
    "petra@kunde.example",
    "x@y.z",
    "=?utf-8?q?a_b?=",
    ".",
    "-",
]


@given(
    st.lists(st.sampled_from([*USUAL, "é", "=?", ",", "(", "\\", "@", "xn--", ".."]), max_size=7)
)
def test_an_empty_entry_behind_changes_nothing(pieces: list[str]) -> None:
    value = "".join(pieces).rstrip("\\")
    # The comma rules out the quick way that single addresses take.
    assert sole_sender([value]) == sole_sender([value + " ,"])
    assert parse_addresses([value]) == parse_addresses([value + " ,"])
