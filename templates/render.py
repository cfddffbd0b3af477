"""Letters from templates: the file for a letter, the press for a language, the mail in words.

A letter is ``letters/<name>[.<language>].txt.j2``, shaped like a mail (``Subject: ...``, a blank
line, words), with an optional twin ``.html.j2``. The package has one structure for each letter,
and its words by language in ``languages/``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from postdesk.templates.press import Press
from postdesk.templates.press_sandbox import OUTPUT_LIMIT
from postdesk.templates.shelf import Shelf, headers, read_letters
from postdesk.templates.views import SafeHtml


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. ``html`` is ``""`` where the letter has no twin; lines end in LF."""

    subject: str
    text: str
    html: str
    language: str  # of the words, which may be less exact than what was asked for
    headers: tuple[tuple[str, str], ...] = ()  # further ones the letter sets


class Renderer:
    """Renders letters from one set of files, read once: later edits need a new renderer."""

    def __init__(self, letters: Path | Mapping[str, str] | None = None) -> None:
        """Take a folder that holds ``letters/``, or texts by name; the package has the rest.

        Raises LetterError for a file that cannot be read; syntax is seen when it is rendered.
        """
        if isinstance(letters, Path):
            letters, mistakes = read_letters(letters)
            if mistakes:
                raise mistakes[0]
        self.shelf = Shelf(letters or {})
        self._presses: dict[str, Press] = {}

    def render(self, name: str, language: str, values: Mapping[str, object]) -> Rendered:
        """The letter in the closest language there is. Raises LetterError, with the place."""
        file, twin, found = self.shelf.choose(name, language)
        press = self.press(found)
        room = OUTPUT_LIMIT + sum(
            len(str(value)) for value in values.values() if isinstance(value, str | SafeHtml)
        )
        try:
            subject, further = headers(press.head(file, values, room))
        except ValueError as error:
            raise self.shelf.mistake(file, 1, str(error)) from None
        text = press.text(file, values, room).strip("\n") + "\n"
        html = press.html(twin, values, room) if twin else ""
        return Rendered(subject, text, html, found, further)

    def press(self, language: str) -> Press:
        """The one that prints in this language: one of the shelf's, so that they stay few."""
        if language not in self._presses:
            self._presses[language] = Press(self.shelf, language)
        return self._presses[language]
