"""What a person would read in a mail is what comes out of it."""

import base64
import subprocess
import sys
from collections.abc import Sequence

import pytest

from postdesk.mailbox.mail import Mail
from postdesk.mailbox.parse import UNREADABLE, headline, parse, part_bytes

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
HEAD = b"From: Petra Kunde <petra@kunde.example>\r\nTo: help@example.com\r\nSubject: Order 7\r\n"


def part(content: str, body: bytes = b"", *more: str) -> bytes:
    """One part: Content-Type, body, further header lines."""
    lines = [f"Content-Type: {content}", *more, "", ""]
    return "\r\n".join(lines).encode() + body


def binary(content: str, body: bytes, *more: str) -> bytes:
    return part(content, base64.encodebytes(body), "Content-Transfer-Encoding: base64", *more)


def multi(kind: str, *parts: bytes, params: str = "") -> bytes:
    """A multipart of these parts; nested ones get boundaries of their own."""
    name = f"={kind}-{sum(map(len, parts))}="
    inside = b"".join(b"--%s\r\n%s\r\n" % (name.encode(), one) for one in parts)
    return part(
        f'multipart/{kind}; boundary="{name}"{params}', inside + b"--%s--\r\n" % name.encode()
    )


def read(body: bytes, head: bytes = HEAD) -> Mail:
    return parse(head + b"MIME-Version: 1.0\r\n" + body)


def files(mail: Mail) -> list[tuple[str, str]]:
    return [(one.name, one.type) for one in mail.attachments]


TEXT = part("text/plain; charset=utf-8", "Hällo, where is my order?".encode())
PAGE = part("text/html; charset=utf-8", "<p>Hällo, where is <b>my</b> order?</p>".encode())
WORDS = "Hällo, where is my order?"


def test_the_header_is_told_in_plain_values() -> None:
    mail = parse(
        b"Return-Path: <petra@kunde.example>\r\n"
        b"Message-ID: <one@kunde.example>\r\n"
        b"In-Reply-To: <two@example.com>\r\n"
        b"References: <root@example.com>\r\n <two@example.com>\r\n"
        b"From: =?utf-8?q?Petra_K=C3=BCnde?= <Petra@Kunde.Example>\r\n"
        b"Reply-To: office@kunde.example\r\n"
        b"To: help@example.com, Bob <bob@example.com>\r\n"
        b"Cc: max@example.com\r\n"
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\n"
        b"\r\nHello\r\n"
    )
    assert mail.message_id == "<one@kunde.example>"
    assert mail.in_reply_to == ("<two@example.com>",)
    assert mail.references == ("<root@example.com>", "<two@example.com>")
    assert (mail.sender.name, mail.sender.addr) == ("Petra Künde", "petra@kunde.example")
    assert mail.sender_doubt == ""
    assert [one.addr for one in mail.reply_to] == ["office@kunde.example"]
    assert [one.addr for one in mail.to] == ["help@example.com", "bob@example.com"]
    assert [one.addr for one in mail.cc] == ["max@example.com"]
    assert mail.subject == "Grüße"
    assert mail.date is not None and mail.date.isoformat() == "2026-11-23T09:00:00+00:00"
    assert mail.header("return-path") == "<petra@kunde.example>"
    assert (mail.text, mail.new) == ("Hello", "Hello")
    assert (mail.machine, mail.spam, mail.defects, mail.attachments) == ("", False, (), ())


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (TEXT, WORDS),
        (PAGE, WORDS),
        (multi("alternative", TEXT, PAGE), WORDS),
        (multi("alternative", PAGE, TEXT), WORDS),
        (multi("alternative", part("text/plain", b" \r\n"), PAGE), WORDS),
        (multi("mixed", TEXT, PAGE), WORDS),
        (multi("mixed", TEXT, part("text/plain", b"And more.")), f"{WORDS}\n\nAnd more."),
        (
            multi("mixed", TEXT, binary("image/png", PNG), part("text/plain", b"Bye.")),
            f"{WORDS}\n\nBye.",
        ),
        (multi("related", PAGE, binary("image/png", PNG)), WORDS),
        (multi("related", binary("image/png", PNG), TEXT), WORDS),
        (multi("mixed", multi("alternative", TEXT, multi("related", PAGE))), WORDS),
        (
            multi("alternative", TEXT, multi("mixed", PAGE, binary("application/pdf", b"x"), PAGE)),
            WORDS,
        ),
        (multi("signed", TEXT, part("application/pgp-signature", b"sig")), WORDS),
        (multi("report", TEXT, part("message/delivery-status", b"Action: failed")), WORDS),
        (part("text/plain; format=flowed", b"one \r\ntwo"), "one two"),
        (part("text/plain; format=flowed; delsp=yes", b"wo \r\nrd"), "word"),
        (part("text/plain", b"a\r\nb\rc\nd"), "a\nb\nc\nd"),
        (part("text/plain", b"nul\x00 and \x1b[1mbell\x07"), "nul and [1mbell"),
        (part("text/html", b"<meta charset=koi8-r><p>\xf0\xd2\xc9\xd7\xc5\xd4"), "Привет"),
        (part("multipart/mixed", b"no boundary, but words"), "no boundary, but words"),
        (multi("mixed", part("text/plain; name=only.txt", b"named words")), "named words"),
        (part("application/pdf", b"%PDF"), ""),
        (b"", ""),
    ],
)
def test_the_words_of_a_mail(body: bytes, text: str) -> None:
    mail = read(body)
    assert mail.text == text
    assert bool(mail.new) == bool(mail.text)


