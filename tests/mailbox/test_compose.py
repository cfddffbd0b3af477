"""The composer against the standard library's strictest parser, over any text there is."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage, Message, MIMEPart
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postdesk.mailbox import header_text
from postdesk.mailbox.address import clean_name
from postdesk.mailbox.compose import Enclosure, Letter, compose, needs_smtputf8
from postdesk.mailbox.mail import Address

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLAIN = Letter(
    message_id="<1042.k3f9@example.com>",
    date=NOON,
    sender=Address("Example Support", "support@example.com"),
    to=Address("Petra Kunde", "petra@kunde.example"),
    reply_to=None,
    subject="[#1042] Your invoice",
    text="Dear Petra,\n\nit is on its way.\n",
)
EXPECTED = ["Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type"]
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
NASTY = st.one_of(
    ANY_TEXT,
    st.sampled_from(
        [
            "x\r\nBcc: eve@evil.example",
            "x\n\nBcc: eve@evil.example\n\n<b>",
            "=?utf-8?q?x=0D=0ABcc:_eve=40evil.example?=",
            "\u202etxt.exe",
            'Petra" <eve@evil.example>, "',
            "Petra (comment <eve@evil.example>)",
            "a" * 300,
            "日本語" * 60,
            "\N{FAMILY}\u200d" * 40,
            "x\x00y\x1bz",
            "half \ud83d a character",
        ]
    ),
)


def parsed(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(compose(letter), policy=default)


def loosely(letter: Letter) -> Message:
    """By the old parser, which reads adjacent encoded words in names as RFC 2047 says."""
    return email.message_from_bytes(compose(letter))


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def words_of(part: MIMEPart | None) -> str:
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def unixy(text: str) -> str:
    text = re.sub("\r\n?", "\n", text).replace("\0", "")
    text = text.encode("utf-8", "replace").decode()
    return text if text.endswith("\n") else text + "\n"


def assert_fit_for_the_wire(raw: bytes) -> None:
    assert raw.isascii()
    assert b"\0" not in raw
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")
    assert raw.endswith(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_a_plain_letter_reads_as_one_would_write_it() -> None:
    assert compose(PLAIN).decode().split("\r\n") == [
        "Date: Mon, 23 Nov 2026 12:00:00 +0000",
        "From: Example Support <support@example.com>",
        "To: Petra Kunde <petra@kunde.example>",
        "Subject: [#1042] Your invoice",
        "Message-ID: <1042.k3f9@example.com>",
        "MIME-Version: 1.0",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "",
        "Dear Petra,",
        "",
        "it is on its way.",
        "",
    ]


def test_the_same_letter_is_the_same_bytes_and_its_boundary_is_its_own() -> None:
    letter = replace(PLAIN, html="<p>x</p>", enclosures=(Enclosure("a.bin", "a/b", b"1"),))
    again = replace(letter, date=NOON.astimezone(timezone(timedelta(hours=9))))
    assert compose(letter) == compose(again)
    other = replace(letter, message_id="<other@example.com>")
    assert parsed(letter).get_boundary() != parsed(other).get_boundary()


@settings(max_examples=300)
@given(subject=NASTY, sender=NASTY, to=NASTY, text=NASTY, html=NASTY, extra=NASTY)
def test_no_value_becomes_a_header_and_all_texts_come_through(
    subject: str, sender: str, to: str, text: str, html: str, extra: str
) -> None:
    letter = replace(
        PLAIN,
        subject=subject,
        sender=Address(sender, PLAIN.sender.addr),
        to=Address(to, PLAIN.to.addr),
        text=text,
        html=html,
        headers=(("X-Extra", extra),),
    )
    raw = compose(letter)
    assert_fit_for_the_wire(raw)
    mail = parsed(letter)
    multipart = [] if html else ["Content-Transfer-Encoding"]
    in_order = [*EXPECTED[:5], "X-Extra", *EXPECTED[5:], *multipart]
    assert mail.keys() == in_order
    assert mail["Subject"] == header_text.clean(subject, 500)
    assert [a.addr_spec for a in mail["To"].addresses] == [PLAIN.to.addr]
    assert [a.addr_spec for a in mail["From"].addresses] == [PLAIN.sender.addr]
    assert words_of(mail.get_body(("plain",))) == unixy(text)
    if html:
        assert words_of(mail.get_body(("html",))) == unixy(html)


@settings(max_examples=300)
@given(name=NASTY)
def test_a_display_name_is_shown_as_it_was_cleaned(name: str) -> None:
    value = loosely(replace(PLAIN, to=Address(name, PLAIN.to.addr)))["To"]
    shown = clean_name(name)
    if not shown:
        assert value == PLAIN.to.addr
        return
    phrase, _, addr = value.replace("\r\n", "").rpartition(" ")
    assert addr == f"<{PLAIN.to.addr}>"
    if phrase.startswith('"'):
        assert re.sub(r"\\(.)", r"\1", phrase[1:-1]) == shown
    else:
        assert decoded(phrase) == shown


@settings(max_examples=300)
@given(subject=NASTY)
def test_header_lines_are_short_and_no_encoded_word_splits_a_character(subject: str) -> None:
    head = compose(replace(PLAIN, subject=subject)).partition(b"\r\n\r\n")[0].decode()
    assert max(map(len, head.split("\r\n"))) <= 78
    for word in re.findall(r"=\?utf-8\?[qb]\?[^?]*\?=", head):
        assert len(word) <= 75
        [(raw, charset)] = decode_header(word)
        assert charset == "utf-8" and raw.decode("utf-8")


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(NASTY, NASTY, st.binary(max_size=300), st.sampled_from(["", "p1@example.com"])),
        max_size=4,
    ),
    st.sampled_from(["", "<p>see</p>\n"]),
)
def test_files_come_out_as_they_went_in(
    files: list[tuple[str, str, bytes, str]], html: str
) -> None:
    enclosures = tuple(Enclosure(*file) for file in files)
    letter = replace(PLAIN, html=html, enclosures=enclosures)
    assert_fit_for_the_wire(compose(letter))
    leaves = [part for part in parsed(letter).walk() if part.get_filename()]
    found = sorted((part.get_filename(), part.get_payload(decode=True)) for part in leaves)
    assert found == sorted((header_text.file_name(e.name), e.body) for e in enclosures)


@pytest.mark.parametrize(
    ("file_name", "stand_in"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("Gr\u00f6\u00dfe \u65e5\u672c.pdf", "Gr__e __.pdf"),
        ('a\'b%20"c".txt', "a_b_20_c_.txt"),
        ("=?utf-8?q?x?=", "__utf-8_q_x__"),
        ("\u65e5" * 150, "_" * 60),
    ],
)
def test_a_file_name_has_an_ascii_stand_in_for_old_clients(file_name: str, stand_in: str) -> None:
    letter = replace(PLAIN, enclosures=(Enclosure(file_name, "text/csv", b"1;2"),))
    [new] = parsed(letter).iter_attachments()
    assert (new.get_filename(), new.get_content_type()) == (file_name, "text/csv")
    [old] = [part for part in loosely(letter).walk() if part.get_filename()]
    assert old.get_filename() == stand_in


def test_a_letter_with_everything_is_built_as_clients_expect() -> None:
    letter = replace(
        PLAIN,
        html='<img src="cid:logo@example.com">',
        enclosures=(
            Enclosure("bill.pdf", "application/pdf", b"%PDF"),
            Enclosure("logo.png", "image/png", b"png", cid="logo@example.com"),
        ),
    )
    mail = parsed(letter)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<logo@example.com>"
    assert picture.get_content_disposition() == "inline"


def test_a_picture_without_html_or_with_a_bad_id_is_a_file() -> None:
    picture = Enclosure("logo.png", "image/png", b"png", cid="logo@example.com")
    bad = replace(picture, cid="x>\r\nBcc: eve@evil.example")
    for letter in (
        replace(PLAIN, enclosures=(picture,)),
        replace(PLAIN, html="<p>", enclosures=(bad,)),
    ):
        [part] = parsed(letter).iter_attachments()
        assert part.get_content_disposition() == "attachment"
        assert "Content-ID" not in part


@pytest.mark.parametrize(
    ("mail", "kept"),
    [
        (b"Subject: x\r\n\r\nhello\r\n", True),
        (b"Subject: x\r\n\r\nno end", True),
        (b"Subject: x\n\nhello\n", False),
        (b"Subject: x\r\n\r\nh\xe4llo\r\n", False),
        (b"Subject: x\r\n\r\n" + b"long " * 200 + b"\r\n", False),
        (b"Subject: x\r\n\r\n\0\r\n", False),
    ],
)
def test_an_enclosed_mail_keeps_its_very_bytes(mail: bytes, kept: bool) -> None:
    raw = compose(replace(PLAIN, enclosures=(Enclosure("old mail", "message/rfc822", mail),)))
    assert_fit_for_the_wire(raw)
    part = raw.split(b"\r\n--=_")[2]
    head, _, body = part.partition(b"\r\n\r\n")
    assert (b"message/rfc822" in head) == kept
    assert b'filename="old mail.eml"' in head
    assert (body if kept else email.message_from_bytes(part.partition(b"\r\n")[2])
            .get_payload(decode=True)) == mail  # fmt: skip


def test_our_own_letter_enclosed_in_itself_does_not_end_it() -> None:
    first = compose(replace(PLAIN, html="<p>x</p>"))
    letter = replace(PLAIN, html="<p>x</p>", enclosures=(Enclosure("a", "message/rfc822", first),))
    [part] = parsed(letter).iter_attachments()
    assert part.get_payload(decode=True) == first


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain words\n-- \nAnna", "7bit"),
        ("From here\n", "quoted-printable"),
        ("Grüße aus Köln, mit vielen gewöhnlichen Buchstaben\n", "quoted-printable"),
        ("Добрый день, Петра\n", "base64"),
        ("x" * 999, "quoted-printable"),
    ],
)
def test_text_takes_the_shortest_safe_encoding(text: str, encoding: str) -> None:
    mail = parsed(replace(PLAIN, text=text))
    assert mail["Content-Transfer-Encoding"] == encoding
    assert words_of(mail) == unixy(text)
    assert b"\r\nFrom " not in compose(replace(PLAIN, text=text)).partition(b"\r\n\r\n")[2]


def test_a_long_thread_keeps_its_first_and_its_last_twenty_ids() -> None:
    ids = [f"<{number}@example.com>" for number in range(100)]
    bad = ["<no end", "<two words@x>", "<a@b>\r\nBcc: eve@evil.example", "<ü@example.com>", ""]
    mail = parsed(replace(PLAIN, references=tuple([*ids, *bad, ids[-1]]), in_reply_to=bad[2]))
    assert mail["References"].split() == [ids[0], *ids[-20:]]
    assert "In-Reply-To" not in mail
    assert "Bcc" not in mail


def test_the_words_before_the_first_foreign_one_stay_readable_in_the_raw_mail() -> None:
    raw = compose(replace(PLAIN, subject="[#1042] Rückzahlung"))
    assert b"\r\nSubject: [#1042] =?utf-8?q?" in raw


@pytest.mark.parametrize(
    "name",
    ["Bcc", "bcc", "To", "CC", "Content-Type", "content-x", "Resent-To", "Received", "A b", "x:y",
     "", "X-\r\nBcc", "Gr\u00fc\u00dfe", "DKIM-Signature", "Message-Id"],
)  # fmt: skip
def test_an_extra_header_never_says_what_the_letter_says(name: str) -> None:
    assert compose(replace(PLAIN, headers=((name, "x"),))) == compose(PLAIN)


def test_an_extra_header_keeps_a_long_link_whole() -> None:
    link = f"<mailto:support+1042.{'k' * 90}@example.com?subject=stop>"
    mail = parsed(replace(PLAIN, headers=(("List-Unsubscribe", link), ("Auto-Submitted", "no"))))
    assert mail["List-Unsubscribe"] == link
    assert mail["Auto-Submitted"] == "no"


def test_a_foreign_domain_travels_in_ascii_and_a_foreign_local_part_as_it_is() -> None:
    petra = replace(PLAIN, to=Address("Petra", "petra@b\u00fccher.example"))
    assert b"To: Petra <petra@xn--bcher-kva.example>" in compose(petra)
    assert not needs_smtputf8(petra)
    zoe = replace(PLAIN, reply_to=Address("", "zo\u00eb@b\u00fccher.example"))
    assert "Reply-To: zo\u00eb@xn--bcher-kva.example\r\n".encode() in compose(zoe)
    assert needs_smtputf8(zoe)


@settings(max_examples=300)
@given(addr=NASTY, foreign_id=NASTY)
def test_an_address_or_id_of_any_shape_adds_no_header(addr: str, foreign_id: str) -> None:
    letter = replace(
        PLAIN,
        reply_to=Address("", f"{addr}@example.com"),
        references=(foreign_id, f"<{foreign_id}>"),
        in_reply_to=f"<{foreign_id}>",
    )
    try:
        raw = compose(letter)
    except ValueError:
        return
    allowed = {*EXPECTED, "Reply-To", "In-Reply-To", "References", "Content-Transfer-Encoding"}
    mail = email.message_from_bytes(raw)
    assert len(mail.keys()) == len(set(mail.keys())) and set(mail.keys()) <= allowed
    assert mail.get_payload() == PLAIN.text.replace("\n", "\r\n")


def test_a_bad_address_a_bad_own_id_and_a_date_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="not a Message-ID"):
        compose(replace(PLAIN, message_id="<a@b>\r\nBcc: eve@evil.example"))
    with pytest.raises(ValueError, match="not a mail address"):
        compose(replace(PLAIN, to=Address("Petra", "pe tra@kunde.example")))
    with pytest.raises(ValueError, match="no time zone"):
        compose(replace(PLAIN, date=datetime(2026, 11, 23)))
