"""Writes what the docs show of the program anew: sample letters and the table of commands.

    python tests/docs_letters.py          # writes docs/*.md; a test asks that nothing changes

A block begins with ``<!-- letter: NAME -->`` or ``<!-- commands -->`` and ends with
``<!-- end -->``; what stands between is never written by hand.
"""

import re
from pathlib import Path

from postdesk.rules.verbs import GROUPS, Verb
from postdesk.templates.render import Renderer
from postdesk.templates.sample import SAMPLES
from postdesk.templates.views import values

DOCS = Path(__file__).resolve().parent.parent / "docs"
_BLOCK = re.compile(r"<!-- (letter: ([a-z-]+)|commands) -->\n.*?<!-- end -->", re.DOTALL)


def renewed(text: str) -> str:
    """The page with every block as the program makes it now."""
    return _BLOCK.sub(_block, text)


def _block(found: re.Match[str]) -> str:
    inner = _letter(found[2]) if found[2] else _commands()
    return f"<!-- {found[1]} -->\n{inner}\n<!-- end -->"


def _letter(name: str) -> str:
    """A letter in English, as a reader of plain text has it."""
    letter = Renderer().render(name, "en", values(SAMPLES["full"][name]))
    return f"```text\nSubject: {letter.subject}\n\n{letter.text.strip()}\n```"


def _commands() -> str:
    return "\n\n".join(_table(group.heading, group.verbs) for group in GROUPS)


def _table(heading: str, verbs: tuple[Verb, ...]) -> str:
    rows = [_row(verb) for verb in verbs]
    return "\n".join([f"**{heading}**", "", "| line | does | also |", "|---|---|---|", *rows])


def _row(verb: Verb) -> str:
    usage = f"#{verb.name} {verb.usage}".strip().replace("|", "\\|")
    also = ", ".join(f"`#{alias}`" for alias in verb.aliases)
    who = "" if verb.least == "agent" else f" ({verb.least}s)"
    example = f", like `{verb.example}`" if verb.example != usage else ""
    return f"| `{usage}` | {verb.does}{who}{example} | {also} |"


def main() -> None:
    """Write every page anew."""
    for page in sorted(DOCS.glob("*.md")):
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
