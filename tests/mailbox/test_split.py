"""A mail cut into parts: what is broken stays readable, and nothing is lost."""

import base64
import binascii

import pytest

from postdesk.mailbox.attach import made_up_name, safe_name
from postdesk.mailbox.flowed import unflow
from postdesk.mailbox.split import Part, Tree, split
from postdesk.mailbox.transfer import cut_uuencoded, undo

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def outline(part: Part) -> object:
    """The types of a tree, nested as the parts are."""
    if not part.parts:
        return part.type.removeprefix("text/")
    return [outline(child) for child in part.parts]


def bodies(tree: Tree) -> list[bytes]:
    return [tree.body(part) for part in tree.walk() if not part.parts]


@pytest.mark.parametrize(
    ("raw", "shape", "texts"),
    [
        (b"Subject: x\r\n\r\nhello\r\n", "plain", [b"hello\r\n"]),
        (b"Subject: x\n\nhello\n", "plain", [b"hello\n"]),
        (b"Subject: x\rTo: y\r\rhello\r", "plain", [b"hello\n"]),
        (b"Subject: x\r\n\nhello", "plain", [b"hello"]),
        (b"", "plain", [b""]),
        (b"no header at all\n\nsecond", "plain", [b"no header at all\n\nsecond"]),
        (b"From petra Mon Nov 23 2026\nSubject: x\n\nhello", "plain", [b"hello"]),
        (b"Received: x\nFrom () 2026-11-23 09:00\nPriority: low\n\nhello", "plain", [b"hello"]),
        (
            b"Received: x\nFrom here on it is text\nhello",
            "plain",
            [b"From here on it is text\nhello"],
        ),
        (b"\r\n\r\nSubject: x\r\n\r\nhello", "plain", [b"hello"]),
        (b"Subject: x\r\nhello\r\n", "plain", [b"hello\r\n"]),
        (MIXED + b"pre\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\npost", ["plain"] * 2, None),
        (MIXED + b"--b  \r\n\r\none\r\n--b--", ["plain"], [b"one"]),
        (MIXED + b"--b\r\n\r\none\r\n--bee\r\ntwo\r\n--b--", ["plain"], [b"one\r\n--bee\r\ntwo"]),
        (MIXED + b"--b\r\n\r\nsay --b\r\n--b--", ["plain"], [b"say --b"]),
        (MIXED + b"--b\r\n\r\n--b--", ["plain"], [b""]),
        (MIXED + b"--b\r\nContent-Type: text/html\r\n--b--", ["html"], [b""]),
        (MIXED + b"--b\r\n\r\none", ["plain"], [b"one"]),
        (MIXED + b"hello, no parts", "plain", [b"hello, no parts"]),
        (b"Content-Type: multipart/mixed\r\n\r\nhello", "plain", [b"hello"]),
        (
            b"Content-Type: multipart/mixed; boundary=wrong\n\n"
            b"--right\nContent-Type: text/html\n\none\n--right--\n",
            ["html"],
            [b"one"],
        ),
        (
            MIXED + b"--b\nContent-Type: message/rfc822\n\n" + MIXED + b"--b2\n\nx\n--b--",
            ["message/rfc822"],
            None,
        ),
        (
            b"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\nhi\n--b--",
            ["message/rfc822"],
            [b"Subject: x\n\nhi"],
        ),
        (b"Content-Type: nonsense\n\nhello", "plain", [b"hello"]),
        (b"Content-Type: multipart/*; boundary=b\n\n--b\n\none\n--b--", ["plain"], [b"one"]),
    ],
)
def test_any_mail_has_parts(raw: bytes, shape: object, texts: list[bytes] | None) -> None:
    tree = split(raw)
    assert outline(tree.root) == shape
    assert texts is None or bodies(tree) == texts


def test_a_part_with_the_boundary_of_its_parent_takes_what_follows() -> None:
    raw = (
        MIXED + b"--b\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n"
    )
    tree = split(raw)
    assert outline(tree.root) == [["plain", "html"]]
    assert bodies(tree) == [b"one", b"two"]
    assert "boundary used twice" in tree.defects


def test_parts_beyond_the_limit_stay_together_as_one() -> None:
    tree = split(MIXED + b"".join(b"--b\n\npart %d\n" % n for n in range(1000)) + b"--b--")
    assert tree.count == 201
    assert b"part 999" in bodies(tree)[-1]
    assert "more than 200 parts" in tree.defects


def test_what_is_nested_too_deep_stays_closed() -> None:
    raw = b"Subject: x\r\n"
    for depth in range(1000):
        raw += b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (depth, depth)
    tree = split(raw + b"\r\nhello")
    assert tree.count == 21
    assert "nested deeper than 20" in tree.defects
    assert b"hello" in bodies(tree)[-1]


def test_a_header_block_is_bounded_and_what_counts_is_still_found() -> None:
    traces = b"Received: from a by b\r\n\twith c; today\r\n" * 20_000
    tree = split(traces + b"From: petra@kunde.example\r\nSubject: late\r\n\r\nhello")
    assert len(tree.root.headers.headers) <= 510
    assert tree.root.headers.get("subject") == b" late"
    assert bodies(tree) == [b"hello"]
    assert "header too long" in tree.defects


