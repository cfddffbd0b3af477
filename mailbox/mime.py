"""MIME parts written straight to bytes: 7-bit lines, CRLF ends, the same bytes each time."""

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass

from postdesk.mailbox import header_text
from postdesk.mailbox.coded import LINE as BASE64_LINE
from postdesk.mailbox.coded import Coded

TEXT_LINE = 998  # RFC 5322 2.1.1: the longest line that may travel as it is

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_NOT_PLAIN = re.compile(r"[^\t\n\x20-\x7e]|^From ", re.MULTILINE)
_MBOX_FROM = re.compile(rb"(?m)^From ")  # what an mbox file would turn into ">From "
_STRAY_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: its folded header lines without the last CRLF, and its encoded body."""

    headers: tuple[str, ...]
    body: bytes

    def wire(self) -> bytes:
        """Headers, blank line, body: what stands between two boundaries."""
        return "\r\n".join((*self.headers, "", "")).encode() + self.body


def text(subtype: str, words: str, boundary: str) -> Part:
    """A text part in UTF-8: as it is where that is safe, else quoted-printable or base64.

    Line ends become CRLF, the last one is supplied; NUL goes, half a character becomes "?".
    """
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    words = words if words.endswith("\n") else words + "\n"
    encoding, body = _encode(words, boundary)
    return Part(
        (
            f'Content-Type: text/{subtype}; charset="utf-8"',
            f"Content-Transfer-Encoding: {encoding}",
        ),
        body,
    )


def file(name: str, mime_type: str, body: bytes | Coded, boundary: str, *, cid: str = "") -> Part:
    """A file, or with ``cid`` a picture that stands in the HTML; extracted, it is byte identical.

    A mail travels as message/rfc822 where its bytes survive that, else as a file "x.eml".
    """
    mime_type = mime_type.strip().lower()
    name = header_text.file_name(name)
    if mime_type == "message/rfc822":
        name = name if name.lower().endswith(".eml") else name + ".eml"
        body = body.decoded() if isinstance(body, Coded) else body
        if _survives(body, boundary):
            return Part((_content_type(mime_type, name), *_place(name, cid, "7bit")), body)
    if not _TYPE.fullmatch(mime_type) or mime_type.startswith(("message/", "multipart/")):
        mime_type = _UNKNOWN  # RFC 2046 5.1, 5.2: these two may not be base64
    return Part((_content_type(mime_type, name), *_place(name, cid, "base64")), _base64(body))


def multipart(subtype: str, boundary: str, parts: Sequence[Part]) -> Part:
    """Several parts as one; ``boundary`` must stand in none of their bodies.

    ``subtype`` may carry its parameters, as RFC 2387 wants for related.
    """
    delimiter = f"--{boundary}".encode()
    pieces = [delimiter + b"\r\n" + part.wire() for part in parts]
    body = b"\r\n".join([*pieces, delimiter + b"--\r\n"])
    return Part((f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"',), body)


def _encode(words: str, boundary: str) -> tuple[str, bytes]:
    """The transfer encoding and the encoded text, the shorter of two unless none is needed."""
    if _travels_plain(words, boundary):
        return "7bit", words.replace("\n", "\r\n").encode()
    raw = words.replace("\n", "\r\n").encode("utf-8", "replace")
    quoted = b2a_qp(raw, istext=True)
    if b"From " in quoted:
        quoted = _MBOX_FROM.sub(b"=46rom ", quoted)
    if len(raw) * 78 // 57 < len(quoted):  # 57 bytes make a line of 76 letters and its end
        return "base64", _base64(raw)
    return "quoted-printable", quoted


def _travels_plain(words: str, boundary: str) -> bool:
    """Whether no relay has a reason to touch these lines."""
    return (
        words.isascii()
        and boundary not in words
        and not _NOT_PLAIN.search(words)
        and max(map(len, words.split("\n"))) <= TEXT_LINE
    )


def _survives(mail: bytes, boundary: str) -> bool:
    """Whether a mail can be enclosed as it is, so that its very bytes come out again."""
    return (
        mail.isascii()
        and b"\0" not in mail
        and boundary.encode() not in mail
        and not _STRAY_BREAK.search(mail)
        and max(map(len, mail.split(b"\r\n"))) <= TEXT_LINE
    )


def _content_type(mime_type: str, name: str) -> str:
    """With the name as a parameter too, which older clients look for."""
    if not name.isascii():
        return f"Content-Type: {mime_type}"
    return header_text.fold("Content-Type", [f"{mime_type};", *header_text.parameter("name", name)])


def _place(name: str, cid: str, encoding: str) -> list[str]:
    """Where a client shows the part, under which name, and how it is encoded."""
    place = "inline;" if cid else "attachment;"
    lines = [
        header_text.fold("Content-Disposition", [place, *header_text.parameter("filename", name)]),
        f"Content-Transfer-Encoding: {encoding}",
    ]
    return [*lines, header_text.checked(f"Content-ID: <{cid}>")] if cid else lines


def _base64(body: bytes | Coded) -> bytes:
    if isinstance(body, Coded):
        return body.lines
    coded = b2a_base64(body, newline=False)
    lines = [coded[start : start + BASE64_LINE] for start in range(0, len(coded), BASE64_LINE)]
    return b"\r\n".join([*lines, b""])
