"""Which pictures of a mail show something, and which only decorate a signature or a quote.

A picture decorates when the page shows it in nothing but its cut part (the quoted mail, the
signature), or when it is a logo: a small picture at the very foot of the new words, on a line
without any word, below a closing ("Kind regards") or a line with a telephone number or an address.
A picture that the page does not show at all is a file like any other, and so is a small one below
"It looks like this:".
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from postdesk.mailbox.mail import Line

# Bytes. A logo or an icon of a signature is smaller; a photo or a picture of a screen is not.
LOGO = 8192
_CID = re.compile(r'src="cid:([^"]{1,500})"')
_NAMED = re.compile(r"\[(?:picture|image|cid)\b[^\]\n]{0,300}\]", re.IGNORECASE)
NEAR = 8  # lines above a logo in which the closing stands
_CLOSING = re.compile(
    r"""
    ^ [ >]* (?:
        (?:kind|best|warm|with)?\s?(?:best|kind|warm)?\s?regards | best\swishes | sincerely | cheers
      | yours\b | thanks | thank\syou | many\sthanks
      | (?:mit\s|mfg|viele|beste|liebe|sch\u00f6ne|freundliche).{0,30} | vg | lg | danke.{0,20}
      | (?:bien\s)?cordialement | (?:meilleures\s)?salutations | merci
      | (?:un\s)?(?:cordial(?:es)?\s)?saludos? | atentamente | gracias
      | atenciosamente | obrigad[oa] | (?:cordiali|distinti)\ssaluti | grazie
      | (?:met\s)?(?:vriendelijke\s)?groe(?:t|ten|tjes)
      | pozdrawiam | z\spowa\u017caniem | s\spozdravem | hilsen | (?:venlig|vennlig|med)\s.{0,20}
      | terveisin | sayg\u0131lar.{0,20}
      | \u0441\s\u0443\u0432\u0430\u0436\u0435\u043d\u0438\u0435\u043c
      | \u0437\s\u043f\u043e\u0432\u0430\u0433\u043e\u044e
    ) [\s,.!]* $
    | [^\s@]@[^\s@]+\.[a-z]{2,} | \bwww\. | https?://
    | (?:\btel|\bfon|\bphone|\bmob|\bfax|\+\d{2}|\(0\))[^a-z]{0,6}\d
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RULES = "> -_*|\xa0"  # lines and bars are no words; an emoji is one


@dataclass(frozen=True, slots=True)
class Pictures:
    """Content-IDs of a page's pictures."""

    shown: frozenset[str] = frozenset()  # by the new words
    decoration: frozenset[str] = frozenset()


NONE = Pictures()


def sort_out(lines: Sequence[Line], kept: Collection[int], sizes: Mapping[str, int]) -> Pictures:
    """Tell the pictures of a page apart: ``kept`` are its new lines, ``sizes`` are bytes by id."""
    everywhere = {cid for line in lines for cid in ids_in(line)}
    if not everywhere:
        return NONE
    new = [lines[place] for place in sorted(kept)]
    logos = _logos(new, sizes)
    shown = {cid for line in new for cid in ids_in(line)} - logos
    return Pictures(frozenset(shown), frozenset(everywhere - shown))


def undecorated(lines: Sequence[Line], pictures: Pictures) -> tuple[Line, ...]:
    """The new lines without the logos at their foot."""
    end = len(lines)
    while end and not _has_words(lines[end - 1]):
        end -= 1
    foot = {cid for line in lines[end:] for cid in ids_in(line)}
    return tuple(lines[:end]) if end and foot and not foot & pictures.shown else tuple(lines)


def undecorated_text(text: str) -> str:
    """The same of a text, where pictures are only named: ``[picture: logo]``."""
    lines = text.split("\n")
    end = len(lines)
    while end and not _NAMED.sub("", lines[end - 1]).strip():
        end -= 1
    return "\n".join(lines[:end]) if end else text


def ids_in(line: Line) -> list[str]:
    """The Content-IDs of the pictures in a line."""
    return _CID.findall(line.html) if "cid:" in line.html else []


def _logos(new: Sequence[Line], sizes: Mapping[str, int]) -> set[str]:
    found: set[str] = set()
    for above, line in enumerate(reversed(new)):
        if _has_words(line):
            near = new[max(0, len(new) - above - NEAR) : len(new) - above]
            return found if any(_CLOSING.search(one.text[:200]) for one in near) else set()
        ids = ids_in(line)
        if any(sizes.get(cid, LOGO + 1) > LOGO for cid in ids):
            return set()  # a picture to be looked at, and what stands beside it
        found.update(ids)
    return set()  # nothing but pictures: they are what the mail says


def _has_words(line: Line) -> bool:
    return bool(_NAMED.sub("", line.text).strip(_RULES))
