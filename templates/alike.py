"""Letters that differ in nothing but the ticket's number: written once, then only numbered."""

from collections.abc import Mapping
from dataclasses import replace

from postdesk.templates.render import Rendered, Renderer

BUT_FOR_NUMBER = frozenset({"receipt-unproven"})
STAND_IN = 905_117_728_364_051  # for the number; nothing else in a letter looks like it


class Alike:
    """Writes as the renderer of the package's own letters does, which know no other difference.

    Not for a desk's own letters: they may say what they like of a number.
    """

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._written: dict[tuple[object, ...], Rendered] = {}

    def render(self, name: str, language: str, values: Mapping[str, object]) -> Rendered:
        """The letter in the closest language there is. Raises LetterError."""
        number = values.get("number")
        if name not in BUT_FOR_NUMBER or not isinstance(number, int):
            return self._renderer.render(name, language, values)
        key = (name, language, values.get("desk"))
        if key not in self._written:
            stand_in = {**values, "number": STAND_IN}
            self._written[key] = self._renderer.render(name, language, stand_in)
        return _numbered(self._written[key], number)


def _numbered(letter: Rendered, number: int) -> Rendered:
    mark, real = str(STAND_IN), str(number)
    return replace(
        letter,
        subject=letter.subject.replace(mark, real),
        text=letter.text.replace(mark, real),
        html=letter.html.replace(mark, real),
    )
