"""What Outlook wrapped up is listed and read; what is broken, or a bomb, is kept as it is."""

import base64
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox.parse import parse, part_bytes
from postdesk.mailbox.rtf import rtf_words, unpacked_rtf
from postdesk.mailbox.tnef import UNREADABLE, unpacked

HEAD = b"From: petra@kunde.example\r\nSubject: Pump\r\nMIME-Version: 1.0\r\n"


def attribute(level: int, name: int, data: bytes) -> bytes:
    return (
        struct.pack("<BHHI", level, name, 6, len(data))
        + data
        + struct.pack("<H", sum(data) % 65536)
    )


def prop(name: int, kind: int, value: bytes) -> bytes:
    if kind == 3:
        return struct.pack("<HH", kind, name) + value
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def props(*some: bytes) -> bytes:
    return struct.pack("<I", len(some)) + b"".join(some)


def wide(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


def file(name: str, body: bytes, *more: bytes) -> bytes:
    return (
        attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, name[:8].encode() + b"\0")
        + attribute(2, 0x800F, body)
        + attribute(2, 0x9005, props(prop(0x3707, 0x1F, wide(name)), *more))
    )


def tnef(*attributes: bytes) -> bytes:
    return (
        struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, b"\0\0\1\0") + b"".join(attributes)
    )


def mail(box: bytes, text: bytes = b"", content: str = "application/ms-tnef") -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\n'
        + b"Content-Type: text/plain\r\n\r\n"
        + text
        + b"\r\n--o\r\nContent-Type: "
        + content.encode()
        + b"; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(box)
        + b"\r\n--o--\r\n"
    )


def packed(rtf: bytes) -> bytes:
    """Packed without looking back: every byte stands for itself."""
    body = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


BRACES = rb"{\rtf1" + b"{\\'e4" * 800_000
TWO_FILES = tnef(
    attribute(1, 0x9007, struct.pack("<II", 1252, 0)),
    file("Übersicht März.pdf", b"%PDF-1.4"),
    file("pump.png", b"PNG", prop(0x3712, 0x1F, wide("p1@kunde"))),
)
RTF = (
    rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\uc1 \'cf\'ee\u1084?\'ef\'e0\par "
    rb"{\*\x no}Bye\~now}"
)
HIDDEN = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}"
    rb"\htmlrtf {\htmlrtf0 The {\*\htmltag84 <b>}\htmlrtf {\b\htmlrtf0 pump{\*\htmltag92 </b>}"
    rb"\htmlrtf }\htmlrtf0  l"
    rb"\'e4uft{\*\htmltag84 &amp;}{\*\htmltag72 </p>}\htmlrtf \par\htmlrtf0 }"
)


@pytest.mark.parametrize("content", ["application/ms-tnef", "application/octet-stream"])
def test_its_files_are_the_files_of_the_mail(content: str) -> None:
    raw = mail(TWO_FILES, b"See the overview.", content)
    found = parse(raw)
    assert found.text == "See the overview."
    assert [
        (a.name, a.type, a.size, a.cid, part_bytes(raw, a.part)) for a in found.attachments
    ] == [
        ("Übersicht März.pdf", "application/pdf", 8, "", b"%PDF-1.4"),
        ("pump.png", "image/png", 3, "p1@kunde", b"PNG"),
    ]


@pytest.mark.parametrize(
    ("box", "text"),
    [
        (
            tnef(
                attribute(1, 0x9007, struct.pack("<II", 1251, 0)),
                attribute(1, 0x800C, b"\xcf\xee\0"),
            ),
            "По",
        ),
        (
            tnef(attribute(1, 0x9003, props(prop(0x1000, 0x1F, wide("The pump läuft."))))),
            "The pump läuft.",
        ),
        (
            tnef(
                attribute(
                    1,
                    0x9003,
                    props(
                        prop(0x3FDE, 3, struct.pack("<I", 65001)),
                        prop(0x1013, 0x102, "<p>The <b>pump</b> läuft.</p>".encode()),
                    ),
                )
            ),
            "The pump läuft.",
        ),
        (tnef(attribute(1, 0x9003, props(prop(0x1009, 0x102, packed(RTF))))), "Помпа\nBye now"),
        (tnef(attribute(1, 0x9003, props(prop(0x1009, 0x102, packed(HIDDEN))))), "The pump läuft&"),
    ],
)
def test_its_words_are_read_where_the_mail_has_no_others(box: bytes, text: str) -> None:
    assert parse(mail(box)).text == text
    assert parse(mail(box, b"Other words.")).text == "Other words."


def test_packed_rtf_may_repeat_what_it_wrote_and_what_everybody_knows() -> None:
    # Eleven bytes of what every writer knows, " ab", then six bytes again from where " ab" began.
    body = bytes([0b00010001]) + (0 << 4 | 9).to_bytes(2, "big") + b" ab"
    body += (218 << 4 | 4).to_bytes(2, "big") + b"}"
    whole = struct.pack("<II4sI", len(body) + 12, 21, b"LZFu", 0) + body
    assert unpacked_rtf(whole) == rb"{\rtf1\ansi ab ab ab}"
    assert rtf_words(b"no rtf") == ("", False)


@pytest.mark.parametrize("box", [b"", b"no tnef", TWO_FILES[:3], b"\x78\x9f\x3e\x22"])
def test_what_cannot_be_opened_is_kept(box: bytes) -> None:
    found = parse(mail(box or b"?", b"Words."))
    assert [a.name for a in found.attachments] == ["winmail.dat"]
    assert UNREADABLE in found.defects


def test_a_file_cut_off_is_given_as_far_as_it_came() -> None:
    box = unpacked(TWO_FILES[:-60])
    assert box is not None and [f.body for f in box.files] == [b"%PDF-1.4", b"PNG"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "bomb",
    [
        tnef(attribute(1, 0x9003, struct.pack("<I", 0xFFFFFFFF))),
        tnef(attribute(1, 0x9003, struct.pack("<IHHI", 0xFFFFFFFF, 0x1002, 1, 0xFFFFFFFF))),
        tnef(attribute(1, 0x9004, struct.pack("<I", 0xFFFFFFFF))),
        tnef(*[attribute(2, 0x9002, b"")] * 1_000_000),
        tnef(attribute(1, 0x9003, props(prop(0x1009, 0x102, packed(b"{" * 2_000_000))))),
        tnef(attribute(1, 0x9003, props(prop(0x1009, 0x102, packed(BRACES))))),
    ],
)  # fmt: skip
def test_a_bomb_ends_soon(bomb: bytes) -> None:
    unpacked(bomb)


@given(st.binary(max_size=400), st.integers(0, len(TWO_FILES)))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_opened_or_kept(more: bytes, cut: int) -> None:
    unpacked(more)
    unpacked(TWO_FILES[:cut] + more)
    rtf_words(rb"{\rtf1" + more)
    unpacked_rtf(b"12345678LZFu0000" + more)
