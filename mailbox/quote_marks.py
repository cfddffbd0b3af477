"""The lines by which mail clients introduce the letter that is answered or forwarded."""
# ruff: noqa: RUF001

import re
from collections.abc import Sequence
from dataclasses import dataclass

from postdesk.mailbox.quote_words import (
    FORWARDED,
    OPENER,
    ORIGINAL,
    OWN_WORDS,
    RAW_HEADER,
    ROLES,
    VERB,
)

LONGEST = 400  # characters: no introduction is longer, and no pattern looks at longer lines
WRAPPED = 4  # lines over which clients wrap "On ... wrote:"
TITLED = 8  # lines below a title that are looked at
BLOCK = 14  # lines of a header block that are looked at
UNSEEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, 0xAD, 0x061C], "")
UNSEEN |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "")
UNSEEN |= str.maketrans({"\xa0": " ", "\u202f": " ", "\u3000": " "})

COLON = re.compile(r"[:：]\s*[*_]*$")
ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]{2,}")
# Neither may be part of a longer row of numbers, such as an IP address or a version.
TIME = re.compile(
    r"""
      (?<![\d.:]) \d{1,2} \s?[:.hH時时]\s? \d{2} (?!\d|\.\d)    # 10:15, 10.15, 10 h 15
    | (?<![\d.:]) \d{1,2} [:.] \d{2} [:.] \d{2} (?!\d|\.\d)       # 10.15.00
    | \d\s?(?:Uhr|am|pm|AM|PM)\b
    """,
    re.VERBOSE,
)
DAY = re.compile(
    r"""
      (?<![\d.]) (?:19|20)\d\d (?![\d]|\.\d)                      # a year
    | \d{4}\s?[年년]
    | (?<![\d.]) \d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{2,4} (?!\d|\.\d)
    | (?<![\d.]) \d{4}[./-]\s?\d{1,2}[./-]\s?\d{1,2} (?!\d)
    """,
    re.VERBOSE,
)
LAST_IS_ADDRESS = re.compile(r"[>)]\s*[:：]\s*[*_]*$")
KEY = re.compile(r"[*_]{0,2}([^\s:：*][^:：]{0,23}?)\s?[*_]{0,2}\s*[:：]")
FRAMES = ("-", "=", "*", "_", "–", "—")  # how lines begin that are FRAMED or a rule
FRAMED = re.compile(r"[-=*_–—]{2,}\s*([^\s\-=_].{1,100}?)\s*[-=*_–—]{2,}\s*:?")
OUTLOOK_RULE = "_" * 32
NOTES = re.compile(r".{0,60}---\s?\d\d?[./]\d\d?[./]\d{2,4} \d\d?:\d\d(?::\d\d)?\s?---.{0,200}")
OURS = "##-"
OURS_END = "-##"


@dataclass(frozen=True, slots=True)
class Introduction:
    """Where the words end (``start``) and where the introduced letter begins (``after``)."""

    start: int
    after: int
    kind: str  # "attribution", "header", "separator", "marker" or "forward"


def tidy(line: str) -> str:
    """A line without what nobody sees; of a long one the beginning, for it introduces nothing."""
    if len(line) > LONGEST:
        return line.lstrip()[:3]
    # Nothing of that counts as printable; to ask is a tenth of the price of translating.
    return line.strip() if line.isprintable() else line.translate(UNSEEN).strip()


def is_ours(page: Sequence[str], at: int) -> bool:
    """Whether our own marker begins here; clients may wrap it over three lines."""
    found = page[at].find(OURS)
    if found < 0:
        return False
    return OURS_END in page[at][found:] or any(OURS_END in line for line in page[at + 1 : at + 3])


def telling(page: Sequence[str]) -> list[int]:
    """The only lines that may introduce anything, descending: few, in most letters none.

    They have a colon, a frame or our marker, or may be the title of lines with a colon below.
    """
    found: list[int] = []
    below = colon = len(page) + TITLED  # the next written line, and the next one with a colon
    for at in range(len(page) - 1, -1, -1):
        line = page[at]
        if not line:
            continue
        if ":" in line or "：" in line:
            colon = at
            found.append(at)
        elif colon - below < TITLED or line.startswith(FRAMES) or OURS in line:
            found.append(at)
        below = at
    return found


def introduction(page: Sequence[str], at: int) -> Introduction | None:
    """What is introduced by the tidy, unquoted line ``at``, if anything."""
    line = page[at]
    if is_ours(page, at):
        return Introduction(_above_marker(page, at), at, "marker")
    if found := _framed(page, at):
        return found
    if COLON.search(line) and (start := _attribution(page, at)) is not None:
        return Introduction(start, at + 1, "attribution")
    if NOTES.fullmatch(line):
        return Introduction(at, at + 1, "separator")
    end = header_block(page, at)
    if end and not _is_pasted(page, at, end):
        return Introduction(_above_header(page, at), end, "header")
    return None


# Frames: -----Original Message-----


def _framed(page: Sequence[str], at: int) -> Introduction | None:
    line = page[at]
    if _announces(page, at) and FORWARDED.search(line):
        return Introduction(at, at + 1, "forward")
    found = FRAMED.fullmatch(line) if line.startswith(FRAMES) else None
    if found and (ORIGINAL.search(found[1]) or _says_wrote(found[1])):
        return Introduction(at, at + 1, "separator")
    if line == OUTLOOK_RULE and _keyed_lines(page, next_written(page, at + 1)) >= 3:
        return Introduction(at, at + 1, "separator")
    return None


