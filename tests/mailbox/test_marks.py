"""Marks survive what mail does to them, and hold against who made them up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.keys import Key, KeyRing, open_ring, read_ring
from postdesk.mailbox.marks import Marks, Purpose, subject_number

OLD = Key("a", b"o" * 32)
NEW = Key("b", b"n" * 32)
SHAPES = ("support+{mark}@example.com", "support-{mark}@example.com", "{mark}@reply.example.com")


def marks(reply: str = SHAPES[0], *keys: Key) -> Marks:
    return Marks(KeyRing(keys or (NEW, OLD)), reply, "example.com")


@pytest.mark.parametrize("shape", SHAPES)
def test_an_address_made_is_an_address_read(shape: str) -> None:
    desk = marks(shape)
    mark = desk.read_address(desk.address("1042", Purpose.REPLY, "agent:anna"))
    assert mark is not None
    assert (mark.ticket, mark.purpose) == (1042, Purpose.REPLY)
    assert desk.made_for(mark, "agent:anna")
    assert not desk.made_for(mark, "agent:bob")


def test_the_local_part_keeps_within_the_64_letters_of_smtp() -> None:
    address = marks().address("123456789012", Purpose.REPLY, "agent:anna")
    assert len(address.partition("@")[0]) <= 64


def test_a_plain_desk_has_one_address_and_the_mark_travels_elsewhere() -> None:
    desk = marks("support@example.com")
    assert desk.address("7", Purpose.NOTE, "agent:anna") == "support@example.com"
    assert desk.read_address("support@example.com") is None
    found = desk.read_text(f"words\n##- {desk.token('7', Purpose.NOTE, 'agent:anna')} -##\n")
    assert found is not None and found.ticket == 7


@pytest.mark.parametrize(
    "harm",
    [str.upper, str.lower, lambda a: f"  {a} ", lambda a: a.replace("support", "Support")],
)
def test_a_token_survives_what_relays_do(harm) -> None:  # type: ignore[no-untyped-def]
    desk = marks()
    address = desk.address("1042", Purpose.CUSTOMER, "petra@kunde.example")
    found = desk.read_address(harm(address))
    assert found is not None and desk.made_for(found, "Petra@Kunde.example")


def test_ids_carry_the_mark_with_and_without_a_tail_and_the_root_is_stable() -> None:
    desk = marks()
    ids = [
        "<CAF=x@mail.kunde.example>",
        desk.root(9),
        desk.message_id("9", Purpose.CUSTOMER, "petra@kunde.example"),
        desk.message_id("9", Purpose.REPLY, "agent:anna", "k2").upper(),
    ]
    assert [m.purpose for m in desk.read_ids(ids)] == ["o", "c", "r"]
    assert {m.ticket for m in desk.read_ids(ids)} == {9}
    assert desk.root(9) == desk.root(9) != desk.root(10)


def test_an_old_key_still_verifies_and_a_lost_one_does_not() -> None:
    written = marks(SHAPES[0], OLD).address("5", Purpose.REPLY, "agent:anna")
    found = marks().read_address(written)
    assert found is not None and marks().made_for(found, "agent:anna")
    assert marks(SHAPES[0], NEW).read_address(written) is None


@given(st.integers(0, 25), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_letter_of_a_token_can_be_changed(place: int, letter: str) -> None:
    desk = marks()
    address = desk.address("1042", Purpose.REPLY, "agent:anna")
    start = len("support+1042.") + place
    forged = address[:start] + letter + address[start + 1 :]
    assert (desk.read_address(forged) is None) == (forged != address)


def test_a_token_of_one_ticket_does_not_open_another() -> None:
    desk = marks()
    assert (
        desk.read_address(desk.address("1", Purpose.REPLY, "agent:a").replace("+1.", "+2.")) is None
    )


@given(st.text(max_size=300))
def test_reading_never_raises_and_finds_nothing_that_we_did_not_write(text: str) -> None:
    desk = marks()
    assert desk.read_address(text) is None
    assert desk.read_text(text) is None


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("[#1042] We have your message", 1042),
        ("Re: AW: [#7] x", 7),
        ("Re: [ext] [#7] and [#8]", 7),
        ("#7", None),
        ("[#7", None),
        ("[# 7]", None),
        ("", None),
    ],
)
def test_the_number_in_a_subject(subject: str, number: int | None) -> None:
    assert subject_number(subject) == number


def test_a_ring_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = open_ring(tmp_path / "var" / "key")
    again = open_ring(tmp_path / "var" / "key")
    assert first.newest == again.newest
    assert (tmp_path / "var" / "key").stat().st_mode & 0o777 == 0o600
    assert first.newest.secret.hex() not in repr(first.newest)


def test_a_broken_ring_is_told_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2 is not a key"):
        read_ring("a " + "0" * 64 + "\nwhat\n")
