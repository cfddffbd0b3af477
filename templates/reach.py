"""Keeps other people's words out of reach: no line of a letter may be read as a command.

A letter comes back quoted in an agent's reply. Should the quote not be cut, a line ``#close`` of a
customer must still be no command: so it never stands at the start of a line.
"""

import re
import textwrap
import unicodedata
from html import escape
from html.parser import HTMLParser

from postdesk.templates.measure import wrapped
from postdesk.templates.views import SafeHtml

PREFIX = "| "  # not "> ": some clients fold such lines away, and these are what the letter is for
WIDTH = 78 - len(PREFIX)
ROOM = 60_000  # characters of one text in one letter; some clients clip mail at about 100 KB

# Wider than the grammar of commands on purpose: quotation marks too many cost nothing.
COMMAND = re.compile(
    r"""
    [\s\u2022*\u00b7_`-]*     # indentation, a bullet, the marks of bold text
    [#/!@.\\]+\s*              # a sigil, or what is typed for one
    [^\W_\d]                   # the first letter of a verb
    | [\s\u2022\u00b7_`-]*[#/!][\u2605\u2606*]  # the stars of an urgency
    """,
    re.VERBOSE,
)
QUOTED = re.compile(r"\s*[>|]")
BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "br", "dd", "div", "dl", "dt", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li", "ol", "p", "pre",
    "section", "table", "tbody", "td", "th", "title", "tr", "ul",
})  # fmt: skip
INVISIBLE = frozenset({"Cf", "Mn", "Me"})  # zero-width letters, marks on nothing
SPACES = re.compile(r"[ \t\r\n]+")  # what HTML folds; other separators stay separators
LEARNED = 5_000  # letters: those of a few languages
SILENT = frozenset({"style", "script"})
# What takes two columns and needs no space to be parted: letters of the Far East, and pictures.
WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\U0001f300-\U0003fffd]"
)


def is_command(line: str) -> bool:
    """Might this line be read as a command, once tidied as mail is before it is read?"""
    tidy = line if line.isascii() else _plain(line)
    return COMMAND.match(tidy) is not None and not QUOTED.match(tidy)


def defuse(text: object) -> str:
    """The text with every line that might be a command put between quotation marks."""
    lines = str(text).splitlines()
    return "\n".join(f"“{line.strip()}”" if is_command(line) else line for line in lines)


def quoted(text: object, more: str, room: int = ROOM) -> str:
    """Somebody's words, each line behind a bar, long lines wrapped between words.

    ``more`` is said in place of what is over ``room`` characters, with their ``{count}``.
    """
    kept, left = _cut(str(text), room)
    lines = [f"{PREFIX}{part}".rstrip() for line in kept.splitlines() for part in _wrapped(line)]
    if left:
        lines.append(more.format(count=left))
    return "\n".join(lines)


def quoted_html(text: object, more: str, room: int = ROOM) -> SafeHtml:
    """Somebody's words as escaped HTML with line breaks, defused and bounded once escaped."""
    whole = str(text)
    kept = whole[:room]
    while len(escape(kept)) > room:
        kept = kept[: len(kept) // 2]
    kept, left = _cut(whole, len(kept))
    pieces = [escape(defuse(kept)).replace("\n", "<br>")] if kept else []
    if left:
        pieces.append(f"<i>{escape(more.format(count=left))}</i>")
    return SafeHtml("<br>".join(pieces))


def first_words(text: object, count: int = 90) -> str:
    """The beginning of a text on one line, for previews; cut between words."""
    one_line = " ".join(str(text)[: count * 4].split())
    if len(one_line) > count:
        head = one_line[:count]
        one_line = f"{head.rpartition(' ')[0] or head[:-1]}…"
    return defuse(one_line)


def visible_lines(html: str) -> list[str]:
    """What a reader of the HTML sees, line by line, as a client would turn it into text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [line for line in "".join(reader.pieces).splitlines() if line.strip()]


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", line).translate(_VISIBLE)


class _Visible(dict[int, int | None]):
    """For ``str.translate``: keeps what can be seen; learns the letters of its mails."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in INVISIBLE else code
        if len(self) < LEARNED:
            self[code] = kept
        return kept


_VISIBLE = _Visible()


def _wrapped(line: str) -> list[str]:
    if WIDE.search(line):
        return wrapped(line, WIDTH)
    if len(line) <= WIDTH:
        return [line]
    return textwrap.wrap(
        line,
        WIDTH,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,  # an address that is broken leads nowhere
        break_on_hyphens=False,
    )


def _cut(text: str, room: int) -> tuple[str, int]:
    return text[:room], max(len(text) - room, 0)


class _Reader(HTMLParser):
    """Turns HTML into lines: every block and every <br> starts a new one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        if tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(SPACES.sub(" ", data))