def _says_wrote(words: str) -> bool:
    return bool(COLON.search(words) and VERB.search(words))


def _announces(page: Sequence[str], at: int) -> bool:
    """A line of its own, not a sentence that speaks of forwarding."""
    line = page[at]
    if len(line) > 120:
        return False
    if line.startswith(("--", "==", "__", "**")):
        return True
    if line.startswith(FRAMES) and FRAMED.fullmatch(line):
        return True
    return len(line) <= 60 and _keyed_lines(page, next_written(page, at + 1)) >= 2


def _keyed_lines(page: Sequence[str], at: int) -> int:
    """How many "Key: value" lines stand here, in any language, with an address or a time."""
    lines = [line for line in page[at : at + TITLED] if line][:5]
    keyed = [line for line in lines if KEY.match(line)]
    telling = any("@" in line or TIME.search(line) or DAY.search(line) for line in keyed)
    return len(keyed) if telling else 0


def next_written(page: Sequence[str], at: int) -> int:
    """The next line with words in it, ``len(page)`` when there is none."""
    while at < len(page) and not page[at]:
        at += 1
    return at


def _last_written(page: Sequence[str], at: int) -> int:
    """The nearest line with words before ``at``, -1 when there is none; looks three lines far."""
    for place in range(at - 1, max(-1, at - 4), -1):
        if page[place]:
            return place
    return -1


# On ... wrote:


def _attribution(page: Sequence[str], end: int) -> int | None:
    """Where the introduction that ends in line ``end`` begins; None when it is none."""
    below = next_written(page, end + 1)
    quoted = below < len(page) and (page[below].startswith(">") or is_ours(page, below))
    least: int | None = None
    words = ""
    for start in range(end, max(-1, end - WRAPPED), -1):
        if not page[start] or page[start].startswith(">"):
            break
        words = f"{page[start]} {words}".strip()
        if len(words) > LONGEST:
            break
        if not _introduces(words, quoted=quoted):
            continue
        if OPENER.match(page[start]):
            return start
        least = start if least is None else least
    return least


def _introduces(words: str, *, quoted: bool) -> bool:
    """Whether the words fit above a quote; stricter where the lines below bear no mark."""
    address = ADDRESS.search(words) is not None
    when = TIME.search(words) is not None, DAY.search(words) is not None
    if address and quoted and any(when):
        return True
    if address and all(when) and (OPENER.match(words) or LAST_IS_ADDRESS.search(words)):
        return True
    if quoted and all(when) and OPENER.match(words):
        return True
    if quoted:
        return (address or any(when) or len(words) <= 60) and VERB.search(words) is not None
    if address and any(when):
        return VERB.search(words) is not None
    told = all(when) and OPENER.match(words) and VERB.search(words)
    return bool(told) and not OWN_WORDS.search(words)


# From: Sent: To: Subject:


def header_block(page: Sequence[str], at: int) -> int:
    """Where the header block that begins in line ``at`` ends; 0 when there is none."""
    roles: dict[str, set[str]] = {}
    end, loose, address = at, 0, False
    for place in range(at, min(len(page), at + BLOCK)):
        line = page[place]
        pairs = _roles(line)
        if not pairs and (place == at or loose >= 2):
            break
        if not pairs:
            loose += 1
            continue
        loose, end = 0, place + 1
        address = address or ADDRESS.search(line) is not None
        for language, role in pairs:
            roles.setdefault(language, set()).add(role)
    return end if any(_is_header(found, address=address) for found in roles.values()) else 0


def _roles(line: str) -> tuple[tuple[str, str], ...]:
    found = KEY.match(line)
    return ROLES.get(found[1].strip().lower(), ()) if found else ()


def _is_header(roles: set[str], *, address: bool) -> bool:
    """Three keys, writer and reader among them: a contact form names no reader.

    Trips from A to B have neither subject nor address.
    """
    both = {"from", "to"} <= roles
    return both and len(roles - {"other"}) >= 3 and ("subject" in roles or address)


def _is_pasted(page: Sequence[str], at: int, end: int) -> bool:
    """Whether somebody shows a header on purpose: the raw source, or with "like this:" above."""
    if any(RAW_HEADER.match(line) for line in page[max(0, at - 3) : end + 3]):
        return True
    above = _last_written(page, at)
    return above >= 0 and bool(COLON.search(page[above])) and not ORIGINAL.search(page[above])


def _above_header(page: Sequence[str], at: int) -> int:
    """The header may have a title or a rule of its own above it."""
    above = _last_written(page, at)
    while above >= 0 and _is_title(page[above]):
        at = above
        above = _last_written(page, at)
    return at


def _is_title(line: str) -> bool:
    if len(line) >= 3 and (not line.strip("-_=* ") or FRAMED.fullmatch(line)):
        return True
    return len(line) <= 60 and ORIGINAL.fullmatch(line.strip("-_=*: ")) is not None


# ##- reply above this line -##


def _above_marker(page: Sequence[str], at: int) -> int:
    """What stands above our marker in an unknown language introduces it, if it looks so."""
    above = _last_written(page, at)
    top = above
    while top > 0 and page[top - 1] and above - top < WRAPPED:
        top -= 1
    if above < 0:
        return at
    words = " ".join(page[top : above + 1])
    telling = ADDRESS.search(words) or (TIME.search(words) and DAY.search(words))
    if COLON.search(page[above]) and telling:
        return top
    keyed = [place for place in range(top, above + 1) if KEY.match(page[place])]
    return keyed[0] if len(keyed) >= 2 and telling else at
