"""HTML mail as lines that carry their plain text and their formatting side by side."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape, unescape

from postdesk.mailbox.html_page import lines_of
from postdesk.mailbox.html_tokens import HEADINGS, tokens
from postdesk.mailbox.mail import Line

SIZE_LIMIT = 512 * 1024  # characters that are laid out with formatting
TAG_LIMIT = 20_000  # "<" signs: nh3 is quadratic in nesting, and 20,000 deep is one second
PLAIN_LIMIT = 4 * 1024 * 1024  # characters that are looked at for plain text
DEEPEST_QUOTE = 32
PICTURE_DATA = re.compile(r"data:[a-z/+.-]{1,40};base64,[A-Za-z0-9+/=%\s]*")
ENDS_LINE = HEADINGS | {"br", "p", "div", "li", "tr", "pre", "blockquote", "table", "hr"}
HIDDEN = frozenset({"script", "style", "title"})
TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,15}")
URL = re.compile(r"https?://[^\s<>\"]+")
# Clients draw no table by themselves, and drop what stands in <style>.
CELL = re.compile(r"<(t[dh])>")
CELL_STYLE = "border:1px solid #ccc;padding:4px 8px"
STARTS = {"table": '<table style="border-collapse:collapse">'}
BLOCKS = HEADINGS | {"ul", "ol", "li", "blockquote", "pre", "table", "tr"}


def to_lines(html: str) -> tuple[Line, ...]:
    """The lines a reader would see, each with its formatting; never raises.

    Quoted blocks come out as lines that begin with ``> ``, an Outlook header gets the underscores
    that Outlook's own plain text has, a signature gets its ``-- ``; so ``quote.new_words`` needs to
    know no HTML. A page past the limits gives plain lines. Nothing remote is left in.
    """
    if len(html) > SIZE_LIMIT:
        html = PICTURE_DATA.sub("", html[:PLAIN_LIMIT])
    if len(html) > SIZE_LIMIT or html.count("<") > TAG_LIMIT:
        return tuple(plain_lines(_stripped(html)))
    return tuple(lines_of(tokens(html)))


def plain_lines(text: str) -> Iterator[Line]:
    """Plain text in the same shape."""
    for line in text.splitlines():
        yield Line(line.rstrip(), escape(line.rstrip(), quote=False))


def _stripped(html: str) -> str:
    """The words between the tags: for pages too big to be laid out, linear whatever they hold."""
    pieces: list[str] = []
    depth = 0
    for words, name in _between_tags(html):
        pieces.append(" ".join(unescape(words).split()) + " " if words.strip() else "")
        if name.strip("/") in ENDS_LINE:
            depth += {"blockquote": 1, "/blockquote": -1}.get(name, 0)
            pieces.append("\n" + "> " * max(0, min(depth, DEEPEST_QUOTE)))
    lines = (line.rstrip() for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line.strip("> "))


def _between_tags(html: str) -> Iterator[tuple[str, str]]:
    """Words, and the name of the tag behind them, lower-case, with its slash."""
    at = 0
    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            yield html[at:], ""
            return
        found = TAG_NAME.match(html, start + 1)
        name = found[0].lower() if found else ""
        end = html.find("-->" if html.startswith("<!--", start) else ">", start)
        if name in HIDDEN:
            end = html.find(f"</{name}", start)
        yield html[at:start], name
        if end < 0:
            yield _unclosed(html[start + 1 :]), ""
            return
        at = end if name in HIDDEN else html.index(">", end) + 1


def _unclosed(rest: str) -> str:
    """What stands behind a tag that never ends: its words, so that none are lost."""
    return rest.replace("<", " ")


def as_text(lines: Iterable[Line]) -> str:
    """The plain text of some lines."""
    return "\n".join(line.text for line in lines)


def as_html(lines: Sequence[Line]) -> str:
    """Well-formed HTML of some lines: blocks are opened and closed where their paths differ.

    Bare http and https addresses of unformatted lines become links and tables get thin lines;
    nothing else is added.
    """
    writer = _Writer()
    for line in lines:
        writer.write(line)
    writer.close(0)
    return "".join(writer.out)


class _Writer:
    """Holds the blocks and the paragraph that are open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._open: list[str] = []
        self._began = False  # the innermost block has a line in it
        self._paragraph = False

    def write(self, line: Line) -> None:
        blocks = [block for block in line.path if block.partition(":")[0] in BLOCKS]
        self._move_to(blocks)
        leaf = blocks[-1].partition(":")[0] if blocks else ""
        if line.path and line.path[-1].startswith("hr:"):
            self._end_paragraph()
            self.out.append("<hr>")
        elif leaf == "tr":
            self.out.append(CELL.sub(rf'<\1 style="{CELL_STYLE}">', line.html))
        elif leaf == "pre":
            self.out.append("\n" + line.html if self._began else line.html)
        elif not line.html.strip():
            self._end_paragraph()
            return
        elif leaf == "li" or leaf.startswith("h"):
            self.out.append("<br>" + _linked(line.html) if self._began else _linked(line.html))
        else:
            self.out.append("<br>" if self._paragraph else "<p>")
            self.out.append(_linked(line.html))
            self._paragraph = True
        self._began = True

    def _move_to(self, blocks: list[str]) -> None:
        same = 0
        while same < min(len(blocks), len(self._open)) and blocks[same] == self._open[same]:
            same += 1
        if same == len(blocks) == len(self._open):
            return
        self.close(same)
        for block in blocks[same:]:
            self.out.append(STARTS.get(name := block.partition(":")[0], f"<{name}>"))
            self._open.append(block)
            self._began = False

    def close(self, keep: int) -> None:
        """Close all but the outermost ``keep`` blocks."""
        self._end_paragraph()
        while len(self._open) > keep:
            self.out.append(f"</{self._open.pop().partition(':')[0]}>")
            self._began = True

    def _end_paragraph(self) -> None:
        if self._paragraph:
            self.out.append("</p>")
            self._paragraph = False


def _linked(html: str) -> str:
    if "<" in html or "://" not in html:
        return html
    text, at, pieces = unescape(html), 0, []
    for found in URL.finditer(text):
        url = found[0].rstrip(".,;:!?'*")
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")")
        pieces.append(escape(text[at : found.start()], quote=False))
        pieces.append(f'<a href="{escape(url)}">{escape(url, quote=False)}</a>')
        at = found.start() + len(url)
    return "".join(pieces) + escape(text[at:], quote=False)
