"""HTML mail as lines that carry their plain text and their formatting side by side."""

import re
from collections.abc import Iterable
from html import escape, unescape

import nh3

from postdesk.mailbox.mail import Line

BLOCK_END = re.compile(r"<br[^<>]*>|</(?:p|div|li|tr|h[1-6]|pre|blockquote)>")


def to_lines(html: str) -> tuple[Line, ...]:
    """The lines a reader would see, each with its formatting."""
    clean = nh3.clean(html[:500_000], tags={"p", "div", "br", "li", "tr", "h1", "h2", "h3", "pre"})
    texts = [unescape(re.sub(r"<[^<>]*>", "", part)) for part in BLOCK_END.split(clean)]
    lines = [text.replace("\xa0", " ").strip() for text in texts]
    return tuple(Line(text, escape(text, quote=False)) for text in lines)


def as_text(lines: Iterable[Line]) -> str:
    """The plain text of some lines."""
    return "\n".join(line.text for line in lines)


def as_html(lines: Iterable[Line]) -> str:
    """Well-formed HTML of some lines."""
    return "".join(f"<p>{line.html}</p>" for line in lines)
