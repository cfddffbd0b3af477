"""Foreign HTML as a bounded list of harmless tokens, and what can be told from the whole list."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from types import MappingProxyType
from typing import NamedTuple

import nh3

INLINE = {
    "b": "b",
    "strong": "strong",
    "i": "i",
    "em": "em",
    "u": "u",
    "s": "s",
    "strike": "s",
    "del": "s",
    "code": "code",
    "tt": "code",
    "kbd": "code",
    "samp": "code",
}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# Blocks that end a line and leave nothing else behind.
PLAIN_BLOCKS = frozenset(
    {"div", "section", "article", "header", "footer", "main", "center", "address", "aside", "nav"}
    | {"figure", "figcaption", "form", "fieldset", "dl", "dt", "dd", "caption"}
)
TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th"})
LISTS = frozenset({"ul", "ol"})
VOID = frozenset({"br", "hr", "img"})
OTHERS = frozenset({"p", "pre", "blockquote", "li", "a", "span"})
TAGS = set(INLINE) | HEADINGS | PLAIN_BLOCKS | TABLE_PARTS | LISTS | VOID | OTHERS
HIDDEN = {"script", "style", "title", "template", "svg", "math"}
SCHEMES = {"http", "https", "mailto", "cid"}
# Read to recognise quotes and pictures; none of them is ever written out again.
HINTS = {"class", "id", "style", "type"}
ATTRIBUTES = {
    "*": HINTS,
    "a": {"href"} | HINTS,
    "img": {"src", "alt", "width", "height"} | HINTS,
    "ol": {"start"} | HINTS,
    "table": {"border"} | HINTS,
}

CONTAINERS = re.compile(
    r"""
    (?:^|\s)
    (?: gmail_quote | gmail_quote_container | gmail_attr    # Gmail, K-9
      | moz-cite-prefix                                     # Thunderbird
      | yahoo_quoted | protonmail_quote | zmail_extra       # Yahoo, Proton, Zoho
      | mail-editor-reference-message-container             # Outlook, mobile and new
    )
    (?:$|\s)
    """,
    re.VERBOSE,
)
# The hair line that Outlook draws above the letter it answers.
HAIR_LINE = re.compile(r"border-top:\s*solid", re.IGNORECASE)
HEADER_KEY = re.compile(r"[^\s:\uff1a][^:\uff1a]{0,40}[:\uff1a]")
# All sides of a table or a cell: signatures draw one side of a cell, layouts none.
FRAME = re.compile(r"(?:^|[;\s])border:[^;]{0,80}\b(?:solid|double|dotted|dashed)", re.IGNORECASE)
CELLS_AT_LEAST = 2
ROWS_AT_LEAST = 2
CELL_LIMIT = 400  # characters: a longer cell is a text and not a value


NO_ATTRS: Mapping[str, str] = MappingProxyType({})


class Tag(NamedTuple):
    """A start or end tag; ``attrs`` are decoded."""

    name: str
    attrs: Mapping[str, str] = NO_ATTRS
    end: bool = False

    @property
    def marks(self) -> str:
        """Class and id, where mail clients leave their names."""
        return f"{self.attrs.get('class', '')} {self.attrs.get('id', '')}"

    @property
    def style(self) -> str:
        """The style attribute, for hints only."""
        return self.attrs.get("style", "")


Token = Tag | str


CLEANER = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=HIDDEN,
    attributes=ATTRIBUTES,
    url_schemes=SCHEMES,
    link_rel=None,
)
# What nh3 writes, and nothing else: attributes in double quotes, no other "<" anywhere.
WRITTEN_TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
WRITTEN_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def tokens(html: str) -> list[Token]:
    """The tokens of ``html`` after cleaning: start and end tags match, schemes are harmless.

    The caller bounds the input; nh3 is quadratic in the depth of nesting.
    """
    pieces = WRITTEN_TAG.split(CLEANER.clean(html.replace("\0", "")))
    found: list[Token] = [unescape(pieces[0])] if pieces[0] else []
    for slash, name, attrs, words in zip(*(pieces[n::4] for n in range(1, 5)), strict=True):
        found.append(Tag(name, _decoded(attrs) if attrs else NO_ATTRS, bool(slash)))
        if words:
            found.append(unescape(words))
    return found


def _decoded(attrs: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in WRITTEN_ATTRIBUTE.findall(attrs)}


@dataclass(slots=True)
class _Table:
    start: int
    columns: int = 0
    cells: int = 0
    rows: int = 0
    blocks: int = 0  # in the current cell
    length: int = 0  # of the current cell
    layout: bool = False
    drawn: bool = False  # its writer saw a frame or a head: a table even with a single row


def data_tables(found: list[Token]) -> frozenset[int]:
    """The start positions of tables that hold values; all others only arrange blocks."""
    data: set[int] = set()
    stack: list[_Table] = []
    for place, token in enumerate(found):
        if isinstance(token, str):
            if stack:
                stack[-1].length += len(token.strip())
        elif token.name == "table" and not token.end:
            if stack:
                stack[-1].layout = True
            stack.append(_Table(place, drawn=_is_drawn(token)))
        elif token.name == "table":
            table = stack.pop()
            if _is_data(table):
                data.add(table.start)
        elif stack:
            _count(stack[-1], token)
    return frozenset(data)


def _is_data(table: _Table) -> bool:
    high = table.rows >= ROWS_AT_LEAST or table.drawn
    return high and table.columns >= CELLS_AT_LEAST and not table.layout


def _is_drawn(tag: Tag) -> bool:
    bordered = tag.attrs.get("border", "").strip() not in ("", "0")
    return bordered or tag.name == "th" or bool(FRAME.search(tag.style))


def _count(table: _Table, tag: Tag) -> None:
    match tag.name, tag.end:
        case "tr", False:
            table.rows += 1
            table.cells = 0
        case (("td" | "th"), False):
            table.cells += 1
            table.drawn |= _is_drawn(tag)
            table.columns = max(table.columns, table.cells)
            table.blocks = table.length = 0
        case (("td" | "th"), True):
            table.layout |= table.blocks > 1 or table.length > CELL_LIMIT
        case (("ul" | "ol" | "blockquote" | "pre" | "hr"), False):
            table.layout = True
        case (("p" | "div"), False):
            table.blocks += 1


def attributions(found: list[Token]) -> frozenset[int]:
    """The start positions of containers whose text up to the first blockquote introduces a quote.

    A container that begins with dashes holds a forwarded mail, which is shown and not cut.
    """
    introduced: set[int] = set()
    waiting: list[int] = []  # containers that have shown no text yet
    open_tags: list[int] = []
    for place, token in enumerate(found):
        if isinstance(token, str):
            if token.strip():
                introduced.update(() if token.lstrip().startswith("--") else waiting)
                waiting.clear()
        elif token.end:
            start = open_tags.pop()
            if waiting and waiting[-1] == start:
                waiting.pop()
        elif token.name not in VOID:
            open_tags.append(place)
            if token.name == "div" and CONTAINERS.search(token.marks):
                waiting.append(place)
    return frozenset(introduced)


def hair_lines(found: list[Token]) -> frozenset[int]:
    """The start positions of blocks that hold the header of an answered mail, as Outlook does."""
    lines: set[int] = set()
    last = -1
    for place, token in enumerate(found):
        if isinstance(token, str):
            if token.strip():
                if last >= 0 and HEADER_KEY.match(token.strip()):
                    lines.add(last)
                last = -1
        elif not token.end and token.name == "div" and _draws(token):
            last = place
    return frozenset(lines)


def _draws(tag: Tag) -> bool:
    return tag.attrs.get("id", "") == "divRplyFwdMsg" or bool(HAIR_LINE.search(tag.style))