def test_a_stray_line_does_not_end_the_header() -> None:
    tree = split(b"Subject: a\nrest of a long subject\nFrom: petra@kunde.example\n\nhello")
    assert tree.root.headers.get("from") == b" petra@kunde.example"
    assert bodies(tree) == [b"hello"]


def test_numbers_follow_the_walk() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=i\n\n--i\n\n1\n--i\n\n2\n--i--\n"
    tree = split(MIXED + b"--b\n" + inner + b"\n--b\n\n3\n--b--")
    assert [part.number for part in tree.walk()] == list(range(5))
    assert bodies(tree) == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("body", "encoding", "decoded"),
    [
        (b"aGVsbG8=\r\n", "base64", b"hello"),
        (b"aGVs\r\nbG8=\r\n\r\n", "base64", b"hello"),
        (b"aGVsbG8", "base64", b"hello"),
        (b"aGVsbG8hX", "base64", b"hello!"),
        (b"aGVs!bG8=", "base64", b"hello"),
        (b"aGVsbG8=\r\naGVsbG8=\r\n", "base64", b"hellohello"),
        (b"aGVsbG8=\r\n_____\r\nA list, with a footer.", "base64", b"hello"),
        (b"Dear all, this is plain.\r\n", "base64", b"Dear all, this is plain.\r\n"),
        (b"", "base64", b""),
        (b"gr=C3=BC=\r\n=C3=9F", "quoted-printable", "grüß".encode()),
        (b"a= \r\nb", "quoted-printable", b"ab"),
        (b"100 =% of =ZZ", "quoted-printable", b"100 =% of =ZZ"),
        (b"as it is", "8bit", b"as it is"),
        (b"as it is", "x-gzip64", b"as it is"),
        (b"begin 644 a.txt\n%:&5L;&\\ \n`\nend\n", "x-uuencode", b"hello"),
    ],
)
def test_transfer_encodings_are_undone(body: bytes, encoding: str, decoded: bytes) -> None:
    assert undo(body, encoding)[0] == decoded


def uuencoded(name: bytes, content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 %s\n%s`\nend\n" % (name, b"".join(lines))


def test_pasted_files_are_cut_out_of_a_text() -> None:
    content = bytes(range(256))
    text = b"Here it is:\n" + uuencoded(b"a b.bin", content) + b"Bye\n"
    rest, files = cut_uuencoded(text)
    assert rest.split() == [b"Here", b"it", b"is:", b"Bye"]
    assert [(file.name, file.body) for file in files] == [(b"a b.bin", content)]


def test_a_sentence_that_begins_is_no_pasted_file() -> None:
    text = b"begin 644 times and\nyou will never come to the\nend\n"
    assert cut_uuencoded(text) == (text, ())


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\petra\\report.pdf", "report.pdf"),
        ("..\\..\\x.exe", "x.exe"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("console.txt", "console.txt"),
        ("a<b>|c?.txt", "a_b__c_.txt"),
        ("Größe 中文.pdf", "Größe 中文.pdf"),
        ("name. . ", "name"),
        ("..", ""),
        ("/", ""),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("ü" * 300 + ".pdf", "ü" * 73 + ".pdf"),
    ],
)
def test_file_names_are_safe(sent: str, safe: str) -> None:
    assert safe_name(sent) == safe


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("image/png", "picture-2.png"),
        ("image/jpeg", "picture-2.jpg"),
        ("image/../x", "picture-2.bin"),
        ("message/rfc822", "message-2.eml"),
        ("message/delivery-status", "delivery-status-2.txt"),
        ("text/calendar", "invitation-2.ics"),
        ("application/x-unheard-of", "attachment-2.bin"),
    ],
)
def test_nameless_parts_get_a_name(media_type: str, name: str) -> None:
    assert made_up_name(media_type, 2) == name


@pytest.mark.parametrize(
    ("sent", "delsp", "shown"),
    [
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("wo \nrd", True, "word"),
        ("one \n\ntwo", False, "one\n\ntwo"),
        ("> quoted \n> on\nnew \nwords", False, "> quoted on\nnew words"),
        (">> deep \n> less", False, ">> deep\n> less"),
        (" >not a quote\n From here", False, ">not a quote\nFrom here"),
        ("bye \n-- \nPetra", False, "bye\n-- \nPetra"),
        ("open end ", False, "open end"),
    ],
)
def test_flowed_paragraphs_are_put_together(sent: str, delsp: bool, shown: str) -> None:
    assert unflow(sent, delsp=delsp) == shown


def test_a_large_body_is_decoded_whole() -> None:
    content = bytes(range(256)) * 4096
    assert undo(base64.encodebytes(content), "base64") == (content, "")


@pytest.mark.parametrize("begin", [b"begin 644", b"begin 644 "])
def test_a_pasted_file_needs_no_name(begin: bytes) -> None:
    text = b"Look:\n" + begin + b"\n%:&5L;&\\ \n`\nend\nBye\n"
    kept, files = cut_uuencoded(text)
    assert kept == b"Look:\n\nBye\n"
    assert [(file.name, file.body) for file in files] == [(b"", b"hello")]
