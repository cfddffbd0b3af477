"""Header values with parameters: Content-Type and Content-Disposition (RFC 2045, RFC 2231)."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from postdesk.mailbox.charset import decode
from postdesk.mailbox.headers import decode_header

VALUE_LIMIT = 16_384  # bytes of one header looked at
PARAMS_LIMIT = 100
_FIELD = re.compile(
    r"""
    [;\s]*
    ([^=;\s"()]{1,80})          # the name, with its * and number
    [ \t\r\n]*=[ \t\r\n]*
    (?:
        "((?:[^"\\]|\\.)*)"     # a quoted value
      | ([^;]*)                 # or anything up to the next semicolon
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTINUED = re.compile(r"^(.+?)\*(?:(\d{1,3})(\*?))?$")
_QUOTED_PAIR = re.compile(r'\\(["\\])')  # only these two: file names come with Windows paths
_MAIN = re.compile(r"[\s;]*([^\s;=()\"]*)")


class Field(NamedTuple):
    """A value, lower-case (``text/plain``), and its parameters by lower-case name."""

    value: str
    params: Mapping[str, str]


NOTHING = Field("", {})


def parse_field(raw: bytes) -> Field:
    """Read tolerantly: missing quotes, missing semicolons, pieces in any order. Never raises."""
    text = raw[:VALUE_LIMIT].decode("latin-1")
    main = _MAIN.match(text)
    assert main is not None  # the pattern matches the empty string
    rest = text[main.end() :]
    if not rest or "=" not in rest:
        return Field(main[1].lower(), {})
    return Field(main[1].lower(), _params(rest))


def _params(text: str) -> dict[str, str]:
    simple: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value, quoted in _raw_params(text):
        if "*" not in name:
            simple.setdefault(name, _plain_value(value, quoted=quoted))
        elif found := _CONTINUED.match(name):
            encoded = found[2] is None or found[3] == "*"
            pieces.setdefault(found[1], {}).setdefault(int(found[2] or 0), (value, encoded))
    return simple | {name: _joined(parts) for name, parts in pieces.items()}


def _raw_params(text: str) -> Iterator[tuple[str, str, bool]]:
    """Each parameter as written: lower-case name, value, whether it stood in quotes."""
    place = 0
    for _ in range(PARAMS_LIMIT):
        found = _FIELD.match(text, place)
        if found is None:
            place = text.find(";", place) + 1
            if place == 0:
                return
            continue
        if found[2] is not None:
            yield found[1].lower(), _QUOTED_PAIR.sub(r"\1", found[2]), True
        else:
            yield found[1].lower(), found[3].strip(), False
        place = found.end()


def _plain_value(value: str, *, quoted: bool) -> str:
    """An unfinished quote is dropped; encoded words are decoded, though RFC 2047 5 forbids them."""
    if not quoted:
        value = value.strip('"').strip()
    return decode_header(value.encode("latin-1"))


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: pieces in order of their numbers; the first names the charset of the encoded."""
    charset = ""
    found = bytearray()
    for position, number in enumerate(sorted(parts)):
        value, encoded = parts[number]
        if encoded and position == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        found += unquote_to_bytes(value.encode("latin-1")) if encoded else value.encode("latin-1")
    if b"=?" in found:
        return decode_header(bytes(found))
    return decode_header(decode(bytes(found), charset or None)[0])
