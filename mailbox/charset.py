"""From bytes to text: believe the declared charset where it holds, and say where it did not.

The names and supersets follow the WHATWG Encoding Standard, which is what browsers and so most
senders test against. Only charsets in this table are ever used: a codec is never looked up by a
name that came in a mail.
"""

import codecs
import re

from postdesk.mailbox.guess import guess
from postdesk.mailbox.jis import ANNOUNCED, decode_jis

_TABLE = """
utf_8       utf-8 utf8 utf utf8mb4 unicode-1-1-utf-8 unicode20utf8 utf-8n utf-8-mac utf-8-sig
ascii       us-ascii ascii ansi-x3.4-1968 ansi-x3.4-1986 iso646-us iso-646 us iso-ir-6 7bit
cp1252      iso-8859-1 iso8859-1 8859-1 latin1 latin-1 l1 iso-ir-100 cp819 ibm819 iso-8859 ansi
cp1252      windows-1252 cp1252 win-1252 1252 iso-8859-1-windows-3.1-latin-1 western
cp1250      windows-1250 cp1250 win-1250
cp1251      windows-1251 cp1251 win-1251
cp1253      windows-1253 cp1253 win-1253
cp1254      windows-1254 cp1254 win-1254 iso-8859-9 iso8859-9 latin5 l5
cp1255      windows-1255 cp1255
cp1256      windows-1256 cp1256
cp1257      windows-1257 cp1257
cp1258      windows-1258 cp1258
cp874       windows-874 cp874 tis-620 tis620 iso-8859-11 iso8859-11
iso8859_2   iso-8859-2 iso8859-2 latin2 l2
iso8859_3   iso-8859-3 iso8859-3 latin3
iso8859_4   iso-8859-4 iso8859-4 latin4
iso8859_5   iso-8859-5 iso8859-5 cyrillic
iso8859_6   iso-8859-6 iso8859-6 iso-8859-6-e iso-8859-6-i arabic
iso8859_7   iso-8859-7 iso8859-7 greek
iso8859_8   iso-8859-8 iso8859-8 iso-8859-8-e iso-8859-8-i hebrew logical
iso8859_10  iso-8859-10 iso8859-10 latin6
iso8859_13  iso-8859-13 iso8859-13
iso8859_14  iso-8859-14 iso8859-14
iso8859_15  iso-8859-15 iso8859-15 latin9 latin-9 l9
iso8859_16  iso-8859-16 iso8859-16
koi8_r      koi8-r koi8 koi koi8r
koi8_u      koi8-u koi8-ru
cp437       cp437 ibm437
cp850       cp850 ibm850
cp852       cp852 ibm852
cp855       cp855 ibm855
cp858       cp858 ibm858
cp865       cp865 ibm865
cp866       cp866 ibm866 866
gb18030     gb18030 gb2312 gbk gb-2312 gb-2312-80 gb2312-80 cp936 ms936 windows-936 euc-cn chinese
hz          hz-gb-2312 hz
cp950       big5 big-5 big5-hkscs cn-big5 x-big5 cp950 windows-950
cp949       ks-c-5601-1987 ks-c-5601-1989 ks-c-5601 ksc5601 ksc-5601 euc-kr korean cp949 uhc ms949
cp949       windows-949
johab       johab
iso2022_kr  iso-2022-kr
cp932       shift-jis shift-jisx0213 sjis shiftjis ms-kanji windows-31j cp932 ms932 windows-932
euc_jp      euc-jp eucjp ujis
iso2022_jp  iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms cp50220 cp50221
utf_7       utf-7 unicode-1-1-utf-7
utf_16      utf-16 utf16 unicode ucs-2 iso-10646-ucs-2
utf_16_le   utf-16le
utf_16_be   utf-16be
utf_32      utf-32
mac_roman   macintosh mac mac-roman
mac_cyrillic mac-cyrillic mac-ukrainian
mac_greek   mac-greek
mac_turkish mac-turkish
mac_latin2  mac-ce mac-centraleurroman
cp932       mac-japanese
cp950       mac-chinesetrad
gb18030     mac-chinesesimp
cp949       mac-korean
"""
_CODECS = {
    label: row.split()[0] for row in _TABLE.strip().splitlines() for label in row.split()[1:]
}
# Written where a charset should be, and meaning that the writer did not know either.
_EMPTY_LABELS = """
default default-charset unknown unknown-8bit user-defined none 8bit binary unspecified iso-unknown
charset base64 quoted-printable
"""
_SAYS_NOTHING = frozenset(["", *_EMPTY_LABELS.split()])
# Where the usual superset lacks a character, the next one may have it.
_WIDER = {"cp950": "big5hkscs", "cp932": "shift_jis_2004", "euc_jp": "euc_jis_2004"}
# In these an ASCII byte may be part of something else.
_SHIFTING = frozenset(("iso2022_jp", "iso2022_kr", "utf_7", "hz"))
_WIDE = frozenset(("utf_16", "utf_16_le", "utf_16_be", "utf_32"))
_WESTERN = frozenset(("cp1252", "iso8859_15", "cp850", "cp437"))
_BOMS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_NOT_IN_LABELS = re.compile(r"[\s\"';,<>()*].*", re.DOTALL)
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TO_CLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without controls but ``\\n`` and ``\\t``, with every kind of newline as ``\\n``."""
    if "\r" in text:
        # The usual line ends, taken quickly; a lone CR is left to the careful way below.
        usual = text.replace("\r\n", "\n")
        text = text if "\r" in usual else usual
    # Nothing printable is unwanted, and this question costs a twentieth of the search.
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text
    if not _TO_CLEAN.search(text):
        return text
    text = _UNWANTED.sub("", _NEWLINES.sub("\n", text))
    return _SURROGATES.sub("\ufffd", text)


def codec_of(declared: str | None) -> str | None:
    """The Python codec for a charset name out of a mail; None for unknown and empty ones."""
    label = _label(declared)
    return _CODECS.get(label) or _CODECS.get(label.removeprefix("cs"))


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Decode to clean text, and say in a phrase what was wrong with the declaration, if anything.

    Never raises. Declared charset, then UTF-8, then Japanese in seven bits, then a guess, then
    Windows-1252. UTF-7 is read only where it is declared: it can hide any text in plain words.
    """
    codec = codec_of(declared)
    if data.isascii() and codec not in _SHIFTING and codec not in _WIDE:
        return _decode_ascii(data, declared)
    for bom, marked in _BOMS:
        if data.startswith(bom):
            return clean(_replacing(data, marked).lstrip("\ufeff")), None
    text = None if codec is None else _strict(data, codec)
    if text is None:
        return _decode_wrong(data, codec, declared)
    # Every byte is a letter in a Western charset; that all make sense as UTF-8 is no accident.
    if codec in _WESTERN and (as_utf8 := _strict(data, "utf_8")) is not None:
        return clean(as_utf8), _wrong(declared, "utf-8")
    return clean(text), None


