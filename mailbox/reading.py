"""Which words of a mail are its text: every inline text in order, one of each pair of twins."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from postdesk.mailbox.charset import decode
from postdesk.mailbox.flowed import unflow
from postdesk.mailbox.html import as_text, plain_lines, to_lines
from postdesk.mailbox.leaves import Leaf
from postdesk.mailbox.mail import Line
from postdesk.mailbox.smime import signed_content
from postdesk.mailbox.split import Part, Tree
from postdesk.mailbox.tnef import UNREADABLE, is_winmail
from postdesk.mailbox.transfer import undo

TEXT_LIMIT = 1_000_000  # bytes of plain text kept for reading; the rest is attached
HTML_LIMIT = 2_000_000  # bytes of HTML looked at: html.to_lines has its own, finer limits
ENCRYPTED = "(This message is encrypted and cannot be read here. It is attached as it came.)"
SEALED = "(This message is wrapped in its signature and cannot be read here. It is attached.)"
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_LESSER_TWINS = ("text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_WORD = re.compile(r"\w+")
_PGP_BEGINS = "-----BEGIN PGP MESSAGE-----"
# Not what is quoted of one: that is no secret of this mail.
_PGP = re.compile(
    rf"^{_PGP_BEGINS}[ \t\r]*$.*?(?:^-----END PGP MESSAGE-----[ \t\r]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_BEGINS_AS_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|div|table|p\b|style)", re.I)
# "Your client cannot show HTML", in whatever words: short, and names the format.
_EXCUSE = re.compile(r"\bhtml\b", re.IGNORECASE)
_EXCUSE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the mail: as plain text, as HTML, or both."""

    plain: str = ""
    lines: tuple[Line, ...] = ()
    page: bool = False  # there was HTML, however little it says

    def says_nothing(self) -> bool:
        return not self.plain.strip() and not any(line.text.strip() for line in self.lines)


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a mail, and which of its leaves are files."""

    text: str
    lines: tuple[Line, ...]  # of the HTML; () when the mail has none
    html_only: bool
    files: tuple[Leaf, ...]  # in the order of the walk; a text cut short is here, too
    defects: tuple[str, ...]


def read_words(tree: Tree, leaves: Sequence[Leaf]) -> Reading:
    """Read a mail as a person would: top to bottom, alternatives once, encrypted parts named."""
    reader = _Reader(tree, {leaf.part.number: leaf for leaf in leaves})
    pieces = _twins_married(reader.pieces(tree.root))
    if all(piece.says_nothing() for piece in pieces):
        pieces = [*pieces, *(reader.named_text() or reader.words_of_outlook())]
    has_page = any(piece.page for piece in pieces)
    texts = [_text_of(piece) for piece in pieces]
    return Reading(
        text="\n\n".join(filter(None, texts)),
        lines=tuple(line for piece in pieces for line in _lines_of(piece)) if has_page else (),
        html_only=has_page and all(not piece.plain.strip() or _bad_twin(piece) for piece in pieces),
        files=tuple(leaf for leaf in leaves if reader.is_file(leaf)),
        defects=tuple(dict.fromkeys(reader.defects)),
    )


@dataclass(slots=True)
class _Reader:
    tree: Tree
    leaves: Mapping[int, Leaf]
    room: int = TEXT_LIMIT
    read: set[int] = field(default_factory=set)  # texts that were looked at
    cut: set[int] = field(default_factory=set)  # texts that are longer than what is read of them
    defects: list[str] = field(default_factory=list)

    def said(self, part: Part) -> bool:
        """Whether the words of a text are in the reading, all of them, or their twin is."""
        return part.number in self.read and part.number not in self.cut

    def is_file(self, leaf: Leaf) -> bool:
        """Whether a leaf is to be listed: a winmail.dat is not where its files are."""
        if leaf.winmail:
            return False
        return leaf.text is None or not self.said(leaf.part)

    def pieces(self, part: Part) -> list[Piece]:
        if part.type == "multipart/encrypted":
            self.defects.append("encrypted")
            return [Piece(ENCRYPTED)]
        if not part.parts:
            return self._leaf(self.leaves[part.number])
        if part.type == "multipart/alternative":
            return self._alternative(part)
        if part.type == "multipart/related":
            return self._related(part)
        return [piece for child in part.parts for piece in self.pieces(child)]

    def named_text(self) -> list[Piece]:
        """The words of a text that has a name, for a mail that says nothing else."""
        for leaf in self.leaves.values():
            part = leaf.part
            readable = leaf.text is None and part.type in ("text/plain", "text/html")
            if readable and part.disposition.value != "attachment":
                return [self._piece(part, undo(self.tree.body(part), part.encoding)[0])]
        return []

    def words_of_outlook(self) -> list[Piece]:
        """The words in a winmail.dat, for a mail that has them nowhere else."""
        for box in (leaf.winmail for leaf in self.leaves.values() if leaf.winmail):
            if box.page.strip():
                return [Piece(lines=to_lines(box.page[:HTML_LIMIT]), page=True)]
            if box.text:
                return [Piece(box.text[:TEXT_LIMIT])]
        return []

    def _leaf(self, leaf: Leaf) -> list[Piece]:
        self.read.add(leaf.part.number)
        if is_winmail(leaf.part) and not leaf.winmail:
            self.defects.append(UNREADABLE)
        if leaf.part.type in _SMIME:
            return [self._smime(leaf.part)]
        if leaf.defect:
            self.defects.append(leaf.defect)
        return [] if leaf.text is None else [self._piece(leaf.part, leaf.text)]

    def _smime(self, part: Part) -> Piece:
        kind = part.content.params.get("smime-type", "").lower()
        if kind == "certs-only":
            return Piece()
        body, _ = undo(self.tree.body(part), part.encoding)
        if kind == "signed-data" or signed_content(body) is not None:
            self.defects.append("wrapped in its signature")
            return Piece(SEALED)
        self.defects.append("encrypted")
        return Piece(ENCRYPTED)

    def _piece(self, part: Part, body: bytes) -> Piece:
        page = part.type.endswith("html")
        limit = HTML_LIMIT if page else self.room
        if len(body) > limit:
            self.cut.add(part.number)
            self.defects.append("text too long, the whole of it is attached")
            body = _cut_at_line(body, limit)
        declared = part.content.params.get("charset")
        if page:
            found = None if declared else _META_CHARSET.search(body[:2048])
            text = self._decoded(body, found[1].decode("ascii", "ignore") if found else declared)
            return Piece(lines=to_lines(text), page=True)
        self.room -= len(body)
        return Piece(_plain(part, self._decoded(body, declared)))

    def _decoded(self, body: bytes, declared: str | None) -> str:
        text, defect = decode(body, declared)
        if defect:
            self.defects.append(defect)
        if _PGP_BEGINS in text and (_PGP.search(text) or "<" in text):
            self.defects.append("encrypted")
            text = _PGP.sub(ENCRYPTED, text)
        return text

    def _alternative(self, part: Part) -> list[Piece]:
        """RFC 2046 5.1.4 prefers the last; we want words first and keep the page beside them."""
        better = [child for child in part.parts if child.type not in _LESSER_TWINS]
        self.read.update(child.number for child in part.parts)
        read = [self.pieces(child) for child in better or part.parts]
        plain = [found for found in read if not any(piece.page for piece in found)]
        pages = [found for found in read if any(piece.page for piece in found)]
        words = [piece.plain for found in plain for piece in found if piece.plain.strip()]
        if not pages:
            return [Piece(word) for word in dict.fromkeys(words)]
        lines = tuple(line for piece in pages[-1] for line in _lines_of(piece))
        return [Piece(words[0] if words else "", lines, page=True)]

    def _related(self, part: Part) -> list[Piece]:
        """RFC 2387: the root, and what it refers to; a root without words refers to nothing."""
        start = part.content.params.get("start", "").strip("<> ")
        root = next(
            (one for one in part.parts if start and content_id(one) == start), part.parts[0]
        )
        found = self.pieces(root)
        if found and not all(piece.says_nothing() for piece in found):
            return found
        return [piece for child in part.parts for piece in self.pieces(child)]


def content_id(part: Part) -> str:
    """The Content-ID of a part without its ``<>``."""
    raw = part.headers.get("content-id") or b""
    return decode(raw[:500])[0].strip().strip("<>").strip()


def words_of(text: str) -> list[str]:
    """The words of letters and digits in a text, as they can be compared between twins."""
    return _WORD.findall(text)


def _plain(part: Part, text: str) -> str:
    if part.content.params.get("format", "").lower() == "flowed":
        return unflow(text, delsp=part.content.params.get("delsp", "").lower() == "yes")
    return text


def _text_of(piece: Piece) -> str:
    if piece.page and (not piece.plain.strip() or _bad_twin(piece)):
        return as_text(piece.lines).strip("\n")
    return piece.plain.strip("\n")


def _lines_of(piece: Piece) -> Sequence[Line]:
    return piece.lines if piece.page else tuple(plain_lines(piece.plain))


def _bad_twin(piece: Piece) -> bool:
    """Whether the plain text is only what a program made of the page, and made badly."""
    if not piece.page or not piece.plain or not any(line.text.strip() for line in piece.lines):
        return False
    if _BEGINS_AS_PAGE.match(piece.plain):
        return True
    if len(piece.plain) < _EXCUSE_LENGTH and _EXCUSE.search(piece.plain):
        return sum(len(line.text) for line in piece.lines) > 2 * len(piece.plain)
    return _is_doubled(piece.plain) and not _is_doubled(as_text(piece.lines))


def _is_doubled(text: str) -> bool:
    """Outlook puts a blank line behind every line."""
    lines = text.strip("\n").split("\n")
    return len(lines) > 4 and not any(line.strip() for line in lines[1::2])


def _twins_married(pieces: list[Piece]) -> list[Piece]:
    """A text and the same as a page, side by side as if they were two: one piece."""
    done: list[Piece] = []
    for piece in pieces:
        before = done[-1] if done else Piece()
        side_by_side = piece.page and not piece.plain and before.plain and not before.page
        if side_by_side and words_of(before.plain) == words_of(as_text(piece.lines)):
            done[-1] = Piece(before.plain, piece.lines, page=True)
        else:
            done.append(piece)
    return done


def _cut_at_line(body: bytes, limit: int) -> bytes:
    """Not in the middle of a character, if a line end is anywhere near."""
    newline = body.rfind(b"\n", max(0, limit - 4096), limit)
    return body[: newline + 1 if newline >= 0 else limit]
