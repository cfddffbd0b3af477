"""Text out of bytes, whatever was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postdesk.mailbox.charset import clean, codec_of, decode

RUSSIAN = "Здравствуйте, мой заказ до сих пор не пришёл. Помогите, пожалуйста."
CHINESE = "您好，请问我的订单什么时候可以到？谢谢你们的帮助。"  # noqa: RUF001
TAIWANESE = "您好，請問我的訂單什麼時候可以到？謝謝你們的幫助。"  # noqa: RUF001
JAPANESE = "お世話になっております。注文の件でご連絡いたしました。"
KOREAN = "안녕하세요. 주문한 상품이 아직 도착하지 않았습니다."
# Row 13 of NEC, which every Japanese mailer sends and the standard does not have.
NEC_ONES = b"\x1b$B-!-j\x1b(B"


@pytest.mark.parametrize(
    ("data", "declared", "text"),
    [
        (b"plain", None, "plain"),
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "ISO-8859-1", "Grüße"),
        (b"100 \x80 \x84so\x93", "iso-8859-1", "100 € „so“"),
        ("朱镕基".encode("gbk"), "gb2312", "朱镕基"),
        ("똠방각하".encode("cp949"), "ks_c_5601-1987", "똠방각하"),
        ("①髙".encode("cp932"), "Shift_JIS", "①髙"),
        (JAPANESE.encode("iso2022_jp"), "ISO-2022-JP", JAPANESE),
        (NEC_ONES, "iso-2022-jp", "①㈱"),
        (b"Hi Mom +Jjo-", "utf-7", "Hi Mom ☺"),
        ("Привет".encode("mac_cyrillic"), "x-mac-cyrillic", "Привет"),
        ("Grüße".encode("utf-16"), "utf-16", "Grüße"),
        ("Grüße".encode(), 'utf-8"\n<div', "Grüße"),
        ("Grüße".encode(), "'UTF8'", "Grüße"),
        ("Grüße".encode(), "charset=utf-8", "Grüße"),
        ("中文".encode("gbk"), "x-gbk", "中文"),
        (b"\xef\xbb\xbfhello", "utf-8", "hello"),
    ],
)
def test_a_declared_charset_is_believed_where_it_holds(
    data: bytes, declared: str | None, text: str
) -> None:
    found, defect = decode(data, declared)
    assert found == text
    assert defect is None or "iso-2022-jp" in defect


@pytest.mark.parametrize(
    ("data", "declared", "text", "defect"),
    [
        ("Grüße".encode(), "us-ascii", "Grüße", "charset us-ascii was wrong, read as utf-8"),
        ("Grüße".encode(), "iso-8859-1", "Grüße", "charset iso-8859-1 was wrong, read as utf-8"),
        ("Grüße".encode("cp1252"), None, "Grüße", "no charset, read as cp1252"),
        ("Grüße".encode(), None, "Grüße", None),
        ("Grüße".encode("cp1252"), "default", "Grüße", "no charset, read as cp1252"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße", "charset utf-8 was wrong, read as cp1252"),
        ("Grüße".encode(), "zlib", "Grüße", "charset zlib was wrong, read as utf-8"),
        ("Grüße".encode(), "a\x00b\r\nX: y", "Grüße", "charset ab was wrong, read as utf-8"),
        (
            JAPANESE.encode("iso2022_jp"),
            "us-ascii",
            JAPANESE,
            "charset us-ascii was wrong, read as iso-2022-jp",
        ),
        (RUSSIAN.encode("koi8_r"), None, RUSSIAN, "no charset, read as koi8-r"),
        (RUSSIAN.encode("cp1251"), None, RUSSIAN, "no charset, read as cp1251"),
        (CHINESE.encode("gb18030"), None, CHINESE, "no charset, read as gb18030"),
        (TAIWANESE.encode("cp950"), None, TAIWANESE, "no charset, read as cp950"),
        (JAPANESE.encode("cp932"), None, JAPANESE, "no charset, read as cp932"),
        (JAPANESE.encode("euc_jp"), None, JAPANESE, "no charset, read as euc-jp"),
        (KOREAN.encode("cp949"), None, KOREAN, "no charset, read as cp949"),
    ],
)
def test_a_wrong_charset_is_found_out_and_said(
    data: bytes, declared: str | None, text: str, defect: str | None
) -> None:
    assert decode(data, declared) == (text, defect)


def test_one_broken_character_does_not_change_the_charset() -> None:
    text, defect = decode(("ü" * 30).encode() + b"\xc3", "utf-8")
    assert text == "ü" * 30 + "\ufffd"
    assert defect == "charset utf-8 had broken characters"


@pytest.mark.parametrize(
    "name", ["zlib", "bz2", "base64_codec", "rot13", "idna", "punycode", "unicode_escape", "mbcs"]
)
def test_what_is_no_charset_of_mail_is_no_charset(name: str) -> None:
    assert codec_of(name) is None


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("a\tb", "a\tb"),
        ("a\x0cb\u2028c", "a\nb\nc"),
        ("a\udc80b", "a\ufffdb"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_clean_text_has_newlines_and_no_controls(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


@given(
    st.binary(), st.sampled_from([None, "utf-8", "utf-7", "hz", "iso-2022-jp", "utf-16", "big5"])
)
def test_any_bytes_become_clean_text(data: bytes, declared: str | None) -> None:
    text, _ = decode(data, declared)
    assert clean(text) == text
    assert text.splitlines() == text.removesuffix("\n").split("\n") or not text
    text.encode("utf-8")
