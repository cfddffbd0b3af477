"""Base64 that goes from one mail into another as it is: no byte of it is decoded on the way."""

from binascii import a2b_base64
from dataclasses import dataclass

LINE = 76  # RFC 2045 6.8
_END = b"\r\n"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PADDING = (b"", b"=", b"==")


@dataclass(frozen=True, slots=True)
class Coded:
    """A file as a letter carries it: base64 in lines of 76 letters, each ended by CRLF."""

    lines: bytes

    def __len__(self) -> int:
        """The bytes of the file."""
        padding = len(self.lines.rstrip(_END)) - len(self.lines.rstrip(b"=\r\n"))
        return (len(self.lines) - _ends(self.lines)) // 4 * 3 - padding

    def decoded(self) -> bytes:
        """The file."""
        return a2b_base64(self.lines)


def coded(body: bytes) -> Coded | None:
    """The encoded body of a part, where it is what we would write ourselves; else None.

    Nothing but letters, padding at the very end, and full lines: so it can hold no boundary, no
    header and no line that a relay would touch. Linear, by a few passes over the bytes.
    """
    body = body.rstrip(_END) + _END
    letters = body.translate(None, _END)
    padding = letters.translate(None, _LETTERS)
    if len(letters) % 4 or padding not in _PADDING or not letters.endswith(padding):
        return None
    full = len(letters) // LINE
    ends = -(-len(letters) // LINE) or 1
    if len(body) != len(letters) + 2 * ends:
        return None
    whole = body[LINE :: LINE + 2][:full] == b"\r" * full
    return Coded(body) if whole and body[LINE + 1 :: LINE + 2][:full] == b"\n" * full else None


def _ends(lines: bytes) -> int:
    """How many bytes are line ends."""
    return 2 * -(-len(lines) // (LINE + 2))