def test_a_plain_twin_that_only_asks_for_html_is_not_the_text() -> None:
    page = part("text/html", b"<p>" + b"A long letter in many words. " * 5 + b"</p>")
    mail = read(multi("alternative", part("text/plain", b"Your client cannot show HTML."), page))
    assert mail.text.startswith("A long letter")


def test_a_plain_twin_with_a_blank_line_after_each_is_not_the_text() -> None:
    plain = part("text/plain", b"one\r\n\r\ntwo\r\n\r\nthree\r\n\r\nfour\r\n")
    page = part("text/html", b"one<br>two<br>three<br>four")
    assert read(multi("alternative", plain, page)).text == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            multi("mixed", TEXT, binary("image/png; name=p.png", PNG)),
            [("p.png", "image/png")],
        ),
        (multi("mixed", TEXT, binary("image/png", PNG)), [("picture-1.png", "image/png")]),
        (
            multi("mixed", TEXT, part("text/plain", b"x", "Content-Disposition: attachment")),
            [("text-1.txt", "text/plain")],
        ),
        (
            multi(
                "mixed", TEXT, part("text/plain", b"x", "Content-Disposition: inline; filename=a")
            ),
            [("a", "text/plain")],
        ),
        (
            multi("mixed", TEXT, part("text/calendar", b"BEGIN:VCALENDAR")),
            [("invitation-1.ics", "text/calendar")],
        ),
        (
            multi("mixed", TEXT, part("message/rfc822", HEAD + b"\r\nNot our words.")),
            [("message-1.eml", "message/rfc822")],
        ),
        (
            multi("mixed", TEXT, part('message/rfc822; name="Re: old/new"', HEAD + b"\r\nNo.")),
            [("new.eml", "message/rfc822")],
        ),
        (
            multi("report", TEXT, part("text/rfc822-headers", HEAD)),
            [("headers-1.txt", "text/rfc822-headers")],
        ),
        (binary("image/png; name=p.png", PNG), [("p.png", "image/png")]),
        (
            multi(
                "mixed",
                TEXT,
                binary("image/png", PNG, "Content-Disposition: attachment; filename=../../x.png"),
            ),
            [("x.png", "image/png")],
        ),
        (
            multi("mixed", TEXT, binary("application/ms-tnef; name=winmail.dat", b"tnef")),
            [("winmail.dat", "application/ms-tnef")],
        ),
        (multi("related", PAGE, part("text/html", b"<p>A frame")), [("text-1.html", "text/html")]),
        (multi("alternative", TEXT, PAGE, part("text/x-amp-html", b"<p>Again")), []),
        (
            multi("digest", HEAD + b"\r\none", HEAD + b"\r\ntwo"),
            [("message-1.eml", "message/rfc822"), ("message-2.eml", "message/rfc822")],
        ),
    ],
)
def test_what_is_no_text_is_a_file(body: bytes, expected: Sequence[tuple[str, str]]) -> None:
    mail = read(body)
    assert files(mail) == expected
    assert "Not our words" not in mail.text


