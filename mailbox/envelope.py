"""The envelope of one letter: addresses fit for the wire, and the very bytes it carries."""

import re
from dataclasses import dataclass
from functools import lru_cache

from postdesk.mailbox.address import ascii_addr

# What stands in an unquoted word (RFC 5321 4.1.2 Atom; RFC 6531 3.3 lets in UTF-8).
_ATEXT = r"[^\s\x00-\x20\x7f-\xa0\"(),.:;<>@\[\\\]\u2028-\u202f\u2060-\u206f\ud800-\udfff]"
_DOT_STRING = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_LOOSE_DOTS = re.compile(rf"(?:\.|{_ATEXT})+")
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])*"')
_DOMAIN = re.compile(
    r"""
    (?: [A-Za-z0-9_-]{1,63} \. )* [A-Za-z0-9_-]{1,63}  # names; with _ as inside some houses
    | \[ [A-Za-z0-9.:]{3,60} \]                         # address literal
    """,
    re.VERBOSE,
)
_LOCAL_LENGTH = 200  # RFC 5321 says 64 bytes, but people write to us from longer ones
_STRAY_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One letter for one recipient, as every transport carries it."""

    mail_from: str  # "" is the null return path, "<>" on the wire
    rcpt: str
    raw: bytes  # CRLF line ends only, the last line ended
    utf8: bool  # an address or a header is not ASCII: the next hop must offer SMTPUTF8


def envelope(mail_from: str, rcpt: str, raw: bytes, *, whole: bool = False) -> Envelope:
    """Check and encode the addresses and settle the line ends.

    Raises ValueError when an address is none. A bare CR or LF becomes a line end, because what
    it means to the next hop is anybody's guess (and how mail is smuggled); ``whole``: it has none.
    """
    sender = wire_address(mail_from) if mail_from not in ("", "<>") else ""
    recipient = wire_address(rcpt)
    if not whole and not raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n"):
        raw = _STRAY_BREAK.sub(b"\r\n", raw)
    raw = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    head = raw.partition(b"\r\n\r\n")[0]
    utf8 = not (sender.isascii() and recipient.isascii() and head.isascii())
    return Envelope(sender, recipient, raw, utf8)


@lru_cache(maxsize=512)  # each stands in an envelope and in one header, and some in many letters
def wire_address(addr: str) -> str:
    """The address for envelope and headers: domain in ASCII, local part quoted where it must be.

    Raises ValueError for what no relay would take.
    """
    local, _, domain = addr.rpartition("@")
    host = (ascii_addr(f"x@{domain}") or "").rpartition("@")[2]
    if not _DOMAIN.fullmatch(host):
        raise ValueError(f"not a mail domain: {addr[:80]!r}")
    if _LOOSE_DOTS.fullmatch(local) and not _DOT_STRING.fullmatch(local):
        local = f'"{local}"'  # "a..b" exists, at hosts that did not read the RFC
    if len(local) > _LOCAL_LENGTH or not (_DOT_STRING.fullmatch(local) or _QUOTED.fullmatch(local)):
        raise ValueError(f"not a mail address: {addr[:80]!r}")
    return f"{local}@{host}"
