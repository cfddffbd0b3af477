"""Tries every letter in every language before it is trusted, and tells all mistakes at once."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from postdesk.templates import reach
from postdesk.templates.catalogue import DEFAULT
from postdesk.templates.render import Rendered, Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.shelf import FOLDER, LetterError, did_you_mean, read_letters, tags
from postdesk.templates.views import LETTERS, names, values

COMMAND = (
    "a line could be read as a command when somebody else's words stand in it;"
    " put them behind |quoted or |defuse"
)


def check(letters: Path | Mapping[str, str] | None, languages: Iterable[str]) -> list[LetterError]:
    """Every mistake in these letters, tried with sample values; none is a good sign."""
    mistakes: list[LetterError] = []
    if isinstance(letters, Path):
        letters, mistakes = read_letters(letters)
    renderer = Renderer(letters or {})
    mistakes += _names(renderer)
    for file in sorted(renderer.shelf.own):
        if (name := letter_of(file)) in LETTERS:
            mistakes += renderer.press(DEFAULT).unknown_names(file, names(LETTERS[name]))
    faulty = {mistake.file for mistake in mistakes}
    for found in _rendered(renderer, sorted({"", *languages})):
        if found.file not in faulty:
            faulty.add(found.file)  # one mistake a file: the next is often the same
            mistakes.append(found)
    return sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line))


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


def _rendered(renderer: Renderer, languages: Iterable[str]) -> Iterator[LetterError]:
    for language in languages:
        for name in LETTERS:
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
