"""The lines of a cleaned HTML page, laid out the way its reader sees them."""

import re
from collections.abc import Callable
from html import escape

from postdesk.mailbox.html_tokens import (
    HEADINGS,
    INLINE,
    LISTS,
    PLAIN_BLOCKS,
    Tag,
    Token,
    attributions,
    data_tables,
    hair_lines,
)
from postdesk.mailbox.html_writing import Run, Writing, marked_up, quote_prefix, single_spaced
from postdesk.mailbox.mail import Line

# Deeper blocks are dissolved: their text stays, and no path grows with the square of its mail.
DEEPEST = 32
RULE = "---"
SEPARATOR = "_" * 32  # what Outlook itself writes in plain text above an answered mail
LINK_LIMIT = 2000
TIGHT = re.compile(r"margin(?:-bottom)?:\s*0", re.IGNORECASE)
KEEPS_LINES = re.compile(r"white-space:\s*(?:pre|break-spaces)", re.IGNORECASE)
INDENT = re.compile(r"border:\s*(?:none|0)|border-[a-z]+:\s*none", re.IGNORECASE)
SIGNATURES = re.compile(r"gmail_signature(?!_)|moz-signature|ms-outlook-mobile-signature")
PIXEL = ("0", "1", "2")


class _Page(Writing):
    """Knows what each tag means for the lines."""

    def __init__(self, found: list[Token]) -> None:
        super().__init__()
        self._found = found
        self._data = data_tables(found)
        self._introduced = attributions(found)
        self._hair_lines = hair_lines(found)
        self._undo: list[Callable[[], None]] = []
        self._number = 0
        self._items: list[int | None] = []  # the next number of each open list; None for bullets
        self._tables: list[str] = []  # "" for tables that only arrange
        self._row_texts: list[str] = []

    def write(self) -> None:
        for place, token in enumerate(self._found):
            if isinstance(token, str):
                self.words(token)
            elif not token.end:
                self._open(place, token)
            else:
                self._undo.pop()()
        self.end_line()

    # Tags

    def _open(self, place: int, tag: Tag) -> None:
        match tag.name:
            case "br":
                self.line_break()
            case "hr":
                self.end_block()
                self._rule(RULE)
            case "img":
                self._picture(tag)
            case _:
                self._undo.append(self._enter(place, tag))

    def _enter(self, place: int, tag: Tag) -> Callable[[], None]:
        """Begin an element and return what ends it."""
        name = tag.name
        if name in INLINE:
            return self._format(INLINE[name])
        if name == "a":
            return self._anchor(tag.attrs.get("href", ""))
        if name == "span":
            return self._kept_lines(tag)
        if name in ("td", "th") and self.cells is not None:
            return self._cell(name, self.cells)
        self.end_block()
        if name == "table":
            return self._table(place)
        if name == "tr" and self._tables and self._tables[-1]:
            return self._row(self._tables[-1])
        if name in LISTS:
            return self._list(tag)
        if name == "li":
            return self._item()
        if name in HEADINGS or name == "pre":
            return self._spaced_block(tag)
        if name == "blockquote" and not _is_indent(tag):
            return self._quote()
        return self._plain_block(place, tag)

    def _format(self, name: str) -> Callable[[], None]:
        self.formats[name] = self.formats.get(name, 0) + 1

        def leave() -> None:
            self.formats[name] -= 1

        return leave

    def _anchor(self, href: str) -> Callable[[], None]:
        outer = self.link
        href = href.strip()
        self.link = href if href.lower().startswith(("http://", "https://", "mailto:")) else ""
        self.label = []

        def leave() -> None:
            label = "".join(self.label).strip()
            if self.link and label and not _same_place(label, self.link):
                self.runs.append(Run(f" <{self.link[:LINK_LIMIT]}>", "", (), ""))
            self.link = outer

        return leave

    def _kept_lines(self, tag: Tag) -> Callable[[], None]:
        if not KEEPS_LINES.search(tag.style):
            return _nothing
        self.keeps_lines += 1

        def leave() -> None:
            self.keeps_lines -= 1

        return leave

    def _block(self, name: str) -> Callable[[], None]:
        """Put a block around what follows."""
        if len(self.path) >= DEEPEST:
            return self.end_block
        self.path.append(self._numbered(name))

        def leave() -> None:
            self.end_block()
            self.path.pop()

        return leave

    def _numbered(self, name: str) -> str:
        self._number += 1
        return f"{name}:{self._number}"

    def _spaced_block(self, tag: Tag) -> Callable[[], None]:
        self._sign(tag)
        self.gap = True
        leave_block = self._block(tag.name)
        self.keeps_lines += tag.name == "pre"

        def leave() -> None:
            leave_block()
            self.keeps_lines -= tag.name == "pre"
            self.gap = True

        return leave

    def _quote(self) -> Callable[[], None]:
        self.introduction = ""
        self.gap = True
        leave_block = self._block("blockquote")

        def leave() -> None:
            leave_block()
            self.gap = True

        return leave

    def _list(self, tag: Tag) -> Callable[[], None]:
        outermost = not self._items
        self.gap |= outermost
        start = tag.attrs.get("start", "1")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
        self._items.append(first if tag.name == "ol" else None)
        leave_block = self._block(tag.name)

        def leave() -> None:
            leave_block()
            self._items.pop()
            self.gap |= outermost

        return leave

    def _item(self) -> Callable[[], None]:
        if not self._items:
            leave_list = self._list(Tag("ul"))
            leave_item = self._item()
            return lambda: (leave_item(), leave_list())[1]
        number = self._items[-1]
        self.bullet = "- " if number is None else f"{number}. "
        if number is not None:
            self._items[-1] = number + 1
        leave_block = self._block("li")

        def leave() -> None:
            leave_block()
            self.bullet = ""

        return leave

    def _table(self, place: int) -> Callable[[], None]:
        data = place in self._data and len(self.path) < DEEPEST - 1
        self.gap |= data
        self._tables.append(self._numbered("table") if data else "")

        def leave() -> None:
            self.end_block()
            self._tables.pop()
            self.gap |= data

        return leave

    def _row(self, table: str) -> Callable[[], None]:
        self.path += (table, self._numbered("tr"))
        cells: list[str] = []
        self.cells = cells
        texts: list[str] = []
        self._row_texts = texts
        gap = self.gap

        def leave() -> None:
            self.runs = []
            self.gap = gap  # paragraphs in cells want none
            self.cells = None
            if any(texts):
                self.put(" | ".join(texts), "".join(cells))
            del self.path[-2:]

        return leave

    def _cell(self, name: str, cells: list[str]) -> Callable[[], None]:
        self.runs = []

        def leave() -> None:
            runs, self.runs = self.runs, []
            self._row_texts.append(single_spaced("".join(run.text for run in runs)).strip())
            cells.append(f"<{name}>{''.join(marked_up(runs)).strip()}</{name}>")

        return leave

    def _plain_block(self, place: int, tag: Tag) -> Callable[[], None]:
        spaced = tag.name == "p" and not _is_tight(tag)
        self.gap |= spaced
        if place in self._hair_lines:
            self._separate()
        self._sign(tag)
        introduces = place in self._introduced and not self.introduction
        if introduces:
            self.introduction = self._numbered("blockquote")
        leave_lines = self._kept_lines(tag) if tag.name in PLAIN_BLOCKS else _nothing

        def leave() -> None:
            self.end_block()
            leave_lines()
            self.gap |= spaced
            if introduces:
                self.introduction = ""

        return leave

    # What stands for itself

    def _rule(self, text: str) -> None:
        if self.cells is None:
            path = (*self.here(), self._numbered("hr"))
            self.fill_gap(path)
            self.lines.append(Line(quote_prefix(path) + text, "", path))

    def _separate(self) -> None:
        """Say in plain words that an answered mail begins."""
        if self.lines and self.lines[-1].text == RULE:
            self.lines.pop()
        self._rule(SEPARATOR)

    def _sign(self, tag: Tag) -> None:
        """Say in plain words that a signature begins."""
        written = [line.text for line in self.lines[-2:] if line.text]
        if SIGNATURES.search(tag.marks) and self.cells is None and written[-1:] != ["--"]:
            self._put_delimiter()

    def _put_delimiter(self) -> None:
        path = self.here()
        self.fill_gap(path)
        self.lines.append(Line(quote_prefix(path) + "-- ", "-- ", path))

    def _picture(self, tag: Tag) -> None:
        source, alt = tag.attrs.get("src", ""), " ".join(tag.attrs.get("alt", "").split())[:200]
        if source.lower().startswith("cid:"):
            html = f'<img src="{escape(source)}" alt="{escape(alt)}">'
            self.runs.append(self._run(f"[picture: {alt}]" if alt else "[picture]", html))
        elif alt and not any(char.isalnum() for char in alt):
            self.add(alt)  # an emoji that its client drew as a picture
        elif alt and tag.attrs.get("width") not in PIXEL and tag.attrs.get("height") not in PIXEL:
            self.add(f"[picture: {alt}]")


def _nothing() -> None:
    """End an element that changed nothing."""


def _same_place(label: str, href: str) -> bool:
    return _bare(label) == _bare(href)


def _bare(url: str) -> str:
    url = url.lower()
    for scheme in ("https://", "http://", "mailto:"):
        url = url.removeprefix(scheme)
    return url.removeprefix("www.").rstrip("/")


def _is_tight(tag: Tag) -> bool:
    """Word and Outlook write paragraphs that have no room between them."""
    return tag.attrs.get("class", "").startswith("Mso") or bool(TIGHT.search(tag.style))


def _is_indent(tag: Tag) -> bool:
    """Gmail's "indent more" is a blockquote without a bar."""
    cites = tag.attrs.get("type") == "cite" or "quote" in tag.marks
    return not cites and bool(INDENT.search(tag.style))


def lines_of(found: list[Token]) -> list[Line]:
    """Lay out the tokens; linear in their number, for all bounded depths of nesting."""
    page = _Page(found)
    page.write()
    lines = page.lines
    while lines and not lines[-1].html.strip() and not lines[-1].text.strip("> "):
        lines.pop()
    return lines