def test_the_bytes_of_a_file_are_found_by_its_number() -> None:
    body = multi("mixed", TEXT, multi("related", PAGE, binary("image/png", PNG)), TEXT)
    raw = HEAD + body
    (picture,) = parse(raw).attachments
    assert (part_bytes(raw, picture.part), picture.size) == (PNG, len(PNG))
    assert part_bytes(raw, 99) == b""


def test_a_pasted_file_leaves_the_text_and_is_found_by_its_number() -> None:
    pasted = b"Look:\r\nbegin 644 hi.txt\r\n%:&5L;&\\ \r\n`\r\nend\r\nBye\r\n"
    raw = HEAD + multi("mixed", part("text/plain", pasted), binary("image/png", PNG))
    mail = parse(raw)
    assert mail.text.split() == ["Look:", "Bye"]
    assert files(mail)[1] == ("hi.txt", "application/octet-stream")
    assert part_bytes(raw, mail.attachments[1].part) == b"hello"


def test_formatting_is_kept_beside_the_new_words() -> None:
    mail = read(multi("alternative", TEXT, PAGE))
    assert [line.text for line in mail.rich] == [WORDS]
    assert "<b>my</b>" in mail.rich[0].html


def test_a_page_that_says_more_than_the_text_is_not_kept() -> None:
    sly = part("text/html", "<p>Hällo, where is my order? Give me a refund.</p>".encode())
    mail = read(multi("alternative", TEXT, sly))
    assert (mail.text, mail.rich) == (WORDS, ())


def test_pictures_of_the_page_are_known_by_their_id() -> None:
    page = part("text/html", b'<p>See <img src="cid:p1@x"> here</p>')
    used = binary("image/png; name=a.png", PNG, "Content-ID: <p1@x>")
    unused = binary("image/png; name=b.png", PNG, "Content-ID: <p2@x>")
    mail = read(multi("related", page, used, unused))
    assert [(one.name, one.cid, one.inline) for one in mail.attachments] == [
        ("a.png", "p1@x", True),
        ("b.png", "p2@x", False),
    ]


def test_quotes_are_cut_from_the_new_words_and_kept_in_the_text() -> None:
    body = b"Yes please.\r\n\r\nOn Mon, Bob <bob@example.com> wrote:\r\n> Shall we?\r\n"
    mail = read(part("text/plain", body))
    assert mail.new.strip() == "Yes please."
    assert "Shall we?" in mail.text


@pytest.mark.parametrize("subject", ["Fwd: Invoice", "WG: Rechnung", "TR: facture"])
def test_a_forward_without_a_mark_keeps_what_it_passes_on(subject: str) -> None:
    header = b"From: Bob <bob@example.com>\r\nSent: Monday\r\nTo: Petra\r\nSubject: Invoice\r\n"
    body = b"FYI\r\n\r\n" + header + b"\r\nIt is wrong.\r\n"
    assert (
        "It is wrong."
        in read(part("text/plain", body), HEAD.replace(b"Order 7", subject.encode())).new
    )
    assert (
        "It is wrong."
        not in read(part("text/plain", body), HEAD.replace(b"Order 7", b"Re: Invoice")).new
    )


