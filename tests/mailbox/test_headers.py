"""What a header says, however it was written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.headers import decode_header, message_ids, parse_date
from postdesk.mailbox.params import parse_field


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"Hello", "Hello"),
        (b" Hello\r\n\tworld ", "Hello world"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?b?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe_aus?= =?iso-8859-1?q?_K=F6ln?=", "Grüße aus Köln"),
        (b"Re: =?utf-8?q?a?= b =?utf-8?q?c?=", "Re: a b c"),
        (b"=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        (b"=?utf-8?b?w7zD?=\r\n =?utf-8?b?vA==?=", "üü"),
        (b"=?utf-8?b?w7?= =?utf-8?b?w=?=", "ü"),
        (b"=?utf-8?b?R3LDvA?=", "Grü"),
        (b"=?utf-8?q?with blanks in it?=", "with blanks in it"),
        (b"=?utf-8?q?no end", "no end"),
        (b"=?utf-8*en?q?language?=", "language"),
        (b"=?gb2312?b?1tDOxA==?=", "中文"),
        (b"=?iso-2022-jp?b?GyRCJUYlOSVIGyhC?=", "テスト"),
        (b"=?nonsense?q?caf=C3=A9?=", "café"),
        (b"=?utf-8?q?gr=FC?=", "grü"),
        (b"=?us-ascii?x?what?= stays", "=?us-ascii?x?what?= stays"),
        (b"a =? b ?= c", "a =? b ?= c"),
        (b"=?utf-8?q?a=0D=0ABcc:_b?=", "a Bcc: b"),
        (b"=?utf-8?q?a=00b?=", "ab"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b'"=?utf-8?q?x?=" <x@x.example>', '"x" <x@x.example>'),
    ],
)
def test_header_words_are_decoded(raw: bytes, text: str) -> None:
    assert decode_header(raw) == text


def test_a_header_given_as_text_with_raw_bytes_in_it_is_decoded() -> None:
    assert decode_header("Gr\udcc3\udcbc\udcc3\udc9fe") == "Grüße"
    assert decode_header("lone \ud800 stays harmless") == "lone ? stays harmless"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "raw",
    [
        b"=?utf-8?q?" + b"a" * 1_100_000 + b"?=",
        b"=?utf-8?b?" + b"QUJD" * 300_000 + b"?=",
        b"=?utf-8?q?=41?= " * 70_000,
        b"=?a?q?" * 20_000,
        b"=?" * 50_000,
        b"x" * 1_000_000,
    ],
    ids=lambda raw: ascii(raw[:12]),
)
def test_a_decoded_header_is_never_longer_than_a_page(raw: bytes) -> None:
    assert len(decode_header(raw)) <= 4096


@given(st.binary() | st.text(alphabet="=?utf-8qb ABC_\r\n").map(str.encode))
def test_a_decoded_header_is_one_clean_line(raw: bytes) -> None:
    text = decode_header(raw)
    assert not set(text) & set("\r\n\x00\x85\u2028")
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x.example>", ("<a@x.example>",)),
        ("<a@x.example>\r\n\t<b@x.example> <a@x.example>", ("<a@x.example>", "<b@x.example>")),
        ("<a@x.example><b@x.example>", ("<a@x.example>", "<b@x.example>")),
        ("<long\r\n id@x.example>", ("<longid@x.example>",)),
        ('Your message of "Monday" <a@x.example>', ("<a@x.example>",)),
        ("a@x.example", ("<a@x.example>",)),
        ("<no-at-sign>", ("<no-at-sign>",)),
        ("<>", ()),
        ("< >", ()),
        ("nothing here", ()),
        ("<" * 100_000, ()),
    ],
)
def test_ids_are_found(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(value) == ids


def test_of_many_ids_the_root_and_the_last_are_kept() -> None:
    found = message_ids(" ".join(f"<{number}@x.example>" for number in range(300)))
    assert len(found) == 100
    assert (found[0], found[1], found[-1]) == (
        "<0@x.example>",
        "<201@x.example>",
        "<299@x.example>",
    )


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0100", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("23 Nov 2026 10:00:00 -0000", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("Mon, 23 Nov 99999999999 10:00:00 +0100", None),
        ("Mon, 31 Feb 2026 10:00:00 +0100", None),
        ("Fri, 31 Dec 9999 23:00:00 -1200", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_told_in_utc_or_not_at_all(value: str, moment: datetime | None) -> None:
    assert parse_date(value) == moment


@pytest.mark.parametrize(
    ("raw", "value", "params"),
    [
        (b"text/plain", "text/plain", {}),
        (b"TEXT/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        (b'a/b; name="x;y.txt"; z=1', "a/b", {"name": "x;y.txt", "z": "1"}),
        (b'a/b; name="say \\"hi\\".txt"', "a/b", {"name": 'say "hi".txt'}),
        (b'a/b; name="C:\\tmp\\x.txt"', "a/b", {"name": "C:\\tmp\\x.txt"}),
        (b"a/b; name=my file.txt; z=1", "a/b", {"name": "my file.txt", "z": "1"}),
        (b'a/b; charset="utf-8', "a/b", {"charset": "utf-8"}),
        (b"a/b charset=utf-8", "a/b", {"charset": "utf-8"}),
        (b"a/b;; ; charset=utf-8;", "a/b", {"charset": "utf-8"}),
        (b"a/b; name==?utf-8?q?=C3=BC?=", "a/b", {"name": "ü"}),
        (b'a/b; name="=?utf-8?q?=C3=BC?=.txt"', "a/b", {"name": "ü.txt"}),
        (b"a/b; name*=utf-8''%C3%BC.txt", "a/b", {"name": "ü.txt"}),
        (b"a/b; name*=iso-8859-1'de'%FC.txt; name=u.txt", "a/b", {"name": "ü.txt"}),
        (b"a/b; n*1=\"b\"; n*0*=utf-8''%C3; n*2*=%BC", "a/b", {"n": "Ãb¼"}),
        (b"a/b; n*0*=utf-8''%C3; n*1*=%BC", "a/b", {"n": "ü"}),
        (b'a/b; n*0="=?utf-8?q?"; n*1="=C3=BC?="', "a/b", {"n": "ü"}),
        (b"a/b; n*=no-such-charset''%C3%BC", "a/b", {"n": "ü"}),
        ("a/b; name=Größe.txt".encode(), "a/b", {"name": "Größe.txt"}),
        (b"a/b; boundary=first; boundary=second", "a/b", {"boundary": "first"}),
        (b"", "", {}),
        (b"; = ; =x", "", {}),
    ],
)
def test_parameters_are_read(raw: bytes, value: str, params: dict[str, str]) -> None:
    assert parse_field(raw) == (value, params)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "raw",
    [
        b"a/b" + b"; a=b" * 40_000,
        b"a/b" + b"".join(b"; n*%d=x" % number for number in range(20_000)),
        b'a/b; a="' + b'\\"' * 90_000,
        b"a/b; " + b'a= "' * 50_000,
        b"a/b" + b" " * 190_000,
    ],
    ids=lambda raw: ascii(raw[:12]),
)
def test_hostile_parameters_are_read_in_no_time(raw: bytes) -> None:
    assert len(parse_field(raw).params) <= 100


@given(st.binary())
def test_parameters_of_any_bytes_are_text(raw: bytes) -> None:
    for name, value in parse_field(raw).params.items():
        assert "\n" not in name + value
        value.encode("utf-8")
