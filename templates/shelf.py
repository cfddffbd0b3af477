"""The files letters are made of: read once, bounded, the user's before the package's."""

import difflib
import os
import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from postdesk.templates.catalogue import candidates, closest

FOLDER = "letters"
SOURCE_LIMIT = 64 * 1024  # bytes of one file
FILE_LIMIT = 500  # files of one folder
SUBJECT_LIMIT = 250  # characters; more is cut
EXTRA_HEADERS = frozenset({"importance", "keywords", "organization", "priority"})
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")


class LetterError(Exception):
    """A mistake in a letter's file: what, where, and what was probably meant."""

    def __init__(
        self, file: str, line: int, what: str, column: int = 0, source_line: str = ""
    ) -> None:
        super().__init__(file, line, what)
        self.file = file  # "letters/receipt.txt.j2"
        self.line = line  # from 1; 0 when it is the file as a whole
        self.column = column  # from 1; 0 when only the line is known
        self.what = what
        self.source_line = source_line

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        if not self.source_line:
            return f"{place}: {self.what}"
        caret = f"\n    {' ' * (self.column - 1)}^" if self.column else ""
        return f"{place}: {self.what}\n    {self.source_line}{caret}"


class Shelf:
    """The letters of one desk: files of its own and, for each missing one, the package's."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self.own = dict(own)
        self._shipped = shipped()
        self._all = {**self._shipped, **self.own}

    def __contains__(self, file: str) -> bool:
        return file in self._all

    def source(self, file: str) -> str:
        """The text of this file; ``""`` when there is none."""
        return self._all.get(file, "")

    def files(self) -> tuple[str, ...]:
        """Every file, by name."""
        return tuple(sorted(self._all))

    def choose(self, name: str, language: str) -> tuple[str, str, str]:
        """The letter's file, its HTML twin (or ``""``) and the language they are written in.

        A file without a language serves all that have none of their own. The twin is looked for
        beside the text: words of the package never go with words of yours.
        """
        for tag in (*tags(language), ""):
            stem = f"{FOLDER}/{name}.{tag}" if tag else f"{FOLDER}/{name}"
            for origin in (self.own, self._shipped):
                if f"{stem}.txt.j2" in origin:
                    twin = f"{stem}.html.j2"
                    twins = twin in self.own or twin in origin
                    return f"{stem}.txt.j2", twin if twins else "", tag or closest(language)
        raise LetterError(f"{FOLDER}/{name}.txt.j2", 0, "there is no such letter")

    def mistake(self, file: str, line: int, what: str, word: str = "") -> LetterError:
        """A mistake with its source line beside it, and the column where ``word`` stands."""
        lines = self.source(file).split("\n")
        source_line = lines[line - 1] if 0 < line <= len(lines) else ""
        return LetterError(file, line, what, source_line.find(word) + 1 if word else 0, source_line)


@cache
def shipped() -> Mapping[str, str]:
    """The package's own letters. Raises LetterError when the installation is broken."""
    texts, mistakes = read_letters(Path(__file__).parent)
    if mistakes:
        raise mistakes[0]
    return texts


def read_letters(folder: Path) -> tuple[dict[str, str], list[LetterError]]:
    """The texts of ``folder/letters/*.j2`` by name, and what could not be read.

    A missing folder is an empty one. Links that lead out of the folder are not followed.
    """
    texts: dict[str, str] = {}
    mistakes: list[LetterError] = []
    home = folder / FOLDER
    paths = letter_files(folder)
    if len(paths) > FILE_LIMIT:
        return {}, [LetterError(FOLDER, 0, f"there are more than {FILE_LIMIT} files")]
    for path in paths:
        name = f"{FOLDER}/{path.name}"
        try:
            texts[name] = _read(path, home)
        except ValueError as error:
            mistakes.append(LetterError(name, 0, str(error)))
        except OSError as error:
            mistakes.append(
                LetterError(name, 0, f"cannot be read: {os.strerror(error.errno or 0)}")
            )
    return texts, mistakes


def letter_files(folder: Path) -> list[Path]:
    """The files of ``folder/letters``, by name; what editors leave behind begins with a dot."""
    home = folder / FOLDER
    found = home.glob("*.j2") if home.is_dir() else ()
    return sorted(path for path in found if not path.name.startswith("."))


def head_of(file: str, source: str) -> str:
    """The header lines of a letter: what stands above the first blank line."""
    if not _is_letter(file):
        return source
    return source.partition("\n\n")[0] + "\n"


def body_of(file: str, source: str) -> str:
    """The words of a letter, on the lines where they stand in the file."""
    if not _is_letter(file):
        return source
    head, _, body = source.partition("\n\n")
    return "\n" * (head.count("\n") + 2) + body


def headers(head: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The subject and the further headers of a rendered head. Raises ValueError with a sentence."""
    subject, further = "", []
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        value = " ".join(value.split())
        if not line.strip():
            continue
        if not colon:
            raise ValueError('a letter begins with "Subject: ...", then a blank line')
        if name.lower() == "subject":
            subject = value[:SUBJECT_LIMIT]
        elif name.lower() in EXTRA_HEADERS:
            further.append((name, value))
        else:
            allowed = ", ".join(sorted(word.title() for word in EXTRA_HEADERS))
            raise ValueError(f"a letter cannot set {name!r}, only Subject, {allowed}")
    if not subject:
        raise ValueError("the subject is empty")
    return subject, tuple(further)


def tags(language: str) -> tuple[str, ...]:
    """The language tags to look for, the closest first: ``de_at`` -> ``de-AT``, ``de``."""
    tag = language.replace("_", "-")
    if not LANGUAGE.fullmatch(tag):
        return ()
    first, *rest = tag.split("-")
    return candidates("-".join([first.lower(), *(_cased(part) for part in rest)]))


def did_you_mean(word: str, known: Collection[str], *, tell: bool = True) -> str:
    """``; did you mean 'ticket'?`` or, where nothing is close, what there is if that is short."""
    if close := difflib.get_close_matches(word, known, 1, 0.6):
        return f"; did you mean {close[0]!r}?"
    return f"; there are {', '.join(sorted(known))}" if known and tell else ""


def _cased(part: str) -> str:
    if len(part) == 2:
        return part.upper()  # a region
    return part.title() if len(part) == 4 else part.lower()  # a script, a variant


def _is_letter(file: str) -> bool:
    return file.endswith(".txt.j2") and not file.startswith(f"{FOLDER}/_")


def _read(path: Path, home: Path) -> str:
    if not path.resolve().is_relative_to(home.resolve()):
        raise ValueError("leads out of its folder")
    if not path.is_file():
        raise ValueError("is no file")
    with path.open("rb") as file:
        content = file.read(SOURCE_LIMIT + 1)
    if len(content) > SOURCE_LIMIT:
        raise ValueError(f"is larger than {SOURCE_LIMIT // 1024} KB")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
