"""One page of HTML being written down as lines: runs of words in, ``Line`` values out."""

import re
from html import escape
from itertools import groupby
from typing import NamedTuple

from postdesk.mailbox.mail import Line

BLANKS = re.compile(r" {2,}")
# Word's bullets are letters of a symbol font with hard spaces behind them.
WORD_BULLET = re.compile(r"^[·•§o▪][ \xa0]{2,}")


class Run(NamedTuple):
    """A stretch of one line in one format."""

    text: str
    html: str
    formats: tuple[str, ...]
    link: str


class Writing:
    """Holds the lines that are finished, the one being written, and what is open around it."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.runs: list[Run] = []
        self.path: list[str] = []
        self.formats: dict[str, int] = {}
        self.link = ""
        self.label: list[str] = []  # the words of the innermost link so far
        self.gap = False  # an empty line is wanted before the next one
        self.bullet = ""
        self.keeps_lines = 0
        self.introduction = ""  # the block around words that introduce a quote
        self.cells: list[str] | None = None  # of the table row being written

    # Words

    def words(self, words: str) -> None:
        if not self.keeps_lines or self.cells is not None:
            self.add(single_spaced(words))
            return
        first, *others = words.replace("\r", "").split("\n")
        self.add(first)
        for line in others:
            self.line_break()
            self.add(line)

    def add(self, words: str) -> None:
        if not self.keeps_lines and (not self.runs or self.runs[-1].text.endswith(" ")):
            words = words.lstrip(" ")
        if words:
            self.label.append(words)
            self.runs.append(self._run(words.replace("\xa0", " "), escape(words, quote=False)))

    def _run(self, text: str, html: str) -> Run:
        return Run(text, html, tuple(name for name, n in self.formats.items() if n), self.link)

    # Lines

    def line_break(self) -> None:
        """A line ends here, even an empty one."""
        if self.cells is not None:
            self.add(" ")
        elif self.runs:
            self.end_line()
        else:
            self._empty_line()

    def end_line(self) -> None:
        runs, self.runs = self.runs, []
        text = "".join(run.text for run in runs)
        html = "".join(marked_up(runs))
        if text.strip():
            self.put(text, html)
        elif any("\xa0" in run.html for run in runs) or (runs and self._in_pre()):
            self._empty_line()

    def end_block(self) -> None:
        if self.cells is not None:
            self.add(" ")
        else:
            self.end_line()

    def put(self, text: str, html: str) -> None:
        path = self.here()
        self.fill_gap(path)
        if found := WORD_BULLET.match(html):
            text, html = "- " + text[found.end() :], "- " + html[found.end() :]
        prefix = quote_prefix(path) + self._item_prefix(path)
        self.lines.append(Line((prefix + text).rstrip(), html.rstrip(" "), path))

    def here(self) -> tuple[str, ...]:
        return (*self.path, self.introduction) if self.introduction else tuple(self.path)

    def _item_prefix(self, path: tuple[str, ...]) -> str:
        depth = sum(block.startswith(("ul:", "ol:")) for block in path)
        bullet, self.bullet = self.bullet, ""
        return "  " * (depth - 1) + bullet if bullet else "  " * depth

    def fill_gap(self, path: tuple[str, ...]) -> None:
        wanted, self.gap = self.gap, False
        if wanted and self.lines and self.lines[-1].html.strip():
            self._append_empty(_shared(self.lines[-1].path, path))

    def _empty_line(self) -> None:
        doubled = self.lines and not self.lines[-1].html.strip() and not self._in_pre()
        if self.lines and not doubled:
            self._append_empty(self.here())

    def _append_empty(self, path: tuple[str, ...]) -> None:
        self.lines.append(Line(quote_prefix(path).rstrip(), "", path))

    def _in_pre(self) -> bool:
        return bool(self.path) and self.path[-1].startswith("pre:")


def marked_up(runs: list[Run]) -> list[str]:
    pieces = []
    for (formats, link), group in groupby(runs, key=lambda run: (run.formats, run.link)):
        inner = "".join(run.html for run in group)
        if not inner:
            continue
        for name in formats:
            inner = f"<{name}>{inner}</{name}>"
        pieces.append(f'<a href="{escape(link)}">{inner}</a>' if link else inner)
    return pieces


def single_spaced(words: str) -> str:
    """Each run of what HTML takes for white space as one blank."""
    for space in "\n\t\r\f":
        words = words.replace(space, " ")
    # Words mostly stand one blank apart already: a pattern would replace each by itself.
    return BLANKS.sub(" ", words) if "  " in words else words


def quote_prefix(path: tuple[str, ...]) -> str:
    return "> " * sum(block.startswith("blockquote:") for block in path)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return one[:count]
