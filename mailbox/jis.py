"""ISO-2022-JP as it is really sent: with vendor characters and half-width kana in it."""

import re

# What announces Japanese in seven bits; also how it is recognised when nobody declared it.
ANNOUNCED = re.compile(rb"\x1b(?:\$[@B]|\$\(D|\([IJ])")
_ESCAPE = re.compile(rb"\x1b(\$\([A-Z]|\$[@AB]|\([A-Z])")


def decode_jis(data: bytes) -> str:
    """Read ISO-2022-JP of any dialect; what has no meaning becomes U+FFFD. Linear; never raises."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        return "".join(_stretches(data))


def _stretches(data: bytes) -> list[str]:
    """Read stretch by stretch: each escape sequence says what the bytes behind it are."""
    pieces = _ESCAPE.split(data)
    texts = [_single(pieces[0])]
    for escape, stretch in zip(pieces[1::2], pieces[2::2], strict=True):
        if escape in (b"$@", b"$B"):
            texts.append(_double(stretch))
        elif escape == b"(I":
            texts.append(bytes(b | 0x80 for b in stretch).decode("cp932", "replace"))
        elif escape.startswith(b"$"):
            texts.append((b"\x1b" + escape + stretch).decode("iso2022_jp_2", "replace"))
        else:
            texts.append(_single(stretch))
    return texts


def _single(stretch: bytes) -> str:
    return stretch.decode("cp932", "replace")


def _double(stretch: bytes) -> str:
    """JIS X 0208 with the rows of NEC: cp932 knows them all, under Shift_JIS numbers."""
    out = bytearray()
    place = 0
    while place < len(stretch):
        row = stretch[place]
        cell = stretch[place + 1] if place + 1 < len(stretch) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            out.append(row if row < 0x80 else 0x3F)
            place += 1
            continue
        out += _shifted(row, cell)
        place += 2
    return out.decode("cp932", "replace")


def _shifted(row: int, cell: int) -> bytes:
    """From row and cell of JIS to the two bytes of Shift_JIS."""
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    if row % 2 == 0:
        return bytes((lead, cell + 0x7E))
    return bytes((lead, cell + (0x1F if cell < 0x60 else 0x20)))
