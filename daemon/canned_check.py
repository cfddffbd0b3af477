"""The canned replies of an edit, each tried in every language it is written in."""

from collections.abc import Iterator, Mapping

from postdesk.rules.book import Book
from postdesk.rules.own import CannedReply
from postdesk.rules.toml import Document, Mistake, read_toml
from postdesk.rules.toml_places import Path
from postdesk.templates.press_canned import check_canned

ON_THE_NEXT_LINE = ('"""', "'''")  # how a long text begins in TOML


def canned_mistakes(book: Book, texts: Mapping[str, str]) -> Iterator[Mistake]:
    """What is wrong in the texts of ``[reply.NAME]``, at its line. ``texts`` are the rule files."""
    fields = dict.fromkeys(book.fields, "")
    for reply in book.replies.values():
        for language, text in reply.texts.items():
            for found in check_canned(text, fields):
                yield _placed(reply, language, found.line, found.what, texts)


def _placed(
    reply: CannedReply, language: str, nth: int, what: str, texts: Mapping[str, str]
) -> Mistake:
    """``nth`` line of the reply's text, as a line of its file."""
    file = reply.where.partition(":")[0]
    document = read_toml(file, texts[file])
    assert isinstance(document, Document)  # it was read a moment ago
    path: Path = ("reply", reply.name, "text")
    line, _ = document.place((*path, language) if language else path)
    lines = texts[file].splitlines()
    line += nth - 1 + lines[line - 1].rstrip().endswith(ON_THE_NEXT_LINE)
    called = f'reply "{reply.name}"' + (f" ({language})" if language else "")
    return Mistake(file, line, 1, f"{called}: {what}", lines[line - 1])
