"""The rule files of a desk: what lies in the folder now, and what the package brings."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from postdesk import rules
from postdesk.rules.book import Book
from postdesk.rules.read import read
from postdesk.rules.toml import Mistake, decode

SHIPPED = Path(next(iter(rules.__path__)))
MANNERS = "manners.toml"
LARGEST = 1_000_000  # bytes of one rule file


def read_folder(folder: Path) -> tuple[dict[str, str], tuple[Mistake, ...]]:
    """The texts of the rule files by name; a missing folder is the shipped set."""
    texts: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for path in rule_files(folder):
        try:
            raw = path.read_bytes()[: LARGEST + 1]
        except OSError as error:
            mistakes.append(Mistake(path.name, 0, 0, f"cannot be read: {error.strerror}"))
            continue
        text = decode(path.name, raw)
        if isinstance(text, Mistake):
            mistakes.append(text)
        else:
            texts[path.name] = text
    return texts, tuple(mistakes)


def rule_files(folder: Path) -> list[Path]:
    """Regular files that end in .toml and do not begin with a dot, in the order they are read."""
    if not folder.is_dir():
        return sorted(SHIPPED.glob("[0-9]*.toml"))
    return sorted(p for p in folder.glob("*.toml") if p.is_file() and not p.name.startswith("."))


def with_manners(book: Book) -> Book:
    """The whole set: the manners of every desk run before the rules of this one."""
    return replace(book, rules=(*manners().rules, *book.rules))


@cache
def manners() -> Book:
    """The built-in rules."""
    text = (SHIPPED / MANNERS).read_text(encoding="utf-8")
    book = read({MANNERS: text})
    if not isinstance(book, Book):
        raise AssertionError(f"the built-in manners are broken: {book[0]}")
    return book
