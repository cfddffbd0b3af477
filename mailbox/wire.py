"""Words of SMTP: replies with their codes, addresses in angles, and the trace of a mail."""

import asyncio
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

REPLY_LENGTH = 400  # RFC 5321 4.5.3.1.5 has 512 for the whole line
HEAD = 256 * 1024  # bytes in which Received lines are counted

# RFC 2034 wants a code of RFC 3463 on each of our replies; these stand where the library has none.
_CODES = {
    "220": "2.0.0",
    "221": "2.0.0",
    "250": "2.0.0",
    "252": "2.0.0",
    "421": "4.3.2",
    "451": "4.3.0",
    "452": "4.3.1",
    "454": "4.7.0",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "504": "5.5.4",
    "530": "5.7.0",
    "550": "5.1.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "554": "5.0.0",
    "555": "5.5.4",
}

_PLAIN = re.compile(
    r"""
    <
    ( [A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}     # local part, an atom with dots
      @ [A-Za-z0-9.-]{1,255} )                  # domain
    >
    (?: [ ]+ ([!-~ ]*) )?                       # parameters
    """,
    re.VERBOSE,
)

_HELO = re.compile(r"[A-Za-z0-9._:\[\]-]{1,255}")


def with_code(reply: str) -> str:
    """``reply`` with an enhanced status code, put in where it has none."""
    if reply[5:6] == "." and reply[4].isdigit():
        return reply
    code = _CODES.get(reply[:3])
    return f"{reply[:4]}{code} {reply[4:]}" if code else reply


def one_line(text: str, *, utf8: bool = False) -> str:
    """``text`` fit for a reply: one short line; RFC 6531 3.7.4 has UTF-8 only if it was asked."""
    line = " ".join(text.split())[:REPLY_LENGTH]
    line = "".join(char if char.isprintable() else "?" for char in line)
    return line if utf8 else line.encode("ascii", "replace").decode("ascii")


def plain_address(arg: str) -> tuple[str, str] | None:
    """The address and the parameters of ``<local@domain> ...``; None for rarer forms."""
    found = _PLAIN.fullmatch(arg)
    return (found[1], found[2] or "") if found else None


def declared_size(options: Iterable[str]) -> int:
    """What SIZE= at MAIL FROM announced (RFC 1870), in bytes; 0 when nothing."""
    for option in options:
        name, _, value = option.partition("=")
        if name == "SIZE" and value.isdigit():
            return int(value)
    return 0


def greeting(host: str, size: int, *, tls: bool) -> str:
    """The answer to EHLO: what we can do, and nothing that we cannot."""
    offers = [host, f"SIZE {size}", "8BITMIME", "SMTPUTF8", "PIPELINING"]
    lines = [f"250-{offer}" for offer in (*offers, *(["STARTTLS"] if tls else []))]
    return "\r\n".join([*lines, "250 ENHANCEDSTATUSCODES"])


def protocol(name: str, *, utf8: bool, tls: bool) -> str:
    """How a mail came, in the words of RFC 3848 and RFC 6531 4.3: ESMTPS, UTF8SMTP, UTF8LMTPS."""
    base = f"UTF8{name.removeprefix('E')}" if utf8 else name
    return f"{base}S" if tls else base


async def read_line(reader: asyncio.StreamReader) -> bytes:
    """The next command without its line end; of one that is too long, its beginning."""
    beginning = b""
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            part = await reader.readexactly(error.consumed)
            beginning = beginning or part
            continue
        return (beginning or line).rstrip(b"\r\n")


def helo_name(name: str | None) -> str:
    """A HELO name fit for a header."""
    return name if name and _HELO.fullmatch(name) else "unknown"


def trace(
    helo: str, address: str, host: str, protocol: str, key: str, now: datetime, *, sender: str
) -> bytes:
    """What RFC 5321 4.4 puts in front of a mail that has arrived: Return-Path, then Received.

    The first is how a reader of the mail knows of a null return path, which nothing may answer.
    """
    peer = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
    date = _date(now.replace(microsecond=0))
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Received: from {helo} ({peer})\r\n\tby {host} with {protocol} id {key};\r\n\t{date}\r\n"
    ).encode("utf-8", "replace")


@lru_cache(maxsize=16)
def _date(second: datetime) -> str:
    # Many mails come in the same second, and one costs as much as two commands.
    return format_datetime(second)


def hops(raw: bytes) -> int:
    """How many Received lines stand in the header."""
    end = raw.find(b"\r\n\r\n", 0, HEAD)
    head = raw[: end if end >= 0 else HEAD]
    return (b"\n" + head.lower()).count(b"\nreceived:")