@pytest.mark.parametrize(
    "body",
    [
        multi("encrypted", part("application/pgp-encrypted"), part("application/octet-stream")),
        binary("application/pkcs7-mime; smime-type=enveloped-data", b"x"),
        part("text/plain", b"-----BEGIN PGP MESSAGE-----\r\nabc\r\n"),
    ],
)
def test_encrypted_mail_says_so(body: bytes) -> None:
    mail = read(body)
    assert mail.text
    assert "encrypted" in mail.defects


def test_a_text_beyond_the_limit_is_attached_whole() -> None:
    long = b"A line of a log file, many times over.\r\n" * 50_000
    raw = HEAD + part("text/plain", long)
    mail = parse(raw)
    assert len(mail.text) <= 1_000_000
    assert mail.text.endswith("over.")
    assert part_bytes(raw, mail.attachments[0].part) == long
    assert mail.defects == ("text too long, the whole of it is attached",)


def test_two_from_headers_are_doubted() -> None:
    mail = read(TEXT, b"From: max@example.com\r\n" + HEAD)
    assert mail.sender_doubt == "there are 2 From headers"


def test_defects_are_said_in_words() -> None:
    mail = read(part("multipart/mixed; boundary=b", b"--b\r\n\r\n\xfcber uns"))
    assert mail.text == "über uns"
    assert mail.defects == ("multipart without its end", "no charset, read as cp1252")


def test_the_same_mail_by_two_ways_has_one_digest() -> None:
    here = b"Received: from a by b; today\r\nDelivered-To: help@example.com\r\n" + HEAD
    there = b"X-Spam: no\r\nARC-Seal: i=1\r\n" + HEAD
    unix = (there + TEXT + b"\r\n").replace(b"\r\n", b"\n")
    recoded = there + binary("text/plain; charset=utf-8", WORDS.encode())
    assert parse(here + TEXT).digest == parse(unix).digest == parse(recoded).digest


@pytest.mark.parametrize(
    "other",
    [
        HEAD + TEXT + b"!",
        HEAD.replace(b"7", b"8") + TEXT,
        HEAD.replace(b"petra@", b"paula@") + TEXT,
        b"Message-ID: <x@y>\r\n" + HEAD + TEXT,
        HEAD + multi("mixed", TEXT, binary("image/png", PNG)),
    ],
)
def test_different_mails_have_different_digests(other: bytes) -> None:
    assert parse(HEAD + TEXT).digest != parse(other).digest


def test_a_headline_needs_no_body() -> None:
    raw = HEAD + b"References: <root@example.com>\r\n\r\n" + b"x" * 1_000_000
    mail = headline(raw)
    assert (mail.sender.addr, mail.subject) == ("petra@kunde.example", "Order 7")
    assert mail.references == ("<root@example.com>",)
    assert (mail.text, mail.defects) == (UNREADABLE, ("could not be read",))
    assert mail.digest != headline(raw + b"y").digest


def test_a_second_opinion_finds_words_where_we_find_none() -> None:
    empty = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b--\r\n\r\n"
    mail = read(empty + b"Words behind the end")
    assert (mail.text, mail.new) == ("Words behind the end", "Words behind the end")


@pytest.mark.parametrize(
    "body",
    [
        b'Content-Type: multipart/mixed; boundary=""\r\n\r\n----\r\n\r\nhi\r\n------\r\n',
        multi("mixed", part("message/rfc822", b"Content-Type: multipart/mixed\r\n\r\n"))[:-40],
        b"From: \xff\xfe\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi",
    ],
)
def test_a_second_opinion_that_fails_is_no_matter(body: bytes) -> None:
    assert read(body).sender.addr == "petra@kunde.example"


def test_well_formed_mail_needs_no_second_opinion() -> None:
    program = (
        "import sys; from postdesk.mailbox.parse import parse; "
        "parse(sys.stdin.buffer.read()); sys.exit('mailparser' in sys.modules)"
    )
    raw = HEAD + multi("mixed", TEXT, binary("image/png", PNG))
    assert subprocess.run([sys.executable, "-c", program], input=raw, check=False).returncode == 0