def _label(declared: str | None) -> str:
    label = (
        (declared or "")[:200].strip().strip("\"'").lower().removeprefix("charset=").strip("\"'")
    )
    return _NOT_IN_LABELS.sub("", label).replace("_", "-").removeprefix("x-")


def _decode_ascii(data: bytes, declared: str | None) -> tuple[str, str | None]:
    if b"\x1b" in data and ANNOUNCED.search(data):
        return clean(decode_jis(data)), f"charset {_named(declared)} was wrong, read as iso-2022-jp"
    return clean(data.decode("ascii")), None


def _decode_wrong(data: bytes, codec: str | None, declared: str | None) -> tuple[str, str | None]:
    """The declared charset does not hold: climb down the ladder."""
    if codec == "iso2022_jp" and b"\x1b" in data:
        return clean(decode_jis(data)), "charset iso-2022-jp had broken characters"
    as_utf8 = _strict(data, "utf_8")
    if as_utf8 is not None:
        return clean(as_utf8), _wrong(declared, "utf-8")
    if codec is not None and codec != "ascii":
        text = _replacing(data, codec)
        foreign = sum(1 for char in text if char > "\x7f")
        # A few broken characters are an accident on the way; many are a wrong label.
        if text.count("\ufffd") * 10 <= foreign or codec in _WIDE:
            return clean(text), f"charset {_named(declared)} had broken characters"
    found = guess(data)
    return clean(_replacing(data, found)), _wrong(declared, found.replace("_", "-"))


def _wrong(declared: str | None, read_as: str) -> str | None:
    if _label(declared) in _SAYS_NOTHING:
        return None if read_as == "utf-8" else f"no charset, read as {read_as}"
    return f"charset {_named(declared)} was wrong, read as {read_as}"


def _named(declared: str | None) -> str:
    label = "".join(c for c in _label(declared)[:40] if c.isalnum() or c in "-.:")
    return label or "(none)"


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(_WIDER[codec])
    except (KeyError, UnicodeDecodeError):
        return None


def _replacing(data: bytes, codec: str) -> str:
    return data.decode(codec, "replace")
