"""Tries every letter in every language before it is trusted, and tells all mistakes at once."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from postdesk.templates import reach
from postdesk.templates.catalogue import DEFAULT, LANGUAGES, is_spoken
from postdesk.templates.render import Rendered, Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.shelf import FOLDER, LetterError, Shelf, did_you_mean, read_letters, tags
from postdesk.templates.views import LETTERS, names, values

COMMAND = (
    "a line could be read as a command when somebody else's words stand in it;"
    " put them behind |quoted or |defuse"
)


def check(letters: Path | Mapping[str, str] | None, languages: Iterable[str]) -> list[LetterError]:
    """Every mistake in these letters, tried with sample values; none is a good sign.

    Tried are the letters that a file of the desk is a part of; with None, all of the package's.
    """
    mistakes: list[LetterError] = []
    if isinstance(letters, Path):
        letters, mistakes = read_letters(letters)
    renderer = Renderer(letters or {})
    mistakes += _names(renderer)
    for file in sorted(renderer.shelf.own):
        if (name := letter_of(file)) in LETTERS:
            mistakes += renderer.press(DEFAULT).unknown_names(file, names(LETTERS[name]))
    faulty = {mistake.file for mistake in mistakes}
    tried = LETTERS if letters is None else _touched(renderer.shelf.own)
    for found in _rendered(renderer, tried, sorted({"", *languages})):
        if found.file not in faulty:
            faulty.add(found.file)  # one mistake a file: the next is often the same
            mistakes.append(found)
    return sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line))


def missing(letters: Path | Mapping[str, str], languages: Iterable[str]) -> list[str]:
    """For each of these languages that there are no words in, a sentence that says for what."""
    own = read_letters(letters)[0] if isinstance(letters, Path) else letters
    shelf = Shelf(own)
    found = []
    for language in sorted({tag for tag in languages if not is_spoken(tag)}):
        without = [name for name in LETTERS if shelf.choose(name, language)[0] not in shelf.own]
        if without:
            what = f"there are no words in {language!r} for {', '.join(without)}"
            found.append(f"letters: {what}; English is used; there are {', '.join(LANGUAGES)}")
    return found


def letter_of(file: str) -> str:
    """The letter a file belongs to: ``letters/receipt.de.txt.j2`` -> ``receipt``."""
    return file.removeprefix(f"{FOLDER}/").split(".")[0]


def _names(renderer: Renderer) -> Iterator[LetterError]:
    for file in sorted(renderer.shelf.own):
        name = letter_of(file)
        if not file.endswith((".txt.j2", ".html.j2")):
            yield LetterError(file, 0, "letters end in .txt.j2 or .html.j2")
        elif name not in LETTERS and not name.startswith("_"):
            yield LetterError(file, 0, f"there is no letter {name!r}{did_you_mean(name, LETTERS)}")
        elif not _language_is_clear(file):
            yield LetterError(file, 0, "what stands between the dots is no language, like de-AT")


def _language_is_clear(file: str) -> bool:
    _, *middle, _, _ = file.removeprefix(f"{FOLDER}/").split(".")
    return not middle or (len(middle) == 1 and tags(middle[0])[:1] == (middle[0],))


def _touched(own: Iterable[str]) -> list[str]:
    """The letters that these files are a part of: parts of letters may be in any."""
    found = {letter_of(file) for file in own}
    parts = any(name.startswith("_") for name in found)
    return [name for name in LETTERS if parts or name in found]


def _rendered(
    renderer: Renderer, letters: Iterable[str], languages: Iterable[str]
) -> Iterator[LetterError]:
    for language in languages:
        for name in letters:
            for sample in SAMPLES.values():
                try:
                    rendered = renderer.render(name, language, values(sample[name]))
                except LetterError as mistake:
                    yield mistake
                    break
                yield from _within_reach(*renderer.shelf.choose(name, language)[:2], rendered)


def _within_reach(file: str, twin: str, rendered: Rendered) -> Iterator[LetterError]:
    """Lines of the letter that an agent's reply would bring back as commands."""
    for line in rendered.text.splitlines():
        if reach.is_command(line):
            yield LetterError(file, 0, COMMAND, source_line=line)
    for line in reach.visible_lines(rendered.html):
        if reach.is_command(line):
            yield LetterError(twin, 0, COMMAND, source_line=line)
